import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { SessionPanel } from './panel';
import { CommandIDs, ISessionPanel } from './tokens';

const DOMAIN = 'jupyterlab_hpc';

/**
 * The plugin that adds the Session panel, to which other plugins add their sections.
 */
export const panel: JupyterFrontEndPlugin<ISessionPanel> = {
  id: 'jupyterlab_hpc:session-panel',
  description: 'Adds the Session panel.',
  autoStart: true,
  provides: ISessionPanel,
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): ISessionPanel => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const widget = new SessionPanel(() => shell.activateById(widget.id), trans);
    shell.add(widget, 'left', { rank: 310, type: 'Session' });

    commands.addCommand(CommandIDs.show, {
      label: trans.__('Show Session'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            section: {
              type: 'string',
              description: trans.__(
                'The section of the Session panel to show, such as storage.'
              )
            }
          }
        }
      },
      execute: args => {
        widget.reveal(
          typeof args.section === 'string' ? args.section : undefined
        );
      }
    });
    palette?.addItem({
      command: CommandIDs.show,
      category: trans.__('Session')
    });
    restorer?.add(widget, widget.id);
    return widget;
  }
};
