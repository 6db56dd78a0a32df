import { RestError } from '../rest/client';
import { ConnectionModel } from './connection';

/** What JupyterHub answers in the server's place. */
function refusal(status: number): RestError {
  return new RestError(new Response(null, { status }), {
    message: '',
    reason: '',
    detail: '',
    template: '',
    arguments: []
  });
}

describe('ConnectionModel', () => {
  let answer: boolean | Error;
  let asked: number;
  let end: Date | null;
  let isVisible: boolean;
  let model: ConnectionModel;
  let seen: (string | null)[];

  beforeEach(() => {
    jest.useFakeTimers();
    answer = false;
    asked = 0;
    end = new Date(Date.now() + 3_600_000);
    isVisible = true;
    seen = [];
    model = new ConnectionModel({
      ask: () => {
        asked++;
        return answer instanceof Error
          ? Promise.reject(answer)
          : Promise.resolve(answer);
      },
      endsAt: () => end,
      isVisible: () => isVisible
    });
    model.stateChanged.connect(() => seen.push(model.loss));
  });

  afterEach(() => {
    model.dispose();
    jest.useRealTimers();
  });

  it('asks nothing while all is well', async () => {
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toBe(0);
  });

  it('takes a request that failed once for nothing', async () => {
    await model.look();
    expect([model.loss, seen, asked]).toEqual([null, [], 1]);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(asked).toBe(1);
  });

  it.each([
    [424, 'ended'],
    [404, 'ended'],
    [503, 'silent'],
    [502, 'silent'],
    [200, 'silent']
  ])('takes JupyterHub’s %d for "%s"', async (status, loss) => {
    answer = refusal(status);
    await model.look();
    expect(model.loss).toBe(loss);
    expect(model.wasItsTime).toBe(false);
  });

  it('tells a lost network from a lost server', async () => {
    answer = new TypeError('Failed to fetch');
    await model.look();
    expect(model.loss).toBe('offline');
  });

  it('follows what becomes known, and keeps when it began', async () => {
    answer = refusal(503);
    await model.look();
    const since = model.since;
    answer = refusal(424);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual(['silent', 'ended']);
    expect(model.since).toBe(since);
    answer = false;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(['silent', 'ended', null]);
    const before = asked;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(asked).toBe(before);
  });

  it('asks more and more rarely, and never for a hidden page', async () => {
    answer = refusal(424);
    await model.look();
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toBeGreaterThan(50);
    expect(asked).toBeLessThan(70);
    isVisible = false;
    const before = asked;
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toBe(before);
    isVisible = true;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toBeGreaterThan(before);
  });

  it('knows that its time was over', async () => {
    end = new Date(Date.now() + 5000);
    answer = refusal(503);
    await model.look();
    expect(model.wasItsTime).toBe(true);
    expect(model.endsAt).toBe(end);
  });

  it('believes the server that it is about to stop', async () => {
    model.notice(true);
    expect([model.loss, model.wasStopped]).toEqual(['stopping', true]);
    answer = true;
    await jest.advanceTimersByTimeAsync(6000);
    expect(model.loss).toBe('stopping');
    answer = refusal(424);
    await jest.advanceTimersByTimeAsync(60_000);
    expect([model.loss, model.wasStopped]).toEqual(['ended', true]);
  });

  it('goes on when the server was not stopped after all', async () => {
    model.notice(true);
    model.notice(false);
    expect(seen).toEqual(['stopping', null]);
    expect(model.wasStopped).toBe(false);
    // also where that news was lost
    model.notice(true);
    await jest.advanceTimersByTimeAsync(6000);
    expect(model.loss).toBeNull();
  });

  it('asks once, however many requests fail', async () => {
    answer = refusal(503);
    await Promise.all([model.look(), model.look(), model.look()]);
    expect(asked).toBe(1);
  });
});
