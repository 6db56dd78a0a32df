import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import * as React from 'react';

import { RestClient } from '../rest/client';
import { detailOf, languageOf, sayError } from '../ui/sentences';
import { translateSettings } from '../ui/settings';
import { SessionApi } from './api';
import { DesktopNotifier } from './desktop';
import { SessionModel } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the sidebar's tab is placed at once
import { SessionPanel } from './panel';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the section is placed at once
import { SessionSection } from './section';

import { TimeLeftItem } from './statusitem';
import {
  CommandIDs,
  IDesktopNotifier,
  ISessionModel,
  ISessionPanel
} from './tokens';

export { carry } from './carryplugin';
export { guard } from './guardplugin';

const DOMAIN = 'jupyterlab_hpc';
const SETTINGS = 'jupyterlab_hpc:session';

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
 * The plugin that notifies on the desktop where the user allows it.
 */
export const desktop: JupyterFrontEndPlugin<IDesktopNotifier> = {
  id: 'jupyterlab_hpc:session-desktop',
  description: 'Notifies on the desktop where the user allows it.',
  autoStart: true,
  provides: IDesktopNotifier,
  optional: [ITranslator, ISettingRegistry, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    palette: ICommandPalette | null
  ): IDesktopNotifier => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const notifier = new DesktopNotifier(window.Notification);
    const key = 'desktopNotifications';
    if (settings) {
      translateSettings(settings, SETTINGS, trans);
      settings.load(SETTINGS).then(
        found => {
          const follow = () => {
            notifier.wanted = found.get(key).composite === true;
          };
          found.changed.connect(follow);
          follow();
        },
        reason => console.error('The session settings were not read.', reason)
      );
    }
    app.commands.addCommand(CommandIDs.desktop, {
      label: trans.__('Warn on the Desktop Too'),
      isToggleable: true,
      isToggled: () => notifier.isOn,
      isVisible: () => notifier.permission !== 'unsupported',
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const wanted = !notifier.isOn;
        if (wanted) {
          // The first thing: browsers want a click for that.
          await notifier.ask();
        }
        notifier.wanted = wanted;
        await settings?.set(SETTINGS, key, wanted);
      }
    });
    notifier.changed.connect(() =>
      app.commands.notifyCommandChanged(CommandIDs.desktop)
    );
    palette?.addItem({
      command: CommandIDs.desktop,
      category: trans.__('Session')
    });
    return notifier;
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
  optional: [ITranslator, IDesktopNotifier],
  activate: (
    app: JupyterFrontEnd,
    session: ISessionModel,
    sessionPanel: ISessionPanel,
    translator: ITranslator | null,
    notifier: IDesktopNotifier | null
  ): void => {
    const { commands } = app;
    const known = translator ?? nullTranslator;
    const trans = known.load(DOMAIN);
    commands.addCommand(CommandIDs.extend, {
      label: trans.__('Ask for More Time'),
      isVisible: () => session.info?.extendable === true,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        try {
          const said = await session.extend();
          Notification.success(
            said || trans.__('The session has got more time.'),
            { autoClose: false }
          );
        } catch (reason) {
          const words = [
            sayError(reason as Error, trans),
            detailOf(reason as Error)
          ];
          Notification.error(words.filter(Boolean).join(' '), {
            autoClose: false
          });
        }
      }
    });
    sessionPanel.addSection({
      id: 'session',
      title: trans.__('This session'),
      rank: 100,
      render: () =>
        React.createElement(SessionSection, {
          model: session,
          desktop: notifier,
          actions: {
            extend: () => void commands.execute(CommandIDs.extend),
            copy: text => {
              Clipboard.copyToSystem(text);
              Notification.success(trans.__('Copied.'), { autoClose: 2000 });
            },
            toggleDesktop: () => void commands.execute(CommandIDs.desktop)
          },
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
