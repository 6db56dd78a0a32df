import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { KernelSpec } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import type { ISoftwareModel } from '../software/tokens';
import { CommandIDs as SoftwareCommandIDs } from '../software/tokens';
import { sayError } from '../ui/sentences';
import { writeBeside } from './locktext';
import type { INotebookModel } from './memory';
import { NotebookMemory, readModules } from './memory';
import { ownModules } from './tooltips';
import type { IKernelsModel } from './tokens';
import { NotebookCommandIDs } from './tokens';
import { sayCompared, sayMessage, toLoad } from './words';

/**
 * Milliseconds for which an outcome shows; it stays in the notification centre.
 */
const TOAST = 8000;

/**
 * How many characters of a notification JupyterLab shows.
 */
const SHOWN = 140;

/**
 * A notebook as JupyterLab opens it.
 */
type Context = DocumentRegistry.IContext<
  DocumentRegistry.IModel & INotebookModel
>;

/**
 * What notebooks need from the application.
 */
export interface INotebookContext {
  app: JupyterFrontEnd;
  model: IKernelsModel;
  software: ISoftwareModel;
  trans: TranslationBundle;
}

/**
 * Takes care of the modules that notebooks remember, where the site has that.
 */
export class Notebooks implements DocumentRegistry.WidgetExtension {
  constructor(private _context: INotebookContext) {
    this.memory = new NotebookMemory(context => {
      const { software, app } = _context;
      const { sessionContext } = context as Context;
      return (
        ownModules(
          app.serviceManager.kernelspecs.specs,
          kernelOf(sessionContext)
        ) ??
        software.loaded?.modules.map(module => module.full_name) ??
        null
      );
    });
    _context.software.stateChanged.connect(() => {
      for (const context of this._open) {
        this.memory.look(context);
      }
    });
  }

  readonly memory: NotebookMemory;

  createNew(_: IDocumentWidget, context: Context): IDisposable {
    const { model } = this._context;
    this._open.add(context);
    this.memory.follow(context);
    const begin = async () => {
      if (!model.kernels) {
        this._asking ??= model.refresh();
        await this._asking;
      }
      await context.ready;
      await context.sessionContext.ready;
      if (model.remember && !context.isDisposed) {
        await this.offer(context);
      }
    };
    begin().catch(reason =>
      console.warn('The modules of a notebook were not compared.', reason)
    );
    return new DisposableDelegate(() => {
      this._open.delete(context);
    });
  }

  /**
   * Return the notebook that has the focus; null where that is something else.
   */
  get current(): Context | null {
    const widget = this._context.app.shell.currentWidget;
    for (const context of this._open) {
      if ((widget as Partial<IDocumentWidget> | null)?.context === context) {
        return context;
      }
    }
    return null;
  }

  /**
   * Make sure that it is known what is loaded.
   */
  async known(): Promise<void> {
    const { software } = this._context;
    if (!software.loaded) {
      await software.refresh();
    }
  }

  /**
   * Say where a notebook's modules are not loaded, and offer to load them.
   */
  async offer(context: Context): Promise<void> {
    const { model, trans } = this._context;
    const modules = readModules(context.model);
    if (!modules) {
      return;
    }
    await this.known();
    const told = await model.compare({
      modules,
      kernel: kernelOf(context.sessionContext) ?? ''
    });
    if (context.isDisposed) {
      return;
    }
    this.memory.look(context);
    const said = sayCompared(PathExt.basename(context.path), told, trans);
    if (!said || told.own) {
      return;
    }
    const load = toLoad(modules, told);
    const id = Notification.warning(said, {
      autoClose: false,
      actions: [
        ...(load.length > 0
          ? [
              {
                label: trans.__('Load…'),
                caption: trans.__('Show what would change, then load them'),
                displayType: 'accent' as const,
                callback: () => void this.load(load)
              }
            ]
          : []),
        {
          label: trans.__('Forget'),
          caption: trans.__('Have the notebook forget its modules'),
          callback: () => this.memory.forget(context)
        },
        ...(said.length > SHOWN
          ? [
              {
                label: trans.__('Details'),
                callback: (event: MouseEvent) => {
                  // It stays: this is no answer to it.
                  event.preventDefault();
                  void showDialog({
                    title: trans.__('Modules of %1', context.path),
                    body: said,
                    buttons: [Dialog.okButton({ label: trans.__('Close') })]
                  });
                }
              }
            ]
          : [])
      ]
    });
    const { software } = this._context;
    // Loaded in another way: then there is nothing to offer any more.
    const follow = () => {
      const loaded = software.loaded?.modules ?? [];
      if (load.every(name => loaded.some(m => m.full_name === name))) {
        done();
      }
    };
    const done = () => {
      // The software lives as long as the page, and would keep the notebook.
      software.stateChanged.disconnect(follow);
      if (Notification.manager.has(id)) {
        Notification.dismiss(id);
      }
    };
    context.disposed.connect(done);
    if (load.length > 0) {
      software.stateChanged.connect(follow);
    }
  }

