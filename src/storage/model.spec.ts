import type {
  Copy,
  CopyRequest,
  FolderLinks,
  Left,
  LinkInfo,
  Quotas,
  Storage,
  Usage
} from '../rest/payloads';
import { StorageModel } from './model';

const NOTHING = { text: '', template: '', arguments: [], detail: '' };

function linkOf(name: string, state: LinkInfo['state']): LinkInfo {
  return {
    name,
    target: `/cluster/${name}`,
    state,
    wanted: '$X',
    points_to: state === 'linked' ? `/cluster/${name}` : '',
    link: name,
    browse: null,
    title: name,
    title_fr: '',
    description: '',
    description_fr: '',
    purge: '',
    purge_fr: '',
    icon: '',
    own: false,
    ours: false,
    automatic: false,
    per_job: false,
    message: NOTHING
  };
}

function usageOf(state: Usage['state']): Usage {
  return { state, bytes: 0, files: 0, items: [], seconds: 0, message: NOTHING };
}

function copyOf(state: Copy['state']): Copy {
  return {
    state,
    source: '/tmp/job',
    to: '/scratch/job-1',
    browse: null,
    bytes: 0,
    files: 0,
    total_bytes: 0,
    total_files: 0,
    current: '',
    skipped: [],
    skipped_files: 0,
    resumable: false,
    seconds: 0,
    message: NOTHING
  };
}

/**
 * A server side that answers from memory and can be told to refuse or to wait.
 */
class Api {
  revision = 0;
  linked = new Set<string>();
  refuse: Error | null = null;
  states: Usage['state'][] = [];
  copies: Copy['state'][] = [];
  asked: string[] = [];
  hold: Promise<void> = Promise.resolve();

  async storage(): Promise<Storage> {
    this.asked.push('storage');
    const told = {
      revision: this.revision,
      home: '/home/alice',
      browse: '',
      folder: '',
      links: ['scratch', 'datasets'].map(name =>
        linkOf(name, this.linked.has(name) ? 'linked' : 'absent')
      ),
      problems: []
    };
    await this.hold;
    return told;
  }

  link(request: { name: string }): Promise<LinkInfo> {
    this.asked.push(`link ${request.name}`);
    if (this.refuse) {
      return Promise.reject(this.refuse);
    }
    this.revision++;
    this.linked.add(request.name);
    return Promise.resolve(linkOf(request.name, 'linked'));
  }

  unlink(name: string): Promise<Storage> {
    this.asked.push(`unlink ${name}`);
    if (this.refuse) {
      return Promise.reject(this.refuse);
    }
    this.revision++;
    this.linked.delete(name);
    return this.storage();
  }

  quotas(query: { fresh?: boolean; home?: boolean }): Promise<Quotas> {
    this.asked.push(`quotas ${JSON.stringify(query)}`);
    return Promise.resolve({ quotas: [] });
  }

  folder(path: string): Promise<FolderLinks> {
    return Promise.resolve({ path, links: [], message: NOTHING });
  }

  left(): Promise<Left> {
    return Promise.reject(new Error('not asked for'));
  }

  copy(): Promise<Copy> {
    this.asked.push('copy');
    return Promise.resolve(copyOf(this.copies.shift() ?? 'idle'));
  }

  startCopy(request: CopyRequest): Promise<Copy> {
    this.asked.push(`copy ${JSON.stringify(request)}`);
    return this.refuse
      ? Promise.reject(this.refuse)
      : Promise.resolve(copyOf('running'));
  }

  cancelCopy(): Promise<Copy> {
    this.asked.push('cancel copy');
    return Promise.resolve(copyOf('cancelled'));
  }

  usage(): Promise<Usage> {
    this.asked.push('usage');
    return Promise.resolve(usageOf(this.states.shift() ?? 'done'));
  }

  startUsage(): Promise<Usage> {
    this.asked.push('start');
    return Promise.resolve(usageOf('running'));
  }

  cancelUsage(): Promise<Usage> {
    this.asked.push('cancel');
    return Promise.resolve(usageOf('cancelled'));
  }
}

