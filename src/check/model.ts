import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { CheckReport, Finding, SupportBundle } from '../rest/payloads';
import type { CheckApi } from './api';

/**
 * Runs the checks and keeps what they found.
 */
export class CheckModel {
  constructor(private _api: Pick<CheckApi, 'report' | 'bundle'>) {}

  /**
   * Emitted when anything below changes.
   */
  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  /**
   * What was found last; null before the first answer.
   */
  get report(): CheckReport | null {
    return this._report;
  }

  /**
   * Why the last run told nothing; null where it did, or was cancelled.
   */
  get error(): Error | null {
    return this._error;
  }

  /**
   * Whether the checks run.
   */
  get busy(): boolean {
    return this._running !== null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Run the checks, unless they run.
   */
  async run(): Promise<void> {
    if (this._running || this._isDisposed) {
      return;
    }
    const running = new AbortController();
    this._running = running;
    this._error = null;
    this._stateChanged.emit();
    try {
      this._report = await this._api.report(running.signal);
    } catch (reason) {
      if (!running.signal.aborted) {
        this._error = reason as Error;
      }
    }
    // Another run may have begun since this one was cancelled.
    if (this._running === running) {
      this._running = null;
      this._stateChanged.emit();
    }
  }

  /**
   * End the checks; what was found before stays.
   */
  cancel(): void {
    this._running?.abort();
    this._running = null;
    this._stateChanged.emit();
  }

  /**
   * Return a text for the site's support, with the user's names or without.
   */
  bundle(names: boolean): Promise<SupportBundle> {
    return this._api.bundle(names);
  }

  dispose(): void {
    this._isDisposed = true;
    this._running?.abort();
    Signal.clearData(this);
  }

  private _report: CheckReport | null = null;
  private _error: Error | null = null;
  private _running: AbortController | null = null;
  private _isDisposed = false;
  private _stateChanged = new Signal<this, void>(this);
}

/**
 * How many findings have each state.
 */
export function counts(
  findings: ReadonlyArray<Finding>
): Record<Finding['state'], number> {
  const found = { skipped: 0, ok: 0, note: 0, warning: 0, broken: 0 };
  for (const { state } of findings) {
    found[state] += 1;
  }
  return found;
}

/**
 * Whether somebody should read a finding.
 */
export function needsAttention(finding: Finding): boolean {
  return finding.state === 'broken' || finding.state === 'warning';
}
