import { PathExt } from '@jupyterlab/coreutils';
import * as React from 'react';

import type { Usage } from '../../rest/payloads';
import { Notice } from '../../ui/notice';
import type { IStorageActions, IStorageModel } from '../tokens';
import { sayMessage } from '../words';
import { Action } from '../../ui/action';
import { formatSize, type ITongue } from '../../ui/size';

/**
 * What is big in the home, when the user asks for it.
 */
export function BigInHome(props: {
  model: IStorageModel;
  actions: IStorageActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { model, actions, tongue } = props;
  const { trans, language } = tongue;
  const { usage } = model;
  const way = model.storage?.browse ?? null;
  const running = usage?.state === 'running';
  const told = usage?.state === 'done' || usage?.state === 'partial';
  return (
    <div className="jp-StorageUsage">
      {running ? (
        <Action
          label={trans.__('Stop adding up')}
          onClick={() => void model.cancelAddUp()}
        >
          {trans.__('Stop adding up')}
        </Action>
      ) : (
        <Action
          label={trans.__('What is big in my home?')}
          onClick={() => void model.addUp()}
        >
          {trans.__('What is big in my home?')}
        </Action>
      )}
      <p className="jp-StorageUsage-status" role="status">
        {usage && sayUsage(usage, tongue)}
      </p>
      {usage?.state === 'failed' && (
        <Notice level="warning" detail={usage.message.detail} trans={trans}>
          {sayMessage(usage.message, trans)}
        </Notice>
      )}
      {told && (
        <table className="jp-StorageUsage-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Path')}</th>
              <th scope="col">{trans.__('Size')}</th>
              <th scope="col">{trans.__('Files')}</th>
            </tr>
          </thead>
          <tbody>
            {usage.items.map(item => {
              const inner = item.path.includes('/');
              const hidden = item.path
                .split('/')
                .some(part => part.startsWith('.'));
              return (
                <tr key={item.path} className={inner ? 'jp-mod-inner' : ''}>
                  <th scope="row">
                    {item.folder && !hidden && way !== null ? (
                      <button
                        type="button"
                        className="jp-StorageUsage-name"
                        title={trans.__('Open %1', item.path)}
                        onClick={() =>
                          actions.open(PathExt.join(way, item.path))
                        }
                      >
                        {item.path}
                      </button>
                    ) : (
                      item.path
                    )}
                  </th>
                  <td>{formatSize(item.bytes, tongue)}</td>
                  <td>{item.files.toLocaleString(language)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </div>
  );
}

function sayUsage(usage: Usage, tongue: ITongue): string {
  const { trans, language } = tongue;
  const size = formatSize(usage.bytes, tongue);
  const files = usage.files.toLocaleString(language);
  switch (usage.state) {
    case 'running':
      return trans.__('Adding up your home…');
    case 'done':
      return trans.__('%1 in %2 files.', size, files);
    case 'partial':
      return trans.__(
        'Not all was counted in the time there is: %1 in %2 files so far.',
        size,
        files
      );
    case 'cancelled':
      return trans.__('Stopped.');
    default:
      return '';
  }
}
