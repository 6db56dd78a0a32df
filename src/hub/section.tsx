import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

import { logoutWords } from './stopdialog';
import type { IHubModel } from './tokens';

/**
 * The section about the end: what closing the page, logging out and stopping do.
 */
export function EndSection(props: {
  model: IHubModel;
  stop: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, stop, trans } = props;
  const [logout, setLogout] = React.useState('');
  React.useEffect(() => {
    let isThere = true;
    model.server().then(
      info => isThere && setLogout(logoutWords(info, trans)),
      // Without it, the rest is true as well.
      () => undefined
    );
    return () => {
      isThere = false;
    };
  }, [model, trans]);
  return (
    <div className="jp-EndSection">
      <p>
        {trans.__(
          'Closing the browser leaves the session running, and charged for, until its time is over.'
        )}{' '}
        {logout}
      </p>
      <Button small minimal className="jp-EndSection-action" onClick={stop}>
        {trans.__('Stop My Server…')}
      </Button>
    </div>
  );
}
