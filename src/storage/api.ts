import type { RestClient } from '../rest/client';
import type {
  Copy,
  CopyRequest,
  FolderLinks,
  Left,
  LinkInfo,
  LinkRequest,
  Quotas,
  Storage,
  Usage
} from '../rest/payloads';

/**
 * The storage room's requests, one method a route and verb.
 */
export class StorageApi {
  constructor(private _client: RestClient) {}

  storage(): Promise<Storage> {
    return this._client.get('storage');
  }

  link(request: LinkRequest): Promise<LinkInfo> {
    return this._client.put('storage/links', request);
  }

  unlink(name: string): Promise<Storage> {
    return this._client.delete('storage/links', { name });
  }

  folder(path: string): Promise<FolderLinks> {
    return this._client.get('storage/folder', { path });
  }

  left(sizes: boolean): Promise<Left> {
    return this._client.get('storage/left', { sizes });
  }

  copy(): Promise<Copy> {
    return this._client.get('storage/copy');
  }

  startCopy(request: CopyRequest): Promise<Copy> {
    return this._client.post('storage/copy', request);
  }

  cancelCopy(): Promise<Copy> {
    return this._client.delete('storage/copy');
  }

  quotas(query: { fresh?: boolean; home?: boolean }): Promise<Quotas> {
    return this._client.get('storage/quota', query);
  }

  usage(): Promise<Usage> {
    return this._client.get('storage/usage');
  }

  startUsage(): Promise<Usage> {
    return this._client.post('storage/usage', {});
  }

  cancelUsage(): Promise<Usage> {
    return this._client.delete('storage/usage');
  }
}
