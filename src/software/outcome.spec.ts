import { nullTranslator } from '@jupyterlab/translation';

import { changeAt } from './testing';
import { describeChange } from './outcome';

const NOTHING = changeAt(1);

describe('describeChange', () => {
  const trans = nullTranslator.load('jupyterlab_hpc');

  it('says everything that happened', () => {
    const said = describeChange(
      {
        ...NOTHING,
        loaded: ['intel/1', 'a/2'],
        unloaded: ['gcc/1'],
        reloaded: ['fftw/3'],
        inactivated: ['openmpi/4'],
        activated: ['b/1'],
        kept: ['StdEnv/2023']
      },
      trans
    );
    expect(said).toHaveLength(6);
    for (const name of [
      'intel/1, a/2',
      'gcc/1',
      'fftw/3',
      'openmpi/4',
      'b/1',
      'StdEnv/2023'
    ]) {
      expect(said.join(' ')).toContain(name);
    }
  });

  it('says so when nothing did', () => {
    expect(describeChange(NOTHING, trans)).toEqual(['Nothing changed.']);
  });

  it('tells other folders from nothing', () => {
    const environment = { set: ['MODULEPATH'], unset: [] };
    expect(describeChange({ ...NOTHING, environment }, trans)).toEqual([
      'The folders that modules come from changed.'
    ]);
  });
});
