/* Generated from the Python models by `jlpm build:payloads`. Do not edit. */

/**
 * How much is used, in bytes or in files; `limit` is 0 where there is none.
 *
 * `soft` is the limit that may be passed for a while, 0 where there is none.
 */
export interface Amount {
  used: number;
  soft: number;
  limit: number;
}
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
 * A job of the user's that goes on without this server; `state` as the scheduler has it.
 */
export interface BatchJob {
  job_id: string;
  name: string;
  state: string;
}
/**
 * A file or folder in the home with all that is below it; `path` is below the home.
 */
export interface BigItem {
  path: string;
  folder: boolean;
  bytes: number;
  files: number;
}
/**
 * With `names` the user's names stay in the text.
 */
export interface BundleQuery {
  names?: boolean;
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
 * Findings about one thing, under a title.
 */
export interface CheckGroup {
  id: string;
  title: CheckSentence;
}
/**
 * A sentence of ours: English, and the template with its arguments. Empty for none.
 */
export interface CheckSentence {
  text: string;
  template: string;
  arguments: string[];
}
/**
 * All findings, in the order of the groups.
 *
 * `state` is the worst of the findings'. `place` tells where this ran: in a session, on
 * another machine such as a login node, or in the building of an image.
 */
export interface CheckReport {
  schema: number;
  version: string;
  checked_at: string;
  seconds: number;
  place: 'image' | 'login' | 'session';
  state: 'broken' | 'note' | 'ok' | 'skipped' | 'warning';
  groups: CheckGroup[];
  findings: Finding[];
}
/**
 * What one check found.
 *
 * `id` is that of the check, with a colon and a name behind it where the check looks at
 * several things. States: `ok`; `note` nothing is wrong, but it is good to know;
 * `warning` something works less well than it could; `broken` users notice; `skipped`
 * it cannot be told here. `found` says what was found and `cure` what to do. `detail` has
 * the words of tools, or what belongs to the finding line by line.
 */
export interface Finding {
  id: string;
  group: string;
  state: 'broken' | 'note' | 'ok' | 'skipped' | 'warning';
  title: CheckSentence;
  found: CheckSentence;
  cure: CheckSentence;
  detail: string;
  seconds: number;
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
 * The last copy of the job's directory: how it goes, or what came of it.
 *
 * `to` is the new folder, empty before it is made; `browse` the way to it in the file
 * browser, null where there is none. `current` is the file being copied. `skipped` are
 * the first of `skipped_files`. `resumable`: what is missing can be copied later on.
 */
export interface Copy {
  state: 'cancelled' | 'done' | 'failed' | 'idle' | 'running';
  source: string;
  to: string;
  browse: string | null;
  bytes: number;
  files: number;
  total_bytes: number;
  total_files: number;
  current: string;
  skipped: Skipped[];
  skipped_files: number;
  resumable: boolean;
  seconds: number;
  message: StorageMessage;
}
/**
 * A file that was not copied, and why, in the system's words.
 */
export interface Skipped {
  path: string;
  why: string;
}
/**
 * A sentence for people, empty where there is nothing to say.
 */
export interface StorageMessage {
  text: string;
  template: string;
  arguments: string[];
  detail: string;
}
/**
 * A directory that can be copied to; `free` is null where that is not known.
 */
export interface CopyPlace {
  name: string;
  path: string;
  title: string;
  title_fr: string;
  purge: string;
  purge_fr: string;
  home: boolean;
  free: number | null;
}
/**
 * What to copy from the job's directory, and where to.
 *
 * `to` is the name of a CopyPlace. With `changed` only what was written in this session
 * is copied; `leave_out` are names of LeftItems. With `resume` the last copy goes on, and
 * nothing else is read.
 */
export interface CopyRequest {
  to?: string;
  changed?: boolean;
  leave_out?: string[];
  resume?: boolean;
}
/**
 * What a job that ended used of what it asked for.
 *
 * `cpu` and `memory` are shares of 1; `source` tells who measured: Slurm's accounting, or
 * the job itself, which knows the memory of its largest process alone.
 */
export interface Efficiency {
  cpu: number | null;
  memory: number | null;
  cpu_seconds: number | null;
  memory_peak: number | null;
  source: 'accounting' | 'job';
}
/**
 * A package inside a module; `version` is empty where the module does not say it.
 */
export interface Extension {
  name: string;
  version: string;
}
/**
 * A symbolic link in a folder.
 *
 * `points_to` is what it says. `outside`: it leads out of the home. `ours`: this
 * extension made it. `link` is its place below the home, empty where it is not in the
 * home itself. `title` and `purge` are of the directory of the site that it leads to or
 * into, empty where that is none. `message` says where it leads, or why it leads nowhere.
 *
 * States: `linked`; `dangling` it leads to nothing; `unavailable` what it leads to does
 * not answer or can't be read.
 */
export interface FolderLink {
  name: string;
  points_to: string;
  state: 'dangling' | 'linked' | 'unavailable';
  outside: boolean;
  ours: boolean;
  link: string;
  title: string;
  title_fr: string;
  purge: string;
  purge_fr: string;
  message: StorageMessage;
}
/**
 * Which names in a folder are links; `message` tells why that is not known.
 */
export interface FolderLinks {
  path: string;
  links: FolderLink[];
  message: StorageMessage;
}
/**
 * A folder by its way in the file browser, empty for the one that it begins with.
 */
export interface FolderQuery {
  path?: string;
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
 *
 * `index_revision` tells which reading of the module tree it was found in.
 */
export interface FoundModules {
  revision: number;
  index_revision: number;
  complete: boolean;
  total: number;
  modules: FoundModule[];
}
/**
 * A module that is not there any more; `near` may take its place, the likeliest first.
 */
export interface GoneModule {
  full_name: string;
  near: string[];
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
 * What Slurm would do with a job: when and where it would start, as an estimate.
 */
export interface JobCheck {
  starts_at: string | null;
  nodes: string;
  sentence: JobSentence;
}
/**
 * A sentence for the user: the `template`, its `arguments`, and both as English.
 *
 * `detail` is the tool's own words, or empty.
 */
export interface JobSentence {
  level: 'info' | 'warning';
  text: string;
  template: string;
  arguments: string[];
  detail: string;
}
/**
 * What a job can ask for, and what to begin with.
 *
 * `resources` are those of the last job that was sent, else those of this session.
 */
export interface JobChoices {
  accounts: string[];
  partitions: PartitionChoice[];
  resources: Resources;
  email: boolean;
  last_email: string;
  messages: JobSentence[];
}
/**
 * A partition and what a job can have there at most; null for no known limit.
 */
export interface PartitionChoice {
  name: string;
  default: boolean;
  time: number | null;
  cores: number | null;
  memory: number | null;
  gpus: number;
  gpu_types: string[];
}
/**
 * What a job is to have; null and empty leave it to Slurm.
 *
 * `time` is in seconds, `memory` in bytes on each node; `gpu_type` may be empty. `array` is
 * Slurm's expression, such as `1-10%2`.
 */
export interface Resources {
  account?: string;
  partition?: string;
  time?: number | null;
  cores?: number | null;
  memory?: number | null;
  gpus?: number;
  gpu_type?: string;
  array?: string;
}
/**
 * A job with what was sent: `request` to send it again, `script` as it went to Slurm.
 */
export interface JobDetails {
  job: JobInfo;
  request: JobRequest | null;
  script: string;
}
/**
 * A batch job of the user.
 *
 * `slurm_state` and `reason` are Slurm's words, `sentence` is what they mean. `starts_at`
 * is Slurm's estimate for a job that waits. `sent` tells that it was submitted here, so that
 * its source and result are known; `session` that it is this Jupyter session.
 * `memory` is what was asked for. `result` is the executed notebook as far as it is written;
 * `folder` is where results and output go. `output` of a job that was submitted elsewhere is
 * told when it is a file of the user; an array has none, its tasks have.
 */
export interface JobInfo {
  id: string;
  name: string;
  state:
    | 'cancelled'
    | 'completed'
    | 'completing'
    | 'ended'
    | 'failed'
    | 'node-failed'
    | 'out-of-memory'
    | 'pending'
    | 'preempted'
    | 'running'
    | 'suspended'
    | 'timeout';
  slurm_state: string;
  reason: string;
  sentence: JobSentence | null;
  partition: string;
  account: string;
  cores: number | null;
  memory: number | null;
  gpus: number;
  nodes: number;
  time: number | null;
  submitted_at: string | null;
  starts_at: string | null;
  started_at: string | null;
  ends_at: string | null;
  ended_at: string | null;
  seconds_left: number | null;
  elapsed: number | null;
  exit_code: number | null;
  tasks: Tasks | null;
  progress: JobProgress | null;
  efficiency: Efficiency | null;
  source: Place | null;
  result: Place | null;
  folder: Place | null;
  output: Place | null;
  sent: boolean;
  session: boolean;
}
/**
 * How many tasks of an array job are in which state; `ended` is without a known outcome.
 */
export interface Tasks {
  total: number;
  pending: number;
  running: number;
  completed: number;
  failed: number;
  ended: number;
}
/**
 * How many code cells are done, of how many; of all tasks of an array that began.
 */
export interface JobProgress {
  done: number;
  total: number;
}
/**
 * A file or folder; `browse` is where the file browser has it, null if it does not.
 */
export interface Place {
  path: string;
  browse: string | null;
}
/**
 * A notebook or script to be run as a batch job.
 *
 * `notebook` is where the file browser has it, or an absolute path. `modules` are full names
 * in load order, null for the notebook's own list if it has one and `own_modules` is true, else
 * for what the session has now.
 * `parameters` are for notebooks, `arguments` for scripts, written as in a shell.
 * `virtual_environment` and `output_folder` are paths as `notebook` is; without a folder the
 * results go beside the notebook. `script` is sent in place of the one that is made of the
 * rest. With `preview` nothing is sent.
 */
export interface JobRequest {
  notebook: string;
  resources?: Resources;
  modules?: string[] | null;
  own_modules?: boolean;
  method?: 'convert' | 'execute';
  parameters?: {
    [k: string]: string | number | boolean | (string | number | boolean | null)[] | null;
  };
  arguments?: string;
  virtual_environment?: string;
  email?: string;
  output_folder?: string;
  script?: string | null;
  preview?: boolean;
}
/**
 * A part of a job's output, from byte `start` to before `offset`, of `size` bytes.
 *
 * `waiting` tells that there is no output yet, `ended` that there will be no more.
 * `has_errors` tells that the job has a file of its own for errors.
 */
export interface JobOutput {
  text: string;
  start: number;
  offset: number;
  size: number;
  waiting: boolean;
  ended: boolean;
  has_errors: boolean;
  place: Place | null;
}
/**
 * A job by its id; a task of an array is `ID_TASK`.
 */
export interface JobQuery {
  id: string;
}
/**
 * A task of an array that began, with what there is to open; null for what there is not.
 */
export interface JobTask {
  task: number;
  state:
    | 'cancelled'
    | 'completed'
    | 'completing'
    | 'ended'
    | 'failed'
    | 'node-failed'
    | 'out-of-memory'
    | 'pending'
    | 'preempted'
    | 'running'
    | 'suspended'
    | 'timeout';
  sentence: JobSentence | null;
  progress: JobProgress | null;
  result: Place | null;
  output: Place | null;
}
/**
 * The tasks of an array, those that failed first; `began` is how many there are to list.
 */
export interface JobTasks {
  id: string;
  tasks: Tasks;
  began: number;
  listed: JobTask[];
}
/**
 * The user's jobs, the newest first.
 *
 * `available` is false where there is no Slurm. `checked_at` is when Slurm was last heard;
 * `ask_again` is how long the page should wait until it asks for this again.
 */
export interface Jobs {
  revision: number;
  available: boolean;
  jobs: JobInfo[];
  messages: JobSentence[];
  checked_at: string | null;
  ask_again: number;
}
/**
 * What a page has open: paths of files, in order, and the one in front.
 *
 * `page` is a name that no other page has. `final` is true when the session is about to end.
 */
export interface KeepRequest {
  files: string[];
  active?: string;
  page?: string;
  final?: boolean;
}
/**
 * What can be carried on with: null where there is nothing, or it was decided.
 */
export interface Kept {
  last: LastSession | null;
}
/**
 * What the session before this one had loaded (full names, in load order) and open.
 */
export interface LastSession {
  saved_at: string;
  job_id: string;
  modules: string[];
  files: string[];
  active: string;
}
/**
 * A kernel to build on. `module` ones are there because of the modules.
 */
export interface KernelBase {
  id: string;
  display_name: string;
  language: string;
  program: string;
  origin: 'jupyter' | 'module';
}
/**
 * The kernels to build on with some modules, the best first; `modules` in load order.
 */
export interface KernelBases {
  modules: string[];
  bases: KernelBase[];
}
/**
 * A sentence for people, empty where there is nothing to say.
 *
 * `detail` is what a tool said, word for word.
 */
export interface KernelMessage {
  text: string;
  template: string;
  arguments: string[];
  detail: string;
}
/**
 * Which modules a kernel has: what is loaded now, those of a collection, or none.
 */
export interface KernelModulesQuery {
  modules?: 'collection' | 'loaded' | 'none';
  collection?: string;
}
/**
 * The name of a made kernel.
 */
export interface KernelQuery {
  name: string;
}
/**
 * What a kernel can be made of: the loaded modules, collections, virtual environments.
 *
 * `venvs` are those that were found in the usual places of the home.
 */
export interface KernelSources {
  loaded: string[];
  collections: string[];
  venvs: string[];
}
/**
 * What came of starting a kernel where nothing is loaded.
 *
 * `program` is what the kernel says that it runs, `modules` are those it has. Where it
 * is not `ok`, `message` tells why, with the kernel's own words.
 */
export interface KernelTrial {
  ok: boolean;
  program: string;
  modules: string[];
  seconds: number;
  message: KernelMessage;
}
/**
 * What is in the job's directory, which goes when the job ends.
 *
 * `items` are the biggest, the biggest first; `more` is how many are not listed.
 * `partial`: not all was added up in time. `since` is when the session began.
 *
 * States: `none` there is no such directory; `empty`; `found`; `unavailable` it does
 * not answer, `message` says that.
 */
export interface Left {
  state: 'empty' | 'found' | 'none' | 'unavailable';
  path: string;
  title: string;
  title_fr: string;
  since: string;
  bytes: number;
  files: number;
  changed_bytes: number;
  changed_files: number;
  partial: boolean;
  items: LeftItem[];
  more: number;
  places: CopyPlace[];
  message: StorageMessage;
}
/**
 * A file or folder of the job's directory, with all that is below it.
 *
 * What `changed` was written in this session; sizes are those of the contents.
 */
export interface LeftItem {
  name: string;
  folder: boolean;
  bytes: number;
  files: number;
  changed_bytes: number;
  changed_files: number;
}
/**
 * With `sizes` all is added up and the places are told; without it only the state.
 */
export interface LeftQuery {
  sizes?: boolean;
}
/**
 * A directory and the link that leads to it.
 *
 * `target` is where the link should lead, empty where that is not known; `wanted` the
 * same with its variables; `points_to` where it leads now, empty where it is none.
 * `link` is the place of the link below the home. `browse` is the way to the directory
 * in the file browser, null where there is none. `own` is what the user added, `ours`
 * what this extension made. `message` tells why the state is what it is.
 *
 * States: `absent` no link, but it can be made; `linked`; `dangling` it leads to
 * nothing; `stale` it leads elsewhere; `occupied` something else has its name;
 * `unavailable` the directory does not answer, can't be read or is not there.
 */
export interface LinkInfo {
  name: string;
  target: string;
  state: 'absent' | 'dangling' | 'linked' | 'occupied' | 'stale' | 'unavailable';
  wanted: string;
  points_to: string;
  link: string;
  browse: string | null;
  title: string;
  title_fr: string;
  description: string;
  description_fr: string;
  purge: string;
  purge_fr: string;
  icon: string;
  own: boolean;
  ours: boolean;
  automatic: boolean;
  per_job: boolean;
  message: StorageMessage;
}
/**
 * The name of a link, or its place as in a LinkRequest.
 */
export interface LinkQuery {
  name: string;
}
/**
 * A link to make or to mend.
 *
 * `name` is that of a link in the list, or a new one; with slashes it is a place below
 * the home, `~/NAME` one in the home itself. `target` is absolute and may have
 * variables; for a link in the list it may be left out.
 */
export interface LinkRequest {
  name: string;
  target?: string;
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
 * A notebook's kernel, and the modules that it remembers; null for what is loaded.
 */
export interface LockRequest {
  kernel: string;
  modules?: string[] | null;
}
/**
 * A text that tells with which software a notebook ran, and brings it back.
 *
 * `message` tells what could not be found out.
 */
export interface LockText {
  text: string;
  message: KernelMessage;
}
/**
 * A kernel that this extension made.
 *
 * `modules` are the full names that its start loads, in load order; `program` is what
 * then runs; `venv` is its virtual environment, empty where it has none. States: `ok`;
 * `modules-gone` the modules in `gone` are not there any more; `program-gone`;
 * `damaged` its files are not what was written.
 */
export interface MadeKernel {
  name: string;
  display_name: string;
  language: string;
  modules: string[];
  program: string;
  venv: string;
  folder: string;
  made_at: string;
  made_by: string;
  system: string;
  state: 'damaged' | 'modules-gone' | 'ok' | 'program-gone';
  gone: GoneModule[];
  message: KernelMessage;
}
/**
 * The user's made kernels, by display name.
 *
 * `remember` tells whether the site lets notebooks remember their modules.
 */
export interface MadeKernels {
  kernels: MadeKernel[];
  remember: boolean;
}
/**
 * A kernel to make: of modules, and of a base or a virtual environment.
 *
 * `base` is the id of a KernelBase; it counts where `venv` is empty. With `keep` the
 * kernel is kept also where its test fails.
 */
export interface MakeKernelRequest {
  name: string;
  display_name: string;
  modules?: 'collection' | 'loaded' | 'none';
  collection?: string;
  base?: string;
  venv?: string;
  keep?: boolean;
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
 * More time was given; `said` are the words of the site's command.
 */
export interface MoreTime {
  said: string;
}
/**
 * How the session stands to a notebook's modules.
 *
 * `own` says that the notebook's kernel loads modules of its own, `loaded`; otherwise
 * these are the session's. `missing` are those of the notebook that exist and are not
 * loaded, in load order.
 */
export interface NotebookModules {
  own: boolean;
  loaded: string[];
  missing: string[];
  gone: GoneModule[];
}
/**
 * The modules that a notebook remembers, in load order, and its kernel's name.
 */
export interface NotebookModulesRequest {
  modules: string[];
  kernel?: string;
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
 * Where to read on in a job's output, in bytes; negative for the last part of it.
 *
 * `errors` asks for what goes to a file of its own where a job has one (`sbatch --error`).
 */
export interface OutputQuery {
  id: string;
  offset?: number;
  errors?: boolean;
}
/**
 * How full a file system is.
 *
 * `scope` tells whose limit it is: "system" is the whole file system, where no quota is
 * known. `names` are the links that lead there. `level` is "full" from 100 % on.
 * `grace` is the time left above the soft limit, in the tool's words.
 */
export interface Quota {
  name: string;
  title: string;
  title_fr: string;
  path: string;
  scope: 'group' | 'project' | 'system' | 'user';
  home: boolean;
  names: string[];
  source: string;
  bytes: Amount | null;
  files: Amount | null;
  level: 'full' | 'ok' | 'unknown' | 'warning';
  grace: string;
  asked_at: string;
  message: StorageMessage;
}
/**
 * With `fresh` the tools are asked again; `home` asks for the home alone.
 */
export interface QuotaQuery {
  fresh?: boolean;
  home?: boolean;
}
/**
 * The file systems, the home first.
 */
export interface Quotas {
  quotas: Quota[];
}
/**
 * Another display name for a made kernel.
 */
export interface RenameKernelRequest {
  name: string;
  display_name: string;
}
/**
 * Give a collection a name that no other one has.
 */
export interface RenameRequest {
  name: string;
  new_name: string;
}
/**
 * What a repair does, or would do: the modules and the program before and after.
 *
 * `trial` is null in a preview.
 */
export interface Repair {
  name: string;
  modules_before: string[];
  modules: string[];
  program_before: string;
  program: string;
  trial: KernelTrial | null;
}
/**
 * Modules to take the place of others in a made kernel; both full names.
 *
 * Where `replace` is empty the nearest ones do. A preview changes nothing.
 */
export interface RepairRequest {
  name: string;
  replace?: {
    [k: string]: string;
  };
  preview?: boolean;
  keep?: boolean;
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
 * An application of this server, such as RStudio.
 */
export interface RunningApplication {
  application: string;
  title: string;
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
 * `jobs` are the user's others, null where they were not asked for or not told in time.
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
  applications: RunningApplication[];
  jobs: BatchJob[] | null;
}
/**
 * What to tell of this server; the batch jobs are asked of the scheduler.
 */
export interface ServerRequest {
  jobs?: boolean;
}
/**
 * The session: its job or null, its time, and what it uses of what it may use.
 *
 * `seconds_left` is never negative, and null where there is no end or none is known.
 * `checked_at` is when the scheduler was last heard. `warnings` are the seconds before
 * the end when the page should warn; `ask_again` is how long the page should wait until
 * it asks for this again. `extendable`: the site has a command that asks for more time.
 * `new_session_url` is the Hub's form for another session like this one, or empty.
 */
export interface SessionInfo {
  job: SessionJob | null;
  started_at: string | null;
  ends_at: string | null;
  seconds_left: number | null;
  requested: Requested;
  used: Used;
  messages: SessionMessage[];
  checked_at: string | null;
  warnings: number[];
  ask_again: number;
  extendable: boolean;
  new_session_url: string;
}
/**
 * The batch job that this server is; texts are empty where the scheduler has none.
 *
 * `cores`, `memory` and `gpus` are what the job was given, on all its nodes.
 */
export interface SessionJob {
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
  kind: 'advice' | 'gpus' | 'killed' | 'scheduler';
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
 * The directories of the site and the user's own; `problems` are for site staff.
 *
 * `revision` grows with each change that the server makes; `folder` is where new links go,
 * below the home, empty for the home itself. `browse` is the way to the home in the file
 * browser, empty where that shows the home, null where there is none.
 */
export interface Storage {
  revision: number;
  home: string;
  browse: string | null;
  folder: string;
  links: LinkInfo[];
  problems: string[];
}
/**
 * The script of a job, and the job if it was sent.
 *
 * `options` are given to sbatch beside the script, for what cannot stand in it. `modules`
 * are those that the script loads; `modules_of` tells whose list that is.
 */
export interface Submission {
  script: string;
  options: string[];
  modules: string[];
  modules_of: 'notebook' | 'request' | 'session';
  job: JobInfo | null;
}
/**
 * A text for the site's support, without secrets, and a name for its file.
 */
export interface SupportBundle {
  file_name: string;
  text: string;
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
 * "names" means only what can be loaded at once. `index_revision` grows when that
 * changes. `categories` are those of the
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
/**
 * An array by its id, and how many of its tasks to list, 200 at most.
 */
export interface TasksQuery {
  id: string;
  limit?: number;
}
/**
 * A made kernel, and how its test went.
 */
export interface TriedKernel {
  kernel: MadeKernel;
  trial: KernelTrial;
}
/**
 * What is big in the home; `items` are the biggest, the biggest first.
 *
 * "partial" is an answer cut off by its time limit.
 */
export interface Usage {
  state: 'cancelled' | 'done' | 'failed' | 'idle' | 'partial' | 'running';
  bytes: number;
  files: number;
  items: BigItem[];
  seconds: number;
  message: StorageMessage;
}
/**
 * What a folder is as a virtual environment.
 *
 * `ipykernel` is its version, empty where it is not installed: then `command` is what to
 * type in a terminal. States: `ok`; `no-ipykernel`; `missing` there is no such folder;
 * `no-python` there is no Python in it; `broken` its Python does not run.
 */
export interface VenvInfo {
  folder: string;
  state: 'broken' | 'missing' | 'no-ipykernel' | 'no-python' | 'ok';
  python: string;
  ipykernel: string;
  command: string;
  message: KernelMessage;
}
/**
 * A virtual environment, and the modules with which it is to be used.
 */
export interface VenvQuery {
  folder: string;
  modules?: 'collection' | 'loaded' | 'none';
  collection?: string;
}
