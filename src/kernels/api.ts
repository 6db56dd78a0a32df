import type { RestClient } from '../rest/client';
import type {
  KernelBases,
  KernelModulesQuery,
  KernelSources,
  LockRequest,
  LockText,
  MadeKernel,
  MadeKernels,
  MakeKernelRequest,
  NotebookModules,
  NotebookModulesRequest,
  RenameKernelRequest,
  Repair,
  RepairRequest,
  TriedKernel,
  VenvInfo,
  VenvQuery
} from '../rest/payloads';

/**
 * The kernels room's requests, one method a route and verb.
 */
export class KernelsApi {
  constructor(private _client: RestClient) {}

  kernels(): Promise<MadeKernels> {
    return this._client.get('kernels');
  }

  make(request: MakeKernelRequest, signal?: AbortSignal): Promise<TriedKernel> {
    return this._client.post('kernels', request, signal);
  }

  rename(request: RenameKernelRequest): Promise<MadeKernel> {
    return this._client.patch('kernels/kernel', request);
  }

  remove(name: string): Promise<MadeKernels> {
    return this._client.delete('kernels/kernel', { name });
  }

  tryAgain(name: string): Promise<TriedKernel> {
    return this._client.post('kernels/trial', { name });
  }

  repair(request: RepairRequest): Promise<Repair> {
    return this._client.post('kernels/repair', request);
  }

  sources(): Promise<KernelSources> {
    return this._client.get('kernels/sources');
  }

  bases(query: Partial<KernelModulesQuery>): Promise<KernelBases> {
    return this._client.get('kernels/bases', { ...query });
  }

  venv(query: VenvQuery): Promise<VenvInfo> {
    return this._client.post('kernels/venv', query);
  }

  install(query: VenvQuery): Promise<VenvInfo> {
    return this._client.put('kernels/venv', query);
  }

  compare(request: NotebookModulesRequest): Promise<NotebookModules> {
    return this._client.post('kernels/notebook', request);
  }

  lock(request: LockRequest): Promise<LockText> {
    return this._client.post('kernels/lock', request);
  }
}
