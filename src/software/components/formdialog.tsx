import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { FormDialog } from '../../ui/formdialog';
import { sayError } from '../../ui/sentences';

/**
 * Ask for a name until `submit` takes it; what it throws is told at the field.
 *
 * Resolves when the name was taken or the user gave up.
 */
export async function askName(options: {
  title: string;
  label: string;
  accept: string;
  value: string;
  /** What is wrong with the value from the beginning. */
  error?: Error;
  /** Names to choose from. */
  known: ReadonlyArray<string>;
  /** What to know of some names, or empty. */
  remark?: (name: string) => string;
  submit: (name: string) => Promise<void>;
  trans: TranslationBundle;
}): Promise<void> {
  const { title, accept, submit, trans } = options;
  const body = new NameField(options, () => dialog.resolve());
  const dialog = new FormDialog(
    {
      title,
      body,
      focusNodeSelector: 'input',
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: accept })
      ]
    },
    async () => {
      if (!body.value.trim()) {
        body.error = trans.__('Give a name.');
        return false;
      }
      try {
        await submit(body.value.trim());
        return true;
      } catch (reason) {
        body.error = sayError(reason as Error, trans);
        return false;
      }
    }
  );
  await dialog.launch();
}

/**
 * A field for a name, with what is wrong with it below.
 */
class NameField extends ReactWidget {
  constructor(
    private _options: {
      label: string;
      value: string;
      error?: Error;
      known: ReadonlyArray<string>;
      remark?: (name: string) => string;
      trans: TranslationBundle;
    },
    private _onSubmit: () => void
  ) {
    super();
    this.value = _options.value;
    this._error = _options.error
      ? sayError(_options.error, _options.trans)
      : '';
  }

  value: string;

  set error(sentence: string) {
    this._error = sentence;
    this.update();
    this.node.querySelector('input')?.focus();
  }

  protected override render(): React.JSX.Element {
    const { label, known, remark } = this._options;
    const id = this.id || 'jp-SoftwareName';
    const said = remark?.(this.value.trim()) ?? '';
    return (
      <form
        className="jp-SoftwareForm"
        onSubmit={event => {
          event.preventDefault();
          this._onSubmit();
        }}
      >
        <label htmlFor={`${id}-field`}>{label}</label>
        <input
          id={`${id}-field`}
          className="jp-SoftwareForm-field"
          type="text"
          autoFocus
          value={this.value}
          list={`${id}-known`}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={this._error !== ''}
          aria-describedby={`${id}-error ${id}-remark`}
          onChange={event => {
            this.value = event.target.value;
            this._error = '';
            this.update();
          }}
        />
        <datalist id={`${id}-known`}>
          {known.map(name => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <p id={`${id}-error`} className="jp-SoftwareForm-error" role="alert">
          {this._error}
        </p>
        <p id={`${id}-remark`} role="status">
          {said}
        </p>
      </form>
    );
  }

  private _error: string;
}
