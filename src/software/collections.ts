import { VDomModel } from '@jupyterlab/ui-components';

import type {
  Change,
  Collection,
  Collections,
  ModulePaths,
  ModulePathsRequest,
  Script
} from '../rest/payloads';
import type { SoftwareApi } from './api';
import type { Goal, ICollectionsModel, ISoftwareModel } from './tokens';

/**
 * Return the name under which restoring a collection is busy.
 */
export function busyName(collection: string): string {
  return `collection:${collection}`;
}

/**
 * The user's collections, and what else is done with all loaded modules at
 * once: no DOM, no dialogs.
 */
export class CollectionsModel extends VDomModel implements ICollectionsModel {
  constructor(
    private _api: Omit<SoftwareApi, '_client'>,
    private _software: Pick<ISoftwareModel, 'apply' | 'fail' | 'loaded'>
  ) {
    super();
  }

  get open(): boolean {
    return this._open;
  }

  set open(value: boolean) {
    if (value !== this._open) {
      this._open = value;
      this.stateChanged.emit();
      if (value) {
        void this.refresh();
      }
    }
  }

  get collections(): ReadonlyArray<Collection> | null {
    return this._collections;
  }

  get described(): ReadonlyMap<string, ReadonlyArray<string>> {
    return this._described;
  }

  async refresh(): Promise<void> {
    await this._orFail(() => this._take(this._api.collections()));
  }

  async describe(name: string): Promise<void> {
    await this._orFail(async () => {
      const { modules } = await this._api.collection(name);
      this._described = new Map([...this._described, [name, modules]]);
      this._tell();
    });
  }

  save(name: string, overwrite: boolean): Promise<Collections> {
    return this._take(this._api.saveCollection({ name, overwrite }));
  }

  rename(name: string, newName: string): Promise<Collections> {
    return this._take(this._api.renameCollection({ name, new_name: newName }));
  }

  delete(name: string): Promise<Collections> {
    return this._take(this._api.deleteCollection(name));
  }

  preview(goal: Goal): Promise<Change> {
    return this._ask(goal, { preview: true });
  }

  go(goal: Goal, confirmed: boolean): Promise<void> {
    const { loaded } = this._software;
    return this._software.apply(
      signal => this._ask(goal, { confirmed }, signal),
      'collection' in goal
        ? [busyName(goal.collection)]
        : (loaded?.modules.map(module => module.full_name) ?? [])
    );
  }

  async script(format: Script['format']): Promise<string> {
    return (await this._api.script(format)).text;
  }

  modulePaths(): Promise<ModulePaths> {
    return this._api.modulePaths();
  }

  changeModulePaths(request: ModulePathsRequest): Promise<void> {
    return this._software.apply(signal =>
      this._api.changeModulePaths(request, signal)
    );
  }

  private _ask(
    goal: Goal,
    how: { preview?: boolean; confirmed?: boolean },
    signal?: AbortSignal
  ): Promise<Change> {
    const { preview } = how;
    return 'collection' in goal
      ? this._api.restoreCollection({ name: goal.collection, preview }, signal)
      : this._api.switch({ to: goal.to, ...how }, signal);
  }

  /**
   * Take the list that an answer brings, unless a later one was there before.
   */
  private async _take(answer: Promise<Collections>): Promise<Collections> {
    const asked = ++this._asked;
    const told = await answer;
    if (asked > this._taken) {
      this._taken = asked;
      this._collections = told.collections;
      this._described = new Map();
      this._tell();
    }
    return told;
  }

  private async _orFail(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (reason) {
      if (!this.isDisposed) {
        this._software.fail(reason as Error);
      }
    }
  }

  private _tell(): void {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _open = false;
  private _collections: ReadonlyArray<Collection> | null = null;
  private _described: ReadonlyMap<string, ReadonlyArray<string>> = new Map();
  private _asked = 0;
  private _taken = 0;
}
