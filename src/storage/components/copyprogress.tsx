import * as React from 'react';

import type { Copy } from '../../rest/payloads';
import { Notice } from '../../ui/notice';
import type { IStorageActions, IStorageModel } from '../tokens';
import { percentOf, sayCopy } from '../words';
import { Action } from '../../ui/action';
import type { ITongue } from '../../ui/size';

/**
 * How the copy of the job's directory goes, and what came of it.
 */
export function CopyProgress(props: {
  copy: Copy;
  model: IStorageModel;
  actions: IStorageActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { copy, model, actions, tongue } = props;
  const { trans } = tongue;
  const { browse } = copy;
  const text = sayCopy(copy, tongue);
  const percent = percentOf({
    used: copy.bytes,
    soft: 0,
    limit: copy.total_bytes
  });
  return (
    <div className="jp-StorageCopy">
      {copy.state === 'failed' ? (
        <Notice level="error" detail={copy.message.detail} trans={trans}>
          {text}
        </Notice>
      ) : (
        // Not at each step: who listens would hear nothing else.
        <p role="status">{copy.state !== 'running' && text}</p>
      )}
      {copy.state === 'running' && (
        <>
          <p>{text}</p>
          <div
            className="jp-StorageQuota-bar"
            role="progressbar"
            aria-label={trans.__('Copied')}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent}
            aria-valuetext={text}
          >
            <div
              className="jp-StorageQuota-used"
              style={{ width: `${percent}%` }}
            />
          </div>
          <p className="jp-StorageSection-text">{copy.current}</p>
        </>
      )}
      {copy.skipped.length > 0 && (
        <details className="jp-StorageCopy-skipped">
          <summary>{trans.__('What was not copied')}</summary>
          <ul>
            {copy.skipped.map(skipped => (
              <li key={skipped.path}>
                {skipped.path}: {skipped.why}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="jp-StorageSection-buttons">
        {copy.state === 'running' && (
          <Action
            label={trans.__('Stop copying')}
            onClick={() => void model.cancelCopy()}
          >
            {trans.__('Stop copying')}
          </Action>
        )}
        {copy.state !== 'running' && copy.resumable && (
          <Action
            label={trans.__('Go on copying')}
            onClick={() => void model.startCopy({ resume: true })}
          >
            {trans.__('Go on copying')}
          </Action>
        )}
        {copy.state !== 'running' && browse !== null && (
          <Action
            label={trans.__('Open the copy')}
            onClick={() => actions.open(browse)}
          >
            {trans.__('Open the copy')}
          </Action>
        )}
      </div>
    </div>
  );
}
