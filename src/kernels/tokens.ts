import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type {
  KernelBases,
  KernelModulesQuery,
  KernelSources,
  KernelTrial,
  LockRequest,
  LockText,
  MadeKernel,
  MakeKernelRequest,
  NotebookModules,
  NotebookModulesRequest,
  Repair,
  RepairRequest,
  TriedKernel,
  VenvInfo,
  VenvQuery
} from '../rest/payloads';

/**
 * The kernels that load their own modules, and the modules of notebooks.
 */
export interface IKernelsModel extends IDisposable {
  /**
   * The made kernels, or null before they were asked for.
   */
  readonly kernels: ReadonlyArray<MadeKernel> | null;

  /**
   * Whether the site lets notebooks remember their modules; false before it was asked.
   */
  readonly remember: boolean;

  /**
   * The names of the kernels that are tested, repaired, renamed or removed.
   */
  readonly busy: ReadonlySet<string>;

  /**
   * How the last test of a kernel went, by its name.
   */
  readonly trials: ReadonlyMap<string, KernelTrial>;

  /**
   * The last failure, or null when the last request went well.
   */
  readonly error: Error | null;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * A signal emitted when there are other kernelspecs than before.
   */
  readonly specsChanged: ISignal<this, void>;

  /**
   * Ask for the kernels; a failure is told by `error`.
   */
  refresh(): Promise<void>;

  /**
   * Return what a kernel can be made of.
   */
  sources(): Promise<KernelSources>;

  /**
   * Return the kernels to build on with some modules.
   */
  bases(query: Partial<KernelModulesQuery>): Promise<KernelBases>;

  /**
   * Return what a folder is as a virtual environment.
   */
  venv(query: VenvQuery): Promise<VenvInfo>;

  /**
   * Have ipykernel installed in a virtual environment. Rejects with pip's words.
   */
  install(query: VenvQuery): Promise<VenvInfo>;

  /**
   * Make a kernel and test it. Rejects where the name is taken or the test fails.
   */
  make(request: MakeKernelRequest, signal?: AbortSignal): Promise<TriedKernel>;

  /**
   * Test a kernel; `trials` tells how it went.
   */
  tryAgain(name: string): Promise<void>;

  /**
   * Give a kernel another display name. Rejects where that can't be one.
   */
  rename(name: string, displayName: string): Promise<void>;

  /**
   * Remove a kernel; a failure is told by `error`.
   */
  remove(name: string): Promise<void>;

  /**
   * Make a kernel anew with modules that are there, or tell what that would change.
   */
  repair(request: RepairRequest): Promise<Repair>;

  /**
   * Return how the session stands to the modules of a notebook.
   */
  compare(request: NotebookModulesRequest): Promise<NotebookModules>;

  /**
   * Return a text that tells with which software a notebook runs.
   */
  lock(request: LockRequest): Promise<LockText>;

  /**
   * Forget the last failure.
   */
  dismiss(): void;
}

/**
 * The kernels model token.
 */
export const IKernelsModel = new Token<IKernelsModel>(
  'jupyterlab_hpc:IKernelsModel',
  'A service that makes kernels which load their own modules, and looks after them.'
);

/**
 * What the view of the kernels can ask for; acting is the commands' business.
 */
export interface IKernelActions {
  make: () => void;
  tryAgain: (name: string) => void;
  repair: (name: string) => void;
  rename: (name: string) => void;
  remove: (name: string) => void;
}

/**
 * The commands of the kernels room.
 */
export namespace CommandIDs {
  export const make = 'kernels:make';
  export const show = 'kernels:show';
  export const tryAgain = 'kernels:test';
  export const repair = 'kernels:repair';
  export const rename = 'kernels:rename';
  export const remove = 'kernels:remove';
}

/**
 * The commands for the modules of the notebook that has the focus.
 */
export namespace NotebookCommandIDs {
  export const remember = 'kernels:remember-modules';
  export const load = 'kernels:load-remembered';
  export const update = 'kernels:update-remembered';
  export const forget = 'kernels:forget-modules';
  export const lock = 'kernels:export-lock';
}
