import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import {
  DEFAULTS,
  execute,
  loadedRows,
  openPanel,
  reset,
  search
} from '../software';

/**
 * Ask the server past the page; a refusal is an answer too.
 */
async function ask(
  page: Page,
  method: string,
  path: string,
  body?: object
): Promise<unknown> {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const answer = await page.request.fetch(`/jupyterlab-hpc/software/${path}`, {
    method,
    data: body,
    headers: { 'X-XSRFToken': xsrf?.value ?? '' }
  });
  return answer.json();
}

/**
 * Open the section Collections and return it, with the list of now.
 */
async function openCollections(page: Page): Promise<Locator> {
  const panel = await openPanel(page);
  const heading = panel.getByRole('button', {
    name: 'Collections',
    exact: true
  });
  if ((await heading.getAttribute('aria-expanded')) === 'true') {
    await heading.click();
  }
  const listed = page.waitForResponse(
    response =>
      new URL(response.url()).pathname.endsWith('/software/collections') &&
      response.request().method() === 'GET'
  );
  await heading.click();
  await listed;
  return panel.locator('section', {
    has: page.getByRole('button', { name: 'Collections', exact: true })
  });
}

/**
 * Choose an item of one of the panel's menus.
 */
async function choose(page: Page, menu: string, item: string): Promise<void> {
  const panel = await openPanel(page);
  await panel.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

const LOADED_MENU = 'More for loaded modules';

/**
 * Return what the settings keep of the panel.
 */
async function remembered(page: Page): Promise<string> {
  const answer = await page.request.get(
    '/lab/api/settings/jupyterlab_hpc:software'
  );
  const { raw } = (await answer.json()) as { raw: string };
  return raw;
}

async function deleteCollections(page: Page): Promise<void> {
  const { collections } = (await ask(page, 'GET', 'collections')) as {
    collections: { name: string }[];
  };
  for (const { name } of collections) {
    await ask(page, 'DELETE', `collections?name=${encodeURIComponent(name)}`);
  }
}

test.beforeEach(async ({ lab }) => {
  await reset(lab);
  await deleteCollections(lab);
});

test.afterAll(async ({ lab }) => {
  await deleteCollections(lab);
  // as it is at first, for the tests that come next
  const panel = await openPanel(lab);
  const heading = panel.getByRole('button', {
    name: 'Collections',
    exact: true
  });
  if ((await heading.getAttribute('aria-expanded')) === 'true') {
    await heading.click();
  }
  await expect.poll(() => remembered(lab)).not.toContain('Collections": true');
});

test(
  'what is loaded is saved, listed, described and restored',
  { tag: ['@notebook7', '@smoke'] },
  async ({ lab }) => {
    const panel = await openPanel(lab);
    const section = await openCollections(lab);
    await expect(section).toContainText('A collection keeps');
    await section.getByRole('button', { name: 'Save what is loaded…' }).click();
    const dialog = lab.getByRole('dialog');
    await dialog.getByLabel('Name of the collection').fill('my work, été');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(panel.getByRole('status')).toContainText(
      'Saved as my work, été.'
    );
    const row = section.getByRole('button', {
      name: 'my work, été',
      exact: true
    });
    await row.click();
    await expect(
      section
        .getByRole('list', { name: 'Modules in my work, été' })
        .getByRole('listitem')
    ).toHaveText(DEFAULTS);

    await ask(lab, 'PATCH', 'loaded', { load: ['cmake'] });
    await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length + 1);
    const restore = section.getByRole('button', {
      name: 'Restore my work, été'
    });
    await restore.click();
    await expect(dialog).toContainText('Restore my work, été?');
    await expect(dialog).toContainText('Will be unloaded');
    await expect(dialog).toContainText('cmake/3.27.7');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length + 1);
    await restore.click();
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await expect(panel.getByRole('status')).toContainText(
      'Unloaded: cmake/3.27.7.'
    );
    await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
    await expect(restore).toBeFocused();
  }
);

