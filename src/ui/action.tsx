import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A button that is named in full for those who hear it, and stays focusable while it
 * is busy, so that the focus is not lost.
 */
export function Action(props: {
  label: string;
  busy?: boolean;
  /** Whether what it opens is open, for buttons that open something below. */
  expanded?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}): React.JSX.Element {
  const { label, busy = false, expanded, onClick } = props;
  return (
    <Button
      small
      minimal
      className="jp-HPCAction"
      aria-label={label}
      title={label}
      aria-disabled={busy}
      aria-busy={busy}
      aria-expanded={expanded}
      onClick={() => {
        if (!busy) {
          onClick();
        }
      }}
    >
      {props.children}
    </Button>
  );
}
