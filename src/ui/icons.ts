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