  /**
   * Load modules after a dialog that shows what changes.
   */
  async load(full_names: string[]): Promise<void> {
    await this._context.app.commands.execute(SoftwareCommandIDs.load, {
      full_names,
      preview: true
    });
  }

  private _open = new Set<Context>();
  private _asking: Promise<void> | null = null;
}

/**
 * Add the commands for the notebook that has the focus.
 */
export function addNotebookCommands(
  commands: CommandRegistry,
  notebooks: Notebooks,
  context: INotebookContext
): void {
  const { app, model, trans } = context;
  const noArguments = { args: { type: 'object', properties: {} } };
  const isNotebook = () => notebooks.current !== null;
  const remembers = () =>
    notebooks.current !== null && readModules(notebooks.current.model) !== null;
  const add = (
    id: string,
    options: { label: string; caption: string; isToggled?: () => boolean },
    isEnabled: () => boolean,
    act: (notebook: Context) => Promise<void>
  ) => {
    commands.addCommand(id, {
      ...options,
      describedBy: noArguments,
      isEnabled,
      isVisible: () => id === NotebookCommandIDs.lock || model.remember,
      execute: async () => {
        const notebook = notebooks.current;
        if (notebook) {
          try {
            await act(notebook);
          } catch (reason) {
            Notification.error(sayError(reason as Error, trans), {
              autoClose: false
            });
          }
        }
      }
    });
  };
  const remember = async (notebook: Context) => {
    await notebooks.known();
    notebooks.memory.remember(notebook);
  };
  add(
    NotebookCommandIDs.remember,
    {
      label: trans.__('Remember Modules in This Notebook'),
      caption: trans.__(
        'Keep in the notebook which modules it needs, and offer to load them when it is opened'
      ),
      isToggled: remembers
    },
    isNotebook,
    async notebook => {
      if (remembers()) {
        notebooks.memory.forget(notebook);
      } else {
        await remember(notebook);
      }
    }
  );
  add(
    NotebookCommandIDs.load,
    {
      label: trans.__("Load This Notebook's Modules…"),
      caption: trans.__('Show what would change, then load them')
    },
    remembers,
    async notebook => {
      const modules = readModules(notebook.model) ?? [];
      const told = await model.compare({ modules, kernel: '' });
      const load = toLoad(modules, told);
      if (load.length > 0) {
        await notebooks.load(load);
      } else {
        Notification.info(trans.__('They are all loaded already.'), {
          autoClose: TOAST
        });
      }
    }
  );
  add(
    NotebookCommandIDs.update,
    {
      label: trans.__("Make These the Notebook's Modules"),
      caption: trans.__('Have the notebook remember what is loaded now')
    },
    remembers,
    remember
  );
  add(
    NotebookCommandIDs.forget,
    {
      label: trans.__("Forget the Notebook's Modules"),
      caption: trans.__('Have the notebook forget its modules')
    },
    remembers,
    notebook => {
      notebooks.memory.forget(notebook);
      return Promise.resolve();
    }
  );
  add(
    NotebookCommandIDs.lock,
    {
      label: trans.__('Export Lock Text'),
      caption: trans.__(
        'Write beside the notebook with which modules and packages it runs'
      )
    },
    isNotebook,
    async notebook => {
      const told = await model.lock({
        kernel: kernelOf(notebook.sessionContext) ?? '',
        modules: readModules(notebook.model)
      });
      const path = await writeBeside(
        app.serviceManager.contents,
        notebook.path,
        told.text
      );
      const said = trans.__('Written: %1', path);
      const remark = sayMessage(told.message, trans);
      Notification.success([said, remark].filter(Boolean).join(' '), {
        autoClose: TOAST,
        actions: [
          {
            label: trans.__('Open'),
            callback: () => void commands.execute('docmanager:open', { path })
          }
        ]
      });
    }
  );
  const changed = () => {
    for (const id of Object.values(NotebookCommandIDs)) {
      commands.notifyCommandChanged(id);
    }
  };
  model.stateChanged.connect(changed);
  notebooks.memory.changed.connect(changed);
}

/**
 * Return the name of a notebook's kernel, also where it has not started.
 */
function kernelOf(
  session: ISessionContext
): KernelSpec.ISpecModel['name'] | undefined {
  return session.session?.kernel?.name ?? session.kernelPreference.name;
}
