import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  ConnectionLost,
  IConnectionLost,
  JupyterFrontEnd,
  JupyterLab
} from '@jupyterlab/application';
import { Dialog } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ISessionModel } from '../session/tokens';
import { unsaved } from '../ui/documents';
import { languageOf } from '../ui/sentences';
import { ConnectionModel } from './connection';

import { LossBanner } from './lossbanner';

import { LossBody } from './lossbody';
import { lossTitle, lossWords } from './losswords';
import { IHubModel } from './tokens';

const DOMAIN = 'jupyterlab_hpc';
const EVENTS = 'https://schema.jupyter.org/jupyterlab_hpc/hub/v1';

/**
 * The plugin that says what became of a session that does not answer any more.
 *
 * It takes the place of `@jupyterlab/hub-extension:connectionlost`, whose button
 * "Restart" submits a new job. Without a Hub it does what JupyterLab does.
 */
export const connection: JupyterFrontEndPlugin<IConnectionLost> = {
  id: 'jupyterlab_hpc:hub-connection',
  description: 'Says what became of a session that does not answer any more.',
  autoStart: true,
  provides: IConnectionLost,
  requires: [IHubModel, JupyterFrontEnd.IPaths],
  optional: [ITranslator, ISessionModel, IDocumentManager, JupyterLab.IInfo],
  activate: (
    app: JupyterFrontEnd,
    hub: IHubModel,
    paths: JupyterFrontEnd.IPaths,
    translator: ITranslator | null,
    session: ISessionModel | null,
    documents: IDocumentManager | null,
    info: JupyterLab.IInfo | null
  ): IConnectionLost => {
    const known = translator ?? nullTranslator;
    const trans = known.load(DOMAIN);
    const language = languageOf(known);
    const { hubHost, hubPrefix } = paths.urls;
    const hubHome = hubPrefix
      ? URLExt.join(hubHost ?? '', hubPrefix, 'home')
      : '';
    const model = new ConnectionModel({
      ask: async () => (await hub.server()).stopping,
      endsAt: () => session?.endsAt ?? null,
      isVisible: () => document.visibilityState === 'visible'
    });
    const dirty = () =>
      documents
        ? unsaved(app.shell, documents).map(context => context.path)
        : [];
    const leave = () => {
      // Another page must not take what is not saved here.
      if (dirty().length > 0) {
        window.open(hubHome, '_blank', 'noopener');
      } else {
        window.location.assign(hubHome);
      }
    };

    let sheet: Dialog<unknown> | null = null;
    let banner: LossBanner | null = null;
    const show = async () => {
      const last = sheet;
      sheet = null;
      last?.dispose();
      if (model.loss === null) {
        return;
      }
      // JupyterLab's dialogs wait for each other: another one may be in front, and it
      // tells at most of a file that could not be saved.
      remind();
      const stay = Dialog.cancelButton({
        label: trans.__('Stay on This Page')
      });
      const home = Dialog.okButton({ label: trans.__('Open the Hub’s Page') });
      const dialog = new Dialog({
        title: lossTitle(model, trans),
        body: (
          <LossBody
            words={lossWords(model, language, trans)}
            unsaved={dirty()}
            trans={trans}
          />
        ),
        buttons: hubHome ? [stay, home] : [stay]
      });
      sheet = dialog;
      const answer = await dialog.launch().catch(() => null);
      if (sheet !== dialog) {
        return; // another one has taken its place, or all is well
      }
      sheet = null;
      if (answer?.button === home) {
        leave();
      }
    };
    const remind = () => {
      banner?.dispose();
      const words = `${lossTitle(model, trans)}. ${lossWords(model, language, trans)[0]}`;
      banner = new LossBanner(words, hubHome ? leave : null, trans);
      Widget.attach(banner, document.body);
    };
    model.stateChanged.connect(() => {
      const lost = model.loss !== null;
      if (info) {
        // Neither questions nor automatic saving meanwhile.
        info.isConnected = !lost;
      }
      if (!lost) {
        const last = sheet;
        sheet = null;
        last?.dispose();
        banner?.dispose();
        banner = null;
      } else if (banner && !sheet) {
        remind();
      } else {
        void show();
      }
    });

    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === EVENTS && !hub.isStopping) {
        model.notice(event.stopping === true);
      }
    });
    if (hubPrefix) {
      // Notebook 7 has nobody who would call what is returned here.
      app.serviceManager.connectionFailure.connect(() => {
        if (!hub.isStopping) {
          void model.look();
        }
      });
    }
    return async (manager, error, using) => {
      if (!hubPrefix) {
        await ConnectionLost(manager, error, using);
      }
    };
  }
};
