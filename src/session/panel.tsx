import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  caretRightIcon,
  ReactWidget
} from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { sessionIcon } from '../ui/icons';
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
            section={section}
            isOpen={!this._folded.has(section.id)}
            isFocused={section.id === focused}
            toggle={() => {
              if (!this._folded.delete(section.id)) {
                this._folded.add(section.id);
              }
              this.update();
            }}
          />
        ))}
      </>
    );
  }

  private _sections: ReadonlyArray<ISessionSection> = [];
  private _folded = new Set<string>();
  private _focus = '';
}

/**
 * A part of the panel with a heading that folds it.
 */
function Section(props: {
  section: ISessionSection;
  isOpen: boolean;
  isFocused: boolean;
  toggle: () => void;
}): React.JSX.Element {
  const { section, isOpen, isFocused } = props;
  const title = React.useId();
  const heading = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    if (isFocused) {
      heading.current?.focus();
    }
  }, [isFocused]);
  const Caret = isOpen ? caretDownIcon : caretRightIcon;
  return (
    <section className="jp-SessionPanel-section" aria-labelledby={title}>
      <h3 id={title} className="jp-SessionPanel-heading">
        <button
          ref={heading}
          type="button"
          aria-expanded={isOpen}
          onClick={props.toggle}
        >
          <Caret.react tag="span" className="jp-SessionPanel-caret" />
          {section.title}
        </button>
      </h3>
      {isOpen && <div className="jp-SessionPanel-body">{section.render()}</div>}
    </section>
  );
}
