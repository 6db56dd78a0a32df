import { VDomModel } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

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
import type { JobsApi } from './api';
import type { IJobsModel } from './tokens';
import { isAlive } from './tokens';

/** Milliseconds between two questions while somebody looks, until the server says. */
const OFTEN = 30_000;

/** A moment more than the server's floor, so that each question can reach Slurm. */
const MARGIN = 500;

/** How many times longer it is while nobody looks at jobs that have not ended. */
const RARELY = 4;

/**
 * What the server's event tells; see `jobs/events.json`.
 */
export interface IJobsNotice {
  revision: number;
}

/**
 * The state of the jobs room: no DOM, no dialogs.
 */
export class JobsModel extends VDomModel implements IJobsModel {
  constructor(private _api: Omit<JobsApi, '_client'>) {
    super();
    // A hidden page does not ask.
    this._poll = new Poll<void, Error>({
      name: 'jupyterlab_hpc:jobs',
      auto: false,
      factory: () => this._look(),
      frequency: { interval: OFTEN + MARGIN, backoff: false },
      standby: 'when-hidden'
    });
    void this._poll.start();
  }

  get jobs(): Jobs | null {
    return this._jobs;
  }

  get error(): Error | null {
    return this._error;
  }

  get busy(): ReadonlySet<string> {
    return this._busy;
  }

  get ended(): ISignal<this, JobInfo> {
    return this._ended;
  }

  override dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  async refresh(): Promise<void> {
    const asked = ++this._asked;
    this._askedAt = Date.now();
    let jobs: Jobs | null = null;
    let error: Error | null = null;
    try {
      jobs = await this._api.jobs();
    } catch (reason) {
      error = reason as Error;
    }
    this._take(asked, jobs, error);
  }

  /**
   * Take note that the server told of a change.
   *
   * Nothing is asked before somebody has looked, or submitted a job.
   */
  async notice(notice: IJobsNotice): Promise<void> {
    if (this._jobs && notice.revision !== this._jobs.revision) {
      await this.refresh();
    }
  }

  watch(isLooking: () => boolean): IDisposable {
    this._watchers.add(isLooking);
    return new DisposableDelegate(() => this._watchers.delete(isLooking));
  }

  async submit(request: JobRequest): Promise<Submission> {
    const submission = await this._api.submit(request);
    if (!request.preview) {
      await this.refresh();
    }
    return submission;
  }

  check(request: JobRequest): Promise<JobCheck> {
    return this._api.check(request);
  }

  choices(): Promise<JobChoices> {
    return this._api.choices();
  }

  details(id: string): Promise<JobDetails> {
    return this._api.details(id);
  }

  tasks(id: string, limit: number): Promise<JobTasks> {
    return this._api.tasks(id, limit);
  }

  output(id: string, offset: number, errors: boolean): Promise<JobOutput> {
    return this._api.output(id, offset, errors);
  }

  async remove(id: string): Promise<void> {
    if (this._busy.has(id)) {
      return;
    }
    this._busy = new Set([...this._busy, id]);
    this._error = null;
    this.stateChanged.emit();
    const asked = ++this._asked;
    let jobs: Jobs | null = null;
    let error: Error | null = null;
    try {
      jobs = await this._api.remove(id);
    } catch (reason) {
      error = reason as Error;
    }
    this._busy = new Set([...this._busy].filter(other => other !== id));
    this._take(asked, jobs, error);
  }

  dismiss(): void {
    this._error = null;
    this.stateChanged.emit();
  }

  /**
   * Ask if somebody looks, or now and then while a job that was submitted here is not over.
   */
  private async _look(): Promise<void> {
    const isOpen = this._jobs?.jobs.some(job => job.sent && isAlive(job));
    const isDue =
      isOpen && Date.now() - this._askedAt >= RARELY * this._interval;
    if (isDue || [...this._watchers].some(isLooking => isLooking())) {
      await this.refresh();
    }
  }

  private _take(asked: number, jobs: Jobs | null, error: Error | null): void {
    // An older answer never replaces a newer one.
    if (this.isDisposed || asked < this._answered) {
      return;
    }
    this._answered = asked;
    this._error = error;
    const over: JobInfo[] = [];
    if (jobs) {
      over.push(...this._overSince(jobs));
      this._jobs = jobs;
      this._interval = jobs.ask_again * 1000;
      const interval = this._interval + MARGIN;
      if (this._poll.frequency.interval !== interval) {
        this._poll.frequency = { ...this._poll.frequency, interval };
      }
    }
    this.stateChanged.emit();
    for (const job of over) {
      this._ended.emit(job);
    }
  }

  private _overSince(jobs: Jobs): JobInfo[] {
    const before = this._jobs?.jobs.filter(job => job.sent && isAlive(job));
    const open = new Set(before?.map(job => job.id));
    return jobs.jobs.filter(job => open.has(job.id) && !isAlive(job));
  }

  private _answered = 0;
  private _asked = 0;
  private _askedAt = -Infinity;
  private _busy: ReadonlySet<string> = new Set();
  private _ended = new Signal<this, JobInfo>(this);
  private _error: Error | null = null;
  private _interval = OFTEN;
  private _jobs: Jobs | null = null;
  private _poll: Poll<void, Error>;
  private _watchers = new Set<() => boolean>();
}
