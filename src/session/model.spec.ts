import type { MoreTime, SessionInfo } from '../rest/payloads';
import { SessionModel } from './model';

function infoOf(seconds_left: number | null): SessionInfo {
  return {
    job: null,
    started_at: null,
    ends_at: seconds_left === null ? null : '2026-01-01T00:00:00+00:00',
    seconds_left,
    requested: { cores: 1, memory: null, gpus: 0 },
    used: {
      source: 'job',
      cores: null,
      cores_average: null,
      memory: 0,
      memory_peak: null,
      gpus: [],
      oom_kills: 0
    },
    messages: [],
    checked_at: null,
    warnings: [1800, 600, 120],
    ask_again: 15,
    extendable: false,
    new_session_url: ''
  };
}

/** A server that answers what it is told, and counts. */
class Api {
  left: number | null = 5000;
  refuse: Error | null = null;
  asked = 0;

  async extend(): Promise<MoreTime> {
    this.left = 9000;
    await Promise.resolve();
    return { said: 'Granted.' };
  }

  async session(): Promise<SessionInfo> {
    this.asked++;
    const info = infoOf(this.left);
    await Promise.resolve();
    if (this.refuse) {
      throw this.refuse;
    }
    return info;
  }
}

describe('SessionModel', () => {
  let api: Api;
  let model: SessionModel;
  let warned: number[];
  let ended: number;
  let hidden: boolean;

  beforeEach(() => {
    jest.useFakeTimers();
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    jest
      .spyOn(document, 'visibilityState', 'get')
      .mockImplementation(() => (hidden ? 'hidden' : 'visible'));
    api = new Api();
    warned = [];
    ended = 0;
  });

  afterEach(() => {
    model.dispose();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  async function begin(left: number | null): Promise<void> {
    api.left = left;
    model = new SessionModel(api);
    model.warned.connect((_, seconds) => warned.push(seconds));
    model.ending.connect(() => ended++);
    model.start();
    await jest.advanceTimersByTimeAsync(50);
  }

  function hide(): void {
    hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
  }

  async function pass(seconds: number, step = 1): Promise<void> {
    // What a server would answer meanwhile.
    for (let i = 0; i < seconds; i += step) {
      api.left = api.left === null ? null : Math.max(0, api.left - step);
      await jest.advanceTimersByTimeAsync(step * 1000);
    }
  }

  it('counts the time left without asking', async () => {
    await begin(5000);
    expect(model.secondsLeft).toBe(5000);
    const before = api.asked;
    await pass(200);
    expect(model.secondsLeft).toBe(4800);
    expect(api.asked).toBe(before);
  });

  it('asks rarely while nobody looks, and never while the page is hidden', async () => {
    await begin(50_000);
    expect(api.asked).toBe(1);
    await pass(3600, 15);
    expect(api.asked).toBeLessThanOrEqual(13);
    expect(api.asked).toBeGreaterThanOrEqual(10);
    hide();
    const before = api.asked;
    await pass(3600, 15);
    // lumino's Poll may look once more after a page was hidden
    expect(api.asked - before).toBeLessThanOrEqual(1);
  });

  it('asks often while somebody looks', async () => {
    await begin(5000);
    let isLooking = true;
    const watching = model.watch(() => isLooking);
    await pass(60);
    expect(api.asked).toBe(5);
    isLooking = false;
    await pass(60);
    expect(api.asked).toBe(5);
    isLooking = true;
    watching.dispose();
    await pass(60);
    expect(api.asked).toBe(5);
  });

  it('warns once at each of the times, hidden or not, and saves in time', async () => {
    await begin(2000);
    hide();
    await pass(150);
    expect(warned).toEqual([]);
    await pass(100);
    expect(warned).toEqual([1800]);
    await pass(1200);
    expect(warned).toEqual([1800, 600]);
    expect(ended).toBe(0);
    await pass(550);
    expect(warned).toEqual([1800, 600, 120]);
    expect(ended).toBe(1);
    expect(model.secondsLeft).toBe(0);
    await pass(60);
    expect(warned).toHaveLength(3);
    expect(model.secondsLeft).toBe(0);
  });

  it('warns and saves in time where a hidden page’s timers run once a minute', async () => {
    await begin(2000);
    hide();
    const exact = globalThis.setTimeout;
    const savedAt: (number | null)[] = [];
    model.ending.connect(() => savedAt.push(model.secondsLeft));
    // As Chromium does it: what is due waits for the next whole minute.
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((
      act: () => void,
      after = 0
    ) => {
      const due = Math.ceil((Date.now() + after) / 60_000) * 60_000;
      return exact(act, due - Date.now());
    }) as typeof setTimeout);
    await pass(2100);
    expect(warned).toHaveLength(3);
    for (const [i, at] of [1800, 600, 120].entries()) {
      expect(warned[i]).toBeLessThanOrEqual(at);
      expect(warned[i]).toBeGreaterThan(at - 62);
    }
    expect(savedAt).toHaveLength(1);
    // enough for a save
    expect(savedAt[0]).toBeGreaterThanOrEqual(38);
  });

  it('has the new end after an extension', async () => {
    await begin(500);
    expect(await model.extend()).toBe('Granted.');
    expect(model.secondsLeft).toBe(9000);
    expect(warned).toEqual([500]);
  });

  it('warns once of a session that is short from the start', async () => {
    await begin(300);
    expect(warned).toEqual([300]);
    await pass(20);
    expect(warned).toHaveLength(1);
  });

  it('warns anew when an administrator gave more time', async () => {
    await begin(100);
    expect(warned).toEqual([100]);
    expect(ended).toBe(1);
    api.left = 650;
    await model.refresh();
    expect(model.secondsLeft).toBe(650);
    await pass(60);
    // 650 s is below 1800 at once, then 600 comes
    expect(warned).toEqual([100, 650, 600]);
  });

  it('keeps what was used, and forgets the oldest', async () => {
    await begin(5000);
    for (let i = 0; i < 125; i++) {
      await model.refresh();
      jest.advanceTimersByTime(1);
    }
    expect(model.samples).toHaveLength(120);
    const [first] = model.samples;
    expect(first).toEqual({ at: Date.now() - 120, cores: null, memory: 0 });
  });

  it('has no time where there is no end', async () => {
    await begin(null);
    expect(model.secondsLeft).toBeNull();
    await pass(100);
    expect(warned).toEqual([]);
  });

  it('keeps what it knows when the server does not answer', async () => {
    await begin(5000);
    api.refuse = new Error('no');
    await model.refresh();
    expect(model.error?.message).toBe('no');
    expect(model.secondsLeft).toBe(5000);
    api.refuse = null;
    await model.refresh();
    expect(model.error).toBeNull();
  });

  it('tells each minute, and no more often', async () => {
    await begin(50_000);
    let told = 0;
    model.stateChanged.connect(() => told++);
    await pass(280);
    expect(told).toBeGreaterThanOrEqual(4);
    expect(told).toBeLessThanOrEqual(5);
  });
});
