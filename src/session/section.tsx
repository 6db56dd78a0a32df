import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type {
  GpuUse,
  SessionInfo,
  SessionMessage,
  Used
} from '../rest/payloads';
import { clock } from '../ui/clock';
import { Notice } from '../ui/notice';
import { sayError, sayTemplate } from '../ui/sentences';
import { formatSize, localNumbers } from '../ui/size';
import { UseGraph } from './usegraph';
import type { IDesktopNotifier, ISessionModel } from './tokens';
import { timeLeft } from './words';

/**
 * What the section can ask for.
 */
export interface ISessionActions {
  /** Ask for more time. */
  extend: () => void;
  /** Put a sentence into the clipboard. */
  copy: (text: string) => void;
  /** Notify on the desktop, too, or no longer. */
  toggleDesktop: () => void;
}

interface IProps {
  model: ISessionModel;
  desktop: IDesktopNotifier | null;
  actions: ISessionActions;
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
        <Said key={message.template} {...props} message={message} />
      ))}
      <dl className="jp-SessionSection-facts">
        <Fact
          label={trans.__('Time')}
          value={time(left, model.endsAt, props)}
          share={share(info, left)}
        />
        <Fact
          label={trans.__('Cores')}
          value={cores(used, requested.cores, props)}
          share={used.cores === null ? undefined : used.cores / requested.cores}
        >
          <UseGraph
            samples={model.samples}
            of={sample => sample.cores}
            most={requested.cores}
            trans={trans}
          />
        </Fact>
        <Fact
          label={trans.__('Memory')}
          value={memory(used, requested.memory, props)}
          share={
            requested.memory === null
              ? undefined
              : used.memory / requested.memory
          }
        >
          <UseGraph
            samples={model.samples}
            of={sample => sample.memory}
            most={requested.memory}
            trans={trans}
          />
        </Fact>
        {requested.gpus > 0 && (
          <Fact label={trans.__('GPUs')} value={gpus(info, props)} />
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
      {left !== null && (
        <div className="jp-SessionSection-actions">
          {info.extendable && (
            <Act onClick={props.actions.extend}>
              {trans.__('Ask for More Time')}
            </Act>
          )}
          {props.desktop && (
            <DesktopChoice {...props} desktop={props.desktop} />
          )}
        </div>
      )}
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
 * A fact in words, with a bar where it is a share of something, and what belongs below.
 */
function Fact(props: {
  label: string;
  value: string;
  share?: number;
  children?: React.ReactNode;
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
        {props.children}
      </dd>
    </div>
  );
}

/**
 * Whether the browser notifies, with what is in the way of it.
 */
function DesktopChoice(
  props: IProps & { desktop: IDesktopNotifier }
): React.JSX.Element {
  const { desktop, trans } = props;
  return (
    <UseSignal signal={desktop.changed}>
      {() =>
        desktop.permission === 'unsupported' ? null : desktop.permission ===
          'denied' ? (
          desktop.wanted && (
            <p className="jp-SessionSection-text">
              {trans.__(
                'The browser does not let this page notify on the desktop: its settings for this site say so.'
              )}
            </p>
          )
        ) : (
          <label className="jp-SessionSection-choice">
            <input
              type="checkbox"
              checked={desktop.isOn}
              onChange={props.actions.toggleDesktop}
            />
            {trans.__('Warn on the desktop too')}
          </label>
        )
      }
    </UseSignal>
  );
}

function Act(props: {
  onClick: () => void;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <Button
      small
      minimal
      className="jp-SessionSection-action"
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  );
}

function Said(props: IProps & { message: SessionMessage }): React.JSX.Element {
  const { message, trans } = props;
  const told = localNumbers(message.arguments, props);
  const text = sayTemplate(message.template, told, trans);
  const isAdvice = message.kind === 'advice' || message.kind === 'gpus';
  return (
    <Notice
      level={message.level}
      detail={message.detail}
      actions={
        isAdvice && (
          <Act onClick={() => props.actions.copy(text)}>
            {trans.__('Copy This Advice')}
          </Act>
        )
      }
      trans={trans}
    >
      {text}
    </Notice>
  );
}

function time(
  left: number | null,
  end: Date | null,
  { language, trans }: IProps
): string {
  if (left === null || end === null) {
    return trans.__('no limit is known');
  }
  return trans.__('%1, until %2', timeLeft(left, trans), clock(end, language));
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
  const now = formatSize(used.memory, { language, trans });
  if (requested === null) {
    return now;
  }
  const all = formatSize(requested, { language, trans });
  return used.source === 'machine'
    ? trans.__('%1 of %2, by all on this machine', now, all)
    : trans.__('%1 of %2', now, all);
}

function gpus(info: SessionInfo, { language, trans }: IProps): string {
  const { gpus: told } = info.used;
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const busy = (gpu: GpuUse) =>
    gpu.busy === null ? gpu.name : `${gpu.name} ${percent.format(gpu.busy)}`;
  return told.length > 0
    ? told.map(busy).join(', ')
    : trans._n('%1 GPU', '%1 GPUs', info.requested.gpus);
}
