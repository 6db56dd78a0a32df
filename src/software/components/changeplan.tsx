import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Change } from '../../rest/payloads';
import { sayTemplate } from '../../ui/sentences';

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
    [trans.__('Will be active again'), change.activated]
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
      {change.messages.map(message =>
        message.template ? (
          <p key={message.text}>
            {sayTemplate(message.template, message.arguments, trans)}
          </p>
        ) : (
          <pre key={message.text} className="jp-SoftwarePlan-message">
            {message.text}
          </pre>
        )
      )}
    </div>
  );
}
