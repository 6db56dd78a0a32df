import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs as HubIDs } from '../hub/tokens';
import { saveAll, unsaved } from '../ui/documents';
import { EndActions } from './endactions';
import type { IEndAction } from './tokens';
import {
  CommandIDs,
  IDesktopNotifier,
  ISessionGuard,
  ISessionModel
} from './tokens';
import { duration } from './words';

const DOMAIN = 'jupyterlab_hpc';

/** Seconds before the end from which on a new session is offered. */
const LAST = 600;

/** Milliseconds that a warning waits for what can be done. */
const PATIENCE = 1000;

/**
 * The plugin that warns before the session ends, and saves what is open.
 */
export const guard: JupyterFrontEndPlugin<ISessionGuard> = {
  id: 'jupyterlab_hpc:session-guard',
  description: 'Warns before the session ends, and saves what is open.',
  autoStart: true,
  provides: ISessionGuard,
  requires: [ISessionModel],
  optional: [ITranslator, IDocumentManager, IDesktopNotifier],
  activate: (
    app: JupyterFrontEnd,
    session: ISessionModel,
    translator: ITranslator | null,
    documents: IDocumentManager | null,
    desktop: IDesktopNotifier | null
  ): ISessionGuard => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const rooms = new EndActions();
    let warning = '';
    const actions = (left: number): Notification.IAction[] => {
      const url = session.info?.new_session_url ?? '';
      const more = {
        label: trans.__('Ask for More Time'),
        callback: () => void commands.execute(CommandIDs.extend)
      };
      const anew = {
        label: trans.__('Carry On in a New Session…'),
        caption: trans.__(
          'Save, stop this session, and open JupyterHub’s page for a new one'
        ),
        callback: () => void commands.execute(HubIDs.stop, { next: url })
      };
      return [
        ...(session.info?.extendable ? [more] : []),
        ...(url && left <= LAST && commands.hasCommand(HubIDs.stop)
          ? [anew]
          : []),
        {
          label: trans.__('Show Session'),
          callback: () =>
            void commands.execute(CommandIDs.show, { section: 'session' })
        }
      ];
    };
    const say = async (text: string, level: 'warning' | 'error') => {
      desktop?.show(
        trans.__('JupyterLab session'),
        text,
        document.visibilityState === 'visible' && document.hasFocus()
      );
      // Before that, JupyterLab keeps notifications but shows none.
      await app.restored;
      const left = session.secondsLeft ?? 0;
      const show = (offered: ReadonlyArray<IEndAction>) => {
        // The newest replaces the one before: an old time left is wrong.
        if (warning) {
          Notification.dismiss(warning);
        }
        warning = Notification.emit(text, level, {
          autoClose: false,
          actions: [
            ...offered.map(action => ({
              label: action.label,
              callback: () => action.execute()
            })),
            ...actions(left)
          ]
        });
        return warning;
      };
      // A warning waits for nobody for long: what else can be done is added when it is known.
      // As a new one: JupyterLab loses changes of a notification that is not on the page yet.
      const known = rooms.offered();
      const soon = await Promise.race([
        known,
        new Promise<null>(resolve => setTimeout(() => resolve(null), PATIENCE))
      ]);
      const first = show(soon ?? []);
      const offered = await known;
      if (!soon && offered.length > 0 && warning === first) {
        show(offered);
      }
    };
    session.warned.connect((_, left) => {
      void say(
        left > 0
          ? trans.__(
              'This session ends in %1. Save your work; programs that still run then are ended.',
              duration(left, trans)
            )
          : trans.__('This session ends now.'),
        left <= 300 ? 'error' : 'warning'
      );
    });
    session.ending.connect(() => {
      const open = documents ? unsaved(app.shell, documents) : [];
      if (open.length === 0) {
        return;
      }
      void saveAll(open, 30_000).then(left => {
        const saved = open.length - left.length;
        if (left.length > 0) {
          void say(
            trans.__(
              'The session is about to end, and this is not saved: %1',
              left.join(', ')
            ),
            'error'
          );
        } else {
          void say(
            trans._n(
              'The session is about to end; %1 document was saved.',
              'The session is about to end; %1 documents were saved.',
              saved
            ),
            'warning'
          );
        }
      });
    });
    return rooms;
  }
};
