import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { PanelLayout } from '@lumino/widgets';
import * as React from 'react';

import { RestClient } from '../rest/client';
import { ISessionGuard, ISessionPanel } from '../session/tokens';
import { languageOf } from '../ui/sentences';
import { eventsHeardAgain } from '../ui/reconnect';
import { translateSettings } from '../ui/settings';
import { StorageApi } from './api';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import {
  addCommands,
  addCopyCommand,
  addFileCommand,
  mendElsewhere
} from './commands';
import type { ICommandContext } from './commands';
import { DeadLinks } from './components/deadlinks';
import { FolderModel } from './folder';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- it follows the listing at once
import { listingOf, markRows, onRendered } from './listing';
import type { IStorageNotice } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the plugin provides it
import { StorageModel } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the section is placed at once
import { StorageSection } from './section';
import type { IStorageActions } from './tokens';
import { CommandIDs, IStorageModel } from './tokens';
import type { ITongue } from '../ui/size';

const DOMAIN = 'jupyterlab_hpc';
const SETTINGS = 'jupyterlab_hpc:storage';
const EVENTS = 'https://schema.jupyter.org/jupyterlab_hpc/storage/v1';
const SECTION = 'storage';

/**
 * The drives of the file browser that show the server's disk: JupyterLab's own, and the one
 * of jupyter-collaboration.
 */
const DRIVES = ['', 'RTC'];

/**
 * Return the catalogue and the language of the page.
 */
function tongueOf(translator: ITranslator | null): ITongue {
  const known = translator ?? nullTranslator;
  return {
    trans: known.load(DOMAIN),
    language: languageOf(known)
  };
}

/**
 * Return what takes the file browser out of a directory that is about to go: it would
 * complain that it is not there any more.
 */
function leaving(
  browser: IDefaultFileBrowser | null
): (path: string) => Promise<void> {
  return async path => {
    const cwd = browser?.model.path ?? '';
    if (browser && (cwd === path || cwd.startsWith(`${path}/`))) {
      await browser.model.cd('/');
    }
  };
}

/**
 * The plugin that provides the storage model.
 */
export const model: JupyterFrontEndPlugin<IStorageModel> = {
  id: 'jupyterlab_hpc:storage-model',
  description: 'Provides the links to directories outside the home.',
  autoStart: true,
  provides: IStorageModel,
  activate: (app: JupyterFrontEnd): IStorageModel => {
    const storage = new StorageModel(
      new StorageApi(new RestClient(app.serviceManager.serverSettings))
    );
    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === EVENTS) {
        void storage.notice(event as unknown as IStorageNotice);
      }
    });
    // Events are lost while the connection is down.
    eventsHeardAgain(app.serviceManager.events).connect(() => {
      void storage.listenAgain();
    });
    return storage;
  }
};

/**
 * The plugin that adds the section Storage and its commands.
 */
export const section: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:storage-section',
  description: 'Adds the section Storage to the Session panel.',
  autoStart: true,
  requires: [IStorageModel, ISessionPanel],
  optional: [ITranslator, ICommandPalette, IDefaultFileBrowser, ISessionGuard],
  activate: (
    app: JupyterFrontEnd,
    storage: IStorageModel,
    panel: ISessionPanel,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    browser: IDefaultFileBrowser | null,
    guard: ISessionGuard | null
  ): void => {
    const { commands } = app;
    const tongue = tongueOf(translator);
    const { trans } = tongue;
    const actions: IStorageActions = {
      link: name => void commands.execute(CommandIDs.link, { name }),
      unlink: name => void commands.execute(CommandIDs.unlink, { name }),
      open: path =>
        void commands.execute('filebrowser:open-path', { path: path || '/' }),
      copy: path => Clipboard.copyToSystem(path),
      create: () => void commands.execute(CommandIDs.link),
      copyBeforeEnd: () => void commands.execute(CommandIDs.copyBeforeEnd)
    };
    panel.addSection({
      id: SECTION,
      title: trans.__('Storage'),
      rank: 200,
      render: () => (
        <StorageSection model={storage} actions={actions} tongue={tongue} />
      ),
      onShow: () => void storage.refresh()
    });
    const context: ICommandContext = {
      model: storage,
      reveal: () => panel.reveal(SECTION),
      isSectionVisible: () => panel.isVisible,
      leave: leaving(browser),
      trans
    };
    addCommands(commands, context);
    addCopyCommand(commands, tongue, context);
    guard?.addAction({
      label: trans.__('Copy to…'),
      isOffered: async () => (await storage.left(false)).state === 'found',
      execute: () => void commands.execute(CommandIDs.copyBeforeEnd)
    });
    for (const command of [
      CommandIDs.link,
      CommandIDs.unlink,
      CommandIDs.copyBeforeEnd
    ]) {
      palette?.addItem({ command, category: trans.__('Session') });
    }
  }
};

