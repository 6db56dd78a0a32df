import { nullTranslator } from '@jupyterlab/translation';

import { jobOf } from './testing';
import {
  asked,
  ending,
  progress,
  stateClass,
  used,
  when,
  withoutColours
} from './words';

const trans = nullTranslator.load('jupyterlab_hpc');
const tongue = { trans, language: 'en' };

describe('the words of jobs', () => {
  it('says how far a job is', () => {
    expect(progress(jobOf(), trans)).toBe('3 of 12 cells are done.');
    expect(progress(jobOf({ progress: null }), trans)).toBe('');
    const tasks = {
      total: 10,
      pending: 4,
      running: 2,
      completed: 3,
      failed: 1,
      ended: 0
    };
    expect(progress(jobOf({ tasks, progress: null }), trans)).toBe(
      '10 tasks: 4 waiting, 2 running, 3 done, 1 failed.'
    );
  });

  it('says when a job begins or ends', () => {
    expect(when(jobOf(), tongue)).toEqual(['1 h 0 min left.']);
    const waits = jobOf({
      state: 'pending',
      starts_at: '2020-05-01T12:00:00Z',
      seconds_left: null
    });
    expect(when(waits, tongue)[0]).toMatch(/^Expected start: .*estimate/);
    const over = jobOf({
      state: 'completed',
      ended_at: '2020-05-01T12:00:00Z',
      elapsed: 61
    });
    expect(when(over, tongue)[0]).toMatch(/^Ended .*, after 1 min\.$/);
    expect(when(jobOf({ seconds_left: null }), tongue)).toEqual([]);
  });

  it('says what a job asked for and used', () => {
    expect(asked(jobOf(), tongue)).toBe(
      'Job 42, account def-demo, partition cpu, 4 cores, 8\u00a0GB of memory, 2 h 0 min of time'
    );
    const efficiency = {
      cpu: 0.25,
      memory: 0.5,
      cpu_seconds: 60,
      memory_peak: 4 * 2 ** 30,
      source: 'accounting' as const
    };
    expect(used(jobOf({ efficiency }), tongue)).toEqual([
      'It kept 25% of its 4 cores busy.',
      'It used at most 4\u00a0GB of memory.'
    ]);
    expect(
      used(jobOf({ efficiency: { ...efficiency, source: 'job' } }), tongue)[1]
    ).toBe('Its largest process used 4\u00a0GB of memory.');
    expect(used(jobOf(), tongue)).toEqual([]);
  });

  it('says how a job ended', () => {
    const sentence = {
      level: 'warning' as const,
      text: 'Cell 3 failed: x',
      template: 'Cell %1 failed: %2',
      arguments: ['3', 'x'],
      detail: ''
    };
    expect(ending(jobOf({ state: 'completed' }), trans)).toBe(
      'Job 42 (analysis) is done.'
    );
    expect(ending(jobOf({ state: 'failed', sentence }), trans)).toBe(
      'Job 42 (analysis) has ended: Failed. Cell 3 failed: x'
    );
  });

  it('names states as CSS classes have them', () => {
    expect(stateClass('out-of-memory')).toBe('jp-mod-outOfMemory');
    expect(stateClass('failed')).toBe('jp-mod-failed');
  });

  it('takes colours away', () => {
    expect(withoutColours('\u001b[0;31mred\u001b[0m\u001b[K x')).toBe('red x');
  });
});
