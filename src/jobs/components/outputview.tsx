import { ReactWidget } from '@jupyterlab/ui-components';
import { Poll } from '@lumino/polling';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { JobDetails, JobOutput } from '../../rest/payloads';
import { Notice } from '../../ui/notice';
import { detailOf, sayError } from '../../ui/sentences';
import type { IJobsModel } from '../tokens';
import type { ITongue } from '../../ui/size';
import { withoutColours } from '../words';

/** Milliseconds between two looks at the output of a job that has not ended. */
const INTERVAL = 2000;

/** As many characters are kept; the beginning of a longer output is in its file. */
const LONGEST = 2 ** 20;

/**
 * The output of a job, which is followed while it can be seen.
 */
export class JobOutputView extends ReactWidget {
  constructor(
    private _details: JobDetails,
    private _model: IJobsModel,
    private _tongue: ITongue,
    task = ''
  ) {
    super();
    this.addClass('jp-JobOutput');
    const first = /\d+/.exec(_details.request?.resources?.array ?? '');
    this._task = _details.job.tasks ? task || (first?.[0] ?? '0') : '';
    this._poll = new Poll<void, Error>({
      name: 'jupyterlab_hpc:job-output',
      auto: false,
      factory: () => this._look(),
      frequency: { interval: INTERVAL, backoff: false },
      standby: () => document.hidden || !this.isVisible
    });
    // The end is known where the jobs are asked for.
    this._watching = _model.watch(() => this.isVisible && !this._over);
    void this._poll.start();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._poll.dispose();
      this._watching.dispose();
      super.dispose();
    }
  }

  /**
   * Show the output of a task of the array.
   */
  showTask(task: string): void {
    if (task !== this._task) {
      this._restart({ task });
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this._poll.refresh();
  }

  protected override render(): React.JSX.Element {
    const { trans } = this._tongue;
    const { job } = this._details;
    const place = this._last?.place?.path ?? job.output?.path ?? '';
    return (
      <>
        <div className="jp-JobOutput-head">
          <span className="jp-JobOutput-place">{place}</span>
          {job.tasks && (
            <label>
              {trans.__('Task')}
              <input
                className="jp-mod-styled"
                type="text"
                inputMode="numeric"
                value={this._task}
                onChange={event => this._restart({ task: event.target.value })}
              />
            </label>
          )}
          {this._hasErrors && (
            <label>
              <input
                type="checkbox"
                checked={this._errors}
                onChange={event =>
                  this._restart({ errors: event.target.checked })
                }
              />
              {trans.__('Errors')}
            </label>
          )}
          <span role="status">{this._status()}</span>
        </div>
        {this._error && (
          <Notice level="error" detail={detailOf(this._error)} trans={trans}>
            {sayError(this._error, trans)}
          </Notice>
        )}
        <pre
          className="jp-JobOutput-text"
          tabIndex={0}
          role="region"
          aria-label={trans.__('Output of job %1', job.id)}
          ref={this._take}
        >
          {this._text}
        </pre>
      </>
    );
  }

  private _status(): string {
    const { trans } = this._tongue;
    if (!this._last) {
      return '';
    }
    if (this._over) {
      return trans.__('The job has ended.');
    }
    return this._last.waiting
      ? trans.__('There is no output yet.')
      : trans.__('Followed live.');
  }

  private _restart({ task = this._task, errors = this._errors }): void {
    this._task = task;
    this._errors = errors;
    this._text = '';
    this._last = null;
    this._over = false;
    this._error = null;
    this._asked++;
    this.update();
    void this._poll.refresh();
  }

  private async _look(): Promise<void> {
    const { job } = this._details;
    if (this._over || (job.tasks && !/^\d+$/.test(this._task))) {
      return;
    }
    const id = job.tasks ? `${job.id}_${this._task}` : job.id;
    const asked = this._asked;
    let more = true;
    // A job that writes fast is caught up with at once.
    while (more && !this.isDisposed) {
      let part: JobOutput;
      try {
        part = await this._model.output(
          id,
          this._last?.offset ?? -1,
          this._errors
        );
      } catch (reason) {
        this._error = reason as Error;
        this.update();
        return;
      }
      if (this.isDisposed || asked !== this._asked) {
        return;
      }
      this._error = null;
      more = part.text !== '' && part.offset < part.size;
      const isCut = !this._last && part.start > 0;
      this._text = (
        this._text +
        (isCut ? `[…]\n` : '') +
        withoutColours(part.text)
      ).slice(-LONGEST);
      this._last = part;
      this._hasErrors = part.has_errors;
      this._over = part.ended && !more;
      this.update();
    }
  }

  /**
   * Stay at the end while the end is what is looked at.
   */
  private _take = (node: HTMLPreElement | null): void => {
    if (!node) {
      return;
    }
    if (this._isAtEnd) {
      node.scrollTop = node.scrollHeight;
    }
    node.onscroll = () => {
      this._isAtEnd =
        node.scrollHeight - node.scrollTop - node.clientHeight < 8;
    };
  };

  protected override onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    void this.renderPromise?.then(() => {
      const node = this.node.querySelector('pre');
      if (node && this._isAtEnd) {
        node.scrollTop = node.scrollHeight;
      }
    });
  }

  private _asked = 0;
  private _error: Error | null = null;
  private _errors = false;
  private _hasErrors = false;
  private _isAtEnd = true;
  private _last: JobOutput | null = null;
  private _over = false;
  private _poll: Poll<void, Error>;
  private _task: string;
  private _text = '';
  private _watching: { dispose(): void };
}
