import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * What became of the session, kept in sight of who stays on the page.
 *
 * JupyterLab's notifications load a part of theirs when it is needed, from the server
 * that is gone.
 */
export class LossBanner extends ReactWidget {
  /**
   * `leave` opens the Hub's page; null where there is none.
   */
  constructor(
    private _words: string,
    private _leave: (() => void) | null,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-LossBanner');
  }

  protected override render(): React.JSX.Element {
    return (
      <>
        <p role="status">{this._words}</p>
        {this._leave && (
          <button
            type="button"
            className="jp-mod-styled jp-mod-accept"
            onClick={this._leave}
          >
            {this._trans.__('Open the Hub’s Page')}
          </button>
        )}
      </>
    );
  }
}
