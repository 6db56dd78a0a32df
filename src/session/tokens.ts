import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type * as React from 'react';

import type { SessionInfo } from '../rest/payloads';

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
 * The session: its job, its time and what it uses.
 */
export interface ISample {
  /** Milliseconds since the epoch, by this page's clock. */
  at: number;
  /** Cores busy on the average since the answer before; null where that is not known. */
  cores: number | null;
  /** Bytes. */
  memory: number;
}

export interface ISessionModel extends IDisposable {
  /**
   * What the server told last, or null before it was asked.
   */
  readonly info: SessionInfo | null;

  /**
   * The last failure to ask, or null when the last answer came.
   */
  readonly error: Error | null;

  /**
   * The seconds until the session ends, counted here; null where there is no end.
   */
  readonly secondsLeft: number | null;

  /**
   * The moment at which it ends, by this page's clock; null where there is no end.
   */
  readonly endsAt: Date | null;

  /**
   * What was used at each answer, the oldest first; as many as a small graph can show.
   */
  readonly samples: ReadonlyArray<ISample>;

  /**
   * A signal emitted when any of the above changes: for the time left, each time
   * its words change.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * A signal emitted when as many seconds are left as the site wants warned of, or
   * fewer: the page may have slept. Not emitted twice for one of them.
   */
  readonly warned: ISignal<this, number>;

  /**
   * A signal emitted once, when it is time to save what is open.
   */
  readonly ending: ISignal<this, void>;

  /**
   * Ask the server.
   */
  refresh(): Promise<void>;

  /**
   * Ask for more time with the site's command; return its words.
   */
  extend(): Promise<string>;

  /**
   * Ask often while somebody looks at what is used, until the answer is disposed of.
   */
  watch(isLooking: () => boolean): IDisposable;
}

/**
 * The session model token.
 */
export const ISessionModel = new Token<ISessionModel>(
  'jupyterlab_hpc:ISessionModel',
  'A service that tells how long the session lasts, and what it uses.'
);

/**
 * Notifications on the desktop, where the user allows them.
 */
export interface IDesktopNotifier {
  /**
   * Whether the user wants them, by the settings.
   */
  readonly wanted: boolean;

  /**
   * What the browser allows; `default` before it was asked.
   */
  readonly permission: 'default' | 'denied' | 'granted' | 'unsupported';

  /**
   * Whether they come.
   */
  readonly isOn: boolean;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly changed: ISignal<this, void>;

  /**
   * Show a sentence, if that is wanted and nobody looks at the page.
   */
  show(title: string, body: string, isSeen: boolean): void;
}

/**
 * The desktop notifier token.
 */
export const IDesktopNotifier = new Token<IDesktopNotifier>(
  'jupyterlab_hpc:IDesktopNotifier',
  'A service that notifies on the desktop where the user allows it.'
);

/**
 * What a room offers to do before the session ends.
 */
export interface IEndAction {
  /**
   * The words on the button.
   */
  label: string;

  /**
   * Tell whether there is anything to do; asked for each warning.
   */
  isOffered: () => Promise<boolean>;

  /**
   * Do it, or ask the user how.
   */
  execute: () => void;
}

/**
 * The warnings before the session ends, to which rooms add what can be done.
 */
export interface ISessionGuard {
  /**
   * Add a button to the warnings; disposing of the answer removes it.
   */
  addAction(action: IEndAction): IDisposable;
}

/**
 * The session guard token.
 */
export const ISessionGuard = new Token<ISessionGuard>(
  'jupyterlab_hpc:ISessionGuard',
  'The warnings before the session ends, to which buttons can be added.'
);

/**
 * The commands of the session room.
 */
export namespace CommandIDs {
  export const show = 'session:show';
  export const extend = 'session:extend';
  export const desktop = 'session:desktop-notifications';
  export const carryOn = 'session:carry-on';
}
