import * as React from 'react';

import type { JobInfo, JobTask, JobTasks } from '../../rest/payloads';
import { Action } from '../../ui/action';
import { Notice } from '../../ui/notice';
import { detailOf, sayError } from '../../ui/sentences';
import type { IJobActions } from '../tokens';
import type { ITongue } from '../../ui/size';
import { cells, say, stateClass, stateWord } from '../words';

/** How many tasks are listed at first, and then; the server tells of no more. */
const STEPS = [20, 100, 200];

/**
 * The tasks of an array that began, those that failed first.
 */
export function TaskList(props: {
  job: JobInfo;
  actions: IJobActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { job, actions, tongue } = props;
  const { trans } = tongue;
  const [step, setStep] = React.useState(0);
  const [said, setSaid] = React.useState<JobTasks | null>(null);
  const [error, setError] = React.useState<Error | null>(null);
  const list = React.useRef<HTMLUListElement>(null);
  const limit = STEPS[step];
  // Asked again when something about the tasks has changed, not with every look.
  const version = JSON.stringify([job.state, job.tasks, job.progress]);
  React.useEffect(() => {
    let isOver = false;
    actions.tasks(job, limit).then(
      tasks => {
        if (!isOver) {
          setSaid(tasks);
          setError(null);
        }
      },
      (reason: Error) => {
        if (!isOver) {
          setError(reason);
        }
      }
    );
    return () => {
      isOver = true;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the job is new with every look
  }, [version, limit]);
  const more = said ? said.began - said.listed.length : 0;
  return (
    <div className="jp-JobsSection-tasks">
      {error && (
        <Notice level="error" detail={detailOf(error)} trans={trans}>
          {sayError(error, trans)}
        </Notice>
      )}
      {said?.began === 0 && (
        <p className="jp-JobsSection-text">
          {trans.__('No task has begun yet.')}
        </p>
      )}
      <ul
        ref={list}
        role="list"
        tabIndex={-1}
        className="jp-JobsSection-list"
        aria-label={trans.__('Tasks of job %1', job.id)}
        aria-busy={!said && !error}
      >
        {said?.listed.map(task => (
          <TaskRow
            key={task.task}
            job={job}
            task={task}
            actions={actions}
            tongue={tongue}
          />
        ))}
      </ul>
      {more > 0 && step < STEPS.length - 1 && (
        <Action
          label={trans.__('Show more tasks of job %1', job.id)}
          onClick={() => {
            // The button may go: the focus must not be lost.
            list.current?.focus();
            setStep(step + 1);
          }}
        >
          {trans.__('Show More')}
        </Action>
      )}
      {more > 0 && (
        <p className="jp-JobsSection-text">
          {trans._n(
            '%1 more task has begun.',
            '%1 more tasks have begun.',
            more
          )}
        </p>
      )}
    </div>
  );
}

function TaskRow(props: {
  job: JobInfo;
  task: JobTask;
  actions: IJobActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { job, task, actions, tongue } = props;
  const { trans } = tongue;
  const number = String(task.task);
  const browse = task.result?.browse;
  return (
    <li className={`jp-JobsSection-task ${stateClass(task.state)}`}>
      <div className="jp-JobsSection-line">
        <span className="jp-JobsSection-title">
          {trans.__('Task %1', number)}
        </span>
        <span className="jp-JobsSection-state">
          {stateWord(task.state, trans)}
        </span>
      </div>
      {task.sentence && (
        <p className="jp-JobsSection-why" title={task.sentence.detail}>
          {say(task.sentence, trans)}
        </p>
      )}
      {task.progress && task.state !== 'completed' && (
        <p className="jp-JobsSection-text">{cells(task.progress, trans)}</p>
      )}
      <div className="jp-JobsSection-buttons">
        {task.output && (
          <Action
            label={trans.__('Show the output of task %1', number)}
            onClick={() => actions.showOutput(job, task.task)}
          >
            {trans.__('Output')}
          </Action>
        )}
        {typeof browse === 'string' && (
          <Action
            label={trans.__('Open the result of task %1', number)}
            onClick={() => actions.open(browse)}
          >
            {trans.__('Open Result')}
          </Action>
        )}
      </div>
    </li>
  );
}
