import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A part of a panel with a heading that folds it.
 *
 * It keeps for itself whether it is open, unless it is told.
 */
export function Section(props: {
  id?: string;
  title: string;
  count?: number;
  className?: string;
  /** What stands beside the heading while the part is not folded. */
  actions?: React.ReactNode;
  open?: boolean;
  onToggle?: (open: boolean) => void;
  /** Whether the heading takes the focus. */
  focused?: boolean;
  children: React.ReactNode;
}): React.JSX.Element {
  const [own, setOwn] = React.useState(true);
  const ownId = React.useId();
  const id = props.id ?? ownId;
  const open = props.open ?? own;
  const heading = React.useRef<HTMLButtonElement>(null);
  const stop = React.useRef<() => void>(() => undefined);
  React.useEffect(() => {
    if (props.focused && heading.current) {
      stop.current();
      stop.current = keepInView(heading.current);
    }
  }, [props.focused]);
  React.useEffect(() => () => stop.current(), []);
  const classes = [
    'jp-HPCSection',
    props.className,
    open ? '' : 'jp-mod-folded'
  ];
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <section className={classes.filter(Boolean).join(' ')} aria-labelledby={id}>
      <div className="jp-HPCSection-heading">
        <h3 id={id}>
          <button
            ref={heading}
            type="button"
            aria-expanded={open}
            onClick={() => (props.onToggle ?? setOwn)(!open)}
          >
            <Caret.react tag="span" className="jp-HPCSection-caret" />
            {props.title}
          </button>
        </h3>
        {props.count !== undefined && (
          <span className="jp-HPCSection-count" aria-hidden="true">
            {props.count}
          </span>
        )}
        {open && props.actions}
      </div>
      {open && props.children}
    </section>
  );
}

/**
 * Focus a heading, and keep as much of its part in view as there is room for while parts
 * are still being filled: until the focus leaves it, or somebody scrolls. Returns what ends
 * that.
 */
function keepInView(heading: HTMLElement): () => void {
  const section = heading.closest('section');
  const panel = section?.parentElement;
  heading.focus();
  const observer = new ResizeObserver(() =>
    section?.scrollIntoView({ block: 'nearest' })
  );
  for (const part of panel?.children ?? []) {
    observer.observe(part);
  }
  const end = () => {
    observer.disconnect();
    heading.removeEventListener('blur', end);
    panel?.removeEventListener('wheel', end);
  };
  heading.addEventListener('blur', end);
  panel?.addEventListener('wheel', end, { passive: true });
  return end;
}
