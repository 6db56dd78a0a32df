import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { FolderLink, FolderLinks } from '../rest/payloads';

/**
 * Which names in the folder that the file browser shows are links: no DOM.
 *
 * The server is asked when another folder is shown, or a name comes up that it was not
 * asked for, and when links changed; never by the clock.
 */
export class FolderModel implements IDisposable {
  constructor(private _ask: (path: string) => Promise<FolderLinks>) {}

  /**
   * A signal emitted when the links are known, or others are.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * The links by their names.
   */
  get links(): ReadonlyMap<string, FolderLink> {
    return this._links;
  }

  /**
   * Those that lead to nothing.
   */
  get dead(): ReadonlyArray<FolderLink> {
    return [...this._links.values()].filter(link => link.state === 'dangling');
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /**
   * Follow the file browser: the folder it shows, null for one that is not on the server's
   * disk, and the names in it.
   */
  show(path: string | null, names: ReadonlyArray<string>): void {
    if (path !== this._path) {
      this._path = path;
      this._names = new Set(names);
      this._take([]);
    } else if (names.every(name => this._names.has(name))) {
      return;
    } else {
      this._names = new Set([...this._names, ...names]);
    }
    void this.refresh();
  }

  /**
   * Ask again; of several questions only the last one counts.
   */
  async refresh(): Promise<void> {
    const asked = ++this._asked;
    const path = this._path;
    if (path === null) {
      return;
    }
    let links: ReadonlyArray<FolderLink> = [];
    try {
      links = (await this._ask(path)).links;
    } catch (reason) {
      // The listing tells itself that the folder is gone.
      console.debug(`The links in ${path} are not known.`, reason);
    }
    if (asked === this._asked && !this._isDisposed) {
      this._take(links);
    }
  }

  private _take(links: ReadonlyArray<FolderLink>): void {
    this._links = new Map(links.map(link => [link.name, link]));
    this._changed.emit();
  }

  private _path: string | null = null;
  private _names: ReadonlySet<string> = new Set();
  private _asked = 0;
  private _links: ReadonlyMap<string, FolderLink> = new Map();
  private _changed = new Signal<this, void>(this);
  private _isDisposed = false;
}
