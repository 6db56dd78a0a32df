import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { Application } from '../rest/payloads';

/**
 * The applications of the user's session.
 */
export interface IApplicationsModel extends IDisposable {
  /**
   * The applications in the order of their tiles; empty before they were asked for.
   */
  readonly applications: ReadonlyArray<Application>;

  /**
   * The last failure, or null when the last request went well.
   */
  readonly error: Error | null;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * Return an application, or undefined where there is none.
   */
  find(id: string): Application | undefined;

  /**
   * Ask for all of it again.
   */
  refresh(): Promise<void>;

  /**
   * Start an application; a failure is told by `error`.
   */
  start(id: string): Promise<void>;

  /**
   * End an application and wait until nothing of it is left; a failure is told by `error`.
   */
  stop(id: string): Promise<void>;
}

/**
 * The applications model token.
 */
export const IApplicationsModel = new Token<IApplicationsModel>(
  'jupyterlab_hpc:IApplicationsModel',
  'A service that tells how the applications of the session do, starts and ends them.'
);

/**
 * The commands of the applications room.
 */
export namespace CommandIDs {
  export const open = 'apps:open';
  export const stop = 'apps:stop';
  export const restart = 'apps:restart';
}
