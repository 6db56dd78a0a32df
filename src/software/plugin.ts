import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RestClient } from '../rest/client';
import { eventsHeardAgain } from '../ui/reconnect';
import { translateSettings } from '../ui/settings';
import { SoftwareApi } from './api';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import { addCommands } from './commands';
import type { ModuleDetailsView } from './details';
import type { ISoftwareNotice } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the token's service is made at once
import { SoftwareModel } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the sidebar's tab is placed at once
import { SoftwarePanel } from './panel';
import type { IPanelActions } from './panel';

import { stale, staleActions } from './staleplugin';
import type { ISoftwareOptions } from './tokens';
import {
  CommandIDs,
  DEFAULT_OPTIONS,
  ICollectionsModel,
  ISoftwareModel,
  IStaleModel
} from './tokens';

export { collections } from './collectioncommands';
export { stale };

const DOMAIN = 'jupyterlab_hpc';
const SETTINGS = 'jupyterlab_hpc:software';
const EVENTS = 'https://schema.jupyter.org/jupyterlab_hpc/software/v1';

/**
 * The plugin that provides the software model.
 */
export const model: JupyterFrontEndPlugin<ISoftwareModel> = {
  id: 'jupyterlab_hpc:software-model',
  description: 'Provides the software of the session.',
  autoStart: true,
  provides: ISoftwareModel,
  activate: (app: JupyterFrontEnd): ISoftwareModel => {
    const software = new SoftwareModel(
      new SoftwareApi(new RestClient(app.serviceManager.serverSettings))
    );
    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === EVENTS) {
        void software.notice(event as unknown as ISoftwareNotice);
      }
    });
    // Events are lost while the connection is down.
    const back = () => {
      if (!document.hidden) {
        // Where there is no connection yet, it is told by what is asked next.
        software.listenAgain().catch(() => undefined);
      }
    };
    document.addEventListener('visibilitychange', back);
    window.addEventListener('online', back);
    eventsHeardAgain(app.serviceManager.events).connect(back);
    return software;
  }
};

/**
 * The plugin that shows new kernels when modules bring them.
 */
export const kernels: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:software-kernels',
  description: 'Offers the kernels of loaded modules in the launcher.',
  autoStart: true,
  requires: [ISoftwareModel],
  activate: (app: JupyterFrontEnd, software: ISoftwareModel): void => {
    software.kernelsChanged.connect(() => {
      void app.serviceManager.kernelspecs.refreshSpecs();
    });
  }
};

/**
 * The plugin that adds the Software panel and its commands.
 */
export const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:software-panel',
  description: 'Adds the Software panel, which loads and unloads modules.',
  autoStart: true,
  requires: [ISoftwareModel],
  optional: [
    ITranslator,
    ISettingRegistry,
    ICommandPalette,
    ILayoutRestorer,
    ILabShell,
    ICollectionsModel,
    IStaleModel
  ],
  activate: (
    app: JupyterFrontEnd,
    software: ISoftwareModel,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    labShell: ILabShell | null,
    collections: ICollectionsModel | null,
    stale: IStaleModel | null
  ): void => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const run =
      (id: string) =>
      (...full_names: string[]) => {
        void commands.execute(id, { full_names });
      };
    let loaded: ISettingRegistry.ISettings | null = null;
    const actions: IPanelActions = {
      load: run(CommandIDs.load),
      unload: run(CommandIDs.unload),
      show: full_name => {
        void commands.execute(CommandIDs.show, { full_name });
      },
      cancel: fullName => software.cancel(fullName),
      undo: () => {
        void commands.execute(CommandIDs.undo);
      },
      setHidden: hidden => {
        software.hidden = hidden;
        void loaded?.set('showHidden', hidden);
      }
    };
    const widget = new SoftwarePanel(
      software,
      actions,
      trans,
      commands,
      collections,
      stale && { stale, actions: staleActions(commands) }
    );
    shell.add(widget, 'left', { rank: 300, type: 'Software' });

    const tracker = new WidgetTracker<MainAreaWidget<ModuleDetailsView>>({
      namespace: 'jupyterlab-hpc-software'
    });
    const open = async (fullName: string) => {
      const { detailsId, makeDetails } = await import('./details');
      const id = detailsId(fullName);
      if (!tracker.find(widget => widget.id === id)) {
        const made = makeDetails(fullName, software, actions, trans);
        // Notebook 7 has room for one widget in its main area
        shell.add(made, labShell ? 'main' : 'right');
        await tracker.add(made);
      }
      shell.activateById(id);
    };

    addCommands(commands, {
      model: software,
      options: () => widget.options,
      reveal: () => {
        shell.activateById(widget.id);
        widget.focusSearch();
      },
      isPanelVisible: () => widget.isVisible,
      open,
      trans
    });
    if (palette) {
      for (const command of Object.values(CommandIDs)) {
        palette.addItem({ command, category: trans.__('Software') });
      }
    }
    if (restorer) {
      restorer.add(widget, widget.id);
      void restorer.restore(tracker, {
        command: CommandIDs.show,
        args: ({ content }) => ({ full_name: content.fullName }),
        name: ({ content }) => content.fullName
      });
    }
    if (settings) {
      translateSettings(settings, SETTINGS, trans);
      settings.load(SETTINGS).then(
        found => {
          loaded = found;
          const follow = () => {
            const chosen =
              found.composite as unknown as Partial<ISoftwareOptions>;
            widget.options = { ...DEFAULT_OPTIONS, ...chosen };
            software.hidden = found.get('showHidden').composite === true;
          };
          found.changed.connect(follow);
          follow();
          if (collections) {
            keepOpen(collections, found);
          }
        },
        reason => console.error('The software settings were not read.', reason)
      );
    }
  }
};

/**
 * Keep in the settings whether the collections are shown.
 */
function keepOpen(
  collections: ICollectionsModel,
  settings: ISettingRegistry.ISettings
): void {
  const key = 'showCollections';
  let kept = false;
  let saves = 0;
  const follow = () => {
    // A save tells of a change too, and not always of the user's last one.
    if (saves === 0) {
      kept = settings.get(key).composite === true;
      collections.open = kept;
    }
  };
  settings.changed.connect(follow);
  follow();
  collections.stateChanged.connect(() => {
    if (collections.open !== kept) {
      kept = collections.open;
      saves++;
      settings
        .set(key, kept)
        .catch(reason =>
          console.error('The software settings were not saved.', reason)
        )
        .finally(() => {
          saves--;
        });
    }
  });
}
