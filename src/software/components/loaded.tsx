import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { LoadedModuleInfo, LoadedModules } from '../../rest/payloads';
import type { IModuleActions, ISoftwareOptions } from '../tokens';
import type { IPicks } from './picks';
import { PickBox } from './picks';
import { ActionButton, Mark } from './row';
import { focusControl, useRowKeys } from './rowkeys';

/**
 * The modules of the session, inactive ones last.
 */
export const LoadedList = React.memo(LoadedModulesList);

function LoadedModulesList(props: {
  loaded: LoadedModules;
  busy: ReadonlySet<string>;
  picks: IPicks;
  actions: IModuleActions;
  options: ISoftwareOptions;
  labelledBy: string;
  /** Put the focus where it came from. */
  leave: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { loaded, busy, picks, actions, trans } = props;
  const list = React.useRef<HTMLUListElement>(null);
  const unloading = React.useRef(-1);
  // The one row that the Tab key stops at.
  const [current, setCurrent] = React.useState(0);
  const rows = React.useMemo(() => {
    const rows = [...loaded.modules, ...loaded.inactive];
    return props.options.loadedOrder === 'load'
      ? rows
      : rows.sort((a, b) => a.full_name.localeCompare(b.full_name));
  }, [loaded, props.options.loadedOrder]);
  const inactive = new Set(loaded.inactive);
  const stop = Math.min(current, rows.length - 1);
  const focus = (index: number, control: number) => {
    setCurrent(index);
    focusControl(list.current, index, control);
  };
  React.useEffect(() => {
    // A row that was unloaded took the focus with it: give it to its neighbour.
    if (unloading.current >= 0 && document.activeElement === document.body) {
      focusControl(
        list.current,
        Math.min(unloading.current, rows.length - 1),
        0
      );
    }
    unloading.current = -1;
  }, [rows]);
  const onKeyDown = useRowKeys({
    names: rows.map(row => row.full_name),
    focus,
    leave: props.leave
  });

  if (rows.length === 0) {
    return (
      <p className="jp-SoftwarePanel-empty">
        {trans.__(
          'No module is loaded. Search for a program or a library and choose Load.'
        )}
      </p>
    );
  }
  return (
    <ul
      ref={list}
      role="list"
      className="jp-SoftwarePanel-loaded"
      aria-labelledby={props.labelledBy}
      onKeyDown={onKeyDown}
      onFocus={event => {
        const row = event.target.closest('[data-index]');
        setCurrent(Number(row?.getAttribute('data-index') ?? 0));
      }}
    >
      {rows.map((module, index) => (
        <LoadedRow
          key={module.full_name}
          module={module}
          index={index}
          active={!inactive.has(module)}
          busy={busy.has(module.full_name)}
          picks={picks}
          actions={{
            ...actions,
            unload: fullName => {
              unloading.current = index;
              actions.unload(fullName);
            }
          }}
          tabIndex={index === stop ? 0 : -1}
          trans={trans}
        />
      ))}
    </ul>
  );
}

/**
 * A module of the session.
 */
function LoadedRow(props: {
  module: LoadedModuleInfo;
  index: number;
  active: boolean;
  busy: boolean;
  picks: IPicks;
  actions: IModuleActions;
  tabIndex: number;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { module, index, active, busy, picks, actions, tabIndex, trans } =
    props;
  const { full_name: fullName } = module;
  return (
    <li
      data-index={index}
      className={`jp-SoftwarePanel-loadedRow${active ? '' : ' jp-mod-inactive'}`}
    >
      <div className="jp-SoftwarePanel-line">
        {active && (
          <PickBox
            picks={picks}
            fullName={fullName}
            tabIndex={tabIndex}
            trans={trans}
          />
        )}
        <div className="jp-SoftwarePanel-what">
          <button
            type="button"
            className="jp-SoftwarePanel-name"
            tabIndex={tabIndex}
            title={trans.__('Show what %1 is', fullName)}
            onClick={() => actions.show(fullName)}
          >
            {fullName}
          </button>
          {module.sticky && (
            <Mark title={trans.__('The site keeps this module loaded')}>
              {trans.__('sticky')}
            </Mark>
          )}
          {module.protected && !module.sticky && (
            <Mark
              title={trans.__(
                'This session may need it: unloading it wants a confirmation'
              )}
            >
              {trans.__('protected')}
            </Mark>
          )}
          {module.hidden && (
            <Mark title={trans.__('The site does not list this module')}>
              {trans.__('hidden')}
            </Mark>
          )}
          {!active && (
            <Mark
              title={trans.__(
                'It comes back when the modules that it needs are loaded'
              )}
            >
              {trans.__('inactive')}
            </Mark>
          )}
        </div>
        {active && (!picks.names || busy) && (
          <ActionButton
            fullName={fullName}
            action="unload"
            busy={busy}
            tabIndex={tabIndex}
            onClick={() => actions.unload(fullName)}
            onCancel={() => actions.cancel(fullName)}
            trans={trans}
          />
        )}
      </div>
      {!active && module.needs.length > 0 && (
        <div className="jp-SoftwarePanel-why">
          {trans.__('needs %1', module.needs.join(' + '))}
        </div>
      )}
    </li>
  );
}
