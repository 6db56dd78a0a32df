import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Obstacle, ServerInfo, Stopping } from '../rest/payloads';

/**
 * The commands of the hub room.
 */
export namespace CommandIDs {
  export const stop = 'hub:stop-server';
}

/**
 * Stops the server and tells when it is gone.
 */
export interface IHubModel {
  /**
   * Whether this page stops the server.
   */
  readonly isStopping: boolean;

  /**
   * Return how the server can be stopped, and what runs in it; the user's batch jobs
   * are asked of the scheduler, and only where they are wanted.
   */
  server(jobs?: boolean): Promise<ServerInfo>;

  /**
   * Begin to stop; rejects where that is refused.
   */
  stop(): Promise<Stopping>;

  /**
   * Wait until the server answers no more, or was not stopped after all.
   *
   * Returns null when it is gone, else what was in the way.
   */
  gone(): Promise<Obstacle | null>;
}

/**
 * The hub model token.
 */
export const IHubModel = new Token<IHubModel>(
  'jupyterlab_hpc:IHubModel',
  'A service that stops the server and its job.'
);

/**
 * How the server was lost: it is about to stop; the Hub says that it does not run; the
 * Hub's proxy does not reach it; nothing answers, the Hub neither.
 */
export type Loss = 'stopping' | 'ended' | 'silent' | 'offline';

/**
 * Whether the server still answers this page, and what is known where it does not.
 */
export interface IConnection {
  /**
   * How it was lost, or null where all is well.
   */
  readonly loss: Loss | null;

  /**
   * Whether somebody stopped it, from another page.
   */
  readonly wasStopped: boolean;

  /**
   * When it was lost.
   */
  readonly since: Date;

  /**
   * When its time ends, or ended; null where it has no end that is known.
   */
  readonly endsAt: Date | null;

  /**
   * Whether its time was over when it was lost.
   */
  readonly wasItsTime: boolean;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;
}
