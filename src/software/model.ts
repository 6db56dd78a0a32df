import { VDomModel } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';

import type {
  Change,
  ChangeRequest,
  FoundModule,
  LoadedModules,
  ModuleDetails,
  SystemInfo
} from '../rest/payloads';
import type { SoftwareApi } from './api';
import type { ISoftwareModel } from './tokens';

/**
 * How many short names one request brings.
 */
export const PAGE = 100;

/**
 * What the server's event tells; see `software/events.json`.
 */
export interface ISoftwareNotice {
  revision: number;
  index: string;
  kernels_changed: boolean;
}

/**
 * The state of the software room: no DOM, no dialogs, no requests of its own.
 */
export class SoftwareModel extends VDomModel implements ISoftwareModel {
  constructor(
    private _api: Pick<
      SoftwareApi,
      'change' | 'loaded' | 'module' | 'modules' | 'system'
    >
  ) {
    super();
  }

  get system(): SystemInfo | null {
    return this._system;
  }

  get loaded(): LoadedModules | null {
    return this._loaded;
  }

  get query(): string {
    return this._query;
  }

  get found(): ReadonlyArray<FoundModule> {
    return this._found;
  }

  get total(): number | null {
    return this._total;
  }

  get busy(): ReadonlySet<string> {
    return this._busy;
  }

  get outcome(): Change | null {
    return this._outcome;
  }

  get told(): string {
    return this._told;
  }

  get error(): Error | null {
    return this._error;
  }

  get kernelsChanged(): Signal<this, void> {
    return this._kernelsChanged;
  }

  async refresh(): Promise<void> {
    await Promise.all([
      this._ask('read', this._api.system(), system => {
        this._system = system;
      }),
      this._ask('read', this._api.loaded(), loaded => this._takeLoaded(loaded)),
      this.search(this._query)
    ]);
  }

  /**
   * Take note that the server told of a change.
   *
   * Nothing is asked before somebody has looked at the panel.
   */
  async notice(notice: ISoftwareNotice): Promise<void> {
    this._takeKernels(notice);
    this._noticed = notice;
    // The answer of a change of ours that is under way may bring the same.
    if (this._busy.size === 0) {
      await this._catchUp();
    }
  }

  async search(query: string): Promise<void> {
    this._query = query;
    const asked = ++this._searches;
    this.stateChanged.emit();
    await this._ask(
      'read',
      this._api.modules({
        query,
        limit: PAGE,
        offset: 0,
        hidden: this._hidden
      }),
      answer => {
        if (asked === this._searches) {
          this._found = answer.modules;
          this._total = answer.total;
        }
      }
    );
  }

  get hidden(): boolean {
    return this._hidden;
  }

  set hidden(value: boolean) {
    if (value !== this._hidden) {
      this._hidden = value;
      if (this._total !== null) {
        void this.search(this._query);
      }
    }
  }

  async fetchMore(): Promise<void> {
    const offset = this._found.length;
    if (this._fetching === offset || offset >= (this._total ?? 0)) {
      return;
    }
    this._fetching = offset;
    const asked = this._searches;
    await this._ask(
      'read',
      this._api.modules({
        query: this._query,
        limit: PAGE,
        offset,
        hidden: this._hidden
      }),
      answer => {
        if (asked === this._searches && offset === this._found.length) {
          this._found = [...this._found, ...answer.modules];
        }
      }
    );
    this._fetching = -1;
  }

  preview(fullNames: ReadonlyArray<string>): Promise<Change> {
    return this._api.change({
      load: [...fullNames],
      unload: [],
      preview: true
    });
  }

  load(fullNames: ReadonlyArray<string>): Promise<void> {
    return this._change({
      load: [...fullNames],
      unload: [],
      preview: false,
      confirmed: false
    });
  }

  unload(fullNames: ReadonlyArray<string>, confirmed = false): Promise<void> {
    return this._change({
      load: [],
      unload: [...fullNames],
      preview: false,
      confirmed
    });
  }

