import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';

/**
 * Where a schema holds text for people, and in which context jupyterlab-translate
 * extracts it.
 */
const CONTEXTS: [RegExp, string][] = [
  [/^\/properties\/.*\/(title|description)$/, 'settings'],
  [/^\/definitions\/.*\/properties\/.*\/(title|description)$/, 'settings'],
  [/^\/jupyter\.lab\.setting-icon-label$/, 'settings'],
  [/^\/(title|description)$/, 'schema'],
  [/^\/jupyter\.lab\.menus\/.*\/label$/, 'menu'],
  [/^\/jupyter\.lab\.toolbars\/.*\/label$/, 'toolbar']
];

/**
 * Show the settings of a plugin in the user's language.
 *
 * jupyterlab_server 2.28 translates a prebuilt extension's schema only when it
 * is asked for alone, never in the list that JupyterLab preloads. The schema
 * must have `"jupyter.lab.transform": true`.
 */
export function translateSettings(
  settings: ISettingRegistry,
  plugin: string,
  trans: TranslationBundle
): void {
  settings.transform(plugin, {
    fetch: data => ({
      ...data,
      schema: translated(data.schema, '', trans) as ISettingRegistry.ISchema
    })
  });
}

/**
 * Return a copy of a part of a schema with its text translated.
 */
export function translated(
  value: PartialJSONValue | undefined,
  path: string,
  trans: TranslationBundle
): PartialJSONValue | undefined {
  if (typeof value === 'string') {
    const context = CONTEXTS.find(([place]) => place.test(path))?.[1];
    // eslint-disable-next-line jupyter/no-dynamic-translation -- extracted from the schema itself
    return context ? trans._p(context, value) : value;
  }
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      translated(item, `${path}[${i}]`, trans)
    ) as PartialJSONValue;
  }
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        translated(item, `${path}/${key}`, trans)
      ])
    );
  }
  return value;
}
