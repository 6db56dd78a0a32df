import type { RestClient } from '../rest/client';
import type {
  Change,
  ChangeRequest,
  CollectionDetails,
  Collections,
  FoundModules,
  LoadedModules,
  ModuleDetails,
  ModulefileText,
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

  script(format: Script['format']): Promise<Script> {
    return this._client.get('software/script', { format });
  }

  modulePaths(): Promise<ModulePaths> {
    return this._client.get('software/modulepaths');
  }

  changeModulePaths(
    request: ModulePathsRequest,
    signal?: AbortSignal
  ): Promise<Change> {
    return this._client.patch('software/modulepaths', request, signal);
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

  restoreCollection(
    request: RestoreRequest,
    signal?: AbortSignal
  ): Promise<Change> {
    return this._client.post('software/collections/restore', request, signal);
  }
}
