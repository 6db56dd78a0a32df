import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import { execute, openPanel, reset } from '../software';

const STACK = { full_name: 'scipy-stack/2023b' };
const USE = 'import hpc_demo_stack; print("it is", hpc_demo_stack.__version__)';

// A kernel of another Python, in which nobody has installed this package.
const WITHOUT_US = `
import sys
class Finder:
    def find_spec(self, name, *_):
        if name == 'jupyterlab_hpc':
            raise ModuleNotFoundError(f"No module named '{name}'")
sys.meta_path.insert(0, Finder())
print('gone')`;

/**
 * What still uses the modules from before, as the panel has it.
 */
function section(page: Page): Locator {
  return page.locator('.jp-StaleSection');
}

/**
 * The notification with a text; one that is being dismissed slides out of sight.
 */
function toast(page: Page, text: string | RegExp): Locator {
  return page
    .locator('.Toastify__toast:not([class*="slide-exit"])')
    .filter({ hasText: text });
}

function badge(page: Page): Locator {
  return page
    .locator('.jp-NotebookPanel:visible')
    .getByRole('button', { name: 'Restart to use new modules' });
}

/**
 * Open a new notebook and wait for its kernel; the answer is its path.
 */
async function newNotebook(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const made = (await window.jupyterapp?.commands.execute(
      'notebook:create-new',
      { kernelName: 'python3' }
    )) as {
      context: { path: string };
      sessionContext: {
        ready: Promise<void>;
        session: { kernel: { info: Promise<unknown> } };
      };
    };
    await made.sessionContext.ready;
    await made.sessionContext.session.kernel.info;
    return made.context.path;
  });
}

/**
 * Run code in the first cell of the notebook that is seen; return what it shows.
 */
async function run(page: Page, code: string, shows: string): Promise<void> {
  const notebook = page.locator('.jp-NotebookPanel:visible');
  await notebook.locator('.cm-content').first().fill(code);
  await execute(page, 'notebook:run-all-cells');
  await expect(notebook.locator('.jp-OutputArea-output').first()).toContainText(
    shows
  );
}

/**
 * End all kernels and terminals, close what used them, and leave no notification.
 */
async function cleanUp(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const app = window.jupyterapp;
    for (const widget of [...(app?.shell.widgets('main') ?? [])]) {
      // without the question whether to save, and before its kernel ends, of
      // which it would ask, too
      widget.dispose();
    }
    await app?.serviceManager.sessions.shutdownAll();
    await app?.serviceManager.kernels.shutdownAll();
    await app?.serviceManager.terminals.shutdownAll();
    await app?.commands.execute('apputils:dismiss-notification');
  });
  await reset(page);
}

test.beforeEach(({ lab }) => cleanUp(lab));
test.afterEach(({ lab }) => cleanUp(lab));

test('what started before a change is named, saved and restarted @smoke', async ({
  lab
}) => {
  await openPanel(lab);
  const path = await newNotebook(lab);
  await run(lab, `x = 1\n${USE}`, 'ModuleNotFoundError');
  await expect(badge(lab)).toBeHidden();
  await expect(section(lab)).toBeHidden();

  await execute(lab, 'software:load-module', STACK);
  await expect(badge(lab)).toBeVisible();
  await expect(section(lab).getByRole('listitem')).toHaveText([
    `${path} Python 3 (ipykernel)RestartTake over`
  ]);
  const told = toast(
    lab,
    `1 notebook still uses the modules from before: ${path}.`
  );
  await expect(told).toBeVisible();
  await told.getByRole('button', { name: 'Restart these' }).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('Variables in memory are lost');
  await dialog.getByRole('button', { name: 'Restart' }).click();

  await expect(badge(lab)).toBeHidden();
  await expect(section(lab)).toBeHidden();
  await expect(told).toBeHidden();
  await expect(toast(lab, 'Restarted with the new modules')).toBeVisible();
  const saved = await lab.request.get(`/api/contents/${path}`);
  const { content } = (await saved.json()) as { content: unknown };
  expect(JSON.stringify(content)).toContain('hpc_demo_stack');
  await run(lab, USE, 'it is');
});

