import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { sayStale } from './stalewords';
import type { IStaleModel } from './tokens';

/**
 * One notification of what is stale: new with each change, kept up to date, and
 * gone when nothing is stale any more.
 */
export class StaleNotification {
  constructor(
    private _model: IStaleModel,
    private _restart: () => void,
    private _trans: TranslationBundle
  ) {
    _model.stateChanged.connect(() => this._update());
  }

  /**
   * Whether the user wants it.
   */
  get isEnabled(): boolean {
    return this._isEnabled;
  }

  set isEnabled(value: boolean) {
    this._isEnabled = value;
    this._update();
  }

  private _update(): void {
    const model = this._model;
    if (!this._isEnabled || model.isEmpty || model.isPostponed) {
      this._dismiss();
    } else if (model.isNews && model.revision !== this._revision) {
      this._dismiss();
      this._revision = model.revision;
      this._message = sayStale(model, this._trans);
      this._id = Notification.emit(this._message, 'warning', {
        autoClose: false,
        actions: this._actions()
      });
    } else {
      const message = sayStale(model, this._trans);
      if (message !== this._message && Notification.manager.has(this._id)) {
        this._message = message;
        Notification.update({
          id: this._id,
          message,
          actions: this._actions()
        });
      }
    }
  }

  private _actions(): Notification.IAction[] {
    const trans = this._trans;
    const postpone: Notification.IAction = {
      label: trans.__('Not now'),
      callback: () => this._model.postpone()
    };
    return this._model.kernels.length
      ? [
          {
            label: trans.__('Restart these'),
            caption: trans.__('Save what uses them, then restart the kernels'),
            displayType: 'accent',
            callback: event => {
              // It stays until they are restarted.
              event.preventDefault();
              this._restart();
            }
          },
          postpone
        ]
      : [postpone];
  }

  private _dismiss(): void {
    if (Notification.manager.has(this._id)) {
      Notification.dismiss(this._id);
    }
  }

  private _id = '';
  private _message = '';
  private _revision = 0;
  private _isEnabled = true;
}
