import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Notice } from '../ui/notice';
import { detailOf, sayError } from '../ui/sentences';
import type { ITongue } from '../ui/size';
import { JobRow } from './components/jobrow';
import type { IJobActions, IJobsModel } from './tokens';
import { isAlive } from './tokens';
import { moment, say } from './words';

interface IProps {
  model: IJobsModel;
  actions: IJobActions;
  tongue: ITongue;
}

/**
 * The section *Jobs* of the Session panel.
 */
export function JobsSection(props: IProps): React.JSX.Element {
  return (
    <UseSignal signal={props.model.stateChanged}>
      {() => <Content {...props} />}
    </UseSignal>
  );
}

function Content({ model, actions, tongue }: IProps): React.JSX.Element {
  const { trans, language } = tongue;
  const { jobs, error } = model;
  const open = jobs?.jobs.filter(isAlive).length ?? 0;
  return (
    <div className="jp-JobsSection">
      <div className="jp-JobsSection-status" role="status">
        {!jobs && !error && <p>{trans.__('Asking Slurm…')}</p>}
        {jobs && !jobs.available && (
          <p>{trans.__('There is no Slurm on this machine.')}</p>
        )}
        {jobs?.available && jobs.jobs.length === 0 && (
          <p>
            {trans.__(
              'You have no jobs. Submit as Batch Job… is in the context menu of notebooks and scripts.'
            )}
          </p>
        )}
        {open > 0 && (
          <p>
            {trans._n('%1 job waits or runs.', '%1 jobs wait or run.', open)}
          </p>
        )}
      </div>
      {error && (
        <Notice
          level="error"
          detail={detailOf(error)}
          onDismiss={() => model.dismiss()}
          trans={trans}
        >
          {sayError(error, trans)}
        </Notice>
      )}
      {jobs?.messages.map(message => (
        <Notice
          key={message.template}
          level={message.level}
          detail={message.detail}
          trans={trans}
        >
          {say(message, trans)}
        </Notice>
      ))}
      {jobs && jobs.jobs.length > 0 && (
        <ul
          role="list"
          className="jp-JobsSection-list"
          aria-label={trans.__('Jobs')}
        >
          {jobs.jobs.map(job => (
            <JobRow
              key={job.id}
              job={job}
              busy={model.busy.has(job.id)}
              actions={actions}
              tongue={tongue}
            />
          ))}
        </ul>
      )}
      {jobs?.checked_at && (
        <p className="jp-JobsSection-asked">
          {trans.__(
            'Slurm was asked at %1.',
            moment(jobs.checked_at, language)
          )}
        </p>
      )}
    </div>
  );
}
