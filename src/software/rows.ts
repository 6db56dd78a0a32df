import type { FoundModule, VersionInfo } from '../rest/payloads';

/**
 * How many versions of a short name show before the others are asked for.
 */
export const FEW_VERSIONS = 3;

/**
 * A row of the list of available modules.
 */
export type Row =
  | {
      kind: 'version';
      module: FoundModule;
      version: VersionInfo;
      first: boolean;
    }
  | { kind: 'more'; module: FoundModule; count: number };

/**
 * Return the rows of the list: the versions of each short name, the default
 * first, and a row for those that do not show yet.
 */
export function rowsOf(
  found: ReadonlyArray<FoundModule>,
  expanded: ReadonlySet<string>
): Row[] {
  const rows: Row[] = [];
  for (const module of found) {
    const versions = [
      ...module.versions.filter(version => version.default),
      ...module.versions.filter(version => !version.default)
    ];
    const shown = expanded.has(module.short_name)
      ? versions
      : versions.slice(0, FEW_VERSIONS);
    shown.forEach((version, i) => {
      rows.push({ kind: 'version', module, version, first: i === 0 });
    });
    if (shown.length < versions.length) {
      rows.push({
        kind: 'more',
        module,
        count: versions.length - shown.length
      });
    }
  }
  return rows;
}

/**
 * Return a key by which a row is known when the list changes.
 */
export function keyOf(row: Row): string {
  return row.kind === 'version'
    ? row.version.full_name
    : `${row.module.short_name} …`;
}
