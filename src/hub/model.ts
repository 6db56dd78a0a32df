import type { Obstacle, ServerInfo, Stopping } from '../rest/payloads';
import type { HubApi } from './api';

/** Milliseconds between two looks whether the server is gone. */
const LOOK = 1000;

/**
 * Stops the server and tells when it is gone.
 */
export class HubModel {
  constructor(private _api: Pick<HubApi, 'server' | 'stop'>) {}

  /**
   * Return how the server can be stopped, and what runs in it.
   */
  server(): Promise<ServerInfo> {
    return this._api.server();
  }

  /**
   * Begin to stop; rejects where that is refused.
   */
  stop(): Promise<Stopping> {
    return this._api.stop();
  }

  /**
   * Wait until the server answers no more, or was not stopped after all.
   *
   * Returns null when it is gone, else what was in the way.
   */
  async gone(look = LOOK): Promise<Obstacle | null> {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, look));
      let info: ServerInfo;
      try {
        info = await this._api.server();
      } catch {
        // No answer, or one of a proxy or a hub: the server itself is gone.
        return null;
      }
      if (!info.stopping) {
        return info.obstacle;
      }
    }
  }
}
