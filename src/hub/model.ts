import type { Obstacle, ServerInfo, Stopping } from '../rest/payloads';
import type { HubApi } from './api';
import type { IHubModel } from './tokens';

/** Milliseconds between two looks whether the server is gone. */
const LOOK = 1000;

/**
 * Stops the server and tells when it is gone.
 */
export class HubModel implements IHubModel {
  constructor(private _api: Pick<HubApi, 'server' | 'stop'>) {}

  get isStopping(): boolean {
    return this._isStopping;
  }

  server(jobs = false): Promise<ServerInfo> {
    return this._api.server(jobs);
  }

  async stop(): Promise<Stopping> {
    // Before the answer: the other pages' news of it may be quicker.
    this._isStopping = true;
    try {
      return await this._api.stop();
    } catch (reason) {
      this._isStopping = false;
      throw reason;
    }
  }

  async gone(look = LOOK): Promise<Obstacle | null> {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, look));
      let info: ServerInfo;
      try {
        info = await this._api.server(false);
      } catch {
        // No answer, or one of a proxy or a hub: the server itself is gone.
        return null;
      }
      if (!info.stopping) {
        this._isStopping = false;
        return info.obstacle;
      }
    }
  }

  private _isStopping = false;
}
