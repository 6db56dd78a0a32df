import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import { execute, openPanel, reset } from '../software';

const STACK = { full_name: 'scipy-stack/2023b' };
const MODULES =
  'StdEnv/2023, python/3.11.5, ipython-kernel/3.11, scipy-stack/2023b';
// A kernel starts twice in a test, on a machine that may be busy.
const LONG = { timeout: 120_000 };

test.describe.configure({ timeout: 300_000 });

/**
 * Ask a route of the kernels room, past the page.
 */
async function ask<T>(
  page: Page,
  method: string,
  path: string,
  data?: object
): Promise<T> {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const answer = await page.request.fetch(`/jupyterlab-hpc/kernels${path}`, {
    method,
    data,
    headers: { 'X-XSRFToken': xsrf?.value ?? '' },
    timeout: LONG.timeout
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as T;
}

async function make(
  page: Page,
  name: string,
  display_name: string
): Promise<void> {
  await ask(page, 'POST', '', { name, display_name });
}

/**
 * End kernels, close what used them, and remove what the tests made.
 */
async function cleanUp(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const app = window.jupyterapp;
    for (const widget of [...(app?.shell.widgets('main') ?? [])]) {
      widget.dispose();
    }
    await app?.serviceManager.sessions.shutdownAll();
    await app?.serviceManager.kernels.shutdownAll();
    await app?.commands.execute('apputils:dismiss-notification');
  });
  await reset(page);
  const { kernels } = await ask<{ kernels: { name: string }[] }>(
    page,
    'GET',
    ''
  );
  for (const { name } of kernels) {
    await ask(page, 'DELETE', `/kernel?name=${encodeURIComponent(name)}`);
  }
  for (const name of ['remembers.ipynb', 'locked.ipynb', 'locked.lock.txt']) {
    await page.evaluate(async path => {
      await window.jupyterapp?.serviceManager.contents
        .delete(path)
        .catch(() => undefined);
    }, name);
  }
}

/**
 * Change a file of the home, past the page.
 */
async function contents(
  page: Page,
  method: string,
  path: string,
  data?: object
): Promise<void> {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const answer = await page.request.fetch(`/api/contents/${path}`, {
    method,
    data,
    headers: { 'X-XSRFToken': xsrf?.value ?? '' }
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/**
 * Make a folder with versions of a module `own` in the home; returns its path.
 */
async function ownModules(page: Page, versions: string[]): Promise<string> {
  const name = 'own-modules';
  await contents(page, 'PUT', name, { type: 'directory' });
  await contents(page, 'PUT', `${name}/own`, { type: 'directory' });
  for (const version of versions) {
    await contents(page, 'PUT', `${name}/own/${version}.lua`, {
      type: 'file',
      format: 'text',
      content: `setenv("OWN", "${version}")\n`
    });
  }
  const root = await page.evaluate(() => {
    const config = document.getElementById('jupyter-config-data');
    const { serverRoot } = JSON.parse(config?.textContent ?? '{}') as {
      serverRoot: string;
    };
    return serverRoot;
  });
  return `${root}/${name}`;
}

async function modulePaths(page: Page, data: object): Promise<void> {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const answer = await page.request.patch(
    '/jupyterlab-hpc/software/modulepaths',
    { data, headers: { 'X-XSRFToken': xsrf?.value ?? '' } }
  );
  expect(answer.ok(), await answer.text()).toBe(true);
}

/**
 * Return what is loaded, as the server tells.
 */
async function loaded(page: Page): Promise<string[]> {
  const answer = await page.request.get('/jupyterlab-hpc/software/loaded');
  const { modules } = (await answer.json()) as {
    modules: { full_name: string }[];
  };
  return modules.map(module => module.full_name);
}

function toast(page: Page, text: string | RegExp): Locator {
  return page
    .locator('.Toastify__toast:not([class*="slide-exit"])')
    .filter({ hasText: text });
}

async function check(page: Page, part: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  expect(violations).toEqual([]);
}

/**
 * Make a notebook with a name, and open it; waits for its kernel.
 */
async function open(page: Page, path: string, kernelName: string) {
  await page.evaluate(
    async ([name, kernel]) => {
      const app = window.jupyterapp;
      const { contents } = app!.serviceManager;
      await contents.get(name, { content: false }).catch(() =>
        contents.save(name, {
          type: 'notebook',
          format: 'json',
          content: {
            cells: [],
            metadata: { kernelspec: { name: kernel, display_name: kernel } },
            nbformat: 4,
            nbformat_minor: 5
          }
        })
      );
      await app?.commands.execute('docmanager:open', { path: name });
    },
    [path, kernelName]
  );
  await kernelIsReady(page);
}

/**
 * Wait until the kernel of the notebook that is seen answers.
 */
async function kernelIsReady(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { sessionContext } = window.jupyterapp?.shell
      .currentWidget as unknown as {
      sessionContext: {
        ready: Promise<void>;
        session: { kernel: { info: Promise<unknown> } };
      };
    };
    await sessionContext.ready;
    await sessionContext.session.kernel.info;
  });
}

async function close(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.jupyterapp?.shell.currentWidget?.dispose();
  });
}

