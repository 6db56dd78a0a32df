import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

const UPGRADE = /^GET \S*\/api\/events\/subscribe[? ]/;
const PAGE = '<!DOCTYPE html><title>502</title><h1>Bad Gateway</h1>';
const BAD_GATEWAY = `HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\nConnection: close\r\n\r\n${PAGE}`;

/**
 * What stands between a browser and its server, on a bad day.
 */
export class Proxy {
  private constructor(private _port: number) {}

  /** Stand in front of a server. */
  static async before(port: number): Promise<Proxy> {
    const proxy = new Proxy(port);
    proxy._server.listen(0, '127.0.0.1');
    await once(proxy._server, 'listening');
    return proxy;
  }

  /** `down` refuses connections, `html` answers with a page of its own. */
  state: 'well' | 'down' | 'html' = 'well';

  /** Whether the socket of events is refused. */
  deaf = false;

  /** Milliseconds without a word after which a connection is closed; 0 for never. */
  idle = 0;

  /** Milliseconds for which answers are held back. */
  holds = 0;

  /** How often the socket of events was opened, and was closed by being idle. */
  subscriptions = 0;
  closed = 0;

  get address(): string {
    const { port } = this._server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Close what is open. */
  cut(): void {
    for (const socket of this._sockets) {
      socket.destroy();
    }
  }

  async stop(): Promise<void> {
    this.cut();
    this._server.close();
    await once(this._server, 'close');
  }

  private _serve(browser: Socket): void {
    this._keep(browser);
    if (this.state === 'down') {
      browser.destroy();
      return;
    }
    if (this.state === 'html') {
      browser.once('data', () => browser.end(BAD_GATEWAY));
      return;
    }
    const server = connect(this._port, '127.0.0.1');
    this._keep(server);
    let events = false;
    browser.on('data', data => {
      // What was open before is as lost as what comes now.
      if (this.state !== 'well') {
        browser.destroy();
        return;
      }
      if (UPGRADE.test(data.toString('latin1'))) {
        events = true;
        if (this.deaf) {
          browser.destroy();
          return;
        }
        this.subscriptions++;
      }
      server.write(data);
    });
    server.on('data', data => {
      if (this.holds) {
        setTimeout(() => browser.writable && browser.write(data), this.holds);
      } else {
        browser.write(data);
      }
    });
    browser.on('close', () => server.destroy());
    server.on('close', () =>
      setTimeout(() => browser.destroy(), this.holds + 50)
    );
    if (this.idle) {
      browser.setTimeout(this.idle, () => {
        this.closed += events ? 1 : 0;
        browser.destroy();
      });
    }
  }

  private _keep(socket: Socket): void {
    this._sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this._sockets.delete(socket));
  }

  private _sockets = new Set<Socket>();
  private _server = createServer(socket => this._serve(socket));
}
