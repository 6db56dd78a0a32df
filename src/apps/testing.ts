import type { Application } from '../rest/payloads';

/**
 * Make an application that is ready to start.
 */
export function application(more: Partial<Application> = {}): Application {
  return {
    id: 'vscode',
    // eslint-disable-next-line jupyter/no-untranslated-string -- a name, the same everywhere
    title: 'VS Code',
    state: 'ready',
    needs: [],
    message: '',
    template: '',
    arguments: [],
    url: '/vscode/',
    new_browser_tab: true,
    icon: '',
    rank: 20,
    hidden: false,
    managed: true,
    started_at: null,
    elapsed: null,
    timeout: 180,
    exit_code: null,
    output: '',
    modules: [],
    version: '',
    environment_changed: false,
    ...more
  };
}
