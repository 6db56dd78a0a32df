import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showErrorMessage } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Stopping } from '../rest/payloads';
import { saveAll, unsaved } from '../ui/documents';
import { detailOf, sayError, sayTemplate } from '../ui/sentences';
import type { OtherTabs } from './tabs';
import type { IHubModel } from './tokens';
import { CommandIDs } from './tokens';

/** Milliseconds for a document to be saved before the user is asked what then. */
const PATIENCE = 30_000;

/** Milliseconds after which a stop that goes on is explained. */
const SLOW = 20_000;

/**
 * What the commands work with.
 */
export interface ICommandOptions {
  app: JupyterFrontEnd;
  model: IHubModel;
  documents: IDocumentManager | null;
  /** The other tabs of this server in the same browser. */
  tabs: OtherTabs;
  /** The Hub's own page, empty where there is no Hub. */
  hubHome: string;
  /** Leave this page for another. */
  leave: (url: string) => void;
  trans: TranslationBundle;
}

/**
 * Add the room's commands.
 */
export function addCommands(options: ICommandOptions): void {
  const { app, hubHome, trans } = options;
  app.commands.addCommand(CommandIDs.stop, {
    label: trans.__('Stop My Server…'),
    caption: trans.__('Save, and end this session and its job'),
    isVisible: () => hubHome !== '',
    describedBy: {
      args: {
        type: 'object',
        properties: {
          next: {
            type: 'string',
            description: trans.__(
              'The address to go to when it has stopped, such as the Hub’s form; without it, the Hub’s home page.'
            )
          }
        }
      }
    },
    execute: args =>
      stop(options, typeof args.next === 'string' ? args.next : '')
  });
}

/**
 * Ask, save, stop, and leave for a page that does not start the server again.
 */
async function stop(options: ICommandOptions, next: string): Promise<void> {
  const { app, documents, hubHome, leave, model, tabs, trans } = options;
  const { StopBody } = await import('./stopdialog');
  const title = trans.__('Stop My Server');
  let failure: Error | null = null;
  const [info, elsewhere] = await Promise.all([
    model.server(true).catch((reason: Error) => {
      failure = reason;
      return null;
    }),
    tabs.unsaved()
  ]);
  if (!info) {
    await say(title, failure!, trans);
    return;
  }
  const open = documents ? unsaved(app.shell, documents) : [];
  const cancel = Dialog.cancelButton();
  const save = Dialog.okButton({ label: trans.__('Save All and Stop') });
  const isUnsaved = open.length > 0 || elsewhere.length > 0;
  const lose = Dialog.warnButton({
    label: isUnsaved ? trans.__('Stop Without Saving') : trans.__('Stop')
  });
  const home = Dialog.okButton({ label: trans.__('Open the Hub’s Page') });
  const dialog = new Dialog({
    title,
    body: (
      <StopBody
        info={info}
        unsaved={open.map(context => context.path)}
        elsewhere={elsewhere}
        next={next !== ''}
        trans={trans}
      />
    ),
    buttons:
      info.way === 'none'
        ? [cancel, home]
        : isUnsaved
          ? [cancel, lose, save]
          : [cancel, lose],
    defaultButton: 0
  });
  const { button } = await dialog.launch();
  if (button === home) {
    window.open(hubHome, '_blank', 'noopener');
    return;
  }
  if (button !== save && button !== lose) {
    return;
  }
  if (button === save) {
    const left = [
      ...(await saveAll(open, PATIENCE)),
      ...(await tabs.save(PATIENCE))
    ];
    if (left.length > 0) {
      await showErrorMessage(
        trans.__('Not all was saved, so the server was not stopped'),
        left.join('\n')
      );
      return;
    }
  }
  try {
    await waitUntilGone(await model.stop(), options);
  } catch (reason) {
    await say(title, reason as Error, trans);
    return;
  }
  leave(next || hubHome);
}

/**
 * Show that the server stops until it is gone. Rejects where it was not stopped.
 */
async function waitUntilGone(
  stopping: Stopping,
  { model, trans }: ICommandOptions
): Promise<void> {
  const { StoppingBody } = await import('./stopdialog');
  const sentence = sayTemplate(stopping.template, stopping.arguments, trans);
  const show = (words: string) => {
    const dialog = new Dialog({
      title: trans.__('Stopping'),
      body: <StoppingBody sentence={words} />,
      buttons: [],
      hasClose: false
    });
    // It ends with this function alone.
    void dialog.launch().catch(() => undefined);
    return dialog;
  };
  let dialog = show(sentence);
  const timer = setTimeout(() => {
    dialog.dispose();
    dialog = show(
      trans.__(
        '%1 It takes longer than usual: some programs do not end at once. It goes on without this page, which may be closed.',
        sentence
      )
    );
  }, SLOW);
  const obstacle = await model.gone();
  clearTimeout(timer);
  dialog.dispose();
  if (obstacle) {
    throw new Error(
      [
        sayTemplate(obstacle.template, obstacle.arguments, trans),
        sayTemplate(obstacle.cure, [], trans),
        obstacle.detail
      ]
        .filter(Boolean)
        .join('\n')
    );
  }
}

async function say(
  title: string,
  error: Error,
  trans: TranslationBundle
): Promise<void> {
  const words = [sayError(error, trans), detailOf(error)];
  await showErrorMessage(title, words.filter(Boolean).join('\n'));
}
