import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import type { IEndAction, ISessionGuard } from './tokens';

/**
 * Milliseconds that rooms have to tell whether there is anything to do: a warning that
 * comes late is worse than one without a button.
 */
const PATIENCE = 3000;

/**
 * What rooms offer to do before the session ends.
 */
export class EndActions implements ISessionGuard {
  constructor(private _patience = PATIENCE) {}

  addAction(action: IEndAction): IDisposable {
    this._actions.add(action);
    return new DisposableDelegate(() => {
      this._actions.delete(action);
    });
  }

  /**
   * Return the actions that there is something to do for, in their order.
   */
  async offered(): Promise<ReadonlyArray<IEndAction>> {
    const actions = [...this._actions];
    const answers = await Promise.all(
      actions.map(action =>
        Promise.race([
          action.isOffered().catch(() => false),
          new Promise<boolean>(resolve => {
            setTimeout(() => resolve(false), this._patience);
          })
        ])
      )
    );
    return actions.filter((_, index) => answers[index]);
  }

  private _actions = new Set<IEndAction>();
}
