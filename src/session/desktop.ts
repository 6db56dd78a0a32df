import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IDesktopNotifier } from './tokens';

/**
 * What this needs of a browser's `Notification`.
 */
export interface INotifications {
  readonly permission: NotificationPermission;
  requestPermission(): Promise<NotificationPermission>;
  new (title: string, options?: NotificationOptions): INotification;
}

/**
 * A notification on the desktop.
 */
export interface INotification {
  onclick: ((event: Event) => unknown) | null;
  close(): void;
}

/**
 * Notifications on the desktop, for who has said yes to them twice: to us, and to the
 * browser when it asked.
 *
 * The browser is asked only by `ask`, which belongs to a click.
 */
export class DesktopNotifier implements IDesktopNotifier {
  constructor(private _browser: INotifications | undefined) {}

  /**
   * Whether the user wants them, by the settings.
   */
  get wanted(): boolean {
    return this._wanted;
  }
  set wanted(wanted: boolean) {
    if (wanted !== this._wanted) {
      this._wanted = wanted;
      this._changed.emit();
    }
  }

  get permission(): NotificationPermission | 'unsupported' {
    return this._browser?.permission ?? 'unsupported';
  }

  /**
   * Whether they come.
   */
  get isOn(): boolean {
    return this._wanted && this.permission === 'granted';
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Let the browser ask the user, where it has not; returns whether they may come.
   */
  async ask(): Promise<boolean> {
    if (this.permission === 'default') {
      await this._browser?.requestPermission();
      this._changed.emit();
    }
    return this.permission === 'granted';
  }

  /**
   * Show a sentence, if that is wanted and nobody looks at the page.
   */
  show(title: string, body: string, isSeen: boolean): void {
    if (!this._browser || !this.isOn || isSeen) {
      return;
    }
    try {
      // The same tag: the newest takes the place of the one before.
      const shown = new this._browser(title, { body, tag: 'jupyterlab-hpc' });
      shown.onclick = () => {
        window.focus();
        shown.close();
      };
    } catch (reason) {
      // Chromium on Android has them for service workers only.
      console.warn('The desktop could not be notified.', reason);
    }
  }

  private _wanted = false;
  private _changed = new Signal<this, void>(this);
}
