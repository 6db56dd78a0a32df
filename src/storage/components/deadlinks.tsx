import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { FolderModel } from '../folder';
import type { IDeadLinkActions } from '../tokens';
import { Action } from '../../ui/action';
import type { ITongue } from '../../ui/size';

/**
 * The links of a folder that lead to nothing: JupyterLab can neither open nor delete them.
 *
 * They fold away in one line: most of them wait for a disk that comes back.
 */
export function DeadLinks(props: {
  model: FolderModel;
  actions: IDeadLinkActions;
  tongue: ITongue;
}): React.JSX.Element {
  return (
    <UseSignal signal={props.model.changed}>
      {() => <Content {...props} />}
    </UseSignal>
  );
}

function Content(props: {
  model: FolderModel;
  actions: IDeadLinkActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { model, actions, tongue } = props;
  const { trans } = tongue;
  const { dead } = model;
  if (dead.length === 0) {
    return <></>;
  }
  return (
    <details className="jp-StorageDeadLinks-details">
      <summary>
        {trans._n(
          '%1 link here leads to nothing',
          '%1 links here lead to nothing',
          dead.length
        )}
      </summary>
      <ul
        role="list"
        className="jp-StorageDeadLinks-list"
        aria-label={trans.__('Links that lead to nothing')}
      >
        {dead.map(link => (
          <li key={link.name} className="jp-StorageDeadLinks-row">
            <span className="jp-StorageSection-path">{link.name}</span>
            {' → '}
            <span className="jp-StorageSection-path">{link.points_to}</span>
            {link.link ? (
              <div className="jp-StorageSection-buttons">
                <Action
                  label={trans.__('Lead %1 elsewhere…', link.name)}
                  onClick={() => actions.mend(link)}
                >
                  {trans.__('Lead elsewhere…')}
                </Action>
                <Action
                  label={trans.__('Unlink %1', link.name)}
                  onClick={() => actions.unlink(link)}
                >
                  {trans.__('Unlink')}
                </Action>
              </div>
            ) : (
              <p className="jp-StorageSection-text">
                {trans.__(
                  'This folder is not in your home: remove the link in a terminal.'
                )}
              </p>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
