import { nullTranslator } from '@jupyterlab/translation';

import type {
  JobCheck,
  JobChoices,
  JobRequest,
  Submission
} from '../rest/payloads';
import type { IFields } from './form';
import { JobForm, parsed, written } from './form';
import { jobOf } from './testing';

const GIB = 2 ** 30;
const tongue = {
  trans: nullTranslator.load('jupyterlab_hpc'),
  language: 'fr-FR'
};

const CHOICES: JobChoices = {
  accounts: ['def-a', 'def-b'],
  partitions: [
    {
      name: 'cpu',
      default: true,
      time: 8 * 3600,
      cores: 8,
      memory: 16.5 * GIB,
      gpus: 0,
      gpu_types: []
    },
    {
      name: 'gpu',
      default: false,
      time: null,
      cores: 64,
      memory: 512 * GIB,
      gpus: 4,
      gpu_types: ['h100']
    }
  ],
  resources: {
    account: 'def-b',
    time: 5400,
    cores: 2,
    memory: 1.5 * GIB,
    partition: 'gone'
  },
  email: true,
  last_email: 'a@b.ca',
  messages: []
};

/** A server that makes a script of what it is asked. */
class Server {
  choices = jest.fn((): Promise<JobChoices> => Promise.resolve(CHOICES));
  check = jest.fn((): Promise<JobCheck> =>
    Promise.resolve({
      starts_at: null,
      nodes: 'n1',
      sentence: {
        level: 'info',
        text: 'Yes.',
        template: 'Yes.',
        arguments: [],
        detail: ''
      }
    })
  );
  submit = jest.fn((request: JobRequest): Promise<Submission> =>
    Promise.resolve({
      script: request.script ?? `cores ${request.resources?.cores}`,
      options: [],
      modules: [],
      modules_of: 'session',
      job: request.preview ? null : jobOf()
    })
  );
}

