import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { softwareIcon } from '../ui/icons';
import { Notice } from '../ui/notice';
import { detailOf, sayError, sayTemplate } from '../ui/sentences';
import { Section } from '../ui/section';
import { AvailableModules } from './components/available';
import { CollectionsSection, LoadedMenu } from './components/collections';
import { LoadedList } from './components/loaded';
import type { IStaleView } from './components/stale';
import { StaleSection } from './components/stale';
import { PickBar, PickButton, usePicks } from './components/picks';
import { Filters, SearchBox } from './components/search';
import { PATIENCE } from './components/row';
import { describeChange } from './outcome';
import type {
  ICollectionsModel,
  IModuleActions,
  ISoftwareModel,
  ISoftwareOptions
} from './tokens';
import { DEFAULT_OPTIONS } from './tokens';

/**
 * The id of the panel's widget.
 */
export const PANEL_ID = 'jupyterlab-hpc-software';

/**
 * What the panel asks of the application.
 */
export interface IPanelActions extends IModuleActions {
  /** Find hidden modules too, or not; kept as a setting. */
  setHidden: (hidden: boolean) => void;
}

/**
 * The Software panel.
 */
export class SoftwarePanel extends ReactWidget {
  constructor(
    private _model: ISoftwareModel,
    private _actions: IPanelActions,
    private _trans: TranslationBundle,
    private _commands: CommandRegistry,
    private _collections: ICollectionsModel | null = null,
    private _stale: IStaleView | null = null
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
   * What the user has chosen in the settings.
   */
  get options(): ISoftwareOptions {
    return this._options;
  }

  set options(options: ISoftwareOptions) {
    this._options = options;
    this.update();
  }

  /**
   * Put the focus into the search box.
   */
  focusSearch(): void {
    this.node.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    // Nothing is asked before the panel is seen for the first time. What is loaded may be
    // known before: the tile of an application loads its module.
    if (!this._model.system) {
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
            stale={this._stale}
            options={this._options}
            focusSearch={this._focusSearch}
            commands={this._commands}
            collections={this._collections}
            trans={this._trans}
          />
        )}
      </UseSignal>
    );
  }

  private _options = DEFAULT_OPTIONS;
  // one function for all renderings, so that the lists need not be rendered anew
  private _focusSearch = () => this.focusSearch();
}

interface IPanelProps {
  model: ISoftwareModel;
  actions: IPanelActions;
  stale: IStaleView | null;
  options: ISoftwareOptions;
  focusSearch: () => void;
  commands: CommandRegistry;
  collections: ICollectionsModel | null;
  trans: TranslationBundle;
}

