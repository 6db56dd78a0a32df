import type {
  Change,
  FoundModule,
  FoundModules,
  LoadedModules,
  ModulesQuery,
  SystemInfo
} from '../rest/payloads';
import { PAGE, SoftwareModel } from './model';

const SYSTEM: SystemInfo = {
  kind: 'lmod',
  version: '8.6.19',
  command: '/lmod',
  reason: '',
  message: '',
  cure: '',
  detail: '',
  revision: 0,
  index: 'complete',
  modulefiles: 250
};

function loadedAt(revision: number, ...names: string[]): LoadedModules {
  return {
    revision,
    modules: names.map(name => ({
      full_name: name,
      short_name: name,
      version: '',
      hidden: false,
      sticky: false,
      requested: true,
      protected: false,
      modulefile: ''
    })),
    inactive: []
  };
}

function changeAt(revision: number, said: Partial<Change> = {}): Change {
  return {
    ...loadedAt(revision),
    preview: false,
    way: [],
    kept: [],
    loaded: [],
    unloaded: [],
    reloaded: [],
    inactivated: [],
    activated: [],
    protected: [],
    risks: [],
    environment: { set: [], unset: [] },
    kernels_changed: false,
    messages: [],
    ...said
  };
}

const TREE: FoundModule[] = Array.from({ length: 250 }, (_, i) => ({
  short_name: `m${i}`,
  summary: '',
  category: '',
  match: 'name',
  matched: [],
  versions: []
}));

/**
 * A server side that answers from memory and can be told to fail or to wait.
 */
class Api {
  revision = 0;
  index: SystemInfo['index'] = 'complete';
  asked: string[] = [];
  refuse: Error | null = null;
  change = jest.fn((request: { preview?: boolean }): Promise<Change> => {
    this.asked.push('change');
    if (this.refuse) {
      return Promise.reject(this.refuse);
    }
    return Promise.resolve(
      changeAt(request.preview ? this.revision : ++this.revision)
    );
  });
  module = jest.fn();

  system(): Promise<SystemInfo> {
    this.asked.push('system');
    return Promise.resolve({ ...SYSTEM, index: this.index });
  }

  loaded(): Promise<LoadedModules> {
    this.asked.push('loaded');
    return Promise.resolve(loadedAt(this.revision));
  }

  modules(query: ModulesQuery): Promise<FoundModules> {
    this.asked.push(`modules ${query.query}`);
    const fits = TREE.filter(m => m.short_name.includes(query.query ?? ''));
    const { limit = 50, offset = 0 } = query;
    return Promise.resolve({
      revision: this.revision,
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

  it('shows the first page and fetches the others, each once', async () => {
    await model.refresh();
    expect(model.found).toHaveLength(PAGE);
    expect(model.total).toBe(250);
    await Promise.all([model.fetchMore(), model.fetchMore()]);
    expect(model.found).toHaveLength(2 * PAGE);
    await model.fetchMore();
    expect(model.found).toEqual(TREE);
    const before = api.asked.length;
    await model.fetchMore();
    expect(api.asked).toHaveLength(before);
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
    expect(model.found.map(m => m.short_name)).toEqual(
      TREE.map(m => m.short_name).filter(name => name.includes('m22'))
    );
  });

  it('keeps the page that is shown when a change is done', async () => {
    await model.refresh();
    await model.fetchMore();
    await model.load(['m1']);
    expect(model.found).toHaveLength(2 * PAGE);
    expect(model.loaded?.revision).toBe(1);
    expect(model.outcome?.revision).toBe(1);
    expect(model.busy.size).toBe(0);
  });

  it('says what is being changed while it is', async () => {
    const seen: string[][] = [];
    model.stateChanged.connect(() => seen.push([...model.busy]));
    await model.load(['m1', 'm2']);
    expect(seen[0]).toEqual(['m1', 'm2']);
    expect(seen[seen.length - 1]).toEqual([]);
  });

  it('takes a change that another part asked for', async () => {
    const seen: string[][] = [];
    model.stateChanged.connect(() => seen.push([...model.busy]));
    await model.apply(() => Promise.resolve(changeAt(3)), ['work']);
    expect(seen[0]).toEqual(['work']);
    expect(model.busy.size).toBe(0);
    expect(model.loaded?.revision).toBe(3);
    expect(model.outcome?.revision).toBe(3);
    await model.apply(() => Promise.reject(new Error('no')), ['work']);
    expect(model.error?.message).toBe('no');
    expect(model.busy.size).toBe(0);
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
    const notice = { revision: 1, index: 'complete', kernels_changed: false };

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
      await model.notice({ ...notice, revision: 0 });
      expect(model.system?.index).toBe('complete');
    });

    it('catches up after a change of its own that was under way', async () => {
      await model.refresh();
      const change = model.load(['m1']);
      const during = model.notice({ ...notice, revision: 2 });
      api.revision = 2; // another page, after ours
      await Promise.all([change, during]);
      expect(model.loaded?.revision).toBe(2);
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
