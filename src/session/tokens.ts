import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type * as React from 'react';

/**
 * A part of the Session panel.
 */
export interface ISessionSection {
  /**
   * A name for programs, such as `storage`.
   */
  id: string;

  /**
   * The heading.
   */
  title: string;

  /**
   * Where it stands: the lowest rank comes first.
   */
  rank: number;

  /**
   * Return what is below the heading; called again whenever `update` is.
   */
  render: () => React.JSX.Element;

  /**
   * Called each time the panel comes into view: the time to ask the server.
   */
  onShow?: () => void;
}

/**
 * The Session panel, to which rooms add their sections.
 */
export interface ISessionPanel {
  /**
   * Add a section; disposing of the answer removes it.
   */
  addSection(section: ISessionSection): IDisposable;

  /**
   * Bring the panel to the front, with a section unfolded and focused if one is named.
   */
  reveal(id?: string): void;

  /**
   * Whether the user sees the panel.
   */
  readonly isVisible: boolean;
}

/**
 * The session panel token.
 */
export const ISessionPanel = new Token<ISessionPanel>(
  'jupyterlab_hpc:ISessionPanel',
  'The Session panel, to which sections can be added.'
);

/**
 * The commands of the session room.
 */
export namespace CommandIDs {
  export const show = 'session:show';
}
