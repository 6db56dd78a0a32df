import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import * as React from 'react';

import { isInTheWay, RestError } from '../rest/client';
import { sayError } from '../ui/sentences';
import { ChangePlan, LoadPlan } from './components/changeplan';
import { describeChange } from './outcome';
import type { ISoftwareModel, ISoftwareOptions } from './tokens';
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
  /** What the user has chosen in the settings. */
  options: () => ISoftwareOptions;
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
  const fullName = {
    type: 'string',
    description: trans.__(
      'The full name of a module, such as gcc/13.2; without it the Software panel opens.'
    )
  };
  const several = {
    full_name: fullName,
    full_names: {
      type: 'array',
      items: { type: 'string' },
      description: trans.__('The full names of several modules, in order.')
    }
  };
  const add = (
    id: string,
    labels: { named: (name: string) => string; unnamed: string },
    properties: ReadonlyJSONObject,
    act: (fullNames: string[], args: ReadonlyPartialJSONObject) => Promise<void>
  ) => {
    commands.addCommand(id, {
      label: args => {
        const names = namesIn(args);
        return names.length > 0
          ? labels.named(names.join(', '))
          : labels.unnamed;
      },
      describedBy: { args: { type: 'object', properties } },
      execute: async args => {
        const names = namesIn(args);
        if (names.length > 0) {
          await act(names, args);
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
    {
      ...several,
      preview: {
        type: 'boolean',
        description: trans.__(
          'Show what will change before anything does, whatever the settings say.'
        )
      }
    },
    async (fullNames, args) => {
      const { error } = model;
      const load = await planLoad(fullNames, args.preview === true, context);
      if (load) {
        await model.load(load);
      }
      if (model.error !== error) {
        await loadInstead(load ?? fullNames, context);
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
    several,
    async fullNames => {
      await confirmed(
        sure => model.unload(fullNames, sure),
        trans.__('Unload %1?', fullNames.join(', ')),
        trans.__('Unload'),
        context
      );
      announce(context);
    }
  );
  add(
    CommandIDs.show,
    {
      named: name => trans.__('Show what %1 is', name),
      unnamed: trans.__('Show Software')
    },
    { full_name: fullName },
    ([name]) => context.open(name)
  );
  commands.addCommand(CommandIDs.undo, {
    label: trans.__('Undo the Last Change of Modules'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => model.loaded?.undoable !== false,
    execute: async () => {
      await confirmed(
        sure => model.undo(sure),
        trans.__('Undo the last change?'),
        trans.__('Undo'),
        context
      );
      announce(context);
    }
  });
  model.stateChanged.connect(() =>
    commands.notifyCommandChanged(CommandIDs.undo)
  );
}

/**
 * Return the full names that a command was given.
 */
function namesIn(args: ReadonlyPartialJSONObject): string[] {
  const several: unknown = args.full_names;
  const names: unknown[] = Array.isArray(several) ? several : [];
  return [args.full_name, ...names].filter(
    (name): name is string => typeof name === 'string' && name !== ''
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
 * Do what the server may want a confirmation for, and ask the user where it does.
 */
export async function confirmed(
  act: (sure: boolean) => Promise<void>,
  title: string,
  button: string,
  context: Pick<ICommandContext, 'model' | 'trans'>
): Promise<void> {
  const { model, trans } = context;
  await act(false);
  const { error } = model;
  if (!(error instanceof RestError && error.reason === 'conflict')) {
    return;
  }
  model.dismiss();
  const answer = await showDialog({
    title,
    body: sayError(error, trans),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: button })
    ]
  });
  if (answer.button.accept) {
    await act(true);
  }
}

/**
 * Return what to load, in order, after the user agreed to it where that is called
 * for; null where nothing shall be loaded.
 *
 * Modules that are known to be loadable as they are cost no preview.
 */
async function planLoad(
  fullNames: string[],
  preview: boolean,
  context: ICommandContext
): Promise<string[] | null> {
  const { model, trans } = context;
  const { confirmLoad } = context.options();
  const always = preview || confirmLoad === 'always';
  if (
    (confirmLoad === 'never' && !preview) ||
    (!always && fullNames.every(name => model.version(name)?.loadable))
  ) {
    return fullNames;
  }
  try {
    const change = await model.preview(fullNames);
    if (change.way.length === 0 && !always) {
      return fullNames;
    }
    let load = fullNames;
    const answer = await showDialog({
      title: trans.__('Load %1?', fullNames.join(', ')),
      body: (
        <LoadPlan
          change={change}
          intro={
            change.way.length > 0
              ? trans.__(
                  'It needs other modules, so more than one will change.'
                )
              : trans.__('This will change:')
          }
          ways={await waysTo(fullNames, change, model)}
          choose={way => {
            load = [...way, ...fullNames];
            return model.preview(load);
          }}
          trans={trans}
        />
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Load') })
      ]
    });
    return answer.button.accept ? load : null;
  } catch (reason) {
    if (!model.cancelled) {
      model.fail(reason as Error);
    }
    return null;
  }
}

/**
 * Offer to unload what keeps modules from being loaded, where that is what was told.
 *
 * What was told stays where the user does not want that.
 */
async function loadInstead(
  fullNames: string[],
  { model, trans }: ICommandContext
): Promise<void> {
  const { error } = model;
  if (!isInTheWay(error)) {
    return;
  }
  const away = error.arguments[1].split(', ');
  try {
    const change = await model.preview(fullNames, away);
    const answer = await showDialog({
      title: trans.__(
        'Load %1 instead of %2?',
        fullNames.join(', '),
        away.join(', ')
      ),
      body: (
        <ChangePlan
          change={change}
          intro={trans.__('They cannot be loaded together. This will change:')}
          trans={trans}
        />
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Unload and Load') })
      ]
    });
    if (answer.button.accept) {
      await model.load(fullNames, away);
    }
  } catch {
    // The first refusal says more.
  }
}

/**
 * Return the chains of modules among which the user can choose.
 */
async function waysTo(
  fullNames: string[],
  change: { way: string[] },
  model: ISoftwareModel
): Promise<string[][]> {
  if (fullNames.length !== 1 || change.way.length === 0) {
    return [];
  }
  const [name] = fullNames;
  return (model.version(name) ?? (await model.details(name))).ways;
}
