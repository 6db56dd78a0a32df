import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type {
  ModuleDetails,
  ModulefileText,
  VersionInfo
} from '../rest/payloads';
import { softwareIcon } from '../ui/icons';
import { detailOf, sayError } from '../ui/sentences';
import { Notice } from '../ui/notice';
import type { IModuleActions, ISoftwareModel } from './tokens';
import { ActionButton, Mark } from './components/row';

/**
 * Return the id of the widget that shows the details of a module.
 */
export function detailsId(fullName: string): string {
  return `jupyterlab-hpc-software-${fullName}`;
}

/**
 * Make the widget that shows the details of one module.
 */
export function makeDetails(
  fullName: string,
  model: ISoftwareModel,
  actions: IModuleActions,
  trans: TranslationBundle
): MainAreaWidget<ModuleDetailsView> {
  const content = new ModuleDetailsView(fullName, model, actions, trans);
  const widget = new MainAreaWidget({ content });
  widget.id = detailsId(fullName);
  widget.title.label = fullName;
  widget.title.icon = softwareIcon;
  widget.title.closable = true;
  return widget;
}

/**
 * The details of one module.
 */
export class ModuleDetailsView extends ReactWidget {
  constructor(
    readonly fullName: string,
    private _model: ISoftwareModel,
    private _actions: IModuleActions,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-SoftwareDetails');
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => (
          <Details
            fullName={this.fullName}
            model={this._model}
            actions={this._actions}
            trans={this._trans}
          />
        )}
      </UseSignal>
    );
  }
}

