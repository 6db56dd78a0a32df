import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, checkIcon } from '@jupyterlab/ui-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import type { FoundModule } from '../../rest/payloads';
import { keyOf, rowsOf } from '../rows';
import type { Row } from '../rows';
import { ActionButton, Highlight } from './row';

const ROW = 28;
const OVERSCAN = 10;
const FRAMES = 10;

/**
 * The modules that can be loaded, windowed: a tree can have 30,000 of them.
 */
export function AvailableModules(props: {
  found: ReadonlyArray<FoundModule>;
  total: number;
  query: string;
  busy: ReadonlySet<string>;
  labelledBy: string;
  listRef: React.RefObject<HTMLDivElement>;
  fetchMore: () => void;
  load: (fullName: string) => void;
  show: (fullName: string) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { found, total, query, listRef, fetchMore, trans } = props;
  const [expanded, setExpanded] = React.useState<ReadonlySet<string>>(
    new Set()
  );
  React.useEffect(() => setExpanded(new Set()), [query]);
  const rows = React.useMemo(() => rowsOf(found, expanded), [found, expanded]);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => listRef.current,
    estimateSize: () => ROW,
    getItemKey: i => keyOf(rows[i]),
    overscan: OVERSCAN
  });
  const items = list.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  React.useEffect(() => {
    if (found.length < total && last >= rows.length - OVERSCAN * 2) {
      fetchMore();
    }
  }, [found.length, total, last, rows.length, fetchMore]);

  const focusRow = (index: number) => {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    list.scrollToIndex(target);
    // a row that was out of sight is put in a few frames later
    const focus = (frames: number) => {
      const button = listRef.current?.querySelector<HTMLElement>(
        `[data-index="${target}"] button`
      );
      if (button) {
        button.focus();
      } else if (frames > 0) {
        requestAnimationFrame(() => focus(frames - 1));
      }
    };
    focus(FRAMES);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest('[data-index]');
    const index = Number(row?.getAttribute('data-index') ?? -1);
    const to: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: rows.length - 1
    };
    if (event.key in to) {
      event.preventDefault();
      event.stopPropagation();
      focusRow(to[event.key]);
    }
  };

  return (
    <div className="jp-SoftwarePanel-scroll" ref={listRef}>
      <div
        role="list"
        aria-labelledby={props.labelledBy}
        className="jp-SoftwarePanel-window"
        style={{ height: list.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {items.map(item => {
          const row = rows[item.index];
          return (
            <div
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              role="listitem"
              aria-setsize={found.length < total ? -1 : rows.length}
              aria-posinset={item.index + 1}
              className="jp-SoftwarePanel-row"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.kind === 'more' ? (
                <Button
                  minimal
                  small
                  className="jp-SoftwarePanel-more"
                  onClick={() => {
                    setExpanded(new Set([...expanded, row.module.short_name]));
                    focusRow(item.index);
                  }}
                >
                  {trans._n(
                    '%1 more version of %2',
                    '%1 more versions of %2',
                    row.count,
                    row.module.short_name
                  )}
                </Button>
              ) : (
                <VersionRow {...props} row={row} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/**
 * A version that can be loaded, with what its short name is for.
 */
function VersionRow(props: {
  row: Extract<Row, { kind: 'version' }>;
  query: string;
  busy: ReadonlySet<string>;
  load: (fullName: string) => void;
  show: (fullName: string) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, query, busy, trans } = props;
  const { module, version, first } = row;
  const { full_name: fullName } = version;
  const name = React.useRef<HTMLButtonElement>(null);
  const pressed = React.useRef(false);
  React.useEffect(() => {
    // The button that loaded it took the focus with it: the name has it now.
    if (
      version.loaded &&
      pressed.current &&
      document.activeElement === document.body
    ) {
      name.current?.focus();
    }
    pressed.current = false;
  }, [version.loaded]);
  return (
    <div
      className={`jp-SoftwarePanel-version${version.loaded ? ' jp-mod-loaded' : ''}`}
    >
      <div className="jp-SoftwarePanel-line">
        <div className="jp-SoftwarePanel-what">
          <button
            ref={name}
            type="button"
            className="jp-SoftwarePanel-name"
            title={trans.__('Show what %1 is', fullName)}
            onClick={() => props.show(fullName)}
          >
            <Highlight text={fullName} words={query} />
          </button>
          {version.default && module.versions.length > 1 && (
            <span
              className="jp-SoftwarePanel-mark"
              title={trans.__('Loaded when no version is named')}
            >
              {trans.__('default')}
            </span>
          )}
          {version.hidden && (
            <span className="jp-SoftwarePanel-mark">{trans.__('hidden')}</span>
          )}
        </div>
        {version.loaded ? (
          <span className="jp-SoftwarePanel-state">
            <checkIcon.react tag="span" className="jp-SoftwarePanel-check" />
            {trans.__('Loaded')}
          </span>
        ) : (
          <ActionButton
            fullName={fullName}
            action="load"
            busy={busy.has(fullName)}
            onClick={() => {
              pressed.current = true;
              props.load(fullName);
            }}
            trans={trans}
          />
        )}
      </div>
      {first && module.summary && (
        <div className="jp-SoftwarePanel-summary" title={module.summary}>
          <Highlight text={module.summary} words={query} />
        </div>
      )}
      {first && module.match === 'extension' && (
        <div className="jp-SoftwarePanel-why">
          {trans.__('contains %1', module.matched.slice(0, 5).join(', '))}
        </div>
      )}
      {version.needs.length > 0 && (
        <div className="jp-SoftwarePanel-why">
          {trans.__('needs %1', version.needs.join(' + '))}
        </div>
      )}
    </div>
  );
}
