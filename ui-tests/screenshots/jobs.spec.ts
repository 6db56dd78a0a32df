import type { Page } from '@playwright/test';

import { expect, ready, setLanguage, test } from '../fixtures';
import { execute } from '../software';

async function notebook(page: Page, path: string, cells: string[]) {
  await page.evaluate(
    async ([name, sources]) => {
      await window.jupyterapp?.serviceManager.contents.save(name, {
        type: 'notebook',
        format: 'json',
        content: {
          nbformat: 4,
          nbformat_minor: 4,
          metadata: {},
          cells: sources.map(source => ({
            cell_type: 'code',
            source,
            metadata: {},
            outputs: [],
            execution_count: null
          }))
        }
      });
    },
    [path, cells] as const
  );
}

async function submit(page: Page, path: string, account: string) {
  await execute(page, 'jobs:submit-notebook', { path });
  const form = page.getByRole('form', { name: `Submit ${path}` });
  await form.getByLabel('Account', { exact: true }).selectOption(account);
  await form.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(form).toHaveCount(0);
}

/**
 * What the pictures show, in the words of each language.
 */
const LANGUAGES = [
  {
    language: 'default',
    ending: '',
    others: ['This session', 'Storage'],
    progress: '2 of 3 cells are done.'
  },
  {
    language: 'fr_FR',
    ending: '-fr',
    others: ['Cette session', 'Stockage'],
    progress: 'Cellules terminées : 2 sur 3.'
  }
];

test('jobs and the form', async ({ lab }) => {
  test.setTimeout(300_000);
  await lab.setViewportSize({ width: 1200, height: 700 });
  await notebook(lab, 'train.ipynb', ['import math', '1 / 0']);
  await notebook(lab, 'analysis.ipynb', [
    'import time',
    'n = 100',
    'time.sleep(600)'
  ]);
  await execute(lab, 'session:show', { section: 'jobs' });
  await submit(lab, 'train.ipynb', 'def-demo');
  await expect(lab.getByText(/^Cell 2 failed/).first()).toBeVisible({
    timeout: 120_000
  });
  await submit(lab, 'train.ipynb', 'def-waits');
  await submit(lab, 'analysis.ipynb', 'def-demo');
  for (const { language, ending, others, progress } of LANGUAGES) {
    await setLanguage(lab, language);
    await lab.goto('/lab?reset');
    await ready(lab);
    await execute(lab, 'session:show', { section: 'jobs' });
    for (const name of others) {
      await lab.getByRole('button', { name, exact: true }).first().click();
    }
    await expect(lab.getByText(progress)).toBeVisible({ timeout: 120_000 });
    await execute(lab, 'jobs:submit-notebook', { path: 'analysis.ipynb' });
    await expect(lab.getByLabel('Script', { exact: true })).toHaveValue(/bash/);
    await expect(lab.locator('.Toastify__toast')).toHaveCount(0, {
      timeout: 60_000
    });
    await lab.screenshot({ path: `docs/images/jobs${ending}.png` });
  }
  await setLanguage(lab, 'default');
});
