import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The cluster's users: each test has the first; the second is in its way. */
export const [USER, OTHER] = (process.env.CLUSTER_USERS ?? '').split(' ');

/** The cluster's directory. */
export const CLUSTER = process.env.CLUSTER_DIR ?? '';

export const HOME = `${process.env.CLUSTER_HOMES}/${USER}`;

/**
 * Run a command of Slurm's, as root or as a user.
 */
export function slurm(
  argv: string[],
  user = 'root',
  input = '',
  variables: Record<string, string> = {}
): string {
  const become = [`--reuid=${user}`, `--regid=${user}`, '--init-groups'];
  const options = {
    cwd: '/',
    encoding: 'utf8' as const,
    timeout: 60_000,
    input,
    env: { ...process.env, ...variables }
  };
  return execFileSync('setpriv', [...become, ...argv], options).trim();
}

/**
 * Return what Slurm knows of a user's jobs: a line a job, its state, account and cores.
 */
export function jobs(user = USER): string[] {
  const said = slurm(['squeue', '-h', '-u', user, '-o', '%i %T %a %C']);
  return said.split('\n').filter(Boolean);
}

/**
 * Submit a job that sleeps, and wait until it runs.
 */
export async function occupy(
  user: string,
  ...options: string[]
): Promise<string> {
  const id = slurm(
    ['sbatch', '--parsable', '--output=/dev/null', ...options],
    user,
    '#!/bin/sh\nexec sleep 3600\n'
  );
  await expect
    .poll(() => slurm(['squeue', '-h', '-j', id, '-o', '%T']), {
      timeout: 60_000
    })
    .toBe('RUNNING');
  return id;
}

/**
 * Ask JupyterHub as an administrator; tests/cluster/jupyterhub_config.py allows it.
 */
export async function hub(path: string, method = 'GET'): Promise<Response> {
  const token = `tests-${process.env.CLUSTER_PASSWORD}`;
  return fetch(`${process.env.CLUSTER_URL}/hub/api/${path}`, {
    method,
    headers: { Authorization: `token ${token}` }
  });
}

/**
 * Return the paths of the user's servers that run or start, as the Hub knows them.
 */
export async function servers(): Promise<string[]> {
  const { servers: known } = (await (await hub(`users/${USER}`)).json()) as {
    servers?: Record<string, { ready: boolean; pending: string | null }>;
  };
  return Object.entries(known ?? {})
    .filter(([, server]) => server.ready || server.pending)
    .map(([name]) => `users/${USER}/${name ? `servers/${name}` : 'server'}`);
}

/**
 * Stop all servers, cancel all jobs, and empty the home: nothing is left for the next.
 */
export async function clear(): Promise<void> {
  await expect(async () => {
    for (const server of await servers()) {
      await hub(server, 'DELETE');
    }
    for (const user of [USER, OTHER]) {
      slurm(['scancel', '-u', user]);
    }
    expect(await servers()).toEqual([]);
    expect([...jobs(USER), ...jobs(OTHER)]).toEqual([]);
  }).toPass({ timeout: 150_000 });
  for (const name of readdirSync(HOME)) {
    rmSync(`${HOME}/${name}`, { recursive: true, force: true });
  }
}

/**
 * Give the user's JupyterLab a setting before it starts.
 */
export function setting(extension: string, values: object): void {
  const folder = `${HOME}/.jupyter/lab/user-settings/@jupyterlab/${extension}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/plugin.jupyterlab-settings`, JSON.stringify(values));
  execFileSync('chown', ['-R', `${USER}:`, `${HOME}/.jupyter`]);
}

export async function logIn(page: Page, user = USER): Promise<void> {
  await page.goto('/hub/login');
  await page.getByLabel('Username').fill(user);
  await page.getByLabel('Password').fill(process.env.CLUSTER_PASSWORD ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(url => !url.pathname.endsWith('/login'));
}

/**
 * What is asked for in the form, by the names of its fields.
 */
export interface IAsked {
  account?: string;
  hours?: string;
  cores?: string;
  memory_gb?: string;
  gpus?: string;
}

/**
 * Fill in the form, and submit it.
 */
export async function submitForm(
  page: Page,
  asked: IAsked = {},
  server = ''
): Promise<void> {
  await page.goto(server ? `/hub/spawn/${USER}/${server}` : '/hub/spawn');
  const { account, ...numbers } = asked;
  if (account) {
    await page.locator('#account').selectOption(account);
  }
  for (const [name, value] of Object.entries(numbers)) {
    await page.locator(`#${name}`).fill(value);
  }
  await page.locator('#spawn_form [type=submit]').click();
}

/**
 * Fill in the form, and wait for JupyterLab.
 */
export async function spawn(
  page: Page,
  asked: IAsked = {},
  server = ''
): Promise<void> {
  await submitForm(page, { memory_gb: '1', ...asked }, server);
  await ready(page);
}

/**
 * Wait for JupyterLab, of whatever language.
 */
export async function ready(page: Page): Promise<void> {
  await page.waitForURL(/\/user\/.*\/lab/, { timeout: 400_000 });
  await page
    .locator('#jupyterlab-splash')
    .waitFor({ state: 'detached', timeout: 120_000 });
  // It comes when the layout is there: a click before that may be undone.
  await expect(page.locator('.jp-Launcher').first()).toBeVisible({
    timeout: 120_000
  });
}

/**
 * Return the processes of the user that are no zombies.
 */
export function processes(): string[] {
  const done = spawnSync('ps', ['-u', USER, '-o', 'stat=,args='], {
    encoding: 'utf8'
  });
  return done.stdout.split('\n').filter(line => /^[^Z]/.test(line));
}

/**
 * As an administrator, let the user's only job end in so many seconds.
 */
export function endIn(seconds: number): void {
  const [job] = jobs().map(line => line.split(' ')[0]);
  const end = new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19);
  slurm(['scontrol', 'update', `JobId=${job}`, `EndTime=${end}`], 'root', '', {
    TZ: 'UTC'
  });
}

/**
 * Choose an entry of one of the main menus.
 */
export async function chooseFromFileMenu(
  page: Page,
  entry: string,
  menu = 'File'
): Promise<void> {
  await page.getByRole('menuitem', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}
