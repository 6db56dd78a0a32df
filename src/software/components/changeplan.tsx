import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Change } from '../../rest/payloads';
import { detailOf, sayError, sayTemplate } from '../../ui/sentences';

/**
 * What a change will do, before it is done.
 */
export function ChangePlan(props: {
  change: Change;
  /** Why there is a plan to look at. */
  intro: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { change, trans } = props;
  const groups: [string, ReadonlyArray<string>][] = [
    [trans.__('Will be loaded'), change.loaded],
    [trans.__('Will be unloaded'), change.unloaded],
    [trans.__('Will be loaded anew'), change.reloaded],
    [trans.__('Will be inactive'), change.inactivated],
    [trans.__('Will be active again'), change.activated],
    [trans.__('Unloaded, though this session may need it'), change.protected]
  ];
  return (
    <div className="jp-SoftwarePlan">
      <p>{props.intro}</p>
      {groups.every(([, names]) => names.length === 0) && (
        <p>{trans.__('No module will change.')}</p>
      )}
      <dl>
        {groups
          .filter(([, names]) => names.length > 0)
          .map(([label, names]) => (
            <React.Fragment key={label}>
              <dt>{label}</dt>
              {names.map(name => (
                <dd key={name}>{name}</dd>
              ))}
            </React.Fragment>
          ))}
      </dl>
      {change.messages.map(message => (
        <pre key={message.text} className="jp-SoftwarePlan-message">
          {message.template
            ? sayTemplate(message.template, message.arguments, trans)
            : message.text}
        </pre>
      ))}
    </div>
  );
}

/**
 * What loading a module will do, and which way to it is taken where there are several.
 */
export function LoadPlan(props: {
  change: Change;
  intro: string;
  /** The chains of modules that lead to it. */
  ways: ReadonlyArray<ReadonlyArray<string>>;
  /** Choose a way; tells what it would do. */
  choose: (way: ReadonlyArray<string>) => Promise<Change>;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { ways, trans } = props;
  const [change, setChange] = React.useState(props.change);
  const [error, setError] = React.useState<Error | null>(null);
  const [chosen, setChosen] = React.useState(-1);
  const id = React.useId();
  const latest = React.useRef(chosen);
  const choose = async (index: number) => {
    latest.current = index;
    setChosen(index);
    try {
      const told = await props.choose(index < 0 ? [] : ways[index]);
      if (latest.current === index) {
        setChange(told);
        setError(null);
      }
    } catch (reason) {
      if (latest.current === index) {
        setError(reason as Error);
      }
    }
  };
  return (
    <>
      {ways.length > 1 && (
        <div className="jp-SoftwarePlan-ways">
          <label htmlFor={id}>{trans.__('Reached through')}</label>
          {/* dressed by the dialog */}
          <select
            id={id}
            value={chosen}
            onChange={event => void choose(Number(event.target.value))}
          >
            <option value={-1}>
              {trans.__('The way with the fewest changes')}
            </option>
            {ways.map((way, i) => (
              <option key={way.join(' ')} value={i}>
                {way.join(' + ')}
              </option>
            ))}
          </select>
        </div>
      )}
      <div role="status">
        {error ? (
          <>
            <p>{sayError(error, trans)}</p>
            <pre className="jp-SoftwarePlan-message">{detailOf(error)}</pre>
          </>
        ) : (
          <ChangePlan change={change} intro={props.intro} trans={trans} />
        )}
      </div>
    </>
  );
}
