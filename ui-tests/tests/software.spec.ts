import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, ready, test } from '../fixtures';
import {
  DEFAULTS,
  execute,
  loadedRows,
  openPanel,
  reset,
  search
} from '../software';

test.beforeEach(async ({ lab }, info) => {
  if (info.project.name !== 'without-lmod') {
    await reset(lab);
  }
});

const SYSTEM = '/jupyterlab-hpc/software/system';

test.afterEach(async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, '');
});

/**
 * Run code in the kernel of a new notebook and return what its cell shows.
 */
async function runInNewNotebook(page: Page, code: string): Promise<string> {
  await page.evaluate(async () => {
    const made = (await window.jupyterapp?.commands.execute(
      'notebook:create-new',
      { kernelName: 'python3' }
    )) as { sessionContext: { ready: Promise<void> } };
    await made.sessionContext.ready;
  });
  const notebook = page.locator('.jp-NotebookPanel:visible');
  const cell = notebook.locator('.cm-content');
  await cell.fill(code);
  await execute(page, 'notebook:run-cell');
  const output = notebook.locator('.jp-OutputArea-output').first();
  await expect(output).toBeVisible();
  return output.innerText();
}

test(
  'a module is found, loaded, listed and unloaded',
  { tag: ['@notebook7', '@smoke'] },
  async ({ lab }) => {
    const panel = await openPanel(lab);
    await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
    await search(panel, 'scipy');
    await panel.getByRole('button', { name: 'Load scipy-stack/2023b' }).click();
    await expect(panel.getByRole('status')).toContainText(
      'Loaded: scipy-stack/2023b.'
    );
    await expect(loadedRows(panel).last()).toContainText('scipy-stack/2023b');
    await panel
      .getByRole('button', { name: 'Unload scipy-stack/2023b' })
      .click();
    await expect(panel.getByRole('status')).toContainText(
      'Unloaded: scipy-stack/2023b.'
    );
    await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
  }
);

test('a new notebook imports what a loaded module brings @smoke', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  const code =
    'import hpc_demo_stack as h\nprint(h.__version__, h.mean([1, 2, 6]))';
  expect(await runInNewNotebook(lab, code)).toContain('ModuleNotFoundError');
  await search(panel, 'scipy');
  await panel.getByRole('button', { name: 'Load scipy-stack/2023b' }).click();
  await expect(loadedRows(panel).last()).toContainText('scipy-stack/2023b');
  expect(await runInNewNotebook(lab, code)).toMatch(/2023b.* 3/);
});

test('a new terminal has the loaded modules', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'cmake');
  await panel.getByRole('button', { name: 'Load cmake/3.27.7' }).click();
  await expect(loadedRows(panel).last()).toContainText('cmake/3.27.7');
  // what the terminal says is drawn, so it is asked for what it wrote
  await execute(lab, 'terminal:create-new');
  const terminal = lab.locator('.jp-Terminal:not(.lm-mod-hidden)');
  await expect(terminal).toBeVisible();
  await terminal.click();
  await lab.keyboard.type('module -t list 2> modules.txt; touch done.txt\n');
  const written = async () => {
    const answer = await lab.request.get('/api/contents/done.txt');
    return answer.ok();
  };
  await expect.poll(written).toBe(true);
  const answer = await lab.request.get('/api/contents/modules.txt');
  const { content } = (await answer.json()) as { content: string };
  expect(content.trim().split('\n')).toEqual([...DEFAULTS, 'cmake/3.27.7']);
});

test('what other modules hide is loaded after a question @smoke', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await search(panel, 'openrefine');
  await expect(panel.getByText(/^needs StdEnv\/2020$/)).toHaveCount(1);
  const load = panel.getByRole('button', { name: 'Load openrefine/3.4.1' });
  await load.click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('Load openrefine/3.4.1?');
  for (const name of ['StdEnv/2020', 'StdEnv/2023', 'python/3.11.5']) {
    await expect(dialog).toContainText(name);
  }
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);

  await load.click();
  await dialog.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(loadedRows(panel).first()).toContainText('StdEnv/2020');
  await expect(
    panel.getByRole('button', { name: 'Unload openrefine/3.4.1' })
  ).toBeVisible();
  await expect(panel.getByText('inactive', { exact: true })).toHaveCount(2);
});

test('a refusal is told in plain words with what Lmod said', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await search(panel, 'broken/1.0');
  await panel.getByRole('button', { name: 'Load broken/1.0' }).click();
  const alert = panel.getByRole('alert');
  await expect(alert).toContainText(
    'Lmod did not load broken/1.0. Nothing was changed.'
  );
  await alert.getByText('What the module system said').click();
  await expect(alert.locator('pre')).toContainText('broken');
  await alert.getByRole('button', { name: 'Dismiss this message' }).click();
  await expect(alert).toBeHidden();
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
});

