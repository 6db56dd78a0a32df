import { nullTranslator } from '@jupyterlab/translation';

import { formatSize, localNumbers } from './size';

const trans = nullTranslator.load('jupyterlab_hpc');
const english = { trans, language: 'en' };
const french = { trans, language: 'fr-FR' };

describe('formatSize', () => {
  it.each([
    [0, '0\u00a0B'],
    [1023, '1,023\u00a0B'],
    [1024, '1\u00a0kB'],
    [700 * 2 ** 20, '700\u00a0MB'],
    [1023.6 * 2 ** 20, '1\u00a0GB'],
    [1610612736, '1.5\u00a0GB'],
    [62.5 * 2 ** 30, '62.5\u00a0GB'],
    [601.03 * 2 ** 30, '601\u00a0GB'],
    [1.456 * 2 ** 40, '1.46\u00a0TB'],
    [2 ** 50, '1\u00a0PB'],
    [2 ** 70, '1,024\u00a0EB']
  ])('says %s bytes', (bytes, words) => {
    expect(formatSize(bytes, english)).toBe(words);
  });

  it('writes numbers as the language does', () => {
    expect(formatSize(1610612736, french)).toBe('1,5\u00a0GB');
  });
});

describe('localNumbers', () => {
  it('rewrites numbers and sizes, and nothing else', () => {
    const told = [
      '1.5 GB',
      '700 MB',
      '2.5',
      '12',
      'gcc/12.3',
      '',
      '1.2.3',
      'GB'
    ];
    expect(localNumbers(told, french)).toEqual([
      '1,5\u00a0GB',
      '700\u00a0MB',
      '2,5',
      '12',
      'gcc/12.3',
      '',
      '1.2.3',
      'GB'
    ]);
  });
});
