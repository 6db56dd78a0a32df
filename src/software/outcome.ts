import type { TranslationBundle } from '@jupyterlab/translation';

import type { Change } from '../rest/payloads';

/**
 * Return what a change did, or would do, as sentences.
 */
export function describeChange(
  change: Change,
  trans: TranslationBundle
): string[] {
  const said: string[] = [];
  const list = (names: ReadonlyArray<string>) => names.join(', ');
  if (change.loaded.length) {
    said.push(trans.__('Loaded: %1.', list(change.loaded)));
  }
  if (change.unloaded.length) {
    said.push(trans.__('Unloaded: %1.', list(change.unloaded)));
  }
  if (change.reloaded.length) {
    said.push(trans.__('Loaded anew: %1.', list(change.reloaded)));
  }
  if (change.inactivated.length) {
    said.push(
      trans.__(
        'Inactive until what they need is loaded: %1.',
        list(change.inactivated)
      )
    );
  }
  if (change.activated.length) {
    said.push(trans.__('Active again: %1.', list(change.activated)));
  }
  if (change.kept.length) {
    said.push(
      trans.__(
        'Still loaded, because the site keeps it or another module needs it: %1.',
        list(change.kept)
      )
    );
  }
  if (said.length === 0) {
    const { set, unset } = change.environment;
    said.push(
      [...set, ...unset].includes('MODULEPATH')
        ? trans.__('The folders that modules come from changed.')
        : trans.__('Nothing changed.')
    );
  }
  return said;
}