test('one notebook is restarted from its toolbar', async ({ lab }) => {
  await openPanel(lab);
  await newNotebook(lab);
  const other = await newNotebook(lab);
  await execute(lab, 'software:load-module', STACK);
  await expect(section(lab).getByRole('listitem')).toHaveCount(2);
  await expect(toast(lab, '2 notebooks still use')).toBeVisible();
  await badge(lab).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog.getByRole('listitem')).toHaveText([other]);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(badge(lab)).toBeVisible();
  await badge(lab).click();
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await expect(badge(lab)).toBeHidden();
  await expect(section(lab).getByRole('listitem')).toHaveCount(1);
  // the same notification, kept up to date
  await expect(toast(lab, '1 notebook still uses')).toBeVisible();
  await expect(toast(lab, /still use/)).toHaveCount(1);
  await run(lab, USE, 'it is');
});

test('a kernel takes over the change and keeps its variables', async ({
  lab
}) => {
  await openPanel(lab);
  const path = await newNotebook(lab);
  await run(lab, 'kept = 41 + 1; print(kept)', '42');
  await execute(lab, 'software:load-module', STACK);
  await section(lab)
    .getByRole('button', { name: `Take over the change in ${path}` })
    .click();
  await expect(badge(lab)).toBeHidden();
  await expect(section(lab)).toBeHidden();
  await expect(
    toast(lab, 'What it has imported already stays as it was.')
  ).toBeVisible();
  await run(lab, `${USE}\nprint("kept", kept)`, 'kept 42');

  // the next change makes it stale again
  await execute(lab, 'software:unload-module', STACK);
  await expect(badge(lab)).toBeVisible();
});

test('a kernel that cannot take over the change says why', async ({ lab }) => {
  await openPanel(lab);
  await newNotebook(lab);
  await run(lab, WITHOUT_US, 'gone');
  await execute(lab, 'software:load-module', STACK);
  await lab
    .locator('.jp-NotebookPanel:visible')
    .getByRole('button', { name: 'Take over the new modules' })
    .click();
  await expect(
    toast(lab, 'lacks the package jupyterlab_hpc, which this needs')
  ).toBeVisible();
  await expect(badge(lab)).toBeVisible();
});

test('what was put off comes back with the next change', async ({ lab }) => {
  await openPanel(lab);
  await newNotebook(lab);
  await execute(lab, 'software:load-module', STACK);
  const told = toast(lab, 'still uses the modules from before');
  await expect(told).toBeVisible();
  await section(lab).getByRole('button', { name: 'Not now' }).click();
  await expect(section(lab)).toBeHidden();
  await expect(told).toBeHidden();
  await expect(badge(lab)).toBeVisible();
  await execute(lab, 'software:load-module', { full_name: 'cmake/3.27.7' });
  await expect(section(lab)).toBeVisible();
  await expect(told).toBeVisible();
  // without any of it the kernel has what it started with
  await reset(lab);
  await expect(section(lab)).toBeHidden();
  await expect(told).toBeHidden();
  await expect(badge(lab)).toBeHidden();
});

test('nothing is restarted where a notebook was not saved', async ({ lab }) => {
  await openPanel(lab);
  const path = await newNotebook(lab);
  await run(lab, 'kept = 1; print("ran")', 'ran');
  await execute(lab, 'software:load-module', STACK);
  await expect(badge(lab)).toBeVisible();
  await lab.route('**/api/contents/**', route =>
    route.request().method() === 'PUT'
      ? route.fulfill({ status: 507, json: { message: 'disk full' } })
      : route.continue()
  );
  await execute(lab, 'notebook:insert-cell-below');
  await badge(lab).click();
  const dialog = lab.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Restart' }).click();
  // JupyterLab's own words about the disk
  await expect(dialog).toContainText('disk full');
  await dialog.getByRole('button').last().click();
  await expect(
    toast(lab, `${path} was not saved, so nothing was restarted.`)
  ).toBeVisible();
  await lab.unroute('**/api/contents/**');
  await expect(badge(lab)).toBeVisible();
  await run(lab, 'print("kept", kept)', 'kept 1');
});

