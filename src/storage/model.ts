import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';

import type {
  Copy,
  CopyRequest,
  FolderLinks,
  Left,
  LinkInfo,
  LinkRequest,
  Quota,
  Storage,
  Usage
} from '../rest/payloads';
import { AskingModel } from '../ui/asking';
import type { StorageApi } from './api';
import type { ILinkOutcome, IStorageModel } from './tokens';

/**
 * Milliseconds between two questions while the home is added up, or files are copied.
 */
const INTERVAL = 1000;

/**
 * What the server's event tells; see `storage/events.json`.
 */
export interface IStorageNotice {
  revision: number;
}

/**
 * The state of the storage room: no DOM, no dialogs, no requests of its own.
 */
export class StorageModel extends AskingModel implements IStorageModel {
  constructor(private _api: Omit<StorageApi, '_client'>) {
    super();
    this._poll = new Poll({
      name: 'jupyterlab_hpc:storage-usage',
      auto: false,
      factory: () =>
        this._ask('read', this._api.usage(), told => this._takeUsage(told)),
      frequency: { interval: INTERVAL, backoff: false },
      standby: 'when-hidden'
    });
    this._copyPoll = new Poll({
      name: 'jupyterlab_hpc:storage-copy',
      auto: false,
      factory: () =>
        this._ask('read', this._api.copy(), told => this._takeCopy(told)),
      frequency: { interval: INTERVAL, backoff: false },
      // A hidden page tells the end, too: the user waits for it elsewhere.
      standby: 'never'
    });
  }

  get storage(): Storage | null {
    return this._storage;
  }

  get quotas(): ReadonlyArray<Quota> | null {
    return this._quotas;
  }

  get usage(): Usage | null {
    return this._usage;
  }

  get copy(): Copy | null {
    return this._copy;
  }

  get linksChanged(): Signal<this, void> {
    return this._linksChanged;
  }

  get copied(): Signal<this, Copy> {
    return this._copied;
  }

  get busy(): ReadonlySet<string> {
    return this._busy;
  }

  get outcome(): ILinkOutcome | null {
    return this._outcome;
  }

  override dispose(): void {
    this._poll.dispose();
    this._copyPoll.dispose();
    super.dispose();
  }

  async refresh(fresh = false): Promise<void> {
    await Promise.all([
      this._refreshLinks(),
      this._ask('read', this._api.quotas({ fresh }), told => {
        this._quotas = told.quotas;
      }),
      this._ask('read', this._api.copy(), told => {
        this._takeCopy(told);
        if (told.state === 'running') {
          void this._copyPoll.start();
        }
      })
    ]);
  }

  async home(): Promise<Quota | null> {
    const { quotas } = await this._api.quotas({ home: true });
    return quotas[0] ?? null;
  }

  folder(path: string): Promise<FolderLinks> {
    return this._api.folder(path);
  }

  left(sizes: boolean): Promise<Left> {
    return this._api.left(sizes);
  }

  async startCopy(request: CopyRequest): Promise<void> {
    await this._ask('change', this._api.startCopy(request), told => {
      this._takeCopy(told);
      void this._copyPoll.start();
    });
  }

  async cancelCopy(): Promise<void> {
    await this._ask('change', this._api.cancelCopy(), told =>
      this._takeCopy(told)
    );
  }

  /**
   * Take note that the server told of a change.
   *
   * Nothing is asked before somebody has looked at the panel.
   */
  async notice(notice: IStorageNotice): Promise<void> {
    this._noticed = notice.revision;
    this._linksChanged.emit();
    // A change of ours that is under way asks for the same when it is done.
    if (this._busy.size === 0) {
      await this._catchUp();
    }
  }

  /**
   * Find out what the server told while it could not be heard.
   */
  async listenAgain(): Promise<void> {
    if (this._storage && !this.isDisposed && this._busy.size === 0) {
      await this._refreshLinks();
    }
  }

  async link(request: LinkRequest): Promise<LinkInfo | null> {
    let made: LinkInfo | null = null;
    await this._change(request.name, this._api.link(request), told => {
      made = told;
      this._outcome = {
        kind: 'linked',
        link: told.link,
        target: told.target
      };
    });
    return made;
  }

  async unlink(name: string): Promise<void> {
    const known = this._storage?.links.find(link => link.name === name);
    await this._change(name, this._api.unlink(name), told => {
      this._storage = told;
      this._outcome = {
        kind: 'unlinked',
        link: known?.link ?? name,
        target: known?.points_to ?? ''
      };
    });
  }

  async addUp(): Promise<void> {
    await this._ask('change', this._api.startUsage(), told => {
      this._takeUsage(told);
      void this._poll.start();
    });
  }

  async cancelAddUp(): Promise<void> {
    await this._ask('change', this._api.cancelUsage(), told =>
      this._takeUsage(told)
    );
  }

  dismiss(): void {
    this._outcome = null;
    this._error = null;
    this.stateChanged.emit();
  }

  private async _change<T>(
    name: string,
    answer: Promise<T>,
    take: (told: T) => void
  ): Promise<void> {
    this._busy = new Set([...this._busy, name]);
    this._outcome = null;
    this._error = null;
    this.stateChanged.emit();
    await this._ask('change', answer, take);
    this._busy = new Set([...this._busy].filter(other => other !== name));
    if (!this.isDisposed) {
      this.stateChanged.emit();
      await this._refreshLinks();
    }
  }

  private async _catchUp(): Promise<void> {
    if (this._storage && this._noticed !== this._storage.revision) {
      await this._refreshLinks();
    }
  }

  private _refreshLinks(): Promise<void> {
    const asked = ++this._asked;
    return this._ask('read', this._api.storage(), told => {
      if (asked === this._asked) {
        this._storage = told;
      }
    });
  }

  /**
   * A copy that this page saw running is told of when it ends.
   */
  private _takeCopy(told: Copy): void {
    const wasRunning = this._copy?.state === 'running';
    this._copy = told;
    if (told.state !== 'running') {
      void this._copyPoll.stop();
      if (wasRunning) {
        this._copied.emit(told);
      }
    }
  }

  private _takeUsage(told: Usage): void {
    this._usage = told;
    if (told.state !== 'running') {
      void this._poll.stop();
    }
  }

  private _poll: Poll;
  private _copyPoll: Poll;
  private _linksChanged = new Signal<this, void>(this);
  private _copied = new Signal<this, Copy>(this);
  private _storage: Storage | null = null;
  private _quotas: ReadonlyArray<Quota> | null = null;
  private _usage: Usage | null = null;
  private _copy: Copy | null = null;
  private _busy: ReadonlySet<string> = new Set();
  private _outcome: ILinkOutcome | null = null;
  private _noticed = -1;
  private _asked = 0;
}
