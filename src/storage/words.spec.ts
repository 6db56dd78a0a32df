import type { TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';

import type { Quota } from '../rest/payloads';
import { belowHome } from './commands';
import { nameOf } from './dialog';
import {
  formatAmount,
  levelOf,
  percentOf,
  quotaWarning,
  siteText
} from './words';

const trans = nullTranslator.load('jupyterlab_hpc');
const ENGLISH = { trans, language: 'en-CA' };
const FRENCH = {
  trans: {
    __: (template: string, ...args: string[]) =>
      ({ Scratch: 'Espace scratch', '%1 KiB': `${args[0]} Kio` })[template] ??
      template
  } as unknown as TranslationBundle,
  language: 'fr-FR'
};

function quota(said: Partial<Quota>): Quota {
  return {
    name: 'home',
    // eslint-disable-next-line jupyter/no-untranslated-string -- what a server sends
    title: 'Home',
    title_fr: '',
    path: '/home/alice',
    scope: 'user',
    home: false,
    names: [],
    source: 'lfs',
    bytes: null,
    files: null,
    level: 'ok',
    grace: '',
    asked_at: '',
    message: { text: '', template: '', arguments: [], detail: '' },
    ...said
  };
}

describe('amounts', () => {
  it('have a limit, or none', () => {
    const amount = { used: 12345, soft: 0, limit: 500000 };
    expect(formatAmount(amount, 'files', ENGLISH)).toBe(
      '12,345 of 500,000 files'
    );
    expect(percentOf(amount)).toBe(2);
    const free = { used: 1024, soft: 0, limit: 0 };
    expect(formatAmount(free, 'bytes', ENGLISH)).toBe('1\u00a0kB, no limit');
    expect(percentOf(free)).toBe(0);
  });

  it('may be above their limit', () => {
    expect(percentOf({ used: 30, soft: 10, limit: 0 })).toBe(100);
  });
});

describe('levelOf', () => {
  it.each([
    [{ used: 89, soft: 0, limit: 100 }, 'ok'],
    [{ used: 90, soft: 0, limit: 100 }, 'warning'],
    [{ used: 60, soft: 50, limit: 100 }, 'warning'],
    [{ used: 100, soft: 0, limit: 100 }, 'full'],
    [{ used: 100, soft: 0, limit: 0 }, 'ok']
  ])('of %p is %p', (amount, level) => {
    expect(levelOf(amount)).toBe(level);
  });
});

describe('quotaWarning', () => {
  it('warns of what is full, and says what that means for a home', () => {
    expect(quotaWarning(quota({}), ENGLISH)).toBe('');
    expect(quotaWarning(quota({ level: 'unknown' }), ENGLISH)).toBe('');
    expect(quotaWarning(quota({ level: 'full', home: true }), ENGLISH)).toMatch(
      /^Your home is full\. Notebooks/
    );
    expect(quotaWarning(quota({ level: 'warning' }), ENGLISH)).toBe(
      'Home is nearly full.'
    );
  });
});

describe('siteText', () => {
  it('is the French of the site, of the catalogue, or English', () => {
    expect(siteText('Data', 'Données', FRENCH)).toBe('Données');
    expect(siteText('Data', 'Données', ENGLISH)).toBe('Data');
    expect(siteText('Scratch', '', FRENCH)).toBe('Espace scratch');
    expect(siteText('50% of %1', '', FRENCH)).toBe('50% of %1');
    expect(siteText('', '', FRENCH)).toBe('');
  });
});

describe('nameOf', () => {
  it.each([
    ['/network/datasets/', 'datasets'],
    ['$SCRATCH', 'scratch'],
    ['${SLURM_TMPDIR}', 'slurm_tmpdir'],
    ['$SCRATCH/My Data', 'My Data'],
    ['~/.cache', 'cache'],
    ['/', ''],
    ['', '']
  ])('names a link to %p %p', (target, name) => {
    expect(nameOf(target)).toBe(name);
  });
});

describe('belowHome', () => {
  it.each([
    ['', '', ''],
    ['work/x', '', 'work/x'],
    ['home/alice', 'home/alice', ''],
    ['home/alice/work', 'home/alice', 'work'],
    ['home/alicetoo', 'home/alice', null],
    ['etc', 'home/alice', null],
    ['work', null, null]
  ])('finds %p, where the home is %p, at %p', (cwd, home, place) => {
    expect(belowHome(cwd, home)).toBe(place);
  });
});
