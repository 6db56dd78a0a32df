import type { KernelSpec, Session } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';

import type { Stale } from '../rest/payloads';
import type { StaleApi } from './staleapi';
import type { IStaleDocument, IStaleKernel, IStaleModel } from './tokens';

/**
 * What the server's event tells of it; see `software/events.json`.
 */
export interface IStaleNotice {
  revision: number;
  stale_changed: boolean;
}

/**
 * What runs, as the page knows it.
 */
export interface IRunning {
  sessions: () => Iterable<Session.IModel>;
  specs: () => KernelSpec.ISpecModels | null;
}

/**
 * What is stale: no DOM, no dialogs, no question to the server without a reason.
 *
 * What starts now has the modules of now. So the server is asked when modules
 * change, when it tells that a kernel has newer ones, when something ends of what
 * is stale, and once where something runs when the page opens.
 */
export class StaleModel extends VDomModel implements IStaleModel {
  constructor(
    private _api: Pick<StaleApi, 'stale' | 'script'>,
    private _page: IRunning
  ) {
    super();
  }

  get revision(): number {
    return this._stale?.revision ?? 0;
  }

  get kernels(): ReadonlyArray<IStaleKernel> {
    return this._kernels;
  }

  get terminals(): ReadonlyArray<string> {
    return this._stale?.terminals.map(terminal => terminal.name) ?? [];
  }

  get applications(): ReadonlyArray<string> {
    return this._stale?.applications.map(program => program.name) ?? [];
  }

  get busy(): ReadonlySet<string> {
    return this._busy;
  }

  get isEmpty(): boolean {
    return (
      this.kernels.length + this.terminals.length + this.applications.length ===
      0
    );
  }

  get isNews(): boolean {
    return this._found !== null && this._heard > this._found;
  }

  get isPostponed(): boolean {
    return this._postponed >= this.revision;
  }

  /**
   * Whether nobody looks at the page; what was to be asked waits until then.
   */
  get isHidden(): boolean {
    return this._isHidden;
  }

  set isHidden(value: boolean) {
    this._isHidden = value;
    if (!value && this._isDue) {
      void this.refresh();
    }
  }

  /**
   * Take note of an event of the server.
   */
  async notice(notice: IStaleNotice): Promise<void> {
    this._heard = Math.max(this._heard, notice.revision);
    if (
      notice.stale_changed ||
      notice.revision > Math.max(this.revision, this._asked)
    ) {
      this._asked = notice.revision;
      await this.refresh();
    }
  }

  /**
   * Take note of what runs now: the ids of kernels and the names of terminals.
   */
  async follow(running: ReadonlySet<string>): Promise<void> {
    const ended = [...this._running].some(key => !running.has(key));
    this._running = new Set(running);
    if (this._stale ? ended && !this.isEmpty : running.size > 0) {
      await this.refresh();
    } else {
      this._update();
    }
  }

  async refresh(): Promise<void> {
    this._isDue = true;
    if (this._isHidden || this.isDisposed) {
      return;
    }
    // One question at a time; what came up during it is asked when it is answered.
    this._asking ??= this._ask();
    await this._asking;
  }

  postpone(): void {
    this._postponed = this.revision;
    this.stateChanged.emit();
  }

  async script(): Promise<string> {
    return (await this._api.script()).text;
  }

  /**
   * Mark kernels as busy until what is done with them has ended.
   */
  async whileBusy<T>(
    ids: ReadonlyArray<string>,
    work: () => Promise<T>
  ): Promise<T> {
    this._busy = new Set([...this._busy, ...ids]);
    this.stateChanged.emit();
    try {
      return await work();
    } finally {
      this._busy = new Set([...this._busy].filter(id => !ids.includes(id)));
      this.stateChanged.emit();
    }
  }

  private async _ask(): Promise<void> {
    try {
      while (this._isDue && !this._isHidden && !this.isDisposed) {
        this._isDue = false;
        const stale = await this._api.stale();
        if (stale.revision >= this.revision) {
          this._stale = stale;
          this._found ??= stale.revision;
        }
        this._update();
      }
    } catch (reason) {
      // Nobody asked for this, so nobody has to hear of it: the next reason to
      // ask will come.
      console.warn('What uses old modules could not be asked.', reason);
    } finally {
      this._asking = null;
    }
  }

  /**
   * Name what is stale as the page does, and tell it where that changed.
   */
  private _update(): void {
    if (this.isDisposed || !this._stale) {
      return;
    }
    const sessions = [...this._page.sessions()];
    const specs = this._page.specs()?.kernelspecs;
    this._kernels = this._stale.kernels.map(({ id, name, path }) => ({
      id,
      displayName: specs?.[name]?.display_name ?? name,
      isPython: specs?.[name]?.language === 'python',
      documents: Private.documents(
        sessions.filter(session => session.kernel?.id === id),
        path
      )
    }));
    const { revision, kernels, terminals, applications } = this;
    const told = JSON.stringify([revision, kernels, terminals, applications]);
    if (told !== this._told) {
      this._told = told;
      this.stateChanged.emit();
    }
  }

  private _stale: Stale | null = null;
  private _kernels: ReadonlyArray<IStaleKernel> = [];
  private _busy: ReadonlySet<string> = new Set();
  private _running: ReadonlySet<string> = new Set();
  private _asking: Promise<void> | null = null;
  private _isDue = false;
  private _isHidden = false;
  private _asked = 0;
  private _heard = 0;
  // the revision that this page found when it opened
  private _found: number | null = null;
  private _postponed = -1;
  private _told = '';
}

namespace Private {
  /**
   * Return the documents of a kernel's sessions, or of the one that the server names.
   */
  export function documents(
    sessions: ReadonlyArray<Session.IModel>,
    path: string
  ): IStaleDocument[] {
    if (sessions.length === 0) {
      return path ? [{ kind: 'other', name: path }] : [];
    }
    return sessions.map(({ type, name, path }) =>
      type === 'notebook'
        ? { kind: 'notebook', name: path }
        : // the path of a console is made up
          type === 'console'
          ? { kind: 'console', name: name || path }
          : { kind: 'other', name: path }
    );
  }
}