test('modules that are gone are told before a collection is restored', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  const folder = await moduleFolder(lab, 'gone');
  await ask(lab, 'PATCH', 'modulepaths', { use: [folder] });
  await ask(lab, 'PATCH', 'loaded', { load: ['gone-module'] });
  await ask(lab, 'PUT', 'collections', { name: 'work' });
  await ask(lab, 'PATCH', 'loaded', { unload: ['gone-module'] });
  await lab.request.delete('/api/contents/gone/gone-module/1.0.lua', {
    headers: await xsrfHeader(lab)
  });
  const section = await openCollections(lab);
  await section.getByRole('button', { name: 'Restore work' }).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('No module will change.');
  await expect(dialog).toContainText('gone-module');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await ask(lab, 'PATCH', 'modulepaths', { unuse: [folder] });
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
});

test('a collection is replaced only after a question', async ({ lab }) => {
  const panel = await openPanel(lab);
  await ask(lab, 'PUT', 'collections', { name: 'work' });
  await ask(lab, 'PATCH', 'loaded', { load: ['cmake'] });
  await openCollections(lab);
  await choose(lab, LOADED_MENU, 'Save as collection…');
  const dialog = lab.getByRole('dialog');
  const field = dialog.getByLabel('Name of the collection');
  await expect(field).toBeFocused();
  await expect(dialog.locator('datalist option')).toHaveAttribute(
    'value',
    'work'
  );
  await field.fill('work');
  await lab.keyboard.press('Enter');
  await expect(dialog).toContainText('Replace work?');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  // back to the field, with what is wrong
  await expect(dialog.getByRole('alert')).toHaveText(
    'The collection work exists.'
  );
  await expect(field).toHaveValue('work');
  await expect(field).toBeFocused();
  await lab.keyboard.press('Enter');
  await expect(dialog).toContainText('Replace work?');
  await dialog.getByRole('button', { name: 'Replace' }).click();
  await expect(panel.getByRole('status')).toContainText('Saved as work.');
  const held = (await ask(lab, 'GET', 'collection?name=work')) as {
    modules: string[];
  };
  expect(held.modules).toHaveLength(DEFAULTS.length + 1);
});

test('what a name must not be is told at the field', async ({ lab }) => {
  await openCollections(lab);
  await choose(lab, LOADED_MENU, 'Save as collection…');
  const dialog = lab.getByRole('dialog');
  const field = dialog.getByLabel('Name of the collection');
  await expect(field).toBeFocused();
  await lab.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText('Give a name.');
  for (const [name, sentence] of [
    ['../../evil', '“../../evil” cannot be a collection'],
    ['x'.repeat(101), 'at most 100 characters'],
    ['with.dot', 'did not save the collection with.dot']
  ]) {
    await field.fill(name);
    await expect(dialog.getByRole('alert')).toBeEmpty();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText(sentence);
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
  await field.fill('default');
  await expect(dialog).toContainText('Every login shell loads');
  await lab.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await ask(lab, 'GET', 'collections')).toEqual({
    collections: [],
    messages: []
  });
});

test('a collection is renamed and deleted', async ({ lab }) => {
  const panel = await openPanel(lab);
  await ask(lab, 'PUT', 'collections', { name: 'first' });
  await ask(lab, 'PUT', 'collections', { name: 'second' });
  const section = await openCollections(lab);
  const dialog = lab.getByRole('dialog');
  await choose(lab, 'More for first', 'Rename…');
  await dialog.getByLabel('New name').fill('second');
  await lab.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText(
    'The collection second exists.'
  );
  await dialog.getByLabel('New name').fill('a new name');
  await dialog.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(panel.getByRole('status')).toContainText(
    'first is now called a new name.'
  );
  await expect(
    section.getByRole('button', { name: 'Restore a new name' })
  ).toBeVisible();
  await expect(
    section.getByRole('button', { name: 'Restore first' })
  ).toBeHidden();

  for (const name of ['second', 'a new name']) {
    await choose(lab, `More for ${name}`, 'Delete…');
    await expect(dialog).toContainText(`Delete ${name}?`);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(panel.getByRole('status')).toContainText(
      `${name} is deleted.`
    );
  }
  await expect(section).toContainText('A collection keeps');
  await expect(
    section.getByRole('button', { name: 'Save what is loaded…' })
  ).toBeFocused();
});