test('what is in the way of a module is unloaded after a question', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await search(panel, 'scipy-stack/2023b');
  await panel.getByRole('button', { name: 'Load scipy-stack/2023b' }).click();
  await expect(
    panel.getByRole('button', { name: 'Unload scipy-stack/2023b' })
  ).toBeVisible();
  await search(panel, 'conflicting');
  const load = panel.getByRole('button', { name: 'Load conflicting/1.0' });
  await load.click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText(
    'Load conflicting/1.0 instead of scipy-stack/2023b?'
  );
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  const alert = panel.getByRole('alert');
  await expect(alert).toContainText(
    'conflicting/1.0 cannot be loaded as long as scipy-stack/2023b is loaded.'
  );
  await alert.getByText('What the module system said').click();
  await expect(alert.locator('pre')).toContainText('scipy-stack');
  await expect(
    panel.getByRole('button', { name: 'Unload scipy-stack/2023b' })
  ).toBeVisible();

  await load.click();
  await dialog.getByRole('button', { name: 'Unload and Load' }).click();
  await expect(
    panel.getByRole('button', { name: 'Unload conflicting/1.0' })
  ).toBeVisible();
  await expect(
    panel.getByRole('button', { name: 'Unload scipy-stack/2023b' })
  ).toHaveCount(0);
  await expect(alert).toBeHidden();
});

test('a sticky module stays, and the panel says so', async ({ lab }) => {
  const panel = await openPanel(lab);
  await panel.getByRole('button', { name: 'Unload StdEnv/2023' }).click();
  await expect(panel.getByRole('status')).toContainText('Still loaded');
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
});

test('what the session may need is unloaded only after a confirmation', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  const unload = panel.getByRole('button', {
    name: 'Unload ipython-kernel/3.11'
  });
  const dialog = lab.getByRole('dialog');
  await unload.click();
  await expect(dialog).toContainText('Unload ipython-kernel/3.11?');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
  await unload.click();
  await dialog.getByRole('button', { name: 'Unload', exact: true }).click();
  await expect(panel.getByRole('status')).toContainText(
    'Unloaded: ipython-kernel/3.11.'
  );
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length - 1);
});

test('numpy is found inside scipy-stack, and the details list it', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await search(panel, 'numpy');
  await expect(panel.getByText('contains numpy 1.25.2')).toBeVisible();
  await panel
    .getByRole('list', { name: 'Available modules' })
    .getByRole('button', { name: 'scipy-stack/2023b', exact: true })
    .click();
  const details = lab.locator('.jp-SoftwareDetails:visible');
  await expect(details.getByRole('heading', { level: 2 })).toHaveText(
    'scipy-stack/2023b'
  );
  await expect(
    details.getByRole('heading', { name: 'Included extensions' })
  ).toBeVisible();
  await expect(details).toContainText('numpy 1.25.2');
});

test(
  'markup in a help text is text',
  { tag: '@notebook7' },
  async ({ consoleErrors, lab }) => {
    const panel = await openPanel(lab);
    await search(panel, 'html-help');
    await panel
      .getByRole('button', { name: 'html-help/1.0', exact: true })
      .click();
    const details = lab.locator('.jp-SoftwareDetails:visible');
    await expect(details).toContainText('<img src=x onerror=');
    await expect(details.locator('img, script')).toHaveCount(0);
    expect(consoleErrors.filter(text => text.includes('/x'))).toEqual([]);
  }
);

test('a module that brings a kernel brings its tile, and takes it away @smoke', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await execute(lab, 'launcher:create');
  const tile = lab
    .locator('.jp-Launcher:visible')
    .getByTitle('Demo kernel', { exact: false })
    .first();
  await expect(tile).toBeHidden();
  await search(panel, 'demo-kernel');
  await panel.getByRole('button', { name: 'Load demo-kernel/1.0' }).click();
  await expect(tile).toBeVisible();
  await panel.getByRole('button', { name: 'Unload demo-kernel/1.0' }).click();
  await expect(tile).toBeHidden();
});

test('another page follows within a second', async ({ lab }) => {
  const panel = await openPanel(lab);
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
  const xsrf = (await lab.context().cookies()).find(c => c.name === '_xsrf');
  await lab.request.patch('/jupyterlab-hpc/software/loaded', {
    data: { load: ['cmake'] },
    headers: { 'X-XSRFToken': xsrf?.value ?? '' }
  });
  await expect(loadedRows(panel).last()).toContainText('cmake', {
    timeout: 1000
  });
});

test('the panel asks for all where a module was loaded before it was seen', async ({
  lab
}) => {
  const page = await lab.context().newPage();
  await page.goto('/lab/workspaces/unseen?reset');
  await ready(page);
  await expect(page.locator('#jupyterlab-hpc-software')).toBeHidden();
  await execute(page, 'software:load-module', { full_names: ['cmake'] });
  const asked = page.waitForResponse(
    response => new URL(response.url()).pathname === SYSTEM
  );
  const panel = await openPanel(page);
  await asked;
  await expect(loadedRows(panel).last()).toContainText('cmake');
  await page.close();
});

