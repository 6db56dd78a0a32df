import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';

import {
  chooseFromFileMenu,
  CLUSTER,
  clear,
  endIn,
  HOME,
  jobs,
  logIn,
  processes,
  servers,
  setting,
  slurm,
  spawn,
  USER
} from './chain';

/** For what a busy machine takes long for. */
const PATIENCE = { timeout: 120_000 };

test.beforeEach(clear);
test.afterEach(clear);

function statusItem(page: Page): Locator {
  return page.locator('.jp-TimeLeft-button');
}

function sessionPanel(page: Page): Locator {
  return page.getByRole('region', { name: 'Session', exact: true });
}

/**
 * Open a notebook with a running kernel, and return its first cell.
 */
async function openNotebook(page: Page): Promise<Locator> {
  await page
    .locator('.jp-LauncherCard[data-category="Notebook"]')
    .first()
    .click();
  const notebook = page.locator('.jp-NotebookPanel:visible');
  await expect(
    notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
  ).toBeVisible(PATIENCE);
  return notebook.locator('.jp-Cell .cm-content').first();
}

async function write(cell: Locator, code: string): Promise<void> {
  await cell.fill(code);
  await expect(cell).toHaveText(code);
}

/**
 * Wait until the user's jobs and processes are gone.
 */
async function expectNothingLeft(): Promise<void> {
  await expect.poll(() => jobs(), PATIENCE).toEqual([]);
  await expect.poll(processes, PATIENCE).toEqual([]);
}

test('from the form to the end of the job @smoke', async ({
  context,
  page
}) => {
  await logIn(page);
  await spawn(page, {
    account: 'rrg-demo',
    hours: '1.4',
    cores: '2',
    memory_gb: '3',
    gpus: '1'
  });
  expect(jobs()).toEqual([expect.stringMatching(/^\d+ RUNNING rrg-demo 2$/)]);
  const [id] = jobs()[0].split(' ');

  // Time left: in the status bar, and in the panel which a click opens
  await expect(statusItem(page)).toHaveText(/1 h \d+ min left/);
  await statusItem(page).click();
  const panel = sessionPanel(page);
  await expect(panel.getByText('of 3 GB')).toBeVisible();
  // the list of jobs has it, too
  await expect(
    panel.getByText(
      `${id}, on ${hostname()}, partition interactive, account rrg-demo`
    )
  ).toBeVisible();
  const found = await new AxeBuilder({ page })
    .include('.jp-SessionPanel')
    .include('.jp-TimeLeft')
    .analyze();
  expect(found.violations).toEqual([]);

  // A module loaded in the panel unlocks VS Code, which runs behind the Hub's prefix
  await page.getByRole('tab', { name: 'Software' }).click();
  const software = page.locator('#jupyterlab-hpc-software');
  await software.getByRole('searchbox').fill('code-server');
  await software
    .getByRole('button', { name: 'Load code-server/4.92.2' })
    .click();
  await expect(software.getByRole('status')).toContainText(
    'Loaded: code-server/4.92.2.'
  );
  if (existsSync(`${CLUSTER}/.code-server/bin/code-server`)) {
    const tile = page
      .locator('.jp-LauncherCard')
      .filter({ hasText: 'VS Code' });
    await expect(tile).toHaveAttribute('title', 'Open VS Code', PATIENCE);
    const opened = context.waitForEvent('page');
    await tile.click();
    const tab = await opened;
    await expect(tab.locator('.monaco-workbench')).toBeVisible(PATIENCE);
    expect(new URL(tab.url()).pathname).toContain(`/user/${USER}/`);
    await expect(async () => {
      await tab.keyboard.press('Control+Backquote');
      await expect(tab.locator('.terminal.xterm')).toBeVisible({
        timeout: 20_000
      });
    }).toPass(PATIENCE);
    const told = `${HOME}/from-vscode.txt`;
    await expect(async () => {
      await tab.locator('.terminal.xterm').click();
      await tab.keyboard.type(`echo $SLURM_JOB_ID $LOADEDMODULES > ${told}\n`);
      await expect
        .poll(() => existsSync(told) && readFileSync(told, 'utf8'), {
          timeout: 20_000
        })
        .toContain('code-server/4.92.2');
      expect(readFileSync(told, 'utf8').split(' ')[0]).toBe(id);
    }).toPass(PATIENCE);
    await tab.close();
  } else {
    expect(process.env.CI, 'code-server is missing').toBeFalsy();
  }

  await page
    .locator('.jp-LauncherCard')
    .filter({ hasText: /^Text File$/ })
    .click();
  const editor = page.locator('.jp-FileEditor .cm-content');
  await editor.click();
  await page.keyboard.type('not lost');
  await expect(editor).toHaveText('not lost');
  await chooseFromFileMenu(page, 'Stop My Server…');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(`its job ${id}`)).toBeVisible();
  await expect(dialog.getByText('untitled.txt')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save All and Stop' }).click();

  // The last page is the Hub's, and no new job comes of it
  await page.waitForURL(/\/hub\/home$/, PATIENCE);
  await expectNothingLeft();
  expect(readFileSync(`${HOME}/untitled.txt`, 'utf8')).toBe('not lost');
  await expect(async () => {
    await page.reload();
    await expect(
      page.getByRole('button', { name: 'Start My Server' })
    ).toBeVisible({ timeout: 2000 });
  }).toPass();
  expect(jobs()).toEqual([]);
});

