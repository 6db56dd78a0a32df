import type { CheckReport, CheckSentence, Finding } from '../rest/payloads';

/**
 * Make a sentence without arguments.
 */
export function sentence(text: string): CheckSentence {
  return { text, template: text, arguments: [] };
}

/**
 * Make a finding.
 */
export function finding(
  id: string,
  state: Finding['state'],
  more: Partial<Finding> = {}
): Finding {
  return {
    id,
    group: id.split('.')[0],
    state,
    title: sentence(`Title of ${id}`),
    found: sentence(`Found by ${id}.`),
    cure: sentence(state === 'ok' ? '' : `Cure of ${id}.`),
    detail: '',
    seconds: 0.1,
    ...more
  };
}

/**
 * Make a report of findings in the groups `a` and `b`.
 */
export function report(...findings: Finding[]): CheckReport {
  return {
    schema: 1,
    version: '1.2.3',
    checked_at: '2026-11-21T12:00:00+00:00',
    seconds: 1,
    place: 'session',
    state: 'ok',
    groups: [
      { id: 'a', title: sentence('Group A') },
      { id: 'b', title: sentence('Group B') }
    ],
    findings
  };
}
