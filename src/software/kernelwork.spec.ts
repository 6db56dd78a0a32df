import type { ISessionContext } from '@jupyterlab/apputils';
import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { KernelWork } from './kernelwork';

/**
 * A notebook's session, as far as the work of its kernel goes.
 */
class Session {
  session = { kernel: { id: 'k' } };
  iopubMessage = new Signal<this, KernelMessage.IMessage>(this);
  statusChanged = new Signal<this, Kernel.Status>(this);
  connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(this);

  says(state: Kernel.Status, of?: string): void {
    this.iopubMessage.emit({
      header: { msg_type: 'status' },
      parent_header: of ? { msg_type: of } : {},
      content: { execution_state: state }
    } as unknown as KernelMessage.IMessage);
  }
}

describe('KernelWork', () => {
  const watch = () => {
    const work = new KernelWork();
    const session = new Session();
    const watched = work.createNew(
      {} as IDocumentWidget,
      {
        sessionContext: session as unknown as ISessionContext
      } as DocumentRegistry.Context
    );
    return { session, watched, work };
  };

  it('knows that a kernel runs code whatever it answers meanwhile', () => {
    const { session, work } = watch();
    expect(work.isRunning('k')).toBe(false);
    session.says('busy', 'execute_request');
    for (const state of ['busy', 'idle'] as const) {
      session.says(state, 'debug_request');
      session.says(state, 'kernel_info_request');
      session.says(state);
      session.statusChanged.emit(state);
    }
    expect(work.isRunning('k')).toBe(true);
    expect(work.isRunning('other')).toBe(false);
    session.says('idle', 'execute_request');
    expect(work.isRunning('k')).toBe(false);
  });

  it('forgets what was running where its end is not told', () => {
    const { session, watched, work } = watch();
    const ends = [
      () => session.statusChanged.emit('restarting'),
      () => session.statusChanged.emit('dead'),
      () => session.connectionStatusChanged.emit('connecting'),
      () => watched.dispose()
    ];
    for (const end of ends) {
      session.says('busy', 'execute_request');
      expect(work.isRunning('k')).toBe(true);
      end();
      expect(work.isRunning('k')).toBe(false);
    }
    session.says('busy', 'execute_request');
    expect(work.isRunning('k')).toBe(false);
  });
});
