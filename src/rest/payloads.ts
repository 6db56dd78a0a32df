/* Generated from the Python models by `jlpm build:payloads`. Do not edit. */

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
 * A GPU of the session; `busy` is a share of 1.
 */
export interface GpuUse {
  name: string;
  busy: number | null;
  memory: number | null;
  memory_total: number | null;
}
/**
 * The batch job that this server is; texts are empty where the scheduler has none.
 *
 * `cores`, `memory` and `gpus` are what the job was given, on all its nodes.
 */
export interface JobInfo {
  id: string;
  name: string;
  scheduler: string;
  state: string;
  node: string;
  nodes: number;
  partition: string;
  account: string;
  qos: string;
  cores: number | null;
  memory: number | null;
  gpus: number | null;
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
  versions: VersionInfo[];
  dependencies: string[];
  conflicts: string[];
  deprecation: string;
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
 * Why the server cannot be stopped, or was not: a sentence and its cure.
 *
 * Each is a template with its arguments, and English text.
 */
export interface Obstacle {
  reason: string;
  message: string;
  template: string;
  arguments: string[];
  cure: string;
  detail: string;
}
/**
 * What the session may use: the job's, else what holds for this process.
 */
export interface Requested {
  cores: number;
  memory: number | null;
  gpus: number;
}
/**
 * Load a collection in the place of what is loaded.
 */
export interface RestoreRequest {
  name: string;
  preview?: boolean;
}
/**
 * A kernel of this server; `path` is its notebook or empty, `state` as Jupyter has it.
 */
export interface RunningKernel {
  kernel_id: string;
  kernel_name: string;
  path: string;
  state: string;
  last_activity: string;
}
/**
 * A terminal of this server.
 */
export interface RunningTerminal {
  terminal: string;
  last_activity: string;
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
 * Whether and how this server can be stopped, and what runs in it.
 *
 * `job_id` is empty where the server is no batch job. `server_name` is empty for the
 * default server. `obstacle` is null where all is well; with a `way` other than "none"
 * it tells why that way and not JupyterHub's. `stopping` is true when stopping has begun.
 * `logout` tells what JupyterHub's "Log Out" does to this server, as the site says.
 */
export interface ServerInfo {
  hub: boolean;
  user: string;
  server_name: string;
  job_id: string;
  way: 'hub' | 'job' | 'none' | 'server';
  obstacle: Obstacle | null;
  stopping: boolean;
  logout: 'leaves' | 'stops' | 'unknown';
  kernels: RunningKernel[];
  terminals: RunningTerminal[];
}
/**
 * The session: its job or null, its time, and what it uses of what it may use.
 *
 * `seconds_left` is never negative, and null where there is no end or none is known.
 * `checked_at` is when the scheduler was last heard. `warnings` are the seconds before
 * the end when the page should warn; `ask_again` is how long the page should wait until
 * it asks for this again.
 */
export interface SessionInfo {
  job: JobInfo | null;
  started_at: string | null;
  ends_at: string | null;
  seconds_left: number | null;
  requested: Requested;
  used: Used;
  messages: SessionMessage[];
  checked_at: string | null;
  warnings: number[];
  ask_again: number;
}
/**
 * What the session uses.
 *
 * `source` tells whose use it is: of the job's cgroup, of another cgroup, of the
 * processes of this server, or of the whole machine. `cores` is how many are busy,
 * since the last question or on average since the start.
 * `memory` leaves out the file cache, `memory_peak` may count it.
 */
export interface Used {
  source: 'cgroup' | 'job' | 'machine' | 'processes';
  cores: number | null;
  cores_average: number | null;
  memory: number;
  memory_peak: number | null;
  gpus: GpuUse[];
  oom_kills: number;
}
/**
 * A sentence for the user: the `template`, its `arguments`, and both as English.
 */
export interface SessionMessage {
  kind: 'advice' | 'killed' | 'scheduler';
  level: 'info' | 'warning';
  text: string;
  template: string;
  arguments: string[];
  detail: string;
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
 * Stopping has begun; the server is gone within seconds, or minutes at the worst.
 *
 * `message` tells what happens to server and job.
 */
export interface Stopping {
  way: 'hub' | 'job' | 'none' | 'server';
  job_id: string;
  message: string;
  template: string;
  arguments: string[];
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
 * "names" means only what can be loaded at once. `categories` are those of the
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
  modulefiles: number;
  categories: string[];
}
