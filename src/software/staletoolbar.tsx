import type { ISessionContext } from '@jupyterlab/apputils';
import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  Button,
  ReactWidget,
  refreshIcon,
  UseSignal
} from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import * as React from 'react';

import type { IStaleActions, IStaleKernel, IStaleModel } from './tokens';

const ITEM = 'hpc-stale';

/**
 * Adds a badge to the toolbar of every notebook whose kernel is stale.
 */
export class StaleToolbar implements DocumentRegistry.WidgetExtension {
  constructor(
    private _model: IStaleModel,
    private _actions: IStaleActions,
    private _trans: TranslationBundle
  ) {}

  createNew(
    panel: IDocumentWidget,
    context: DocumentRegistry.Context
  ): IDisposable {
    const session = context.sessionContext;
    let badge: StaleBadge | null = null;
    // Put there and taken away, not hidden: the toolbar moves what does not fit
    // into its menu, and measures its items when they come.
    const update = () => {
      const stale = this._find(session);
      if (stale && !badge) {
        badge = new StaleBadge(
          session,
          this._model,
          this._actions,
          this._trans
        );
        if (!panel.toolbar.insertAfter('restart-and-run', ITEM, badge)) {
          panel.toolbar.insertItem(0, ITEM, badge);
        }
      } else if (!stale && badge) {
        badge.dispose();
        badge = null;
      }
    };
    this._model.stateChanged.connect(update);
    session.kernelChanged.connect(update);
    update();
    return new DisposableDelegate(() => {
      this._model.stateChanged.disconnect(update);
      session.kernelChanged.disconnect(update);
      badge?.dispose();
    });
  }

  private _find(session: ISessionContext): IStaleKernel | undefined {
    return findKernel(session, this._model);
  }
}

/**
 * The badge: restart this notebook's kernel, or have it take over the change.
 */
class StaleBadge extends ReactWidget {
  constructor(
    private _session: ISessionContext,
    private _model: IStaleModel,
    private _actions: IStaleActions,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-StaleBadge');
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => {
          const kernel = findKernel(this._session, this._model);
          return kernel ? this._buttons(kernel) : null;
        }}
      </UseSignal>
    );
  }

  private _buttons(kernel: IStaleKernel): React.JSX.Element {
    const trans = this._trans;
    const isBusy = this._model.busy.has(kernel.id);
    const press = (act: (id: string) => void) => () => {
      if (!isBusy) {
        act(kernel.id);
      }
    };
    return (
      <>
        <Button
          className="jp-ToolbarButtonComponent jp-StaleBadge-button"
          minimal
          small
          aria-label={trans.__('Restart to use new modules')}
          aria-disabled={isBusy}
          title={trans.__(
            'Restart to use new modules: this kernel started before the last change of modules. The notebook is saved first.'
          )}
          onClick={press(id => this._actions.restart(id))}
        >
          <refreshIcon.react tag="span" className="jp-StaleBadge-icon" />
          <span className="jp-ToolbarButtonComponent-label">
            {trans.__('New modules')}
          </span>
        </Button>
        {kernel.isPython && (
          <Button
            className="jp-ToolbarButtonComponent jp-StaleBadge-button"
            minimal
            small
            aria-label={trans.__('Take over the new modules without a restart')}
            aria-disabled={isBusy}
            title={trans.__(
              'Take over the new modules without a restart: variables are kept, and what is imported already stays as it is.'
            )}
            onClick={press(id => this._actions.takeOver(id))}
          >
            <span className="jp-ToolbarButtonComponent-label">
              {trans.__('Take over')}
            </span>
          </Button>
        )}
      </>
    );
  }
}

function findKernel(
  session: ISessionContext,
  model: IStaleModel
): IStaleKernel | undefined {
  const id = session.session?.kernel?.id;
  return model.kernels.find(kernel => kernel.id === id);
}
