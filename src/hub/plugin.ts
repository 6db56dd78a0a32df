import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RestClient } from '../rest/client';
import { HubApi } from './api';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import { addCommands } from './commands';
import { HubModel } from './model';
import { CommandIDs } from './tokens';

const DOMAIN = 'jupyterlab_hpc';

/**
 * The plugin that stops the server and its job.
 */
export const stop: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:hub-stop',
  description: 'Adds “Stop My Server…” to the File menu.',
  autoStart: true,
  optional: [ITranslator, ICommandPalette, IMainMenu, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    menu: IMainMenu | null,
    documents: IDocumentManager | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const prefix = PageConfig.getOption('hubPrefix');
    const hubHome = prefix
      ? URLExt.join(PageConfig.getOption('hubHost'), prefix, 'home')
      : '';
    addCommands({
      app,
      model: new HubModel(
        new HubApi(new RestClient(app.serviceManager.serverSettings))
      ),
      documents,
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
  }
};
