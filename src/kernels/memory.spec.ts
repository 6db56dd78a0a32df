import { Signal } from '@lumino/signaling';

import type { NotebookContext } from './memory';
import { NotebookMemory, readModules, writeModules } from './memory';
import { FakeNotebook } from './testing';

class FakeContext {
  constructor(readonly model: FakeNotebook) {}
  readonly disposed = new Signal<this, void>(this);
  readonly saveState = new Signal<this, string>(this);
}

function opened(modules: string[] | null) {
  const model = new FakeNotebook(
    modules ? { jupyterlab_hpc: { modules } } : {}
  );
  const context = new FakeContext(model);
  let loaded: string[] | null = [];
  const memory = new NotebookMemory(() => loaded);
  const notebook = context as unknown as NotebookContext;
  memory.follow(notebook);
  return {
    memory,
    model,
    notebook,
    load: (...names: string[]) => {
      loaded = names;
      memory.look(notebook);
    },
    unknown: () => {
      loaded = null;
    },
    save: () => context.saveState.emit('started')
  };
}

describe('the modules in the metadata of a notebook', () => {
  it('are null where it does not remember', () => {
    expect(readModules(new FakeNotebook())).toBeNull();
    for (const odd of [1, 'x', [], null, { modules: 'gcc' }]) {
      expect(readModules(new FakeNotebook({ jupyterlab_hpc: odd }))).toBeNull();
    }
  });

  it('are names in order, and nothing else', () => {
    const model = new FakeNotebook({
      jupyterlab_hpc: { modules: ['b/1', 2, 'a/1'] }
    });
    expect(readModules(model)).toEqual(['b/1', 'a/1']);
  });

  it.each([
    ['newer', { format: 2, modules: [{ name: 'gcc' }] }],
    ['newer, of the same shape', { format: 2, modules: ['gcc/12.3'] }],
    ['damaged', { format: 'x', modules: ['gcc/12.3'] }]
  ])('are left as they are where the form is %s', (_, kept) => {
    const { memory, model, notebook, load, save } = opened(null);
    model.metadata.jupyterlab_hpc = kept;
    const before = JSON.stringify(model.metadata);
    expect(readModules(model)).toBeNull();
    load('a/1');
    expect(memory.remember(notebook)).toBe(false);
    save();
    memory.forget(notebook);
    expect(JSON.stringify(model.metadata)).toBe(before);
  });

  it('leave alone what else is kept', () => {
    const model = new FakeNotebook({ jupyterlab_hpc: { other: 1 }, x: 2 });
    writeModules(model, ['a/1']);
    expect(model.metadata).toEqual({
      jupyterlab_hpc: { other: 1, format: 1, modules: ['a/1'] },
      x: 2
    });
    writeModules(model, null);
    expect(model.metadata).toEqual({ jupyterlab_hpc: { other: 1 }, x: 2 });
  });

  it('leave no trace when they are forgotten', () => {
    const model = new FakeNotebook({ jupyterlab_hpc: { modules: [] } });
    writeModules(model, null);
    expect(model.metadata).toEqual({});
  });

  it('are not written where they are the same: the notebook stays saved', () => {
    const model = new FakeNotebook({ jupyterlab_hpc: { modules: ['a/1'] } });
    writeModules(model, ['a/1']);
    expect(model.writes).toBe(0);
  });
});

describe('NotebookMemory', () => {
  it('writes nothing into a notebook that does not remember', () => {
    const { model, load, save } = opened(null);
    load('gcc/12.3');
    save();
    expect(model.writes).toBe(0);
  });

  it('stores what is loaded when the notebook is saved', () => {
    const { memory, model, notebook, load, save } = opened(null);
    load('gcc/12.3');
    expect(memory.remember(notebook)).toBe(true);
    load('gcc/12.3', 'fftw/3.3');
    save();
    expect(readModules(model)).toEqual(['gcc/12.3', 'fftw/3.3']);
  });

  it('does not lose what a notebook remembers to a session without it', () => {
    const { model, load, save } = opened(['gcc/12.3', 'fftw/3.3']);
    load('gcc/12.3');
    save();
    expect(readModules(model)).toEqual(['gcc/12.3', 'fftw/3.3']);
  });

  it('follows the session once all of it was loaded', () => {
    const { model, load, save } = opened(['gcc/12.3', 'fftw/3.3']);
    load('gcc/12.3', 'fftw/3.3', 'hdf5/1.14');
    load('gcc/12.3', 'hdf5/1.14');
    save();
    expect(readModules(model)).toEqual(['gcc/12.3', 'hdf5/1.14']);
  });

  it('forgets, also when it is saved again', () => {
    const { memory, model, notebook, load, save } = opened(['gcc/12.3']);
    load('gcc/12.3');
    memory.forget(notebook);
    save();
    expect(readModules(model)).toBeNull();
  });

  it('does not remember what is not known', () => {
    const { memory, model, notebook, unknown, save } = opened(['gcc/12.3']);
    unknown();
    expect(memory.remember(notebook)).toBe(false);
    save();
    expect(readModules(model)).toEqual(['gcc/12.3']);
  });
});
