/* Generated from the Python models by `jlpm build:payloads`. Do not edit. */

/**
 * An application of the session and how it does.
 *
 * `needs` are the modules of which one unlocks it, empty where it is not locked or no
 * module helps. `message` says why it is locked or failed, and is made of `template` and
 * `arguments`; `output` is the end of what the program said. `started_at` is when it was
 * started last, null before; `elapsed` is how many seconds it has taken to become ready, or
 * takes so far, and `timeout` how many it may take. `modules` is what was loaded when it
 * started and `version` the one of them that unlocked it; `environment_changed` says that
 * others are loaded now. `icon` is the address of a picture, or empty; a `hidden` one has no
 * tile; one that is not `managed` was started by somebody else, and is not ended here.
 */
export interface Application {
  id: string;
  title: string;
  state: 'failed' | 'locked' | 'ready' | 'running' | 'starting' | 'stopping';
  needs: string[];
  message: string;
  template: string;
  arguments: string[];
  url: string;
  new_browser_tab: boolean;
  icon: string;
  rank: number;
  hidden: boolean;
  managed: boolean;
  started_at: string | null;
  elapsed: number | null;
  timeout: number;
  exit_code: number | null;
  output: string;
  modules: string[];
  version: string;
  environment_changed: boolean;
}
/**
 * What a change did, or would do where `preview` is true.
 *
 * Each list holds full names. A swap of versions is one `unloaded` and one
 * `loaded`; `reloaded` is the same full name from another modulefile. `way` is
 * what was loaded first to reach what was asked for; `kept` is what was to be
 * unloaded and stays, because it is sticky or another module needs it;
 * `protected` is what went away although the session may need it; `risks` are the
 * variables that now lead where a new kernel may not start.
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
  protected: string[];
  risks: string[];
  environment: EnvironmentChange;
  kernels_changed: boolean;
  messages: Message[];
  modules: LoadedModuleInfo[];
  inactive: LoadedModuleInfo[];
  undoable: boolean;
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
 *
 * A sentence of ours has the `template` and the `arguments` that it is made of.
 */
export interface Message {
  level: 'error' | 'info' | 'warning';
  text: string;
  template: string;
  arguments: string[];
}
/**
 * A module of the session; `requested` is false where another module loaded it.
 *
 * `protected` is what the session itself may need: unloading it wants a confirmation.
 * `needs` is what would make an inactive one active again.
 */
export interface LoadedModuleInfo {
  full_name: string;
  short_name: string;
  version: string;
  hidden: boolean;
  sticky: boolean;
  requested: boolean;
  protected: boolean;
  modulefile: string;
  needs: string[];
}
/**
 * Full names to unload, then to load; a short name means the default version.
 *
 * `confirmed` says that the user knows that protected modules are unloaded.
 */
export interface ChangeRequest {
  load?: string[];
  unload?: string[];
  preview?: boolean;
  confirmed?: boolean;
}
/**
 * A collection of modules; the `default` one is what every login shell loads.
 */
export interface Collection {
  name: string;
  default: boolean;
}
/**
 * What a collection holds, as the user loaded it: a name may have no version.
 */
export interface CollectionDetails {
  name: string;
  default: boolean;
  modules: string[];
}
/**
 * Which collection.
 */
export interface CollectionQuery {
  name: string;
}
/**
 * The user's collections, by name; `messages` is what to know of the last step.
 */
