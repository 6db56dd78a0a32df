import { Signal } from '@lumino/signaling';

import type {
  Change,
  FoundModule,
  FoundModules,
  LoadedModules,
  ModuleDetails,
  ModulefileText,
  SystemInfo,
  VersionInfo
} from '../rest/payloads';
import { AskingModel } from '../ui/asking';
import type { SoftwareApi } from './api';
import type { ISoftwareModel } from './tokens';

/**
 * How many short names one request brings.
 */
export const PAGE = 100;

/**
 * How many the server gives at most.
 */
const MOST = 500;

interface IChangeUnderWay {
  names: ReadonlyArray<string>;
  controller: AbortController;
}

/**
 * What the server's event tells; see `software/events.json`.
 */
export interface ISoftwareNotice {
  revision: number;
  index: string;
  index_revision: number;
  kernels_changed: boolean;
}

/**
 * The state of the software room: no DOM, no dialogs, no requests of its own.
 */
export class SoftwareModel extends AskingModel implements ISoftwareModel {
  constructor(
    private _api: Pick<
      SoftwareApi,
      | 'change'
      | 'loaded'
      | 'module'
      | 'modulefile'
      | 'modules'
      | 'switch'
      | 'system'
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

  get found(): ReadonlyArray<FoundModule | undefined> {
    return this._found;
  }

  get total(): number | null {
    return this._total;
  }

  get busy(): ReadonlySet<string> {
    return this._busy;
  }

  get changing(): boolean {
    return this._changes.size > 0;
  }

  get cancelled(): boolean {
    return this._cancelled;
  }

  get outcome(): Change | null {
    return this._outcome;
  }

  get told(): string {
    return this._told;
  }

  get kernelsChanged(): Signal<this, void> {
    return this._kernelsChanged;
  }

  async refresh(): Promise<void> {
    this._looked = true;
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
    if (!this.changing) {
      await this._catchUp();
    }
  }

  /**
   * Find out what the server told while it could not be heard, as of a computer that slept.
   */
  async listenAgain(): Promise<void> {
    if (this.isDisposed || !this._looked) {
      return;
    }
    const [{ index, index_revision }, { revision }] = await Promise.all([
      this._api.system(),
      this._api.loaded()
    ]);
    await this.notice({
      revision,
      index,
      index_revision,
      kernels_changed: false
    });
  }

  search(query: string): Promise<void> {
    this._query = query;
    return this._searchAgain();
  }

  get hidden(): boolean {
    return this._hidden;
  }

  set hidden(value: boolean) {
    if (value !== this._hidden) {
      this._hidden = value;
      this._filtersChanged();
    }
  }

  get loadable(): boolean {
    return this._loadable;
  }

  set loadable(value: boolean) {
    if (value !== this._loadable) {
      this._loadable = value;
      this._filtersChanged();
    }
  }

  get category(): string {
    return this._category;
  }

  set category(value: string) {
    if (value !== this._category) {
      this._category = value;
      this._filtersChanged();
    }
  }

  look(first: number, last: number): void {
    this._inSight = [first, last];
    const end = Math.min(last + 1, this._found.length);
    for (let offset = pageOf(first); offset < end; offset += PAGE) {
      if (!this._fetched.has(offset)) {
        void this._fetchPage(offset);
      }
    }
  }

  version(fullName: string): VersionInfo | null {
    for (const module of this._found) {
      for (const version of module?.versions ?? []) {
        if (version.full_name === fullName) {
          return version;
        }
      }
    }
    return null;
  }

  async preview(
    fullNames: ReadonlyArray<string>,
    instead: ReadonlyArray<string> = []
  ): Promise<Change> {
    const load = [...fullNames];
    const unload = [...instead];
    try {
      return await this._busyWith(load, signal =>
        this._api.change({ load, unload, preview: true }, signal)
      );
    } finally {
      void this._catchUp();
    }
  }

  load(
    fullNames: ReadonlyArray<string>,
    instead: ReadonlyArray<string> = []
  ): Promise<void> {
    const load = [...fullNames];
    const unload = [...instead];
    const confirmed = unload.length > 0;
    return this.apply(
      signal => this._api.change({ load, unload, confirmed }, signal),
      load
    );
  }

  unload(fullNames: ReadonlyArray<string>, confirmed = false): Promise<void> {
    const unload = [...fullNames];
    return this.apply(
      signal => this._api.change({ load: [], unload, confirmed }, signal),
      unload
    );
  }

  undo(confirmed = false): Promise<void> {
    return this.apply(signal =>
      this._api.switch({ to: 'previous', confirmed }, signal)
    );
  }

  async apply(
    ask: (signal: AbortSignal) => Promise<Change>,
    fullNames: ReadonlyArray<string> = []
  ): Promise<void> {
    this.dismiss();
    let aborted = false;
    let answered = false;
    const asked = this._busyWith(fullNames, signal => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return ask(signal);
    });
    await this._ask('change', asked, told => {
      answered = true;
      this._outcome = told;
      this._takeLoaded(told);
      this._takeKernels(told);
    });
    if (this.isDisposed) {
      return;
    }
    if (aborted && !answered) {
      this._error = null;
      // it may have come too late
      await this.refresh();
    } else {
      await this._refreshFound();
    }
    await this._catchUp();
  }

  cancel(fullName?: string): void {
    for (const change of this._changes) {
      if (fullName === undefined || change.names.includes(fullName)) {
        this._cancelled = true;
        change.controller.abort();
      }
    }
  }

