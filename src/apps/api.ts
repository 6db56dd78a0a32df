import type { RestClient } from '../rest/client';
import type { Application } from '../rest/payloads';

/**
 * The applications room's requests, one method a route and verb.
 */
export class ApplicationsApi {
  constructor(private _client: RestClient) {}

  applications(): Promise<Application[]> {
    return this._client.get('apps');
  }

  start(id: string): Promise<Application> {
    return this._client.post(`apps/${encodeURIComponent(id)}`, {});
  }

  stop(id: string): Promise<Application> {
    return this._client.delete(`apps/${encodeURIComponent(id)}`);
  }
}
