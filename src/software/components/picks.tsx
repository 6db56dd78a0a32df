import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * The rows that are picked to be changed together; null while each row is for itself.
 */
export interface IPicks {
  readonly names: ReadonlySet<string> | null;
  toggle: (fullName: string) => void;
  /** Begin to pick, or end it. */
  set: (on: boolean) => void;
}

/**
 * Keep what is picked of a list.
 */
export function usePicks(): IPicks {
  const [names, setNames] = React.useState<ReadonlySet<string> | null>(null);
  return React.useMemo(
    () => ({
      names,
      toggle: fullName => {
        const left = new Set(names);
        if (!left.delete(fullName)) {
          left.add(fullName);
        }
        setNames(left);
      },
      set: on => setNames(on ? new Set() : null)
    }),
    [names]
  );
}

/**
 * The button beside a heading that begins or ends picking.
 */
export function PickButton(props: {
  picks: IPicks;
  label: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { picks, label, trans } = props;
  return (
    <Button
      small
      minimal
      className="jp-SoftwarePanel-headingAction"
      aria-label={label}
      aria-pressed={picks.names !== null}
      title={label}
      onClick={() => picks.set(picks.names === null)}
    >
      {trans.__('Select')}
    </Button>
  );
}

/**
 * The box of a row that picks it.
 */
export function PickBox(props: {
  picks: IPicks;
  fullName: string;
  tabIndex: number;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { picks, fullName, trans } = props;
  return (
    picks.names && (
      <input
        type="checkbox"
        className="jp-SoftwarePanel-pick"
        tabIndex={props.tabIndex}
        aria-label={trans.__('Select %1', fullName)}
        checked={picks.names.has(fullName)}
        onChange={() => picks.toggle(fullName)}
      />
    )
  );
}

/**
 * The line above a list that does something with all that is picked.
 */
export function PickBar(props: {
  picks: IPicks;
  label: (count: number) => string;
  act: (fullNames: string[]) => void;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { picks, label, act, trans } = props;
  if (!picks.names) {
    return null;
  }
  const names = [...picks.names];
  return (
    <div className="jp-SoftwarePanel-picks">
      <Button
        small
        className="jp-mod-styled jp-mod-accept"
        aria-disabled={names.length === 0}
        onClick={() => {
          if (names.length > 0) {
            picks.set(false);
            act(names);
          }
        }}
      >
        {label(names.length)}
      </Button>
      <Button small minimal onClick={() => picks.set(false)}>
        {trans.__('Cancel')}
      </Button>
    </div>
  );
}
