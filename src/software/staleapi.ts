import type { RestClient } from '../rest/client';
import type {
  LoadedModules,
  Script,
  Stale,
  TakenOverRequest
} from '../rest/payloads';

/**
 * The requests about what is stale, one method a route and verb.
 */
export class StaleApi {
  constructor(private _client: RestClient) {}

  stale(): Promise<Stale> {
    return this._client.get('software/stale');
  }

  takenOver(request: TakenOverRequest): Promise<Stale> {
    return this._client.post('software/stale', request);
  }

  loaded(): Promise<LoadedModules> {
    return this._client.get('software/loaded');
  }

  script(): Promise<Script> {
    return this._client.get('software/script', { format: 'bash' });
  }
}
