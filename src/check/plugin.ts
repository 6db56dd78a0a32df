import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RestClient } from '../rest/client';
import { CheckApi } from './api';
import { CheckModel } from './model';
import { CommandIDs } from './tokens';
import type { CheckView } from './view';

const DOMAIN = 'jupyterlab_hpc';

/**
 * The plugin that checks the session.
 */
export const check: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:check-view',
  description:
    'Adds “Check This Session…” to the Help menu: findings with their cures, and a text for support.',
  autoStart: true,
  optional: [
    ITranslator,
    ICommandPalette,
    IMainMenu,
    ILayoutRestorer,
    ILabShell
  ],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    menu: IMainMenu | null,
    restorer: ILayoutRestorer | null,
    labShell: ILabShell | null
  ): void => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const tracker = new WidgetTracker<MainAreaWidget<CheckView>>({
      namespace: 'jupyterlab-hpc-check'
    });
    commands.addCommand(CommandIDs.check, {
      label: trans.__('Check This Session…'),
      caption: trans.__(
        'Look for what is missing or broken in this session, and what to do about it'
      ),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const { CHECK_ID, makeCheck } = await import('./view');
        if (!tracker.find(widget => widget.id === CHECK_ID)) {
          const api = new CheckApi(
            new RestClient(app.serviceManager.serverSettings)
          );
          const made = makeCheck(new CheckModel(api), trans);
          // Notebook 7 has room for one widget in its main area
          shell.add(made, labShell ? 'main' : 'right');
          await tracker.add(made);
        }
        shell.activateById(CHECK_ID);
      }
    });
    menu?.helpMenu.addGroup([{ command: CommandIDs.check }], 15);
    palette?.addItem({
      command: CommandIDs.check,
      category: trans.__('Session')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.check,
      name: () => 'check'
    });
  }
};
