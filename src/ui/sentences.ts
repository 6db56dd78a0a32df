import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import { RestError } from '../rest/client';

/**
 * Return a sentence of the server in the user's language.
 *
 * The server sends English templates; the catalogue holds them because they are
 * extracted from its sources. What the catalogue does not know stays English.
 */
export function sayTemplate(
  template: string,
  args: ReadonlyArray<string>,
  trans: TranslationBundle
): string {
  // eslint-disable-next-line jupyter/no-dynamic-translation -- marked where it is written, in Python
  return trans.__(template, ...args);
}

/**
 * Return the page's language as browsers write it, such as `fr-FR`.
 *
 * JupyterLab 4.2 tells none where the user has chosen none.
 */
export function languageOf(translator: ITranslator): string {
  const code = translator.languageCode as string | undefined;
  return (code ?? 'en').replace('_', '-');
}

/**
 * Return what went wrong as a sentence for people, in the user's language.
 */
export function sayError(error: Error, trans: TranslationBundle): string {
  if (error instanceof RestError && error.template) {
    return sayTemplate(error.template, error.arguments, trans);
  }
  if (error instanceof TypeError) {
    // what fetch throws when nobody answers
    return trans.__('The server did not answer. Is the session still running?');
  }
  return error.message;
}

/**
 * Return the tool's own words about an error, or the empty string.
 */
export function detailOf(error: Error): string {
  return error instanceof RestError ? error.detail : '';
}
