import type { Session } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import type { Stale } from '../rest/payloads';
import { StaleModel } from './stale';
import { takeOverCode } from './stalekernels';
import { sayStale } from './stalewords';

const SPECS = {
  default: 'python3',
  kernelspecs: {
    python3: {
      name: 'python3',
      display_name: 'Python 3',
      language: 'python',
      argv: [],
      resources: {}
    }
  }
};

function session(kernel: string, path: string, type = 'notebook') {
  return {
    id: path,
    path,
    name: type === 'console' ? 'Console 1' : path,
    type,
    kernel: { id: kernel, name: 'python3' }
  } as Session.IModel;
}

function staleAt(revision: number, ...ids: string[]): Stale {
  return {
    revision,
    kernels: ids.map(id => ({
      id,
      name: id === 'j' ? 'julia' : 'python3',
      path: `${id}.ipynb`,
      revision: 0
    })),
    terminals: [],
    applications: []
  };
}

/**
 * A server that answers what the test says, when the test says so.
 */
class Server {
  answer = staleAt(0);
  asked = 0;
  gate: Promise<void> = Promise.resolve();

  async stale(): Promise<Stale> {
    this.asked++;
    const { answer } = this;
    await this.gate;
    return answer;
  }

  script() {
    return Promise.resolve({ format: 'bash' as const, text: 'module load a' });
  }
}

describe('StaleModel', () => {
  let server: Server;
  let sessions: Session.IModel[];
  let model: StaleModel;
  let changes: number;

  beforeEach(() => {
    server = new Server();
    sessions = [];
    changes = 0;
    model = new StaleModel(server, {
      sessions: () => sessions,
      specs: () => SPECS
    });
    model.stateChanged.connect(() => changes++);
  });

  const change = async (revision: number, ...ids: string[]) => {
    server.answer = staleAt(revision, ...ids);
    await model.notice({ revision, stale_changed: false });
  };

  it('asks nothing when a page opens and nothing runs', async () => {
    await model.notice({ revision: 0, stale_changed: false });
    await model.follow(new Set());
    expect(server.asked).toBe(0);
    expect(model.isEmpty).toBe(true);
  });

  it('asks once where something runs when the page opens', async () => {
    await model.follow(new Set(['kernel a']));
    await model.follow(new Set(['kernel a', 'kernel b']));
    await model.notice({ revision: 0, stale_changed: false });
    expect(server.asked).toBe(1);
  });

  it('asks at a change, once', async () => {
    await change(1, 'a');
    await model.notice({ revision: 1, stale_changed: false });
    expect(server.asked).toBe(1);
    expect(model.kernels.map(kernel => kernel.id)).toEqual(['a']);
    expect(model.revision).toBe(1);
  });

  it('asks when less is stale or something ends, not when something starts', async () => {
    await model.follow(new Set(['kernel a']));
    await change(1, 'a');
    await model.follow(new Set(['kernel a', 'kernel b']));
    expect(server.asked).toBe(2);
    await model.follow(new Set(['kernel a']));
    expect(server.asked).toBe(3);
    server.answer = staleAt(1);
    await model.notice({ revision: 1, stale_changed: true });
    expect(server.asked).toBe(4);
    expect(model.isEmpty).toBe(true);
    await model.follow(new Set());
    expect(server.asked).toBe(4);
  });

  it('tells what a user calls a kernel, and follows a new name', async () => {
    sessions = [
      session('a', 'x/a.ipynb'),
      session('a', 'b.ipynb'),
      session('c', 'console-1', 'console')
    ];
    await change(1, 'a', 'c', 'j');
    expect(model.kernels).toEqual([
      {
        id: 'a',
        displayName: 'Python 3',
        isPython: true,
        documents: [
          { kind: 'notebook', name: 'x/a.ipynb' },
          { kind: 'notebook', name: 'b.ipynb' }
        ]
      },
      {
        id: 'c',
        displayName: 'Python 3',
        isPython: true,
        documents: [{ kind: 'console', name: 'Console 1' }]
      },
      {
        id: 'j',
        displayName: 'julia',
        isPython: false,
        documents: [{ kind: 'other', name: 'j.ipynb' }]
      }
    ]);
    sessions = [session('a', 'new.ipynb'), ...sessions.slice(2)];
    await model.follow(new Set(['kernel a']));
    expect(model.kernels[0].documents[0].name).toBe('new.ipynb');
    expect(server.asked).toBe(1);
  });

  it('says nothing where nothing changed', async () => {
    await change(1, 'a');
    expect(changes).toBe(1);
    await model.refresh();
    await model.follow(new Set(['kernel a']));
    expect(changes).toBe(1);
  });

  it('waits while nobody looks', async () => {
    model.isHidden = true;
    await change(1, 'a');
    await change(2, 'a', 'b');
    expect(server.asked).toBe(0);
    model.isHidden = false;
    await model.refresh();
    expect(model.kernels).toHaveLength(2);
    expect(server.asked).toBeLessThanOrEqual(2);
  });

  it('asks again for what came up during a question', async () => {
    let open = () => {};
    server.gate = new Promise(resolve => {
      open = resolve;
    });
    const first = change(1, 'a');
    const second = change(2, 'a', 'b');
    const third = model.refresh();
    expect(server.asked).toBe(1);
    open();
    await Promise.all([first, second, third]);
    expect(server.asked).toBe(2);
    expect(model.revision).toBe(2);
    expect(model.kernels).toHaveLength(2);
  });

  it('keeps what it knows when the server does not answer', async () => {
    await change(1, 'a');
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    server.gate = Promise.reject(new TypeError('Failed to fetch'));
    await model.refresh();
    expect(model.kernels).toHaveLength(1);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
    server.gate = Promise.resolve();
    server.answer = staleAt(1);
    await model.refresh();
    expect(model.isEmpty).toBe(true);
  });

  it('is postponed until the next change', async () => {
    await change(1, 'a');
    expect(model.isPostponed).toBe(false);
    model.postpone();
    expect(model.isPostponed).toBe(true);
    await model.refresh();
    expect(model.isPostponed).toBe(true);
    await change(2, 'a');
    expect(model.isPostponed).toBe(false);
  });

  it('takes for news only what it heard of', async () => {
    server.answer = staleAt(3, 'a');
    await model.follow(new Set(['kernel a']));
    await model.notice({ revision: 3, stale_changed: false });
    expect(model.isNews).toBe(false);
    await change(4, 'a');
    expect(model.isNews).toBe(true);
    // the answer to one notice can be about the next one already
    server.answer = staleAt(6, 'a');
    await model.notice({ revision: 5, stale_changed: false });
    expect(model.isNews).toBe(true);
  });

  it('marks what is being done, also when it fails', async () => {
    const work = model.whileBusy(['a'], () => Promise.reject(new Error('x')));
    expect([...model.busy]).toEqual(['a']);
    await expect(work).rejects.toThrow('x');
    expect([...model.busy]).toEqual([]);
  });
});

