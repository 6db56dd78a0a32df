import type {
  Change,
  FoundModules,
  LoadedModules,
  ModulesQuery,
  SystemInfo
} from '../rest/payloads';
import { changeAt, foundModule, loadedAt, SYSTEM, versionOf } from './testing';
import { PAGE, SoftwareModel } from './model';

const TREE = Array.from({ length: 250 }, (_, i) =>
  foundModule(`m${i}`, [versionOf(`m${i}/1`)])
);

/**
 * A server side that answers from memory and can be told to fail or to wait.
 */
class Api {
  revision = 0;
  index: SystemInfo['index'] = 'complete';
  indexRevision = 1;
  asked: string[] = [];
  refuse: Error | null = null;
  hangs = false;
  change = jest.fn(
    (request: { preview?: boolean }, signal?: AbortSignal): Promise<Change> => {
      this.asked.push('change');
      if (this.refuse) {
        return Promise.reject(this.refuse);
      }
      if (this.hangs) {
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
        });
      }
      return Promise.resolve(
        changeAt(request.preview ? this.revision : ++this.revision)
      );
    }
  );
  switch = jest.fn(() => Promise.resolve(changeAt(++this.revision)));
  module = jest.fn();
  modulefile = jest.fn();

  system(): Promise<SystemInfo> {
    this.asked.push('system');
    return Promise.resolve({
      ...SYSTEM,
      index: this.index,
      index_revision: this.indexRevision
    });
  }

  loaded(): Promise<LoadedModules> {
    this.asked.push('loaded');
    return Promise.resolve(loadedAt(this.revision));
  }

  modules(query: ModulesQuery): Promise<FoundModules> {
    this.asked.push(`modules ${query.query} ${query.offset}`);
    const fits = TREE.filter(
      m =>
        m.short_name.includes(query.query ?? '') &&
        (!query.category || m.short_name === query.category)
    );
    const { limit = 50, offset = 0 } = query;
    return Promise.resolve({
      revision: this.revision,
      index_revision: this.indexRevision,
      complete: true,
      total: fits.length,
      modules: fits.slice(offset, offset + limit)
    });
  }
}

