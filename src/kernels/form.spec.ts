import { RestError } from '../rest/client';
import type { KernelBases, VenvInfo } from '../rest/payloads';
import { KernelForm, VENV } from './form';
import { made, NOTHING, TRIAL } from './testing';

const SOURCES = { loaded: ['gcc/12.3'], collections: ['work'], venvs: [] };

function bases(...ids: string[]): KernelBases {
  return {
    modules: ['gcc/12.3'],
    bases: ids.map(id => ({
      id,
      display_name: id,
      language: id === 'julia' ? 'julia' : 'python',
      program: '/x',
      origin: 'jupyter'
    }))
  };
}

function venvOf(folder: string, state: VenvInfo['state']): VenvInfo {
  return {
    folder,
    state,
    python: '3.11',
    ipykernel: '',
    command: '',
    message: NOTHING
  };
}

function refusal(reason: string): RestError {
  return new RestError({ status: 422 } as Response, {
    message: 'no',
    reason,
    detail: 'words',
    template: 'no',
    arguments: []
  });
}

function formWith(answers: object): KernelForm {
  return new KernelForm(
    {
      bases: () => Promise.resolve(bases('julia', 'python3')),
      venv: () => Promise.reject(new Error()),
      install: () => Promise.reject(new Error()),
      make: () => Promise.reject(new Error()),
      ...answers
    },
    SOURCES
  );
}

describe('KernelForm', () => {
  it('makes a name of what people call it, until another is given', () => {
    const form = formWith({});
    form.displayName = 'Été à Québec (2)';
    expect(form.name).toBe('ete-a-quebec-2');
    form.name = 'mine';
    form.displayName = 'Other';
    expect(form.name).toBe('mine');
  });

  it('proposes the kernel of Python', async () => {
    const form = formWith({});
    await form.choose('loaded');
    expect(form.base).toBe('python3');
  });

  it('keeps what was chosen where it is still there', async () => {
    const form = formWith({});
    await form.choose('loaded');
    form.base = 'julia';
    await form.choose(':work');
    expect(form.base).toBe('julia');
    form.base = VENV;
    await form.choose('none');
    expect(form.base).toBe(VENV);
  });

  it('heeds the answer to the last choice alone', async () => {
    const waiting: ((told: KernelBases) => void)[] = [];
    const form = formWith({
      bases: () => new Promise(resolve => waiting.push(resolve))
    });
    const first = form.choose('loaded');
    const second = form.choose('none');
    waiting[1](bases('second'));
    waiting[0](bases('first'));
    await Promise.all([first, second]);
    expect(form.bases?.bases[0].id).toBe('second');
    expect(form.work).toBe('');
  });

  it('asks for a collection by its name', async () => {
    const ask = jest.fn(() => Promise.resolve(bases()));
    const form = formWith({ bases: ask });
    await form.choose(':work');
    expect(ask).toHaveBeenCalledWith({
      modules: 'collection',
      collection: 'work'
    });
    expect(form.base).toBe(VENV);
  });

  it('offers to keep a kernel only after its test has failed', async () => {
    const requests: { keep: boolean }[] = [];
    const form = formWith({
      make: (request: { keep: boolean }) => {
        requests.push(request);
        return request.keep
          ? Promise.resolve({ kernel: made('a'), trial: TRIAL })
          : Promise.reject(refusal('tool-refused'));
      }
    });
    form.displayName = 'A';
    expect(await form.make()).toBeNull();
    expect([form.failed, form.error?.message]).toEqual([true, 'no']);
    form.keep = true;
    expect((await form.make())?.kernel.name).toBe('a');
    expect(requests.map(request => request.keep)).toEqual([false, true]);
  });

  it('does not keep what is changed after the test has failed', async () => {
    const requests: { keep: boolean }[] = [];
    const form = formWith({
      make: (request: { keep: boolean }) => {
        requests.push(request);
        return Promise.reject(refusal('tool-refused'));
      }
    });
    await form.make();
    form.keep = true;
    form.displayName = 'Other';
    await form.make();
    expect(requests.map(request => request.keep)).toEqual([false, false]);
  });

  it('has nothing to keep where the name is taken', async () => {
    const form = formWith({ make: () => Promise.reject(refusal('conflict')) });
    await form.make();
    expect(form.failed).toBe(false);
    expect(form.error).not.toBeNull();
  });

  it('looks at a virtual environment once, and forgets it with its folder', async () => {
    const look = jest.fn(({ folder }: { folder: string }) =>
      Promise.resolve(venvOf(folder, 'no-ipykernel'))
    );
    const form = formWith({
      venv: look,
      install: ({ folder }: { folder: string }) =>
        Promise.resolve(venvOf(folder, 'ok'))
    });
    form.folder = '/a b';
    await form.look();
    await form.look();
    expect(look).toHaveBeenCalledTimes(1);
    expect(form.venv?.state).toBe('no-ipykernel');
    await form.install();
    expect(form.venv?.state).toBe('ok');
    form.folder = '/c';
    expect(form.venv).toBeNull();
  });
});
