import type { TranslationBundle } from '@jupyterlab/translation';
import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * The button that loads or unloads a module, named in full for those who hear it.
 *
 * It stays focusable while it is busy, so that the focus is not lost.
 */
export function ActionButton(props: {
  fullName: string;
  action: 'load' | 'unload';
  busy: boolean;
  onClick: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { fullName, action, busy, onClick, trans } = props;
  const loads = action === 'load';
  return (
    <Button
      small
      minimal
      className="jp-SoftwarePanel-action"
      aria-label={
        loads ? trans.__('Load %1', fullName) : trans.__('Unload %1', fullName)
      }
      aria-disabled={busy}
      aria-busy={busy}
      onClick={() => {
        if (!busy) {
          onClick();
        }
      }}
    >
      {busy ? (
        <span className="jp-SoftwarePanel-spinner" aria-hidden="true" />
      ) : null}
      {loads ? trans.__('Load') : trans.__('Unload')}
    </Button>
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