describe('SoftwareModel', () => {
  let api: Api;
  let model: SoftwareModel;

  beforeEach(() => {
    api = new Api();
    model = new SoftwareModel(api);
  });

  it('asks nothing until somebody asks for it', () => {
    expect(api.asked).toEqual([]);
    expect(model.loaded).toBeNull();
    expect(model.total).toBeNull();
  });

  const here = () => model.found.filter(module => module !== undefined);
  const settled = async () => {
    await new Promise(resolve => setTimeout(resolve, 0));
  };

  it('shows the first page and fetches what comes in sight, each page once', async () => {
    await model.refresh();
    expect(model.found).toHaveLength(250);
    expect(here()).toHaveLength(PAGE);
    expect(model.total).toBe(250);
    model.look(205, 230);
    model.look(206, 231);
    await settled();
    expect(here()).toHaveLength(PAGE + 50);
    expect(model.found[249]).toEqual(TREE[249]);
    expect(model.found[PAGE]).toBeUndefined();
    model.look(90, 110);
    await settled();
    expect(model.found).toEqual(TREE);
    const before = api.asked.length;
    model.look(0, 249);
    await settled();
    expect(api.asked).toHaveLength(before);
  });

  it('fetches again what could not be fetched', async () => {
    await model.refresh();
    const plain = api.modules.bind(api);
    api.modules = () => Promise.reject(new Error('gone'));
    model.look(100, 120);
    await settled();
    expect(model.error?.message).toBe('gone');
    api.modules = plain;
    model.look(100, 120);
    await settled();
    expect(here()).toHaveLength(2 * PAGE);
  });

  it('searches again when a filter changes, from the top', async () => {
    await model.refresh();
    model.look(205, 230);
    await settled();
    const { short_name: category } = TREE[7];
    model.category = category;
    await settled();
    expect(model.found).toEqual([TREE[7]]);
    expect(api.asked[api.asked.length - 1]).toBe('modules  0');
    const before = api.asked.length;
    model.category = category;
    expect(api.asked).toHaveLength(before);
  });

  it('asks nothing for a filter before anybody looks', async () => {
    model.loadable = true;
    model.hidden = true;
    await settled();
    expect(api.asked).toEqual([]);
  });

  it('never shows the answer of an older search', async () => {
    const answers: (() => void)[] = [];
    const plain = api.modules.bind(api);
    api.modules = query =>
      new Promise(resolve =>
        answers.push(() => void plain(query).then(resolve))
      );
    const older = model.search('m1');
    const newer = model.search('m22');
    answers[1]();
    await newer;
    answers[0]();
    await older;
    expect(model.query).toBe('m22');
    expect(model.found.map(m => m?.short_name)).toEqual(
      TREE.map(m => m.short_name).filter(name => name.includes('m22'))
    );
  });

  it('asks again only for what is in sight when a change is done', async () => {
    await model.refresh();
    model.look(120, 140);
    await settled();
    await model.load(['m1']);
    expect(api.asked[api.asked.length - 1]).toBe('modules  100');
    expect(model.found).toHaveLength(250);
    expect(here()).toEqual(TREE.slice(PAGE, 2 * PAGE));
    expect(model.loaded?.revision).toBe(1);
    expect(model.outcome?.revision).toBe(1);
    expect(model.busy.size).toBe(0);
  });

  it('loads in the place of others, which the user has agreed to', async () => {
    await model.preview(['m1'], ['m2/1']);
    await model.load(['m1'], ['m2/1']);
    await model.load(['m1']);
    expect(api.change.mock.calls.map(([request]) => request)).toEqual([
      { load: ['m1'], unload: ['m2/1'], preview: true },
      { load: ['m1'], unload: ['m2/1'], confirmed: true },
      { load: ['m1'], unload: [], confirmed: false }
    ]);
  });

  it('finds a version among what is here', async () => {
    expect(model.version('m3/1')).toBeNull();
    await model.refresh();
    expect(model.version('m3/1')?.full_name).toBe('m3/1');
    expect(model.version('m3')).toBeNull();
  });

  it('cancels one change and says so', async () => {
    await model.refresh();
    api.hangs = true;
    const change = model.load(['m1']);
    expect([...model.busy]).toEqual(['m1']);
    model.cancel('m2');
    expect(model.cancelled).toBe(false);
    model.cancel('m1');
    await change;
    expect(model.cancelled).toBe(true);
    expect(model.error).toBeNull();
    expect(model.changing).toBe(false);
    api.hangs = false;
    await model.load(['m1']);
    expect(model.cancelled).toBe(false);
  });

  it('shows what came of a change that was cancelled too late', async () => {
    await model.refresh();
    api.hangs = true;
    const change = model.load(['m1']);
    api.revision = 1;
    model.cancel('m1');
    await change;
    expect(model.loaded?.revision).toBe(1);
  });

  it('undoes', async () => {
    await model.load(['m1']);
    await model.undo();
    expect(api.switch.mock.lastCall).toEqual([
      { to: 'previous', confirmed: false },
      expect.any(AbortSignal)
    ]);
    expect(model.loaded?.revision).toBe(2);
    expect(model.outcome?.revision).toBe(2);
  });

  it('says what is being changed while it is', async () => {
    const seen: string[][] = [];
    model.stateChanged.connect(() => seen.push([...model.busy]));
    await model.load(['m1', 'm2']);
    expect(seen).toContainEqual(['m1', 'm2']);
    expect(seen[seen.length - 1]).toEqual([]);
  });

  it('takes a change that another part asked for', async () => {
    const seen: string[][] = [];
    model.stateChanged.connect(() => seen.push([...model.busy]));
    await model.apply(() => Promise.resolve(changeAt(3)), ['work']);
    expect(seen).toContainEqual(['work']);
    expect(model.busy.size).toBe(0);
    expect(model.loaded?.revision).toBe(3);
    expect(model.outcome?.revision).toBe(3);
    await model.apply(() => Promise.reject(new Error('no')), ['work']);
    expect(model.error?.message).toBe('no');
    expect(model.busy.size).toBe(0);
  });

  it('tells what was done elsewhere until something else is', async () => {
    model.fail(new Error('no'));
    model.tell('Saved as work.');
    expect(model.told).toBe('Saved as work.');
    expect(model.error).toBeNull();
    await model.load(['m1']);
    expect(model.told).toBe('');
    expect(model.outcome).not.toBeNull();
  });

  it('keeps a failure in view until something is changed', async () => {
    api.refuse = new Error('no');
    await model.load(['m1']);
    expect(model.error?.message).toBe('no');
    expect(model.outcome).toBeNull();
    expect(model.busy.size).toBe(0);
    await model.refresh();
    expect(model.error?.message).toBe('no');
    api.refuse = null;
    await model.unload(['m1']);
    expect(model.error).toBeNull();
  });

  it('forgets a failed search when the next goes well', async () => {
    const plain = api.modules.bind(api);
    api.modules = () => Promise.reject(new Error('gone'));
    await model.search('m1');
    expect(model.error?.message).toBe('gone');
    api.modules = plain;
    await model.search('m1');
    expect(model.error).toBeNull();
  });

  it('previews without touching what is shown', async () => {
    await model.refresh();
    const change = await model.preview(['m1']);
    expect(change.revision).toBe(0);
    expect(model.loaded?.revision).toBe(0);
    expect(model.outcome).toBeNull();
  });

  it('never replaces a newer list of loaded modules by an older one', async () => {
    await model.load(['m1']);
    api.loaded = () => Promise.resolve(loadedAt(0, 'old'));
    await model.refresh();
    expect(model.loaded?.revision).toBe(1);
  });

  describe('when the server tells of a change', () => {
    const notice = {
      revision: 1,
      index: 'complete',
      index_revision: 1,
      kernels_changed: false
    };

    it('asks nothing while nobody looks', async () => {
      await model.notice(notice);
      expect(api.asked).toEqual([]);
    });

    it('follows another page', async () => {
      await model.refresh();
      api.revision = 1;
      await model.notice(notice);
      expect(model.loaded?.revision).toBe(1);
    });

    it('tells no longer what was done before', async () => {
      await model.load(['m1']);
      expect(model.outcome).not.toBeNull();
      await model.refresh();
      expect(model.outcome).not.toBeNull();
      api.revision = 2;
      await model.notice({ ...notice, revision: 2 });
      expect(model.outcome).toBeNull();
    });

    it('asks nothing for what it knows', async () => {
      await model.refresh();
      const before = api.asked.length;
      await model.notice({ ...notice, revision: 0 });
      expect(api.asked).toHaveLength(before);
    });

    it('follows the reading of the tree', async () => {
      api.index = 'names';
      await model.refresh();
      api.index = 'complete';
      api.indexRevision = 2;
      await model.notice({ ...notice, revision: 0, index_revision: 2 });
      expect(model.system?.index).toBe('complete');
    });

    it('asks again where only the search was answered before the change', async () => {
      api.indexRevision = 2;
      const plain = api.modules.bind(api);
      api.modules = async query => ({
        ...(await plain(query)),
        index_revision: 1
      });
      await model.refresh();
      api.modules = plain;
      const before = api.asked.length;
      await model.notice({ ...notice, revision: 0, index_revision: 2 });
      expect(api.asked.slice(before)).toContain('modules  0');
    });

    it('follows a tree that was read again', async () => {
      await model.refresh();
      api.indexRevision = 2;
      const before = api.asked.length;
      await model.notice({ ...notice, revision: 0, index_revision: 2 });
      expect(api.asked.slice(before)).toContain('modules  0');
    });

    it('catches up after a change of its own that was under way', async () => {
      await model.refresh();
      const change = model.load(['m1']);
      const during = model.notice({ ...notice, revision: 2 });
      api.revision = 2; // another page, after ours
      await Promise.all([change, during]);
      expect(model.loaded?.revision).toBe(2);
    });

    it('catches up after a preview that was under way', async () => {
      await model.refresh();
      const preview = model.preview(['m1']);
      const during = model.notice({ ...notice, revision: 2 });
      api.revision = 2;
      await Promise.all([preview, during]);
      await settled();
      expect(model.loaded?.revision).toBe(2);
    });

    it('follows where the module system could not be asked at first', async () => {
      const system = api.system.bind(api);
      api.system = () => Promise.reject(new Error('no connection'));
      await model.refresh();
      api.system = system;
      await model.notice({ ...notice, revision: 0, index_revision: 2 });
      expect(model.system).not.toBeNull();
    });

    it('finds out what was told while nobody could hear it', async () => {
      await model.listenAgain();
      expect(api.asked).toEqual([]);
      await model.refresh();
      api.revision = 3;
      await model.listenAgain();
      expect(model.loaded?.revision).toBe(3);
      const before = api.asked.length;
      await model.listenAgain();
      expect(api.asked.slice(before)).toEqual(['system', 'loaded']);
    });

    it('tells of new kernels, also while nobody looks', async () => {
      const told = jest.fn();
      model.kernelsChanged.connect(told);
      await model.notice({ ...notice, kernels_changed: true });
      await model.notice({ ...notice, kernels_changed: true });
      expect(told).toHaveBeenCalledTimes(1);
      await model.notice({ ...notice, revision: 2, kernels_changed: true });
      expect(told).toHaveBeenCalledTimes(2);
    });
  });

  it('says nothing any more once it is disposed', async () => {
    const change = model.load(['m1']);
    const told = jest.fn();
    model.stateChanged.connect(told);
    model.dispose();
    await change;
    expect(told).not.toHaveBeenCalled();
  });
});
