import type { TranslationBundle } from '@jupyterlab/translation';

import type { CheckReport, CheckSentence, Finding } from '../rest/payloads';
import { sayTemplate } from '../ui/sentences';
import { counts } from './model';

/**
 * Return a sentence of a finding in the user's language.
 */
export function say(sentence: CheckSentence, trans: TranslationBundle): string {
  return sentence.template
    ? sayTemplate(sentence.template, sentence.arguments, trans)
    : '';
}

/**
 * Return the word for a state.
 */
export function stateWord(
  state: Finding['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'ok':
      return trans.__('ok');
    case 'note':
      return trans.__('note');
    case 'warning':
      return trans.__('warning');
    case 'broken':
      return trans.__('BROKEN');
    default:
      return trans.__('skipped');
  }
}

/**
 * Return how many findings there are of each kind.
 */
export function summary(report: CheckReport, trans: TranslationBundle): string {
  const found = counts(report.findings);
  return trans.__(
    'Broken: %1. Warnings: %2. Notes: %3. All well: %4. Skipped: %5.',
    found.broken,
    found.warning,
    found.note,
    found.ok,
    found.skipped
  );
}

/**
 * Return the findings as plain text, in the user's language, for a message.
 */
export function reportText(
  report: CheckReport,
  trans: TranslationBundle
): string {
  const lines = [
    `jupyterlab_hpc ${report.version}, ${report.checked_at}`,
    summary(report, trans)
  ];
  for (const group of report.groups) {
    lines.push('', say(group.title, trans));
    for (const finding of report.findings) {
      if (finding.group === group.id) {
        lines.push(...findingLines(finding, trans));
      }
    }
  }
  return lines.join('\n');
}

function findingLines(finding: Finding, trans: TranslationBundle): string[] {
  const line = trans.__(
    '%1: %2',
    say(finding.title, trans),
    say(finding.found, trans)
  );
  const lines = [`[${stateWord(finding.state, trans)}] ${line}`];
  const cure = say(finding.cure, trans);
  if (cure) {
    lines.push(`    ${trans.__('To do: %1', cure)}`);
  }
  if (finding.state !== 'ok' && finding.detail) {
    lines.push(...finding.detail.split('\n').map(words => `    | ${words}`));
  }
  return lines;
}
