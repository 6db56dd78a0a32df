import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';

/**
 * The frame of the Session panel, to which other rooms add their sections.
 */
const FRAME = 'jupyterlab_hpc:session-panel';

/**
 * What a plugin of one room is nothing without, besides its own room.
 */
const NEEDS: Readonly<Record<string, string>> = {
  'jupyterlab_hpc:kernels-notebooks': 'software'
};

/**
 * Leave out the plugins of rooms that the site has switched off (`HPCApp.disabled_rooms`).
 */
export function enabled<T>(
  plugins: ReadonlyArray<JupyterFrontEndPlugin<T>>
): JupyterFrontEndPlugin<T>[] {
  const off = PageConfig.getOption('hpcDisabledRooms').split(',');
  return plugins.filter(
    ({ id }) =>
      id === FRAME || !(off.includes(roomOf(id)) || off.includes(NEEDS[id]))
  );
}

/**
 * Return the room of a plugin: `software` of `jupyterlab_hpc:software-panel`.
 */
function roomOf(id: string): string {
  return id.replace('jupyterlab_hpc:', '').split('-')[0];
}
