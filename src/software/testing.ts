import type {
  Change,
  FoundModule,
  LoadedModules,
  SystemInfo,
  VersionInfo
} from '../rest/payloads';

/**
 * A healthy module system.
 */
export const SYSTEM: SystemInfo = {
  kind: 'lmod',
  version: '8.6.19',
  command: '/lmod',
  reason: '',
  message: '',
  cure: '',
  detail: '',
  revision: 0,
  index: 'complete',
  index_revision: 1,
  modulefiles: 250,
  categories: []
};

/**
 * Make a list of loaded modules.
 */
export function loadedAt(revision: number, ...names: string[]): LoadedModules {
  return {
    revision,
    modules: names.map(name => ({
      full_name: name,
      short_name: name,
      version: '',
      hidden: false,
      sticky: false,
      requested: true,
      protected: false,
      modulefile: '',
      needs: []
    })),
    inactive: [],
    undoable: revision > 0
  };
}

/**
 * Make a change that did nothing but what is said.
 */
export function changeAt(revision: number, said: Partial<Change> = {}): Change {
  return {
    ...loadedAt(revision),
    preview: false,
    way: [],
    kept: [],
    loaded: [],
    unloaded: [],
    reloaded: [],
    inactivated: [],
    activated: [],
    protected: [],
    risks: [],
    environment: { set: [], unset: [] },
    kernels_changed: false,
    messages: [],
    ...said
  };
}

/**
 * Make a version that can be loaded as it is.
 */
export function versionOf(
  fullName: string,
  said: Partial<VersionInfo> = {}
): VersionInfo {
  return {
    full_name: fullName,
    version: fullName.split('/')[1],
    default: false,
    hidden: false,
    loaded: false,
    loadable: true,
    deprecated: false,
    needs: [],
    ways: [],
    ...said
  };
}

/**
 * Make what a search finds.
 */
export function foundModule(
  shortName: string,
  versions: VersionInfo[] = []
): FoundModule {
  return {
    short_name: shortName,
    summary: '',
    category: '',
    match: 'name',
    matched: [],
    versions
  };
}
