import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';

import { expect, ready, test } from '../fixtures';
import {
  DEFAULTS,
  execute,
  loadedRows,
  openPanel,
  reset,
  search
} from '../software';

test.beforeEach(async ({ lab }) => {
  await reset(lab);
});

test.afterEach(async ({ lab }) => {
  await search(await openPanel(lab), '');
});

/**
 * Choose a setting of the Software panel for a while.
 */
async function withSettings(
  page: Page,
  settings: Record<string, unknown>,
  act: () => Promise<void>
): Promise<void> {
  const save = (raw: string) =>
    page.evaluate(
      async text =>
        window.jupyterapp?.serviceManager.settings.save(
          'jupyterlab_hpc:software',
          text
        ),
      raw
    );
  await save(JSON.stringify(settings));
  await page.reload();
  await ready(page);
  try {
    await act();
  } finally {
    await save('{}');
    await page.reload();
    await ready(page);
  }
}

const available = (panel: Locator) =>
  panel.getByRole('list', { name: 'Available modules' });

test('filters keep to what is wanted', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'hdf5');
  const hidden = panel.getByRole('button', { name: 'Load hdf5-mpi/1.14.4' });
  await expect(hidden).toBeVisible();
  const loadable = panel.getByRole('checkbox', { name: 'Loadable now' });
  await loadable.check();
  await expect(panel.getByText('Nothing fits “hdf5”.')).toBeVisible();
  await panel.getByRole('button', { name: 'Remove the filters' }).click();
  await expect(loadable).not.toBeChecked();
  await expect(hidden).toBeVisible();

  await search(panel, '');
  const category = panel.getByRole('combobox', { name: 'Category' });
  await category.selectOption('bio');
  await expect(available(panel).getByRole('listitem')).toHaveText([
    /blast\+/,
    /samtools/
  ]);
  await expect(panel.getByRole('status').first()).toContainText('2 modules');
  await category.selectOption('All categories');

  await search(panel, 'secret');
  await expect(panel.getByText('Nothing fits “secret”.')).toBeVisible();
  const tooHidden = panel.getByRole('checkbox', { name: 'Hidden too' });
  await tooHidden.check();
  await expect(
    panel.getByRole('button', { name: 'Load secret-tool/.1.0' })
  ).toBeVisible();
  await tooHidden.uncheck();
  await expect(panel.getByText('Nothing fits “secret”.')).toBeVisible();
});

test('several modules are loaded and unloaded at once', async ({ lab }) => {
  const panel = await openPanel(lab);
  await panel
    .getByRole('button', { name: 'Select several available modules' })
    .click();
  const go = panel.getByRole('button', { name: 'Load selected' });
  await expect(go).toHaveAttribute('aria-disabled', 'true');
  for (const name of ['cmake/3.27.7', 'julia/1.10']) {
    await search(panel, name);
    await panel.getByRole('checkbox', { name: `Select ${name}` }).check();
  }
  await expect(go).toHaveText('Load selected (2)');
  await go.click();
  await expect(panel.getByRole('status').first()).toContainText(
    'Loaded: cmake/3.27.7, julia/1.10.'
  );
  await expect(go).toBeHidden();
  await panel
    .getByRole('button', { name: 'Select several loaded modules' })
    .click();
  for (const name of ['cmake/3.27.7', 'julia/1.10']) {
    await panel.getByRole('checkbox', { name: `Select ${name}` }).check();
  }
  await panel.getByRole('button', { name: 'Unload selected (2)' }).click();
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
});

test('the last change is undone, and done again', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'cmake/3.27');
  await panel.getByRole('button', { name: 'Load cmake/3.27.7' }).click();
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length + 1);
  await panel.getByRole('button', { name: 'Undo the last change' }).click();
  await expect(panel.getByRole('status').first()).toContainText(
    'Unloaded: cmake/3.27.7.'
  );
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
  await execute(lab, 'software:undo');
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length + 1);
});

