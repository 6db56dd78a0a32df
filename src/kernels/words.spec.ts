import { nullTranslator } from '@jupyterlab/translation';

import { compared, TRIAL } from './testing';
import { modulesOf, titlesOf } from './tooltips';
import { nameFrom, sayCompared, sayTrial, toLoad } from './words';

const trans = nullTranslator.load('jupyterlab_hpc');

describe('nameFrom', () => {
  it.each([
    ['My kernel', 'my-kernel'],
    ['Été «2026»', 'ete-2026'],
    ['  ..a..  ', 'a'],
    ['日本語', ''],
    ['x'.repeat(100), 'x'.repeat(64)]
  ])('makes of %s the name %s', (shown, name) => {
    expect(nameFrom(shown)).toBe(name);
  });
});

describe('sayTrial', () => {
  it('tells what runs', () => {
    const said = (language: string) => sayTrial(TRIAL, { trans, language });
    expect(said('en-US')).toBe(
      'Tested in 1.5 s: it runs /usr/bin/python3 with 1 module.'
    );
    expect(said('fr-FR')).toContain('1,5 s');
  });

  it('tells why it does not', () => {
    const message = {
      text: '',
      template: 'The kernel has not got %1.',
      arguments: ['gcc/12.3'],
      detail: ''
    };
    expect(
      sayTrial({ ...TRIAL, ok: false, message }, { trans, language: 'en' })
    ).toBe('The kernel has not got gcc/12.3.');
  });
});

describe('what a notebook lacks', () => {
  const told = compared({
    loaded: ['StdEnv/2023'],
    missing: ['gcc/12.3'],
    gone: [
      { full_name: 'mine/1.0', near: ['mine/1.1', 'mine/2.0'] },
      { full_name: 'lost/1', near: [] }
    ]
  });

  it('is said with what is nearest', () => {
    expect(sayCompared('a.ipynb', told, trans)).toBe(
      'a.ipynb remembers a module that is not loaded: gcc/12.3. ' +
        'mine/1.0 is not there any more; the nearest: mine/1.1, mine/2.0. ' +
        'lost/1 is not there any more.'
    );
    expect(sayCompared('a.ipynb', compared(), trans)).toBe('');
  });

  it('is loaded in the order of the notebook, the nearest in the places of the gone', () => {
    const modules = ['StdEnv/2023', 'mine/1.0', 'lost/1', 'gcc/12.3'];
    expect(toLoad(modules, told)).toEqual(['mine/1.1', 'gcc/12.3']);
  });

  it('is not loaded where it would drive out another version', () => {
    const gone = [{ full_name: 'gcc/9.9', near: ['gcc/13.3'] }];
    const missing = ['gcc/12.3'];
    expect(
      toLoad(['gcc/12.3', 'gcc/9.9'], compared({ missing, gone }))
    ).toEqual(['gcc/12.3']);
    const loaded = ['gcc/12.3'];
    expect(toLoad(['gcc/9.9'], compared({ loaded, gone }))).toEqual([]);
  });
});

describe('the tooltips of the launcher', () => {
  const spec = (name: string, display_name: string, modules?: unknown) => ({
    name,
    display_name,
    language: 'python',
    argv: [],
    resources: {},
    metadata: modules === undefined ? {} : { jupyterlab_hpc: { modules } }
  });

  it('name the modules of made kernels', () => {
    const specs = {
      a: spec('a', 'A', ['gcc/12.3', 'fftw/3.3']),
      b: spec('b', 'B'),
      c: spec('c', 'C', [])
    };
    expect([...titlesOf(specs as never, trans)]).toEqual([
      ['A', 'A\nModules: gcc/12.3, fftw/3.3'],
      ['C', 'C\nNo modules']
    ]);
  });

  it('say nothing where two kernels look the same', () => {
    const specs = { a: spec('a', 'A', ['gcc/12.3']), b: spec('b', 'A') };
    expect(titlesOf(specs as never, trans).size).toBe(0);
  });

  it.each([[undefined], [null], ['x'], [{ jupyterlab_hpc: 1 }]])(
    'take %p for no kernel of ours',
    metadata => expect(modulesOf(metadata)).toBeNull()
  );
});
