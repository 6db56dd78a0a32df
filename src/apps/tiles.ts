import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import type { Application } from '../rest/payloads';
import type { IApplicationsModel } from './tokens';
import { CommandIDs } from './tokens';
import { describe } from './words';

/**
 * Keeps the launcher's section of applications as the applications are.
 *
 * A launcher draws its tiles when one is added or taken away, and not when one changes:
 * a tile that changes is taken away and added again, in its place.
 */
export class Tiles {
  constructor(
    private _launcher: ILauncher,
    private _model: IApplicationsModel,
    private _trans: TranslationBundle
  ) {
    _model.stateChanged.connect(() => this.update());
    this.update();
  }

  /**
   * Whether locked applications have no tile.
   */
  get hideLocked(): boolean {
    return this._hideLocked;
  }

  set hideLocked(value: boolean) {
    if (value !== this._hideLocked) {
      this._hideLocked = value;
      this.update();
    }
  }

  /**
   * Bring the tiles up to date.
   */
  update(): void {
    const shown = this._model.applications.filter(
      ({ hidden, state }) =>
        !hidden && !(this._hideLocked && state === 'locked')
    );
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, tile] of this._tiles) {
      if (!ids.has(id)) {
        tile.item.dispose();
        this._tiles.delete(id);
      }
    }
    for (const application of shown) {
      this._show(application);
    }
  }

  private _show(application: Application): void {
    const { id, rank, state, title } = application;
    const face = [state, title, describe(application, this._trans)].join('\n');
    const old = this._tiles.get(id);
    if (old?.face === face) {
      return;
    }
    old?.item.dispose();
    const item = this._launcher.add({
      command: CommandIDs.open,
      args: { id },
      category: this._trans.__('Applications'),
      // Between consoles and other things, where JupyterLab is young enough to ask.
      categoryRank: 50,
      rank
    });
    this._tiles.set(id, { face, item });
  }

  private _hideLocked = false;
  private _tiles = new Map<string, { face: string; item: IDisposable }>();
}
