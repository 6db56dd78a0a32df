import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { LoadedModuleInfo, LoadedModules } from '../../rest/payloads';
import { ActionButton } from './row';

/**
 * The modules of the session in load order, inactive ones last.
 */
export function LoadedList(props: {
  loaded: LoadedModules;
  busy: ReadonlySet<string>;
  labelledBy: string;
  unload: (fullName: string) => void;
  show: (fullName: string) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { loaded, busy, trans } = props;
  const list = React.useRef<HTMLUListElement>(null);
  const focused = React.useRef(-1);
  React.useEffect(() => {
    // A row that was unloaded took the focus with it: give it to its neighbour.
    if (focused.current >= 0 && document.activeElement === document.body) {
      const rows = list.current?.children ?? [];
      const row = rows[Math.min(focused.current, rows.length - 1)];
      row?.querySelector('button')?.focus();
    }
    focused.current = -1;
  }, [loaded]);

  if (loaded.modules.length + loaded.inactive.length === 0) {
    return (
      <p className="jp-SoftwarePanel-empty">
        {trans.__('No module is loaded.')}
      </p>
    );
  }
  const row = (module: LoadedModuleInfo, index: number, active: boolean) => (
    <li
      key={module.full_name}
      className={`jp-SoftwarePanel-loadedRow${active ? '' : ' jp-mod-inactive'}`}
    >
      <div className="jp-SoftwarePanel-line">
        <div className="jp-SoftwarePanel-what">
          <button
            type="button"
            className="jp-SoftwarePanel-name"
            title={trans.__('Show what %1 is', module.full_name)}
            onClick={() => props.show(module.full_name)}
          >
            {module.full_name}
          </button>
          {module.sticky && (
            <span
              className="jp-SoftwarePanel-mark"
              title={trans.__('The site keeps this module loaded')}
            >
              {trans.__('sticky')}
            </span>
          )}
          {!active && (
            <span
              className="jp-SoftwarePanel-mark"
              title={trans.__(
                'It comes back when the modules that it needs are loaded'
              )}
            >
              {trans.__('inactive')}
            </span>
          )}
        </div>
        {active && (
          <ActionButton
            fullName={module.full_name}
            action="unload"
            busy={busy.has(module.full_name)}
            onClick={() => {
              focused.current = index;
              props.unload(module.full_name);
            }}
            trans={trans}
          />
        )}
      </div>
    </li>
  );
  return (
    <ul
      ref={list}
      role="list"
      className="jp-SoftwarePanel-loaded"
      aria-labelledby={props.labelledBy}
    >
      {loaded.modules.map((module, i) => row(module, i, true))}
      {loaded.inactive.map((module, i) =>
        row(module, loaded.modules.length + i, false)
      )}
    </ul>
  );
}
