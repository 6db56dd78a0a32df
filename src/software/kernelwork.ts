import type { ISessionContext } from '@jupyterlab/apputils';
import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { Kernel } from '@jupyterlab/services';
import { KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

/**
 * Knows which kernels of open notebooks run code.
 *
 * JupyterLab before 4.5, and any with a jupyterlab_server before 2.28, takes each status message
 * for the kernel's: an answer on the control channel, such as the debugger asks for, makes a
 * kernel idle that runs code. So what the kernel says of the code itself is kept here.
 */
export class KernelWork implements DocumentRegistry.WidgetExtension {
  /**
   * Return whether a kernel has begun with code and has not told its end.
   */
  isRunning(id: string): boolean {
    return this._running.has(id);
  }

  createNew(
    _: IDocumentWidget,
    context: DocumentRegistry.Context
  ): IDisposable {
    const session = context.sessionContext;
    const hear = (_: unknown, message: KernelMessage.IMessage) =>
      this._hear(session, message);
    const follow = (_: unknown, status: Kernel.Status) => {
      // Its process is a new one, or none.
      if (status !== 'busy' && status !== 'idle') {
        this._forget(session);
      }
    };
    // What was missed meanwhile may be the end.
    const forget = () => this._forget(session);
    session.iopubMessage.connect(hear);
    session.statusChanged.connect(follow);
    session.connectionStatusChanged.connect(forget);
    return new DisposableDelegate(() => {
      session.iopubMessage.disconnect(hear);
      session.statusChanged.disconnect(follow);
      session.connectionStatusChanged.disconnect(forget);
      forget();
    });
  }

  private _hear(session: ISessionContext, message: KernelMessage.IMessage) {
    const id = session.session?.kernel?.id;
    if (
      !id ||
      !KernelMessage.isStatusMsg(message) ||
      // empty where the kernel speaks unasked
      (message.parent_header as Partial<KernelMessage.IHeader>).msg_type !==
        'execute_request'
    ) {
      return;
    }
    if (message.content.execution_state === 'busy') {
      this._running.add(id);
    } else {
      this._running.delete(id);
    }
  }

  private _forget(session: ISessionContext) {
    const id = session.session?.kernel?.id;
    if (id) {
      this._running.delete(id);
    }
  }

  private _running = new Set<string>();
}