  details(fullName: string): Promise<ModuleDetails> {
    return this._api.module(fullName);
  }

  modulefile(fullName: string): Promise<ModulefileText> {
    return this._api.modulefile(fullName);
  }

  tell(sentence: string): void {
    this._told = sentence;
    this._outcome = null;
    this._error = null;
    this._cancelled = false;
    this.stateChanged.emit();
  }

  fail(error: Error): void {
    this._error = error;
    this._errorKind = 'change';
    this.stateChanged.emit();
  }

  dismiss(): void {
    this.tell('');
  }

  /**
   * Ask for all of it if the server told of something that is not here yet.
   */
  private async _catchUp(): Promise<void> {
    const noticed = this._noticed;
    if (this.isDisposed || !noticed || !this._looked) {
      return;
    }
    // What was asked together need not have been answered from the same state.
    const revision = Math.min(
      this._loaded?.revision ?? 0,
      this._foundIn.revision
    );
    const index = Math.min(
      this._system?.index_revision ?? 0,
      this._foundIn.index_revision
    );
    if (noticed.revision > revision || noticed.index_revision > index) {
      await this.refresh();
    }
  }

  /**
   * Wait for an answer while some modules are busy, and can be cancelled.
   */
  private async _busyWith<T>(
    names: ReadonlyArray<string>,
    ask: (signal: AbortSignal) => Promise<T>
  ): Promise<T> {
    const change = { names, controller: new AbortController() };
    const tell = () => {
      this._busy = new Set([...this._changes].flatMap(({ names }) => names));
      if (!this.isDisposed) {
        this.stateChanged.emit();
      }
    };
    this._changes.add(change);
    tell();
    try {
      return await ask(change.controller.signal);
    } finally {
      this._changes.delete(change);
      tell();
    }
  }

  private _filtersChanged(): void {
    this.stateChanged.emit();
    if (this._total !== null) {
      void this._searchAgain();
    }
  }

  private _searchAgain(): Promise<void> {
    this._inSight = [0, 0];
    return this._find(0, PAGE);
  }

  /**
   * Ask again for the part of the answer that is in sight: a change makes modules
   * loadable and takes others away.
   */
  private _refreshFound(): Promise<void> {
    const [first, last] = this._inSight;
    const offset = pageOf(first);
    return this._find(offset, Math.min(MOST, pageOf(last) + PAGE - offset));
  }

  /**
   * Search, and put the part that was asked for in the place of what was found.
   */
  private _find(offset: number, limit: number): Promise<void> {
    const asked = ++this._searches;
    return this._ask('read', this._modules(offset, limit), answer => {
      if (asked === this._searches) {
        const { modules, total } = answer;
        this._foundIn = answer;
        this._fetched = new Set();
        for (let page = offset; page < offset + limit; page += PAGE) {
          this._fetched.add(page);
        }
        this._total = total;
        this._found = laidInto(
          new Array(total).fill(undefined),
          modules,
          offset
        );
      }
    });
  }

  private async _fetchPage(offset: number): Promise<void> {
    const asked = this._searches;
    const fetched = this._fetched;
    fetched.add(offset);
    let here = false;
    await this._ask('read', this._modules(offset, PAGE), answer => {
      here = true;
      if (asked === this._searches) {
        this._found = laidInto(this._found, answer.modules, offset);
      }
    });
    if (!here) {
      fetched.delete(offset);
    }
  }

  private _modules(offset: number, limit: number): Promise<FoundModules> {
    return this._api.modules({
      query: this._query,
      limit,
      offset,
      hidden: this._hidden,
      loadable: this._loadable,
      category: this._category
    });
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
    if (this._outcome && told.revision > this._outcome.revision) {
      this._outcome = null; // something else was done since, here or elsewhere
    }
    if (!this._loaded || told.revision >= this._loaded.revision) {
      const { revision, modules, inactive, undoable } = told;
      this._loaded = { revision, modules, inactive, undoable };
    }
  }

  private _looked = false;
  private _system: SystemInfo | null = null;
  private _loaded: LoadedModules | null = null;
  private _query = '';
  private _hidden = false;
  private _loadable = false;
  private _category = '';
  private _found: ReadonlyArray<FoundModule | undefined> = [];
  private _fetched = new Set<number>();
  private _foundIn = { revision: 0, index_revision: 0 };
  private _inSight: readonly [number, number] = [0, 0];
  private _total: number | null = null;
  private _searches = 0;
  private _changes = new Set<IChangeUnderWay>();
  private _busy: ReadonlySet<string> = new Set();
  private _cancelled = false;
  private _outcome: Change | null = null;
  private _told = '';
  private _noticed: ISoftwareNotice | null = null;
  private _kernelsRevision = 0;
  private _kernelsChanged = new Signal<this, void>(this);
}

/**
 * Return where the page begins that holds an entry.
 */
function pageOf(index: number): number {
  return Math.max(0, Math.floor(index / PAGE) * PAGE);
}

/**
 * Return a copy of a list with others in the place of its entries from an offset on.
 */
function laidInto<T>(
  list: ReadonlyArray<T | undefined>,
  part: ReadonlyArray<T>,
  offset: number
): (T | undefined)[] {
  const copy = [...list];
  part.slice(0, Math.max(0, copy.length - offset)).forEach((entry, i) => {
    copy[offset + i] = entry;
  });
  return copy;
}
