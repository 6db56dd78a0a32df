import { LabIcon } from '@jupyterlab/ui-components';

/*
 * The blue diamond by which users know the Software panel. The blue stands on
 * both themes' sidebars with a contrast above 3:1.
 */
export const softwareIcon = new LabIcon({
  name: 'jupyterlab-hpc:software',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path fill="#1976d2" d="M12 1.5 22.5 12 12 22.5 1.5 12z"/>
  <path fill="#64b5f6" d="M12 1.5 22.5 12H12z"/>
</svg>`
});

/*
 * The Session panel: a clock, because a session is a job that ends.
 */
export const sessionIcon = new LabIcon({
  name: 'jupyterlab-hpc:session',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2.2a7.8 7.8 0 1 1 0 15.6 7.8 7.8 0 0 1 0-15.6zM10.9 6.5v6l4.9 3 1.1-1.8-3.8-2.3V6.5z"/>
</svg>`
});

/*
 * A symbolic link that stays in the home.
 */
export const linkInsideIcon = new LabIcon({
  name: 'jupyterlab-hpc:link-inside',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M14 4v5C7 10 4 15 3 20c2.500-3.500 6-5.100 11-5.100V20l7-8z"/>
</svg>`
});

/*
 * A symbolic link that leads out of the home: out of a box.
 */
export const linkOutsideIcon = new LabIcon({
  name: 'jupyterlab-hpc:link-outside',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M19 19H5V5h7V3H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-7h-2zM14 3v2h3.600L7.800 14.800l1.400 1.400L19 6.400V10h2V3z"/>
</svg>`
});

/*
 * A symbolic link that leads nowhere: a chain with a stroke through it.
 */
export const brokenLinkIcon = new LabIcon({
  name: 'jupyterlab-hpc:link-broken',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 24 24">
  <path class="jp-icon-warn0" fill="#f57c00" d="M17 7h-4v1.900h4a3.100 3.100 0 0 1 1.400 5.900l1.400 1.400A5 5 0 0 0 17 7zm-1 4h-2.200l2 2H16zM2 4.300l3.100 3.100A5 5 0 0 0 7 17h4v-1.900H7a3.100 3.100 0 0 1-.400-6.200L8.700 11H8v2h2.700l2.300 2.300V17h1.700l4 4L20 19.700 3.300 3z"/>
</svg>`
});
