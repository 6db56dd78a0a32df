import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  GoneModule,
  KernelMessage,
  KernelTrial,
  NotebookModules
} from '../rest/payloads';
import { sayTemplate } from '../ui/sentences';
import type { ITongue } from '../ui/size';

/**
 * The longest name that the server takes.
 */
const LONGEST_NAME = 64;

/**
 * Return a sentence of the server in the user's language.
 */
export function sayMessage(
  message: KernelMessage,
  trans: TranslationBundle
): string {
  return message.template
    ? sayTemplate(message.template, message.arguments, trans)
    : message.text;
}

/**
 * Return a name for Jupyter that is like what people call a kernel; empty where nothing
 * of that can be in a name.
 */
export function nameFrom(displayName: string): string {
  return displayName
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, LONGEST_NAME);
}

/**
 * Return what came of a test, as a sentence.
 */
export function sayTrial(
  trial: KernelTrial,
  { trans, language }: ITongue
): string {
  if (!trial.ok) {
    return sayMessage(trial.message, trans);
  }
  return trans._n(
    'Tested in %2 s: it runs %3 with %1 module.',
    'Tested in %2 s: it runs %3 with %1 modules.',
    trial.modules.length,
    trial.seconds.toLocaleString(language),
    trial.program
  );
}

/**
 * Return which modules are gone, and what may take their places.
 */
export function sayGone(gone: GoneModule, trans: TranslationBundle): string {
  return gone.near.length > 0
    ? trans.__(
        '%1 is not there any more; the nearest: %2.',
        gone.full_name,
        gone.near.join(', ')
      )
    : trans.__('%1 is not there any more.', gone.full_name);
}

/**
 * Return how the session stands to the modules that a notebook remembers; empty where
 * they are all loaded.
 */
export function sayCompared(
  name: string,
  told: NotebookModules,
  trans: TranslationBundle
): string {
  const sentences = told.gone.map(gone => sayGone(gone, trans));
  if (told.missing.length > 0) {
    sentences.unshift(
      trans._n(
        '%2 remembers a module that is not loaded: %3.',
        '%2 remembers modules that are not loaded: %3.',
        told.missing.length,
        name,
        told.missing.join(', ')
      )
    );
  } else if (sentences.length > 0) {
    sentences.unshift(
      trans.__('%1 remembers modules that are not there any more.', name)
    );
  }
  return sentences.join(' ');
}

/**
 * Return what to load for a notebook: its modules that are not loaded, the nearest ones
 * in the places of those that are gone.
 *
 * Where the notebook has, or the session, another version of what is gone, nothing takes
 * its place: that would drive the other one out.
 */
export function toLoad(
  modules: ReadonlyArray<string>,
  told: NotebookModules
): string[] {
  const near = new Map(told.gone.map(gone => [gone.full_name, gone.near[0]]));
  const missing = new Set(told.missing);
  const kept = new Set(
    [...told.loaded, ...modules.filter(name => !near.has(name))].map(shortName)
  );
  return modules
    .map(name => {
      const other = near.get(name);
      return other !== undefined && !kept.has(shortName(other))
        ? other
        : missing.has(name)
          ? name
          : undefined;
    })
    .filter((name): name is string => name !== undefined);
}

function shortName(fullName: string): string {
  const slash = fullName.lastIndexOf('/');
  return slash < 0 ? fullName : fullName.slice(0, slash);
}
