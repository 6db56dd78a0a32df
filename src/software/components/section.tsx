import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A part of the panel with a heading that folds it.
 *
 * It keeps for itself whether it is open, unless it is told.
 */
export function Section(props: {
  id: string;
  title: string;
  count?: number;
  className: string;
  /** What stands beside the heading while the part is not folded. */
  actions?: React.ReactNode;
  open?: boolean;
  onToggle?: (open: boolean) => void;
  children: React.ReactNode;
}): React.JSX.Element {
  const [own, setOwn] = React.useState(true);
  const open = props.open ?? own;
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <section
      className={`jp-SoftwarePanel-section ${props.className}${open ? '' : ' jp-mod-folded'}`}
    >
      <div className="jp-SoftwarePanel-heading">
        <h3 id={props.id}>
          <button
            type="button"
            aria-expanded={open}
            onClick={() => (props.onToggle ?? setOwn)(!open)}
          >
            <Caret.react tag="span" className="jp-SoftwarePanel-caret" />
            {props.title}
          </button>
        </h3>
        {props.count !== undefined && (
          <span className="jp-SoftwarePanel-count" aria-hidden="true">
            {props.count}
          </span>
        )}
        {open && props.actions}
      </div>
      {open && props.children}
    </section>
  );
}
