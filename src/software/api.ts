import type { RestClient } from '../rest/client';
import type {
  Change,
  ChangeRequest,
  CollectionDetails,
  Collections,
  FoundModules,
  LoadedModules,
  ModuleDetails,
  ModulePaths,
  ModulePathsRequest,
  ModulesQuery,
  RenameRequest,
  RestoreRequest,
  SaveRequest,
  Script,
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

  change(request: ChangeRequest): Promise<Change> {
    return this._client.patch('software/loaded', request);
  }

  modules(query: ModulesQuery): Promise<FoundModules> {
    return this._client.get('software/modules', { ...query });
  }

  module(fullName: string): Promise<ModuleDetails> {
    return this._client.get('software/module', { full_name: fullName });
  }

  switchTo(request: SwitchRequest): Promise<Change> {
    return this._client.put('software/loaded', request);
  }

  script(format: Script['format']): Promise<Script> {
    return this._client.get('software/script', { format });
  }

  modulePaths(): Promise<ModulePaths> {
    return this._client.get('software/modulepaths');
  }

  changeModulePaths(request: ModulePathsRequest): Promise<Change> {
    return this._client.patch('software/modulepaths', request);
  }

  collections(): Promise<Collections> {
    return this._client.get('software/collections');
  }

  collection(name: string): Promise<CollectionDetails> {
    return this._client.get('software/collection', { name });
  }

  saveCollection(request: SaveRequest): Promise<Collections> {
    return this._client.put('software/collections', request);
  }

  renameCollection(request: RenameRequest): Promise<Collections> {
    return this._client.post('software/collections/rename', request);
  }

  deleteCollection(name: string): Promise<Collections> {
    return this._client.delete('software/collections', { name });
  }

  restoreCollection(request: RestoreRequest): Promise<Change> {
    return this._client.post('software/collections/restore', request);
  }
}
