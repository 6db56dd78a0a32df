import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { SessionInfo } from '../rest/payloads';
import type { SessionApi } from './api';
import type { ISample, ISessionModel } from './tokens';

/** Milliseconds between two questions when nobody looks at what is used. */
const RARELY = 5 * 60 * 1000;

/** Milliseconds between two questions when somebody does, until the server says. */
const OFTEN = 15 * 1000;

/**
 * Seconds before the end when open documents are saved: early enough for a hidden
 * page, whose timers a browser may run once a minute only.
 */
const SAVE_AT = 100;

/** How many samples of what is used are kept: half an hour of looking, at the usual pace. */
const SAMPLES = 120;

/** The longest time that a timer of a browser can be set to, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The session as the server tells it, and its time as it is counted here.
 *
 * The server's and the page's clocks need not agree: what the server gives is the
 * number of seconds left.
 */
export class SessionModel implements ISessionModel {
  constructor(private _api: Pick<SessionApi, 'extend' | 'session'>) {
    // A hidden page does not ask; its own timers go on.
    this._poll = new Poll<void, Error>({
      name: 'jupyterlab_hpc:session',
      auto: false,
      factory: () => this._look(),
      frequency: { interval: OFTEN, backoff: false },
      standby: 'when-hidden'
    });
  }

  /**
   * Begin to ask: when all who listen are there, for no warning comes twice.
   */
  start(): void {
    void this._poll.start();
  }

  get info(): SessionInfo | null {
    return this._info;
  }

  get error(): Error | null {
    return this._error;
  }

  get secondsLeft(): number | null {
    return this._end === null
      ? null
      : Math.max(0, Math.floor((this._end - Date.now()) / 1000));
  }

  get endsAt(): Date | null {
    return this._end === null ? null : new Date(this._end);
  }

  get samples(): ReadonlyArray<ISample> {
    return this._samples;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get warned(): ISignal<this, number> {
    return this._warned;
  }

  get ending(): ISignal<this, void> {
    return this._ending;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._poll.dispose();
      clearTimeout(this._timer);
      Signal.clearData(this);
    }
  }

  async refresh(): Promise<void> {
    const asked = ++this._asked;
    this._askedAt = Date.now();
    let info: SessionInfo | null = null;
    let error: Error | null = null;
    try {
      info = await this._api.session();
    } catch (reason) {
      error = reason as Error;
    }
    // An older answer never replaces a newer one.
    if (this._isDisposed || asked < this._answered) {
      return;
    }
    this._answered = asked;
    this._error = error;
    if (info) {
      this._take(info);
    }
    this._stateChanged.emit();
    this._tick();
  }

  async extend(): Promise<string> {
    const { said } = await this._api.extend();
    await this.refresh();
    return said;
  }

  watch(isLooking: () => boolean): IDisposable {
    this._watchers.add(isLooking);
    return new DisposableDelegate(() => this._watchers.delete(isLooking));
  }

  /**
   * Ask, if somebody looks or the last question is long ago.
   */
  private async _look(): Promise<void> {
    const isDue = Date.now() - this._askedAt >= RARELY;
    if (isDue || [...this._watchers].some(isLooking => isLooking())) {
      await this.refresh();
    }
  }

  private _take(info: SessionInfo): void {
    const before = this._end;
    this._info = info;
    const { cores, memory } = info.used;
    this._samples = [
      ...this._samples.slice(1 - SAMPLES),
      { at: Date.now(), cores, memory }
    ];
    this._end =
      info.seconds_left === null
        ? null
        : Date.now() + (info.seconds_left + 1) * 1000 - 1;
    // An administrator gave more time: the warnings count anew.
    if (before !== null && (this._end ?? Infinity) > before + 60_000) {
      this._lowest = Infinity;
      this._saved = false;
    }
    const interval = info.ask_again * 1000;
    if (this._poll.frequency.interval !== interval) {
      this._poll.frequency = { ...this._poll.frequency, interval };
    }
  }

  /**
   * Tell what the time that is left means, and come again when that changes.
   */
  private _tick(): void {
    clearTimeout(this._timer);
    const left = this.secondsLeft;
    if (left === null || !this._info) {
      return;
    }
    const due = this._info.warnings.filter(
      at => left <= at && at < this._lowest
    );
    if (due.length > 0) {
      this._lowest = Math.min(...due);
      this._warned.emit(left);
    }
    if (left <= SAVE_AT && !this._saved) {
      this._saved = true;
      this._ending.emit();
    }
    const moments = [...this._info.warnings, SAVE_AT].filter(at => at < left);
    // The words change with the minute: "2 min left" from 179 s to 120 s.
    const next = Math.max(left - (left % 60) - 1, ...moments, -1);
    if (left > 0) {
      this._timer = setTimeout(
        () => {
          this._stateChanged.emit();
          this._tick();
        },
        Math.min(LONGEST_TIMER, this._end! - Date.now() - next * 1000)
      );
    }
  }

  private _answered = 0;
  private _asked = 0;
  private _askedAt = -Infinity;
  private _end: number | null = null;
  private _ending = new Signal<this, void>(this);
  private _error: Error | null = null;
  private _info: SessionInfo | null = null;
  private _isDisposed = false;
  private _lowest = Infinity;
  private _poll: Poll<void, Error>;
  private _samples: ReadonlyArray<ISample> = [];
  private _saved = false;
  private _stateChanged = new Signal<this, void>(this);
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _warned = new Signal<this, number>(this);
  private _watchers = new Set<() => boolean>();
}
