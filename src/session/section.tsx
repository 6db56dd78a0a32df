import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type {
  GpuUse,
  SessionInfo,
  SessionMessage,
  Used
} from '../rest/payloads';
import { Notice } from '../ui/notice';
import { sayError, sayTemplate } from '../ui/sentences';
import type { ISessionModel } from './tokens';
import { size, timeLeft } from './words';

interface IProps {
  model: ISessionModel;
  language: string;
  trans: TranslationBundle;
}

/**
 * The section This session: time left, and what is used of what was asked for.
 */
export function SessionSection(props: IProps): React.JSX.Element {
  const { model, trans } = props;
  return (
    <UseSignal signal={model.stateChanged}>
      {() => (
        <div className="jp-SessionSection">
          {model.error && (
            <Notice level="error" trans={trans}>
              {sayError(model.error, trans)}
            </Notice>
          )}
          {model.info && <Facts {...props} info={model.info} />}
          {!model.info && !model.error && (
            <p className="jp-SessionSection-text">{trans.__('Asking…')}</p>
          )}
        </div>
      )}
    </UseSignal>
  );
}

function Facts(props: IProps & { info: SessionInfo }): React.JSX.Element {
  const { info, model, trans } = props;
  const left = model.secondsLeft;
  const { job, requested, used } = info;
  return (
    <>
      {info.messages.map(message => (
        <Said key={message.template} message={message} trans={trans} />
      ))}
      <dl className="jp-SessionSection-facts">
        <Fact
          label={trans.__('Time')}
          value={time(info, left, props)}
          share={share(info, left)}
        />
        <Fact
          label={trans.__('Cores')}
          value={cores(used, requested.cores, props)}
          share={used.cores === null ? undefined : used.cores / requested.cores}
        />
        <Fact
          label={trans.__('Memory')}
          value={memory(used, requested.memory, props)}
          share={
            requested.memory === null
              ? undefined
              : used.memory / requested.memory
          }
        />
        {requested.gpus > 0 && (
          <Fact label={trans.__('GPUs')} value={gpus(info, trans)} />
        )}
        {job && (
          <Fact
            label={trans.__('Job')}
            value={[
              job.id,
              job.node && trans.__('on %1', job.node),
              job.partition && trans.__('partition %1', job.partition),
              job.account && trans.__('account %1', job.account)
            ]
              .filter(Boolean)
              .join(', ')}
          />
        )}
      </dl>
      {!job && (
        <p className="jp-SessionSection-text">
          {trans.__(
            'This session is no batch job, so it has no end that is known here.'
          )}
        </p>
      )}
    </>
  );
}

/**
 * A fact in words, with a bar where it is a share of something.
 */
function Fact(props: {
  label: string;
  value: string;
  share?: number;
}): React.JSX.Element {
  const { label, value } = props;
  const percent = Math.min(100, Math.max(0, (props.share ?? 0) * 100));
  const high = percent >= 90 ? ' jp-mod-high' : '';
  return (
    <div className="jp-SessionSection-fact">
      <dt>{label}</dt>
      <dd>
        {value}
        {props.share !== undefined && (
          // The words beside it say the same.
          <div className="jp-SessionSection-meter" aria-hidden="true">
            <div
              className={`jp-SessionSection-bar${high}`}
              style={{ width: `${percent}%` }}
            />
          </div>
        )}
      </dd>
    </div>
  );
}

function Said(props: {
  message: SessionMessage;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { message, trans } = props;
  return (
    <Notice level={message.level} detail={message.detail} trans={trans}>
      {sayTemplate(message.template, message.arguments, trans)}
    </Notice>
  );
}

function time(
  info: SessionInfo,
  left: number | null,
  { language, trans }: IProps
): string {
  if (left === null || info.ends_at === null) {
    return trans.__('no limit is known');
  }
  // The page's own end: its clock and the server's need not agree.
  const end = new Date(Date.now() + left * 1000);
  const sameDay = end.toDateString() === new Date().toDateString();
  const clock = new Intl.DateTimeFormat(language, {
    weekday: sameDay ? undefined : 'short',
    hour: 'numeric',
    minute: '2-digit'
  }).format(end);
  return trans.__('%1, until %2', timeLeft(left, trans), clock);
}

/**
 * Return how much of the session's time is over.
 */
function share(info: SessionInfo, left: number | null): number | undefined {
  if (left === null || !info.started_at || !info.ends_at) {
    return undefined;
  }
  const whole = (Date.parse(info.ends_at) - Date.parse(info.started_at)) / 1000;
  return whole > 0 ? 1 - left / whole : undefined;
}

function cores(
  used: Used,
  requested: number,
  { language, trans }: IProps
): string {
  if (used.cores === null) {
    return trans._n('%1 core', '%1 cores', requested);
  }
  const busy = new Intl.NumberFormat(language, {
    maximumFractionDigits: 1
  }).format(used.cores);
  return used.source === 'machine'
    ? trans.__('%1 busy; %2 for you on this machine', busy, requested)
    : trans.__('%1 of %2 busy', busy, requested);
}

function memory(
  used: Used,
  requested: number | null,
  { language, trans }: IProps
): string {
  const now = size(used.memory, language);
  if (requested === null) {
    return now;
  }
  const all = size(requested, language);
  return used.source === 'machine'
    ? trans.__('%1 of %2, by all on this machine', now, all)
    : trans.__('%1 of %2', now, all);
}

function gpus(info: SessionInfo, trans: TranslationBundle): string {
  const { gpus: told } = info.used;
  const busy = (gpu: GpuUse) =>
    gpu.busy === null ? gpu.name : `${gpu.name} ${Math.round(gpu.busy * 100)}%`;
  return told.length > 0
    ? told.map(busy).join(', ')
    : trans._n('%1 GPU', '%1 GPUs', info.requested.gpus);
}
