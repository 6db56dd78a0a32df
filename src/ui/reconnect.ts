import type { Event, ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

const SUBSCRIBE = /\/api\/events\/subscribe(\?|$)/;

/**
 * Tells when the server's events are heard again.
 *
 * JupyterLab opens their websocket anew after half a minute at most, and tells nobody; what
 * was told meanwhile is lost. A proxy that closes what is idle does so every minute.
 */
export function eventsHeardAgain(
  events: Event.IManager
): ISignal<object, void> {
  const settings = events.serverSettings;
  const known = Private.signals.get(settings);
  if (known) {
    return known;
  }
  const heard = new Signal<object, void>(settings);
  Private.signals.set(settings, heard);
  const Socket = settings.WebSocket;
  class Told extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      if (SUBSCRIBE.test(String(url))) {
        this.addEventListener('open', () => heard.emit());
      }
    }
  }
  // Settings that are frozen stay as they are.
  Reflect.set(settings, 'WebSocket', Told);
  return heard;
}

namespace Private {
  /** One for each server: rooms share it. */
  export const signals = new WeakMap<
    ServerConnection.ISettings,
    Signal<object, void>
  >();
}
