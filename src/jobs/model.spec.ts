import type { JobInfo, Jobs, Submission } from '../rest/payloads';
import type { JobsApi } from './api';
import { JobsModel } from './model';
import { jobOf, jobsOf } from './testing';

/** A server that answers what it is told, and counts. */
class Api {
  answer: Jobs = jobsOf();
  refuse: Error | null = null;
  asked = 0;

  jobs = jest.fn(async (): Promise<Jobs> => {
    this.asked++;
    const { answer, refuse } = this;
    await Promise.resolve();
    if (refuse) {
      throw refuse;
    }
    return answer;
  });
  submit = jest.fn((): Promise<Submission> =>
    Promise.resolve({
      script: '',
      options: [],
      modules: [],
      modules_of: 'session',
      job: jobOf()
    })
  );
  remove = jest.fn(async (): Promise<Jobs> => {
    await Promise.resolve();
    if (this.refuse) {
      throw this.refuse;
    }
    return this.answer;
  });
}

describe('JobsModel', () => {
  let api: Api;
  let model: JobsModel;
  let ended: JobInfo[];
  let looking: boolean;

  beforeEach(() => {
    jest.useFakeTimers();
    api = new Api();
    ended = [];
    looking = false;
    model = new JobsModel(api as unknown as JobsApi);
    model.ended.connect((_, job) => ended.push(job));
    model.watch(() => looking);
  });

  afterEach(() => {
    model.dispose();
    jest.useRealTimers();
  });

  const pass = (seconds: number) =>
    jest.advanceTimersByTimeAsync(seconds * 1000);

  it('asks nothing before somebody looks', async () => {
    await pass(3600);
    await model.notice({ revision: 7 });
    expect(api.asked).toBe(0);
  });

  it('asks as often as the server says while somebody looks', async () => {
    looking = true;
    await pass(125);
    expect(api.asked).toBeGreaterThanOrEqual(4);
    expect(api.asked).toBeLessThanOrEqual(5);
    looking = false;
    const before = api.asked;
    await pass(3600);
    expect(api.asked).toBe(before);
  });

  it('asks rarely when nobody looks but a job runs', async () => {
    api.answer = jobsOf(jobOf());
    await model.refresh();
    await pass(600);
    expect(api.asked).toBeGreaterThanOrEqual(4);
    expect(api.asked).toBeLessThanOrEqual(6);
  });

  it('tells once that a job of ours has ended', async () => {
    api.answer = jobsOf(jobOf(), jobOf({ id: '7', sent: false }));
    await model.refresh();
    expect(ended).toEqual([]);
    const over = jobOf({ state: 'failed' });
    api.answer = jobsOf(over, jobOf({ id: '7', sent: false, state: 'failed' }));
    await model.refresh();
    await model.refresh();
    expect(ended).toEqual([over]);
  });

  it('hears of changes, and asks only for what is new', async () => {
    await model.refresh();
    await model.notice({ revision: 1 });
    expect(api.asked).toBe(1);
    await model.notice({ revision: 2 });
    expect(api.asked).toBe(2);
  });

  it('takes no older answer for a newer one', async () => {
    api.answer = jobsOf(jobOf());
    const first = model.refresh();
    api.answer = jobsOf();
    const second = model.refresh();
    await Promise.all([second, first]);
    expect(model.jobs?.jobs).toEqual([]);
  });

  it('keeps what it knows when it is refused', async () => {
    api.answer = jobsOf(jobOf());
    await model.refresh();
    api.refuse = new Error('no');
    await model.remove('42');
    expect(model.error?.message).toBe('no');
    expect(model.jobs?.jobs).toHaveLength(1);
    expect(model.busy.size).toBe(0);
    model.dismiss();
    expect(model.error).toBeNull();
  });

  it('cancels once, however often it is told', async () => {
    const both = [model.remove('42'), model.remove('42')];
    expect(model.busy.has('42')).toBe(true);
    await Promise.all(both);
    expect(api.remove).toHaveBeenCalledTimes(1);
  });

  it('asks for the jobs after one was submitted, not after a preview', async () => {
    await model.submit({ notebook: 'a.ipynb', preview: true });
    expect(api.asked).toBe(0);
    await model.submit({ notebook: 'a.ipynb' });
    expect(api.asked).toBe(1);
  });
});