test('a busy kernel is named before it is stopped @smoke', async ({ lab }) => {
  await openPanel(lab);
  const path = await newNotebook(lab);
  const notebook = lab.locator('.jp-NotebookPanel:visible');
  await notebook
    .locator('.cm-content')
    .first()
    .fill('print("on", flush=True)\nwhile True: pass');
  await lab.evaluate(() => {
    void window.jupyterapp?.commands.execute('notebook:run-cell');
  });
  await expect(notebook.locator('.jp-OutputArea-output').first()).toHaveText(
    'on'
  );
  await execute(lab, 'software:load-module', STACK);
  await section(lab)
    .getByRole('button', { name: `Restart ${path}` })
    .click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText(`${path} – is running code`);
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await expect(badge(lab)).toBeHidden();
  await run(lab, USE, 'it is');
});

test('a console and a kernel that is open nowhere are restarted', async ({
  lab
}) => {
  await openPanel(lab);
  await lab.evaluate(async () => {
    const app = window.jupyterapp;
    const made = (await app?.commands.execute('console:create', {
      kernelPreference: { name: 'python3' }
    })) as { sessionContext: { ready: Promise<void> } };
    await made.sessionContext.ready;
    const { kernels } = app?.serviceManager ?? {};
    const kernel = await kernels?.startNew({ name: 'python3' });
    await kernel?.info;
    kernel?.dispose();
  });
  await execute(lab, 'software:load-module', STACK);
  const rows = section(lab).getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: 'Console 1' })).toHaveCount(1);
  await section(lab).getByRole('button', { name: 'Restart these' }).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('is not open on this page');
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await expect(section(lab)).toBeHidden();
  await expect(toast(lab, 'Restarted with the new modules')).toBeVisible();
});

test('a terminal is told, with commands that do the same in it', async ({
  lab
}) => {
  await openPanel(lab);
  await execute(lab, 'terminal:create-new');
  await expect(lab.locator('.jp-Terminal:visible')).toBeVisible();
  await execute(lab, 'software:load-module', STACK);
  await expect(section(lab)).toContainText('Terminal: ');
  await expect(
    section(lab).getByRole('button', { name: 'Restart these' })
  ).toHaveCount(0);
  await section(lab).getByText('Commands for a terminal').click();
  await expect(section(lab).locator('pre')).toContainText(
    'module load StdEnv/2023 python/3.11.5 ipython-kernel/3.11 scipy-stack/2023b'
  );
});

test('another page that restarts a kernel is heard of', async ({ lab }) => {
  await openPanel(lab);
  await newNotebook(lab);
  await execute(lab, 'software:load-module', STACK);
  await expect(badge(lab)).toBeVisible();
  const xsrf = (await lab.context().cookies()).find(c => c.name === '_xsrf');
  const headers = { 'X-XSRFToken': xsrf?.value ?? '' };
  const answer = await lab.request.get('/jupyterlab-hpc/software/stale');
  const { kernels } = (await answer.json()) as { kernels: { id: string }[] };
  await lab.request.post(`/api/kernels/${kernels[0].id}/restart`, { headers });
  await expect(badge(lab)).toBeHidden();
  await expect(section(lab)).toBeHidden();
});

