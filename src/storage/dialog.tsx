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
 * What is known of a link before the user is asked.
 */
export interface IKnownLink {
  /** The folder that it goes to, below the home; the usual place if none is given. */
  folder?: string;
  /** A link that is there, by its place below the home, and where it leads. */
  link?: string;
  target?: string;
}

/**
 * Ask the user for a link to make or to mend; null where nothing is to be done.
 */
export async function askForLink(
  known: IKnownLink,
  trans: TranslationBundle
): Promise<LinkRequest | null> {
  const body = new LinkForm(known, trans);
  const answer = await showDialog({
    title: known.link
      ? trans.__('Lead %1 elsewhere', known.link)
      : known.folder
        ? trans.__('Create a link in %1', known.folder)
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
    private _known: IKnownLink,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-StorageForm');
    this._target = _known.target ?? '';
  }

  getValue(): LinkRequest | null {
    const { folder, link } = this._known;
    const target = this._target.trim();
    const name = this._name.trim() || nameOf(target);
    if (!target || !(link || name)) {
      return null;
    }
    if (link) {
      return { name: `~/${link}`, target };
    }
    if (folder === undefined) {
      return { name, target };
    }
    return { name: `~/${folder ? `${folder}/` : ''}${name}`, target };
  }

  protected override render(): React.JSX.Element {
    const trans = this._trans;
    return (
      <>
        <label className="jp-StorageForm-field">
          {trans.__('Directory or file it leads to')}
          <InputGroup
            placeholder={EXAMPLE}
            autoFocus
            defaultValue={this._target}
            spellCheck={false}
            autoComplete="off"
            onChange={event => {
              this._target = event.target.value;
              this.update();
            }}
          />
        </label>
        {!this._known.link && (
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
        )}
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