export interface Collections {
  collections: Collection[];
  messages: Message[];
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
 *
 * Where these are few, with the versions that the module loaded by default has.
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
 * `needs` is what would be loaded first now: what the best way lacks. `deprecated`
 * is what the site has something to say of when it is loaded.
 */
export interface VersionInfo {
  full_name: string;
  version: string;
  default: boolean;
  hidden: boolean;
  loaded: boolean;
  loadable: boolean;
  deprecated: boolean;
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
 *
 * `undoable` tells whether there is a change to undo.
 */
export interface LoadedModules {
  revision: number;
  modules: LoadedModuleInfo[];
  inactive: LoadedModuleInfo[];
  undoable: boolean;
}
/**
 * All that is known of a full name.
 *
 * `dependencies` and `conflicts` are as the modulefile names them; `deprecation`
 * is the site's own sentence; `unsupported` are aliases and shell functions that the
 * modulefile sets and no session gets.
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
  versions: VersionInfo[];
  dependencies: string[];
  conflicts: string[];
  deprecation: string;
  unsupported: string[];
}
/**
 * An entry of MODULEPATH; `own` is what the user, not the site or a module, put there.
 */
export interface ModulePath {
  folder: string;
  exists: boolean;
  own: boolean;
}
/**
 * MODULEPATH, the foremost entry first, at a revision of the environment.
 */
export interface ModulePaths {
  revision: number;
  entries: ModulePath[];
}
/**
 * Absolute folders to take out of MODULEPATH, then to put in front of it.
 */
export interface ModulePathsRequest {
  use?: string[];
  unuse?: string[];
  preview?: boolean;
}
/**
 * Which module to describe.
 */
export interface ModuleQuery {
  full_name: string;
}
/**
 * A modulefile as it is on disk; `truncated` where it is longer than what is told.
 */
export interface ModulefileText {
  full_name: string;
  path: string;
  text: string;
  truncated: boolean;
}
/**
 * A search: words, and which page of the answer.
 *
 * `loadable` leaves out what is neither loaded nor loadable at once; a `category`
 * leaves out all others, whatever its case.
 */
export interface ModulesQuery {
  query?: string;
  limit?: number;
  offset?: number;
  hidden?: boolean;
  loadable?: boolean;
  category?: string;
}
/**
 * Give a collection a name that no other one has.
 */
export interface RenameRequest {
  name: string;
  new_name: string;
}
/**
 * Load a collection in the place of what is loaded.
 */
export interface RestoreRequest {
  name: string;
  preview?: boolean;
}
/**
 * Keep what is loaded under a name, if need be in the place of what was kept.
 */
export interface SaveRequest {
  name: string;
  overwrite?: boolean;
}
/**
 * A text that loads what is loaded now.
 */
export interface Script {
  format: 'bash' | 'python';
  text: string;
}
/**
 * In which language the script is to be.
 */
export interface ScriptQuery {
  format?: 'bash' | 'python';
}
/**
 * What runs in another environment than the one of `revision`, which is the session's now.
 */
export interface Stale {
  revision: number;
  kernels: StaleKernel[];
  terminals: StaleProgram[];
  applications: StaleProgram[];
}
/**
 * A kernel that a restart would change; `path` is its notebook's, empty where it has none.
 *
 * `revision` is that of the environment which it started with.
 */
export interface StaleKernel {
  id: string;
  name: string;
  path: string;
  revision: number;
}
/**
 * A terminal or an application that would see other modules if it started now.
 */
export interface StaleProgram {
  name: string;
  revision: number;
}
/**
 * Which state to bring about: only sticky modules, the site's default, or the last one.
 *
 * "previous" is what was there before the last change, so that twice is as good as never.
 */
export interface SwitchRequest {
  to: 'default' | 'previous' | 'purged';
  preview?: boolean;
  confirmed?: boolean;
}
/**
 * The module system of the session.
 *
 * `reason` is empty where all is well; else `message` says what is missing and
 * `cure` what to do. `index` tells whether everything reachable is known:
 * "names" means only what can be loaded at once. `index_revision` counts how often that
 * changed. `categories` are those of the
 * modulefiles, empty until all is known.
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
  index_revision: number;
  modulefiles: number;
  categories: string[];
}
/**
 * Ids of kernels that have taken over the modules of a revision without a restart.
 */
export interface TakenOverRequest {
  kernels: string[];
  revision: number;
}
