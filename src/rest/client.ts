import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/**
 * The values of a query; undefined ones are left out.
 */
export type Query = Readonly<
  Record<string, string | number | boolean | undefined>
>;

/**
 * An answer of the server that says no, with the words it gave.
 */
export class RestError extends ServerConnection.ResponseError {
  constructor(response: Response, said: RestError.ISaid) {
    super(response, said.message);
    this.reason = said.reason;
    this.detail = said.detail;
    this.template = said.template;
    this.arguments = said.arguments;
  }

  /**
   * A word for programs: `tool-timeout`, or `http-502` when a proxy answered.
   */
  readonly reason: string;

  /**
   * The tool's own words, or the empty string.
   */
  readonly detail: string;

  /**
   * The English sentence before its arguments were put in: what a catalogue knows.
   */
  readonly template: string;

  /**
   * The values that belong into the template.
   */
  readonly arguments: ReadonlyArray<string>;
}

/**
 * A namespace for RestError's statics.
 */
export namespace RestError {
  /**
   * What a refusal says.
   */
  export interface ISaid {
    message: string;
    reason: string;
    detail: string;
    template: string;
    arguments: string[];
  }
}

/**
 * Whether loaded modules keep others from being loaded, which can be loaded instead:
 * the second of the error's arguments names them.
 */
export function isInTheWay(error: unknown): error is RestError {
  return error instanceof RestError && error.reason === 'in-the-way';
}

/**
 * The one way in which this package talks to its server side.
 */
export class RestClient {
  constructor(private _settings: ServerConnection.ISettings) {}

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this._send<T>('GET', path, query, undefined, signal);
  }

  post<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    return this._send<T>('POST', path, {}, body, signal);
  }

  patch<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    return this._send<T>('PATCH', path, {}, body, signal);
  }

  put<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    return this._send<T>('PUT', path, {}, body, signal);
  }

  delete<T>(path: string, query: Query = {}): Promise<T> {
    return this._send<T>('DELETE', path, query);
  }

  private async _send<T>(
    method: string,
    path: string,
    query: Query,
    body?: object,
    signal?: AbortSignal
  ): Promise<T> {
    const response = await ServerConnection.makeRequest(
      URLExt.join(this._settings.baseUrl, 'jupyterlab-hpc', path) +
        Private.queryString(query),
      { method, body: body && JSON.stringify(body), signal },
      this._settings
    );
    if (response.status === 204) {
      return undefined as T;
    }
    const said = await Private.read(response);
    if (!response.ok || said === null) {
      throw Private.errorOf(response, said);
    }
    return said as T;
  }
}

namespace Private {
  /**
   * Return what follows the path: empty, or a question mark and the values.
   */
  export function queryString(query: Query): string {
    const values = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) {
        values.append(key, String(value));
      }
    }
    const text = values.toString();
    return text && `?${text}`;
  }

  /**
   * Return the answer's object or list, or null for anything else.
   *
   * A proxy's page is no answer of ours, whatever its status: a hub that ended
   * the session sends its log-in page with 200.
   */
  export async function read(response: Response): Promise<object | null> {
    const said: unknown = await response.json().catch(() => null);
    return typeof said === 'object' ? said : null;
  }

  /**
   * Make an error of a refusal, with what it says and what it leaves out.
   */
  export function errorOf(response: Response, said: object | null): RestError {
    const words = (said ?? {}) as Partial<RestError.ISaid>;
    const message =
      words.message ?? `${response.status} ${response.statusText}`.trim();
    return new RestError(response, {
      message,
      reason: words.reason ?? `http-${response.status}`,
      detail: words.detail ?? '',
      template: words.template ?? message,
      arguments: words.arguments ?? []
    });
  }
}
