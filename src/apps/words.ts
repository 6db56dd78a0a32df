import type { TranslationBundle } from '@jupyterlab/translation';

import type { Application } from '../rest/payloads';
import { sayTemplate } from '../ui/sentences';

/**
 * Return what a tile says of its application beside its name.
 */
export function describe(
  application: Application,
  trans: TranslationBundle
): string {
  const { title, needs, template } = application;
  const why = template
    ? sayTemplate(template, application.arguments, trans)
    : '';
  switch (application.managed ? application.state : 'ready') {
    case 'locked':
      return needs.length > 0
        ? trans.__(
            '%1 needs the module %2. Select to load it.',
            title,
            needs[0]
          )
        : why;
    case 'starting':
      return trans.__('%1 is starting. Select to follow it.', title);
    case 'running':
      return trans.__('%1 is running. Select to reopen it.', title);
    case 'stopping':
      return trans.__('%1 is ending.', title);
    case 'failed':
      return why;
    default:
      return trans.__('Open %1', title);
  }
}

/**
 * Return what the list of running things says of an application beside its name.
 */
export function detail(
  application: Application,
  trans: TranslationBundle
): string {
  const parts = [];
  if (application.version) {
    parts.push(application.version);
  }
  if (application.state === 'starting') {
    parts.push(trans.__('starting'));
  } else if (application.state === 'stopping') {
    parts.push(trans.__('ending'));
  }
  if (application.environment_changed) {
    parts.push(trans.__('started with other modules'));
  }
  return parts.join(' · ');
}