describe('JobForm', () => {
  let server: Server;
  let form: JobForm;

  beforeEach(() => {
    jest.useFakeTimers();
    server = new Server();
    form = new JobForm('a b/x.ipynb', server, tongue);
  });

  afterEach(() => {
    form.dispose();
    jest.useRealTimers();
  });

  it('begins with what the server proposes, and its script', async () => {
    await form.begin();
    expect(form.fields).toMatchObject({
      account: 'def-b',
      partition: '',
      hours: '1',
      minutes: '30',
      cores: '2',
      memory: '1.5',
      email: 'a@b.ca'
    });
    expect(form.partition?.name).toBe('cpu');
    expect(form.script).toBe('cores 2');
    expect(form.request().resources).toMatchObject({
      time: 5400,
      memory: 1.5 * GIB
    });
  });

  it('makes the script anew when the fields have come to rest', async () => {
    await form.begin();
    form.set({ cores: '3' });
    form.set({ cores: '4' });
    expect(form.script).toBe('cores 2');
    await jest.advanceTimersByTimeAsync(1000);
    expect(form.script).toBe('cores 4');
    expect(server.submit).toHaveBeenCalledTimes(2);
  });

  it('sends a script that was edited as it stands', async () => {
    await form.begin();
    form.edit('mine');
    form.set({ cores: '0' });
    await jest.advanceTimersByTimeAsync(1000);
    expect(form.script).toBe('mine');
    expect(form.problems()).toEqual({});
    const sent = await form.submit();
    expect(sent?.job?.id).toBe('42');
    expect(server.submit.mock.lastCall?.[0].script).toBe('mine');
    form.set({ cores: '5' });
    await form.remake();
    expect(form.script).toBe('cores 5');
    expect(form.request().script).toBeNull();
  });

  it.each<[Partial<IFields>, keyof IFields]>([
    [{ hours: '0', minutes: '0' }, 'hours'],
    [{ hours: '9' }, 'hours'],
    [{ hours: 'x' }, 'hours'],
    [{ cores: '0' }, 'cores'],
    [{ cores: '9' }, 'cores'],
    [{ cores: '1.5' }, 'cores'],
    [{ memory: '17' }, 'memory'],
    [{ memory: '0' }, 'memory'],
    [{ memory: 'lots' }, 'memory'],
    [{ gpus: '1' }, 'gpus'],
    [{ gpus: '-1' }, 'gpus'],
    [{ array: '1-' }, 'array'],
    [{ email: 'nobody' }, 'email'],
    [{ parameters: 'n = 1\nm' }, 'parameters']
  ])('says what is wrong with %j', async (fields, name) => {
    await form.begin();
    form.set(fields);
    expect(Object.keys(form.problems())).toEqual([name]);
    expect(await form.submit()).toBeNull();
    expect(server.submit).toHaveBeenCalledTimes(1);
  });

  it('writes a limit as the language does', async () => {
    await form.begin();
    form.set({ memory: '17' });
    expect(form.problems().memory).toMatch(/16,5/);
  });

  it.each<Partial<IFields>>([
    { partition: 'gpu', hours: '99', cores: '64', memory: '500', gpus: '4' },
    { memory: '' },
    { memory: '0,5' },
    { array: '1-10:2,7%3' }
  ])('takes %j', async fields => {
    await form.begin();
    form.set(fields);
    expect(form.problems()).toEqual({});
  });

  it('begins with what was sent before', async () => {
    form = new JobForm('x.ipynb', server, tongue, {
      notebook: 'x.ipynb',
      resources: { account: 'def-a', time: 60, cores: 3, array: '1-3' },
      parameters: { n: 1, words: ['a', true] },
      method: 'convert',
      own_modules: false
    });
    await form.begin();
    expect(form.fields).toMatchObject({
      account: 'def-a',
      hours: '0',
      minutes: '1',
      cores: '3',
      array: '1-3',
      parameters: 'n = 1\nwords = ["a",true]',
      method: 'convert',
      ownModules: false
    });
  });

  it('gives parameters to notebooks that are run, arguments to scripts', () => {
    form.set({ parameters: 'n = 1', arguments: '-x' });
    expect(form.request()).toMatchObject({
      parameters: { n: 1 },
      arguments: ''
    });
    form.set({ method: 'convert' });
    expect(form.request().parameters).toEqual({});
    const script = new JobForm('x.py', server, tongue);
    script.set({ parameters: 'n = 1', arguments: '-x' });
    expect(script.request()).toMatchObject({ parameters: {}, arguments: '-x' });
    script.dispose();
  });

  it('tells why Slurm is not there, and shows the script all the same', async () => {
    server.choices.mockRejectedValueOnce(new Error('no Slurm'));
    await form.begin();
    expect(form.error?.message).toBe('no Slurm');
    expect(form.script).toBe('cores 1');
  });

  it('tells what a check said until something changes', async () => {
    await form.begin();
    await form.check();
    expect(form.checked?.sentence.text).toBe('Yes.');
    form.set({ cores: '3' });
    expect(form.checked).toBeNull();
    server.check.mockRejectedValueOnce(new Error('no'));
    await form.check();
    expect(form.error?.message).toBe('no');
    expect(form.busy).toBeNull();
  });

  it('keeps a refusal when the script of the fields comes later', async () => {
    await form.begin();
    form.set({ cores: '3' });
    server.submit.mockRejectedValueOnce(new Error('no'));
    expect(await form.submit()).toBeNull();
    await jest.advanceTimersByTimeAsync(1000);
    expect(form.script).toBe('cores 3');
    expect(form.error?.message).toBe('no');
    form.set({ cores: '4' });
    expect(form.error).toBeNull();
  });

  it('tells what is wrong with the file until it is right', async () => {
    server.submit.mockRejectedValueOnce(new Error('no notebook'));
    await form.begin();
    expect(form.error?.message).toBe('no notebook');
    await form.remake();
    expect(form.error).toBeNull();
  });

  it('asks Slurm once at a time', async () => {
    await form.begin();
    await Promise.all([form.check(), form.check(), form.submit()]);
    expect(server.check).toHaveBeenCalledTimes(1);
    expect(server.submit).toHaveBeenCalledTimes(1);
  });
});

describe('parameters', () => {
  it.each([
    ['n = 3', { n: 3 }],
    ['n=-1.5e3', { n: -1500 }],
    ['a = true\nb = False\nc = None', { a: true, b: false, c: null }],
    ['w = "a = b"', { w: 'a = b' }],
    ["w = 'it is'", { w: 'it is' }],
    ['w = just words', { w: 'just words' }],
    ['l = [1, "x"]', { l: [1, 'x'] }],
    ['d = {"a": 1}', { d: '{"a": 1}' }],
    ['\n  \n', {}]
  ])('reads %j', (text, values) => {
    expect(parsed(text)).toEqual({ values, wrong: null });
  });

  it.each(['n', '1n = 2', 'a b = 1', '= 1'])('refuses %j', text => {
    expect(parsed(text).wrong).toBe(text);
  });

  it('writes what it reads', () => {
    const values = { n: 1, w: 'a\nb "c"', l: [1, null], t: true, z: null };
    expect(parsed(written(values)).values).toEqual(values);
  });
});
