import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { UUID } from '@lumino/coreutils';
import * as React from 'react';

import { RestClient } from '../rest/client';
import { ISessionPanel } from '../session/tokens';
import { saveAll, unsaved } from '../ui/documents';
import { HubApi } from './api';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import { addCommands } from './commands';
import { HubModel } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the section is placed at once
import { EndSection } from './section';
import { OtherTabs } from './tabs';
import { CommandIDs, IHubModel } from './tokens';

export { connection } from './connectionplugin';

const DOMAIN = 'jupyterlab_hpc';

/** Milliseconds for a document of another tab to be saved. */
const PATIENCE = 25_000;

/**
 * The plugin that provides the hub model.
 */
export const model: JupyterFrontEndPlugin<IHubModel> = {
  id: 'jupyterlab_hpc:hub-model',
  description: 'Provides what stops the server and its job.',
  autoStart: true,
  provides: IHubModel,
  activate: (app: JupyterFrontEnd): IHubModel =>
    new HubModel(new HubApi(new RestClient(app.serviceManager.serverSettings)))
};

/**
 * The plugin that stops the server and its job.
 */
export const stop: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:hub-stop',
  description: 'Adds “Stop My Server…” to the File menu.',
  autoStart: true,
  requires: [IHubModel],
  optional: [
    ITranslator,
    ICommandPalette,
    IMainMenu,
    IDocumentManager,
    ISessionPanel
  ],
  activate: (
    app: JupyterFrontEnd,
    hub: IHubModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    menu: IMainMenu | null,
    documents: IDocumentManager | null,
    panel: ISessionPanel | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const prefix = PageConfig.getOption('hubPrefix');
    const hubHome = prefix
      ? URLExt.join(PageConfig.getOption('hubHost'), prefix, 'home')
      : '';
    const mine = () => (documents ? unsaved(app.shell, documents) : []);
    const { baseUrl } = app.serviceManager.serverSettings;
    const tabs = new OtherTabs(
      typeof BroadcastChannel === 'undefined'
        ? null
        : new BroadcastChannel(`jupyterlab_hpc:hub:${baseUrl}`),
      {
        unsaved: () => mine().map(context => context.path),
        save: () => saveAll(mine(), PATIENCE)
      },
      () => UUID.uuid4()
    );
    addCommands({
      app,
      model: hub,
      documents,
      tabs,
      hubHome,
      leave: url => window.location.replace(url),
      trans
    });
    // Beside JupyterHub's own entries, whose rank is 100.
    menu?.fileMenu.addItem({ command: CommandIDs.stop, rank: 99.5 });
    palette?.addItem({
      command: CommandIDs.stop,
      category: trans.__('Session')
    });
    if (hubHome) {
      panel?.addSection({
        id: 'end',
        title: trans.__('End of the session'),
        rank: 900,
        render: () =>
          React.createElement(EndSection, {
            model: hub,
            stop: () => void app.commands.execute(CommandIDs.stop),
            trans
          })
      });
    }
  }
};
