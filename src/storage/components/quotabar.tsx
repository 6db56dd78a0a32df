import * as React from 'react';

import type { Amount, Quota } from '../../rest/payloads';
import {
  formatAmount,
  levelOf,
  limitOf,
  percentOf,
  quotaWarning,
  sayMessage,
  sayScope,
  siteText
} from '../words';
import type { ITongue } from '../../ui/size';

/**
 * How full a file system is, in bytes and in files.
 */
export function QuotaBars(props: {
  quota: Quota;
  tongue: ITongue;
}): React.JSX.Element {
  const { quota, tongue } = props;
  const { trans } = tongue;
  const title = siteText(quota.title, quota.title_fr, tongue);
  const warning = quotaWarning(quota, tongue);
  const said = sayMessage(quota.message, trans);
  return (
    <div className="jp-StorageQuota">
      {quota.bytes && (
        <Bar
          amount={quota.bytes}
          unit="bytes"
          label={trans.__('Space used of %1', title)}
          tongue={tongue}
        />
      )}
      {quota.files && (
        <Bar
          amount={quota.files}
          unit="files"
          label={trans.__('Files used of %1', title)}
          tongue={tongue}
        />
      )}
      {(quota.bytes || quota.files) && (
        <p className="jp-StorageQuota-scope">
          {sayScope(quota, trans)}
          {quota.grace && ` · ${trans.__('time left: %1', quota.grace)}`}
        </p>
      )}
      {warning && <p className="jp-StorageQuota-warning">{warning}</p>}
      {said && <p className="jp-StorageQuota-scope">{said}</p>}
      {quota.message.detail && (
        <details className="jp-StorageQuota-details">
          <summary>{trans.__('What the quota tool said')}</summary>
          <pre tabIndex={0}>{quota.message.detail}</pre>
        </details>
      )}
    </div>
  );
}

function Bar(props: {
  amount: Amount;
  unit: 'bytes' | 'files';
  label: string;
  tongue: ITongue;
}): React.JSX.Element {
  const { amount, unit, label, tongue } = props;
  const text = formatAmount(amount, unit, tongue);
  const percent = percentOf(amount);
  return (
    <div className={`jp-StorageQuota-row jp-mod-${levelOf(amount)}`}>
      <span className="jp-StorageQuota-text">{text}</span>
      {limitOf(amount) > 0 && (
        <div
          className="jp-StorageQuota-bar"
          role="progressbar"
          aria-label={label}
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
      )}
    </div>
  );
}
