import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import * as React from 'react';

import { RestClient } from '../rest/client';
import { saveAll, unsaved } from '../ui/documents';
import { languageOf } from '../ui/sentences';
import { SessionApi } from './api';
import { EndActions } from './endactions';
import { SessionModel } from './model';
import { SessionPanel } from './panel';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the section is placed at once
import { SessionSection } from './section';

import { TimeLeftItem } from './statusitem';
import {
  CommandIDs,
  ISessionGuard,
  ISessionModel,
  ISessionPanel
} from './tokens';
import { duration } from './words';

const DOMAIN = 'jupyterlab_hpc';

/**
 * The plugin that adds the Session panel, to which other plugins add their sections.
 */
export const panel: JupyterFrontEndPlugin<ISessionPanel> = {
  id: 'jupyterlab_hpc:session-panel',
  description: 'Adds the Session panel.',
  autoStart: true,
  provides: ISessionPanel,
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): ISessionPanel => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const widget = new SessionPanel(() => shell.activateById(widget.id), trans);
    shell.add(widget, 'left', { rank: 310, type: 'Session' });

    commands.addCommand(CommandIDs.show, {
      label: trans.__('Show Session'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            section: {
              type: 'string',
              description: trans.__(
                'The section of the Session panel to show, such as storage.'
              )
            }
          }
        }
      },
      execute: args => {
        widget.reveal(
          typeof args.section === 'string' ? args.section : undefined
        );
      }
    });
    palette?.addItem({
      command: CommandIDs.show,
      category: trans.__('Session')
    });
    restorer?.add(widget, widget.id);
    return widget;
  }
};

/**
 * The plugin that provides the session model.
 */
export const model: JupyterFrontEndPlugin<ISessionModel> = {
  id: 'jupyterlab_hpc:session-model',
  description: 'Provides the time left and what the session uses.',
  autoStart: true,
  provides: ISessionModel,
  activate: (app: JupyterFrontEnd): ISessionModel => {
    const session = new SessionModel(
      new SessionApi(new RestClient(app.serviceManager.serverSettings))
    );
    void app.started.then(() => session.start());
    return session;
  }
};

/**
 * The plugin that adds the section This session.
 */
export const section: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:session-section',
  description: 'Adds the section This session to the Session panel.',
  autoStart: true,
  requires: [ISessionModel, ISessionPanel],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    session: ISessionModel,
    sessionPanel: ISessionPanel,
    translator: ITranslator | null
  ): void => {
    const known = translator ?? nullTranslator;
    const trans = known.load(DOMAIN);
    sessionPanel.addSection({
      id: 'session',
      title: trans.__('This session'),
      rank: 100,
      render: () =>
        React.createElement(SessionSection, {
          model: session,
          language: languageOf(known),
          trans
        }),
      onShow: () => void session.refresh()
    });
    session.watch(() => sessionPanel.isVisible);
  }
};

/**
 * The plugin that shows the time left in the status bar.
 */
export const status: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:session-status',
  description: 'Shows the time left in the status bar.',
  autoStart: true,
  requires: [ISessionModel],
  // Notebook 7 has no status bar.
  optional: [ITranslator, IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    session: ISessionModel,
    translator: ITranslator | null,
    bar: IStatusBar | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const open = () =>
      void app.commands.execute(CommandIDs.show, { section: 'session' });
    bar?.registerStatusItem('jupyterlab_hpc:time-left', {
      item: new TimeLeftItem(session, open, trans),
      align: 'right',
      rank: 1000,
      isActive: () => session.secondsLeft !== null,
      activeStateChanged: session.stateChanged
    });
  }
};

/**
 * The plugin that warns before the session ends, and saves what is open.
 */
export const guard: JupyterFrontEndPlugin<ISessionGuard> = {
  id: 'jupyterlab_hpc:session-guard',
  description: 'Warns before the session ends, and saves what is open.',
  autoStart: true,
  provides: ISessionGuard,
  requires: [ISessionModel],
  optional: [ITranslator, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    session: ISessionModel,
    translator: ITranslator | null,
    documents: IDocumentManager | null
  ): ISessionGuard => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const actions = new EndActions();
    let warning = '';
    const show = {
      label: trans.__('Show Session'),
      callback: () =>
        void app.commands.execute(CommandIDs.show, { section: 'session' })
    };
    const say = async (text: string, level: 'warning' | 'error') => {
      // Before that, JupyterLab keeps notifications but shows none.
      await app.restored;
      // The newest replaces the one before: an old time left is wrong.
      if (warning) {
        Notification.dismiss(warning);
      }
      const id = Notification.emit(text, level, {
        autoClose: false,
        actions: [show]
      });
      warning = id;
      // A warning waits for nobody: what can be done is added when that is known.
      const offered = await actions.offered();
      if (offered.length > 0) {
        Notification.update({
          id,
          message: text,
          type: level,
          autoClose: false,
          actions: [
            ...offered.map(action => ({
              label: action.label,
              callback: () => action.execute()
            })),
            show
          ]
        });
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
    return actions;
  }
};
