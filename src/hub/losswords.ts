import type { TranslationBundle } from '@jupyterlab/translation';

import { clock } from '../ui/clock';
import type { IConnection } from './tokens';

/**
 * Return what to call a loss.
 */
export function lossTitle(
  connection: IConnection,
  trans: TranslationBundle
): string {
  switch (connection.loss) {
    case 'stopping':
      return trans.__('This Session Is Being Stopped');
    case 'offline':
      return trans.__('No Connection');
    case 'silent':
      return trans.__('The Session Does Not Answer');
    default:
      return trans.__('This Session Has Ended');
  }
}

/**
 * Return what is known of a loss, in sentences.
 */
export function lossWords(
  connection: IConnection,
  language: string,
  trans: TranslationBundle
): string[] {
  const { endsAt, loss, since, wasItsTime, wasStopped } = connection;
  if (loss === 'offline') {
    return [
      trans.__(
        'Since %1 neither the session nor JupyterHub answers: has this computer lost its network? The session may go on meanwhile. This page tries again by itself.',
        clock(since, language)
      )
    ];
  }
  const anew = trans.__(
    'To start it again means a new job, which waits in the queue and is charged for. Kernels, terminals and applications are not brought back; saved files are there.'
  );
  if (loss === 'stopping' || wasStopped) {
    return [
      trans.__(
        'It was stopped at %1 from another page of yours.',
        clock(since, language)
      ),
      anew
    ];
  }
  if (wasItsTime && endsAt) {
    return [
      trans.__('The job’s time was over at %1.', clock(endsAt, language)),
      anew
    ];
  }
  if (loss === 'silent') {
    return [
      trans.__(
        'Since %1 JupyterHub does not reach the session. It may be very busy, or have ended: its job may have been cancelled, or its node have failed. This page tries again by itself.',
        clock(since, language)
      )
    ];
  }
  return [
    endsAt
      ? trans.__(
          'JupyterHub says that it does not run any more, although its time would have lasted until %1. Perhaps it was stopped on the Hub’s page, its job was cancelled, or its node failed: JupyterHub does not tell.',
          clock(endsAt, language)
        )
      : trans.__(
          'JupyterHub says that it does not run any more. Perhaps it was stopped on the Hub’s page, its job was cancelled, or its node failed: JupyterHub does not tell.'
        ),
    anew
  ];
}
