import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A sentence that stays until it is dismissed, with the tool's own words at hand.
 */
export function Notice(props: {
  level: 'info' | 'warning' | 'error';
  children: React.ReactNode;
  /** What to do about it. */
  cure?: string;
  /** The tool's own words, and what to call them. */
  detail?: string;
  detailLabel?: string;
  /** Whether the tool's own words show at once. */
  open?: boolean;
  /** Buttons that belong to it. */
  actions?: React.ReactNode;
  onDismiss?: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { level, children, cure, detail, onDismiss, trans } = props;
  return (
    <div
      className={`jp-HPCNotice jp-mod-${level}`}
      role={level === 'error' ? 'alert' : 'group'}
      aria-label={level === 'error' ? undefined : trans.__('Message')}
    >
      <div className="jp-HPCNotice-body">
        <p className="jp-HPCNotice-text">{children}</p>
        {cure && <p className="jp-HPCNotice-text">{cure}</p>}
        {props.actions && (
          <div className="jp-HPCNotice-actions">{props.actions}</div>
        )}
        {detail && (
          <details className="jp-HPCNotice-details" open={props.open}>
            <summary>{props.detailLabel ?? trans.__('Details')}</summary>
            <pre className="jp-HPCNotice-detail" tabIndex={0}>
              {detail}
            </pre>
          </details>
        )}
      </div>
      {onDismiss && (
        <Button
          className="jp-HPCNotice-dismiss"
          minimal
          small
          aria-label={trans.__('Dismiss this message')}
          title={trans.__('Dismiss this message')}
          onClick={onDismiss}
        >
          <closeIcon.react tag="span" />
        </Button>
      )}
    </div>
  );
}
