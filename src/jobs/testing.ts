import type { JobInfo, Jobs } from '../rest/payloads';

/**
 * A job that runs, with what is different.
 */
export function jobOf(changes: Partial<JobInfo> = {}): JobInfo {
  return {
    id: '42',
    name: 'analysis',
    state: 'running',
    slurm_state: 'RUNNING',
    reason: '',
    sentence: null,
    partition: 'cpu',
    account: 'def-demo',
    cores: 4,
    memory: 8 * 2 ** 30,
    gpus: 0,
    nodes: 1,
    time: 7200,
    submitted_at: '2026-01-01T00:00:00+00:00',
    starts_at: null,
    started_at: '2026-01-01T00:00:10+00:00',
    ends_at: '2026-01-01T02:00:10+00:00',
    ended_at: null,
    seconds_left: 3600,
    elapsed: 3600,
    exit_code: null,
    tasks: null,
    progress: { done: 3, total: 12 },
    efficiency: null,
    source: { path: '/home/a/analysis.ipynb', browse: 'analysis.ipynb' },
    result: null,
    folder: { path: '/home/a', browse: '' },
    output: { path: '/home/a/analysis-42.log', browse: 'analysis-42.log' },
    sent: true,
    session: false,
    ...changes
  };
}

/**
 * What a server answers that knows these jobs.
 */
export function jobsOf(...jobs: JobInfo[]): Jobs {
  return {
    revision: 1,
    available: true,
    jobs,
    messages: [],
    checked_at: '2026-01-01T01:00:10+00:00',
    ask_again: 30
  };
}
