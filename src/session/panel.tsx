import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { sessionIcon } from '../ui/icons';
import { Section } from '../ui/section';
import type { ISessionPanel, ISessionSection } from './tokens';

/**
 * The id of the panel's widget.
 */
export const PANEL_ID = 'jupyterlab-hpc-session';

/**
 * The Session panel: sections that fold, one for each room that has one.
 */
export class SessionPanel extends ReactWidget implements ISessionPanel {
  /**
   * `bringToFront` is the shell's business.
   */
  constructor(
    private _bringToFront: () => void,
    trans: TranslationBundle
  ) {
    super();
    this.id = PANEL_ID;
    this.addClass('jp-SessionPanel');
    this.title.icon = sessionIcon;
    this.title.caption = trans.__('Session');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Session'));
  }

  addSection(section: ISessionSection): IDisposable {
    this._sections = [...this._sections, section].sort(
      (a, b) => a.rank - b.rank
    );
    if (this.isVisible) {
      section.onShow?.();
    }
    this.update();
    return new DisposableDelegate(() => {
      this._sections = this._sections.filter(other => other !== section);
      this._folded.delete(section.id);
      this.update();
    });
  }

  reveal(id?: string): void {
    this._bringToFront();
    if (id) {
      this._folded.delete(id);
      this._focus = id;
      this.update();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    for (const section of this._sections) {
      section.onShow?.();
    }
  }

  protected override render(): React.JSX.Element {
    const focused = this._focus;
    this._focus = '';
    return (
      <>
        {this._sections.map(section => (
          <Section
            key={section.id}
            title={section.title}
            open={!this._folded.has(section.id)}
            focused={section.id === focused}
            onToggle={open => {
              if (open) {
                this._folded.delete(section.id);
              } else {
                this._folded.add(section.id);
              }
              this.update();
            }}
          >
            {section.render()}
          </Section>
        ))}
      </>
    );
  }

  private _sections: ReadonlyArray<ISessionSection> = [];
  private _folded = new Set<string>();
  private _focus = '';
}
