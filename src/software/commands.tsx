import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { RestError } from '../rest/client';
import { sayError } from '../ui/sentences';
import { ChangePlan } from './components/changeplan';
import { describeChange } from './outcome';
import type { ISoftwareModel } from './tokens';
import { CommandIDs } from './tokens';

/**
 * Milliseconds for which an outcome shows; it stays in the notification centre.
 */
export const TOAST = 8000;

/**
 * What the commands need from the application.
 */
export interface ICommandContext {
  model: ISoftwareModel;
  /** Bring the panel to the front, its search box focused. */
  reveal: () => void;
  /** Whether the user sees what the panel tells. */
  isPanelVisible: () => boolean;
  /** Open the details of a module. */
  open: (fullName: string) => Promise<void>;
  trans: TranslationBundle;
}

/**
 * Add the software room's commands.
 *
 * Without a name each of them leads to the panel, so that it is of use in the
 * command palette.
 */
export function addCommands(
  commands: CommandRegistry,
  context: ICommandContext
): void {
  const { model, reveal, trans } = context;
  const describedBy = {
    args: {
      type: 'object',
      properties: {
        full_name: {
          type: 'string',
          description: trans.__(
            'The full name of a module, such as gcc/13.2; without it the Software panel opens.'
          )
        }
      }
    }
  };
  const add = (
    id: string,
    labels: { named: (name: string) => string; unnamed: string },
    act: (fullName: string) => Promise<void> | void
  ) => {
    commands.addCommand(id, {
      label: args =>
        typeof args.full_name === 'string' && args.full_name
          ? labels.named(args.full_name)
          : labels.unnamed,
      describedBy,
      execute: async args => {
        if (typeof args.full_name === 'string' && args.full_name) {
          await act(args.full_name);
        } else {
          reveal();
        }
      }
    });
  };

  add(
    CommandIDs.load,
    {
      named: name => trans.__('Load %1', name),
      unnamed: trans.__('Load a Module…')
    },
    async fullName => {
      if (await confirmLoad(fullName, model, trans)) {
        await model.load([fullName]);
      }
      announce(context);
    }
  );
  add(
    CommandIDs.unload,
    {
      named: name => trans.__('Unload %1', name),
      unnamed: trans.__('Unload a Module…')
    },
    async fullName => {
      await model.unload([fullName]);
      if (await confirmUnload(fullName, model, trans)) {
        await model.unload([fullName], true);
      }
      announce(context);
    }
  );
  add(
    CommandIDs.show,
    {
      named: name => trans.__('Show what %1 is', name),
      unnamed: trans.__('Show Software')
    },
    fullName => context.open(fullName)
  );
}

/**
 * Tell what came of a change where the panel, which tells it too, is out of sight.
 */
export function announce(
  context: Pick<
    ICommandContext,
    'isPanelVisible' | 'model' | 'reveal' | 'trans'
  >
): void {
  const { model, reveal, trans } = context;
  if (context.isPanelVisible()) {
    return;
  }
  const actions = [{ label: trans.__('Show Software'), callback: reveal }];
  if (model.error) {
    Notification.error(sayError(model.error, trans), {
      autoClose: false,
      actions
    });
  } else {
    const said = model.outcome
      ? describeChange(model.outcome, trans).join(' ')
      : model.told;
    if (said) {
      Notification.success(said, { autoClose: TOAST, actions });
    }
  }
}

/**
 * Ask the user where the server wants a confirmation; return whether it was given.
 */
async function confirmUnload(
  fullName: string,
  model: ISoftwareModel,
  trans: TranslationBundle
): Promise<boolean> {
  const { error } = model;
  if (!(error instanceof RestError && error.reason === 'conflict')) {
    return false;
  }
  model.dismiss();
  const answer = await showDialog({
    title: trans.__('Unload %1?', fullName),
    body: sayError(error, trans),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Unload') })
    ]
  });
  return answer.button.accept;
}

/**
 * Ask the user where loading needs other modules; return whether to go on.
 *
 * A module that is known to be loadable as it is costs no preview.
 */
async function confirmLoad(
  fullName: string,
  model: ISoftwareModel,
  trans: TranslationBundle
): Promise<boolean> {
  const known = model.found
    .flatMap(module => module.versions)
    .find(version => version.full_name === fullName);
  if (known?.loadable) {
    return true;
  }
  try {
    const change = await model.preview([fullName]);
    if (change.way.length === 0) {
      return true;
    }
    const answer = await showDialog({
      title: trans.__('Load %1?', fullName),
      body: (
        <ChangePlan
          change={change}
          intro={trans.__(
            'It needs other modules, so more than one will change.'
          )}
          trans={trans}
        />
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Load') })
      ]
    });
    return answer.button.accept;
  } catch (reason) {
    model.fail(reason as Error);
    return false;
  }
}
