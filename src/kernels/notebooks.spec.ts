import { Signal } from '@lumino/signaling';

import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { loadedAt } from '../software/testing';
import type { INotebookContext } from './notebooks';
import { Notebooks } from './notebooks';
import { compared, FakeNotebook } from './testing';

class FakeSoftware {
  get loaded() {
    this.asked++;
    return loadedAt(1, ...this.names);
  }
  names: string[] = [];
  asked = 0;
  readonly stateChanged = new Signal<this, void>(this);
}

class FakeContext {
  readonly path = 'a.ipynb';
  readonly model = new FakeNotebook({ jupyterlab_hpc: { modules: ['a/1'] } });
  readonly sessionContext = { session: null, kernelPreference: {} };
  readonly disposed = new Signal<this, void>(this);
  isDisposed = false;
}

async function offered() {
  const software = new FakeSoftware();
  const notebooks = new Notebooks({
    app: { serviceManager: { kernelspecs: { specs: null } } },
    model: { compare: () => Promise.resolve(compared({ missing: ['a/1'] })) },
    software,
    trans: nullTranslator.load('')
  } as unknown as INotebookContext);
  const context = new FakeContext();
  await notebooks.offer(
    context as unknown as Parameters<Notebooks['offer']>[0]
  );
  expect(Notification.manager.count).toBe(1);
  software.asked = 0;
  return { software, context };
}

describe('the offer of a notebook to load its modules', () => {
  it('goes when they were loaded in another way', async () => {
    const { software } = await offered();
    software.stateChanged.emit();
    expect(Notification.manager.count).toBe(1);
    software.names = ['a/1'];
    software.stateChanged.emit();
    expect(Notification.manager.count).toBe(0);
  });

  it('goes with the notebook, which nothing holds any more', async () => {
    const { software, context } = await offered();
    context.isDisposed = true;
    context.disposed.emit();
    expect(Notification.manager.count).toBe(0);
    software.stateChanged.emit();
    expect(software.asked).toBe(0);
  });
});