function Panel(props: IPanelProps): React.JSX.Element {
  const { model, actions, options, focusSearch, commands, trans } = props;
  const { collections, stale } = props;
  const { system, loaded, total } = model;
  const list = React.useRef<HTMLDivElement>(null);
  const loadedTitle = React.useId();
  const availableTitle = React.useId();
  const toLoad = usePicks();
  const toUnload = usePicks();
  const look = React.useCallback(
    (first: number, last: number) => model.look(first, last),
    [model]
  );

  return (
    <>
      <SearchBox
        model={model}
        enter={() => list.current?.querySelector('button')?.focus()}
        trans={trans}
      />
      {system?.kind !== 'none' && (
        <Filters model={model} setHidden={actions.setHidden} trans={trans} />
      )}
      <Outcome {...props} />
      <Notices {...props} />
      {stale && <StaleSection {...stale} trans={trans} />}
      {system?.kind !== 'none' && (
        <>
          <Section
            id={loadedTitle}
            title={trans.__('Loaded modules')}
            count={loaded?.modules.length}
            className="jp-SoftwarePanel-loadedSection"
            actions={
              <>
                <PickButton
                  picks={toUnload}
                  label={trans.__('Select several loaded modules')}
                  trans={trans}
                />
                {collections && (
                  <LoadedMenu commands={commands} trans={trans} />
                )}
              </>
            }
          >
            <PickBar
              picks={toUnload}
              label={count => trans.__('Unload selected (%1)', count)}
              act={names => actions.unload(...names)}
              trans={trans}
            />
            {loaded && (
              <LoadedList
                loaded={loaded}
                busy={model.busy}
                picks={toUnload}
                actions={actions}
                options={options}
                labelledBy={loadedTitle}
                leave={focusSearch}
                trans={trans}
              />
            )}
          </Section>
          <Section
            id={availableTitle}
            title={trans.__('Available modules')}
            count={total ?? undefined}
            className="jp-SoftwarePanel-availableSection"
            actions={
              <PickButton
                picks={toLoad}
                label={trans.__('Select several available modules')}
                trans={trans}
              />
            }
          >
            <PickBar
              picks={toLoad}
              label={count => trans.__('Load selected (%1)', count)}
              act={names => actions.load(...names)}
              trans={trans}
            />
            {total === 0 ? (
              <NothingFound model={model} trans={trans} />
            ) : (
              <AvailableModules
                found={model.found}
                query={model.query}
                busy={model.busy}
                picks={toLoad}
                actions={actions}
                options={options}
                labelledBy={availableTitle}
                listRef={list}
                look={look}
                leave={focusSearch}
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
 * What came of the last change and the last search, announced.
 */
function Outcome(props: IPanelProps): React.JSX.Element {
  const { model, actions, trans } = props;
  const { system, loaded, outcome, total } = model;
  const reading = system?.index === 'building' || system?.index === 'names';
  return (
    <div className="jp-SoftwarePanel-outcome">
      <div className="jp-SoftwarePanel-status" role="status">
        {outcome &&
          describeChange(outcome, trans).map(sentence => (
            <p key={sentence}>{sentence}</p>
          ))}
        {model.told && <p>{model.told}</p>}
        {model.cancelled && <p>{trans.__('Cancelled.')}</p>}
        {total !== null && system?.kind !== 'none' && (
          <p>
            {model.query
              ? trans._n('%1 module found', '%1 modules found', total)
              : trans._n('%1 module', '%1 modules', total)}
            {reading && ` · ${trans.__('reading the module tree…')}`}
          </p>
        )}
      </div>
      {model.changing && (
        <UnderWay cancel={() => model.cancel()} trans={trans} />
      )}
      {outcome && loaded?.undoable && (
        <Button
          small
          minimal
          className="jp-SoftwarePanel-action"
          aria-label={trans.__('Undo the last change')}
          aria-disabled={model.changing}
          onClick={() => {
            if (!model.changing) {
              actions.undo();
            }
          }}
        >
          {trans.__('Undo')}
        </Button>
      )}
    </div>
  );
}

/**
 * What is shown of a change that takes long, also where no row shows it.
 */
function UnderWay(props: {
  cancel: () => void;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { cancel, trans } = props;
  const [long, setLong] = React.useState(false);
  React.useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return long ? (
    <Button
      small
      minimal
      className="jp-SoftwarePanel-action"
      aria-label={trans.__('Cancel the change')}
      aria-busy={true}
      onClick={cancel}
    >
      <span className="jp-SoftwarePanel-spinner" aria-hidden="true" />
      {trans.__('Cancel')}
    </Button>
  ) : null;
}

/**
 * What went wrong, and what the module system said.
 */
function Notices(props: IPanelProps): React.JSX.Element {
  const { model, trans } = props;
  const { system, outcome, error } = model;
  return (
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
          detail={message.template ? '' : message.text}
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
  );
}

/**
 * What stands in the place of an empty list, with the way out.
 */
function NothingFound(props: {
  model: ISoftwareModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, trans } = props;
  const filtered = model.loadable || model.category !== '';
  return (
    <div className="jp-SoftwarePanel-empty">
      <p>
        {model.query
          ? trans.__('Nothing fits “%1”.', model.query)
          : filtered
            ? trans.__('Nothing fits the filters.')
            : trans.__('No module can be loaded here.')}
      </p>
      {filtered && (
        <Button
          small
          minimal
          className="jp-SoftwarePanel-action"
          onClick={() => {
            model.loadable = false;
            model.category = '';
          }}
        >
          {trans.__('Remove the filters')}
        </Button>
      )}
    </div>
  );
}
