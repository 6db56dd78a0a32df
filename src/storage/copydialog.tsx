import { Dialog, showDialog } from '@jupyterlab/apputils';
import { HTMLSelect, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { CopyRequest, Left } from '../rest/payloads';
import { Notice } from '../ui/notice';
import { detailOf, sayError } from '../ui/sentences';
import { sayMessage, siteText } from './words';
import { formatSize, type ITongue } from '../ui/size';

/**
 * Ask the user what to copy from the job's directory and where to; null for nothing.
 */
export async function askForCopy(
  left: Promise<Left>,
  tongue: ITongue
): Promise<CopyRequest | null> {
  const { trans } = tongue;
  const body = new CopyForm(left, tongue);
  const answer = await showDialog({
    title: trans.__('Copy before the session ends'),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Copy') })
    ]
  });
  return answer.button.accept ? answer.value : null;
}

/**
 * The form: what, and where to.
 */
class CopyForm
  extends ReactWidget
  implements Dialog.IBodyWidget<CopyRequest | null>
{
  constructor(
    left: Promise<Left>,
    private _tongue: ITongue
  ) {
    super();
    this.addClass('jp-StorageCopyForm');
    void left
      .then(told => {
        this._left = told;
        this._changed = told.changed_files > 0;
        this._to = firstPlace(told, this._needed(told))?.name ?? '';
      })
      .catch(reason => {
        this._error = reason as Error;
      })
      .then(() => this.update());
  }

  getValue(): CopyRequest | null {
    if (this._left?.state !== 'found' || !this._to) {
      return null;
    }
    return {
      to: this._to,
      changed: this._changed,
      leave_out: [...this._leftOut]
    };
  }

  protected override render(): React.JSX.Element {
    const { trans } = this._tongue;
    const left = this._left;
    return (
      <div aria-busy={!left && !this._error}>
        <div role="status">
          {!left && !this._error && (
            <p>{trans.__('Looking at what is there…')}</p>
          )}
          {left && this._state(left)}
        </div>
        {this._error && (
          <Notice level="error" detail={detailOf(this._error)} trans={trans}>
            {sayError(this._error, trans)}
          </Notice>
        )}
        {left?.state === 'found' && (
          <>
            {this._what(left)}
            {this._items(left)}
            {this._where(left)}
          </>
        )}
      </div>
    );
  }

  private _state(left: Left): React.JSX.Element {
    const { trans } = this._tongue;
    switch (left.state) {
      case 'none':
        return <p>{trans.__('This session has no directory of its own.')}</p>;
      case 'empty':
        return <p>{trans.__('%1 is empty.', left.path)}</p>;
      case 'unavailable':
        return <p>{sayMessage(left.message, trans)}</p>;
      case 'found':
        return <p>{trans.__('%1 is deleted when the job ends.', left.path)}</p>;
    }
  }

  private _what(left: Left): React.JSX.Element {
    const { trans } = this._tongue;
    const choices = [
      {
        changed: true,
        label: trans.__('Only what was written in this session'),
        size: left.changed_bytes,
        files: left.changed_files
      },
      {
        changed: false,
        label: trans.__('Everything'),
        size: left.bytes,
        files: left.files
      }
    ];
    return (
      <fieldset className="jp-StorageCopyForm-group">
        <legend>{trans.__('What')}</legend>
        {choices.map(choice => (
          <label key={choice.label} className="jp-StorageCopyForm-choice">
            <input
              type="radio"
              name="jp-StorageCopyForm-changed"
              checked={this._changed === choice.changed}
              onChange={() => {
                this._changed = choice.changed;
                this.update();
              }}
            />
            <span>
              {choice.label}
              {' · '}
              {trans._n(
                '%2 in %1 file',
                '%2 in %1 files',
                choice.files,
                formatSize(choice.size, this._tongue)
              )}
            </span>
          </label>
        ))}
        {left.partial && (
          <p className="jp-StorageForm-help">
            {trans.__('Not all was added up in the time there is.')}
          </p>
        )}
      </fieldset>
    );
  }

  private _items(left: Left): React.JSX.Element {
    const { trans } = this._tongue;
    return (
      <fieldset className="jp-StorageCopyForm-group">
        <legend>{trans.__('Of these')}</legend>
        <div className="jp-StorageCopyForm-items">
          {left.items.map(item => {
            const size = this._changed ? item.changed_bytes : item.bytes;
            const none = this._changed && item.changed_files === 0;
            return (
              <label key={item.name} className="jp-StorageCopyForm-choice">
                <input
                  type="checkbox"
                  checked={!none && !this._leftOut.has(item.name)}
                  disabled={none}
                  onChange={event => {
                    if (event.target.checked) {
                      this._leftOut.delete(item.name);
                    } else {
                      this._leftOut.add(item.name);
                    }
                    this.update();
                  }}
                />
                <span className="jp-StorageSection-path">
                  {item.folder ? `${item.name}/` : item.name}
                </span>
                <span className="jp-StorageCopyForm-size">
                  {none
                    ? trans.__('not written in this session')
                    : formatSize(size, this._tongue)}
                </span>
              </label>
            );
          })}
        </div>
        {left.more > 0 && (
          <p className="jp-StorageForm-help">
            {trans._n(
              '%1 smaller file or folder is copied, too.',
              '%1 smaller files or folders are copied, too.',
              left.more
            )}
          </p>
        )}
      </fieldset>
    );
  }

  private _where(left: Left): React.JSX.Element {
    const { trans } = this._tongue;
    const place = left.places.find(one => one.name === this._to);
    const purge = place && siteText(place.purge, place.purge_fr, this._tongue);
    const needed = this._needed(left);
    const isTight =
      place && place.free !== null && !left.partial && needed > place.free;
    return (
      <div className="jp-StorageCopyForm-group">
        <label className="jp-StorageForm-field">
          {trans.__('Copy to')}
          <HTMLSelect
            value={this._to}
            onChange={event => {
              this._to = event.target.value;
              this.update();
            }}
          >
            {left.places.map(one => {
              const title = siteText(one.title, one.title_fr, this._tongue);
              return (
                <option key={one.name} value={one.name}>
                  {one.free === null
                    ? title
                    : trans.__(
                        '%1: %2 free',
                        title,
                        formatSize(one.free, this._tongue)
                      )}
                </option>
              );
            })}
          </HTMLSelect>
        </label>
        {place && (
          <p className="jp-StorageForm-help jp-StorageSection-path">
            {place.path}
          </p>
        )}
        {purge && <p className="jp-StorageForm-help">{purge}</p>}
        <div role="status">
          {isTight && (
            <p className="jp-StorageQuota-warning">
              {trans.__(
                'That does not fit: %1 are to be copied.',
                formatSize(needed, this._tongue)
              )}
            </p>
          )}
        </div>
        <p className="jp-StorageForm-help">
          {trans.__(
            'All goes into a new folder there; nothing is overwritten. You can go on working meanwhile.'
          )}
        </p>
      </div>
    );
  }

  /**
   * Return how many bytes are to be copied.
   */
  private _needed(left: Left): number {
    const all = this._changed ? left.changed_bytes : left.bytes;
    const out = left.items
      .filter(item => this._leftOut.has(item.name))
      .map(item => (this._changed ? item.changed_bytes : item.bytes));
    return out.reduce((sum, bytes) => sum - bytes, all);
  }

  private _left: Left | null = null;
  private _error: Error | null = null;
  private _changed = true;
  private _to = '';
  private _leftOut = new Set<string>();
}

/**
 * Return the place to begin with: the first with room, in the server's order.
 */
export function firstPlace(
  left: Left,
  needed: number
): Left['places'][number] | undefined {
  return (
    left.places.find(place => place.free === null || place.free >= needed) ??
    left.places[0]
  );
}
