import { VDomModel } from '@jupyterlab/ui-components';

import { RestError } from '../rest/client';
import type {
  KernelBases,
  KernelModulesQuery,
  KernelSources,
  TriedKernel,
  VenvInfo
} from '../rest/payloads';
import type { IKernelsModel } from './tokens';
import { nameFrom } from './words';

/**
 * The choice of a virtual environment among the kernels to build on.
 */
export const VENV = 'venv';

/**
 * What the user has chosen for a kernel, and what the server says of it: no DOM.
 */
export class KernelForm extends VDomModel {
  constructor(
    private _model: Pick<IKernelsModel, 'bases' | 'install' | 'make' | 'venv'>,
    readonly sources: KernelSources
  ) {
    super();
  }

  /**
   * Where the modules come from: `loaded`, `none`, or a collection's name behind `:`.
   */
  get origin(): string {
    return this._origin;
  }

  /**
   * The kernels to build on, or null while they are looked for.
   */
  get bases(): KernelBases | null {
    return this._bases;
  }

  /**
   * The id of the kernel to build on, or `venv`.
   */
  get base(): string {
    return this._base;
  }

  get folder(): string {
    return this._folder;
  }

  /**
   * What the folder is, or null where that was not asked.
   */
  get venv(): VenvInfo | null {
    return this._venv;
  }

  get displayName(): string {
    return this._displayName;
  }

  get name(): string {
    return this._name ?? nameFrom(this._displayName);
  }

  /**
   * What is under way.
   */
  get work(): 'bases' | 'venv' | 'install' | 'make' | '' {
    return this._work;
  }

  get error(): Error | null {
    return this._error;
  }

  /**
   * Whether the kernel was tested and failed: it can be kept all the same.
   */
  get failed(): boolean {
    return this._failed;
  }

  get keep(): boolean {
    return this._keep;
  }

  set keep(value: boolean) {
    this._keep = value;
    this._tell();
  }

  set displayName(value: string) {
    this._displayName = value;
    this._clear();
  }

  set name(value: string) {
    this._name = value;
    this._clear();
  }

  set folder(value: string) {
    this._folder = value;
    this._venv = null;
    this._clear();
  }

  set base(value: string) {
    this._base = value;
    this._clear();
  }

  /**
   * Choose where the modules come from; the kernels to build on follow.
   */
  async choose(origin: string): Promise<void> {
    this._origin = origin;
    this._bases = null;
    this._venv = null;
    this._clear();
    await this._while('bases', async () => {
      const bases = await this._model.bases(this._query);
      // An answer to an earlier choice is none any more.
      if (this._origin !== origin) {
        return;
      }
      this._bases = bases;
      const known = bases.bases;
      if (this._base !== VENV && !known.some(base => base.id === this._base)) {
        const python = known.find(base => base.language === 'python');
        this._base = (python ?? known[0])?.id ?? VENV;
      }
    });
  }

  /**
   * Tell what is wrong with what was chosen.
   */
  fail(error: Error): void {
    this._error = error;
    this._tell();
  }

  /**
   * Look at the folder of the virtual environment.
   */
  async look(): Promise<void> {
    const folder = this._folder.trim();
    if (!folder || this._work !== '' || this._venv?.folder === folder) {
      return;
    }
    await this._while('venv', async () => {
      this._takeVenv(folder, await this._model.venv(this._venvQuery));
    });
  }

  /**
   * Have ipykernel installed: the user has said so.
   */
  async install(): Promise<void> {
    const folder = this._folder.trim();
    await this._while('install', async () => {
      this._takeVenv(folder, await this._model.install(this._venvQuery));
    });
  }

  /**
   * Make the kernel; null where it was not made, then `error` tells why.
   */
  async make(signal?: AbortSignal): Promise<TriedKernel | null> {
    let made: TriedKernel | null = null;
    const keep = this._failed && this._keep;
    this._failed = false;
    await this._while('make', async () => {
      try {
        made = await this._model.make(
          {
            name: this.name,
            display_name: this._displayName.trim(),
            ...this._query,
            base: this._base === VENV ? '' : this._base,
            venv: this._base === VENV ? this._folder.trim() : '',
            keep
          },
          signal
        );
      } catch (reason) {
        this._failed =
          reason instanceof RestError && reason.reason === 'tool-refused';
        throw reason;
      }
    });
    return made;
  }

  private get _query(): KernelModulesQuery {
    return this._origin.startsWith(':')
      ? { modules: 'collection', collection: this._origin.slice(1) }
      : {
          modules: this._origin === 'none' ? 'none' : 'loaded',
          collection: ''
        };
  }

  private get _venvQuery() {
    return { folder: this._folder.trim(), ...this._query };
  }

  private _takeVenv(folder: string, told: VenvInfo): void {
    if (this._folder.trim() === folder) {
      this._venv = told;
    }
  }

  private async _while(
    work: 'bases' | 'venv' | 'install' | 'make',
    act: () => Promise<void>
  ): Promise<void> {
    this._work = work;
    this._error = null;
    this._tell();
    try {
      await act();
    } catch (reason) {
      this._error = reason as Error;
    }
    if (this._work === work) {
      this._work = '';
    }
    this._tell();
  }

  private _clear(): void {
    this._error = null;
    this._failed = false;
    this._keep = false;
    this._tell();
  }

  private _tell(): void {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _origin = 'loaded';
  private _bases: KernelBases | null = null;
  private _base = '';
  private _folder = '';
  private _venv: VenvInfo | null = null;
  private _displayName = '';
  private _name: string | null = null;
  private _work: 'bases' | 'venv' | 'install' | 'make' | '' = '';
  private _error: Error | null = null;
  private _failed = false;
  private _keep = false;
}
