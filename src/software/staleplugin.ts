import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { RestClient } from '../rest/client';
import { KernelWork } from './kernelwork';
import { StaleApi } from './staleapi';
import type { IStaleNotice } from './stale';

import { StaleModel } from './stale';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import { addStaleCommands } from './stalecommands';

import { StaleKernels } from './stalekernels';

import { StaleNotification } from './stalenotification';

import { StaleToolbar } from './staletoolbar';
import type { IStaleActions } from './tokens';
import { IStaleModel, StaleCommandIDs } from './tokens';

const DOMAIN = 'jupyterlab_hpc';
const SETTINGS = 'jupyterlab_hpc:software';
const EVENTS = 'https://schema.jupyter.org/jupyterlab_hpc/software/v1';

/**
 * Return what a view of stale kernels asks for.
 */
export function staleActions(commands: CommandRegistry): IStaleActions {
  return {
    restart: id =>
      void commands.execute(
        StaleCommandIDs.restart,
        id ? { kernel_id: id } : {}
      ),
    takeOver: id =>
      void commands.execute(StaleCommandIDs.takeOver, { kernel_id: id })
  };
}

/**
 * The plugin that tells what still uses the modules from before the last change.
 */
export const stale: JupyterFrontEndPlugin<IStaleModel> = {
  id: 'jupyterlab_hpc:software-stale',
  description:
    'Tells which kernels, terminals and applications use old modules, and restarts them.',
  autoStart: true,
  provides: IStaleModel,
  optional: [ITranslator, ISettingRegistry, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    palette: ICommandPalette | null
  ): IStaleModel => {
    const { commands, serviceManager: services } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const api = new StaleApi(new RestClient(services.serverSettings));
    const model = new StaleModel(api, {
      sessions: () => services.sessions.running(),
      specs: () => services.kernelspecs.specs
    });
    followServer(app, model);

    const actions = staleActions(commands);
    const work = new KernelWork();
    app.docRegistry.addWidgetExtension('Notebook', work);
    addStaleCommands(commands, {
      model,
      kernels: new StaleKernels(api, services, app.shell, model, work),
      skipsQuestion: async () => {
        try {
          const setting = await settings?.get(
            '@jupyterlab/apputils-extension:sessionDialogs',
            'skipKernelRestartDialog'
          );
          return setting?.composite === true;
        } catch {
          return false; // a page without that setting
        }
      },
      trans
    });
    palette?.addItem({
      command: StaleCommandIDs.restart,
      category: trans.__('Software')
    });
    palette?.addItem({
      command: StaleCommandIDs.takeOver,
      category: trans.__('Software')
    });

    const notification = new StaleNotification(
      model,
      () => actions.restart(),
      trans
    );
    if (settings) {
      // By then the panel's plugin has said how the schema is translated.
      app.restored
        .then(() => settings.load(SETTINGS))
        .then(
          loaded => {
            const follow = () => {
              notification.isEnabled =
                loaded.get('notifyStale').composite !== false;
            };
            loaded.changed.connect(follow);
            follow();
          },
          reason =>
            console.error('The software settings were not read.', reason)
        );
    }
    app.docRegistry.addWidgetExtension(
      'Notebook',
      new StaleToolbar(model, actions, trans)
    );
    return model;
  }
};

/**
 * Keep a model in step with the server and with what runs.
 */
function followServer(app: JupyterFrontEnd, model: StaleModel): void {
  const { events, kernels, sessions, terminals } = app.serviceManager;
  events.stream.connect((_, event) => {
    if (event.schema_id === EVENTS) {
      void model.notice(event as unknown as IStaleNotice);
    }
  });
  const changed = () =>
    void model.follow(
      new Set([
        ...[...kernels.running()].map(kernel => `kernel ${kernel.id}`),
        ...[...terminals.running()].map(terminal => `terminal ${terminal.name}`)
      ])
    );
  void app.restored.then(() => {
    for (const manager of [kernels, sessions, terminals]) {
      manager.runningChanged.connect(changed);
    }
    changed();
  });
  const seen = () => {
    model.isHidden = document.hidden;
  };
  document.addEventListener('visibilitychange', seen);
  seen();
}
