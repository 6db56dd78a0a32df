import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';

import type { IEndAction, ISessionGuard } from './tokens';

/**
 * What rooms offer to do before the session ends.
 */
export class EndActions implements ISessionGuard {
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
      actions.map(action => action.isOffered().catch(() => false))
    );
    return actions.filter((_, index) => answers[index]);
  }

  private _actions = new Set<IEndAction>();
}
