import type { FoundModule, VersionInfo } from '../rest/payloads';

/**
 * A row of the list of available modules; `at` is the place of its short name in
 * what was found.
 */
export type Row =
  | {
      kind: 'version';
      at: number;
      module: FoundModule;
      version: VersionInfo;
      first: boolean;
    }
  | { kind: 'more' | 'fewer'; at: number; module: FoundModule; count: number }
  | { kind: 'missing'; at: number };

/**
 * Return the rows of the list: the versions of each short name, the default
 * first, and a row for those that do not show yet.
 *
 * @param found What was found; undefined where it was not fetched yet.
 * @param expanded The short names of which all versions show.
 * @param few How many versions of the others show.
 */
export function rowsOf(
  found: ReadonlyArray<FoundModule | undefined>,
  expanded: ReadonlySet<string>,
  few: number
): Row[] {
  const rows: Row[] = [];
  found.forEach((module, at) => {
    if (!module) {
      rows.push({ kind: 'missing', at });
      return;
    }
    const versions = [
      ...module.versions.filter(version => version.default),
      ...module.versions.filter(version => !version.default)
    ];
    const all = expanded.has(module.short_name);
    const shown = all ? versions : versions.slice(0, few);
    shown.forEach((version, i) => {
      rows.push({ kind: 'version', at, module, version, first: i === 0 });
    });
    const count = versions.length - few;
    if (count > 0) {
      rows.push({ kind: all ? 'fewer' : 'more', at, module, count });
    }
  });
  return rows;
}

/**
 * Return a key by which a row is known when the list changes.
 */
export function keyOf(row: Row): string {
  switch (row.kind) {
    case 'version':
      return row.version.full_name;
    case 'missing':
      return `#${row.at}`;
    default:
      return `${row.module.short_name} …`;
  }
}

/**
 * Return the first row after `from`, around the end, whose module's name begins
 * with what was typed; -1 where there is none.
 */
export function rowNamed(
  names: ReadonlyArray<string>,
  typed: string,
  from: number
): number {
  const begin = typed.toLowerCase();
  for (let i = 0; i < names.length; i++) {
    const at = (from + i) % names.length;
    if (names[at].toLowerCase().startsWith(begin)) {
      return at;
    }
  }
  return -1;
}
