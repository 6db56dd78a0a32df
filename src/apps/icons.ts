import { LabIcon } from '@jupyterlab/ui-components';

import type { Application } from '../rest/payloads';

/*
 * Pictures of our own, in a box of 24 by 24: a site that may use the applications' own
 * signs sets `icon`.
 */
const PICTURES: Readonly<Record<string, string>> = {
  rstudio: `<circle cx="12" cy="12" r="10.5" fill="#2f6fb0"/>
    <path fill="#fff" d="M7.8 6.8h5c2.2 0 3.7 1.3 3.7 3.2 0 1.6-1 2.7-2.6 3l3.1 4.2h-2.4l-2.9-4H9.8v4H7.8zm2 1.7v3.1h2.8c1.2 0 1.9-.6 1.9-1.6 0-.9-.7-1.5-1.9-1.5z"/>`,
  vscode: `<rect x="1.5" y="2.5" width="21" height="19" rx="2.5" fill="#0f6ab4"/>
    <path fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" d="m8.6 8-4 4 4 4M15.4 8l4 4-4 4M13.4 6.5l-2.8 11"/>`,
  openrefine: `<path fill="#1f7f9c" d="M12 1.5 21.5 9 18 22.5H6L2.5 9z"/>
    <path fill="none" stroke="#fff" stroke-width="1.6" stroke-linejoin="round" d="M12 2.5v19M3.5 9.3h17M7 21 4 9.5 12 3l8 6.5L17 21"/>`,
  desktop: `<rect x="1.5" y="3" width="21" height="14.5" rx="1.5" fill="#4a5a6a"/>
    <rect x="3.5" y="5" width="17" height="10.5" fill="#d7e6f2"/>
    <path fill="#4a5a6a" d="M9.5 17.5h5l.7 2.5H17v1.5H7V20h1.8z"/>
    <path fill="#4a5a6a" d="M5.2 6.7h6v4.6h-6z"/>`
};

const OTHER = `<rect x="2" y="3.5" width="20" height="17" rx="2" fill="#5a6470"/>
  <path fill="#fff" d="M4 8.5h16v10H4z"/>
  <path fill="#5a6470" d="M6.5 11h7v1.5h-7zm0 3h11v1.5h-11z"/>`;

/* What stands in the corner: colours with 3:1 on both themes, each with a shape of its own. */
const BADGES: Readonly<Record<string, string>> = {
  locked: `<circle cx="18.5" cy="18.5" r="5.5" fill="#fff"/>
    <path fill="#4f4f4f" d="M18.5 14.2a2 2 0 0 0-2 2v1h-.7v4.3h5.4v-4.3h-.7v-1a2 2 0 0 0-2-2zm0 1.2c.5 0 .8.4.8.8v1h-1.6v-1c0-.4.3-.8.8-.8z"/>`,
  starting: `<circle cx="18.5" cy="18.5" r="5.5" fill="#fff"/>
    <circle cx="18.5" cy="18.5" r="4.5" fill="none" stroke="#b35c00" stroke-width="1.5"/>
    <path fill="none" stroke="#b35c00" stroke-width="1.3" stroke-linecap="round" d="M18.5 16v2.7l1.7 1.2"/>`,
  running: `<circle cx="18.5" cy="18.5" r="5.5" fill="#fff"/>
    <circle cx="18.5" cy="18.5" r="4" fill="#2e8b3d"/>`,
  failed: `<circle cx="18.5" cy="18.5" r="5.5" fill="#fff"/>
    <circle cx="18.5" cy="18.5" r="4.7" fill="#b3261e"/>
    <path stroke="#fff" stroke-width="1.4" stroke-linecap="round" d="M18.5 15.9v3M18.5 21v.1"/>`
};

/**
 * Return an application's icon in its state: locked, starting, running or failed shows
 * in the corner. An icon keeps its name, so that it is made once.
 */
export function iconOf(application: Application): LabIcon {
  const { id, icon, managed } = application;
  // What somebody else started has no state that is known.
  const state = managed ? application.state : 'ready';
  const badge = BADGES[state === 'stopping' ? 'starting' : state] ?? '';
  const picture = icon ? Private.image(icon) : (PICTURES[id] ?? OTHER);
  const locked = state === 'locked';
  return new LabIcon({
    name: `jupyterlab-hpc:apps-${id}-${state}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
      <g${locked ? ' opacity="0.4" style="filter: grayscale(1)"' : ''}>${picture}</g>
      ${badge}
    </svg>`
  });
}

namespace Private {
  /**
   * Return a picture that stands in another: nothing in it is run.
   */
  export function image(address: string): string {
    const image = document.createElementNS(
      'http://www.w3.org/2000/svg',
      'image'
    );
    image.setAttribute('href', address);
    image.setAttribute('width', '24');
    image.setAttribute('height', '24');
    return new XMLSerializer().serializeToString(image);
  }
}
