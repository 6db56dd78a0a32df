import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import { Debouncer } from '@lumino/polling';
import * as React from 'react';

import { RestClient } from '../rest/client';
import { CommandIDs as SoftwareIDs, ISoftwareModel } from '../software/tokens';
import { clock } from '../ui/clock';
import { languageOf } from '../ui/sentences';
import { SessionApi } from './api';
import type { IMissing, IOpenFiles } from './carry';
import { CarryModel } from './carry';
import type { IWanted } from './carrybody';
import { CommandIDs, ISessionModel } from './tokens';

const DOMAIN = 'jupyterlab_hpc';
const SETTINGS = 'jupyterlab_hpc:session';

/** Where a tab keeps its name over a reload. */
const PAGE_KEY = 'jupyterlab_hpc:page';

/** Milliseconds of quiet before what is open is told to the server. */
const QUIET = 2000;

/**
 * The plugin that carries modules and files over from one session to the next.
 */
export const carry: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:session-carry',
  description: 'Offers to carry on where the last session ended.',
  autoStart: true,
  requires: [IDocumentManager],
  optional: [
    ITranslator,
    ISessionModel,
    ISoftwareModel,
    ISettingRegistry,
    ICommandPalette,
    ILabShell
  ],
  activate: (
    app: JupyterFrontEnd,
    documents: IDocumentManager,
    translator: ITranslator | null,
    session: ISessionModel | null,
    software: ISoftwareModel | null,
    settings: ISettingRegistry | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null
  ): void => {
    const { commands, serviceManager, shell } = app;
    const known = translator ?? nullTranslator;
    const trans = known.load(DOMAIN);
    const model = new CarryModel(
      new SessionApi(new RestClient(serviceManager.serverSettings)),
      {
        page: nameOfPage(),
        open: () => openFiles(shell, documents),
        loaded: async () => {
          if (software && !software.loaded) {
            await software.refresh();
          }
          const modules = software?.loaded?.modules;
          return modules
            ? new Set(modules.map(module => module.full_name))
            : null;
        },
        exists: path =>
          serviceManager.contents.get(path, { content: false }).then(
            () => true,
            () => false
          )
      }
    );

    const reporting = new Debouncer(() => model.report(), QUIET);
    const changed = () => void reporting.invoke().catch(() => undefined);
    const report = () => void model.report(true);
    session?.warned.connect(report);
    session?.ending.connect(report);

    let offered = '';
    const carryOn = async () => {
      const missing = await model.missing();
      if (offered) {
        Notification.dismiss(offered);
      }
      if (!missing) {
        Notification.info(
          trans.__('There is nothing to carry on with from the last session.'),
          { autoClose: 5000 }
        );
        return;
      }
      const wanted = await ask(missing, trans);
      if (!wanted) {
        return;
      }
      await model.decide();
      // Modules first: the notebooks' kernels get them.
      if (wanted.modules && missing.modules.length > 0) {
        await commands.execute(SoftwareIDs.load, {
          full_names: missing.modules
        });
      }
      if (wanted.files) {
        for (const path of missing.files) {
          documents.openOrReveal(path);
        }
        if (missing.files.includes(missing.active)) {
          documents.openOrReveal(missing.active);
        }
      }
    };
    commands.addCommand(CommandIDs.carryOn, {
      label: trans.__('Carry On Where the Last Session Ended…'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: carryOn
    });
    palette?.addItem({
      command: CommandIDs.carryOn,
      category: trans.__('Session')
    });

    const offer = async () => {
      const chosen = await settings
        ?.get(SETTINGS, 'offerLastSession')
        .catch(() => null);
      const missing =
        chosen?.composite === false ? null : await model.missing();
      if (missing) {
        offered = Notification.info(
          trans.__(
            'Carry on where the last session ended (%1)? It had this, too: %2.',
            clock(missing.savedAt, languageOf(known)),
            amounts(missing, trans)
          ),
          {
            autoClose: false,
            actions: [
              {
                label: trans.__('Carry On…'),
                displayType: 'accent',
                callback: () => void commands.execute(CommandIDs.carryOn)
              },
              {
                label: trans.__('No, Thanks'),
                callback: () => void model.decide()
              }
            ]
          }
        );
      }
      await model.report();
      labShell?.layoutModified.connect(changed);
      shell.currentChanged?.connect(changed);
    };
    void app.restored
      .then(offer)
      .catch(reason =>
        console.warn('The last session could not be asked for.', reason)
      );
  }
};

/**
 * Return the name of this tab, which it keeps over a reload.
 */
function nameOfPage(): string {
  try {
    const name = sessionStorage.getItem(PAGE_KEY) ?? UUID.uuid4();
    sessionStorage.setItem(PAGE_KEY, name);
    return name;
  } catch {
    return UUID.uuid4(); // storage is switched off
  }
}

function openFiles(
  shell: JupyterFrontEnd.IShell,
  documents: IDocumentManager
): IOpenFiles {
  const paths = new Set<string>();
  for (const widget of shell.widgets('main')) {
    const path = documents.contextForWidget(widget)?.path;
    if (path) {
      paths.add(path);
    }
  }
  const current = shell.currentWidget;
  const active = current && documents.contextForWidget(current)?.path;
  return { files: [...paths], active: active ?? '' };
}

function amounts(missing: IMissing, trans: TranslationBundle): string {
  const { files, modules } = missing;
  return [
    modules.length > 0
      ? trans._n('%1 module', '%1 modules', modules.length)
      : '',
    files.length > 0 ? trans._n('%1 file', '%1 files', files.length) : ''
  ]
    .filter(Boolean)
    .join(', ');
}

/**
 * Ask what to bring back; null where nothing is.
 */
async function ask(
  missing: IMissing,
  trans: TranslationBundle
): Promise<IWanted | null> {
  const { CarryBody } = await import('./carrybody');
  let wanted: IWanted = { modules: true, files: true };
  const { button } = await showDialog({
    title: trans.__('Carry On Where the Last Session Ended'),
    body: (
      <CarryBody
        missing={missing}
        wanted={wanted}
        onChange={chosen => {
          wanted = chosen;
        }}
        trans={trans}
      />
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Carry On') })
    ]
  });
  return button.accept ? wanted : null;
}
