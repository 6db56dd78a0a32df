import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { isInTheWay } from '../rest/client';
import type { Application } from '../rest/payloads';
import type { ISoftwareModel } from '../software/tokens';
import { CommandIDs as SoftwareCommandIDs } from '../software/tokens';
import { detailOf, sayError, sayTemplate } from '../ui/sentences';
import { iconOf } from './icons';
import type { IApplicationsModel } from './tokens';
import { CommandIDs } from './tokens';
import { describe } from './words';

/**
 * What the commands need from the application.
 */
export interface ICommandContext {
  model: IApplicationsModel;
  software: ISoftwareModel | null;
  /** Show an application inside JupyterLab. */
  show: (application: Application) => void;
  trans: TranslationBundle;
}

/**
 * Add the applications room's commands.
 */
export function addCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { model, trans } = context;
  const describedBy = {
    args: {
      type: 'object',
      properties: {
        id: {
          type: 'string',
          description: trans.__(
            'The id of an application, such as vscode; without it you are asked which.'
          )
        }
      }
    }
  };
  const named = (args: ReadonlyPartialJSONObject) =>
    typeof args.id === 'string' ? model.find(args.id) : undefined;
  const choose = async (
    args: ReadonlyPartialJSONObject,
    question: string,
    wanted: (application: Application) => boolean
  ): Promise<Application | undefined> => {
    if (typeof args.id === 'string') {
      if (!model.find(args.id)) {
        await model.refresh();
      }
      return model.find(args.id);
    }
    await model.refresh();
    const choices = model.applications.filter(wanted);
    if (choices.length === 0) {
      Notification.info(trans.__('No application is running.'));
      return undefined;
    }
    const answer = await InputDialog.getItem({
      title: question,
      items: choices.map(application => application.title)
    });
    return choices.find(
      application => answer.button.accept && application.title === answer.value
    );
  };

  commands.addCommand(CommandIDs.open, {
    label: args => named(args)?.title ?? trans.__('Open an Application…'),
    caption: args => {
      const application = named(args);
      return application ? describe(application, trans) : '';
    },
    icon: args => {
      const application = named(args);
      return application && iconOf(application);
    },
    describedBy,
    // The launcher lets no other tile work before this ends, so it ends at once.
    execute: args => {
      const application = named(args);
      if (application) {
        void open(application, commands, context);
      } else {
        void choose(args, trans.__('Open which application?'), () => true).then(
          chosen => chosen && open(chosen, commands, context)
        );
      }
    }
  });
  /** Add a command for an application that runs. */
  const addForRunning = (
    command: string,
    words: {
      label: (title: string) => string;
      asking: string;
      question: string;
    },
    act: (id: string) => Promise<void>
  ) =>
    commands.addCommand(command, {
      label: args => {
        const application = named(args);
        return application ? words.label(application.title) : words.asking;
      },
      describedBy,
      execute: async args => {
        const application = await choose(args, words.question, isAlive);
        if (application) {
          await act(application.id);
          tell(context);
        }
      }
    });
  addForRunning(
    CommandIDs.stop,
    {
      label: title => trans.__('Stop %1', title),
      asking: trans.__('Stop an Application…'),
      question: trans.__('Stop which application?')
    },
    id => model.stop(id)
  );
  addForRunning(
    CommandIDs.restart,
    {
      label: title => trans.__('Restart %1', title),
      asking: trans.__('Restart an Application…'),
      question: trans.__('Restart which application?')
    },
    async id => {
      await model.stop(id);
      await model.start(id);
    }
  );
}

/**
 * Tell whether an application runs, and can be ended.
 */
export function isAlive(application: Application): boolean {
  return (
    application.managed &&
    ['starting', 'running', 'stopping'].includes(application.state)
  );
}

/**
 * Open an application in a browser tab; one that is locked, after its module is loaded.
 *
 * The tab shows the start, or the application: which of them is the server's business.
 */
async function open(
  application: Application,
  commands: CommandRegistry,
  context: ICommandContext
): Promise<void> {
  if (application.state !== 'locked') {
    lead(application, context);
    return;
  }
  if (await unlock(application, commands, context)) {
    lead(context.model.find(application.id) ?? application, context);
  }
}

/**
 * Lead the user to an application.
 */
function lead(application: Application, context: ICommandContext): void {
  const { trans } = context;
  const { title, url } = application;
  if (!application.new_browser_tab) {
    context.show(application);
  } else if (!window.open(url, '_blank')) {
    Notification.warning(
      trans.__('The browser did not let a tab for %1 open.', title),
      {
        autoClose: false,
        actions: [
          {
            label: trans.__('Open %1', title),
            callback: () => void window.open(url, '_blank')
          }
        ]
      }
    );
  }
}

/**
 * Offer to load what an application needs; return whether it is unlocked.
 */
async function unlock(
  application: Application,
  commands: CommandRegistry,
  context: ICommandContext
): Promise<boolean> {
  const { model, software, trans } = context;
  const { id, needs, title } = application;
  if (needs.length === 0 || !software) {
    await showDialog({
      title,
      body: sayTemplate(application.template, application.arguments, trans),
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
    return false;
  }
  const [name] = needs;
  try {
    const change = await software.preview([name]).catch((reason: Error) => {
      if (isInTheWay(reason)) {
        return null;
      }
      throw reason;
    });
    // What brings other changes is asked by the command itself.
    if (change?.way.length === 0) {
      const answer = await showDialog({
        title: trans.__('Load %1?', name),
        body: trans.__('%1 needs it, and starts when it is loaded.', title),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.okButton({ label: trans.__('Load') })
        ]
      });
      if (!answer.button.accept) {
        return false;
      }
      await software.load([name]);
      if (software.error) {
        throw software.error;
      }
    } else {
      await commands.execute(SoftwareCommandIDs.load, { full_name: name });
    }
  } catch (reason) {
    complain(reason as Error, trans);
    return false;
  }
  await model.refresh();
  return model.find(id)?.state === 'ready';
}

function tell(context: ICommandContext): void {
  const { error } = context.model;
  if (error) {
    complain(error, context.trans);
  }
}

function complain(error: Error, trans: TranslationBundle): void {
  const words = detailOf(error);
  Notification.error(
    words ? `${sayError(error, trans)}\n${words}` : sayError(error, trans),
    { autoClose: false }
  );
}
