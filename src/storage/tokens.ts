import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type {
  Copy,
  CopyRequest,
  FolderLink,
  FolderLinks,
  Left,
  LinkInfo,
  LinkRequest,
  Quota,
  Storage,
  Usage
} from '../rest/payloads';

/**
 * What came of the last change.
 */
export interface ILinkOutcome {
  kind: 'linked' | 'unlinked';
  /** The place of the link below the home. */
  link: string;
  /** Where it leads or led; empty where that is not known. */
  target: string;
}

/**
 * The directories outside the home, and the links that lead to them.
 */
export interface IStorageModel extends IDisposable {
  /**
   * The directories and their links, or null before they were asked for.
   */
  readonly storage: Storage | null;

  /**
   * How full the file systems are, or null before that was asked.
   */
  readonly quotas: ReadonlyArray<Quota> | null;

  /**
   * What is big in the home, or null before it was asked.
   */
  readonly usage: Usage | null;

  /**
   * The last copy of the job's directory, or null before it was asked.
   */
  readonly copy: Copy | null;

  /**
   * The names of the links that are being made or removed.
   */
  readonly busy: ReadonlySet<string>;

  /**
   * What the last change did, or null where there was none or it was dismissed.
   */
  readonly outcome: ILinkOutcome | null;

  /**
   * The last failure, or null when the last request went well.
   */
  readonly error: Error | null;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * A signal emitted when links changed, in this page or in another.
   */
  readonly linksChanged: ISignal<this, void>;

  /**
   * A signal emitted when a copy ends, well or not.
   */
  readonly copied: ISignal<this, Copy>;

  /**
   * Ask for the links, and for how full the file systems are; with `fresh` the quota
   * tools are asked again.
   */
  refresh(fresh?: boolean): Promise<void>;

  /**
   * Return how full the home is, null where that can't be told.
   */
  home(): Promise<Quota | null>;

  /**
   * Return which names in a folder of the file browser are links.
   */
  folder(path: string): Promise<FolderLinks>;

  /**
   * Return what is in the job's directory; without `sizes` only whether there is anything.
   */
  left(sizes: boolean): Promise<Left>;

  /**
   * Begin to copy what is in the job's directory; a failure is told by `error`.
   */
  startCopy(request: CopyRequest): Promise<void>;

  /**
   * End the copy that is under way.
   */
  cancelCopy(): Promise<void>;

  /**
   * Make a link or mend it. Returns what it is then, null where that failed: `error`
   * tells why.
   */
  link(request: LinkRequest): Promise<LinkInfo | null>;

  /**
   * Remove a link; a failure is told by `error`.
   */
  unlink(name: string): Promise<void>;

  /**
   * Begin to add up the home.
   */
  addUp(): Promise<void>;

  /**
   * End adding up the home.
   */
  cancelAddUp(): Promise<void>;

  /**
   * Forget the last outcome and the last failure.
   */
  dismiss(): void;
}

/**
 * The storage model token.
 */
export const IStorageModel = new Token<IStorageModel>(
  'jupyterlab_hpc:IStorageModel',
  'A service that makes links to directories outside the home, and tells how full they are.'
);

/**
 * What the views can ask for; acting is the commands' business.
 */
export interface IStorageActions {
  link: (name: string) => void;
  unlink: (name: string) => void;
  open: (path: string) => void;
  copy: (path: string) => void;
  create: () => void;
  copyBeforeEnd: () => void;
}

/**
 * What the list of dead links can ask for.
 */
export interface IDeadLinkActions {
  mend: (link: FolderLink) => void;
  unlink: (link: FolderLink) => void;
}

/**
 * The commands of the storage room.
 */
export namespace CommandIDs {
  export const link = 'storage:link';
  export const unlink = 'storage:unlink';
  export const linkHere = 'storage:link-here';
  export const copyBeforeEnd = 'storage:copy-before-end';
}
