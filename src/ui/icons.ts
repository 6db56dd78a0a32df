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
