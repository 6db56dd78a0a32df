import type { KeepRequest, LastSession } from '../rest/payloads';
import type { SessionApi } from './api';

/**
 * What a page has open: paths of files, in order, and the one in front or empty.
 */
export interface IOpenFiles {
  files: string[];
  active: string;
}

/**
 * What the last session had and this one lacks.
 */
export interface IMissing extends IOpenFiles {
  /** When the last session was seen last. */
  savedAt: Date;
  /** Full names, in the order in which to load them. */
  modules: string[];
}

/**
 * What the page can look at.
 */
export interface ICarryContext {
  /** A name that no other page has. */
  page: string;
  /** What is open here. */
  open: () => IOpenFiles;
  /** The full names of what is loaded; null where that is not known. */
  loaded: () => Promise<ReadonlySet<string> | null>;
  /** Whether a file is there. */
  exists: (path: string) => Promise<boolean>;
}

/**
 * Tells the server what this page has open, and what the last session had.
 */
export class CarryModel {
  constructor(
    private _api: Pick<SessionApi, 'decide' | 'keep' | 'kept'>,
    private _context: ICarryContext
  ) {}

  /**
   * Tell what is open here, where that is news or the session is about to end.
   */
  async report(final = false): Promise<void> {
    const request: KeepRequest = {
      ...this._context.open(),
      page: this._context.page,
      final
    };
    const said = JSON.stringify([request.files, request.active]);
    if (said === this._said && !final) {
      return;
    }
    this._said = said;
    try {
      await this._api.keep(request);
    } catch (reason) {
      this._said = '';
      console.warn('What is open was not kept for the next session.', reason);
    }
  }

  /**
   * Return what the last session had and this one lacks; null where there is no more
   * to decide about.
   */
  async missing(): Promise<IMissing | null> {
    const { last } = await this._api.kept();
    if (!last) {
      return null;
    }
    const missing = await this._lacking(last);
    if (missing.modules.length === 0 && missing.files.length === 0) {
      // All of it is here: JupyterLab has brought back its own layout.
      await this.decide();
      return null;
    }
    return missing;
  }

  /**
   * Ask no more: the user has decided.
   */
  async decide(): Promise<void> {
    await this._api.decide();
  }

  private async _lacking(last: LastSession): Promise<IMissing> {
    const { exists, loaded, open } = this._context;
    const here = await loaded();
    const opened = new Set(open().files);
    const closed = last.files.filter(path => !opened.has(path));
    const found = await Promise.all(closed.map(exists));
    return {
      savedAt: new Date(last.saved_at),
      modules: here ? last.modules.filter(name => !here.has(name)) : [],
      files: closed.filter((_, i) => found[i]),
      active: last.active
    };
  }

  private _said = '';
}
