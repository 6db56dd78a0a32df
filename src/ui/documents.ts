import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';

/**
 * Return the open documents that have changes nobody saved, each once.
 */
export function unsaved(
  shell: JupyterFrontEnd.IShell,
  documents: IDocumentManager
): DocumentRegistry.Context[] {
  const found = new Set<DocumentRegistry.Context>();
  for (const widget of shell.widgets('main')) {
    const context = documents.contextForWidget(widget);
    if (context?.model.dirty && !context.model.readOnly) {
      found.add(context);
    }
  }
  return [...found];
}

/**
 * Save what is unsaved. Returns the paths of what could not be saved.
 *
 * A file that changed on disk is not overwritten: JupyterLab asks what to do, and the
 * document counts as not saved until that is answered, or `patience` milliseconds are over.
 */
export async function saveAll(
  contexts: ReadonlyArray<DocumentRegistry.Context>,
  patience: number
): Promise<string[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>(resolve => {
    timer = setTimeout(resolve, patience);
  });
  const saving = contexts.map(context =>
    // What went wrong JupyterLab says itself.
    Promise.race([context.save().catch(() => undefined), over])
  );
  await Promise.all(saving);
  clearTimeout(timer);
  return contexts
    .filter(context => !context.isDisposed && context.model.dirty)
    .map(context => context.path);
}
