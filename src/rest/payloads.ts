/* Generated from the Python models by `jlpm build:payloads`. Do not edit. */

/**
 * What a change did, or would do where `preview` is true.
 *
 * Each list holds full names. A swap of versions is one `unloaded` and one
 * `loaded`; `reloaded` is the same full name from another modulefile. `way` is
 * what was loaded first to reach what was asked for; `kept` is what was to be
 * unloaded and stays, because it is sticky or another module needs it.
 */
export interface Change {
  revision: number;
  preview: boolean;
  way: string[];
  kept: string[];
  loaded: string[];
  unloaded: string[];
  reloaded: string[];
  inactivated: string[];
  activated: string[];
  environment: EnvironmentChange;
  kernels_changed: boolean;
  messages: Message[];
  modules: LoadedModuleInfo[];
  inactive: LoadedModuleInfo[];
}
/**
 * The names of the variables that were set and unset; never their values.
 */
export interface EnvironmentChange {
  set: string[];
  unset: string[];
}
/**
 * What the module system said, word for word, in its own language.
 */
export interface Message {
  level: 'error' | 'info' | 'warning';
  text: string;
}
/**
 * A module of the session; `requested` is false where another module loaded it.
 */
export interface LoadedModuleInfo {
  full_name: string;
  short_name: string;
  version: string;
  hidden: boolean;
  sticky: boolean;
  requested: boolean;
  modulefile: string;
}
/**
 * Full names to unload, then to load; a short name means the default version.
 */
export interface ChangeRequest {
  load?: string[];
  unload?: string[];
  preview?: boolean;
}
/**
 * A package inside a module; `version` is empty where the module does not say it.
 */
export interface Extension {
  name: string;
  version: string;
}
/**
 * A short name that matches; `matched` names the extensions where those did.
 */
export interface FoundModule {
  short_name: string;
  summary: string;
  category: string;
  match: 'extension' | 'name' | 'summary';
  matched: string[];
  versions: VersionInfo[];
}
/**
 * A full name; `ways` are all chains that lead to it, empty where it needs none.
 *
 * `needs` is what would be loaded first now: what the best way lacks.
 */
export interface VersionInfo {
  full_name: string;
  version: string;
  default: boolean;
  hidden: boolean;
  loaded: boolean;
  loadable: boolean;
  needs: string[];
  ways: string[][];
}
/**
 * A page of a search's answer; `complete` is false while only names are known.
 */
export interface FoundModules {
  revision: number;
  complete: boolean;
  total: number;
  modules: FoundModule[];
}
/**
 * The session's modules in load order, at a revision of its environment.
 */
export interface LoadedModules {
  revision: number;
  modules: LoadedModuleInfo[];
  inactive: LoadedModuleInfo[];
}
/**
 * All that is known of a full name.
 *
 * `dependencies` and `conflicts` are as the modulefile names them; `deprecation`
 * is the site's own sentence.
 */
export interface ModuleDetails {
  full_name: string;
  short_name: string;
  version: string;
  summary: string;
  help: string;
  whatis: string[];
  extensions: Extension[];
  category: string;
  url: string;
  family: string;
  modulefile: string;
  default: boolean;
  hidden: boolean;
  loaded: boolean;
  loadable: boolean;
  needs: string[];
  ways: string[][];
  versions: string[];
  dependencies: string[];
  conflicts: string[];
  deprecation: string;
}
/**
 * Which module to describe.
 */
export interface ModuleQuery {
  full_name: string;
}
/**
 * A search: words, and which page of the answer.
 */
export interface ModulesQuery {
  query?: string;
  limit?: number;
  offset?: number;
  hidden?: boolean;
}
/**
 * The module system of the session.
 *
 * `reason` is empty where all is well; else `message` says what is missing and
 * `cure` what to do. `index` tells whether everything reachable is known:
 * "names" means only what can be loaded at once.
 */
export interface SystemInfo {
  kind: 'envmod' | 'lmod' | 'none';
  version: string;
  command: string;
  reason: string;
  message: string;
  cure: string;
  detail: string;
  revision: number;
  index: 'building' | 'complete' | 'failed' | 'names';
  modulefiles: number;
}
