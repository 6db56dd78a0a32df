import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  ICommandPalette,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import * as React from 'react';

import { RestClient, RestError } from '../rest/client';
import type { Collections } from '../rest/payloads';
import { sayError, sayTemplate } from '../ui/sentences';
import { SoftwareApi } from './api';
import { CollectionsModel } from './collections';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the panel's plugin loads it at once
import { announce, TOAST } from './commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the panel's plugin loads it at once
import { PANEL_ID } from './panel';
import type { Goal } from './tokens';
import {
  CollectionCommandIDs,
  CommandIDs,
  ICollectionsModel,
  ISoftwareModel
} from './tokens';

/**
 * The plugin that saves and restores what is loaded.
 */
export const collections: JupyterFrontEndPlugin<ICollectionsModel> = {
  id: 'jupyterlab_hpc:software-collections',
  description:
    'Provides collections of modules, and the commands for all loaded modules.',
  autoStart: true,
  provides: ICollectionsModel,
  requires: [ISoftwareModel],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    model: ISoftwareModel,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): ICollectionsModel => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('jupyterlab_hpc');
    const collections = new CollectionsModel(
      new SoftwareApi(new RestClient(app.serviceManager.serverSettings)),
      model
    );
    const panel = () =>
      [...shell.widgets('left'), ...shell.widgets('right')].find(
        widget => widget.id === PANEL_ID
      );
    addCollectionCommands(commands, {
      collections,
      model,
      reveal: () => void commands.execute(CommandIDs.show),
      isPanelVisible: () => panel()?.isVisible ?? false,
      trans
    });
    if (palette) {
      const category = trans.__('Software');
      const args = { isPalette: true };
      const { copyScript, ...others } = CollectionCommandIDs;
      for (const command of Object.values(others)) {
        palette.addItem({ command, category, args });
      }
      for (const format of ['bash', 'python']) {
        palette.addItem({
          command: copyScript,
          category,
          args: { ...args, format }
        });
      }
    }
    return collections;
  }
};

/**
 * What the commands need from the application.
 */
interface IContext {
  collections: ICollectionsModel;
  model: ISoftwareModel;
  reveal: () => void;
  isPanelVisible: () => boolean;
  trans: TranslationBundle;
}

/**
 * Add the commands for all loaded modules; each asks for what it is not told.
 */
