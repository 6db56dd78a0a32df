import type { TranslationBundle } from '@jupyterlab/translation';
import { InputGroup, ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import { Debouncer } from '@lumino/polling';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { softwareIcon } from '../ui/icons';
import { Notice } from '../ui/notice';
import { detailOf, sayError, sayTemplate } from '../ui/sentences';
import { AvailableModules } from './components/available';
import { CollectionsSection, LoadedMenu } from './components/collections';
import { LoadedList } from './components/loaded';
import { Section } from './components/section';
import { describeChange } from './outcome';
import type {
  ICollectionsModel,
  IModuleActions,
  ISoftwareModel
} from './tokens';

/**
 * The id of the panel's widget.
 */
export const PANEL_ID = 'jupyterlab-hpc-software';

/**
 * Milliseconds without a key stroke before a search is sent.
 */
const PAUSE = 100;

/**
 * The Software panel.
 */
export class SoftwarePanel extends ReactWidget {
  constructor(
    private _model: ISoftwareModel,
    private _actions: IModuleActions,
    private _trans: TranslationBundle,
    private _commands: CommandRegistry,
    private _collections: ICollectionsModel | null
  ) {
    super();
    this.id = PANEL_ID;
    this.addClass('jp-SoftwarePanel');
    this.title.icon = softwareIcon;
    this.title.caption = _trans.__('Software');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _trans.__('Software'));
  }

  /**
   * Put the focus into the search box.
   */
  focusSearch(): void {
    this.node.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    // Nothing is asked before the panel is seen for the first time.
    if (!this._model.loaded) {
      void this._model.refresh();
    }
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => (
          <Panel
            model={this._model}
            actions={this._actions}
            trans={this._trans}
            commands={this._commands}
            collections={this._collections}
          />
        )}
      </UseSignal>
    );
  }
}

function Panel(props: {
  model: ISoftwareModel;
  actions: IModuleActions;
  trans: TranslationBundle;
  commands: CommandRegistry;
  collections: ICollectionsModel | null;
}): React.JSX.Element {
  const { model, actions, trans, commands, collections } = props;
  const { system, loaded, found, total, outcome, error } = model;
  const list = React.useRef<HTMLDivElement>(null);
  const loadedTitle = React.useId();
  const availableTitle = React.useId();
  const fetchMore = React.useCallback(() => void model.fetchMore(), [model]);
  const reading = system?.index === 'building' || system?.index === 'names';

  return (
    <>
      <SearchBox model={model} list={list} trans={trans} />
      <div className="jp-SoftwarePanel-status" role="status">
        {outcome &&
          describeChange(outcome, trans).map(sentence => (
            <p key={sentence}>{sentence}</p>
          ))}
        {model.told && <p>{model.told}</p>}
        {total !== null && system?.kind !== 'none' && (
          <p>
            {model.query
              ? trans._n('%1 module found', '%1 modules found', total)
              : trans._n('%1 module', '%1 modules', total)}
            {reading && ` · ${trans.__('reading the module tree…')}`}
          </p>
        )}
      </div>
      <div className="jp-SoftwarePanel-notices">
        {error && (
          <Notice
            level="error"
            detail={detailOf(error)}
            detailLabel={trans.__('What the module system said')}
            onDismiss={() => model.dismiss()}
            trans={trans}
          >
            {sayError(error, trans)}
          </Notice>
        )}
        {outcome?.messages.map(message => (
          <Notice
            key={message.text}
            level={message.level}
            detail={message.text}
            detailLabel={trans.__('What the module system said')}
            open={message.level !== 'info'}
            onDismiss={() => model.dismiss()}
            trans={trans}
          >
            {message.template
              ? sayTemplate(message.template, message.arguments, trans)
              : message.level === 'info'
                ? trans.__('The module system has a remark.')
                : trans.__('The module system warns.')}
          </Notice>
        ))}
        {system?.reason && (
          <Notice
            level="warning"
            cure={sayTemplate(system.cure, [], trans)}
            detail={system.detail}
            trans={trans}
          >
            {sayTemplate(system.message, [], trans)}
          </Notice>
        )}
      </div>
      {system?.kind !== 'none' && (
        <>
          <Section
            id={loadedTitle}
            title={trans.__('Loaded modules')}
            count={loaded?.modules.length}
            className="jp-SoftwarePanel-loadedSection"
            actions={
              collections && <LoadedMenu commands={commands} trans={trans} />
            }
          >
            {loaded && (
              <LoadedList
                loaded={loaded}
                busy={model.busy}
                labelledBy={loadedTitle}
                unload={actions.unload}
                show={actions.show}
                trans={trans}
              />
            )}
          </Section>
          <Section
            id={availableTitle}
            title={trans.__('Available modules')}
            count={total ?? undefined}
            className="jp-SoftwarePanel-availableSection"
          >
            {total === 0 ? (
              <p className="jp-SoftwarePanel-empty">
                {model.query
                  ? trans.__('Nothing fits “%1”.', model.query)
                  : trans.__('No module can be loaded here.')}
              </p>
            ) : (
              <AvailableModules
                found={found}
                total={total ?? 0}
                query={model.query}
                busy={model.busy}
                labelledBy={availableTitle}
                listRef={list}
                fetchMore={fetchMore}
                load={actions.load}
                show={actions.show}
                trans={trans}
              />
            )}
          </Section>
          {collections && (
            <CollectionsSection
              collections={collections}
              busy={model.busy}
              commands={commands}
              trans={trans}
            />
          )}
        </>
      )}
    </>
  );
}

/**
 * The search box; the arrow down leads into the list.
 */
function SearchBox(props: {
  model: ISoftwareModel;
  list: React.RefObject<HTMLDivElement>;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, list, trans } = props;
  const [words, setWords] = React.useState(model.query);
  const latest = React.useRef(words);
  const search = React.useMemo(
    () => new Debouncer(() => model.search(latest.current), PAUSE),
    [model]
  );
  React.useEffect(() => () => search.dispose(), [search]);
  return (
    <InputGroup
      className="jp-SoftwarePanel-search"
      type="search"
      aria-label={trans.__('Search modules')}
      placeholder={trans.__('Search modules')}
      rightIcon="ui-components:search"
      maxLength={200}
      spellCheck={false}
      autoComplete="off"
      value={words}
      onChange={event => {
        setWords(event.target.value);
        latest.current = event.target.value;
        void search.invoke();
      }}
      onKeyDown={event => {
        if (event.key === 'ArrowDown') {
          event.preventDefault();
          list.current?.querySelector('button')?.focus();
        }
      }}
    />
  );
}