test(
  'a notebook on a page of its own has the badge, too',
  { tag: '@notebook7' },
  async ({ lab }) => {
    const xsrf = (await lab.context().cookies()).find(c => c.name === '_xsrf');
    const headers = { 'X-XSRFToken': xsrf?.value ?? '' };
    const made = await lab.request.post('/api/contents', {
      data: { type: 'notebook' },
      headers
    });
    const { path } = (await made.json()) as { path: string };
    const session = { type: 'notebook', name: path, path };
    const kernel = { name: 'python3' };
    await lab.request.post('/api/sessions', {
      data: { ...session, kernel },
      headers
    });
    const page = await lab.context().newPage();
    try {
      await page.goto(`/notebooks/${path}`);
      await page.waitForFunction(() => !!window.jupyterapp);
      await expect(page.locator('.jp-NotebookPanel:visible')).toBeVisible();
      await execute(lab, 'software:load-module', STACK);
      await badge(page).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: 'Restart' })
        .click();
      await expect(badge(page)).toBeHidden();
      await run(page, USE, 'it is');
    } finally {
      await page.close();
    }
  }
);

test('the setting switches the notification off, and the rest stays', async ({
  lab
}) => {
  const set = async (value: boolean) => {
    await lab.evaluate(async notifyStale => {
      await window.jupyterapp?.serviceManager.settings.save(
        'jupyterlab_hpc:software',
        JSON.stringify({ notifyStale })
      );
    }, value);
    await lab.goto('/lab?reset');
    await lab.waitForFunction(() => !!window.jupyterapp);
    await lab.evaluate(() => window.jupyterapp?.restored.then(() => {}));
    await lab.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  };
  await set(false);
  try {
    await openPanel(lab);
    await newNotebook(lab);
    await execute(lab, 'software:load-module', STACK);
    await expect(badge(lab)).toBeVisible();
    await expect(section(lab)).toBeVisible();
    await expect(toast(lab, /still use/)).toHaveCount(0);
  } finally {
    await set(true);
  }
});

test('the section and the badge have no accessibility violation', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await execute(lab, 'terminal:create-new');
  await newNotebook(lab);
  await execute(lab, 'software:load-module', STACK);
  await expect(badge(lab)).toBeVisible();
  await section(lab).getByText('Commands for a terminal').click();
  await expect(section(lab).locator('pre')).toContainText('module load');
  for (const theme of [
    'JupyterLab Dark',
    'JupyterLab Dark High Contrast',
    'JupyterLab Light'
  ]) {
    await execute(lab, 'apputils:change-theme', { theme });
    await expect(lab.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      theme
    );
    const found = await new AxeBuilder({ page: lab })
      .include('.jp-StaleSection')
      .include('.jp-StaleBadge')
      .analyze();
    expect(found.violations).toEqual([]);
  }
  // nothing is cut off in a sidebar of 200 pixels
  const cut = await panel.evaluate(node => {
    for (const name of ['width', 'min-width', 'max-width']) {
      node.style.setProperty(name, '200px', 'important');
    }
    const edge = node.getBoundingClientRect().right + 1;
    const beyond = [...node.querySelectorAll('.jp-StaleSection *')]
      .filter(part => part.getBoundingClientRect().right > edge)
      .map(part => part.textContent);
    const { clientWidth } = node;
    for (const name of ['width', 'min-width', 'max-width']) {
      node.style.removeProperty(name);
    }
    return { clientWidth, beyond };
  });
  expect(cut).toEqual({ clientWidth: 200, beyond: [] });
});

test(
  'what is stale is told in French',
  { tag: '@only-french' },
  async ({ lab }) => {
    await openPanel(lab);
    const path = await newNotebook(lab);
    await execute(lab, 'software:load-module', STACK);
    await expect(
      lab
        .locator('.jp-NotebookPanel:visible')
        .getByRole('button', { name: 'Nouveaux modules' })
        .first()
    ).toBeVisible();
    await expect(section(lab)).toContainText(
      'Démarré avant le dernier changement'
    );
    await expect(
      toast(
        lab,
        `1 notebook utilise encore les modules d’avant\u00a0: ${path}.`
      )
    ).toBeVisible();
    await section(lab).getByRole('button', { name: 'Les redémarrer' }).click();
    await lab
      .getByRole('dialog')
      .getByRole('button', { name: 'Redémarrer' })
      .click();
    await expect(section(lab)).toBeHidden();
  }
);