function addCollectionCommands(
  commands: CommandRegistry,
  context: IContext
): void {
  const { trans } = context;
  const nameOf = {
    type: 'string',
    description: trans.__(
      'The name of a collection; without it a dialog asks for it.'
    )
  };
  const confirmed = {
    type: 'boolean',
    description: trans.__(
      'Do it without a dialog that shows first what will change.'
    )
  };
  const add = (
    id: string,
    label: (args: ReadonlyPartialJSONObject) => string,
    properties: ReadonlyJSONObject,
    execute: (args: ReadonlyPartialJSONObject) => Promise<void>
  ) => {
    commands.addCommand(id, {
      label,
      describedBy: { args: { type: 'object', properties } },
      execute: async args => {
        try {
          await execute(args);
        } catch (reason) {
          context.model.fail(reason as Error);
          announce(context);
        }
      }
    });
  };

  add(
    CollectionCommandIDs.save,
    args =>
      args.isPalette
        ? trans.__('Save Loaded Modules as a Collection…')
        : trans.__('Save as collection…'),
    {
      name: nameOf,
      overwrite: {
        type: 'boolean',
        description: trans.__(
          'Replace a collection of that name without asking.'
        )
      }
    },
    async args => {
      const name = text(args.name);
      await (name
        ? save(context, name, args.overwrite === true)
        : askAndSave(context));
    }
  );
  add(
    CollectionCommandIDs.restore,
    args =>
      args.isPalette ? trans.__('Restore a Collection…') : trans.__('Restore…'),
    { name: nameOf, confirmed },
    async args => {
      const name =
        text(args.name) ||
        (await choose(context, {
          title: trans.__('Restore a collection'),
          accept: trans.__('Restore')
        }));
      if (name) {
        await go(context, { collection: name }, args.confirmed === true, {
          title: trans.__('Restore %1?', name),
          intro: trans.__(
            'What is loaded now gives way to what the collection holds.'
          ),
          accept: trans.__('Restore')
        });
      }
    }
  );
  add(
    CollectionCommandIDs.rename,
    args =>
      args.isPalette ? trans.__('Rename a Collection…') : trans.__('Rename…'),
    {
      name: nameOf,
      new_name: {
        type: 'string',
        description: trans.__(
          'The new name, which no other collection has; without it a dialog asks for it.'
        )
      }
    },
    async args => {
      const name =
        text(args.name) ||
        (await choose(context, {
          title: trans.__('Rename a collection'),
          accept: trans.__('Choose')
        }));
      if (name) {
        await rename(context, name, text(args.new_name));
      }
    }
  );
  add(
    CollectionCommandIDs.remove,
    args =>
      args.isPalette ? trans.__('Delete a Collection…') : trans.__('Delete…'),
    { name: nameOf, confirmed },
    async args => {
      const name =
        text(args.name) ||
        (await choose(context, {
          title: trans.__('Delete a collection'),
          accept: trans.__('Choose')
        }));
      if (name) {
        await remove(context, name, args.confirmed === true);
      }
    }
  );
  add(
    CollectionCommandIDs.purge,
    args =>
      args.isPalette ? trans.__('Unload All Modules…') : trans.__('Unload all'),
    { confirmed },
    args =>
      go(context, { to: 'purged' }, args.confirmed === true, {
        title: trans.__('Unload all modules?'),
        intro: trans.__('Sticky modules, which the site keeps loaded, stay.'),
        accept: trans.__('Unload all')
      })
  );
  add(
    CollectionCommandIDs.reset,
    args =>
      args.isPalette
        ? trans.__("Reset Modules to the Site's Default…")
        : trans.__("Reset to the site's default"),
    { confirmed },
    args =>
      go(context, { to: 'default' }, args.confirmed === true, {
        title: trans.__("Reset to the site's default?"),
        intro: trans.__(
          'What is loaded now gives way to what a new session starts with.'
        ),
        accept: trans.__('Reset')
      })
  );
  add(
    CollectionCommandIDs.copyScript,
    args =>
      args.format === 'python'
        ? args.isPalette
          ? trans.__('Copy Loaded Modules as Python')
          : trans.__('Copy as Python')
        : args.isPalette
          ? trans.__('Copy Loaded Modules as bash Script')
          : trans.__('Copy as bash script'),
    {
      format: {
        type: 'string',
        enum: ['bash', 'python'],
        description: trans.__('The language of the script: bash, or python.')
      }
    },
    args => copyScript(context, args.format === 'python' ? 'python' : 'bash')
  );
  add(
    CollectionCommandIDs.modulePaths,
    args =>
      args.isPalette ? trans.__('Module Paths…') : trans.__('Module paths…'),
    {},
    async () => {
      const { showModulePaths } = await import('./components/paths');
      await showModulePaths(context);
    }
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isConflict(reason: unknown): reason is RestError {
  return reason instanceof RestError && reason.reason === 'conflict';
}

/**
 * Tell what was done, and what the server says of it.
 */
function tell(context: IContext, sentence: string, answer: Collections): void {
  const { model, trans } = context;
  const remarks = answer.messages.map(message =>
    sayTemplate(message.template, message.arguments, trans)
  );
  model.tell([sentence, ...remarks].join(' '));
  announce(context);
}

/**
 * Save under a name; ask before another collection is replaced.
 *
 * Resolves with the server's refusal where the user did not want that.
 */
async function save(
  context: IContext,
  name: string,
  overwrite: boolean
): Promise<RestError | null> {
  const { collections, trans } = context;
  try {
    const answer = await collections.save(name, overwrite);
    tell(context, trans.__('Saved as %1.', name), answer);
    return null;
  } catch (reason) {
    if (!isConflict(reason)) {
      throw reason;
    }
    const answer = await showDialog({
      title: trans.__('Replace %1?', name),
      body: sayError(reason, trans),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: trans.__('Replace') })
      ]
    });
    return answer.button.accept ? save(context, name, true) : reason;
  }
}

/**
 * Ask for a name until what is loaded is saved or the user gives up.
 */