function Details(props: {
  fullName: string;
  model: ISoftwareModel;
  actions: IModuleActions;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { fullName, model, actions, trans } = props;
  const [details, setDetails] = React.useState<ModuleDetails | null>(null);
  const [error, setError] = React.useState<Error | null>(null);
  const revision = model.loaded?.revision;
  const index = model.system?.index;
  React.useEffect(() => {
    let current = true;
    model.details(fullName).then(
      told => {
        if (current) {
          setDetails(told);
          setError(null);
        }
      },
      (reason: Error) => {
        if (current) {
          setError(reason);
        }
      }
    );
    return () => {
      current = false;
    };
  }, [model, fullName, revision, index]);

  if (!details) {
    return error ? (
      <Notice level="error" detail={detailOf(error)} trans={trans}>
        {sayError(error, trans)}
      </Notice>
    ) : (
      <p role="status">{trans.__('Asking about %1…', fullName)}</p>
    );
  }
  const loaded = new Set(
    model.loaded?.modules.flatMap(m => [m.full_name, m.short_name])
  );
  const load = (...names: string[]) => actions.load(...names);
  const names = (names: ReadonlyArray<string>) => (
    <ul className="jp-SoftwareDetails-names">
      {names.map(name => (
        <li key={name}>
          <ModuleLine
            fullName={name}
            loaded={loaded.has(name)}
            busy={model.busy.has(name)}
            actions={actions}
            trans={trans}
          />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <div className="jp-SoftwareDetails-header">
        <h2>{details.full_name}</h2>
        <ModuleAction
          fullName={details.full_name}
          loaded={details.loaded}
          busy={model.busy.has(details.full_name)}
          actions={actions}
          trans={trans}
        />
      </div>
      {details.deprecation && (
        <Notice level="warning" trans={trans}>
          {details.deprecation}
        </Notice>
      )}
      {details.unsupported.length > 0 && (
        <Notice level="info" trans={trans}>
          {trans.__(
            'It also defines aliases or shell functions, which neither notebooks nor terminals get from here: %1. In a terminal, load it with the module command to have them.',
            details.unsupported.join(', ')
          )}
        </Notice>
      )}
      {details.summary && <p>{details.summary}</p>}
      {!details.loadable && details.ways.length > 0 && (
        <section>
          <h3>
            {trans._n(
              'Needs these modules first',
              'Needs one of these chains of modules first',
              details.ways.length
            )}
          </h3>
          <ul className="jp-SoftwareDetails-names">
            {details.ways.map(way => (
              <li key={way.join(' ')}>
                {way.join(' + ')}
                {details.ways.length > 1 && !details.loaded && (
                  <Button
                    small
                    minimal
                    className="jp-SoftwarePanel-action"
                    aria-label={trans.__(
                      'Load %1 through %2',
                      details.full_name,
                      way.join(' + ')
                    )}
                    onClick={() => load(...way, details.full_name)}
                  >
                    {trans.__('Load')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {details.extensions.length > 0 && (
        <Extensions extensions={details.extensions} trans={trans} />
      )}
      {details.help && (
        <section>
          <h3>{trans.__('Help')}</h3>
          <pre tabIndex={0}>{details.help}</pre>
        </section>
      )}
      {details.dependencies.length > 0 && (
        <section>
          <h3>{trans.__('Dependencies')}</h3>
          {names(details.dependencies)}
        </section>
      )}
      {details.conflicts.length > 0 && (
        <section>
          <h3>{trans.__('Conflicts')}</h3>
          {names(details.conflicts)}
        </section>
      )}
      {details.versions.length > 1 && (
        <section>
          <h3>{trans.__('All versions')}</h3>
          <ul className="jp-SoftwareDetails-names">
            {details.versions.map(version => (
              <li key={version.full_name}>
                <ModuleLine
                  fullName={version.full_name}
                  loaded={version.loaded}
                  busy={model.busy.has(version.full_name)}
                  marks={marksOf(version, trans)}
                  actions={actions}
                  trans={trans}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>{trans.__('About')}</h3>
        <dl className="jp-SoftwareDetails-facts">
          {details.category && (
            <>
              <dt>{trans.__('Category')}</dt>
              <dd>{details.category}</dd>
            </>
          )}
          {details.family && (
            <>
              <dt>{trans.__('Family')}</dt>
              <dd>{details.family}</dd>
            </>
          )}
          {details.url && (
            <>
              <dt>{trans.__('Website')}</dt>
              <dd>
                <Website url={details.url} />
              </dd>
            </>
          )}
          {details.modulefile && (
            <>
              <dt>{trans.__('Modulefile')}</dt>
              <dd>
                <code>{details.modulefile}</code>
              </dd>
            </>
          )}
        </dl>
        {details.modulefile && (
          <ModulefileView
            key={details.modulefile}
            fullName={details.full_name}
            model={model}
            trans={trans}
          />
        )}
      </section>
    </>
  );
}

/**
 * Return what is to be said of a version beside its name.
 */
function marksOf(version: VersionInfo, trans: TranslationBundle): string[] {
  return [
    version.default ? trans.__('default') : '',
    version.hidden ? trans.__('hidden') : '',
    version.deprecated ? trans.__('deprecated') : '',
    version.needs.length > 0
      ? trans.__('needs %1', version.needs.join(' + '))
      : ''
  ].filter(mark => mark);
}

/**
 * The button that loads a module, or unloads it where it is loaded.
 */
function ModuleAction(props: {
  fullName: string;
  loaded: boolean;
  busy: boolean;
  actions: IModuleActions;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { fullName, loaded, actions } = props;
  return (
    <ActionButton
      fullName={fullName}
      action={loaded ? 'unload' : 'load'}
      busy={props.busy}
      onClick={() =>
        loaded ? actions.unload(fullName) : actions.load(fullName)
      }
      onCancel={() => actions.cancel(fullName)}
      trans={props.trans}
    />
  );
}

/**
 * A module that is named: a way to its details, and the button that loads it.
 */
function ModuleLine(props: {
  fullName: string;
  loaded: boolean;
  busy: boolean;
  marks?: ReadonlyArray<string>;
  actions: IModuleActions;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { fullName, loaded, actions, trans } = props;
  return (
    <div className="jp-SoftwareDetails-line">
      <button
        type="button"
        className="jp-SoftwarePanel-name"
        title={trans.__('Show what %1 is', fullName)}
        onClick={() => actions.show(fullName)}
      >
        {fullName}
      </button>
      {loaded && <Mark>{trans.__('loaded')}</Mark>}
      {props.marks?.map(mark => (
        <Mark key={mark}>{mark}</Mark>
      ))}
      {!loaded && <ModuleAction {...props} />}
    </div>
  );
}

/**
 * The text of a modulefile, fetched when it is unfolded.
 */
function ModulefileView(props: {
  fullName: string;
  model: ISoftwareModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { fullName, model, trans } = props;
  const [file, setFile] = React.useState<ModulefileText | null>(null);
  const [error, setError] = React.useState<Error | null>(null);
  const read = () => {
    model.modulefile(fullName).then(
      told => {
        setFile(told);
        setError(null);
      },
      (reason: Error) => setError(reason)
    );
  };
  return (
    <details
      onToggle={event => {
        if (event.currentTarget.open && !file) {
          read();
        }
      }}
    >
      <summary>{trans.__('Text of the modulefile')}</summary>
      {error && (
        <Notice level="error" detail={detailOf(error)} trans={trans}>
          {sayError(error, trans)}
        </Notice>
      )}
      {file && <pre tabIndex={0}>{file.text}</pre>}
      {file?.truncated && <p>{trans.__('The rest is left out.')}</p>}
    </details>
  );
}

/**
 * A modulefile's address; a link only where it leads to the web.
 */
function Website(props: { url: string }): React.JSX.Element {
  const { url } = props;
  const safe = url.startsWith('https://') || url.startsWith('http://');
  return safe ? (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {url}
    </a>
  ) : (
    <>{url}</>
  );
}

/**
 * What is inside a module, with a filter where it is much.
 */
function Extensions(props: {
  extensions: ModuleDetails['extensions'];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { extensions, trans } = props;
  const [filter, setFilter] = React.useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = extensions.filter(e => e.name.toLowerCase().includes(wanted));
  return (
    <section>
      <h3>{trans.__('Included extensions')}</h3>
      {extensions.length > 20 && (
        <input
          type="search"
          className="jp-mod-styled"
          aria-label={trans.__('Filter the included extensions')}
          placeholder={trans.__('Filter')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
      )}
      <ul className="jp-SoftwareDetails-extensions">
        {shown.map(e => (
          <li key={`${e.name} ${e.version}`}>
            {e.name}{' '}
            <span className="jp-SoftwareDetails-version">{e.version}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
