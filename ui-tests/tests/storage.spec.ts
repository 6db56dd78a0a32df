import AxeBuilder from '@axe-core/playwright';
import type { APIResponse, Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import { execute } from '../software';

/**
 * Ask a route of the server past the page.
 */
async function ask(
  page: Page,
  method: string,
  path: string,
  data?: object
): Promise<APIResponse> {
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  return page.request.fetch(path, {
    method,
    data,
    headers: { 'X-XSRFToken': xsrf?.value ?? '' }
  });
}

const LINKS = '/jupyterlab-hpc/storage/links';

/**
 * Open the section, and wait until the server has told what there is.
 */
async function openStorage(page: Page): Promise<Locator> {
  await execute(page, 'session:show', { section: 'storage' });
  const panel = page.locator('#jupyterlab-hpc-session');
  await expect(panel.getByRole('listitem').first()).toBeVisible();
  return panel;
}

/**
 * The row of a directory.
 */
function row(panel: Locator, link: string): Locator {
  return panel
    .getByRole('listitem')
    .filter({ has: panel.page().getByText(`~/${link}`, { exact: true }) });
}

/** What the tests make in the home, each in its test. */
const MADE = ['scratch', 'datasets', 'mine', 'folder/here', 'elsewhere'];

test.beforeEach(async ({ lab }) => {
  // the file browser complains when the directory that it shows goes
  await lab.evaluate(async () => {
    const commands = window.jupyterapp?.commands;
    if (commands?.hasCommand('filebrowser:go-to-path')) {
      await commands.execute('filebrowser:go-to-path', {
        path: '/',
        dontShowBrowser: true
      });
    }
  });
  for (const name of MADE) {
    await ask(lab, 'DELETE', `${LINKS}?name=${encodeURIComponent(name)}`);
  }
  await ask(lab, 'DELETE', '/api/contents/scratch');
  await ask(lab, 'DELETE', '/api/contents/folder');
});

test('a directory is linked, opened and unlinked @smoke', async ({ lab }) => {
  const panel = await openStorage(lab);
  const scratch = row(panel, 'scratch');
  await expect(scratch).toContainText('not linked');
  await expect(scratch).toContainText('Files older than 60 days are deleted.');
  await panel
    .getByRole('button', { name: 'Link scratch', exact: true })
    .click();
  await expect(panel.getByRole('status').first()).toContainText(
    '~/scratch leads to'
  );
  await expect(
    panel.getByRole('button', { name: 'Link scratch', exact: true })
  ).toBeHidden();

  await panel.getByRole('button', { name: 'Open scratch' }).click();
  const browser = lab.locator('#filebrowser');
  await expect(browser).toBeVisible();
  await expect(browser.getByText('results', { exact: true })).toBeVisible();

  // while the file browser is in it
  await openStorage(lab);
  await panel.getByRole('button', { name: 'Unlink scratch' }).click();
  await expect(panel.getByRole('status').first()).toContainText(
    'The link ~/scratch is gone'
  );
  await expect(scratch).toContainText('not linked');
  await expect(browser.locator('.jp-BreadCrumbs')).not.toContainText('scratch');
  await expect(lab.getByRole('dialog')).toHaveCount(0);
});

test(
  'the directories are listed with what is known of them',
  { tag: '@notebook7' },
  async ({ lab }) => {
    const panel = await openStorage(lab);
    await expect(
      panel.getByRole('heading', { name: 'Storage', exact: true })
    ).toBeVisible();
    const job = row(panel, 'job-tmp');
    await expect(job).toContainText('Temporary directory of this job');
    await expect(job.getByText('linked', { exact: true })).toBeVisible();
    await expect(row(panel, 'nearline')).toContainText(
      '$NEARLINE is not set in this session.'
    );
    const bar = panel.getByRole('progressbar', { name: 'Space used of Home' });
    await expect(bar).toHaveAttribute('aria-valuetext', / of /);
  }
);

test('what has the name of a link is left alone, and the panel says so', async ({
  lab
}) => {
  const made = await ask(lab, 'PUT', '/api/contents/scratch', {
    type: 'directory'
  });
  expect(made.status()).toBe(201);
  const panel = await openStorage(lab);
  await panel.getByRole('button', { name: 'Look again' }).click();
  await expect(row(panel, 'scratch')).toContainText('name taken');
  await expect(
    panel.getByRole('button', { name: 'Link scratch', exact: true })
  ).toBeHidden();
  await execute(lab, 'storage:link', { name: 'scratch' });
  const alert = panel.getByRole('alert');
  await expect(alert).toContainText(
    'scratch is no link but a file or a folder; it is left alone.'
  );
  await alert.getByRole('button', { name: 'Dismiss this message' }).click();
  await expect(alert).toBeHidden();
});

test('a link that leads elsewhere is mended', async ({ lab }) => {
  const panel = await openStorage(lab);
  await ask(lab, 'PUT', LINKS, { name: 'mine', target: '$SCRATCH' });
  await expect(row(panel, 'mine')).toContainText('linked');
  // another way to the same place, and then to another one
  await ask(lab, 'PUT', LINKS, { name: 'mine', target: '$SLURM_TMPDIR' });
  await expect(row(panel, 'mine')).toContainText('alice.1.0');
  await expect(row(panel, 'mine').getByText('linked')).toBeVisible();
  await panel.getByRole('button', { name: 'Unlink mine' }).click();
  await expect(row(panel, 'mine')).toHaveCount(0);
});

test('another page shows a change without a reload', async ({ lab }) => {
  const panel = await openStorage(lab);
  await expect(row(panel, 'scratch')).toContainText('not linked');
  expect((await ask(lab, 'PUT', LINKS, { name: 'scratch' })).ok()).toBe(true);
  await expect(
    panel.getByRole('button', { name: 'Unlink scratch' })
  ).toBeVisible();
});

test('a link of one’s own is made in a dialog', async ({ lab }) => {
  const panel = await openStorage(lab);
  await panel.getByRole('button', { name: 'Link another directory…' }).click();
  const dialog = lab.getByRole('dialog');
  await dialog.getByLabel('Directory or file it leads to').fill('$SCRATCH');
  await dialog.getByLabel('Name of the link').fill('mine');
  const found = await new AxeBuilder({ page: lab })
    .include('.jp-StorageForm')
    .analyze();
  expect(found.violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(row(panel, 'mine')).toContainText('scratch/alice');

  await execute(lab, 'storage:link', { name: 'elsewhere', target: 'nowhere' });
  await expect(panel.getByRole('alert')).toContainText(
    'nowhere is no absolute path.'
  );
  await panel.getByRole('button', { name: 'Dismiss this message' }).click();
});

test('the file browser makes a link where it is', async ({ lab }) => {
  const made = await ask(lab, 'PUT', '/api/contents/folder', {
    type: 'directory'
  });
  expect(made.status()).toBe(201);
  await execute(lab, 'filebrowser:open-path', { path: 'folder' });
  const browser = lab.locator('#filebrowser');
  await expect(browser.locator('.jp-BreadCrumbs')).toContainText('folder');
  const item = lab.getByRole('menuitem', { name: 'Create Link Here…' });
  // a list that is drawn anew while the menu opens closes it
  await expect(async () => {
    await browser.locator('.jp-DirListing-content').click({ button: 'right' });
    await item.click({ timeout: 2000 });
  }).toPass();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('Create a link in folder');
  await dialog.getByLabel('Directory or file it leads to').fill('$SCRATCH');
  await dialog.getByLabel('Name of the link').fill('here');
  await dialog.getByRole('button', { name: 'Link', exact: true }).click();
  const link = browser.getByText('here', { exact: true });
  await expect(link).toBeVisible();
  await expect(
    lab.getByText('~/folder/here leads to').filter({ visible: true })
  ).not.toHaveCount(0);
  await link.dblclick();
  await expect(browser.getByText('results', { exact: true })).toBeVisible();
  await execute(lab, 'filebrowser:open-path', { path: '/' });
});

test('links in the file browser are marked, and dead ones mended @smoke', async ({
  lab
}) => {
  for (const path of ['folder', 'folder/gone']) {
    const made = await ask(lab, 'PUT', `/api/contents/${path}`, {
      type: 'directory'
    });
    expect(made.status()).toBe(201);
  }
  await ask(lab, 'PUT', LINKS, { name: 'folder/here', target: '$SCRATCH' });
  await ask(lab, 'PUT', LINKS, { name: 'folder/in', target: '~/folder/gone' });
  await execute(lab, 'filebrowser:open-path', { path: 'folder' });
  const browser = lab.locator('#filebrowser');
  const mark = (name: string) =>
    browser
      .locator('.jp-DirListing-item')
      .filter({ has: lab.getByText(name, { exact: true }) })
      .getByRole('img', { name: /leads? to|Link to/ });
  await expect(mark('here')).toHaveAttribute(
    'aria-label',
    /^Link to .*scratch\/alice, outside your home\.\nIt is in: Scratch\.\nFiles older/
  );
  await expect(mark('in')).toHaveAttribute('title', /^Link to .*\/gone\.$/);
  await expect(mark('gone')).toHaveCount(0);

  await ask(lab, 'DELETE', '/api/contents/folder/gone');
  await execute(lab, 'filebrowser:refresh');
  await expect(mark('in')).toHaveAttribute('title', /which is not there/);
  const dead = browser.locator('.jp-StorageDeadLinks');
  await dead.getByText('1 link here leads to nothing').click();
  const found = await new AxeBuilder({ page: lab })
    .include('.jp-StorageDeadLinks')
    .include('.jp-StorageMark')
    .analyze();
  expect(found.violations).toEqual([]);

  await dead.getByRole('button', { name: 'Lead in elsewhere…' }).click();
  const dialog = lab.getByRole('dialog');
  const field = dialog.getByLabel('Directory or file it leads to');
  await expect(field).toHaveValue(/\/folder\/gone$/);
  await field.fill('$SCRATCH');
  await dialog.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(mark('in')).toHaveAttribute('title', /scratch\/alice, outside/);
  await expect(dead.getByRole('list')).toBeHidden();

  await ask(lab, 'PUT', LINKS, { name: 'folder/in', target: '/nowhere/data' });
  expect(
    (
      await ask(lab, 'PUT', '/api/contents/folder/gone', { type: 'directory' })
    ).ok()
  ).toBe(true);
  await ask(lab, 'PUT', LINKS, { name: 'folder/in', target: '~/folder/gone' });
  await ask(lab, 'DELETE', '/api/contents/folder/gone');
  await execute(lab, 'filebrowser:refresh');
  await dead.getByText('1 link here leads to nothing').click();
  await dead.getByRole('button', { name: 'Unlink in' }).click();
  await expect(browser.getByText('in', { exact: true })).toHaveCount(0);
  await expect(dead.getByRole('list')).toBeHidden();
  await execute(lab, 'filebrowser:open-path', { path: '/' });
});

test('what is in the job’s directory is copied', async ({ lab }) => {
  const panel = await openStorage(lab);
  await ask(lab, 'DELETE', '/api/contents/job-tmp/results.txt');
  await panel.getByRole('button', { name: 'Copy from job-tmp to…' }).click();
  const dialog = lab.getByRole('dialog');
  await expect(dialog).toContainText('alice.1.0 is empty.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  const made = await ask(lab, 'PUT', '/api/contents/job-tmp/results.txt', {
    type: 'file',
    format: 'text',
    content: 'hello'
  });
  expect(made.status()).toBe(201);
  await panel.getByRole('button', { name: 'Copy from job-tmp to…' }).click();
  await expect(dialog.getByLabel('results.txt')).toBeChecked();
  await expect(
    dialog.getByLabel('Only what was written in this session · 5 B in 1 file')
  ).toBeChecked();
  await dialog.getByLabel('Copy to').selectOption('scratch');
  await expect(dialog).toContainText('Files older than 60 days are deleted.');
  const found = await new AxeBuilder({ page: lab })
    .include('.jp-StorageCopyForm')
    .analyze();
  expect(found.violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(
    panel.getByRole('status').filter({ hasText: 'Copied 5 B in 1 file to' })
  ).toContainText(/\/scratch\/alice\/session-[\d-]+( \(\d+\))?\.$/);
  await ask(lab, 'DELETE', '/api/contents/job-tmp/results.txt');
});

test('what is big in the home is told when it is asked', async ({ lab }) => {
  const panel = await openStorage(lab);
  await panel.getByRole('button', { name: 'What is big in my home?' }).click();
  await expect(panel.getByRole('table')).toContainText('.jupyter');
  await expect(
    panel.getByText(/^[\d.]+\s[kMG]?B in [\d,]+ files\.$/)
  ).toBeVisible();
});

test('a full home is told when the page opens', async ({ lab }) => {
  const page = await lab.context().newPage();
  await page.route(/storage\/quota\?home=true/, async route => {
    const answer = await route.fetch();
    const told = (await answer.json()) as { quotas: { level: string }[] };
    told.quotas[0].level = 'full';
    await route.fulfill({ json: told });
  });
  await page.goto('/lab?reset');
  const message = page.getByText('Your home is full.').first();
  await expect(message).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Show Storage' }).click();
  await expect(
    page.locator('#jupyterlab-hpc-session').getByRole('listitem').first()
  ).toBeVisible();
  await page.close();
});

test(
  'the section has no accessibility violation',
  { tag: '@french' },
  async ({ lab }) => {
    const panel = await openStorage(lab);
    await expect(panel.getByRole('progressbar').first()).toBeVisible();
    const found = await new AxeBuilder({ page: lab })
      .include('#jupyterlab-hpc-session')
      .analyze();
    expect(found.violations).toEqual([]);
  }
);

test(
  'the section and the server speak French',
  { tag: '@only-french' },
  async ({ lab }) => {
    const panel = await openStorage(lab);
    await expect(
      panel.getByRole('heading', { name: 'Stockage', exact: true })
    ).toBeVisible();
    await expect(row(panel, 'scratch')).toContainText(
      'Les fichiers de plus de 60 jours sont supprimés.'
    );
    await expect(row(panel, 'nearline')).toContainText(
      '$NEARLINE n’est pas défini dans cette session.'
    );
    await panel
      .getByRole('button', { name: 'Copier de job-tmp vers…' })
      .click();
    const dialog = lab.getByRole('dialog');
    await expect(dialog).toContainText('Copier avant la fin de la session');
    await expect(dialog).toContainText(/(est vide|à la fin de la tâche)\./);
    await dialog.getByRole('button', { name: 'Annuler' }).click();
    await panel.getByRole('button', { name: 'Lier scratch' }).click();
    await expect(panel.getByRole('status').first()).toContainText(
      '~/scratch mène maintenant à'
    );
    await execute(lab, 'settingeditor:open', { query: 'Stockage' });
    await expect(
      lab.getByText('Avertir quand le répertoire personnel est plein').first()
    ).toBeVisible();
  }
);
