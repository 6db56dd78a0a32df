import { Dialog } from '@jupyterlab/apputils';

/**
 * A dialog in whose body Enter means what it means to the field or button there,
 * and which closes only when what it is for was done.
 *
 * Its first field has `autoFocus` beside the dialog's `focusNodeSelector`: JupyterLab 4.2 at
 * times waits for ever until the field is there.
 */
export class FormDialog extends Dialog<unknown> {
  /**
   * `submit` tells whether to close; without it the dialog closes at once.
   */
  constructor(
    options: Partial<Dialog.IOptions<unknown>>,
    private _submit: () => Promise<boolean> = () => Promise.resolve(true)
  ) {
    super(options);
    this._accepts = (options.buttons ?? []).map(button => button.accept);
  }

  override handleEvent(event: Event): void {
    if (
      event instanceof KeyboardEvent &&
      event.key === 'Enter' &&
      event.target instanceof Element &&
      event.target.closest('.jp-Dialog-body')
    ) {
      return;
    }
    super.handleEvent(event);
  }

  override resolve(index = this._accepts.length - 1): void {
    if (this._accepts[index]) {
      void this._submitThenClose(index);
    } else {
      super.resolve(index);
    }
  }

  private async _submitThenClose(index: number): Promise<void> {
    if (this._submitting) {
      return;
    }
    this._submitting = true;
    try {
      if ((await this._submit()) && !this.isDisposed) {
        super.resolve(index);
      }
    } finally {
      this._submitting = false;
    }
  }

  private _accepts: boolean[];
  private _submitting = false;
}
