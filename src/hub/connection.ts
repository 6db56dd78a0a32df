import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IConnection, Loss } from './tokens';

/** Milliseconds between two looks whether the server answers again, and the most. */
const LOOK = 5000;
const LONGEST_LOOK = 60_000;

/** Milliseconds before its end from which on an end counts as that of its time. */
const NEARLY = 20_000;

/**
 * What this needs of the rest of the page.
 */
export interface IConnectionContext {
  /** Ask the server whether it is about to stop. */
  ask: () => Promise<boolean>;
  /** When the session's time ends; null where that is not known. */
  endsAt: () => Date | null;
  /** Whether the user sees the page: nobody is asked for a hidden one. */
  isVisible: () => boolean;
}

/**
 * Whether the server still answers this page.
 *
 * Nothing is asked while all is well: the page's other requests tell of a loss.
 */
export class ConnectionModel implements IConnection, IDisposable {
  constructor(private _context: IConnectionContext) {}

  get loss(): Loss | null {
    return this._loss;
  }

  get wasStopped(): boolean {
    return this._wasStopped;
  }

  get since(): Date {
    return this._since;
  }

  get endsAt(): Date | null {
    return this._endsAt;
  }

  get wasItsTime(): boolean {
    const end = this._endsAt?.getTime() ?? Infinity;
    return this._since.getTime() > end - NEARLY;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      clearTimeout(this._timer);
      Signal.clearData(this);
    }
  }

  /**
   * Take the server's news: it is about to stop, or it goes on after all.
   */
  notice(stopping: boolean): void {
    if (stopping) {
      this._wasStopped = true;
      this._set('stopping');
      this._later(LOOK);
    } else if (this._loss === 'stopping') {
      this._back();
    }
  }

  /**
   * Find out what a request that failed means, and go on looking until it answers.
   */
  async look(): Promise<void> {
    if (this._looking || this._isDisposed) {
      return;
    }
    this._looking = true;
    const found = await this._find();
    this._looking = false;
    if (this._isDisposed) {
      return;
    }
    if (found === null) {
      this._back();
      return;
    }
    this._set(found);
    this._later(Math.min(LONGEST_LOOK, this._pause * 1.5));
  }

  private async _find(): Promise<Loss | null> {
    try {
      // One that is about to stop may answer for a while.
      return (await this._context.ask()) ? 'stopping' : null;
    } catch (reason) {
      const status = (reason as { response?: Response }).response?.status;
      if (status === undefined) {
        return 'offline';
      }
      // What JupyterHub says for a server that does not run: 5 says 424, 1 said 404.
      return status === 424 || status === 404 ? 'ended' : 'silent';
    }
  }

  private _set(loss: Loss): void {
    if (this._loss === null) {
      this._since = new Date();
      this._endsAt = this._context.endsAt();
    }
    if (loss !== this._loss) {
      this._loss = loss;
      this._stateChanged.emit();
    }
  }

  private _back(): void {
    clearTimeout(this._timer);
    this._wasStopped = false;
    if (this._loss !== null) {
      this._loss = null;
      this._stateChanged.emit();
    }
  }

  private _later(pause: number): void {
    clearTimeout(this._timer);
    this._pause = pause;
    this._timer = setTimeout(() => {
      if (this._context.isVisible()) {
        void this.look();
      } else {
        this._later(pause);
      }
    }, pause);
  }

  private _endsAt: Date | null = null;
  private _isDisposed = false;
  private _looking = false;
  private _loss: Loss | null = null;
  private _pause = LOOK;
  private _since = new Date();
  private _stateChanged = new Signal<this, void>(this);
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _wasStopped = false;
}
