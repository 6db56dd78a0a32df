import type { RestClient } from '../rest/client';
import type {
  MoreTime,
  KeepRequest,
  Kept,
  SessionInfo
} from '../rest/payloads';

/**
 * The session room's routes, a method each.
 */
export class SessionApi {
  constructor(private _client: RestClient) {}

  session(): Promise<SessionInfo> {
    return this._client.get<SessionInfo>('session');
  }

  extend(): Promise<MoreTime> {
    return this._client.post<MoreTime>('session/extension', {});
  }

  kept(): Promise<Kept> {
    return this._client.get<Kept>('session/kept');
  }

  keep(request: KeepRequest): Promise<Kept> {
    return this._client.put<Kept>('session/kept', request);
  }

  decide(): Promise<Kept> {
    return this._client.delete<Kept>('session/kept');
  }
}
