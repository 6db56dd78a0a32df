import type { IRunningSessions } from '@jupyterlab/running';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import type { Application } from '../rest/payloads';
import { isAlive } from './commands';
import { iconOf } from './icons';
import type { IApplicationsModel } from './tokens';
import { CommandIDs } from './tokens';
import { detail } from './words';

/**
 * What the context menu of a running application is attached to.
 */
export const ITEM_CLASS = 'jp-HPCApps-running';

/**
 * The applications in the panel of what runs.
 */
export class RunningApplications implements IRunningSessions.IManager {
  constructor(
    private _model: IApplicationsModel,
    private _commands: CommandRegistry,
    private _trans: TranslationBundle
  ) {
    this.name = this._trans.__('Applications');
    this.shutdownLabel = this._trans.__('Stop');
    this.shutdownAllLabel = this._trans.__('Stop All');
    this.shutdownAllConfirmationText = this._trans.__(
      'Stop all applications? What is not saved in them may be lost.'
    );
    _model.stateChanged.connect(() => this.runningChanged.emit());
  }

  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: string;
  readonly runningChanged = new Signal<this, void>(this);

  running(): IRunningSessions.IRunningItem[] {
    return this._model.applications
      .filter(isAlive)
      .map(application => this._item(application));
  }

  shutdownAll(): void {
    for (const { id } of this._model.applications.filter(isAlive)) {
      void this._commands.execute(CommandIDs.stop, { id });
    }
  }

  refreshRunning(): void {
    void this._model.refresh();
  }

  private _item(application: Application): IRunningSessions.IRunningItem {
    const { id, modules, title } = application;
    return {
      className: ITEM_CLASS,
      context: id,
      open: () => void this._commands.execute(CommandIDs.open, { id }),
      shutdown: () => void this._commands.execute(CommandIDs.stop, { id }),
      icon: (): LabIcon => iconOf(application),
      label: () => title,
      labelTitle: () =>
        modules.length > 0
          ? this._trans.__('Started with %1', modules.join(', '))
          : title,
      detail: () => detail(application, this._trans)
    };
  }
}
