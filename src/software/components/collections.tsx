import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, UseSignal } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { Collection } from '../../rest/payloads';
import { CommandIDs as KernelCommandIDs } from '../../kernels/tokens';
import { busyName } from '../collections';
import { CollectionCommandIDs } from '../tokens';
import type { ICollectionsModel } from '../tokens';
import { Section } from '../../ui/section';
import { MenuButton } from './menubutton';

/**
 * The menu of what is done with all loaded modules at once.
 */
export function LoadedMenu(props: {
  commands: CommandRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <MenuButton
      label={props.trans.__('More for loaded modules')}
      commands={props.commands}
      items={[
        { command: CollectionCommandIDs.purge },
        { command: CollectionCommandIDs.reset },
        { type: 'separator' },
        {
          command: CollectionCommandIDs.copyScript,
          args: { format: 'bash' }
        },
        {
          command: CollectionCommandIDs.copyScript,
          args: { format: 'python' }
        },
        { type: 'separator' },
        { command: CollectionCommandIDs.save },
        { command: KernelCommandIDs.make, args: { isPanel: true } },
        { command: CollectionCommandIDs.modulePaths }
      ]}
    />
  );
}

/**
 * The collections, folded until the user wants them.
 */
export function CollectionsSection(props: {
  collections: ICollectionsModel;
  busy: ReadonlySet<string>;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { collections, trans } = props;
  const title = React.useId();
  React.useEffect(() => {
    // They may have been changed in another page or in a terminal.
    const follow = () => {
      if (collections.open) {
        void collections.refresh();
      }
    };
    window.addEventListener('focus', follow);
    return () => window.removeEventListener('focus', follow);
  }, [collections]);
  return (
    <UseSignal signal={collections.stateChanged}>
      {() => (
        <Section
          id={title}
          title={trans.__('Collections')}
          count={collections.collections?.length}
          className="jp-SoftwarePanel-collectionsSection"
          open={collections.open}
          onToggle={open => {
            collections.open = open;
          }}
        >
          <CollectionsList {...props} labelledBy={title} />
        </Section>
      )}
    </UseSignal>
  );
}

function CollectionsList(props: {
  collections: ICollectionsModel;
  busy: ReadonlySet<string>;
  commands: CommandRegistry;
  labelledBy: string;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { collections, busy, commands, trans } = props;
  const known = collections.collections;
  const node = React.useRef<HTMLDivElement>(null);
  const before = React.useRef(0);
  const [unfolded, setUnfolded] = React.useState<ReadonlySet<string>>(
    new Set()
  );
  const count = known?.length ?? 0;
  React.useEffect(() => {
    // The last row took the focus with it when it was deleted.
    if (count < before.current && document.activeElement === document.body) {
      const rows = node.current?.querySelectorAll<HTMLElement>(
        '.jp-SoftwarePanel-name'
      );
      const save = node.current?.querySelector<HTMLElement>(
        '.jp-SoftwarePanel-save'
      );
      (rows?.[rows.length - 1] ?? save)?.focus();
    }
    before.current = count;
  }, [count]);
  return (
    <div className="jp-SoftwarePanel-collections" ref={node}>
      {known?.length === 0 && (
        <p className="jp-SoftwarePanel-empty">
          {trans.__(
            'A collection keeps the names of the modules that are loaded, under a name of yours. You can go back to it in any session, here or with “module restore” in a terminal.'
          )}
        </p>
      )}
      {count > 0 && (
        <ul
          role="list"
          className="jp-SoftwarePanel-loaded"
          aria-labelledby={props.labelledBy}
        >
          {known?.map((collection, i) => (
            // By place, not by name: the focus stays where it is when a row changes.
            <CollectionRow
              key={i}
              collection={collection}
              modules={
                unfolded.has(collection.name)
                  ? (collections.described.get(collection.name) ?? [])
                  : null
              }
              busy={busy.has(busyName(collection.name))}
              commands={commands}
              onToggle={() => {
                const names = new Set(unfolded);
                if (!names.delete(collection.name)) {
                  names.add(collection.name);
                }
                setUnfolded(names);
              }}
              describe={() => void collections.describe(collection.name)}
              described={collections.described.has(collection.name)}
              trans={trans}
            />
          ))}
        </ul>
      )}
      <Button
        minimal
        small
        className="jp-SoftwarePanel-save"
        onClick={() => void commands.execute(CollectionCommandIDs.save)}
      >
        {trans.__('Save what is loaded…')}
      </Button>
    </div>
  );
}

/**
 * A collection; `modules` is what it holds where that is shown.
 */
function CollectionRow(props: {
  collection: Collection;
  modules: ReadonlyArray<string> | null;
  busy: boolean;
  commands: CommandRegistry;
  onToggle: () => void;
  describe: () => void;
  described: boolean;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { modules, busy, commands, described, describe, trans } = props;
  const { name, default: isDefault } = props.collection;
  const list = React.useId();
  const shown = modules !== null;
  React.useEffect(() => {
    if (shown && !described) {
      describe();
    }
    // asked once for each name, and again when the list changed
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `describe` is made anew each time
  }, [shown, described, name]);
  return (
    <li className="jp-SoftwarePanel-loadedRow">
      <div className="jp-SoftwarePanel-line">
        <div className="jp-SoftwarePanel-what">
          <button
            type="button"
            className="jp-SoftwarePanel-name"
            title={trans.__('Show what %1 holds', name)}
            aria-expanded={shown}
            aria-controls={shown ? list : undefined}
            onClick={props.onToggle}
          >
            {name}
          </button>
          {isDefault && (
            <span
              className="jp-SoftwarePanel-mark"
              title={trans.__('Every login shell loads it')}
            >
              {trans.__('at login')}
            </span>
          )}
        </div>
        <Button
          small
          minimal
          className="jp-SoftwarePanel-action"
          aria-label={trans.__('Restore %1', name)}
          aria-disabled={busy}
          aria-busy={busy}
          onClick={() => {
            if (!busy) {
              void commands.execute(CollectionCommandIDs.restore, { name });
            }
          }}
        >
          {busy && (
            <span className="jp-SoftwarePanel-spinner" aria-hidden="true" />
          )}
          {trans.__('Restore')}
        </Button>
        <MenuButton
          label={trans.__('More for %1', name)}
          commands={commands}
          items={[
            { command: CollectionCommandIDs.rename, args: { name } },
            { command: CollectionCommandIDs.remove, args: { name } }
          ]}
        />
      </div>
      {shown && (
        <ul
          id={list}
          role="list"
          className="jp-SoftwarePanel-held"
          aria-label={trans.__('Modules in %1', name)}
        >
          {modules.map(module => (
            <li key={module}>{module}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
