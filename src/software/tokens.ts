import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type {
  Change,
  FoundModule,
  LoadedModules,
  ModuleDetails,
  SystemInfo
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
   * The part of the search's answer that is here: a prefix of it.
   */
  readonly found: ReadonlyArray<FoundModule>;

  /**
   * How many short names the search found, or null before the first answer.
   */
  readonly total: number | null;

  /**
   * The full names that are being loaded or unloaded.
   */
  readonly busy: ReadonlySet<string>;

  /**
   * The last change, or null where there was none or it was dismissed.
   */
  readonly outcome: Change | null;

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
   * Fetch the next part of the search's answer, if there is one.
   */
  fetchMore(): Promise<void>;

  /**
   * Return what loading these would do. Rejects where it can't be done.
   */
  preview(fullNames: ReadonlyArray<string>): Promise<Change>;

  /**
   * Load modules; a failure is told by `error`.
   */
  load(fullNames: ReadonlyArray<string>): Promise<void>;

  /**
   * Unload modules; a failure is told by `error`.
   */
  unload(fullNames: ReadonlyArray<string>, confirmed?: boolean): Promise<void>;

  /**
   * Send a change that another part asks for, and tell what came of it as for
   * `load`; `names` are busy meanwhile.
   */
  apply(
    request: () => Promise<Change>,
    names: ReadonlyArray<string>
  ): Promise<void>;

  /**
   * Return all that is known of a module.
   */
  details(fullName: string): Promise<ModuleDetails>;

  /**
   * Tell a failure that happened outside the model.
   */
  fail(error: Error): void;

  /**
   * Forget the last outcome and the last failure.
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
  load: (fullName: string) => void;
  unload: (fullName: string) => void;
  show: (fullName: string) => void;
}

/**
 * The commands of the software room.
 */
export namespace CommandIDs {
  export const load = 'software:load-module';
  export const unload = 'software:unload-module';
  export const show = 'software:show-module';
}
