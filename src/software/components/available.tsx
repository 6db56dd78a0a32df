import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, checkIcon } from '@jupyterlab/ui-components';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import * as React from 'react';

import type { FoundModule } from '../../rest/payloads';
import { keyOf, rowsOf } from '../rows';
import type { Row } from '../rows';
import type { IModuleActions, ISoftwareOptions } from '../tokens';
import type { IPicks } from './picks';
import { PickBox } from './picks';
import { ActionButton, Highlight, Mark } from './row';
import { focusControl, useRowKeys } from './rowkeys';

/**
 * Pixels of a row's line and of each smaller line below it, before it is measured.
 */
const LINE = 30;
const SMALL_LINE = 15;

/**
 * How many rows above and below those in sight are there too.
 */
const OVERSCAN = 5;

const FRAMES = 10;

/**
 * How many of the parts that fit the search a row names.
 */
const FEW_MATCHES = 5;

interface IRowProps {
  query: string;
  busy: ReadonlySet<string>;
  picks: IPicks;
  actions: IModuleActions;
  options: ISoftwareOptions;
  trans: TranslationBundle;
}

/**
 * The modules that can be loaded, windowed: a tree can have 30,000 of them.
 */
export function AvailableModules(
  props: IRowProps & {
    found: ReadonlyArray<FoundModule | undefined>;
    labelledBy: string;
    listRef: React.RefObject<HTMLDivElement>;
    /** Told which part of `found` is in sight. */
    look: (first: number, last: number) => void;
    /** Put the focus where it came from. */
    leave: () => void;
  }
): React.JSX.Element {
  const { found, query, listRef, look, options, trans } = props;
  const [expanded, setExpanded] = React.useState<ReadonlySet<string>>(
    new Set()
  );
  // The one row that the Tab key stops at.
  const [current, setCurrent] = React.useState(0);
  React.useEffect(() => {
    setExpanded(new Set());
    setCurrent(0);
    if (listRef.current?.scrollTop) {
      listRef.current.scrollTo(0, 0);
    }
  }, [query, listRef]);
  const { versionsShown } = options;
  const rows = React.useMemo(
    () => rowsOf(found, expanded, versionsShown),
    [found, expanded, versionsShown]
  );
  const names = React.useMemo(
    () =>
      rows.map(row =>
        row.kind === 'version' && row.first ? row.version.full_name : ''
      ),
    [rows]
  );
  const stop = Math.min(current, rows.length - 1);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => listRef.current,
    estimateSize: i => heightOf(rows[i], options),
    getItemKey: i => keyOf(rows[i]),
    overscan: OVERSCAN,
    rangeExtractor: range => {
      const inSight = defaultRangeExtractor(range);
      return inSight.includes(stop) || stop < 0
        ? inSight
        : [...inSight, stop].sort((a, b) => a - b);
    }
  });
  const items = list.getVirtualItems();
  const range = list.range;
  const first = rows[range?.startIndex ?? 0]?.at ?? 0;
  const last = rows[range?.endIndex ?? 0]?.at ?? 0;
  React.useEffect(() => look(first, last), [look, first, last, found.length]);

  const focus = (index: number, control: number) => {
    setCurrent(index);
    list.scrollToIndex(index);
    // a row that was out of sight is put in a few frames later
    const tryFrames = (frames: number) => {
      if (!focusControl(listRef.current, index, control) && frames > 0) {
        requestAnimationFrame(() => tryFrames(frames - 1));
      }
    };
    tryFrames(FRAMES);
  };
  const onKeyDown = useRowKeys({ names, focus, leave: props.leave });
  const expand = (shortName: string, index: number) => {
    const left = new Set(expanded);
    if (!left.delete(shortName)) {
      left.add(shortName);
    }
    setExpanded(left);
    focus(index, 0);
  };

  return (
    <div className="jp-SoftwarePanel-scroll" ref={listRef}>
      <div
        role="list"
        aria-labelledby={props.labelledBy}
        className="jp-SoftwarePanel-window"
        style={{ height: list.getTotalSize() }}
        onKeyDown={onKeyDown}
        onFocus={event => {
          const row = event.target.closest('[data-index]');
          if (row) {
            setCurrent(Number(row.getAttribute('data-index')));
          }
        }}
      >
        {items.map(item => {
          const row = rows[item.index];
          const tabIndex = item.index === stop ? 0 : -1;
          return (
            <div
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              role="listitem"
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="jp-SoftwarePanel-row"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row.kind === 'version' ? (
                <VersionRow
                  row={row}
                  query={query}
                  busy={props.busy}
                  picks={props.picks}
                  actions={props.actions}
                  options={options}
                  tabIndex={tabIndex}
                  trans={trans}
                />
              ) : row.kind === 'missing' ? (
                <div className="jp-SoftwarePanel-line" aria-busy="true">
                  …
                </div>
              ) : (
                <Button
                  minimal
                  small
                  className="jp-SoftwarePanel-more"
                  tabIndex={tabIndex}
                  onClick={() =>
                    expand(
                      row.module.short_name,
                      row.kind === 'more' ? item.index : item.index - row.count
                    )
                  }
                >
                  {row.kind === 'more'
                    ? trans._n(
                        '%1 more version of %2',
                        '%1 more versions of %2',
                        row.count,
                        row.module.short_name
                      )
                    : trans.__('Fewer versions of %1', row.module.short_name)}
                </Button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/**
 * Return how high a row will be: where that is so, nothing moves when it is measured.
 */
function heightOf(row: Row, options: ISoftwareOptions): number {
  if (row.kind !== 'version') {
    return LINE;
  }
  const { module, version, first } = row;
  const lines = [
    first && options.showSummaries && module.summary,
    first && module.match === 'extension',
    version.needs.length > 0
  ];
  return LINE + SMALL_LINE * lines.filter(line => line).length;
}

/**
 * A version that can be loaded, with what its short name is for.
 */
const VersionRow = React.memo(
  (
    props: IRowProps & {
      row: Extract<Row, { kind: 'version' }>;
      tabIndex: number;
    }
  ): React.JSX.Element => {
    const { row, query, busy, picks, actions, options, tabIndex, trans } =
      props;
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
    const { matched } = module;
    return (
      <div
        className={`jp-SoftwarePanel-version${version.loaded ? ' jp-mod-loaded' : ''}`}
      >
        <div className="jp-SoftwarePanel-line">
          {!version.loaded && (
            <PickBox
              picks={picks}
              fullName={fullName}
              tabIndex={tabIndex}
              trans={trans}
            />
          )}
          <div className="jp-SoftwarePanel-what">
            <button
              ref={name}
              type="button"
              className="jp-SoftwarePanel-name"
              tabIndex={tabIndex}
              title={trans.__('Show what %1 is', fullName)}
              onClick={() => actions.show(fullName)}
            >
              <Highlight text={fullName} words={query} />
            </button>
            {version.default && module.versions.length > 1 && (
              <Mark title={trans.__('Loaded when no version is named')}>
                {trans.__('default')}
              </Mark>
            )}
            {version.deprecated && (
              <Mark title={trans.__('The site advises against it')}>
                {trans.__('deprecated')}
              </Mark>
            )}
            {version.hidden && (
              <Mark title={trans.__('The site does not list this module')}>
                {trans.__('hidden')}
              </Mark>
            )}
          </div>
          {version.loaded ? (
            <span className="jp-SoftwarePanel-state">
              <checkIcon.react tag="span" className="jp-SoftwarePanel-check" />
              {trans.__('Loaded')}
            </span>
          ) : (
            (!picks.names || busy.has(fullName)) && (
              <ActionButton
                fullName={fullName}
                action="load"
                busy={busy.has(fullName)}
                tabIndex={tabIndex}
                onClick={() => {
                  pressed.current = true;
                  actions.load(fullName);
                }}
                onCancel={() => actions.cancel(fullName)}
                trans={trans}
              />
            )
          )}
        </div>
        {first && options.showSummaries && module.summary && (
          <div className="jp-SoftwarePanel-summary" title={module.summary}>
            <Highlight text={module.summary} words={query} />
          </div>
        )}
        {first && module.match === 'extension' && (
          <div className="jp-SoftwarePanel-why">
            {matched.length > FEW_MATCHES
              ? trans._n(
                  'contains %2 and %1 more',
                  'contains %2 and %1 more',
                  matched.length - FEW_MATCHES,
                  matched.slice(0, FEW_MATCHES).join(', ')
                )
              : trans.__('contains %1', matched.join(', '))}
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
);
