import type { TranslationBundle } from '@jupyterlab/translation';

import type { JobInfo, JobProgress, JobSentence } from '../rest/payloads';
import { sayTemplate } from '../ui/sentences';
import { formatSize, type ITongue } from '../ui/size';
import { isAlive } from './tokens';

/**
 * Return a sentence of the server in the language of the page.
 */
export function say(sentence: JobSentence, trans: TranslationBundle): string {
  return sayTemplate(sentence.template, sentence.arguments, trans);
}

/**
 * Return the word for a job's state.
 */
export function stateWord(
  state: JobInfo['state'],
  trans: TranslationBundle
): string {
  const words: Record<JobInfo['state'], string> = {
    pending: trans.__('Waiting'),
    running: trans.__('Running'),
    suspended: trans.__('Suspended'),
    completing: trans.__('Ending'),
    completed: trans.__('Done'),
    failed: trans.__('Failed'),
    cancelled: trans.__('Cancelled'),
    timeout: trans.__('Out of time'),
    'out-of-memory': trans.__('Out of memory'),
    'node-failed': trans.__('Node failed'),
    preempted: trans.__('Preempted'),
    ended: trans.__('Ended')
  };
  return words[state];
}

/**
 * Return the CSS class of a job's state.
 */
export function stateClass(state: JobInfo['state']): string {
  return `jp-mod-${state.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}`;
}

/**
 * Return a duration in the two largest units that it has, such as `1 h 23 min`.
 */
export function span(seconds: number, trans: TranslationBundle): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) {
    return trans.__('%1 d %2 h', days, hours % 24);
  }
  if (hours > 0) {
    return trans.__('%1 h %2 min', hours, minutes % 60);
  }
  return minutes > 0
    ? trans.__('%1 min', minutes)
    : trans.__('%1 s', Math.floor(seconds));
}

/**
 * Return a moment as a time of today, or with its day.
 */
export function moment(iso: string, language: string): string {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, {
    ...(isToday ? {} : { day: 'numeric', month: 'short' }),
    hour: 'numeric',
    minute: '2-digit'
  }).format(date);
}

/**
 * Return what is known of when a job begins or ends, as sentences.
 */
export function when(job: JobInfo, { trans, language }: ITongue): string[] {
  const said: string[] = [];
  if (job.state === 'pending' && job.starts_at) {
    said.push(
      trans.__(
        'Expected start: %1 (an estimate).',
        moment(job.starts_at, language)
      )
    );
  } else if (isAlive(job) && job.seconds_left !== null) {
    said.push(trans.__('%1 left.', span(job.seconds_left, trans)));
  } else if (!isAlive(job) && job.ended_at) {
    said.push(
      job.elapsed === null
        ? trans.__('Ended %1.', moment(job.ended_at, language))
        : trans.__(
            'Ended %1, after %2.',
            moment(job.ended_at, language),
            span(job.elapsed, trans)
          )
    );
  }
  return said;
}

/**
 * Return how far a job is, empty where that is not known.
 */
export function progress(job: JobInfo, trans: TranslationBundle): string {
  const said: string[] = [];
  if (job.tasks) {
    const { total, pending, running, completed, failed } = job.tasks;
    said.push(
      trans.__(
        '%1 tasks: %2 waiting, %3 running, %4 done, %5 failed.',
        total,
        pending,
        running,
        completed,
        failed
      )
    );
  }
  if (job.progress) {
    said.push(cells(job.progress, trans));
  }
  return said.filter(Boolean).join(' ');
}

/**
 * Return how many cells are done, empty where there are none.
 */
export function cells(
  { done, total }: JobProgress,
  trans: TranslationBundle
): string {
  return total > 0 ? trans.__('%1 of %2 cells are done.', done, total) : '';
}

/**
 * Return what a job asked for.
 */
export function asked(job: JobInfo, tongue: ITongue): string {
  const { trans } = tongue;
  const said = [trans.__('Job %1', job.id)];
  if (job.account) {
    said.push(trans.__('account %1', job.account));
  }
  if (job.partition) {
    said.push(trans.__('partition %1', job.partition));
  }
  if (job.nodes > 1) {
    said.push(trans._n('%1 node', '%1 nodes', job.nodes));
  }
  if (job.cores) {
    said.push(trans._n('%1 core', '%1 cores', job.cores));
  }
  if (job.memory) {
    const memory = formatSize(job.memory, tongue);
    said.push(
      job.nodes > 1
        ? trans.__('%1 of memory on each', memory)
        : trans.__('%1 of memory', memory)
    );
  }
  if (job.gpus) {
    said.push(trans._n('%1 GPU', '%1 GPUs', job.gpus));
  }
  if (job.time) {
    said.push(trans.__('%1 of time', span(job.time, trans)));
  }
  return said.join(', ');
}

/**
 * Return what a job that ended used of what it asked for; empty where nobody measured.
 */
export function used(job: JobInfo, tongue: ITongue): string[] {
  const { trans, language } = tongue;
  const { efficiency } = job;
  if (!efficiency) {
    return [];
  }
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const said: string[] = [];
  if (efficiency.cpu !== null && job.cores) {
    said.push(
      trans._n(
        'It kept %2 of its core busy.',
        'It kept %2 of its %1 cores busy.',
        job.cores,
        percent.format(efficiency.cpu)
      )
    );
  }
  if (efficiency.memory_peak) {
    const peak = formatSize(efficiency.memory_peak, tongue);
    said.push(
      efficiency.source === 'accounting'
        ? trans.__('It used at most %1 of memory.', peak)
        : trans.__('Its largest process used %1 of memory.', peak)
    );
  }
  return said;
}

/**
 * Return what a notification says when a job has ended.
 */
export function ending(job: JobInfo, trans: TranslationBundle): string {
  const said =
    job.state === 'completed'
      ? trans.__('Job %1 (%2) is done.', job.id, job.name)
      : trans.__(
          'Job %1 (%2) has ended: %3.',
          job.id,
          job.name,
          stateWord(job.state, trans)
        );
  return job.sentence ? `${said} ${say(job.sentence, trans)}` : said;
}

/**
 * Return a text without the colours that terminals have.
 */
export function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- the sign that begins them
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '');
}
