import { VDomModel } from '@jupyterlab/ui-components';

/**
 * A model that asks the server, and keeps why that failed.
 */
export class AskingModel extends VDomModel {
  /**
   * The last failure, or null when the last request went well.
   */
  get error(): Error | null {
    return this._error;
  }

  /**
   * Wait for an answer; a failure stays until a request of its kind goes well.
   */
  protected async _ask<T>(
    kind: 'read' | 'change',
    answer: Promise<T>,
    take: (told: T) => void
  ): Promise<void> {
    try {
      const told = await answer;
      if (this.isDisposed) {
        return;
      }
      if (this._errorKind === kind) {
        this._error = null;
      }
      take(told);
    } catch (reason) {
      if (this.isDisposed) {
        return;
      }
      this._error = reason as Error;
      this._errorKind = kind;
    }
    this.stateChanged.emit();
  }

  protected _error: Error | null = null;
  protected _errorKind: 'read' | 'change' = 'read';
}
