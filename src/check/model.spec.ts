import type { CheckReport } from '../rest/payloads';
import { CheckModel, counts, needsAttention } from './model';
import { finding, report } from './testing';

/**
 * A server whose answers a test gives.
 */
class Server {
  readonly asked: {
    signal: AbortSignal;
    answer: (report: CheckReport) => void;
    refuse: (reason: Error) => void;
  }[] = [];

  report(signal: AbortSignal): Promise<CheckReport> {
    return new Promise((answer, refuse) => {
      signal.addEventListener('abort', () => refuse(new Error('aborted')));
      this.asked.push({ signal, answer, refuse });
    });
  }

  bundle(names: boolean) {
    return Promise.resolve({ file_name: 'x.txt', text: `names: ${names}` });
  }
}

describe('CheckModel', () => {
  let server: Server;
  let model: CheckModel;
  let told: number;

  beforeEach(() => {
    server = new Server();
    model = new CheckModel(server);
    told = 0;
    model.stateChanged.connect(() => told++);
  });

  afterEach(() => model.dispose());

  it('is busy until the findings are there', async () => {
    const running = model.run();
    expect(model.busy).toBe(true);
    const found = report(finding('a.x', 'ok'));
    server.asked[0].answer(found);
    await running;
    expect(model.busy).toBe(false);
    expect(model.report).toBe(found);
    expect(told).toBe(2);
  });

  it('runs once at a time', async () => {
    const running = model.run();
    await model.run();
    expect(server.asked).toHaveLength(1);
    server.asked[0].answer(report());
    await running;
  });

  it('ends the request when it is cancelled, and that is no error', async () => {
    const running = model.run();
    model.cancel();
    expect(server.asked[0].signal.aborted).toBe(true);
    expect(model.busy).toBe(false);
    await running;
    expect(model.error).toBeNull();
  });

  it('is not confused by a run that was cancelled before another', async () => {
    const first = model.run();
    model.cancel();
    const second = model.run();
    await first;
    expect(model.busy).toBe(true);
    const found = report();
    server.asked[1].answer(found);
    await second;
    expect(model.report).toBe(found);
    expect(model.busy).toBe(false);
  });

  it('keeps what was found before when the server refuses', async () => {
    const first = model.run();
    server.asked[0].answer(report());
    await first;
    const second = model.run();
    server.asked[1].refuse(new Error('no'));
    await second;
    expect(model.error?.message).toBe('no');
    expect(model.report).not.toBeNull();
  });

  it('ends the request when it is disposed', async () => {
    const running = model.run();
    model.dispose();
    expect(server.asked[0].signal.aborted).toBe(true);
    await running;
    await model.run();
    expect(server.asked).toHaveLength(1);
  });
});

describe('findings', () => {
  it('are counted by their state', () => {
    expect(
      counts([
        finding('a.x', 'ok'),
        finding('a.y', 'ok'),
        finding('b', 'broken')
      ])
    ).toEqual({ skipped: 0, ok: 2, note: 0, warning: 0, broken: 1 });
  });

  it('need attention where something is broken or could be better', () => {
    const states = ['skipped', 'ok', 'note', 'warning', 'broken'] as const;
    expect(states.filter(state => needsAttention(finding('a', state)))).toEqual(
      ['warning', 'broken']
    );
  });
});
