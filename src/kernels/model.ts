import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type {
  KernelBases,
  KernelModulesQuery,
  KernelSources,
  KernelTrial,
  LockRequest,
  LockText,
  MadeKernel,
  MakeKernelRequest,
  NotebookModules,
  NotebookModulesRequest,
  Repair,
  RepairRequest,
  TriedKernel,
  VenvInfo,
  VenvQuery
} from '../rest/payloads';
import { AskingModel } from '../ui/asking';
import type { KernelsApi } from './api';
import type { IKernelsModel } from './tokens';

/**
 * The state of the kernels room: no DOM, no dialogs, no requests of its own.
 */
export class KernelsModel extends AskingModel implements IKernelsModel {
  constructor(private _api: Omit<KernelsApi, '_client'>) {
    super();
  }

  get kernels(): ReadonlyArray<MadeKernel> | null {
    return this._kernels;
  }

  get remember(): boolean {
    return this._remember;
  }

  get busy(): ReadonlySet<string> {
    return this._busy;
  }

  get trials(): ReadonlyMap<string, KernelTrial> {
    return this._trials;
  }

  get specsChanged(): ISignal<this, void> {
    return this._specsChanged;
  }

  override dispose(): void {
    Signal.clearData(this);
    super.dispose();
  }

  /**
   * Ask for the list; of two answers the one that was asked for later counts.
   */
  refresh(): Promise<void> {
    const asked = ++this._asked;
    return this._ask('read', this._api.kernels(), told => {
      if (asked === this._asked) {
        this._kernels = told.kernels;
        this._remember = told.remember;
      }
    });
  }

  sources(): Promise<KernelSources> {
    return this._api.sources();
  }

  bases(query: Partial<KernelModulesQuery>): Promise<KernelBases> {
    return this._api.bases(query);
  }

  venv(query: VenvQuery): Promise<VenvInfo> {
    return this._api.venv(query);
  }

  install(query: VenvQuery): Promise<VenvInfo> {
    return this._api.install(query);
  }

  async make(
    request: MakeKernelRequest,
    signal?: AbortSignal
  ): Promise<TriedKernel> {
    const made = await this._api.make(request, signal);
    this._takeTrial(made.kernel.name, made.trial);
    await this._changed();
    return made;
  }

  async tryAgain(name: string): Promise<void> {
    this._forgetTrial(name);
    await this._whileBusy(name, async () => {
      await this._ask('change', this._api.tryAgain(name), ({ trial }) =>
        this._takeTrial(name, trial)
      );
      await this.refresh();
    });
  }

  async rename(name: string, displayName: string): Promise<void> {
    await this._whileBusy(name, async () => {
      await this._api.rename({ name, display_name: displayName });
      await this._changed();
    });
  }

  async remove(name: string): Promise<void> {
    this._forgetTrial(name);
    await this._whileBusy(name, async () => {
      let removed = false;
      await this._ask('change', this._api.remove(name), () => {
        removed = true;
      });
      if (removed) {
        await this._changed();
      }
    });
  }

  async repair(request: RepairRequest): Promise<Repair> {
    if (request.preview) {
      return this._api.repair(request);
    }
    return this._whileBusy(request.name, async () => {
      const done = await this._api.repair(request);
      if (done.trial) {
        this._takeTrial(request.name, done.trial);
      }
      await this._changed();
      return done;
    });
  }

  compare(request: NotebookModulesRequest): Promise<NotebookModules> {
    return this._api.compare(request);
  }

  lock(request: LockRequest): Promise<LockText> {
    return this._api.lock(request);
  }

  dismiss(): void {
    this._error = null;
    this._tell();
  }

  private async _changed(): Promise<void> {
    if (!this.isDisposed) {
      this._specsChanged.emit();
      await this.refresh();
    }
  }

  private async _whileBusy<T>(
    name: string,
    work: () => Promise<T>
  ): Promise<T> {
    this._busy = new Set([...this._busy, name]);
    this._tell();
    try {
      return await work();
    } finally {
      this._busy = new Set([...this._busy].filter(other => other !== name));
      this._tell();
    }
  }

  private _takeTrial(name: string, trial: KernelTrial): void {
    this._trials = new Map([...this._trials, [name, trial]]);
  }

  private _forgetTrial(name: string): void {
    const others = [...this._trials].filter(([other]) => other !== name);
    this._trials = new Map(others);
  }

  private _tell(): void {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _kernels: ReadonlyArray<MadeKernel> | null = null;
  private _remember = false;
  private _busy: ReadonlySet<string> = new Set();
  private _trials: ReadonlyMap<string, KernelTrial> = new Map();
  private _asked = 0;
  private _specsChanged = new Signal<this, void>(this);
}
