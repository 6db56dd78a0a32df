import type {
  Change,
  Collections,
  ModulePathsRequest,
  RestoreRequest,
  SwitchRequest
} from '../rest/payloads';
import type { SoftwareApi } from './api';
import { busyName, CollectionsModel } from './collections';

function listOf(...names: string[]): Collections {
  return {
    collections: names.map(name => ({ name, default: name === 'default' })),
    messages: []
  };
}

describe('CollectionsModel', () => {
  let names: string[];
  let asked: string[];
  let refuse: Error | null;
  let model: CollectionsModel;
  const fail = jest.fn();
  const apply = jest.fn(
    async (
      ask: (signal: AbortSignal) => Promise<Change>,
      fullNames: ReadonlyArray<string> = []
    ) => {
      void fullNames;
      await ask(new AbortController().signal);
    }
  );

  function answer<T>(what: string, told: T): Promise<T> {
    asked.push(what);
    return refuse ? Promise.reject(refuse) : Promise.resolve(told);
  }

  beforeEach(() => {
    names = ['work'];
    asked = [];
    refuse = null;
    fail.mockReset();
    apply.mockClear();
    const change = {} as Change;
    const api = {
      collections: () => answer('list', listOf(...names)),
      collection: (name: string) =>
        answer(`describe ${name}`, { name, default: false, modules: ['gcc'] }),
      saveCollection: () => answer('save', listOf('new', ...names)),
      renameCollection: () => answer('rename', listOf('other')),
      deleteCollection: () => answer('delete', listOf()),
      restoreCollection: (request: RestoreRequest) =>
        answer(`restore ${JSON.stringify(request)}`, change),
      switch: (request: SwitchRequest) =>
        answer(`switch ${JSON.stringify(request)}`, change),
      changeModulePaths: (request: ModulePathsRequest) =>
        answer(`paths ${JSON.stringify(request)}`, change)
    } as unknown as SoftwareApi;
    const loaded = {
      revision: 0,
      modules: [{ full_name: 'gcc/13' }, { full_name: 'cmake/3' }],
      inactive: [],
      undoable: false
    } as never;
    model = new CollectionsModel(api, { apply, fail, loaded });
  });

  it('asks nothing before it is opened, and again at each opening', async () => {
    expect(asked).toEqual([]);
    expect(model.collections).toBeNull();
    model.open = true;
    model.open = true;
    model.open = false;
    model.open = true;
    expect(asked).toEqual(['list', 'list']);
    await model.refresh();
    expect(model.collections?.map(({ name }) => name)).toEqual(['work']);
  });

  it('takes the list that each step brings, and forgets what it described', async () => {
    await model.refresh();
    await model.describe('work');
    expect(model.described.get('work')).toEqual(['gcc']);
    await model.save('new', false);
    expect(model.collections?.map(({ name }) => name)).toEqual(['new', 'work']);
    expect(model.described.size).toBe(0);
    await model.delete('work');
    expect(model.collections).toEqual([]);
  });

  it('never replaces a newer list by an older one', async () => {
    let late: (told: Collections) => void = () => undefined;
    const api = {
      collections: () =>
        new Promise<Collections>(resolve => {
          late = resolve;
        }),
      deleteCollection: () => Promise.resolve(listOf('left'))
    } as unknown as SoftwareApi;
    model = new CollectionsModel(api, { apply, fail, loaded: null });
    const refresh = model.refresh();
    await model.delete('work');
    late(listOf('left', 'work'));
    await refresh;
    expect(model.collections?.map(({ name }) => name)).toEqual(['left']);
  });

  it('tells a failed look, and leaves a failed step to who asked for it', async () => {
    refuse = new Error('no');
    await model.refresh();
    await model.describe('work');
    expect(fail).toHaveBeenCalledTimes(2);
    await expect(model.save('new', false)).rejects.toThrow('no');
    await expect(model.rename('a', 'b')).rejects.toThrow('no');
    expect(fail).toHaveBeenCalledTimes(2);
    model.dispose();
    await model.refresh();
    expect(fail).toHaveBeenCalledTimes(2);
  });

  it('goes to a goal through the software model', async () => {
    await model.preview({ collection: 'work' });
    await model.go({ collection: 'work' }, true);
    expect(apply.mock.lastCall?.[1]).toEqual([busyName('work')]);
    await model.preview({ to: 'default' });
    await model.go({ to: 'purged' }, true);
    expect(apply.mock.lastCall?.[1]).toEqual(['gcc/13', 'cmake/3']);
    await model.changeModulePaths({ use: ['/a'] });
    expect(apply).toHaveBeenCalledTimes(3);
    expect(asked).toEqual([
      'restore {"name":"work","preview":true}',
      'restore {"name":"work"}',
      'switch {"to":"default","preview":true}',
      'switch {"to":"purged","confirmed":true}',
      'paths {"use":["/a"]}'
    ]);
  });
});
