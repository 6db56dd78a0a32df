import type { IDisposable } from '@lumino/disposable';

/** Milliseconds for other tabs to say that they are there. */
const ROLL_CALL = 500;

/**
 * What this needs of a browser's `BroadcastChannel`.
 */
export interface IChannel {
  postMessage(message: IMessage): void;
  onmessage: ((event: MessageEvent<IMessage>) => void) | null;
  close(): void;
}

/**
 * What tabs say to each other: a question of one, and answers with what is unsaved.
 */
export interface IMessage {
  kind: 'who' | 'here' | 'save' | 'saved';
  /** The question's name, which its answers bear too. */
  question: string;
  /** The name of the tab that speaks. */
  tab: string;
  /** The paths of what is not saved there. */
  paths: string[];
}

/**
 * What a tab can tell and do about its documents.
 */
export interface IDocuments {
  unsaved: () => string[];
  /** Save; the answer is what is still not saved. */
  save: () => Promise<string[]>;
}

/**
 * The other tabs of this server in the same browser, and what is not saved in them.
 */
export class OtherTabs implements IDisposable {
  /**
   * `channel` is null in a browser that has none; `id` makes names.
   */
  constructor(
    private _channel: IChannel | null,
    private _documents: IDocuments,
    private _id: () => string
  ) {
    this._tab = _id();
    if (_channel) {
      _channel.onmessage = event => void this._hear(event.data);
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._channel?.close();
  }

  /**
   * Return the paths that are not saved in other tabs.
   */
  async unsaved(patience = ROLL_CALL): Promise<string[]> {
    return this._ask('who', 'here', patience, () => false);
  }

  /**
   * Let the other tabs save; return what is still not saved, or not known to be.
   */
  async save(patience: number): Promise<string[]> {
    const waiting = new Map<string, string[]>();
    await this._ask('who', 'here', ROLL_CALL, said => {
      if (said.paths.length > 0) {
        waiting.set(said.tab, said.paths);
      }
      return false;
    });
    if (waiting.size === 0) {
      return [];
    }
    const left = await this._ask('save', 'saved', patience, said => {
      waiting.delete(said.tab);
      return waiting.size === 0;
    });
    return [...new Set([...left, ...[...waiting.values()].flat()])];
  }

  /**
   * Ask all tabs and take their answers until that is enough or time is over.
   */
  private async _ask(
    kind: IMessage['kind'],
    answer: IMessage['kind'],
    patience: number,
    isEnough: (said: IMessage) => boolean
  ): Promise<string[]> {
    if (!this._channel) {
      return [];
    }
    const question = this._id();
    const paths = new Set<string>();
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, patience);
      this._listeners.set(question, said => {
        if (said.kind === answer) {
          said.paths.forEach(path => paths.add(path));
          if (isEnough(said)) {
            clearTimeout(timer);
            resolve();
          }
        }
      });
      this._say(kind, question, []);
    });
    this._listeners.delete(question);
    return [...paths];
  }

  private async _hear(said: IMessage): Promise<void> {
    this._listeners.get(said.question)?.(said);
    if (said.kind === 'who') {
      this._say('here', said.question, this._documents.unsaved());
    } else if (said.kind === 'save') {
      this._say('saved', said.question, await this._documents.save());
    }
  }

  private _say(
    kind: IMessage['kind'],
    question: string,
    paths: string[]
  ): void {
    if (!this._isDisposed) {
      this._channel?.postMessage({ kind, question, tab: this._tab, paths });
    }
  }

  private _isDisposed = false;
  private _listeners = new Map<string, (said: IMessage) => void>();
  private _tab: string;
}
