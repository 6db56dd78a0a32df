import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IFrame, MainAreaWidget } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RestClient } from '../rest/client';
import type { Application } from '../rest/payloads';
import { ISoftwareModel } from '../software/tokens';
import { eventsHeardAgain } from '../ui/reconnect';
import { translateSettings } from '../ui/settings';
import { ApplicationsApi } from './api';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import { addCommands } from './commands';

import { iconOf } from './icons';

import { ApplicationsModel } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the panel shows what runs at once
import { ITEM_CLASS, RunningApplications } from './running';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the launcher is there at once
import { Tiles } from './tiles';
import { CommandIDs, IApplicationsModel } from './tokens';

const DOMAIN = 'jupyterlab_hpc';
const SETTINGS = 'jupyterlab_hpc:apps';
const EVENTS = 'https://schema.jupyter.org/jupyterlab_hpc/apps/v1';

/**
 * Where the page that shows an application's start finds the language.
 */
const LANGUAGE = 'jupyterlab_hpc:language';

/**
 * The plugin that provides the applications model.
 */
export const model: JupyterFrontEndPlugin<IApplicationsModel> = {
  id: 'jupyterlab_hpc:apps-model',
  description: 'Provides the applications of the session.',
  autoStart: true,
  provides: IApplicationsModel,
  activate: (app: JupyterFrontEnd): IApplicationsModel => {
    const applications = new ApplicationsModel(
      new ApplicationsApi(new RestClient(app.serviceManager.serverSettings))
    );
    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === EVENTS) {
        void applications.refresh();
      }
    });
    // Events are lost while the connection is down.
    eventsHeardAgain(app.serviceManager.events).connect(() => {
      void applications.refresh();
    });
    void applications.refresh();
    return applications;
  }
};

/**
 * The plugin that adds the commands.
 */
export const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:apps-commands',
  description: 'Adds the commands that open and stop applications.',
  autoStart: true,
  requires: [IApplicationsModel],
  optional: [ITranslator, ISoftwareModel, ICommandPalette, IMainMenu],
  activate: (
    app: JupyterFrontEnd,
    applications: IApplicationsModel,
    translator: ITranslator | null,
    software: ISoftwareModel | null,
    palette: ICommandPalette | null,
    menu: IMainMenu | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    try {
      localStorage.setItem(LANGUAGE, translator?.languageCode ?? 'en');
    } catch {
      // a browser that keeps nothing: the page asks the browser for its language
    }
    const show = (application: Application) => {
      const id = `jupyterlab-hpc-apps-${application.id}`;
      const open = Array.from(app.shell.widgets('main')).some(
        widget => widget.id === id
      );
      if (!open) {
        const content = new IFrame({
          sandbox: [
            'allow-downloads',
            'allow-forms',
            'allow-modals',
            'allow-popups',
            'allow-same-origin',
            'allow-scripts'
          ]
        });
        content.url = application.url;
        const widget = new MainAreaWidget({ content });
        widget.id = id;
        widget.title.label = application.title;
        widget.title.icon = iconOf({ ...application, state: 'ready' });
        widget.title.closable = true;
        app.shell.add(widget, 'main');
      }
      app.shell.activateById(id);
    };
    addCommands(app.commands, { model: applications, software, show, trans });
    // Not in the settings' menus: Notebook 7, which has no launcher, does not read them.
    menu?.fileMenu.addGroup([{ command: CommandIDs.open }], 1);
    if (palette) {
      for (const command of Object.values(CommandIDs)) {
        palette.addItem({ command, category: trans.__('Applications') });
      }
    }
  }
};

/**
 * The plugin that adds the tiles.
 */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:apps',
  description: 'Adds the applications to the launcher.',
  autoStart: true,
  requires: [IApplicationsModel],
  // Notebook 7 has none.
  optional: [ILauncher, ITranslator, ISettingRegistry],
  activate: (
    _: JupyterFrontEnd,
    applications: IApplicationsModel,
    launcher: ILauncher | null,
    translator: ITranslator | null,
    settings: ISettingRegistry | null
  ): void => {
    if (!launcher) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const tiles = new Tiles(launcher, applications, trans);
    if (settings) {
      translateSettings(settings, SETTINGS, trans);
      settings.load(SETTINGS).then(
        loaded => {
          const follow = () => {
            tiles.hideLocked = loaded.get('hideLocked').composite === true;
          };
          loaded.changed.connect(follow);
          follow();
        },
        reason =>
          console.error('The applications settings were not read.', reason)
      );
    }
  }
};

/**
 * The plugin that lists running applications.
 */
export const running: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:apps-running',
  description: 'Lists running applications with what else runs.',
  autoStart: true,
  requires: [IApplicationsModel],
  optional: [IRunningSessionManagers, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    applications: IApplicationsModel,
    managers: IRunningSessionManagers | null,
    translator: ITranslator | null
  ): void => {
    if (!managers) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    managers.add(new RunningApplications(applications, app.commands, trans));
    // The context menu has no arguments of the item that it opens on.
    const restart = 'apps:restart-listed';
    app.commands.addCommand(restart, {
      label: trans.__('Restart'),
      describedBy: { args: {} },
      execute: () => {
        const item = app.contextMenuHitTest(node =>
          node.classList.contains(ITEM_CLASS)
        );
        const id = item?.dataset.context;
        return id && app.commands.execute(CommandIDs.restart, { id });
      }
    });
    app.contextMenu.addItem({
      command: restart,
      selector: `.${ITEM_CLASS}`,
      rank: 0
    });
  }
};
