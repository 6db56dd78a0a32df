import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ISessionModel } from './tokens';
import { timeLeft } from './words';

/** Seconds before the end from which on the item stands out. */
const SOON = 600;

/**
 * The time left, in the status bar; a click shows the session.
 */
export class TimeLeftItem extends ReactWidget {
  constructor(
    private _model: ISessionModel,
    private _open: () => void,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-TimeLeft');
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => {
          const left = this._model.secondsLeft;
          if (left === null) {
            return null;
          }
          const soon = left <= SOON ? ' jp-mod-soon' : '';
          return (
            <button
              type="button"
              className={`jp-TimeLeft-button${soon}`}
              title={this._trans.__('Show the session and what it uses')}
              onClick={this._open}
            >
              {timeLeft(left, this._trans)}
            </button>
          );
        }}
      </UseSignal>
    );
  }
}
