import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * Milliseconds after which a change can be cancelled; a double click must not.
 */
export const PATIENCE = 1000;

/**
 * The button that loads or unloads a module, named in full for those who hear it.
 *
 * It stays focusable while it is busy, so that the focus is not lost, and cancels
 * what takes long.
 */
export function ActionButton(props: {
  fullName: string;
  action: 'load' | 'unload';
  busy: boolean;
  onClick: () => void;
  onCancel: () => void;
  tabIndex?: number;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { fullName, action, busy, trans } = props;
  const [long, setLong] = React.useState(false);
  React.useEffect(() => {
    if (!busy) {
      return;
    }
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [busy]);
  const loads = action === 'load';
  let label = loads
    ? trans.__('Load %1', fullName)
    : trans.__('Unload %1', fullName);
  if (long) {
    label = loads
      ? trans.__('Cancel loading %1', fullName)
      : trans.__('Cancel unloading %1', fullName);
  }
  return (
    <Button
      small
      minimal
      className="jp-SoftwarePanel-action"
      tabIndex={props.tabIndex}
      aria-label={label}
      aria-disabled={busy && !long}
      aria-busy={busy}
      onClick={() => {
        if (long) {
          props.onCancel();
        } else if (!busy) {
          props.onClick();
        }
      }}
    >
      {busy && <span className="jp-SoftwarePanel-spinner" aria-hidden="true" />}
      {long
        ? trans.__('Cancel')
        : loads
          ? trans.__('Load')
          : trans.__('Unload')}
    </Button>
  );
}

/**
 * A word about a module in a frame, with what it means.
 */
export function Mark(props: {
  children: string;
  title?: string;
}): React.JSX.Element {
  return (
    <span className="jp-SoftwarePanel-mark" title={props.title}>
      {props.children}
    </span>
  );
}

/**
 * A text in which the searched words are marked; compared as strings, because
 * `c++` is no pattern.
 */
export function Highlight(props: {
  text: string;
  words: string;
}): React.JSX.Element {
  const { text } = props;
  const folded = text.toLowerCase();
  // a letter whose lower case is longer would shift every position behind it
  const words = folded.length === text.length ? props.words : '';
  const marked = new Array<boolean>(text.length).fill(false);
  for (const word of words.toLowerCase().split(/\s+/)) {
    for (let at = word ? folded.indexOf(word) : -1; at >= 0;) {
      marked.fill(true, at, at + word.length);
      at = folded.indexOf(word, at + word.length);
    }
  }
  const parts: React.ReactNode[] = [];
  for (let start = 0; start < text.length;) {
    let end = start;
    while (end < text.length && marked[end] === marked[start]) {
      end++;
    }
    const part = text.slice(start, end);
    parts.push(
      marked[start] ? (
        <mark key={start} className="jp-SoftwarePanel-match">
          {part}
        </mark>
      ) : (
        part
      )
    );
    start = end;
  }
  return <>{parts}</>;
}
