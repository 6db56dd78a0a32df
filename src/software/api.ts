import type { RestClient } from '../rest/client';
import type {
  Change,
  ChangeRequest,
  FoundModules,
  LoadedModules,
  ModuleDetails,
  ModulefileText,
  ModulesQuery,
  SwitchRequest,
  SystemInfo
} from '../rest/payloads';

/**
 * The software room's requests, one method a route and verb.
 */
export class SoftwareApi {
  constructor(private _client: RestClient) {}

  system(): Promise<SystemInfo> {
    return this._client.get('software/system');
  }

  loaded(): Promise<LoadedModules> {
    return this._client.get('software/loaded');
  }

  change(request: ChangeRequest, signal?: AbortSignal): Promise<Change> {
    return this._client.patch('software/loaded', request, signal);
  }

  switch(request: SwitchRequest, signal?: AbortSignal): Promise<Change> {
    return this._client.put('software/loaded', request, signal);
  }

  modules(query: ModulesQuery): Promise<FoundModules> {
    return this._client.get('software/modules', { ...query });
  }

  module(fullName: string): Promise<ModuleDetails> {
    return this._client.get('software/module', { full_name: fullName });
  }

  modulefile(fullName: string): Promise<ModulefileText> {
    return this._client.get('software/modulefile', { full_name: fullName });
  }
}
