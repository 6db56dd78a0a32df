import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { MadeKernel } from '../rest/payloads';
import { sayError } from '../ui/sentences';
import type { ITongue } from '../ui/size';
import type { IKernelActions, IKernelsModel } from './tokens';
import { CommandIDs } from './tokens';
import { sayTrial } from './words';

/**
 * Milliseconds for which an outcome shows; it stays in the notification centre.
 */
const TOAST = 8000;

/**
 * What the commands need from the application.
 */
export interface ICommandContext extends ITongue {
  model: IKernelsModel;
  /** Bring the list of kernels to the front. */
  open: () => Promise<void>;
  /** Return how many kernels of a name run. */
  running: (name: string) => number;
}

/**
 * Return what the list of kernels asks for.
 */
export function kernelActions(commands: CommandRegistry): IKernelActions {
  const run = (id: string) => (name: string) => {
    void commands.execute(id, { name });
  };
  return {
    make: () => void commands.execute(CommandIDs.make),
    tryAgain: run(CommandIDs.tryAgain),
    repair: run(CommandIDs.repair),
    rename: run(CommandIDs.rename),
    remove: run(CommandIDs.remove)
  };
}

/**
 * Add the commands for made kernels; without a name those for one kernel lead to the list.
 */
export function addCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { model, open, trans } = context;
  commands.addCommand(CommandIDs.make, {
    label: args =>
      args.isPanel ? trans.__('Make a kernel…') : trans.__('Make a Kernel…'),
    caption: trans.__(
      'Make a kernel that loads its own modules, and test it before it is offered'
    ),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => make(commands, context)
  });
  commands.addCommand(CommandIDs.show, {
    label: trans.__('My Kernels'),
    caption: trans.__('List the kernels that load their own modules'),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: open
  });
  const add = (
    id: string,
    labels: { named: (name: string) => string; unnamed: string },
    more: ReadonlyPartialJSONObject,
    act: (
      kernel: MadeKernel,
      args: ReadonlyPartialJSONObject
    ) => Promise<unknown>
  ) => {
    commands.addCommand(id, {
      label: args =>
        typeof args.name === 'string'
          ? labels.named(args.name)
          : labels.unnamed,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            name: {
              type: 'string',
              description: trans.__(
                'The name of a made kernel; without it the list of them opens.'
              )
            },
            ...more
          }
        }
      },
      execute: async args => {
        if (typeof args.name !== 'string') {
          await open();
          return;
        }
        if (!model.kernels) {
          await model.refresh();
        }
        const kernel = model.kernels?.find(made => made.name === args.name);
        if (!kernel) {
          Notification.error(
            trans.__('No kernel named %1 was made here.', args.name),
            { autoClose: TOAST }
          );
          return;
        }
        await act(kernel, args);
      }
    });
  };
  add(
    CommandIDs.tryAgain,
    {
      named: name => trans.__('Test the Kernel %1', name),
      unnamed: trans.__('Test a Kernel…')
    },
    {},
    kernel => model.tryAgain(kernel.name)
  );
  add(
    CommandIDs.repair,
    {
      named: name => trans.__('Repair the Kernel %1…', name),
      unnamed: trans.__('Repair a Kernel…')
    },
    {},
    async kernel => {
      const { repairKernel } = await import('./repairdialog');
      await repairKernel(kernel, model, trans);
    }
  );
  add(
    CommandIDs.rename,
    {
      named: name => trans.__('Rename the Kernel %1…', name),
      unnamed: trans.__('Rename a Kernel…')
    },
    {
      display_name: {
        type: 'string',
        description: trans.__(
          'The new name in the launcher; without it a dialog asks for it.'
        )
      }
    },
    (kernel, args) => rename(kernel, args.display_name, context)
  );
  add(
    CommandIDs.remove,
    {
      named: name => trans.__('Remove the Kernel %1…', name),
      unnamed: trans.__('Remove a Kernel…')
    },
    {},
    kernel => remove(kernel, context)
  );
}

async function make(
  commands: CommandRegistry,
  context: ICommandContext
): Promise<void> {
  const { model, open, trans } = context;
  const { makeKernel } = await import('./makedialog');
  let made;
  try {
    made = await makeKernel(model, trans);
  } catch (reason) {
    Notification.error(sayError(reason as Error, trans), { autoClose: false });
    return;
  }
  if (!made) {
    return;
  }
  const { kernel, trial } = made;
  const said = trans.__(
    'The kernel %1 is in the launcher. %2',
    kernel.display_name,
    sayTrial(trial, context)
  );
  const actions = [
    {
      label: trans.__('New Notebook'),
      callback: () =>
        void commands.execute('notebook:create-new', {
          kernelName: kernel.name
        })
    },
    { label: trans.__('My Kernels'), callback: () => void open() }
  ];
  if (trial.ok) {
    Notification.success(said, { autoClose: TOAST, actions });
  } else {
    Notification.warning(said, { autoClose: false, actions });
  }
}

async function rename(
  kernel: MadeKernel,
  displayName: unknown,
  context: ICommandContext
): Promise<void> {
  const { model, trans } = context;
  let wanted: string | null =
    typeof displayName === 'string' ? displayName : null;
  if (wanted === null) {
    const answer = await InputDialog.getText({
      title: trans.__('Rename %1', kernel.display_name),
      label: trans.__('Name in the launcher'),
      text: kernel.display_name,
      okLabel: trans.__('Rename')
    });
    wanted = answer.button.accept ? answer.value : null;
  }
  if (wanted === null) {
    return;
  }
  try {
    await model.rename(kernel.name, wanted.trim());
  } catch (reason) {
    Notification.error(sayError(reason as Error, trans), { autoClose: false });
  }
}

async function remove(
  kernel: MadeKernel,
  context: ICommandContext
): Promise<void> {
  const { model, trans } = context;
  const running = context.running(kernel.name);
  const warning = running
    ? trans._n(
        '%1 kernel of it runs: it goes on, but cannot be restarted.',
        '%1 kernels of it run: they go on, but cannot be restarted.',
        running
      )
    : '';
  const answer = await showDialog({
    title: trans.__('Remove %1?', kernel.display_name),
    body: [
      trans.__(
        'Notebooks that use it will ask for another kernel. Neither modules nor virtual environments are touched.'
      ),
      warning
    ]
      .filter(Boolean)
      .join(' '),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Remove') })
    ]
  });
  if (answer.button.accept) {
    await model.remove(kernel.name);
  }
}
