import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RunningKernel, ServerInfo } from '../rest/payloads';
import { Notice } from '../ui/notice';
import { sayTemplate } from '../ui/sentences';

interface IProps {
  info: ServerInfo;
  /** The paths of documents with changes that nobody saved. */
  unsaved: ReadonlyArray<string>;
  /** The same in other tabs of this browser. */
  elsewhere: ReadonlyArray<string>;
  /** Whether a new session is to follow. */
  next: boolean;
  trans: TranslationBundle;
}

/**
 * What stopping the server would end.
 */
export function StopBody(props: IProps): React.JSX.Element {
  const { info, unsaved, trans } = props;
  const busy = info.kernels.filter(kernel => kernel.state === 'busy');
  const idle = info.kernels.length - busy.length;
  return (
    <div className="jp-StopDialog-body">
      {info.obstacle && (
        <Notice
          level="warning"
          cure={sayTemplate(info.obstacle.cure, [], trans)}
          detail={info.obstacle.detail}
          trans={trans}
        >
          {sayTemplate(info.obstacle.template, info.obstacle.arguments, trans)}
        </Notice>
      )}
      {info.way !== 'none' && (
        <p>
          {info.job_id
            ? trans.__(
                'The server and its job %1 end; closing the browser would leave both running.',
                info.job_id
              )
            : trans.__(
                'The server ends; closing the browser would leave it running.'
              )}
        </p>
      )}
      <Listed
        title={trans.__('Documents that are not saved')}
        items={[...unsaved]}
      />
      <Listed
        title={trans.__('Documents that are not saved in other tabs')}
        items={[...props.elsewhere]}
      />
      <Listed
        title={trans.__('Kernels at work, which lose it')}
        items={busy.map(nameOf)}
      />
      <Listed
        title={trans.__('Terminals, with what runs in them')}
        items={info.terminals.map(({ terminal }) =>
          trans.__('Terminal %1', terminal)
        )}
      />
      <Listed
        title={trans.__('Applications, with what is not saved in them')}
        items={info.applications.map(({ title }) => title)}
      />
      {idle > 0 && (
        <p>
          {trans._n(
            '%1 idle kernel ends, with its variables.',
            '%1 idle kernels end, with their variables.',
            idle
          )}
        </p>
      )}
      <Listed
        title={trans.__('Batch jobs, which go on')}
        items={(info.jobs ?? []).map(
          job => `${job.job_id} ${job.name} (${job.state})`
        )}
      />
      {info.jobs === null && (
        <p>
          {trans.__(
            'The scheduler did not list your batch jobs in time. Those that you submitted go on.'
          )}
        </p>
      )}
      {props.next && (
        <p>
          {trans.__(
            'Then JupyterHub’s page for a new session opens. Modules and open files are kept for it.'
          )}
        </p>
      )}
      <p>{logoutWords(info, trans)}</p>
    </div>
  );
}

function Listed(props: {
  title: string;
  items: string[];
}): React.JSX.Element | null {
  const id = React.useId();
  if (props.items.length === 0) {
    return null;
  }
  return (
    <>
      <p id={id}>{props.title}</p>
      <ul aria-labelledby={id}>
        {props.items.map(item => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </>
  );
}

function nameOf(kernel: RunningKernel): string {
  return kernel.path || `${kernel.kernel_name} ${kernel.kernel_id.slice(0, 8)}`;
}

/**
 * Return what Log Out does, where the site has said it.
 */
export function logoutWords(
  info: ServerInfo,
  trans: TranslationBundle
): string {
  switch (info.logout) {
    case 'stops':
      return trans.__('At this site, Log Out stops all of your servers, too.');
    case 'leaves':
      return trans.__('At this site, Log Out leaves the server running.');
    default:
      return '';
  }
}

/**
 * What is shown until the server is gone.
 */
export function StoppingBody(props: { sentence: string }): React.JSX.Element {
  return (
    <p role="status" className="jp-StopDialog-body">
      {props.sentence}
    </p>
  );
}
