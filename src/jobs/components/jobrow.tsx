import * as React from 'react';

import type { JobInfo } from '../../rest/payloads';
import { Action } from '../../ui/action';
import type { IJobActions } from '../tokens';
import { isAlive } from '../tokens';
import type { ITongue } from '../../ui/size';
import {
  asked,
  progress,
  say,
  stateClass,
  stateWord,
  used,
  when
} from '../words';
import { TaskList } from './tasklist';

/**
 * One job: what it is, how it is, and what can be done with it.
 */
export function JobRow(props: {
  job: JobInfo;
  busy: boolean;
  actions: IJobActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { job, busy, actions, tongue } = props;
  const { trans } = tongue;
  const name = job.name || job.id;
  const alive = isAlive(job);
  const far = progress(job, trans);
  const browse = job.result?.browse;
  const [isOpen, setOpen] = React.useState(false);
  return (
    <li className={`jp-JobsSection-row ${stateClass(job.state)}`}>
      <div className="jp-JobsSection-line">
        <span className="jp-JobsSection-title" title={job.source?.path}>
          {name}
        </span>
        <span className="jp-JobsSection-state">
          {stateWord(job.state, trans)}
        </span>
      </div>
      {job.session && (
        <p className="jp-JobsSection-text">
          {trans.__('This is the session that you see.')}
        </p>
      )}
      {job.sentence && (
        <p className="jp-JobsSection-why" title={job.sentence.detail}>
          {say(job.sentence, trans)}
        </p>
      )}
      {far && <p className="jp-JobsSection-text">{far}</p>}
      {alive && job.progress && job.progress.total > 0 && (
        <progress
          className="jp-JobsSection-progress"
          aria-label={trans.__('Cells of %1 that are done', name)}
          max={job.progress.total}
          value={job.progress.done}
        />
      )}
      {[...when(job, tongue), ...used(job, tongue)].map(text => (
        <p key={text} className="jp-JobsSection-text">
          {text}
        </p>
      ))}
      <p className="jp-JobsSection-text">{asked(job, tongue)}</p>
      <div className="jp-JobsSection-buttons">
        {job.tasks && (
          <Action
            label={trans.__('Tasks of job %1', job.id)}
            expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {trans.__('Tasks')}
          </Action>
        )}
        {(job.sent || job.output) && (
          <Action
            label={trans.__('Show the output of job %1', job.id)}
            onClick={() => actions.showOutput(job)}
          >
            {trans.__('Output')}
          </Action>
        )}
        {typeof browse === 'string' && (
          <Action
            label={trans.__('Open the result of job %1', job.id)}
            onClick={() => actions.open(browse)}
          >
            {trans.__('Open Result')}
          </Action>
        )}
        {job.sent && (
          <Action
            label={trans.__('Submit job %1 again', job.id)}
            onClick={() => actions.again(job)}
          >
            {trans.__('Submit Again…')}
          </Action>
        )}
        {alive && !job.session && (
          <Action
            label={trans.__('Cancel job %1', job.id)}
            busy={busy}
            onClick={() => actions.cancel(job)}
          >
            {trans.__('Cancel')}
          </Action>
        )}
        {!alive && job.sent && (
          <Action
            label={trans.__('Remove job %1 from the list', job.id)}
            busy={busy}
            onClick={() => actions.remove(job)}
          >
            {trans.__('Remove from List')}
          </Action>
        )}
      </div>
      {isOpen && job.tasks && (
        <TaskList job={job} actions={actions} tongue={tongue} />
      )}
    </li>
  );
}
