import type { RestClient } from '../rest/client';
import type { SessionInfo } from '../rest/payloads';

/**
 * The session room's routes, a method each.
 */
export class SessionApi {
  constructor(private _client: RestClient) {}

  session(): Promise<SessionInfo> {
    return this._client.get<SessionInfo>('session');
  }
}
