import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type {
  JobCheck,
  JobChoices,
  JobDetails,
  JobInfo,
  JobOutput,
  JobRequest,
  JobTasks,
  Jobs,
  Submission
} from '../rest/payloads';

/**
 * The user's batch jobs.
 */
export interface IJobsModel extends IDisposable {
  /**
   * What the server told last, or null before it was asked.
   */
  readonly jobs: Jobs | null;

  /**
   * The last failure, or null when the last request went well.
   */
  readonly error: Error | null;

  /**
   * The ids of the jobs that are being cancelled or removed.
   */
  readonly busy: ReadonlySet<string>;

  /**
   * A signal emitted when any of the above changes.
   */
  readonly stateChanged: ISignal<this, void>;

  /**
   * A signal emitted once when a job that was submitted here has ended.
   */
  readonly ended: ISignal<this, JobInfo>;

  /**
   * Ask the server for the jobs.
   */
  refresh(): Promise<void>;

  /**
   * Ask again and again while somebody looks, until the answer is disposed of.
   */
  watch(isLooking: () => boolean): IDisposable;

  /**
   * Submit a job, or return its script if the request is a preview; rejects where refused.
   */
  submit(request: JobRequest): Promise<Submission>;

  /**
   * Ask what Slurm would do with a job; rejects where it would refuse.
   */
  check(request: JobRequest): Promise<JobCheck>;

  /**
   * Return what a job can ask for; rejects where there is no Slurm.
   */
  choices(): Promise<JobChoices>;

  /**
   * Return a job with what was sent.
   */
  details(id: string): Promise<JobDetails>;

  /**
   * Return the tasks of an array, as many as that, those that failed first.
   */
  tasks(id: string, limit: number): Promise<JobTasks>;

  /**
   * Return a part of a job's output, from a byte on; the last part if that is negative.
   *
   * With `errors`, of what goes to a file of its own where the job has one.
   */
  output(id: string, offset: number, errors: boolean): Promise<JobOutput>;

  /**
   * Cancel a job, or forget one that has ended; a failure is told by `error`.
   */
  remove(id: string): Promise<void>;

  /**
   * Forget the last failure.
   */
  dismiss(): void;
}

/**
 * The jobs model token.
 */
export const IJobsModel = new Token<IJobsModel>(
  'jupyterlab_hpc:IJobsModel',
  'A service that submits notebooks and scripts as batch jobs, and follows them.'
);

/**
 * What the views can ask for; acting is the commands' business.
 */
export interface IJobActions {
  tasks: (job: JobInfo, limit: number) => Promise<JobTasks>;
  showOutput: (job: JobInfo, task?: number) => void;
  open: (path: string) => void;
  cancel: (job: JobInfo) => void;
  remove: (job: JobInfo) => void;
  again: (job: JobInfo) => void;
}

/**
 * The commands of the jobs room.
 */
export namespace CommandIDs {
  export const submit = 'jobs:submit-notebook';
  export const cancel = 'jobs:cancel';
  export const output = 'jobs:show-output';
  export const again = 'jobs:submit-again';
}

/**
 * The states of jobs that wait or run.
 */
const ALIVE: ReadonlySet<JobInfo['state']> = new Set([
  'pending',
  'running',
  'suspended',
  'completing'
]);

/**
 * Tell whether a job waits or runs.
 */
export function isAlive(job: JobInfo): boolean {
  return ALIVE.has(job.state);
}
