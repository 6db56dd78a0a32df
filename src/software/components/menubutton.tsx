import { Button, ellipsesIcon, MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import type { Menu } from '@lumino/widgets';
import * as React from 'react';

/**
 * A button with three dots that opens a menu of commands below it.
 */
export function MenuButton(props: {
  label: string;
  commands: CommandRegistry;
  items: ReadonlyArray<Menu.IItemOptions>;
}): React.JSX.Element {
  const { label, commands, items } = props;
  const [menu, setMenu] = React.useState<MenuSvg | null>(null);
  React.useEffect(() => () => menu?.dispose(), [menu]);
  const open = (button: HTMLElement, byKey: boolean) => {
    const made = byKey ? new KeyMenu({ commands }) : new MenuSvg({ commands });
    for (const item of items) {
      made.addItem(item);
    }
    made.contentNode.setAttribute('aria-label', label);
    // This is before a command opens a dialog, which gives the focus back to what had it.
    made.aboutToClose.connect(() => {
      button.focus();
      setMenu(null);
    });
    setMenu(made);
    const { left, bottom } = button.getBoundingClientRect();
    made.open(left, bottom);
  };
  return (
    <Button
      minimal
      small
      className="jp-SoftwarePanel-menu"
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      aria-expanded={menu !== null}
      onClick={event => open(event.currentTarget, event.detail === 0)}
    >
      <ellipsesIcon.react tag="span" />
    </Button>
  );
}

/**
 * A menu that was opened by key: its first item has the focus at once.
 */
class KeyMenu extends MenuSvg {
  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    this.activateNextItem();
  }
}
