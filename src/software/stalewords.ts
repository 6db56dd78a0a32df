import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStaleDocument, IStaleKernel, IStaleModel } from './tokens';

/**
 * How many names of a kind a notification gives: JupyterLab shows 140 characters of it.
 */
const MOST = 3;

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
 * Return in a sentence or some what still uses the modules from before.
 */
export function sayStale(
  stale: Pick<IStaleModel, 'kernels' | 'terminals' | 'applications'>,
  trans: TranslationBundle
): string {
  const documents = stale.kernels.flatMap(kernel => kernel.documents);
  const of = (kind: IStaleDocument['kind']) =>
    documents
      .filter(document => document.kind === kind)
      .map(({ name }) => PathExt.basename(name));
  const unnamed = stale.kernels
    .filter(kernel => kernel.documents.length === 0)
    .map(kernel => kernel.displayName);
  const notebooks = of('notebook');
  const others = [...of('console'), ...of('other'), ...unnamed];
  const { terminals, applications } = stale;
  const said: string[] = [];
  if (notebooks.length) {
    said.push(
      trans._n(
        '%1 notebook still uses the modules from before: %2.',
        '%1 notebooks still use the modules from before: %2.',
        notebooks.length,
        list(notebooks)
      )
    );
  }
  if (others.length) {
    said.push(
      trans._n(
        '%1 console or kernel still uses the modules from before: %2.',
        '%1 consoles or kernels still use the modules from before: %2.',
        others.length,
        list(others)
      )
    );
  }
  if (terminals.length) {
    said.push(
      trans._n(
        '%1 terminal still uses the modules from before: %2.',
        '%1 terminals still use the modules from before: %2.',
        terminals.length,
        list(terminals)
      )
    );
  }
  if (applications.length) {
    said.push(
      trans._n(
        '%1 application still uses the modules from before: %2.',
        '%1 applications still use the modules from before: %2.',
        applications.length,
        list(applications)
      )
    );
  }
  return said.join(' ');
}

function list(names: ReadonlyArray<string>): string {
  return names.length > MOST
    ? `${names.slice(0, MOST).join(', ')}, …`
    : names.join(', ');
}