test('all is unloaded after a look at what goes', async ({ lab }) => {
  const panel = await openPanel(lab);
  const dialog = lab.getByRole('dialog');
  await choose(lab, LOADED_MENU, 'Unload all');
  await expect(dialog).toContainText('Unload all modules?');
  await expect(dialog).toContainText(
    'Unloaded, though this session may need it'
  );
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
  await choose(lab, LOADED_MENU, 'Unload all');
  await dialog.getByRole('button', { name: 'Unload all' }).click();
  await expect(panel.getByRole('status')).toContainText(
    'Unloaded: python/3.11.5, ipython-kernel/3.11.'
  );
  await expect(loadedRows(panel)).toHaveCount(1);

  await choose(lab, LOADED_MENU, "Reset to the site's default");
  await expect(dialog).toContainText("Reset to the site's default?");
  await expect(dialog).toContainText('Will be loaded');
  await dialog.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(panel.getByRole('status')).toContainText('Loaded: python');
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
});

test('what is loaded is copied as a script', async ({ lab }) => {
  await openPanel(lab);
  await lab.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const [item, told, part] of [
    [
      'Copy as bash script',
      'Copied: a bash script',
      '\nmodule load StdEnv/2023'
    ],
    ['Copy as Python', 'Copied: Python', "\nMODULES = ['StdEnv/2023'"]
  ]) {
    await choose(lab, LOADED_MENU, item);
    await expect(
      lab.getByText(told).filter({ visible: true }).first()
    ).toBeVisible();
    const copied = () => lab.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toContain(part);
    await execute(lab, 'apputils:dismiss-notification');
  }
});

async function xsrfHeader(page: Page): Promise<Record<string, string>> {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  return { 'X-XSRFToken': xsrf?.value ?? '' };
}

/**
 * Make a folder with one module in the server's home and return its path there.
 */
async function moduleFolder(page: Page, name: string): Promise<string> {
  const headers = await xsrfHeader(page);
  const put = async (path: string, data: object) => {
    const answer = await page.request.put(`/api/contents/${path}`, {
      data,
      headers
    });
    expect(answer.ok()).toBe(true);
  };
  await put(name, { type: 'directory' });
  await put(`${name}/${name}-module`, { type: 'directory' });
  await put(`${name}/${name}-module/1.0.lua`, {
    type: 'file',
    format: 'text',
    content: 'whatis("Description: A module of my own")\n'
  });
  const root = await page.evaluate(() => {
    const config = document.getElementById('jupyter-config-data');
    const { serverRoot } = JSON.parse(config?.textContent ?? '{}') as {
      serverRoot: string;
    };
    return serverRoot;
  });
  return `${root}/${name}`;
}