/**
 * Return the metadata of a saved notebook that are ours.
 */
async function remembered(page: Page, path: string): Promise<unknown> {
  const answer = await page.request.get(`/api/contents/${path}`);
  const { content } = (await answer.json()) as {
    content: { metadata: { jupyterlab_hpc?: unknown } };
  };
  return content.metadata.jupyterlab_hpc;
}

test.beforeEach(({ lab }) => cleanUp(lab));
test.afterEach(({ lab }) => cleanUp(lab));

test('a kernel is made of what is loaded, tested, and used', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  await execute(lab, 'software:load-module', STACK);
  await panel.getByRole('button', { name: 'More for loaded modules' }).click();
  await lab.getByRole('menuitem', { name: 'Make a kernel…' }).click();
  const dialog = lab.getByRole('dialog');
  await dialog.getByLabel('Name in the launcher').fill('Mes données');
  await expect(dialog.getByLabel('Name for programs')).toHaveValue(
    'mes-donnees'
  );
  await expect(
    dialog.getByRole('list', { name: 'Modules of the kernel' })
  ).toContainText('scipy-stack/2023b');
  await expect(dialog.getByLabel('What runs')).toHaveValue('jupyter:python3');
  await check(lab, '.jp-Dialog');
  await dialog.getByRole('button', { name: 'Test and make' }).click();
  await expect(toast(lab, 'is in the launcher. Tested in')).toBeVisible(LONG);
  await expect(dialog).toBeHidden();

  await execute(lab, 'launcher:create');
  const tile = lab.locator(
    '.jp-LauncherCard[data-category="Notebook"]:visible',
    { hasText: 'Mes données' }
  );
  await expect(tile).toHaveAttribute(
    'title',
    `Mes données\nModules: ${MODULES}`
  );
  // from now on the kernel does not care what the session has
  await execute(lab, 'software:unload-module', STACK);
  await tile.click();
  const notebook = lab.locator('.jp-NotebookPanel:visible');
  await expect(notebook.getByText('Mes données')).toBeVisible(LONG);
  await kernelIsReady(lab);
  await notebook
    .locator('.cm-content')
    .first()
    .fill(
      'import os, hpc_demo_stack; print("has", os.environ["EBVERSIONSCIPYMINSTACK"])'
    );
  await execute(lab, 'notebook:run-all-cells');
  await expect(notebook.locator('.jp-OutputArea-output').first()).toContainText(
    'has 2023b',
    LONG
  );
  await execute(lab, 'software:load-module', { full_name: 'cmake/3.27.7' });
  await expect(panel.locator('.jp-StaleSection')).toBeHidden();
});

test('a name that is taken is said in the dialog', async ({ lab }) => {
  await make(lab, 'taken', 'Taken');
  void execute(lab, 'kernels:make');
  const dialog = lab.getByRole('dialog');
  await dialog.getByLabel('Name in the launcher').fill('Taken');
  await dialog.getByRole('button', { name: 'Test and make' }).click();
  await expect(dialog.getByRole('alert')).toContainText(
    'There is a kernel named taken already: nothing was overwritten.',
    LONG
  );
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
});

