import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  Amount,
  Copy,
  FolderLink,
  LinkInfo,
  Quota,
  StorageMessage
} from '../rest/payloads';
import { sayTemplate } from '../ui/sentences';
import { formatSize, type ITongue } from '../ui/size';
import type { ILinkOutcome } from './tokens';

/**
 * Return a text of the site in the user's language.
 *
 * Texts that come with this extension are in the catalogue; others stay as they are.
 */
export function siteText(
  english: string,
  french: string,
  tongue: ITongue
): string {
  if (french && tongue.language.startsWith('fr')) {
    return french;
  }
  return english && sayTemplate(english, [], tongue.trans);
}

/**
 * Return a sentence of the server in the user's language.
 */
export function sayMessage(
  message: StorageMessage,
  trans: TranslationBundle
): string {
  return (
    message.template && sayTemplate(message.template, message.arguments, trans)
  );
}

/**
 * Return what is used of what, in bytes or in files.
 */
export function formatAmount(
  amount: Amount,
  unit: 'bytes' | 'files',
  tongue: ITongue
): string {
  const { trans, language } = tongue;
  const limit = limitOf(amount);
  const say = (value: number) =>
    unit === 'bytes'
      ? formatSize(value, tongue)
      : value.toLocaleString(language);
  if (unit === 'bytes') {
    return limit
      ? trans.__('%1 of %2', say(amount.used), say(limit))
      : trans.__('%1, no limit', say(amount.used));
  }
  return limit
    ? trans.__('%1 of %2 files', say(amount.used), say(limit))
    : trans.__('%1 files, no limit', say(amount.used));
}

/**
 * Return the limit that counts, 0 where there is none.
 */
export function limitOf(amount: Amount): number {
  return amount.limit || amount.soft;
}

/**
 * Return how much of its limit is used, in percent; 0 where there is no limit.
 */
export function percentOf(amount: Amount): number {
  const limit = limitOf(amount);
  return limit ? Math.min(100, Math.round((100 * amount.used) / limit)) : 0;
}

/**
 * Return how near an amount is to its limit.
 */
export function levelOf(amount: Amount): 'ok' | 'warning' | 'full' {
  const limit = limitOf(amount);
  if (limit && amount.used >= limit) {
    return 'full';
  }
  const above = amount.soft > 0 && amount.used > amount.soft;
  return above || percentOf(amount) >= 90 ? 'warning' : 'ok';
}

/**
 * Return what the user should know of a file system that is full or nearly so.
 */
export function quotaWarning(quota: Quota, tongue: ITongue): string {
  const { trans } = tongue;
  const title = siteText(quota.title, quota.title_fr, tongue);
  if (quota.level === 'full') {
    return quota.home
      ? trans.__(
          'Your home is full. Notebooks and settings can’t be saved until you delete something there.'
        )
      : trans.__('%1 is full.', title);
  }
  if (quota.level === 'warning') {
    return quota.home
      ? trans.__('Your home is nearly full.')
      : trans.__('%1 is nearly full.', title);
  }
  return '';
}

/**
 * Return whose limit a quota is.
 */
export function sayScope(quota: Quota, trans: TranslationBundle): string {
  switch (quota.scope) {
    case 'user':
      return trans.__('your quota');
    case 'group':
      return trans.__('quota of the group');
    case 'project':
      return trans.__('quota of the project');
    case 'system':
      return trans.__('whole file system, used by all');
  }
}

/**
 * Return a word for a link's state.
 */
export function sayState(
  state: LinkInfo['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'absent':
      return trans.__('not linked');
    case 'linked':
      return trans.__('linked');
    case 'dangling':
      return trans.__('leads to nothing');
    case 'stale':
      return trans.__('leads elsewhere');
    case 'occupied':
      return trans.__('name taken');
    case 'unavailable':
      return trans.__('unavailable');
  }
}

/**
 * Return what the mark of a link in the file browser says.
 */
export function sayLink(link: FolderLink, tongue: ITongue): string {
  const { trans } = tongue;
  const title = siteText(link.title, link.title_fr, tongue);
  return [
    sayMessage(link.message, trans),
    title && trans.__('It is in: %1.', title),
    siteText(link.purge, link.purge_fr, tongue)
  ]
    .filter(sentence => sentence)
    .join('\n');
}

/**
 * Return how a copy goes, or what came of it.
 */
export function sayCopy(copy: Copy, tongue: ITongue): string {
  const { trans, language } = tongue;
  const files = copy.files.toLocaleString(language);
  const size = formatSize(copy.bytes, tongue);
  switch (copy.state) {
    case 'idle':
      return '';
    case 'running':
      return copy.total_files
        ? trans.__(
            'Copying to %1: %2 of %3, %4 of %5 files.',
            copy.to,
            size,
            formatSize(copy.total_bytes, tongue),
            files,
            copy.total_files.toLocaleString(language)
          )
        : trans.__('Looking at what is to be copied…');
    case 'done':
      return copy.skipped_files
        ? trans._n(
            'Copied %2 in %3 files to %4; %1 file could not be copied.',
            'Copied %2 in %3 files to %4; %1 files could not be copied.',
            copy.skipped_files,
            size,
            files,
            copy.to
          )
        : trans._n(
            'Copied %2 in %1 file to %3.',
            'Copied %2 in %1 files to %3.',
            copy.files,
            size,
            copy.to
          );
    case 'cancelled':
      return trans.__(
        'Copying was stopped: %1 in %2 files are in %3.',
        size,
        files,
        copy.to
      );
    case 'failed':
      return sayMessage(copy.message, trans);
  }
}

/**
 * Return what came of a change, as a sentence.
 */
export function sayOutcome(
  outcome: ILinkOutcome,
  trans: TranslationBundle
): string {
  return outcome.kind === 'linked'
    ? trans.__('~/%1 leads to %2 now.', outcome.link, outcome.target)
    : trans.__(
        'The link ~/%1 is gone; what it led to is untouched.',
        outcome.link
      );
}
