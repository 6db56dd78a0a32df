import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Dialog,
  MainAreaWidget,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { runIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { JobRequest } from '../rest/payloads';
import { detailOf, sayError } from '../ui/sentences';
import type { ITongue } from '../ui/size';
import type { JobFormView } from './components/formview';
import type { JobForm } from './form';
import type { IJobsModel } from './tokens';
import { CommandIDs } from './tokens';

/**
 * Milliseconds for which an outcome shows; it stays in the notification centre.
 */
const TOAST = 8000;

/** What the server can run. */
const RUNNABLE = new Set(['.ipynb', '.py', '.r', '.jl', '.sh']);

/**
 * What the commands work with.
 */
export interface ICommandContext {
  app: JupyterFrontEnd;
  model: IJobsModel;
  documents: IDocumentManager | null;
  browser: IDefaultFileBrowser | null;
  /** Bring the list of jobs to the front. */
  reveal: () => void;
  tongue: ITongue;
}

/**
 * Add the room's commands.
 */
export function addCommands(context: ICommandContext): void {
  const { app, model, tongue } = context;
  const { trans } = tongue;
  const { commands } = app;
  const idArgument = {
    type: 'string',
    description: trans.__('The number of the job.')
  };
  commands.addCommand(CommandIDs.submit, {
    label: args =>
      args.toolbar ? trans.__('Batch Job') : trans.__('Submit as Batch Job…'),
    caption: trans.__('Run this notebook or script as a batch job'),
    icon: args =>
      args.toolbar ? undefined : runIcon.bindprops({ stylesheet: 'menuItem' }),
    isEnabled: args => pathOf(args, context) !== '',
    isVisible: args => !args.browser || pathOf(args, context) !== '',
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: trans.__(
              'The notebook or script; without it, the one that is open or, with browser, selected in the file browser.'
            )
          },
          browser: {
            type: 'boolean',
            description: trans.__(
              'Whether the file that is selected in the file browser is meant.'
            )
          },
          toolbar: {
            type: 'boolean',
            description: trans.__('Whether the label is that of a toolbar.')
          }
        }
      }
    },
    execute: async args => {
      const path = pathOf(args, context);
      if (path) {
        await openForm(path, null, context);
      }
    }
  });
  commands.addCommand(CommandIDs.again, {
    label: trans.__('Submit Job Again…'),
    describedBy: { args: { type: 'object', properties: { id: idArgument } } },
    execute: args =>
      told(async () => {
        const { job, request } = await model.details(text(args.id));
        const path = job.source?.browse ?? job.source?.path ?? '';
        if (path) {
          await openForm(path, request, context);
        }
      }, trans)
  });
  commands.addCommand(CommandIDs.output, {
    label: trans.__('Show Output of Job'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          id: {
            type: 'string',
            description: trans.__(
              'The number of the job, with _ and that of its task where it is an array.'
            )
          }
        }
      }
    },
    execute: args => told(() => openOutput(text(args.id), context), trans)
  });
  commands.addCommand(CommandIDs.cancel, {
    label: trans.__('Cancel Job'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          id: idArgument,
          confirmed: {
            type: 'boolean',
            description: trans.__('Do it without asking first.')
          }
        }
      }
    },
    execute: async args => {
      const id = text(args.id);
      const job = model.jobs?.jobs.find(other => other.id === id);
      if (args.confirmed !== true) {
        const { button } = await showDialog({
          title: trans.__('Cancel job %1?', id),
          body: job
            ? trans.__(
                '%1 is ended. What it has done so far is kept.',
                job.name || id
              )
            : '',
          buttons: [
            Dialog.cancelButton({ label: trans.__('Keep It') }),
            Dialog.warnButton({ label: trans.__('Cancel the Job') })
          ],
          defaultButton: 0
        });
        if (!button.accept) {
          return;
        }
      }
      await model.remove(id);
    }
  });
}

/**
 * Return the file that a command is about, empty where there is none that can be run.
 */
function pathOf(
  args: ReadonlyPartialJSONObject,
  { app, browser, documents }: ICommandContext
): string {
  let path = text(args.path);
  if (!path && args.browser === true && browser) {
    const [item] = browser.selectedItems();
    path = item && item.type !== 'directory' ? item.path : '';
  } else if (!path && args.browser !== true && documents) {
    const { currentWidget } = app.shell;
    path = currentWidget
      ? (documents.contextForWidget(currentWidget)?.path ?? '')
      : '';
  }
  return RUNNABLE.has(PathExt.extname(path).toLowerCase()) ? path : '';
}

async function openForm(
  path: string,
  before: JobRequest | null,
  context: ICommandContext
): Promise<void> {
  const { app, model, tongue } = context;
  const { trans } = tongue;
  const [{ JobForm }, { JobFormView }] = await Promise.all([
    import('./form'),
    import('./components/formview')
  ]);
  const drive = app.serviceManager.contents;
  const form = new JobForm(drive.localPath(path), model, tongue, before);
  const content: JobFormView = new JobFormView(
    form,
    () =>
      void send(path, form, context).then(isSent => {
        if (isSent) {
          widget.dispose();
        }
      }),
    tongue
  );
  const widget = new MainAreaWidget({ content });
  widget.title.label = trans.__('Submit %1', PathExt.basename(path));
  widget.title.icon = runIcon;
  app.shell.add(widget, 'main');
  app.shell.activateById(widget.id);
  await form.begin();
}

/**
 * Save the file if it is open, and send the job. Resolves to whether it was sent.
 */
async function send(
  path: string,
  form: JobForm,
  { documents, model, reveal, tongue }: ICommandContext
): Promise<boolean> {
  const { trans } = tongue;
  const open = documents?.findWidget(path, null) ?? undefined;
  const file = open && documents?.contextForWidget(open);
  if (file?.model.dirty && !file.model.readOnly) {
    await file.save();
  }
  const sent = await form.submit();
  if (!sent?.job) {
    return false;
  }
  Notification.success(trans.__('Job %1 was submitted.', sent.job.id), {
    autoClose: TOAST,
    actions: [{ label: trans.__('Show Jobs'), callback: reveal }]
  });
  await model.refresh();
  return true;
}

async function openOutput(
  name: string,
  { app, model, tongue }: ICommandContext
): Promise<void> {
  const { trans } = tongue;
  const [id, task] = name.split('_');
  const details = await model.details(id);
  const { JobOutputView } = await import('./components/outputview');
  const known = `jupyterlab-hpc-job-output-${id}`;
  const open = [...app.shell.widgets('main')].find(other => other.id === known);
  if (open instanceof MainAreaWidget) {
    if (task && open.content instanceof JobOutputView) {
      open.content.showTask(task);
    }
    app.shell.activateById(known);
    return;
  }
  const content = new JobOutputView(details, model, tongue, task);
  const widget = new MainAreaWidget({ content });
  widget.id = known;
  widget.title.label = trans.__('Output of %1', details.job.name || id);
  app.shell.add(widget, 'main');
  app.shell.activateById(known);
}

/**
 * Do what may be refused, and tell the refusal.
 */
async function told(
  act: () => Promise<void>,
  trans: TranslationBundle
): Promise<void> {
  try {
    await act();
  } catch (reason) {
    const error = reason as Error;
    const words = [sayError(error, trans), detailOf(error)];
    Notification.error(words.filter(Boolean).join('\n'), { autoClose: false });
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