test('what happens to a session from outside', async ({ page }) => {
  // What is not saved stays so until the end is near.
  setting('docmanager-extension', { autosave: false });
  await logIn(page);
  await spawn(page, { hours: '1', memory_gb: '1' });
  const [id] = jobs()[0].split(' ');
  await expect(statusItem(page)).toHaveText(/ min left/);
  await statusItem(page).click();
  const panel = sessionPanel(page);

  // An administrator gives more time
  endIn(3 * 3600);
  await expect(statusItem(page)).toHaveText(/2 h 5\d min left/, PATIENCE);

  // A kernel is killed for memory; without cgroups there is no limit
  const cell = await openNotebook(page);
  if (existsSync(`${CLUSTER}/etc/cgroup.conf`)) {
    await expect(async () => {
      await write(cell, 'b"x" * (3 << 30)');
      await page.keyboard.press('Shift+Enter');
      await expect(
        panel.getByText(
          /killed because the session's 1\sGB of memory were used up/
        )
      ).toBeVisible({ timeout: 20_000 });
    }).toPass(PATIENCE);
  }

  // slurmctld is down, and comes back: the session goes on, and nothing is made up
  const pid = Number(readFileSync(`${CLUSTER}/run/slurmctld.pid`, 'utf8'));
  process.kill(pid, 'SIGTERM');
  try {
    await expect(
      panel.getByText(/^The scheduler does not answer\./)
    ).toBeVisible(PATIENCE);
    await expect(statusItem(page)).toHaveText(/2 h 5\d min left/);
  } finally {
    await expect
      .poll(() => existsSync(`/proc/${pid}/exe`), PATIENCE)
      .toBe(false);
    execFileSync('slurmctld', ['-f', `${CLUSTER}/etc/slurm.conf`]);
  }
  await expect(panel.getByText(/^The scheduler does not answer\./)).toBeHidden(
    PATIENCE
  );
  expect(jobs()).toEqual([expect.stringContaining(`${id} RUNNING`)]);

  // Less time: a warning, and what is not saved is saved before the end
  await write(cell, 'saved = "in time"');
  endIn(110);
  await expect(page.getByText(/^This session ends in/).first()).toBeVisible(
    PATIENCE
  );
  await expect(page.getByText(/1 document was saved\.$/).first()).toBeVisible(
    PATIENCE
  );
  expect(readFileSync(`${HOME}/Untitled.ipynb`, 'utf8')).toContain('in time');
  expect(jobs()).toHaveLength(1);

  // And the job is cancelled in a terminal
  slurm(['scancel', id]);
  await expectNothingLeft();
  await expect.poll(servers, PATIENCE).toEqual([]);
  expect(jobs()).toEqual([]);
});

test('in French, a named server stops alone, and a log-out stops the other @smoke', async ({
  page
}) => {
  setting('translation-extension', { locale: 'fr_FR' });
  await logIn(page);
  await spawn(page);
  const [first] = jobs()[0].split(' ');
  await expect(statusItem(page)).toHaveText(/restante/);

  await spawn(page, {}, 'second');
  expect(jobs()).toHaveLength(2);
  await statusItem(page).click();
  await expect(page.locator('.jp-SessionPanel')).toContainText('def-');
  const found = await new AxeBuilder({ page })
    .include('.jp-SessionPanel')
    .analyze();
  expect(found.violations).toEqual([]);
  await chooseFromFileMenu(page, 'Arrêter mon serveur…', 'Fichier');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Arrêter', exact: true })
    .click();
  await page.waitForURL(/\/hub\/home$/, PATIENCE);
  await expect
    .poll(() => jobs(), PATIENCE)
    .toEqual([expect.stringContaining(`${first} RUNNING`)]);

  // Log-out stops what is left
  await page.goto(`/user/${USER}/lab`);
  await expect(statusItem(page)).toHaveText(/restante/, PATIENCE);
  await chooseFromFileMenu(page, 'Se déconnecter', 'Fichier');
  await page.waitForURL(/\/hub\/(login|logout)/, PATIENCE);
  await expectNothingLeft();
});
