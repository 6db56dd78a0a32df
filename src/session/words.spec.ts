import { nullTranslator } from '@jupyterlab/translation';

import { duration, timeLeft } from './words';

const trans = nullTranslator.load('jupyterlab_hpc');

describe('the words of the session', () => {
  it.each([
    [4980, '1 h 23 min'],
    [3600, '1 h 0 min'],
    [3599, '59 min'],
    [60, '1 min'],
    [59, 'less than 1 min'],
    [90_000, '1 d 1 h']
  ])('says %s seconds', (seconds, words) => {
    expect(duration(seconds, trans)).toBe(words);
    expect(timeLeft(seconds, trans)).toBe(`${words} left`);
  });

  it('says that it ends', () => {
    expect(timeLeft(0, trans)).toBe('The session ends now');
  });
});