test('a folder of own modules is used and left out', async ({ lab }) => {
  const panel = await openPanel(lab);
  const folder = await moduleFolder(lab, 'own');
  const dialog = lab.getByRole('dialog');
  await choose(lab, LOADED_MENU, 'Module paths…');
  const field = dialog.getByLabel('Folder of modules');
  const entries = dialog.getByRole('listitem');
  await expect(field).toBeFocused();
  await expect(entries).toHaveCount(2);
  await field.fill('/no/such/folder');
  await lab.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText(
    'There is no folder /no/such/folder.'
  );
  await field.fill(folder);
  await dialog.getByRole('button', { name: 'Use', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText(
    'The folders that modules come from changed.'
  );
  await expect(entries).toHaveCount(3);
  await expect(entries.first()).toContainText('own');
  await expect(dialog.getByRole('alert')).toBeHidden();
  await dialog.getByRole('button', { name: 'Close' }).click();
  // the list follows by itself when the tree was read again, in the background
  const load = panel.getByRole('button', { name: 'Load own-module/1.0' });
  await search(panel, 'own-module');
  await expect(load).toBeVisible({ timeout: 30_000 });

  await choose(lab, LOADED_MENU, 'Module paths…');
  await dialog.getByRole('button', { name: `Leave out ${folder}` }).click();
  await expect(entries).toHaveCount(2);
  await expect(field).toBeFocused();
  await lab.keyboard.press('Escape');
  await expect(load).toBeHidden({ timeout: 30_000 });
  await search(panel, '');
});

test('all of it works from the keyboard', async ({ lab }) => {
  const panel = await openPanel(lab);
  const section = await openCollections(lab);
  const press = (...keys: string[]) =>
    keys.reduce(
      (before, key) => before.then(() => lab.keyboard.press(key)),
      Promise.resolve()
    );
  await section.getByRole('button', { name: 'Collections' }).focus();
  await press('Tab');
  await expect(
    section.getByRole('button', { name: 'Save what is loaded…' })
  ).toBeFocused();
  await press('Enter');
  const dialog = lab.getByRole('dialog');
  await expect(dialog.getByLabel('Name of the collection')).toBeFocused();
  await lab.keyboard.type('work');
  await press('Enter');
  await expect(dialog).toBeHidden();
  await expect(
    section.getByRole('button', { name: 'Save what is loaded…' })
  ).toBeFocused();

  const menu = section.getByRole('button', { name: 'More for work' });
  await menu.focus();
  await press('Enter');
  await expect(lab.getByRole('menuitem', { name: 'Rename…' })).toBeFocused();
  await expect(menu).toHaveAttribute('aria-expanded', 'true');
  await press('Escape');
  await expect(menu).toBeFocused();
  await expect(menu).toHaveAttribute('aria-expanded', 'false');
  await press('Enter');
  await expect(lab.getByRole('menuitem', { name: 'Rename…' })).toBeFocused();
  await press('ArrowDown', 'Enter');
  await expect(dialog).toContainText('Delete work?');
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeFocused();
  await press('Escape');
  await expect(menu).toBeFocused();

  await press('Shift+Tab');
  await expect(
    section.getByRole('button', { name: 'Restore work' })
  ).toBeFocused();
  await press('Enter');
  await expect(
    dialog.getByRole('button', { name: 'Restore', exact: true })
  ).toBeFocused();
  await press('Enter');
  await expect(panel.getByRole('status')).toContainText('Nothing changed.');
  await expect(
    section.getByRole('button', { name: 'Restore work' })
  ).toBeFocused();
});

test('the commands do without a question what they are told', async ({
  lab
}) => {
  const panel = await openPanel(lab);
  const section = await openCollections(lab);
  await execute(lab, 'software:save-collection', { name: 'work' });
  await execute(lab, 'software:rename-collection', {
    name: 'work',
    new_name: 'play'
  });
  await expect(
    section.getByRole('button', { name: 'Restore play' })
  ).toBeVisible();
  await execute(lab, 'software:purge', { confirmed: true });
  await expect(loadedRows(panel)).toHaveCount(1);
  await execute(lab, 'software:restore-collection', {
    name: 'play',
    confirmed: true
  });
  await expect(loadedRows(panel)).toHaveCount(DEFAULTS.length);
  await execute(lab, 'software:delete-collection', {
    name: 'play',
    confirmed: true
  });
  await expect(section).toContainText('A collection keeps');
  await execute(lab, 'software:restore-collection', {
    name: 'play',
    confirmed: true
  });
  await expect(panel.getByRole('alert')).toContainText(
    'There is no collection named play.'
  );
  await panel.getByRole('button', { name: 'Dismiss this message' }).click();
  await execute(lab, 'software:restore-collection');
  await expect(panel.getByRole('status')).toContainText(
    'There is no collection yet'
  );
});

test('a command without a name lets one choose', async ({ lab }) => {
  const panel = await openPanel(lab);
  await ask(lab, 'PUT', 'collections', { name: 'work' });
  await ask(lab, 'PUT', 'collections', { name: 'play' });
  // what a command is waiting for is shown meanwhile
  await lab.evaluate(() => {
    void window.jupyterapp?.commands.execute('software:delete-collection');
  });
  const dialog = lab.getByRole('dialog');
  await dialog.getByRole('combobox').selectOption('work');
  await dialog.getByRole('button', { name: 'Choose' }).click();
  await expect(dialog).toContainText('Delete work?');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(panel.getByRole('status')).toContainText('work is deleted.');
});

test('where the panel is out of sight a notification tells', async ({
  lab
}) => {
  await openPanel(lab);
  await execute(lab, 'application:toggle-left-area');
  await execute(lab, 'software:save-collection', { name: 'unseen' });
  await expect(
    lab.getByText('Saved as unseen.').filter({ visible: true }).first()
  ).toBeVisible();
  await execute(lab, 'apputils:dismiss-notification');
  await execute(lab, 'application:toggle-left-area');
});

test('a collection of a terminal shows when one comes back to the page', async ({
  lab
}) => {
  const section = await openCollections(lab);
  await expect(section).toContainText('A collection keeps');
  await ask(lab, 'PUT', 'collections', { name: 'elsewhere' });
  await lab.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(
    section.getByRole('button', { name: 'Restore elsewhere' })
  ).toBeVisible();
});

test('the panel remembers that the collections are unfolded', async ({
  lab
}) => {
  const section = await openCollections(lab);
  const heading = section.getByRole('button', { name: 'Collections' });
  await expect.poll(() => remembered(lab)).toContain('"showCollections": true');
  await heading.click();
  await expect(heading).toHaveAttribute('aria-expanded', 'false');
  await expect
    .poll(() => remembered(lab))
    .not.toContain('"showCollections": true');
});

test('the collections and their dialogs have no accessibility violation', async ({
  lab
}) => {
  await ask(lab, 'PUT', 'collections', { name: 'work' });
  const section = await openCollections(lab);
  await section.getByRole('button', { name: 'work', exact: true }).click();
  await expect(
    section.getByRole('list', { name: 'Modules in work' })
  ).toContainText('StdEnv/2023');
  const check = async (place: string) => {
    const found = await new AxeBuilder({ page: lab }).include(place).analyze();
    expect(found.violations).toEqual([]);
  };
  await check('#jupyterlab-hpc-software');
  const dialog = lab.getByRole('dialog');
  await choose(lab, LOADED_MENU, 'Save as collection…');
  await expect(dialog.getByLabel('Name of the collection')).toBeFocused();
  await lab.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText('Give a name.');
  await check('.jp-SoftwareForm');
  await lab.keyboard.press('Escape');
  await choose(lab, LOADED_MENU, 'Module paths…');
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await check('.jp-SoftwareForm');
  await lab.keyboard.press('Escape');
  await choose(lab, LOADED_MENU, 'Unload all');
  await expect(dialog).toContainText('Will be unloaded');
  await check('.jp-SoftwarePlan');
  await lab.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test(
  'the collections speak French',
  { tag: '@only-french' },
  async ({ lab }) => {
    await ask(lab, 'PUT', 'collections', { name: 'travail' });
    const panel = await openPanel(lab);
    await expect(
      panel.getByRole('heading', { name: 'Collections' })
    ).toBeVisible();
    const heading = panel.getByRole('button', { name: 'Collections' });
    if ((await heading.getAttribute('aria-expanded')) === 'false') {
      await heading.click();
    }
    await lab.evaluate(() => window.dispatchEvent(new Event('focus')));
    await panel.getByRole('button', { name: 'Restaurer travail' }).click();
    const dialog = lab.getByRole('dialog');
    await expect(dialog).toContainText('Restaurer travail');
    await expect(dialog).toContainText('Aucun module ne changera.');
    await dialog.getByRole('button', { name: 'Annuler' }).click();
    await panel
      .getByRole('button', { name: 'Plus d’actions pour travail' })
      .click();
    await lab.getByRole('menuitem', { name: 'Renommer…' }).click();
    await dialog.getByLabel('Nouveau nom').fill('a/b');
    await lab.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText(
      'ne peut pas être le nom d’une collection'
    );
    await lab.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }
);