test('a folder that is no virtual environment is said in the dialog', async ({
  lab
}) => {
  void execute(lab, 'kernels:make');
  const dialog = lab.getByRole('dialog');
  await dialog.getByLabel('What runs').selectOption('A virtual environment…');
  await expect(
    dialog.getByRole('list', { name: 'Modules of the kernel' })
  ).toBeVisible(LONG);
  await dialog.getByLabel('Folder of the virtual environment').fill('job-tmp');
  await dialog.getByLabel('Name in the launcher').fill('Env');
  await expect(dialog).toContainText('it has no bin/python', LONG);
  await check(lab, '.jp-Dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test(
  'made kernels are listed, tested, renamed and removed',
  {
    tag: ['@notebook7', '@smoke']
  },
  async ({ lab }) => {
    await make(lab, 'mine', 'My kernel');
    await execute(lab, 'kernels:show');
    const list = lab.getByRole('list', { name: 'My Kernels' });
    const row = list.getByRole('listitem').filter({ hasText: 'My kernel' });
    await expect(row).toContainText('StdEnv/2023 python/3.11.5');
    await row.getByRole('button', { name: 'Test My kernel' }).click();
    await expect(row).toContainText('with 3 modules.', LONG);
    for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
      await execute(lab, 'apputils:change-theme', { theme });
      await expect(lab.locator('body')).toHaveAttribute(
        'data-jp-theme-name',
        theme
      );
      await check(lab, '.jp-KernelsView');
    }
    await row.getByRole('button', { name: 'Repair My kernel' }).click();
    const dialog = lab.getByRole('dialog');
    await expect(dialog).toContainText('with the same modules', LONG);
    await dialog.getByRole('button', { name: 'Test and repair' }).click();
    await expect(dialog).toBeHidden(LONG);
    await row.getByRole('button', { name: 'Rename My kernel' }).click();
    await dialog.getByLabel('Name in the launcher').fill('Other');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    const renamed = list.getByRole('listitem').filter({ hasText: 'Other' });
    await renamed.getByRole('button', { name: 'Remove Other' }).click();
    await expect(dialog).toContainText('Neither modules nor virtual');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(
      lab.getByText('You have not made any kernel yet.')
    ).toBeVisible(LONG);
  }
);

const REMEMBERED = { format: 1, modules: MODULES.split(', ') };

test('a notebook remembers its modules, and offers to load them @smoke', async ({
  lab
}) => {
  const path = 'remembers.ipynb';
  await execute(lab, 'software:load-module', STACK);
  await open(lab, path, 'python3');
  await execute(lab, 'docmanager:save');
  expect(await remembered(lab, path)).toBeUndefined();
  await execute(lab, 'kernels:remember-modules');
  await execute(lab, 'docmanager:save');
  expect(await remembered(lab, path)).toEqual(REMEMBERED);

  await close(lab);
  await execute(lab, 'software:unload-module', STACK);
  await open(lab, path, 'python3');
  const offer = toast(
    lab,
    `${path} remembers a module that is not loaded: scipy-stack/2023b.`
  );
  await expect(offer).toBeVisible(LONG);
  // a save in a session without it loses nothing
  await execute(lab, 'docmanager:save');
  expect(await remembered(lab, path)).toEqual(REMEMBERED);
  await offer.getByRole('button', { name: 'Load…' }).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('Will be loaded');
  await expect(dialog).toContainText('scipy-stack/2023b');
  await dialog.getByRole('button', { name: 'Load' }).click();
  await expect(offer).toBeHidden(LONG);
  await expect(dialog).toBeHidden();

  await execute(lab, 'kernels:forget-modules');
  await execute(lab, 'docmanager:save');
  expect(await remembered(lab, path)).toBeUndefined();
});

/**
 * What the page says in either language.
 */
const WORDS = {
  '': {
    gone: 'own/1.0 is not there any more; the nearest: own/1.1, own/2.0.',
    repair: 'Repair Mine',
    place: 'In the place of own/1.0',
    loaded: 'Will be loaded',
    unloaded: 'Will not be loaded any more',
    go: 'Test and repair',
    modules: 'Modules: '
  },
  fr_FR: {
    gone: 'own/1.0 n’existe plus\u202f; les plus proches\u00a0: own/1.1, own/2.0.',
    repair: 'Réparer Mine',
    place: 'À la place de own/1.0',
    loaded: 'Seront chargés',
    unloaded: 'Ne seront plus chargés',
    go: 'Essayer et réparer',
    modules: 'Modules\u00a0: '
  }
};

test(
  'a kernel whose module is gone gets another one',
  { tag: '@french' },
  async ({ lab, language }) => {
    const words = WORDS[language as keyof typeof WORDS];
    const folder = await ownModules(lab, ['1.0', '1.1', '2.0']);
    await modulePaths(lab, { use: [folder] });
    try {
      await execute(lab, 'software:load-module', { full_name: 'own/1.0' });
      await make(lab, 'mine', 'Mine');
      await execute(lab, 'software:unload-module', { full_name: 'own/1.0' });
      await contents(lab, 'DELETE', 'own-modules/own/1.0.lua');
      // the index is made anew with the folders
      await modulePaths(lab, { unuse: [folder] });
      await modulePaths(lab, { use: [folder] });

      await execute(lab, 'kernels:show');
      const row = lab.locator('.jp-KernelsView-kernel', { hasText: 'Mine' });
      await expect(async () => {
        await execute(lab, 'kernels:show');
        await expect(row).toContainText(words.gone, { timeout: 1000 });
      }).toPass(LONG);
      await check(lab, '.jp-KernelsView');
      await row.getByRole('button', { name: words.repair }).click();
      const dialog = lab.getByRole('dialog');
      await expect(dialog.getByLabel(words.place)).toHaveValue('own/1.1');
      await dialog.getByLabel(words.place).selectOption('own/2.0');
      const plan = dialog.locator('dl');
      await expect(plan).toHaveText(
        `${words.loaded}own/2.0${words.unloaded}own/1.0`,
        LONG
      );
      await check(lab, '.jp-Dialog');
      await dialog.getByRole('button', { name: words.go }).click();
      await expect(dialog).toBeHidden(LONG);
      await expect(row.locator('.jp-KernelsView-modules')).toHaveText(
        `${MODULES.replaceAll(',', '').replace(' scipy-stack/2023b', '')} own/2.0`
      );
      await expect(row).not.toContainText(words.gone);

      await execute(lab, 'launcher:create');
      const tile = lab.locator(
        '.jp-LauncherCard[data-category="Notebook"]:visible',
        { hasText: 'Mine' }
      );
      await expect(tile).toHaveAttribute('title', /own\/2\.0$/);
      const title = (await tile.getAttribute('title')) ?? '';
      expect(title.split('\n')[1].startsWith(words.modules)).toBe(true);
    } finally {
      await modulePaths(lab, { unuse: [folder] });
    }
  }
);

test(
  'a notebook on a page of its own offers its modules, and loads none by itself',
  { tag: '@notebook7' },
  async ({ lab }) => {
    const path = 'remembers.ipynb';
    await contents(lab, 'PUT', path, {
      type: 'notebook',
      format: 'json',
      content: {
        cells: [],
        metadata: {
          kernelspec: { name: 'python3', display_name: 'Python 3' },
          jupyterlab_hpc: { modules: MODULES.split(', ') }
        },
        nbformat: 4,
        nbformat_minor: 5
      }
    });
    const page = await lab.context().newPage();
    try {
      await page.goto(`/notebooks/${path}`);
      await page.waitForFunction(() => !!window.jupyterapp);
      const offer = toast(
        page,
        `${path} remembers a module that is not loaded: scipy-stack/2023b.`
      );
      await expect(offer).toBeVisible(LONG);
      await check(page, '.Toastify');
      await offer.getByRole('button', { name: 'Load…' }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog).toContainText('scipy-stack/2023b', LONG);
      await check(page, '.jp-Dialog');
      expect(await loaded(page)).not.toContain('scipy-stack/2023b');
      await dialog.getByRole('button', { name: 'Load' }).click();
      await expect(dialog).toBeHidden(LONG);
      await expect
        .poll(async () => loaded(page), LONG)
        .toContain('scipy-stack/2023b');
    } finally {
      await page.close();
    }
  }
);

test('the lock text is written beside the notebook, never over another', async ({
  lab
}) => {
  await open(lab, 'locked.ipynb', 'python3');
  await execute(lab, 'kernels:export-lock');
  await expect(toast(lab, 'Written: locked.lock.txt')).toBeVisible(LONG);
  const answer = await lab.request.get('/api/contents/locked.lock.txt');
  const { content } = (await answer.json()) as { content: string };
  expect(content).toContain('#     StdEnv/2023\n');
  expect(content).toMatch(/^ipykernel==/m);
  await execute(lab, 'kernels:export-lock');
  await expect(toast(lab, 'Written: locked.lock-2.txt')).toBeVisible(LONG);
  await lab.evaluate(async () => {
    await window.jupyterapp?.serviceManager.contents.delete(
      'locked.lock-2.txt'
    );
  });
});

test('kernels in French', { tag: '@only-french' }, async ({ lab }) => {
  await make(lab, 'le-mien', 'Le mien');
  await execute(lab, 'kernels:show');
  const view = lab.locator('.jp-KernelsView');
  await expect(view.getByRole('heading', { name: 'Mes noyaux' })).toBeVisible();
  await view.getByRole('button', { name: 'Créer un noyau…' }).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog.getByLabel('Nom dans le lanceur')).toBeVisible();
  await dialog.getByRole('button', { name: 'Annuler' }).click();
});
