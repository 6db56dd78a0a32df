import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStaleKernel, IStaleModel } from './tokens';

/**
 * How many names a notification gives: JupyterLab shows 140 characters of it.
 */
const MOST = 4;

/**
 * Return what people call a kernel: what uses it, or its own name.
 */
export function nameOf(kernel: IStaleKernel): string {
  return (
    kernel.documents.map(document => document.name).join(', ') ||
    kernel.displayName
  );
}

/**
 * Return in a short sentence what still uses the modules from before.
 */
export function sayStale(
  stale: Pick<IStaleModel, 'kernels' | 'terminals' | 'applications'>,
  trans: TranslationBundle
): string {
  const documents = stale.kernels.flatMap(kernel => kernel.documents);
  const notebooks = documents.filter(({ kind }) => kind === 'notebook');
  const names = [
    ...[
      ...notebooks,
      ...documents.filter(({ kind }) => kind !== 'notebook')
    ].map(({ name }) => PathExt.basename(name)),
    ...stale.kernels
      .filter(kernel => kernel.documents.length === 0)
      .map(kernel => kernel.displayName),
    ...stale.applications,
    ...stale.terminals.map(name => trans.__('terminal %1', name))
  ];
  const list =
    names.length > MOST
      ? `${names.slice(0, MOST).join(', ')}, …`
      : names.join(', ');
  return names.length === notebooks.length
    ? trans._n(
        '%1 notebook still uses the modules from before: %2.',
        '%1 notebooks still use the modules from before: %2.',
        notebooks.length,
        list
      )
    : trans.__('These still use the modules from before: %1.', list);
}
