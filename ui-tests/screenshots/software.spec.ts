import type { Page } from '@playwright/test';

import { expect, ready, setLanguage, test } from '../fixtures';
import { execute, loadedRows, openPanel, reset, search } from '../software';

const shot = (page: Page, name: string, width = 1200) =>
  page.screenshot({
    path: `docs/images/${name}.png`,
    clip: { x: 0, y: 0, width, height: 700 }
  });

test.beforeEach(async ({ lab }) => {
  await reset(lab);
  await lab.setViewportSize({ width: 1200, height: 700 });
});

test.afterEach(async ({ lab }) => {
  await execute(lab, 'application:close-all');
  await reset(lab);
});

test('the Software panel', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'numpy');
  await panel.getByRole('button', { name: 'Load scipy-stack/2023b' }).click();
  await expect(loadedRows(panel)).toHaveCount(4);
  await panel
    .getByRole('button', { name: 'scipy-stack/2023b', exact: true })
    .last()
    .click();
  await expect(
    lab.getByRole('heading', { name: 'Included extensions' })
  ).toBeVisible();
  await lab.mouse.move(700, 690);
  await shot(lab, 'software-panel');
});

test('in the dark, with what needs other modules', async ({ lab }) => {
  await execute(lab, 'apputils:change-theme', { theme: 'JupyterLab Dark' });
  const panel = await openPanel(lab);
  await search(panel, 'hdf5');
  await panel.getByRole('button', { name: 'Load hdf5-mpi/1.14.4' }).click();
  await expect(lab.getByRole('dialog')).toContainText('openmpi/4.1.5');
  await shot(lab, 'software-panel-dark');
  await lab.getByRole('button', { name: 'Cancel' }).click();
  await execute(lab, 'apputils:change-theme', { theme: 'JupyterLab Light' });
});

test('at twice the size', async ({ lab }) => {
  await lab.setViewportSize({ width: 600, height: 350 });
  await lab.evaluate(() => {
    document.documentElement.style.setProperty('zoom', '2');
  });
  await lab.setViewportSize({ width: 1200, height: 700 });
  const panel = await openPanel(lab);
  await search(panel, 'gcc');
  await expect(
    panel.getByRole('button', { name: 'Load gcc/12.3' })
  ).toBeVisible();
  await shot(lab, 'software-panel-zoomed');
  await lab.evaluate(() => {
    document.documentElement.style.removeProperty('zoom');
  });
});

test('in French', async ({ lab }) => {
  await setLanguage(lab, 'fr_FR');
  await lab.reload();
  await ready(lab);
  const panel = await openPanel(lab);
  await panel.getByRole('searchbox').fill('numpy');
  await panel
    .getByRole('button', { name: 'Charger scipy-stack/2023b' })
    .click();
  await expect(panel.getByText('Chargé : scipy-stack/2023b.')).toBeVisible();
  await shot(lab, 'software-panel-fr');
  await panel.getByRole('searchbox').fill('');
  await setLanguage(lab, 'default');
  await lab.reload();
  await ready(lab);
});

test('what still uses the modules from before', async ({ lab }) => {
  const panel = await openPanel(lab);
  await lab.evaluate(async () => {
    const made = (await window.jupyterapp?.commands.execute(
      'notebook:create-new',
      { kernelName: 'python3' }
    )) as { sessionContext: { ready: Promise<void> } };
    await made.sessionContext.ready;
  });
  await search(panel, 'scipy');
  await panel.getByRole('button', { name: 'Load scipy-stack/2023b' }).click();
  await expect(panel.getByText('Started before the last change')).toBeVisible();
  // the notification slides in
  const toast = lab.getByRole('alert').filter({ hasText: 'Restart these' });
  await expect
    .poll(async () => {
      const box = await toast.boundingBox();
      return box && box.x + box.width;
    })
    .toBeLessThan(1200);
  await shot(lab, 'software-stale');
  await execute(lab, 'apputils:dismiss-notification');
  await lab.evaluate(async () => {
    const { currentWidget } = window.jupyterapp?.shell ?? {};
    // saved, it closes without a question
    await (
      currentWidget as unknown as { context: { save: () => Promise<void> } }
    ).context.save();
  });
});
