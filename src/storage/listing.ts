import { DirListing } from '@jupyterlab/filebrowser';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';

import type { FolderLink } from '../rest/payloads';
import { brokenLinkIcon, linkInsideIcon, linkOutsideIcon } from '../ui/icons';
import { sayLink } from './words';
import type { ITongue } from '../ui/size';

const MARK = 'jp-StorageMark';

/**
 * What marks a row, and what it says.
 */
interface IMark {
  icon: LabIcon;
  kind: 'inside' | 'outside' | 'dead';
  text: string;
}

/**
 * Return the listing of a file browser, null where it has none of JupyterLab's own.
 */
export function listingOf(browser: Widget): DirListing | null {
  for (const child of browser.children()) {
    const found = child instanceof DirListing ? child : listingOf(child);
    if (found) {
      return found;
    }
  }
  return null;
}

/**
 * Call back each time a listing has rendered its rows.
 *
 * JupyterLab has no signal for that, and its rows are used again for other files: a
 * decoration holds until the next rendering only.
 */
export function onRendered(listing: DirListing, done: () => void): void {
  let waiting = false;
  MessageLoop.installMessageHook(listing, (_, message: Message) => {
    if (message.type === 'update-request' && !waiting) {
      waiting = true;
      // The rows are there when this message has been handled, and not painted yet.
      void Promise.resolve().then(() => {
        waiting = false;
        if (!listing.isDisposed) {
          done();
        }
      });
    }
    return true;
  });
}

/**
 * Mark the rows of links, and only those.
 */
export function markRows(
  listing: DirListing,
  links: ReadonlyMap<string, FolderLink>,
  tongue: ITongue
): void {
  const rows = listing.contentNode.querySelectorAll<HTMLElement>(
    '.jp-DirListing-item'
  );
  let index = 0;
  for (const item of listing.sortedItems()) {
    const row = rows.item(index++);
    // Missing while the row's name is being edited.
    const name: HTMLElement | null | undefined =
      row && listing.renderer.getNameNode(row);
    if (name) {
      const link = links.get(item.name);
      setMark(name, link ? markOf(link, tongue) : null);
    }
  }
}

function markOf(link: FolderLink, tongue: ITongue): IMark {
  const kind =
    link.state !== 'linked' ? 'dead' : link.outside ? 'outside' : 'inside';
  const icon = {
    inside: linkInsideIcon,
    outside: linkOutsideIcon,
    dead: brokenLinkIcon
  }[kind];
  return { icon, kind, text: sayLink(link, tongue) };
}

function setMark(name: HTMLElement, wanted: IMark | null): void {
  const next = name.nextElementSibling;
  const there = next?.classList.contains(MARK) ? (next as HTMLElement) : null;
  if (!wanted) {
    there?.remove();
    return;
  }
  const mark = there ?? document.createElement('span');
  if (mark.dataset.kind !== wanted.kind) {
    mark.className = `${MARK} jp-mod-${wanted.kind}`;
    mark.dataset.kind = wanted.kind;
    mark.setAttribute('role', 'img');
    mark.replaceChildren(wanted.icon.element({ tag: 'span' }));
  }
  if (mark.title !== wanted.text) {
    mark.title = wanted.text;
    mark.setAttribute('aria-label', wanted.text);
  }
  if (!there) {
    name.after(mark);
  }
}
