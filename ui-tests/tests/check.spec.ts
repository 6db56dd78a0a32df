import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';

import { expect, test } from '../fixtures';

/** Milliseconds: the checks read the module tree and ask tools, on a busy machine. */
const PATIENCE = { timeout: 120_000 };

test.describe.configure({ timeout: 300_000 });

/** Open the view anew. */
async function openCheck(page: Page): Promise<Locator> {
  const view = page.locator('.jp-SessionCheck');
  await page.evaluate(async () => {
    const app = window.jupyterapp;
    for (const widget of app?.shell.widgets('main') ?? []) {
      if (widget.id === 'jupyterlab-hpc-check') {
        widget.close();
      }
    }
    await app?.commands.execute('hpc:check');
  });
  await expect(view).toHaveCount(1);
  return view;
}

async function violations(page: Page) {
  const found = await new AxeBuilder({ page })
    .include('.jp-SessionCheck')
    .analyze();
  return found.violations;
}

test('the Help menu opens the findings, with their cures @smoke @notebook7', async ({
  lab
}) => {
  await lab.getByRole('menuitem', { name: 'Help', exact: true }).click();
  await lab.getByRole('menuitem', { name: 'Check This Session…' }).click();
  const view = lab.locator('.jp-SessionCheck');
  await expect(view.getByRole('status')).toContainText('All well', PATIENCE);
  await view.getByLabel('Only what needs attention').uncheck();
  const software = view.getByRole('region', { name: 'Software modules' });
  await expect(software).toContainText(/Lmod [\d.]+ works\./);
  await expect(
    view.getByRole('region', { name: 'Applications' })
  ).toContainText('VS Code is unlocked by the module code-server.');
  // Nothing started this session but a test.
  await expect(view.getByRole('region', { name: 'JupyterHub' })).toContainText(
    'No JupyterHub started this.'
  );
  await expect(view.getByRole('button', { name: 'Check Again' })).toBeEnabled();
  expect(await violations(lab)).toEqual([]);
});

test('a session without Lmod says what to do @only-without-lmod', async ({
  lab
}) => {
  const view = await openCheck(lab);
  const software = view.getByRole('region', { name: 'Software modules' });
  await expect(software).toContainText(
    'Lmod is set up in this session but does not work.',
    PATIENCE
  );
  await expect(software).toContainText('To do: Try the module command');
  await expect(view.getByLabel('Only what needs attention')).toBeChecked();
  await expect(software.getByRole('listitem').first()).toContainText('BROKEN');
  expect(await violations(lab)).toEqual([]);
});

test('the checks can be cancelled', async ({ lab }) => {
  // A server that takes its time: nobody answers the request.
  await lab.route(/\/jupyterlab-hpc\/check(\?|$)/, () => undefined);
  const view = await openCheck(lab);
  await view.getByRole('button', { name: 'Cancel' }).click();
  await expect(view.getByRole('status')).toHaveText('Nothing was checked.');
  await expect(view.getByRole('alert')).toHaveCount(0);
  await lab.unroute(/\/jupyterlab-hpc\/check(\?|$)/);
  await view.getByRole('button', { name: 'Check Again' }).click();
  await expect(view.getByRole('status')).toContainText('All well', PATIENCE);
});

test('what is saved for support is what was shown', async ({ lab }) => {
  const view = await openCheck(lab);
  const open = view.getByRole('button', { name: 'Support Bundle…' });
  await expect(open).toBeEnabled(PATIENCE);
  await open.click();
  const text = view.getByRole('region', { name: 'Text of the support bundle' });
  await expect(text).toContainText('== Environment of the session', PATIENCE);
  await expect(
    view.getByRole('heading', { name: 'Support Bundle' })
  ).toBeFocused();
  expect(await violations(lab)).toEqual([]);
  const saving = lab.waitForEvent('download');
  await view.getByRole('button', { name: 'Save as File' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/^jupyter-hpc-check-\d+-\d+\.txt$/);
  expect(readFileSync(await saved.path(), 'utf8')).toBe(
    await text.evaluate(node => node.textContent)
  );
  await view.getByRole('button', { name: 'Close Support Bundle' }).click();
  await expect(text).toHaveCount(0);
  await expect(open).toBeFocused();
});

test('the findings are in French @only-french', async ({ lab }) => {
  const view = await openCheck(lab);
  await view
    .getByLabel('Seulement ce qui demande de l’attention')
    .uncheck(PATIENCE);
  await expect(
    view.getByRole('region', { name: 'Applications' })
  ).toContainText(
    'VS Code est déverrouillé par le module code-server.',
    PATIENCE
  );
  await expect(view.getByRole('heading', { level: 2 })).toHaveText(
    'Vérification de la session'
  );
  expect(await violations(lab)).toEqual([]);
});
