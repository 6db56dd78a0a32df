import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { linkIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import type { Copy, FolderLink, LinkRequest } from '../rest/payloads';
import { sayError } from '../ui/sentences';
import type { IKnownLink } from './dialog';
import type { IStorageModel } from './tokens';
import { CommandIDs } from './tokens';
import { sayCopy, sayOutcome } from './words';
import type { ITongue } from '../ui/size';

/**
 * Milliseconds for which an outcome shows; it stays in the notification centre.
 */
const TOAST = 8000;

/**
 * What the commands need from the application.
 */
export interface ICommandContext {
  model: IStorageModel;
  /** Bring the section to the front. */
  reveal: () => void;
  /** Whether the user sees what the section tells. */
  isSectionVisible: () => boolean;
  /** Take the file browser out of a directory that is about to go. */
  leave: (path: string) => Promise<void>;
  trans: TranslationBundle;
}

/**
 * Add the storage room's commands.
 */
export function addCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { model, trans } = context;
  const nameArgument = {
    type: 'string',
    description: trans.__(
      'The name of the link, or its place below the home with slashes.'
    )
  };
  commands.addCommand(CommandIDs.link, {
    label: args =>
      text(args.name)
        ? trans.__('Link %1', text(args.name))
        : trans.__('Link a Directory…'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          name: nameArgument,
          target: {
            type: 'string',
            description: trans.__(
              'Where the link leads: an absolute path, which may have variables. It can be left out for a directory of the site.'
            )
          }
        }
      }
    },
    execute: async args => {
      const request = text(args.name)
        ? { name: text(args.name), target: text(args.target) }
        : await ask({}, trans);
      if (request) {
        await make(request, commands, context);
      }
    }
  });
  commands.addCommand(CommandIDs.unlink, {
    label: args =>
      text(args.name)
        ? trans.__('Unlink %1', text(args.name))
        : trans.__('Unlink a Directory…'),
    describedBy: {
      args: { type: 'object', properties: { name: nameArgument } }
    },
    execute: async args => {
      if (!text(args.name)) {
        context.reveal();
        return;
      }
      const known = model.storage?.links.find(
        link => link.name === args.name || link.link === args.name
      );
      if (known?.browse) {
        await context.leave(known.browse);
      }
      await model.unlink(text(args.name));
      await announce(commands, context);
    }
  });
}

/**
 * Add the command that makes a link in the folder that the file browser shows.
 *
 * `cwd` tells that folder, from the file browser's root.
 */
export function addFileCommand(
  commands: CommandRegistry,
  cwd: () => string,
  context: ICommandContext
): void {
  const { model, trans } = context;
  commands.addCommand(CommandIDs.linkHere, {
    label: trans.__('Create Link Here…'),
    icon: linkIcon.bindprops({ stylesheet: 'menuItem' }),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: async () => {
      const here = cwd();
      if (!model.storage) {
        await model.refresh();
      }
      const folder = belowHome(here, model.storage?.browse ?? null);
      if (folder === null) {
        Notification.error(
          trans.__('Links can be created in your home only.'),
          { autoClose: TOAST }
        );
        return;
      }
      const request = await ask({ folder }, trans);
      if (request) {
        await make(request, commands, context);
      }
    }
  });
}

/**
 * Add the command that copies what is in the job's directory.
 */
export function addCopyCommand(
  commands: CommandRegistry,
  tongue: ITongue,
  context: ICommandContext
): void {
  const { model, trans } = context;
  commands.addCommand(CommandIDs.copyBeforeEnd, {
    label: trans.__('Copy Before the Session Ends…'),
    caption: trans.__(
      'Copy what is in the temporary directory of this job, which is deleted when the job ends'
    ),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          to: {
            type: 'string',
            description: trans.__(
              'The name of the directory to copy to, or ~ for the home; without it a dialog asks.'
            )
          },
          changed: {
            type: 'boolean',
            description: trans.__(
              'Whether only what was written in this session is copied; it is if this is left out.'
            )
          }
        }
      }
    },
    execute: async args => {
      const request = text(args.to)
        ? { to: text(args.to), changed: args.changed !== false }
        : await import('./copydialog').then(({ askForCopy }) =>
            askForCopy(model.left(true), tongue)
          );
      if (!request) {
        return;
      }
      await model.startCopy(request);
      if (model.error) {
        await announce(commands, context);
      } else {
        context.reveal();
      }
    }
  });
  model.copied.connect((_, copy) => {
    tellCopy(copy, tongue, commands, context);
  });
}

/**
 * Tell the end of a copy: the user may be anywhere by then.
 */
function tellCopy(
  copy: Copy,
  tongue: ITongue,
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { model, reveal, trans } = context;
  const { browse } = copy;
  const sentence = sayCopy(copy, tongue);
  if (copy.state === 'done') {
    Notification.emit(sentence, copy.skipped_files ? 'warning' : 'success', {
      autoClose: false,
      actions:
        browse === null
          ? [{ label: trans.__('Show Storage'), callback: reveal }]
          : [
              {
                label: trans.__('Open the Copy'),
                callback: () =>
                  void commands.execute('filebrowser:open-path', {
                    path: browse
                  })
              }
            ]
    });
  } else if (copy.state === 'failed') {
    Notification.error(sentence, {
      autoClose: false,
      actions: [
        ...(copy.resumable
          ? [
              {
                label: trans.__('Go On'),
                callback: () => void model.startCopy({ resume: true })
              }
            ]
          : []),
        { label: trans.__('Show Storage'), callback: reveal }
      ]
    });
  }
}

/**
 * Return the place below the home of a folder in the file browser, null where it is not
 * in the home.
 */
export function belowHome(cwd: string, home: string | null): string | null {
  if (home === null) {
    return null;
  }
  const folder = PathExt.removeSlash(cwd);
  if (home === '' || folder === home) {
    return folder === home ? '' : folder;
  }
  return folder.startsWith(`${home}/`) ? folder.slice(home.length + 1) : null;
}

async function ask(
  known: IKnownLink,
  trans: TranslationBundle
): Promise<LinkRequest | null> {
  const { askForLink } = await import('./dialog');
  return askForLink(known, trans);
}

async function make(
  request: LinkRequest,
  commands: CommandRegistry,
  context: ICommandContext
): Promise<void> {
  await context.model.link(request);
  await announce(commands, context);
}

/**
 * Let the file browser show the change, and tell what came of it where the section,
 * which tells it too, is out of sight.
 */
async function announce(
  commands: CommandRegistry,
  context: ICommandContext
): Promise<void> {
  const { model, reveal, trans } = context;
  if (commands.hasCommand('filebrowser:refresh')) {
    await commands.execute('filebrowser:refresh');
  }
  if (context.isSectionVisible()) {
    return;
  }
  const actions = [{ label: trans.__('Show Storage'), callback: reveal }];
  if (model.error) {
    Notification.error(sayError(model.error, trans), {
      autoClose: false,
      actions
    });
  } else if (model.outcome) {
    Notification.success(sayOutcome(model.outcome, trans), {
      autoClose: TOAST,
      actions
    });
  }
}

/**
 * Ask where a link that is there should lead instead, and lead it there.
 */
export async function mendElsewhere(
  link: FolderLink,
  commands: CommandRegistry,
  trans: TranslationBundle
): Promise<void> {
  const request = await ask({ link: link.link, target: link.points_to }, trans);
  if (request) {
    await commands.execute(CommandIDs.link, { ...request });
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
