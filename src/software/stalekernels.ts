import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { Kernel, ServiceManager } from '@jupyterlab/services';
import type { Widget } from '@lumino/widgets';

import type { StaleApi } from './staleapi';
import type { KernelWork } from './kernelwork';
import type { StaleModel } from './stale';
import type { IStaleKernel } from './tokens';

/**
 * A widget of the page that has a kernel; a console has no document to save.
 */
interface IOpen {
  session: ISessionContext;
  document: DocumentRegistry.Context | null;
}

/**
 * What keeps a kernel from being restarted: a document that could not be saved.
 */
export class SaveError extends Error {
  constructor(readonly path: string) {
    super(path);
  }
}

/**
 * A kernel's own word that it did not take over a change.
 */
export class TakeOverError extends Error {
  /**
   * `exception` is the name of one of Python's, empty where the kernel dropped the request.
   */
  constructor(
    readonly exception: string,
    message: string
  ) {
    super(message);
  }
}

/**
 * Gives running kernels the session's modules: by a restart, or without.
 */
export class StaleKernels {
  constructor(
    private _api: Pick<StaleApi, 'loaded' | 'takenOver'>,
    private _services: ServiceManager.IManager,
    private _shell: JupyterFrontEnd.IShell,
    private _model: StaleModel,
    private _work: Pick<KernelWork, 'isRunning'>
  ) {}

  /**
   * Return whether a kernel runs code, as far as the page knows.
   */
  isBusy(kernel: IStaleKernel): boolean {
    if (this._work.isRunning(kernel.id)) {
      return true;
    }
    const [open] = this._open(kernel.id);
    const status = open?.session.session?.kernel?.status;
    if (status) {
      return status === 'busy';
    }
    for (const { id, execution_state } of this._services.kernels.running()) {
      if (id === kernel.id) {
        return execution_state === 'busy';
      }
    }
    return false;
  }

  /**
   * Return whether something on this page uses a kernel, and is saved with it.
   */
  isOpen(kernel: IStaleKernel): boolean {
    return this._open(kernel.id).length > 0;
  }

  /**
   * Save what is open of kernels, then restart them; return those that did not restart.
   *
   * Rejects with a SaveError, and restarts none, where something was not saved.
   */
  async restart(kernels: ReadonlyArray<IStaleKernel>): Promise<IStaleKernel[]> {
    const ids = kernels.map(kernel => kernel.id);
    return this._model.whileBusy(ids, async () => {
      for (const id of ids) {
        await this._save(id);
      }
      const ends = await Promise.allSettled(
        kernels.map(kernel => this._restart(kernel))
      );
      // A session's own restart tells no failure: the server knows.
      await this._model.refresh();
      const stale = new Set(this._model.kernels.map(kernel => kernel.id));
      return kernels.filter(
        ({ id }, i) => stale.has(id) || ends[i].status === 'rejected'
      );
    });
  }

  /**
   * Have a Python kernel change its own modules to those of the session.
   *
   * It does so when what it runs has ended. Rejects with a TakeOverError where it
   * could not, and then it has changed nothing.
   */
  async takeOver(kernel: IStaleKernel): Promise<void> {
    await this._model.whileBusy([kernel.id], async () => {
      const loaded = await this._api.loaded();
      const names = loaded.modules.map(module => module.full_name);
      await this._connected(kernel, async connection => {
        const { content } = await connection.requestExecute({
          code: takeOverCode(names),
          silent: true,
          store_history: false,
          allow_stdin: false,
          stop_on_error: false
        }).done;
        if (content.status === 'error') {
          throw new TakeOverError(content.ename, content.evalue);
        }
        if (content.status !== 'ok') {
          throw new TakeOverError('', '');
        }
      });
      await this._api.takenOver({
        kernels: [kernel.id],
        revision: loaded.revision
      });
      await this._model.refresh();
    });
  }

  /**
   * Return what is open on this page with a kernel.
   */
  private _open(id: string): IOpen[] {
    const open: IOpen[] = [];
    for (const widget of this._shell.widgets('main')) {
      const found = Private.openOf(widget);
      if (found?.session.session?.kernel?.id === id) {
        open.push(found);
      }
    }
    return open;
  }

  private async _save(id: string): Promise<void> {
    for (const { document } of this._open(id)) {
      if (document?.model.dirty) {
        try {
          await document.save();
        } catch {
          // JupyterLab has told why, or the user has cancelled
          throw new SaveError(document.path);
        }
      }
    }
  }

  private async _restart(kernel: IStaleKernel): Promise<void> {
    const [open] = this._open(kernel.id);
    if (open) {
      await open.session.restartKernel();
    } else {
      await this._connected(kernel, connection => connection.restart());
    }
  }

  /**
   * Do something with a connection to a kernel: the page's own, or one for this.
   */
  private async _connected(
    kernel: IStaleKernel,
    work: (connection: Kernel.IKernelConnection) => Promise<void>
  ): Promise<void> {
    const [open] = this._open(kernel.id);
    const own = open?.session.session?.kernel;
    if (own) {
      return work(own);
    }
    // it may have started elsewhere a moment ago
    await this._services.kernels.refreshRunning();
    for (const model of this._services.kernels.running()) {
      if (model.id === kernel.id) {
        const connection = this._services.kernels.connectTo({
          model,
          handleComms: false
        });
        try {
          return await work(connection);
        } finally {
          connection.dispose();
        }
      }
    }
    throw new TakeOverError('', '');
  }
}

/**
 * Return Python that makes the modules of the kernel just these, in order.
 *
 * The magic is called past IPython's line, which would fill in `{}` and `$`.
 */
export function takeOverCode(fullNames: ReadonlyArray<string>): string {
  const line = JSON.stringify(['exactly', ...fullNames].join(' '));
  return [
    "get_ipython().run_line_magic('load_ext', 'jupyterlab_hpc')",
    `get_ipython().find_line_magic('module')(${line})`
  ].join('\n');
}

namespace Private {
  /**
   * Return what JupyterLab's notebooks and consoles have in common, where a widget has it.
   */
  export function openOf(widget: Widget): IOpen | null {
    const { context, sessionContext } = widget as Partial<{
      context: DocumentRegistry.Context;
      sessionContext: ISessionContext;
    }>;
    const session = sessionContext ?? context?.sessionContext;
    return session ? { session, document: context ?? null } : null;
  }
}
