import type { Locator, Page } from '@playwright/test';

import { expect } from './fixtures';

/**
 * What the demo's session starts with.
 */
export const DEFAULTS = ['StdEnv/2023', 'python/3.11.5', 'ipython-kernel/3.11'];

/**
 * Return an address of the server that the page of JupyterLab is from.
 */
export function address(page: Page, path: string): string {
  return page.url().replace(/(lab|tree)([/?#].*)?$/, path);
}

/**
 * Execute a command of JupyterLab; what it returns stays in the page.
 */
export async function execute(
  page: Page,
  command: string,
  args: Record<string, string | boolean | string[]> = {}
): Promise<void> {
  await page.evaluate(
    async ([id, options]) => {
      await window.jupyterapp?.commands.execute(id, options);
    },
    [command, args] as const
  );
}

/**
 * Open the Software panel, wherever the page has it.
 */
export async function openPanel(page: Page): Promise<Locator> {
  const panel = page.locator('#jupyterlab-hpc-software');
  if (!(await panel.isVisible())) {
    await execute(page, 'software:show-module');
  }
  await expect(panel).toBeVisible();
  return panel;
}

/**
 * The rows of the loaded modules.
 */
export function loadedRows(panel: Locator): Locator {
  return panel
    .getByRole('list', { name: 'Loaded modules', exact: true })
    .getByRole('listitem');
}

/**
 * Search, and wait until the server has answered to just these words.
 */
export async function search(panel: Locator, words: string): Promise<void> {
  const box = panel.getByRole('searchbox');
  if ((await box.inputValue()) === words) {
    return;
  }
  const answer = panel.page().waitForResponse(response => {
    const { pathname, searchParams } = new URL(response.url());
    return (
      pathname.endsWith('/software/modules') &&
      searchParams.get('query') === words
    );
  });
  await box.fill(words);
  await answer;
}

/**
 * Bring the session back to what the demo starts with, past the panel.
 */
export async function reset(page: Page): Promise<void> {
  const ask = async (method: string, body?: object) => {
    const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
    const answer = await page.request.fetch(
      address(page, 'jupyterlab-hpc/software/loaded'),
      {
        method,
        data: body,
        headers: { 'X-XSRFToken': xsrf?.value ?? '' }
      }
    );
    expect(answer.ok()).toBe(true);
    return (await answer.json()) as { modules: { full_name: string }[] };
  };
  const { modules } = await ask('GET');
  const names = modules.map(module => module.full_name);
  const unload = names.filter(name => !DEFAULTS.includes(name)).reverse();
  if (unload.length > 0 || names.length < DEFAULTS.length) {
    const gone = unload.filter(name => !name.startsWith('StdEnv/'));
    await ask('PATCH', { load: DEFAULTS, unload: gone, confirmed: true });
  }
}
