import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';

import { RestClient } from '../rest/client';
import { ISessionPanel } from '../session/tokens';
import { languageOf } from '../ui/sentences';
import { translateSettings } from '../ui/settings';
import type { ITongue } from '../ui/size';
import { JobsApi } from './api';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands are registered at once
import { addCommands } from './commands';
import type { IJobsNotice } from './model';
import { JobsModel } from './model';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the section is placed at once
import { JobsSection } from './section';
import type { IJobActions } from './tokens';
import { CommandIDs, IJobsModel } from './tokens';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the section has loaded it
import { ending } from './words';

const DOMAIN = 'jupyterlab_hpc';
const EVENTS = 'https://schema.jupyter.org/jupyterlab_hpc/jobs/v1';
const SECTION = 'jobs';
const SETTINGS = 'jupyterlab_hpc:jobs';

/** Milliseconds for which the end of a job shows. */
const TOAST = 30_000;

/**
 * Return the catalogue and the language of the page.
 */
function tongueOf(translator: ITranslator | null): ITongue {
  const known = translator ?? nullTranslator;
  return { trans: known.load(DOMAIN), language: languageOf(known) };
}

/**
 * The plugin that provides the jobs model.
 */
export const model: JupyterFrontEndPlugin<IJobsModel> = {
  id: 'jupyterlab_hpc:jobs-model',
  description: 'Provides the user’s batch jobs.',
  autoStart: true,
  provides: IJobsModel,
  activate: (app: JupyterFrontEnd): IJobsModel => {
    const jobs = new JobsModel(
      new JobsApi(new RestClient(app.serviceManager.serverSettings))
    );
    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === EVENTS) {
        void jobs.notice(event as unknown as IJobsNotice);
      }
    });
    return jobs;
  }
};

/**
 * The plugin that submits notebooks and scripts; its schema puts the command into menus.
 */
export const commands: JupyterFrontEndPlugin<void> = {
  id: SETTINGS,
  description: 'Adds the commands that submit and follow batch jobs.',
  autoStart: true,
  requires: [IJobsModel],
  optional: [
    ITranslator,
    ICommandPalette,
    IDocumentManager,
    IDefaultFileBrowser,
    ISettingRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    jobs: IJobsModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    documents: IDocumentManager | null,
    browser: IDefaultFileBrowser | null,
    settings: ISettingRegistry | null
  ): void => {
    const tongue = tongueOf(translator);
    if (settings) {
      translateSettings(settings, SETTINGS, tongue.trans);
    }
    addCommands({
      app,
      model: jobs,
      documents,
      browser,
      reveal: () => {
        // The panel is another plugin's, which can be switched off.
        if (app.commands.hasCommand('session:show')) {
          void app.commands.execute('session:show', { section: SECTION });
        }
      },
      tongue
    });
    palette?.addItem({
      command: CommandIDs.submit,
      category: tongue.trans.__('Session')
    });
  }
};

/**
 * The plugin that adds the section Jobs.
 */
export const section: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:jobs-section',
  description: 'Adds the section Jobs to the Session panel.',
  autoStart: true,
  requires: [IJobsModel, ISessionPanel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    jobs: IJobsModel,
    panel: ISessionPanel,
    translator: ITranslator | null
  ): void => {
    const tongue = tongueOf(translator);
    const run = (command: string, id: string) =>
      void app.commands.execute(command, { id });
    const actions: IJobActions = {
      tasks: (job, limit) => jobs.tasks(job.id, limit),
      showOutput: (job, task) =>
        run(
          CommandIDs.output,
          task === undefined ? job.id : `${job.id}_${task}`
        ),
      open: path => void app.commands.execute('docmanager:open', { path }),
      cancel: job => run(CommandIDs.cancel, job.id),
      remove: job => void jobs.remove(job.id),
      again: job => run(CommandIDs.again, job.id)
    };
    panel.addSection({
      id: SECTION,
      title: tongue.trans.__('Jobs'),
      rank: 300,
      render: () => (
        <JobsSection model={jobs} actions={actions} tongue={tongue} />
      ),
      onShow: () => void jobs.refresh()
    });
    jobs.watch(() => panel.isVisible);
  }
};

/**
 * The plugin that tells when a job has ended.
 */
export const notification: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab_hpc:jobs-notification',
  description: 'Tells when a job that was submitted here has ended.',
  autoStart: true,
  requires: [IJobsModel],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    jobs: IJobsModel,
    translator: ITranslator | null
  ): void => {
    const { trans } = tongueOf(translator);
    jobs.ended.connect((_, job) => {
      const result = job.result?.browse;
      Notification.emit(
        ending(job, trans),
        job.state === 'completed' ? 'success' : 'warning',
        {
          // It stays in the notification centre.
          autoClose: TOAST,
          actions: [
            ...(typeof result === 'string'
              ? [
                  {
                    label: trans.__('Open Result'),
                    callback: () =>
                      void app.commands.execute('docmanager:open', {
                        path: result
                      })
                  }
                ]
              : []),
            ...(app.commands.hasCommand(CommandIDs.output)
              ? [
                  {
                    label: trans.__('Show Output'),
                    callback: () =>
                      void app.commands.execute(CommandIDs.output, {
                        id: job.id
                      })
                  }
                ]
              : [])
          ]
        }
      );
    });
  }
};