describe('sayStale', () => {
  const trans = nullTranslator.load('jupyterlab_hpc');
  const kernel = (name: string, kind: 'notebook' | 'console') => ({
    id: name,
    displayName: 'Python 3',
    isPython: true,
    documents: name ? [{ kind, name }] : []
  });
  const say = (
    kernels: ReturnType<typeof kernel>[],
    terminals: string[] = []
  ) => sayStale({ kernels, terminals, applications: [] }, trans);

  it('counts and names notebooks', () => {
    expect(say([kernel('x/a.ipynb', 'notebook')])).toBe(
      '1 notebook still uses the modules from before: a.ipynb.'
    );
    expect(
      say([kernel('a.ipynb', 'notebook'), kernel('b.ipynb', 'notebook')])
    ).toBe('2 notebooks still use the modules from before: a.ipynb, b.ipynb.');
  });

  it('names what else is there, and not too much', () => {
    const console1 = kernel('Console 1', 'console');
    expect(
      say(
        [console1, kernel('a.ipynb', 'notebook'), kernel('', 'notebook')],
        ['1']
      )
    ).toBe(
      'These still use the modules from before: a.ipynb, Console 1, Python 3, terminal 1.'
    );
    expect(
      say(Array.from('12345', () => kernel('a.ipynb', 'notebook')))
    ).toMatch(/^5 notebooks .*: (a\.ipynb, ){4}…\.$/);
  });
});

describe('takeOverCode', () => {
  it('quotes names as Python does', () => {
    expect(takeOverCode(['gcc/12.3', 'a"b\\c'])).toContain(
      '("exactly gcc/12.3 a\\"b\\\\c")'
    );
  });
});
