import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RestClient } from '../rest/client';
import { ISoftwareModel } from '../software/tokens';
import { languageOf } from '../ui/sentences';
import { translateSettings } from '../ui/settings';
import { KernelsApi } from './api';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import { addCommands, kernelActions } from './commands';

import { KernelsModel } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks may open at once
import { addNotebookCommands, Notebooks } from './notebooks';

import { LauncherTooltips } from './tooltips';
import { CommandIDs, IKernelsModel, NotebookCommandIDs } from './tokens';

const DOMAIN = 'jupyterlab_hpc';
const SETTINGS = 'jupyterlab_hpc:kernels';

/**
 * The plugin that provides the kernels model.
 */
export const model: JupyterFrontEndPlugin<IKernelsModel> = {
  id: 'jupyterlab_hpc:kernels-model',
  description: 'Provides the kernels that load their own modules.',
  autoStart: true,
  provides: IKernelsModel,
  activate: (app: JupyterFrontEnd): IKernelsModel => {
    const kernels = new KernelsModel(
      new KernelsApi(new RestClient(app.serviceManager.serverSettings))
    );
    kernels.specsChanged.connect(() => {
      void app.serviceManager.kernelspecs.refreshSpecs();
    });
    return kernels;
  }
};

/**
 * The plugin that makes kernels and lists them.
 */
export const made: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:kernels',
  description: 'Makes kernels that load their own modules, and lists them.',
  autoStart: true,
  requires: [IKernelsModel],
  optional: [ITranslator, ICommandPalette, ISettingRegistry, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    kernels: IKernelsModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    labShell: ILabShell | null
  ): void => {
    const { commands, serviceManager: services, shell } = app;
    const known = translator ?? nullTranslator;
    const trans = known.load(DOMAIN);
    const tongue = { trans, language: languageOf(known) };
    if (settings) {
      translateSettings(settings, SETTINGS, trans);
    }
    addCommands(commands, {
      model: kernels,
      open: async () => {
        const { makeView, VIEW_ID } = await import('./panel');
        const open = [...shell.widgets('main'), ...shell.widgets('right')].some(
          widget => widget.id === VIEW_ID
        );
        if (!open) {
          const view = makeView(kernels, kernelActions(commands), tongue);
          // Notebook 7 has room for one widget in its main area
          shell.add(view, labShell ? 'main' : 'right');
        }
        shell.activateById(VIEW_ID);
        await kernels.refresh();
      },
      running: name =>
        [...services.kernels.running()].filter(kernel => kernel.name === name)
          .length,
      ...tongue
    });
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({ command, category: trans.__('Kernels') });
    }
    if (labShell) {
      const tooltips = new LauncherTooltips(shell, services.kernelspecs, trans);
      labShell.layoutModified.connect(() => tooltips.look());
      void app.restored.then(() => tooltips.look());
    }
  }
};

/**
 * The plugin that lets notebooks remember their modules.
 */
export const notebooks: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:kernels-notebooks',
  description: 'Lets notebooks remember their modules, and exports lock texts.',
  autoStart: true,
  requires: [IKernelsModel, ISoftwareModel],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    kernels: IKernelsModel,
    software: ISoftwareModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const context = { app, model: kernels, software, trans };
    const open = new Notebooks(context);
    app.docRegistry.addWidgetExtension('Notebook', open);
    addNotebookCommands(app.commands, open, context);
    for (const command of Object.values(NotebookCommandIDs)) {
      palette?.addItem({ command, category: trans.__('Kernels') });
    }
  }
};