test('the keyboard goes from the search through the list', async ({ lab }) => {
  const panel = await openPanel(lab);
  await search(panel, 'scipy');
  await panel.getByRole('searchbox').focus();
  await lab.keyboard.press('ArrowDown');
  const list = panel.getByRole('list', { name: 'Available modules' });
  const name = (n: number) =>
    list.getByRole('listitem').nth(n).locator('button').first();
  await expect(name(0)).toBeFocused();
  await lab.keyboard.press('ArrowDown');
  await expect(name(1)).toBeFocused();
  await lab.keyboard.press('End');
  await expect(
    list.getByRole('listitem').last().locator('button').first()
  ).toBeFocused();
  await lab.keyboard.press('Home');
  await lab.keyboard.press('Tab');
  await expect(
    panel.getByRole('button', { name: 'Load scipy-stack/2023b' })
  ).toBeFocused();
  await lab.keyboard.press('Enter');
  await expect(loadedRows(panel).last()).toContainText('scipy-stack/2023b');
  await expect(name(0)).toBeFocused();
});

test('where the panel is out of sight a notification tells the outcome', async ({
  lab
}) => {
  await openPanel(lab);
  await execute(lab, 'application:toggle-left-area');
  const told = (text: string) => lab.getByText(text).filter({ visible: true });
  await execute(lab, 'software:load-module', { full_name: 'cmake/3.27.7' });
  await expect(told('Loaded: cmake/3.27.7.')).toBeVisible();
  await execute(lab, 'software:load-module', { full_name: 'broken/1.0' });
  await expect(told('Lmod did not load broken/1.0.')).toBeVisible();
  await execute(lab, 'apputils:dismiss-notification');
  await execute(lab, 'application:toggle-left-area');
});

test('signs in a search are no pattern', async ({ lab }) => {
  const panel = await openPanel(lab);
  for (const [words, found] of [
    ['libstdc++', 'libstdc++/13.2.0'],
    ['gtk+', 'gtk+/3.24'],
    ['a.b.c', 'a.b.c/1.0.0-rc.1+build5']
  ]) {
    await search(panel, words);
    await expect(
      panel.getByRole('button', { name: `Load ${found}` })
    ).toBeVisible();
  }
  await search(panel, '(((');
  await expect(panel.getByText('Nothing fits “(((”.')).toBeVisible();
});

test('the tab is called Software and is a diamond', async ({ lab }) => {
  const tab = lab.getByRole('tab', { name: 'Software', exact: true });
  await expect(tab).toBeVisible();
  await expect(
    tab.locator('[data-icon="jupyterlab-hpc:software"]')
  ).toBeVisible();
});

test(
  'the panel has no accessibility violation',
  { tag: ['@notebook7', '@french'] },
  async ({ lab }) => {
    const panel = await openPanel(lab);
    await expect(panel.getByRole('listitem').first()).toBeVisible();
    const found = await new AxeBuilder({ page: lab })
      .include('#jupyterlab-hpc-software')
      .analyze();
    expect(found.violations).toEqual([]);
  }
);

test('the details have no accessibility violation', async ({ lab }) => {
  await execute(lab, 'software:show-module', {
    full_name: 'scipy-stack/2024a'
  });
  await expect(
    lab.getByRole('heading', { name: 'scipy-stack/2024a' })
  ).toBeVisible();
  const found = await new AxeBuilder({ page: lab })
    .include('.jp-SoftwareDetails:not(.lm-mod-hidden)')
    .analyze();
  expect(found.violations).toEqual([]);
});

test(
  'without Lmod the panel says what is wrong and what to do',
  { tag: '@only-without-lmod' },
  async ({ consoleErrors, lab }) => {
    const panel = await openPanel(lab);
    await expect(panel).toContainText('Lmod is set up in this session');
    await expect(panel).toContainText("site's staff");
    await panel.getByText('Details', { exact: true }).click();
    await expect(panel).toContainText('/nowhere/lmod');
    await expect(panel).not.toContainText('Traceback');
    expect(consoleErrors).toEqual([]);
    await execute(lab, 'software:load-module', { full_name: 'gcc' });
    await expect(panel.getByRole('alert')).toContainText('/nowhere/lmod');
    await panel.getByRole('button', { name: 'Dismiss this message' }).click();
  }
);

test(
  'the panel, the server and the settings speak French',
  { tag: '@only-french' },
  async ({ lab }) => {
    const panel = await openPanel(lab);
    await expect(
      panel.getByRole('heading', { name: 'Modules chargés', exact: true })
    ).toBeVisible();
    await panel
      .getByRole('searchbox', { name: 'Chercher des modules' })
      .fill('broken/1.0');
    await panel.getByRole('button', { name: 'Charger broken/1.0' }).click();
    await expect(panel.getByRole('alert')).toContainText(
      'Lmod n’a pas chargé broken/1.0. Rien n’a été changé.'
    );
    await panel.getByRole('button', { name: 'Fermer ce message' }).click();
    await execute(lab, 'settingeditor:open', { query: 'Logiciels' });
    await expect(
      lab.getByText('Trouver aussi les modules cachés').first()
    ).toBeVisible();
  }
);