test('what takes long can be cancelled', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'slow/1.0');
  await panel.getByRole('button', { name: 'Load slow/1.0' }).click();
  await panel.getByRole('button', { name: 'Cancel loading slow/1.0' }).click();
  await expect(panel.getByRole('status').first()).toContainText('Cancelled.');
  await expect(
    panel.getByRole('button', { name: 'Load slow/1.0' })
  ).toBeVisible();
  await expect(panel.getByRole('alert')).toBeHidden();
  // the session is free for the next change, which would wait for the lock
  await search(panel, 'cmake/3.27');
  await panel.getByRole('button', { name: 'Load cmake/3.27.7' }).click();
  await expect(loadedRows(panel)).toContainText([...DEFAULTS, 'cmake/3.27.7']);
});

test('what takes long and has no row can be cancelled, too', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await search(panel, '');
  const loading = execute(lab, 'software:load-module', {
    full_names: ['cmake/3.27.7', 'slow/1.0']
  });
  await panel.getByRole('button', { name: 'Cancel the change' }).click();
  await loading;
  await expect(panel.getByRole('status').first()).toContainText('Cancelled.');
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
});

test('the user chooses the way to what is hidden', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'hdf5-mpi');
  await panel.getByRole('button', { name: 'Load hdf5-mpi/1.14.4' }).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('openmpi/4.1.5');
  await dialog
    .getByRole('combobox', { name: 'Reached through' })
    .selectOption('StdEnv/2023 + gcc/13.3 + openmpi/5.0.3');
  await expect(dialog.getByRole('definition')).toHaveText([
    'gcc/13.3',
    'openmpi/5.0.3',
    'hdf5-mpi/1.14.4'
  ]);
  await dialog.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(loadedRows(panel)).toContainText([
    ...DEFAULTS,
    'gcc/13.3',
    'openmpi/5.0.3',
    'hdf5-mpi/1.14.4'
  ]);
});

test('the keyboard alone is enough', async ({ lab }) => {
  const panel = await openPanel(lab);
  const box = panel.getByRole('searchbox');
  await search(panel, 'g');
  await box.press('Enter');
  const name = (text: string) =>
    available(panel).getByRole('button', { name: text, exact: true });
  await expect(name('gcc/12.3')).toBeFocused();
  // letters lead to the next module that begins so
  await lab.keyboard.type('gt');
  await expect(name('gtk+/3.24')).toBeFocused();
  await lab.keyboard.press('ArrowRight');
  await expect(
    panel.getByRole('button', { name: 'Load gtk+/3.24' })
  ).toBeFocused();
  // up and down stay on the same kind of control
  await lab.keyboard.press('ArrowUp');
  await expect(available(panel).locator('button:focus')).toHaveAccessibleName(
    /^Load /
  );
  // one stop of the Tab key for the list
  await lab.keyboard.press('Tab');
  await expect(available(panel).locator('button:focus')).toHaveCount(0);
  await lab.keyboard.press('Shift+Tab');
  await lab.keyboard.press('Escape');
  await expect(box).toBeFocused();
  await lab.keyboard.press('Escape');
  await expect(box).toHaveValue('');
  await expect(panel.getByRole('status').first()).not.toContainText('found');
  await execute(lab, 'launcher:create');
  await lab.keyboard.press('Control+Shift+Alt+M');
  await expect(box).toBeFocused();
});

