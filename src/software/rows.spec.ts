import type { FoundModule, VersionInfo } from '../rest/payloads';
import { FEW_VERSIONS, keyOf, rowsOf } from './rows';

function version(
  fullName: string,
  said: Partial<VersionInfo> = {}
): VersionInfo {
  return {
    full_name: fullName,
    version: fullName.split('/')[1],
    default: false,
    hidden: false,
    loaded: false,
    loadable: true,
    needs: [],
    ways: [],
    ...said
  };
}

function module(shortName: string, versions: VersionInfo[]): FoundModule {
  return {
    short_name: shortName,
    summary: '',
    category: '',
    match: 'name',
    matched: [],
    versions
  };
}

describe('rowsOf', () => {
  const many = module(
    'gcc',
    ['13', '12', '11', '10', '9'].map(v =>
      version(`gcc/${v}`, { default: v === '12' })
    )
  );
  const one = module('R', [version('R/4')]);

  it('shows the default first and few of many', () => {
    const rows = rowsOf([many, one], new Set());
    expect(rows.map(keyOf)).toEqual([
      'gcc/12',
      'gcc/13',
      'gcc/11',
      'gcc …',
      'R/4'
    ]);
    expect(rows[FEW_VERSIONS]).toMatchObject({ kind: 'more', count: 2 });
    expect(
      rows.filter(row => row.kind === 'version' && row.first)
    ).toHaveLength(2);
  });

  it('shows all when asked to', () => {
    const rows = rowsOf([many], new Set(['gcc']));
    expect(rows.map(keyOf)).toEqual([
      'gcc/12',
      'gcc/13',
      'gcc/11',
      'gcc/10',
      'gcc/9'
    ]);
  });
});
