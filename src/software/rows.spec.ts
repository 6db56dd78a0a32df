import { foundModule, versionOf } from './testing';
import { keyOf, rowNamed, rowsOf } from './rows';

const FEW = 3;

describe('rowsOf', () => {
  const many = foundModule(
    'gcc',
    ['13', '12', '11', '10', '9'].map(v =>
      versionOf(`gcc/${v}`, { default: v === '12' })
    )
  );
  const one = foundModule('R', [versionOf('R/4')]);

  it('shows the default first and few of many', () => {
    const rows = rowsOf([many, one], new Set(), FEW);
    expect(rows.map(keyOf)).toEqual([
      'gcc/12',
      'gcc/13',
      'gcc/11',
      'gcc …',
      'R/4'
    ]);
    expect(rows[FEW]).toMatchObject({ kind: 'more', count: 2 });
    expect(
      rows.filter(row => row.kind === 'version' && row.first)
    ).toHaveLength(2);
  });

  it('shows all when asked to', () => {
    const rows = rowsOf([many], new Set(['gcc']), FEW);
    expect(rows.map(keyOf)).toEqual([
      'gcc/12',
      'gcc/13',
      'gcc/11',
      'gcc/10',
      'gcc/9',
      'gcc …'
    ]);
    expect(rows[rows.length - 1]).toMatchObject({ kind: 'fewer', count: 2 });
  });

  it('has a row for what is not there yet, and knows every place', () => {
    const rows = rowsOf([one, undefined, undefined, many], new Set(), FEW);
    expect(rows.map(row => row.at)).toEqual([0, 1, 2, 3, 3, 3, 3]);
    expect(rows.slice(0, 3).map(keyOf)).toEqual(['R/4', '#1', '#2']);
    expect(new Set(rows.map(keyOf)).size).toBe(rows.length);
  });
});

describe('rowNamed', () => {
  const names = ['gcc/13', '', 'GROMACS/2024', 'R/4'];

  it('finds the next name that begins so, around the end', () => {
    expect(rowNamed(names, 'g', 1)).toBe(2);
    expect(rowNamed(names, 'g', 3)).toBe(0);
    expect(rowNamed(names, 'gro', 0)).toBe(2);
  });

  it('finds nothing where nothing begins so', () => {
    expect(rowNamed(names, 'c', 0)).toBe(-1);
    expect(rowNamed([], 'c', 0)).toBe(-1);
  });
});