test('the details lead on', async ({ lab }) => {
  await execute(lab, 'software:show-module', { full_name: 'gcc/13.3' });
  const details = lab.locator('.jp-SoftwareDetails:visible');
  await expect(details.getByRole('heading', { level: 2 })).toHaveText(
    'gcc/13.3'
  );
  await details.getByText('Text of the modulefile').click();
  await expect(details.locator('details pre')).toContainText('whatis(');
  await details.getByRole('button', { name: 'Load gcc/12.3' }).click();
  await expect(
    details.getByRole('listitem').filter({ hasText: 'gcc/12.3' })
  ).toContainText('loaded');
  await details.getByRole('button', { name: 'gcc/12.3', exact: true }).click();
  await expect(
    lab.locator('.jp-SoftwareDetails:visible').getByRole('button', {
      name: 'Unload gcc/12.3'
    })
  ).toBeVisible();

  await execute(lab, 'software:show-module', {
    full_name: 'hdf5-mpi/1.14.4'
  });
  const ways = lab.locator('.jp-SoftwareDetails:visible');
  await ways
    .getByRole('button', {
      name: 'Load hdf5-mpi/1.14.4 through StdEnv/2023 + gcc/13.3 + openmpi/5.0.3'
    })
    .click();
  const panel = await openPanel(lab);
  await expect(loadedRows(panel).last()).toContainText('hdf5-mpi/1.14.4');

  await execute(lab, 'software:show-module', {
    full_name: 'tools/perf/flamegraph/1.0'
  });
  await expect(lab.locator('.jp-SoftwareDetails:visible')).toContainText(
    'neither notebooks nor terminals get from here: flame.'
  );
  await execute(lab, 'application:close-all');
});

test('the settings are heeded', async ({ lab }) => {
  await withSettings(
    lab,
    {
      confirmLoad: 'always',
      loadedOrder: 'name',
      showSummaries: false,
      versionsShown: 1
    },
    async () => {
      const panel = await openPanel(lab);
      await expect(loadedRows(panel).first()).toContainText('ipython-kernel');
      await search(panel, 'gcc');
      await expect(
        panel.getByRole('button', { name: '2 more versions of gcc' })
      ).toBeVisible();
      await expect(panel.locator('.jp-SoftwarePanel-summary')).toHaveCount(0);
      await panel.getByRole('button', { name: 'Load gcc/12.3' }).click();
      const dialog = lab.getByRole('dialog');
      await expect(dialog).toContainText('Will be loaded');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await search(panel, '');
    }
  );
});

for (const theme of [
  'JupyterLab Dark',
  'JupyterLab Dark High Contrast',
  'JupyterLab Light'
]) {
  test(`every part can be read in ${theme}`, async ({ lab }) => {
    const panel = await openPanel(lab);
    await execute(lab, 'apputils:change-theme', { theme });
    await expect(lab.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      theme
    );
    await search(panel, 'gcc');
    await panel.getByRole('button', { name: 'Load gcc/12.3' }).click();
    await expect(loadedRows(panel).last()).toContainText('gcc/12.3');
    await panel
      .getByRole('button', { name: 'Select several available modules' })
      .click();
    const found = await new AxeBuilder({ page: lab })
      .include('#jupyterlab-hpc-software')
      .analyze();
    await panel
      .getByRole('button', { name: 'Select several available modules' })
      .click();
    await execute(lab, 'apputils:change-theme', { theme: 'JupyterLab Light' });
    expect(found.violations).toEqual([]);
  });
}

test('nothing is cut off in a sidebar of 200 pixels', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'hdf5');
  await expect(
    panel.getByRole('button', { name: 'Load hdf5-mpi/1.14.4' })
  ).toBeVisible();
  const [width, ...cut] = await panel.evaluate(node => {
    const { style } = node;
    const before = style.cssText;
    for (const name of ['width', 'min-width', 'max-width']) {
      style.setProperty(name, '200px', 'important');
    }
    const edge = node.getBoundingClientRect().right + 1;
    const beyond = [...node.querySelectorAll('button, input, select, p')]
      .filter(part => part.getBoundingClientRect().right > edge)
      .map(part => part.textContent);
    const { clientWidth } = node;
    style.cssText = before;
    return [clientWidth, ...beyond];
  });
  expect(width).toBe(200);
  expect(cut).toEqual([]);
});
