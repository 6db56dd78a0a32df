import type { RestClient } from '../rest/client';
import type { ServerInfo, Stopping } from '../rest/payloads';

/**
 * The hub room's routes, a method each.
 */
export class HubApi {
  constructor(private _client: RestClient) {}

  server(jobs: boolean): Promise<ServerInfo> {
    return this._client.get<ServerInfo>('hub/server', { jobs });
  }

  stop(): Promise<Stopping> {
    return this._client.delete<Stopping>('hub/server');
  }
}
