import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { InputGroup, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { LinkRequest } from '../rest/payloads';

/**
 * What a path can look like; the same in every language.
 */
const EXAMPLE = '$SCRATCH/data';

/**
 * Ask the user for a link to make; null where nothing is to be made.
 *
 * `folder` is where it goes, below the home; empty for the usual place.
 */
export async function askForLink(
  folder: string,
  trans: TranslationBundle
): Promise<LinkRequest | null> {
  const body = new LinkForm(folder, trans);
  const answer = await showDialog({
    title: folder
      ? trans.__('Create a link in %1', folder)
      : trans.__('Link a directory'),
    body,
    focusNodeSelector: 'input',
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Link') })
    ]
  });
  return answer.button.accept ? answer.value : null;
}

/**
 * The form: where the link leads, and what it is called.
 */
class LinkForm
  extends ReactWidget
  implements Dialog.IBodyWidget<LinkRequest | null>
{
  constructor(
    private _folder: string,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-StorageForm');
  }

  getValue(): LinkRequest | null {
    const target = this._target.trim();
    const name = this._name.trim() || nameOf(target);
    if (!target || !name) {
      return null;
    }
    return { name: this._folder ? `${this._folder}/${name}` : name, target };
  }

  protected override render(): React.JSX.Element {
    const trans = this._trans;
    return (
      <>
        <label className="jp-StorageForm-field">
          {trans.__('Directory or file it leads to')}
          <InputGroup
            placeholder={EXAMPLE}
            defaultValue=""
            spellCheck={false}
            autoComplete="off"
            onChange={event => {
              this._target = event.target.value;
              this.update();
            }}
          />
        </label>
        <label className="jp-StorageForm-field">
          {trans.__('Name of the link')}
          <InputGroup
            placeholder={nameOf(this._target.trim())}
            defaultValue=""
            spellCheck={false}
            autoComplete="off"
            onChange={event => {
              this._name = event.target.value;
            }}
          />
        </label>
        <p className="jp-StorageForm-help">
          {trans.__(
            'An absolute path; it may begin with ~ or with a variable such as $SCRATCH, which is looked up again in each session.'
          )}
        </p>
      </>
    );
  }

  private _target = '';
  private _name = '';
}

/**
 * Return the name that a link to a path has when none is given.
 */
export function nameOf(target: string): string {
  const name = PathExt.basename(target.replace(/\/+$/, ''));
  const variable = /^\$\{?(\w+)\}?$/.exec(name);
  return variable ? variable[1].toLowerCase() : name.replace(/^[.~-]+/, '');
}
