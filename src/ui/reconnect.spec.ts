import type { Event } from '@jupyterlab/services';

import { eventsHeardAgain } from './reconnect';

/** A websocket that is opened by hand. */
class Socket extends EventTarget {
  constructor(readonly url: string) {
    super();
    Socket.made.push(this);
  }

  static made: Socket[] = [];
}

function manager(settings: object = { WebSocket: Socket }): Event.IManager {
  return { serverSettings: settings } as unknown as Event.IManager;
}

function open(events: Event.IManager, path: string): void {
  const { WebSocket } = events.serverSettings;
  const socket = new WebSocket(`ws://localhost/${path}`);
  socket.dispatchEvent(new globalThis.Event('open'));
}

describe('eventsHeardAgain', () => {
  it('tells each time that the events are subscribed to', () => {
    const events = manager();
    const heard = jest.fn();
    eventsHeardAgain(events).connect(heard);
    open(events, 'user/a/api/events/subscribe?token=x');
    open(events, 'api/events/subscribe');
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('tells nothing of other sockets, which are as they were', () => {
    const events = manager();
    const heard = jest.fn();
    eventsHeardAgain(events).connect(heard);
    open(events, 'api/kernels/1/channels');
    expect(heard).not.toHaveBeenCalled();
    expect(Socket.made.pop()).toBeInstanceOf(Socket);
  });

  it('is shared by all who ask for it', () => {
    const events = manager();
    expect(eventsHeardAgain(events)).toBe(eventsHeardAgain(events));
  });

  it('leaves settings alone that cannot be changed', () => {
    const settings = Object.freeze({ WebSocket: Socket });
    eventsHeardAgain(manager(settings));
    expect(settings.WebSocket).toBe(Socket);
  });
});
