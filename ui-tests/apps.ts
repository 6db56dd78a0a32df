import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';

import { expect, test } from './fixtures';
import { address, execute } from './software';

/* The machine may be busy with other tests, and VS Code is large. */
export const PATIENCE = { timeout: 90_000 };

export const CODE_SERVER = resolve(
  __dirname,
  '../.code-server/bin/code-server'
);

/**
 * Ask a route of ours as the page does.
 */
export async function ask(
  page: Page,
  path: string,
  method = 'GET',
  data?: object
) {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const answer = await page.request.fetch(
    address(page, `jupyterlab-hpc/${path}`),
    {
      method,
      data,
      headers: { 'X-XSRFToken': xsrf?.value ?? '' }
    }
  );
  expect(answer.ok()).toBe(true);
  return (await answer.json()) as { state: string };
}

/**
 * The launcher's section, in a launcher that is in front.
 */
export async function section(page: Page): Promise<Locator> {
  const launcher = page.locator('.jp-Launcher:visible');
  if ((await launcher.count()) === 0) {
    await execute(page, 'launcher:create');
  }
  const found = launcher.locator('.jp-Launcher-section').filter({
    has: page.getByRole('heading', { name: /^Applications$/ })
  });
  await expect(found).toBeVisible();
  return found;
}

export function tile(tiles: Locator, name: string): Locator {
  return (
    tiles
      .getByRole('button', { name, exact: true })
      // JupyterLab 4.2 says of none of its tiles that it is a button.
      .or(tiles.locator('.jp-LauncherCard:not([role])', { hasText: name }))
  );
}

/**
 * Do what opens a tab, and return the tab.
 */
export async function tabOf(
  page: Page,
  act: () => Promise<void>
): Promise<Page> {
  const [tab] = await Promise.all([page.context().waitForEvent('page'), act()]);
  return tab;
}

/**
 * Tell the application Slow that it may listen, or may not the next time.
 */
export async function letGo(page: Page, go: boolean): Promise<void> {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const answer = await page.request.fetch(address(page, 'api/contents/go'), {
    method: go ? 'PUT' : 'DELETE',
    data: go ? { type: 'file', format: 'text', content: '' } : undefined,
    headers: { 'X-XSRFToken': xsrf?.value ?? '' }
  });
  expect(answer.ok() || !go).toBe(true);
}

export async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(violation => violation.id);
}

/**
 * Skip on a laptop without a program; in CI its absence is an error.
 */
export function needs(there: boolean, what: string): void {
  test.skip(!there && !process.env.CI, `${what} is not on this machine`);
  expect(there, `CI must have ${what}`).toBe(true);
}

/**
 * Skip where the kernel has no user namespaces for anybody; where it has, `state` is not
 * that of an application that is locked for want of them.
 */
export function needsNamespaces(state: string): void {
  const words = ['--user', '--map-root-user', '--net', 'true'];
  const refused = spawnSync('unshare', words).status !== 0;
  test.skip(refused, 'this kernel has no user namespaces for us');
  expect(state).not.toBe('locked');
}

export function onPath(...programs: string[]): boolean {
  return programs.some(name => spawnSync('which', [name]).status === 0);
}

/**
 * Ask the X server of the desktop in which a program runs; '' where none of `home` does.
 */
function askX(home: string, program: string, argv: string[]): string {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const read = (file: string) =>
      readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
    try {
      const env = Object.fromEntries(
        read('environ').map(line => line.split(/=(.*)/s).slice(0, 2))
      ) as NodeJS.ProcessEnv;
      if (read('cmdline')[0]?.endsWith(program) && env.HOME === home) {
        return execFileSync('xprop', argv, {
          env: {
            PATH: process.env.PATH,
            DISPLAY: env.DISPLAY,
            XAUTHORITY: env.XAUTHORITY
          },
          encoding: 'utf8'
        });
      }
    } catch {
      continue; // it has ended meanwhile, or is somebody else's
    }
  }
  return '';
}

/**
 * The classes of the windows that XFCE's window manager has, as the X server tells them.
 */
export async function windowsOfDesktop(page: Page): Promise<string[]> {
  const home = await page.evaluate(() => {
    const said = document.getElementById('jupyter-config-data')?.textContent;
    return (JSON.parse(said ?? '{}') as { serverRoot: string }).serverRoot;
  });
  const told = (...argv: string[]) => askX(home, 'xfce4-session', argv);
  const ids = told('-root', '_NET_CLIENT_LIST').match(/0x[0-9a-f]+/g) ?? [];
  return ids.map(
    id => /"([^"]+)"/.exec(told('-id', id, 'WM_CLASS'))?.[1] ?? ''
  );
}
