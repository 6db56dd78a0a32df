import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/**
 * Where a notebook keeps what is ours.
 */
const KEY = 'jupyterlab_hpc';

/**
 * The form of what is kept. Notebooks that were saved before there was a number have none.
 */
const FORMAT = 1;

/**
 * What a notebook's model has of metadata; JupyterLab's NotebookModel.
 */
export interface INotebookModel {
  getMetadata(key: string): unknown;
  setMetadata(key: string, value: ReadonlyPartialJSONValue): void;
  deleteMetadata(key: string): void;
}

/**
 * What of a notebook's context is needed here.
 */
export type NotebookContext = Pick<
  DocumentRegistry.IContext<DocumentRegistry.IModel & INotebookModel>,
  'disposed' | 'model' | 'saveState'
>;

/**
 * Return the modules that a notebook remembers, in load order; null where it does not.
 */
export function readModules(model: INotebookModel): string[] | null {
  const { modules } = ours(model);
  return isOurForm(model) && Array.isArray(modules)
    ? modules.filter((name): name is string => typeof name === 'string')
    : null;
}

/**
 * Have a notebook remember modules, or with null forget them. What else it has is left,
 * and all that a newer version of this extension wrote in a form of its own.
 */
export function writeModules(
  model: INotebookModel,
  modules: ReadonlyArray<string> | null
): void {
  if (!isOurForm(model)) {
    return;
  }
  const { modules: before, ...others } = ours(model);
  delete others.format;
  if (modules) {
    if (JSON.stringify(before) !== JSON.stringify(modules)) {
      model.setMetadata(KEY, {
        ...others,
        format: FORMAT,
        modules: [...modules]
      });
    }
  } else if (Object.keys(others).length > 0) {
    model.setMetadata(KEY, others);
  } else if (before !== undefined) {
    model.deleteMetadata(KEY);
  }
}

/**
 * Keeps what notebooks remember in step with what is loaded: no DOM, no dialogs.
 *
 * A notebook follows the session from when all that it remembers was loaded, or the user
 * said that what is loaded is its own. Before, a save must not make it forget.
 */
export class NotebookMemory {
  /**
   * `loaded` returns the modules that a notebook has: its kernel's own or the session's;
   * null where that is not known.
   */
  constructor(
    private _loaded: (context: NotebookContext) => ReadonlyArray<string> | null
  ) {}

  /**
   * A signal emitted when a notebook begins or ceases to remember.
   */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /**
   * Take care of a notebook until it is closed.
   */
  follow(context: NotebookContext): void {
    const save = (_: unknown, state: string) => {
      if (state === 'started') {
        this._update(context);
      }
    };
    context.saveState.connect(save);
    context.disposed.connect(() => this._following.delete(context));
  }

  /**
   * Take note that what is loaded may have changed.
   */
  look(context: NotebookContext): void {
    const modules = readModules(context.model);
    const loaded = this._loaded(context);
    if (modules && loaded && modules.every(name => loaded.includes(name))) {
      this._following.add(context);
    }
  }

  /**
   * Have a notebook remember what is loaded now; returns whether that is known, and the
   * notebook of a form that can be changed.
   */
  remember(context: NotebookContext): boolean {
    const loaded = this._loaded(context);
    const can = loaded !== null && isOurForm(context.model);
    if (can) {
      this._following.add(context);
      writeModules(context.model, loaded);
      this._changed.emit();
    }
    return can;
  }

  /**
   * Have a notebook forget its modules.
   */
  forget(context: NotebookContext): void {
    this._following.delete(context);
    writeModules(context.model, null);
    this._changed.emit();
  }

  private _update(context: NotebookContext): void {
    const loaded = this._loaded(context);
    if (
      loaded &&
      this._following.has(context) &&
      readModules(context.model) !== null
    ) {
      writeModules(context.model, loaded);
    }
  }

  private _following = new Set<NotebookContext>();
  private _changed = new Signal<this, void>(this);
}

function isOurForm(model: INotebookModel): boolean {
  const { format = FORMAT } = ours(model);
  return format === FORMAT;
}

function ours(model: INotebookModel): Record<string, ReadonlyPartialJSONValue> {
  const found = model.getMetadata(KEY);
  return typeof found === 'object' && found !== null && !Array.isArray(found)
    ? (found as Record<string, ReadonlyPartialJSONValue>)
    : {};
}
