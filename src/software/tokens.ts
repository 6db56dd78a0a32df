import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type {
  Change,
  Collection,
  Collections,
  FoundModule,
  LoadedModules,
  ModuleDetails,
  ModulefileText,
  ModulePaths,
  ModulePathsRequest,
  Script,
  SystemInfo,
  VersionInfo
} from '../rest/payloads';

/**
 * The software of the user's session.
 */
export interface ISoftwareModel extends IDisposable {
  /**
   * The module system, or null before it was asked.
   */
  readonly system: SystemInfo | null;

  /**
   * What is loaded, or null before it was asked.
   */
  readonly loaded: LoadedModules | null;

  /**
   * The words that are searched for.
   */
  readonly query: string;

  /**
   * Whether the search finds hidden modules too.
   */
  hidden: boolean;

  /**
   * Whether the search finds only what can be loaded as it is.
   */
  loadable: boolean;

  /**
   * The category that the search keeps to; empty for all.
   */
  category: string;

  /**
   * The search's answer, `total` long; undefined where it was not fetched yet.
   */
  readonly found: ReadonlyArray<FoundModule | undefined>;

  /**
   * How many short names the search found, or null before the first answer.
   */
  readonly total: number | null;

  /**
   * The full names that are being loaded or unloaded.
   */
  readonly busy: ReadonlySet<string>;

  /**
   * Whether a change is under way.
   */
  readonly changing: boolean;

  /**
   * Whether the last change was cancelled by the user.
   */
  readonly cancelled: boolean;

  /**
   * The last change, or null where there was none or it was dismissed.
   */
  readonly outcome: Change | null;

  /**
   * What else was done last, as a sentence for the user, or empty.
   */
  readonly told: string;

  /**
   * The last failure, or null when the last request went well.
   */
  readonly error: Error | null;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * A signal emitted when the server offers other kernelspecs than before.
   */
  readonly kernelsChanged: ISignal<this, void>;

  /**
   * Ask for all of it again.
   */
  refresh(): Promise<void>;

  /**
   * Search for words; the answer of an older search never replaces a newer one.
   */
  search(query: string): Promise<void>;

  /**
   * Tell which part of the search's answer is in sight: what lacks is fetched.
   */
  look(first: number, last: number): void;

  /**
   * Return a version of the search's answer, or null where it is not there.
   */
  version(fullName: string): VersionInfo | null;

  /**
   * Return what loading these would do, in the place of others where those are named.
   *
   * Rejects where it can't be done.
   */
  preview(
    fullNames: ReadonlyArray<string>,
    instead?: ReadonlyArray<string>
  ): Promise<Change>;

  /**
   * Load modules, in the place of others where those are named; a failure is told by
   * `error`. The user knows what goes.
   */
  load(
    fullNames: ReadonlyArray<string>,
    instead?: ReadonlyArray<string>
  ): Promise<void>;

  /**
   * Unload modules; a failure is told by `error`.
   */
  unload(fullNames: ReadonlyArray<string>, confirmed?: boolean): Promise<void>;

  /**
   * Bring back what was before the last change; a failure is told by `error`.
   */
  undo(confirmed?: boolean): Promise<void>;

  /**
   * Take the change that a request brings about, as `load` does.
   *
   * @param ask The request; it must heed the signal, which tells of `cancel`.
   * @param fullNames What is busy meanwhile.
   */
  apply(
    ask: (signal: AbortSignal) => Promise<Change>,
    fullNames?: ReadonlyArray<string>
  ): Promise<void>;

  /**
   * Cancel the changes under way, or only those of a module.
   */
  cancel(fullName?: string): void;

  /**
   * Return all that is known of a module.
   */
  details(fullName: string): Promise<ModuleDetails>;

  /**
   * Return the text of a modulefile.
   */
  modulefile(fullName: string): Promise<ModulefileText>;

  /**
   * Tell what was done outside the model, as a sentence for the user.
   */
  tell(sentence: string): void;

  /**
   * Tell a failure that happened outside the model.
   */
  fail(error: Error): void;

  /**
   * Forget the last outcome, the last sentence and the last failure.
   */
  dismiss(): void;
}

/**
 * The software model token.
 */
export const ISoftwareModel = new Token<ISoftwareModel>(
  'jupyterlab_hpc:ISoftwareModel',
  'A service that tells which modules are loaded, finds others and loads them.'
);

/**
 * What a view of modules can ask for; acting is the commands' business.
 */
export interface IModuleActions {
  load: (...fullNames: string[]) => void;
  unload: (...fullNames: string[]) => void;
  show: (fullName: string) => void;
  cancel: (fullName: string) => void;
  undo: () => void;
}

/**
 * What the user has chosen in the settings; see `schema/software.json`.
 */
export interface ISoftwareOptions {
  /** When a dialog with all that will change comes before a load. */
  confirmLoad: 'needed' | 'always' | 'never';
  /** The order of the loaded modules. */
  loadedOrder: 'load' | 'name';
  /** Whether the rows tell what a module is for. */
  showSummaries: boolean;
  /** How many versions of a module show before the others are asked for. */
  versionsShown: number;
}

/**
 * The settings where nothing was chosen.
 */
