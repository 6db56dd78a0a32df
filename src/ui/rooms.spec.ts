import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';

import { enabled } from './rooms';

const plugins = [
  'software-panel',
  'apps',
  'apps-model',
  'kernels',
  'kernels-notebooks',
  'session-panel',
  'session-model'
].map(id => plugin(`jupyterlab_hpc:${id}`));

function plugin(id: string): JupyterFrontEndPlugin<unknown> {
  return { id, description: id, activate: () => undefined };
}

const without = (rooms: string) => {
  PageConfig.setOption('hpcDisabledRooms', rooms);
  const left = enabled(plugins).map(({ id }) => id.split(':')[1]);
  return plugins
    .map(({ id }) => id.split(':')[1])
    .filter(id => !left.includes(id));
};

describe('enabled', () => {
  it('keeps all where nothing is switched off', () => {
    expect(without('')).toEqual([]);
  });

  it('leaves out the plugins of a room, whatever their names begin with', () => {
    expect(without('apps')).toEqual(['apps', 'apps-model']);
    expect(without('apps,kernels')).toEqual([
      'apps',
      'apps-model',
      'kernels',
      'kernels-notebooks'
    ]);
  });

  it('leaves out what is nothing without another room', () => {
    expect(without('software')).toEqual([
      'software-panel',
      'kernels-notebooks'
    ]);
  });

  it('keeps the frame that other rooms add their sections to', () => {
    expect(without('session')).toEqual(['session-model']);
  });
});
