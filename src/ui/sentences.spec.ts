import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';

import { RestError } from '../rest/client';
import { detailOf, languageOf, sayError } from './sentences';

const FRENCH = {
  __: (template: string, ...args: string[]) =>
    ({ '%1 is not loaded.': `${args[0]} n’est pas chargé.` })[template] ??
    template
} as unknown as TranslationBundle;

function refusal(said: Partial<RestError.ISaid>): RestError {
  return new RestError(new Response(), {
    message: 'gcc is not loaded.',
    reason: 'not-found',
    detail: 'words',
    template: '%1 is not loaded.',
    arguments: ['gcc'],
    ...said
  });
}

describe('languageOf', () => {
  const page = (languageCode?: string) =>
    ({ ...nullTranslator, languageCode }) as ITranslator;

  it('is as browsers write it, and English where none was chosen', () => {
    expect(languageOf(page('fr_FR'))).toBe('fr-FR');
    expect(languageOf(page(undefined))).toBe('en');
  });
});

describe('sayError', () => {
  const trans = nullTranslator.load('jupyterlab_hpc');

  it('says a sentence of the server in the language of the page', () => {
    expect(sayError(refusal({}), FRENCH)).toBe('gcc n’est pas chargé.');
    expect(sayError(refusal({}), trans)).toBe('gcc is not loaded.');
  });

  it('says what has no template as it is, signs and all', () => {
    const error = refusal({ template: '', message: '50% <b>no</b> %1' });
    expect(sayError(error, FRENCH)).toBe('50% <b>no</b> %1');
  });

  it('tells a server that is gone from one that refuses', () => {
    expect(sayError(new TypeError('Failed to fetch'), trans)).toContain(
      'did not answer'
    );
  });

  it('gives the words of the tool apart', () => {
    expect(detailOf(refusal({}))).toBe('words');
    expect(detailOf(new Error('x'))).toBe('');
  });
});