describe('StorageModel', () => {
  let api: Api;
  let model: StorageModel;

  beforeEach(() => {
    api = new Api();
    model = new StorageModel(api);
  });

  afterEach(() => {
    model.dispose();
  });

  it('asks nothing by itself', async () => {
    await model.notice({ revision: 5 });
    expect(api.asked).toEqual([]);
    expect(model.storage).toBeNull();
  });

  it('tells when links changed, in this page or in another', async () => {
    let times = 0;
    model.linksChanged.connect(() => times++);
    await model.notice({ revision: 5 });
    expect(times).toBe(1);
  });

  it('follows a copy and tells its end once', async () => {
    const ends: Copy['state'][] = [];
    model.copied.connect((_, copy) => ends.push(copy.state));
    api.copies = ['running', 'done', 'done'];
    await model.startCopy({ to: 'scratch' });
    expect(model.copy?.state).toBe('running');
    while (ends.length === 0) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    await model.refresh();
    expect(ends).toEqual(['done']);
    expect(model.copy?.state).toBe('done');
  });

  it('follows a copy that another page began', async () => {
    const ends: Copy['state'][] = [];
    model.copied.connect((_, copy) => ends.push(copy.state));
    api.copies = ['running', 'failed'];
    await model.refresh();
    while (ends.length === 0) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    expect(ends).toEqual(['failed']);
  });

  it('tells why nothing is copied, and ends what the user stops', async () => {
    api.refuse = new Error('no room');
    await model.startCopy({ to: 'scratch' });
    expect(model.error?.message).toBe('no room');
    expect(model.copy).toBeNull();
    api.refuse = null;
    await model.startCopy({ to: 'scratch' });
    expect(model.error).toBeNull();
    await model.cancelCopy();
    expect(model.copy?.state).toBe('cancelled');
  });

  it('asks for the links and the quotas', async () => {
    await model.refresh();
    expect(model.storage?.links.map(link => link.state)).toEqual([
      'absent',
      'absent'
    ]);
    expect(model.quotas).toEqual([]);
    await model.refresh(true);
    expect(api.asked).toContain('quotas {"fresh":true}');
  });

  it('links, tells what came of it and shows the new state', async () => {
    await model.refresh();
    const busy: string[][] = [];
    model.stateChanged.connect(() => busy.push([...model.busy]));
    const made = await model.link({ name: 'scratch' });
    expect(made?.state).toBe('linked');
    expect(busy[0]).toEqual(['scratch']);
    expect(model.busy.size).toBe(0);
    expect(model.outcome).toEqual({
      kind: 'linked',
      link: 'scratch',
      target: '/cluster/scratch'
    });
    expect(model.storage?.links[0].state).toBe('linked');
    await model.unlink('scratch');
    expect(model.outcome?.kind).toBe('unlinked');
    expect(model.storage?.links[0].state).toBe('absent');
  });

  it('keeps a refusal until the next change goes well', async () => {
    api.refuse = new Error('no');
    expect(await model.link({ name: 'scratch' })).toBeNull();
    expect(model.error?.message).toBe('no');
    expect(model.outcome).toBeNull();
    await model.refresh();
    expect(model.error?.message).toBe('no');
    api.refuse = null;
    await model.link({ name: 'scratch' });
    expect(model.error).toBeNull();
    api.refuse = new Error('no');
    await model.unlink('scratch');
    model.dismiss();
    expect(model.error).toBeNull();
  });

  it('asks again when another page changed something', async () => {
    await model.refresh();
    api.revision = 7;
    api.linked.add('scratch');
    await model.notice({ revision: 7 });
    expect(model.storage?.revision).toBe(7);
    const { length } = api.asked;
    await model.notice({ revision: 7 });
    expect(api.asked).toHaveLength(length);
  });

  it('does not take an old answer for a newer one', async () => {
    let release = () => {};
    api.hold = new Promise(resolve => (release = resolve));
    const old = model.refresh();
    api.revision = 3;
    api.hold = Promise.resolve();
    await model.refresh();
    release();
    await old;
    expect(model.storage?.revision).toBe(3);
  });

  it('follows the adding up to its end, and no longer', async () => {
    api.states = ['running', 'done'];
    const done = new Promise<void>(resolve => {
      model.stateChanged.connect(() => {
        if (model.usage?.state === 'done') {
          resolve();
        }
      });
    });
    await model.addUp();
    expect(model.usage?.state).toBe('running');
    await done;
    expect(api.asked.filter(what => what === 'usage')).toHaveLength(2);
  });

  it('stops the adding up', async () => {
    api.states = Array<Usage['state']>(100).fill('running');
    await model.addUp();
    await model.cancelAddUp();
    expect(model.usage?.state).toBe('cancelled');
  });

  it('says nothing more once it is disposed of', async () => {
    const asked = model.refresh();
    model.dispose();
    await asked;
    expect(model.storage).toBeNull();
  });
});