async function askAndSave(context: IContext): Promise<void> {
  const { collections, trans } = context;
  const { askName } = await import('./components/formdialog');
  await collections.refresh();
  const known = (collections.collections ?? []).map(({ name }) => name);
  let value = '';
  let error: RestError | undefined;
  for (;;) {
    let taken = '';
    await askName({
      title: trans.__('Save what is loaded'),
      label: trans.__('Name of the collection'),
      accept: trans.__('Save'),
      value,
      error,
      known,
      remark: name =>
        name === 'default'
          ? trans.__('Every login shell loads the collection default.')
          : '',
      submit: async name => {
        try {
          const answer = await collections.save(name, false);
          tell(context, trans.__('Saved as %1.', name), answer);
        } catch (reason) {
          if (!isConflict(reason)) {
            throw reason;
          }
          taken = name; // the dialog makes room for the question
        }
      },
      trans
    });
    if (!taken) {
      return;
    }
    const refusal = await save(context, taken, false);
    if (!refusal) {
      return;
    }
    value = taken;
    error = refusal;
  }
}

/**
 * Let the user choose a collection; empty where none is or none was chosen.
 */
async function choose(
  context: IContext,
  labels: { title: string; accept: string }
): Promise<string> {
  const { collections, model, trans } = context;
  await collections.refresh();
  const known = collections.collections ?? [];
  if (known.length === 0) {
    if (!model.error) {
      model.tell(trans.__('There is no collection yet: save what is loaded.'));
    }
    announce(context);
    return '';
  }
  const answer = await InputDialog.getItem({
    title: labels.title,
    label: trans.__('Name of the collection'),
    items: known.map(({ name }) => name),
    okLabel: labels.accept,
    cancelLabel: trans.__('Cancel')
  });
  return (answer.button.accept && answer.value) || '';
}

async function rename(
  context: IContext,
  name: string,
  newName: string
): Promise<void> {
  const { collections, trans } = context;
  const submit = async (wanted: string) => {
    if (wanted !== name) {
      const answer = await collections.rename(name, wanted);
      tell(context, trans.__('%1 is now called %2.', name, wanted), answer);
    }
  };
  if (newName) {
    await submit(newName);
    return;
  }
  const { askName } = await import('./components/formdialog');
  await askName({
    title: trans.__('Rename %1', name),
    label: trans.__('New name'),
    accept: trans.__('Rename'),
    value: name,
    known: [],
    submit,
    trans
  });
}

async function remove(
  context: IContext,
  name: string,
  confirmed: boolean
): Promise<void> {
  const { collections, trans } = context;
  if (!confirmed) {
    const answer = await showDialog({
      title: trans.__('Delete %1?', name),
      body: trans.__(
        'The collection %1 will be deleted. What is loaded stays loaded.',
        name
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: trans.__('Delete') })
      ]
    });
    if (!answer.button.accept) {
      return;
    }
  }
  tell(
    context,
    trans.__('%1 is deleted.', name),
    await collections.delete(name)
  );
}

/**
 * Show what going to a goal will change, and go there if the user agrees.
 */
async function go(
  context: IContext,
  goal: Goal,
  confirmed: boolean,
  labels: { title: string; intro: string; accept: string }
): Promise<void> {
  const { collections, trans } = context;
  if (!confirmed) {
    const change = await collections.preview(goal);
    const { confirmChange } = await import('./components/changedialog');
    if (!(await confirmChange({ ...labels, change, trans }))) {
      return;
    }
  }
  await collections.go(goal, true);
  announce(context);
}

/**
 * Copy a script that loads what is loaded; where the browser forbids that, show it.
 */
async function copyScript(
  context: IContext,
  format: 'bash' | 'python'
): Promise<void> {
  const { collections, trans } = context;
  const script = await collections.script(format);
  let copied = false;
  const note = () => {
    copied = true;
  };
  document.body.addEventListener('copy', note, { once: true });
  Clipboard.copyToSystem(script);
  document.body.removeEventListener('copy', note);
  if (copied) {
    Notification.success(
      format === 'python'
        ? trans.__('Copied: Python that loads these modules, for a first cell.')
        : trans.__('Copied: a bash script that loads these modules.'),
      { autoClose: TOAST }
    );
    return;
  }
  await showDialog({
    title: trans.__('Copy this text'),
    body: (
      <textarea
        className="jp-SoftwareForm-script"
        aria-label={trans.__('Script')}
        readOnly
        autoFocus
        rows={16}
        cols={72}
        value={script}
        onFocus={event => event.target.select()}
      />
    ),
    focusNodeSelector: 'textarea',
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
  });
}
