import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { detailOf, sayError } from '../ui/sentences';
import type { StaleKernels } from './stalekernels';
import { SaveError, TakeOverError } from './stalekernels';
import { nameOf } from './stalewords';
import type { IStaleKernel, IStaleModel } from './tokens';
import { StaleCommandIDs } from './tokens';

/**
 * Milliseconds for which a success shows.
 */
const TOAST = 5000;

/**
 * What the commands need from the application.
 */
export interface IStaleContext {
  model: IStaleModel;
  kernels: StaleKernels;
  /** Whether the user wants kernels to be restarted without a question. */
  skipsQuestion: () => Promise<boolean>;
  trans: TranslationBundle;
}

/**
 * Add the commands that give running kernels the session's modules.
 */
export function addStaleCommands(
  commands: CommandRegistry,
  context: IStaleContext
): void {
  const { model, trans } = context;
  const describedBy = {
    args: {
      type: 'object',
      properties: {
        kernel_id: {
          type: 'string',
          description: trans.__(
            'The id of a running kernel; without it all that use old modules are meant.'
          )
        }
      }
    }
  };
  const meant = (args: { kernel_id?: unknown }) =>
    model.kernels.filter(
      ({ id }) =>
        !model.busy.has(id) && (!args.kernel_id || args.kernel_id === id)
    );
  const orNothing = async (
    kernels: ReadonlyArray<IStaleKernel>,
    act: (kernels: ReadonlyArray<IStaleKernel>) => Promise<void>
  ) => {
    if (kernels.length) {
      await act(kernels);
    } else if (model.busy.size === 0) {
      Notification.info(trans.__('No kernel uses old modules.'), {
        autoClose: TOAST
      });
    }
  };
  commands.addCommand(StaleCommandIDs.restart, {
    label: trans.__('Restart What Uses Old Modules'),
    describedBy,
    execute: args =>
      orNothing(meant(args), kernels => restart(kernels, context))
  });
  commands.addCommand(StaleCommandIDs.takeOver, {
    label: trans.__('Take Over New Modules Without Restarting (Python)'),
    describedBy,
    execute: args =>
      orNothing(
        meant(args).filter(kernel => kernel.isPython),
        async kernels => {
          await Promise.all(kernels.map(kernel => takeOver(kernel, context)));
        }
      )
  });
}

/**
 * Ask where something can be lost, save, restart, and tell what came of it.
 */
async function restart(
  kernels: ReadonlyArray<IStaleKernel>,
  context: IStaleContext
): Promise<void> {
  const { trans } = context;
  const isSafe = !kernels.some(kernel => context.kernels.isBusy(kernel));
  if (!(isSafe && (await context.skipsQuestion()))) {
    const answer = await showDialog({
      title: trans.__('Restart to use the new modules?'),
      body: <RestartPlan kernels={kernels} context={context} />,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: trans.__('Restart') })
      ]
    });
    if (!answer.button.accept) {
      return;
    }
  }
  try {
    const failed = await context.kernels.restart(kernels);
    const done = kernels.filter(kernel => !failed.includes(kernel));
    if (done.length) {
      Notification.success(
        trans.__('Restarted with the new modules: %1.', names(done)),
        { autoClose: TOAST }
      );
    }
    if (failed.length) {
      Notification.error(trans.__('Not restarted: %1.', names(failed)), {
        autoClose: false
      });
    }
  } catch (reason) {
    const error = reason as Error;
    Notification.error(
      error instanceof SaveError
        ? trans.__('%1 was not saved, so nothing was restarted.', error.path)
        : sayError(error, trans),
      { autoClose: false }
    );
  }
}

/**
 * Have a kernel take over the change, and tell what came of it.
 */
async function takeOver(
  kernel: IStaleKernel,
  context: IStaleContext
): Promise<void> {
  const { trans } = context;
  const name = nameOf(kernel);
  if (context.kernels.isBusy(kernel)) {
    Notification.info(
      trans.__(
        '%1 takes over the change when what it runs now has ended.',
        name
      ),
      { autoClose: TOAST }
    );
  }
  try {
    await context.kernels.takeOver(kernel);
    Notification.success(
      trans.__(
        '%1 has the new modules. What it has imported already stays as it was.',
        name
      ),
      { autoClose: TOAST }
    );
  } catch (reason) {
    const error = reason as Error;
    const detail =
      error instanceof TakeOverError ? error.message : detailOf(error);
    Notification.error(sayFailure(name, error, trans), {
      autoClose: false,
      actions: detail
        ? [
            {
              label: trans.__('Details'),
              callback: () => {
                void showDialog({
                  title: name,
                  body: <pre className="jp-HPCNotice-detail">{detail}</pre>,
                  buttons: [Dialog.okButton({ label: trans.__('Close') })]
                });
              }
            }
          ]
        : []
    });
  }
}

/**
 * Return why a kernel did not take over the change, and what to do.
 */
function sayFailure(
  name: string,
  error: Error,
  trans: TranslationBundle
): string {
  if (!(error instanceof TakeOverError)) {
    return sayError(error, trans);
  }
  if (error.exception === '') {
    return trans.__(
      '%1 dropped the request after an error. Try again, or restart it.',
      name
    );
  }
  if (/jupyterlab_hpc/.test(error.message)) {
    return trans.__(
      'The Python of %1 lacks the package jupyterlab_hpc, which this needs. Restart it instead.',
      name
    );
  }
  return trans.__(
    '%1 did not take over the change and has its old modules. Restart it instead.',
    name
  );
}

/**
 * What a restart saves, and what it loses.
 */
function RestartPlan(props: {
  kernels: ReadonlyArray<IStaleKernel>;
  context: IStaleContext;
}): React.JSX.Element {
  const { kernels } = props;
  const { trans, kernels: page } = props.context;
  return (
    <div className="jp-StaleSection-plan">
      <p>
        {trans.__(
          'What is open here is saved first, and outputs stay. Variables in memory are lost.'
        )}
      </p>
      <ul>
        {kernels.map(kernel => (
          <li key={kernel.id}>
            {nameOf(kernel)}
            {page.isBusy(kernel) && (
              <>
                {' – '}
                <strong>{trans.__('is running code, which is stopped')}</strong>
              </>
            )}
            {!page.isOpen(kernel) && (
              <>
                {' – '}
                {trans.__(
                  'is not open on this page: save it first where it is open'
                )}
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function names(kernels: ReadonlyArray<IStaleKernel>): string {
  return kernels.map(nameOf).join(', ');
}
