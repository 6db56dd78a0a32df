import type {
  KernelTrial,
  MadeKernel,
  NotebookModules
} from '../rest/payloads';
import type { KernelsApi } from './api';
import type { INotebookModel } from './memory';

export const NOTHING = { text: '', template: '', arguments: [], detail: '' };

export const TRIAL: KernelTrial = {
  ok: true,
  program: '/usr/bin/python3',
  modules: ['gcc/12.3'],
  seconds: 1.5,
  message: NOTHING
};

/**
 * Make a kernel that works.
 */
export function made(name: string, more: Partial<MadeKernel> = {}): MadeKernel {
  return {
    name,
    display_name: name.toUpperCase(),
    language: 'python',
    modules: ['gcc/12.3'],
    program: '/usr/bin/python3',
    venv: '',
    folder: `/home/${name}`,
    made_at: '2026-01-02T03:04:05+00:00',
    made_by: 'alice',
    system: 'Lmod 8.6',
    state: 'ok',
    gone: [],
    message: NOTHING,
    ...more
  };
}

/**
 * Make what a comparison tells where all is loaded.
 */
export function compared(more: Partial<NotebookModules> = {}): NotebookModules {
  return { own: false, loaded: [], missing: [], gone: [], ...more };
}

/**
 * Make a server's answers; each can be replaced.
 */
export function fakeApi(
  more: Partial<Omit<KernelsApi, '_client'>> = {}
): Omit<KernelsApi, '_client'> {
  const no = () => Promise.reject(new Error('not expected'));
  return {
    kernels: () => Promise.resolve({ kernels: [made('a')], remember: true }),
    make: no,
    rename: no,
    remove: no,
    tryAgain: no,
    repair: no,
    sources: no,
    bases: no,
    venv: no,
    install: no,
    compare: no,
    lock: no,
    ...more
  };
}

/**
 * A notebook's metadata without a notebook.
 */
export class FakeNotebook implements INotebookModel {
  constructor(readonly metadata: Record<string, unknown> = {}) {}

  getMetadata(key: string): unknown {
    return this.metadata[key];
  }

  setMetadata(key: string, value: unknown): void {
    this.writes++;
    this.metadata[key] = value;
  }

  deleteMetadata(key: string): void {
    this.writes++;
    delete this.metadata[key];
  }

  writes = 0;
}
