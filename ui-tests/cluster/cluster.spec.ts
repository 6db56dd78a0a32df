import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '@playwright/test';

const HOME = `${process.env.CLUSTER_HOMES}/alice`;
const FILE = `${HOME}/untitled.txt`;

/**
 * Return what Slurm knows of the user's jobs: a line a job, its state and its end.
 */
function jobs(user = 'alice'): string[] {
  const said = execFileSync('squeue', ['-h', '-u', user, '-o', '%i %T %a %C']);
  return said.toString().trim().split('\n').filter(Boolean);
}

async function logIn(page: Page, user = 'alice'): Promise<void> {
  await page.goto('/hub/login');
  await page.getByLabel('Username').fill(user);
  await page.getByLabel('Password').fill(process.env.CLUSTER_PASSWORD ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(url => !url.pathname.endsWith('/login'));
}

/**
 * Fill in the form, and wait for JupyterLab.
 */
async function spawn(
  page: Page,
  asked: Record<string, string>,
  path = '/hub/spawn'
): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Account').selectOption('rrg-demo');
  for (const [label, value] of Object.entries(asked)) {
    await page.getByLabel(label, { exact: true }).fill(value);
  }
  await page.getByLabel('User interface').selectOption('JupyterLab');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(/\/user\/.*\/lab/, { timeout: 180_000 });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await expect(page.getByRole('menuitem', { name: 'File' })).toBeVisible();
}

/* eslint-disable jupyter/galata-prefer-menu-helper -- there is no Galata behind a Hub's log-in */
async function stopMyServer(page: Page): Promise<void> {
  await page.getByRole('menuitem', { name: 'File', exact: true }).click();
  const entry = page.getByRole('menuitem', { name: 'Stop My Server…' });
  await entry.click();
}
/* eslint-enable jupyter/galata-prefer-menu-helper */

/**
 * Open a new text file and write into it.
 */
async function writeFile(page: Page, text: string): Promise<void> {
  await page
    .locator('.jp-LauncherCard')
    .filter({ hasText: /^Text File$/ })
    .click();
  const editor = page.locator('.jp-FileEditor .cm-content');
  await editor.click();
  await page.keyboard.type(text);
  await expect(editor).toHaveText(text);
}

test.beforeEach(() => {
  rmSync(FILE, { force: true });
  rmSync(`${HOME}/.jupyter/lab/workspaces`, { recursive: true, force: true });
});

test.afterEach(async () => {
  // A test that failed leaves no job behind for the next.
  execFileSync('scancel', ['-u', 'alice']);
  await expect.poll(() => jobs(), { timeout: 60_000 }).toEqual([]);
});

test('a session from the form to the end of its job', async ({ page }) => {
  await logIn(page);
  await spawn(page, {
    'Time (hours)': '1.4',
    Cores: '2',
    'Memory (GB)': '1.5',
    GPUs: '1'
  });
  await expect.poll(() => jobs()).toHaveLength(1);
  expect(jobs()[0]).toMatch(/^\d+ RUNNING rrg-demo 2$/);
  const [id] = jobs()[0].split(' ');

  // Time left: in the status bar, and in the panel which a click opens
  const left = page.getByRole('button', { name: /^1 h 2\d min left$/ });
  await expect(left).toBeVisible();
  await left.click();
  const panel = page.getByRole('region', { name: 'Session', exact: true });
  await expect(panel.getByText('1.5 GB')).toBeVisible();
  await expect(panel.getByText(`${id}, on ${hostname()}`)).toBeVisible();
  const found = await new AxeBuilder({ page })
    .include('.jp-SessionPanel')
    .include('.jp-TimeLeft')
    .analyze();
  expect(found.violations).toEqual([]);

  await writeFile(page, 'not lost');
  await stopMyServer(page);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(`its job ${id}`)).toBeVisible();
  await expect(dialog.getByText('untitled.txt')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save All and Stop' }).click();

  // The last page is the Hub's, and no new job comes of it
  await page.waitForURL(/\/hub\/home$/);
  await expect.poll(() => jobs(), { timeout: 60_000 }).toEqual([]);
  await expect(async () => {
    await page.reload();
    await expect(
      page.getByRole('button', { name: 'Start My Server' })
    ).toBeVisible({ timeout: 2000 });
  }).toPass();
  expect(jobs()).toEqual([]);
  expect(readFileSync(FILE, 'utf8')).toBe('not lost');
});

test('a short session warns, and saves before it ends', async ({ page }) => {
  await logIn(page);
  await spawn(page, {
    'Time (hours)': '0.05',
    Cores: '1',
    'Memory (GB)': '1',
    GPUs: '0'
  });
  // 3 minutes: the warning of 10 minutes comes at once
  await expect(
    page.getByText(/^This session ends in [12] min\./)
  ).toBeVisible();
  await expect(
    page.getByRole('button', { name: /^[12] min left$/ })
  ).toBeVisible();
  await writeFile(page, 'saved in time');

  // The page saves it by itself, before the job ends
  await expect
    .poll(() => readFileSync(FILE, 'utf8'), { timeout: 150_000 })
    .toBe('saved in time');
  expect(jobs()).toHaveLength(1);
  await expect(page.getByText(/1 document was saved\.$/)).toBeVisible();
});
