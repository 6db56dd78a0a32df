import * as React from 'react';

import { rowNamed } from '../rows';

/**
 * Milliseconds after which another letter begins another name.
 */
const TYPING = 700;

/**
 * A list of rows that the keyboard moves through; each row has a `data-index`.
 */
export interface IRows {
  /** The name of each row, for finding it by its first letters. */
  names: ReadonlyArray<string>;
  /** Put the focus on one of a row's controls. */
  focus: (index: number, control: number) => void;
  /** Put the focus where it came from. */
  leave: () => void;
}

/**
 * Return what handles the keys of a list: up and down, Home and End move between
 * rows, left and right between the controls of a row, letters to the next row
 * that is so called, Escape back.
 */
export function useRowKeys(rows: IRows): (event: React.KeyboardEvent) => void {
  const typed = React.useRef({ text: '', until: 0 });
  return event => {
    const target = event.target as HTMLElement;
    const row = target.closest('[data-index]');
    if (!row || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const index = Number(row.getAttribute('data-index'));
    const controls = controlsOf(row);
    const control = Math.max(0, controls.indexOf(target));
    const last = rows.names.length - 1;
    const moves: Record<string, () => void> = {
      ArrowDown: () => rows.focus(Math.min(last, index + 1), control),
      ArrowUp: () => rows.focus(Math.max(0, index - 1), control),
      Home: () => rows.focus(0, control),
      End: () => rows.focus(last, control),
      ArrowRight: () => controls[control + 1]?.focus(),
      ArrowLeft: () => controls[control - 1]?.focus(),
      Escape: () => rows.leave()
    };
    const move = moves[event.key] ?? typeAhead(event.key);
    if (move) {
      event.preventDefault();
      event.stopPropagation();
      move();
    }

    function typeAhead(key: string): (() => void) | undefined {
      if (key.length !== 1 || key === ' ') {
        return undefined;
      }
      const now = Date.now();
      const goesOn = now < typed.current.until;
      const text = goesOn ? typed.current.text + key : key;
      typed.current = { text, until: now + TYPING };
      // the first letter leaves the row, the next ones may stay on it
      const at = rowNamed(rows.names, text, goesOn ? index : index + 1);
      return () => at >= 0 && rows.focus(at, control);
    }
  };
}

/**
 * Return the controls of a row, from left to right.
 */
export function controlsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('button, input')];
}

/**
 * Focus a control of a row, the last where it has fewer; return whether the row is there.
 */
export function focusControl(
  list: Element | null,
  index: number,
  control: number
): boolean {
  const row = list?.querySelector(`[data-index="${index}"]`);
  const controls = row ? controlsOf(row) : [];
  controls[Math.min(control, controls.length - 1)]?.focus();
  return controls.length > 0;
}