  async apply(
    request: () => Promise<Change>,
    names: ReadonlyArray<string>
  ): Promise<void> {
    this._busy = new Set([...this._busy, ...names]);
    this._forget();
    this.stateChanged.emit();
    await this._ask('change', request(), change => {
      this._outcome = change;
      this._takeLoaded(change);
      this._takeKernels(change);
    });
    this._busy = new Set([...this._busy].filter(name => !names.includes(name)));
    if (!this.isDisposed) {
      this.stateChanged.emit();
      await this._refreshFound();
      await this._catchUp();
    }
  }

  details(fullName: string): Promise<ModuleDetails> {
    return this._api.module(fullName);
  }

  tell(sentence: string): void {
    this._forget();
    this._told = sentence;
    this.stateChanged.emit();
  }

  fail(error: Error): void {
    this._error = error;
    this._errorKind = 'change';
    this.stateChanged.emit();
  }

  dismiss(): void {
    this._forget();
    this.stateChanged.emit();
  }

  private _forget(): void {
    this._outcome = null;
    this._told = '';
    this._error = null;
  }

  private _change(request: Required<ChangeRequest>): Promise<void> {
    return this.apply(
      () => this._api.change(request),
      [...request.load, ...request.unload]
    );
  }

  /**
   * Ask for all of it if the server told of something that is not here yet.
   */
  private async _catchUp(): Promise<void> {
    const noticed = this._noticed;
    if (
      noticed &&
      this._loaded &&
      this._system &&
      (noticed.revision > this._loaded.revision ||
        noticed.index !== this._system.index)
    ) {
      await this.refresh();
    }
  }

  /**
   * Ask again for the part of the answer that is shown: a change makes modules
   * loadable and takes others away.
   */
  private async _refreshFound(): Promise<void> {
    const asked = ++this._searches;
    const limit = Math.min(500, Math.max(PAGE, this._found.length));
    await this._ask(
      'read',
      this._api.modules({
        query: this._query,
        limit,
        offset: 0,
        hidden: this._hidden
      }),
      answer => {
        if (asked === this._searches) {
          this._found = answer.modules;
          this._total = answer.total;
        }
      }
    );
  }

  /**
   * Tell of new kernels once: a change is told by its answer and by an event.
   */
  private _takeKernels(told: {
    revision: number;
    kernels_changed: boolean;
  }): void {
    if (told.kernels_changed && told.revision > this._kernelsRevision) {
      this._kernelsRevision = told.revision;
      this._kernelsChanged.emit();
    }
  }

  /**
   * Take the newer of two lists: answers can overtake each other.
   */
  private _takeLoaded(told: LoadedModules): void {
    if (!this._loaded || told.revision >= this._loaded.revision) {
      const { revision, modules, inactive } = told;
      this._loaded = { revision, modules, inactive };
    }
  }

  /**
   * Wait for an answer; a failure stays until a request of its kind goes well.
   */
  private async _ask<T>(
    kind: 'read' | 'change',
    answer: Promise<T>,
    take: (told: T) => void
  ): Promise<void> {
    try {
      const told = await answer;
      if (this.isDisposed) {
        return;
      }
      if (this._errorKind === kind) {
        this._error = null;
      }
      take(told);
    } catch (reason) {
      if (this.isDisposed) {
        return;
      }
      this._error = reason as Error;
      this._errorKind = kind;
    }
    this.stateChanged.emit();
  }

  private _system: SystemInfo | null = null;
  private _loaded: LoadedModules | null = null;
  private _query = '';
  private _hidden = false;
  private _found: ReadonlyArray<FoundModule> = [];
  private _total: number | null = null;
  private _searches = 0;
  private _fetching = -1;
  private _busy: ReadonlySet<string> = new Set();
  private _outcome: Change | null = null;
  private _told = '';
  private _error: Error | null = null;
  private _errorKind: 'read' | 'change' = 'read';
  private _noticed: ISoftwareNotice | null = null;
  private _kernelsRevision = 0;
  private _kernelsChanged = new Signal<this, void>(this);
}