export const DEFAULT_OPTIONS: ISoftwareOptions = {
  confirmLoad: 'needed',
  loadedOrder: 'load',
  showSummaries: true,
  versionsShown: 3
};

/**
 * The commands of the software room.
 */
export namespace CommandIDs {
  export const load = 'software:load-module';
  export const unload = 'software:unload-module';
  export const show = 'software:show-module';
  export const undo = 'software:undo';
}

/**
 * A kernel that a restart would change.
 */
export interface IStaleKernel {
  readonly id: string;

  /**
   * The name under which the Launcher offers it.
   */
  readonly displayName: string;

  /**
   * Whether it can take over a change without a restart.
   */
  readonly isPython: boolean;

  /**
   * What uses it: none, one, or several.
   */
  readonly documents: ReadonlyArray<IStaleDocument>;
}

/**
 * A notebook, a console or another document with a kernel.
 */
export interface IStaleDocument {
  readonly kind: 'notebook' | 'console' | 'other';

  /**
   * What people call it: a file's path, a console's name.
   */
  readonly name: string;
}

/**
 * What started before the last change of the session's modules, and would see
 * something else if it started now.
 */
export interface IStaleModel extends IDisposable {
  /**
   * The revision of the environment that the rest is measured by.
   */
  readonly revision: number;

  readonly kernels: ReadonlyArray<IStaleKernel>;

  /**
   * The names of terminals.
   */
  readonly terminals: ReadonlyArray<string>;

  /**
   * The names of applications.
   */
  readonly applications: ReadonlyArray<string>;

  /**
   * The ids of the kernels that are being restarted or take over the change.
   */
  readonly busy: ReadonlySet<string>;

  /**
   * Whether nothing is stale.
   */
  readonly isEmpty: boolean;

  /**
   * Whether this page heard of the change, rather than finding it when it opened.
   */
  readonly isNews: boolean;

  /**
   * Whether the user does not want to hear of this change any more.
   */
  readonly isPostponed: boolean;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * Ask again.
   */
  refresh(): Promise<void>;

  /**
   * Say no more of it until the next change.
   */
  postpone(): void;

  /**
   * Return commands that load in a terminal what is loaded now.
   */
  script(): Promise<string>;
}

/**
 * The stale model token.
 */
export const IStaleModel = new Token<IStaleModel>(
  'jupyterlab_hpc:IStaleModel',
  'A service that tells what still uses the modules from before the last change.'
);

/**
 * What a view of stale kernels can ask for.
 */
export interface IStaleActions {
  /** Restart a kernel, or without an id all that are stale. */
  restart: (id?: string) => void;
  takeOver: (id: string) => void;
}

/**
 * The commands about what is stale.
 */
export namespace StaleCommandIDs {
  export const restart = 'software:restart-stale';
  export const takeOver = 'software:take-over-modules';
}

/**
 * What the session can be brought to in one step: a collection, no modules, or
 * the site's default.
 */
export type Goal = { collection: string } | { to: 'purged' | 'default' };

/**
 * The user's collections, and what else is done with all loaded modules at once.
 */
export interface ICollectionsModel extends IDisposable {
  /**
   * Whether they are shown: what nobody sees is not asked for.
   */
  open: boolean;

  /**
   * The collections by name, or null before they were asked.
   */
  readonly collections: ReadonlyArray<Collection> | null;

  /**
   * The modules of the collections that were described since they last changed.
   */
  readonly described: ReadonlyMap<string, ReadonlyArray<string>>;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * Ask for the list again; a failure is told by the software model.
   */
  refresh(): Promise<void>;

  /**
   * Ask what a collection holds; a failure is told by the software model.
   */
  describe(name: string): Promise<void>;

  /**
   * Keep what is loaded; rejects where that would overwrite and is not to.
   */
  save(name: string, overwrite: boolean): Promise<Collections>;

  /**
   * Give a collection another name; rejects where that is taken.
   */
  rename(name: string, newName: string): Promise<Collections>;

  /**
   * Remove a collection.
   */
  delete(name: string): Promise<Collections>;

  /**
   * Return what going to a goal would change.
   */
  preview(goal: Goal): Promise<Change>;

  /**
   * Go to a goal; the software model tells what came of it.
   */
  go(goal: Goal, confirmed: boolean): Promise<void>;

  /**
   * Return a text that loads what is loaded now.
   */
  script(format: Script['format']): Promise<string>;

  /**
   * Return the folders that modules come from.
   */
  modulePaths(): Promise<ModulePaths>;

  /**
   * Use other folders; the software model tells what came of it.
   */
  changeModulePaths(request: ModulePathsRequest): Promise<void>;
}

/**
 * The collections model token.
 */
export const ICollectionsModel = new Token<ICollectionsModel>(
  'jupyterlab_hpc:ICollectionsModel',
  'A service that saves and restores the loaded modules of the session.'
);

/**
 * The commands for all loaded modules at once.
 */
export namespace CollectionCommandIDs {
  export const save = 'software:save-collection';
  export const restore = 'software:restore-collection';
  export const rename = 'software:rename-collection';
  export const remove = 'software:delete-collection';
  export const purge = 'software:purge';
  export const reset = 'software:reset';
  export const copyScript = 'software:copy-script';
  export const modulePaths = 'software:module-paths';
}
