import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import type { Page } from '@playwright/test';
import { expect, test } from '@playwright/test';

import {
  chooseFromFileMenu,
  clear,
  HOME,
  jobs,
  logIn,
  spawn,
  USER
} from './chain';

/** For what a busy machine takes long for. */
const PATIENCE = { timeout: 180_000 };

test.beforeEach(clear);
test.afterEach(clear);

/**
 * Put a notebook into the user's home.
 */
function notebook(name: string, ...cells: string[]): void {
  const path = `${HOME}/${name}`;
  writeFileSync(
    path,
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 4,
      metadata: {
        kernelspec: {
          name: 'python3',
          language: 'python',
          display_name: 'Python 3'
        }
      },
      cells: cells.map(source => ({
        cell_type: 'code',
        source,
        metadata: {},
        outputs: [],
        execution_count: null
      }))
    })
  );
  execFileSync('chown', [`${USER}:`, path]);
}

/**
 * Submit a notebook from the file browser's menu; the answer is the job's number.
 */
async function submit(page: Page, name: string): Promise<string> {
  // The file browser is what shows at first; a click on its tab would fold it away.
  await page
    .locator('.jp-DirListing-item', { hasText: name })
    .click({ button: 'right', timeout: 60_000 });
  await page.getByRole('menuitem', { name: 'Submit as Batch Job…' }).click();
  const form = page.getByRole('form', {
    name: `Submit ${name} as a batch job`,
    exact: true
  });
  await form.getByLabel('Memory in GB').fill('1');
  await expect(
    form.getByRole('textbox', { name: 'Script', exact: true })
  ).toHaveValue(/--mem=1/);
  const before = new Set(jobs());
  await form.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(form).toHaveCount(0, PATIENCE);
  const sent = jobs().filter(job => !before.has(job));
  expect(sent).toHaveLength(1);
  return sent[0].split(' ')[0];
}

test('a notebook runs as a batch job, and outlives the session', async ({
  page
}) => {
  // The first cell ends when it is told to; the session is over by then.
  notebook(
    'été 1.ipynb',
    'print("begun")',
    'import os, time\nwhile not os.path.exists("go"): time.sleep(0.2)\nprint(6 * 7)'
  );
  await logIn(page);
  await spawn(page, { hours: '1', memory_gb: '1' });
  const [session] = jobs()[0].split(' ');
  const id = await submit(page, 'été 1.ipynb');
  expect(id).not.toBe(session);

  await page.locator('.jp-TimeLeft-button').click();
  const panel = page.getByRole('region', { name: 'Session', exact: true });
  const heading = panel.getByRole('button', { name: 'Jobs', exact: true });
  if ((await heading.getAttribute('aria-expanded')) === 'false') {
    await heading.click();
  }
  const row = panel
    .getByRole('listitem')
    .filter({ has: page.getByText(`Job ${id},`) });
  await expect(row.getByText('1 of 2 cells are done.')).toBeVisible(PATIENCE);

  // Who stops the session reads that the job goes on
  await chooseFromFileMenu(page, 'Stop My Server…');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(id)).toBeVisible();
  await dialog.getByRole('button', { name: /Stop$/ }).click();
  await page.waitForURL(/\/hub\/home$/, PATIENCE);
  await expect
    .poll(() => jobs().map(job => job.split(' ')[0]), PATIENCE)
    .toEqual([id]);

  writeFileSync(`${HOME}/go`, '');
  await expect.poll(() => jobs(), PATIENCE).toEqual([]);
  const result = `${HOME}/été 1-${id}.ipynb`;
  expect(existsSync(result)).toBe(true);
  expect(readFileSync(result, 'utf8')).toContain('42');
  // What was submitted stays as it was
  expect(readFileSync(`${HOME}/été 1.ipynb`, 'utf8')).not.toContain('42');
});