/**
 * The plugin that makes links from the file browser.
 */
export const files: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:storage-files',
  description:
    'Adds “Create Link Here…” to the context menu of the file browser.',
  autoStart: true,
  requires: [IStorageModel, ISessionPanel, IDefaultFileBrowser],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    storage: IStorageModel,
    panel: ISessionPanel,
    browser: IDefaultFileBrowser,
    translator: ITranslator | null
  ): void => {
    addFileCommand(app.commands, () => browser.model.path, {
      model: storage,
      reveal: () => panel.reveal(SECTION),
      isSectionVisible: () => panel.isVisible,
      leave: leaving(browser),
      trans: tongueOf(translator).trans
    });
    app.contextMenu.addItem({
      command: CommandIDs.linkHere,
      selector: '.jp-DirListing-content',
      rank: 53
    });
  }
};

/**
 * The plugin that tells in the file browser what is a link, and which links are dead.
 */
export const marks: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:storage-marks',
  description:
    'Marks links in the file browser, and offers to mend those that lead to nothing.',
  autoStart: true,
  requires: [IStorageModel, IDefaultFileBrowser],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    storage: IStorageModel,
    browser: IDefaultFileBrowser,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const listing = listingOf(browser);
    if (!listing) {
      // Another extension's listing: it has rows of its own.
      return;
    }
    const tongue = tongueOf(translator);
    const { contents } = app.serviceManager;
    const folder = new FolderModel(path => storage.folder(path));
    const follow = () => {
      const { path } = browser.model;
      folder.show(
        DRIVES.includes(contents.driveName(path))
          ? contents.localPath(path)
          : null,
        Array.from(browser.model.items(), item => item.name)
      );
      markRows(listing, folder.links, tongue);
    };
    onRendered(listing, follow);
    folder.changed.connect(() => markRows(listing, folder.links, tongue));
    storage.linksChanged.connect(() => void folder.refresh());
    commands.commandExecuted.connect((_, { id }) => {
      if (id === 'filebrowser:refresh') {
        void folder.refresh();
      }
    });
    const dead = ReactWidget.create(
      <DeadLinks
        model={folder}
        actions={{
          mend: link => void mendElsewhere(link, commands, tongue.trans),
          unlink: link =>
            void commands.execute(CommandIDs.unlink, { name: `~/${link.link}` })
        }}
        tongue={tongue}
      />
    );
    dead.addClass('jp-StorageDeadLinks');
    const layout = listing.parent?.layout;
    if (layout instanceof PanelLayout) {
      layout.insertWidget(layout.widgets.indexOf(listing), dead);
    }
    browser.disposed.connect(() => folder.dispose());
  }
};

/**
 * The plugin that warns where the home is full, or nearly so.
 */
export const warning: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:storage-warning',
  description: 'Warns when the home is full or nearly full.',
  autoStart: true,
  requires: [IStorageModel, ISessionPanel],
  optional: [ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    storage: IStorageModel,
    panel: ISessionPanel,
    translator: ITranslator | null,
    settings: ISettingRegistry | null
  ): void => {
    const tongue = tongueOf(translator);
    const { trans } = tongue;
    if (settings) {
      translateSettings(settings, SETTINGS, trans);
    }
    const look = async () => {
      const loaded = await settings?.load(SETTINGS);
      if (loaded?.get('warnWhenFull').composite === false) {
        return;
      }
      const home = await storage.home();
      const { quotaWarning } = await import('./words');
      const sentence = home && quotaWarning(home, tongue);
      if (sentence) {
        Notification.warning(sentence, {
          autoClose: false,
          actions: [
            {
              label: trans.__('Show Storage'),
              callback: () => panel.reveal(SECTION)
            }
          ]
        });
      }
    };
    void app.restored
      .then(look)
      .catch(reason => console.warn('The home was not looked at.', reason));
  }
};
