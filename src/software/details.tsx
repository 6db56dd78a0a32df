import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ModuleDetails } from '../rest/payloads';
import { softwareIcon } from '../ui/icons';
import { detailOf, sayError } from '../ui/sentences';
import { Notice } from '../ui/notice';
import type { IModuleActions, ISoftwareModel } from './tokens';
import { ActionButton } from './components/row';

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
  const modules = (names: ReadonlyArray<string>) => (
    <ul className="jp-SoftwareDetails-names">
      {names.map(name => (
        <li key={name}>
          <button
            type="button"
            className="jp-SoftwarePanel-name"
            onClick={() => actions.show(name)}
          >
            {name}
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <div className="jp-SoftwareDetails-header">
        <h2>{details.full_name}</h2>
        <ActionButton
          fullName={details.full_name}
          action={details.loaded ? 'unload' : 'load'}
          busy={model.busy.has(details.full_name)}
          onClick={() =>
            details.loaded
              ? actions.unload(details.full_name)
              : actions.load(details.full_name)
          }
          trans={trans}
        />
      </div>
      {details.deprecation && (
        <Notice level="warning" trans={trans}>
          {details.deprecation}
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
          <ul>
            {details.ways.map(way => (
              <li key={way.join(' ')}>{way.join(' + ')}</li>
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
          {modules(details.dependencies)}
        </section>
      )}
      {details.conflicts.length > 0 && (
        <section>
          <h3>{trans.__('Conflicts')}</h3>
          {modules(details.conflicts)}
        </section>
      )}
      {details.versions.length > 1 && (
        <section>
          <h3>{trans.__('All versions')}</h3>
          {modules(details.versions)}
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
      </section>
    </>
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
