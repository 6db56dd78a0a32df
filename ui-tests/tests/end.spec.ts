import AxeBuilder from '@axe-core/playwright';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Page } from '@playwright/test';

import { expect, ready, test } from '../fixtures';
import {
  findServer,
  inAJob,
  loseServer,
  serverOf,
  tellOfStop,
  underAHub
} from '../session';

const ANEW = /^To start it again means a new job/;

/** Milliseconds until a page sees that its server is gone: JupyterLab asks it seldom. */
const SEEN = 60_000;

/** Open JupyterLab as a Hub's session, with what its server says of itself. */
async function open(
  page: Page,
  options: {
    seconds?: number;
    session?: object;
    server?: object;
    start?: string;
  } = {}
): Promise<void> {
  await underAHub(page);
  await inAJob(page, options.seconds ?? 5000, options.session);
  await page.route(/\/jupyterlab-hpc\/hub\/server/, route =>
    route.fulfill({ json: serverOf(options.server) })
  );
  await page.goto(options.start ?? '/lab?reset');
  await ready(page);
}

/** Open a new file and change it; the answer is its path. */
async function dirtyFile(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const app = window.jupyterapp!;
    const { path } = await app.serviceManager.contents.newUntitled({
      type: 'file',
      ext: 'txt'
    });
    const widget = (await app.commands.execute('docmanager:open', {
      path
    })) as IDocumentWidget;
    await widget.context.ready;
    widget.context.model.dirty = true;
    return path;
  });
}

async function hasNoViolations(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page })
    .include('.jp-Dialog-content')
    .analyze();
  expect(found.violations).toEqual([]);
}

test('Notebook 7 says so, too @notebook7', async ({ page, start }) => {
  await open(page, { server: { stopping: true }, start });
  await tellOfStop(page, true);
  await expect(
    page
      .getByRole('dialog')
      .getByText('This Session Is Being Stopped', { exact: true })
  ).toBeVisible();
  await tellOfStop(page, false);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  test.setTimeout(180_000);
  await loseServer(page, 424);
  await expect(
    page
      .getByRole('dialog')
      .getByText('This Session Has Ended', { exact: true })
  ).toBeVisible({ timeout: SEEN });
});

test('a page that is told of a stop from another one says so', async ({
  page
}) => {
  await open(page, { server: { stopping: true } });
  const path = await dirtyFile(page);
  await tellOfStop(page, true);
  const sheet = page.getByRole('dialog');
  await expect(
    sheet.getByText('This Session Is Being Stopped', { exact: true })
  ).toBeVisible();
  await expect(
    sheet.getByText(/^It was stopped at .* from another page of yours\.$/)
  ).toBeVisible();
  await expect(sheet.getByText(ANEW)).toBeVisible();
  await expect(
    sheet.getByRole('list', { name: /^Not saved on this page/ })
  ).toHaveText(path);
  await expect(
    sheet.getByRole('button', { name: 'Open the Hub’s Page' })
  ).toBeVisible();
  await hasNoViolations(page);
  // It was not stopped after all.
  await tellOfStop(page, false);
  await expect(sheet).toHaveCount(0);
});

test('a session that ended by itself is not started again by a button', async ({
  page
}) => {
  test.setTimeout(180_000);
  await open(page);
  await loseServer(page, 424);
  const sheet = page.getByRole('dialog');
  await expect(
    sheet.getByText('This Session Has Ended', { exact: true })
  ).toBeVisible({ timeout: SEEN });
  await expect(
    sheet.getByText(/although its time would have lasted until/)
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restart' })).toHaveCount(0);
  await hasNoViolations(page);
  await sheet.getByRole('button', { name: 'Stay on This Page' }).click();
  await expect(sheet).toHaveCount(0);
  const banner = page.locator('.jp-LossBanner');
  await expect(
    banner.getByText(/^This Session Has Ended\. JupyterHub says/)
  ).toBeVisible();
  const found = await new AxeBuilder({ page })
    .include('.jp-LossBanner')
    .analyze();
  expect(found.violations).toEqual([]);
  await findServer(page);
  await expect(banner).toHaveCount(0, { timeout: SEEN });
});

test('the Hub’s page is opened from there', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page);
  await page.route('**/hub/home', route =>
    route.fulfill({ contentType: 'text/html', body: '<h1>Hub</h1>' })
  );
  await loseServer(page, 424);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Open the Hub’s Page' })
    .click({ timeout: SEEN });
  await page.waitForURL('**/hub/home');
});

test('a session whose time is over says when', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page, { seconds: 1 });
  await loseServer(page, 503);
  await expect(
    page.getByRole('dialog').getByText(/^The job’s time was over at /)
  ).toBeVisible({ timeout: SEEN });
});

test('a server that comes back ends the alarm', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page);
  await loseServer(page, 503);
  const sheet = page.getByRole('dialog');
  await expect(
    sheet.getByText('The Session Does Not Answer', { exact: true })
  ).toBeVisible({ timeout: SEEN });
  await findServer(page);
  await expect(sheet).toHaveCount(0, { timeout: SEEN });
});

test('a lost network is told from a lost session', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page);
  await loseServer(page, 0);
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByText('No Connection', { exact: true })).toBeVisible({
    timeout: SEEN
  });
  await expect(sheet.getByText(ANEW)).toHaveCount(0);
  await findServer(page);
  await expect(sheet).toHaveCount(0, { timeout: SEEN });
});

test('the dialog lists applications and jobs @smoke', async ({ page }) => {
  await open(page, {
    server: {
      // eslint-disable-next-line jupyter/no-untranslated-string -- a name
      applications: [{ application: 'rstudio', title: 'RStudio' }],
      jobs: [{ job_id: '4800', name: 'train', state: 'PENDING' }]
    }
  });
  await page.evaluate(() => {
    void window.jupyterapp?.commands.execute('hub:stop-server');
  });
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByRole('list', { name: /^Applications/ }).getByText('RStudio')
  ).toBeVisible();
  await expect(
    dialog
      .getByRole('list', { name: 'Batch jobs, which go on' })
      .getByText('4800 train (PENDING)')
  ).toBeVisible();
  await hasNoViolations(page);
});

test('documents of other tabs are listed, and saved', async ({
  context,
  page
}) => {
  const other = await context.newPage();
  // A workspace of its own: JupyterLab leaves one that is open already.
  await open(other, { start: '/lab/workspaces/other?reset' });
  const path = await dirtyFile(other);
  await open(page);
  await page.evaluate(() => {
    void window.jupyterapp?.commands.execute('hub:stop-server');
  });
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByRole('list', {
      name: 'Documents that are not saved in other tabs'
    })
  ).toHaveText(path);
  // Refused: what was saved before stays saved.
  await page.unroute(/\/jupyterlab-hpc\/hub\/server/);
  await dialog.getByRole('button', { name: 'Save All and Stop' }).click();
  await expect(
    page.getByText('This server was not started by a JupyterHub.')
  ).toBeVisible({ timeout: SEEN });
  expect(
    await other.evaluate(
      () =>
        (window.jupyterapp?.shell.currentWidget as IDocumentWidget).context
          .model.dirty
    )
  ).toBe(false);
  await other.close();
});

test('a scheduler that lists no jobs in time is no obstacle', async ({
  page
}) => {
  await open(page);
  await page.evaluate(() => {
    void window.jupyterapp?.commands.execute('hub:stop-server');
  });
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByText(/^The scheduler did not list your batch jobs in time/)
  ).toBeVisible();
  await expect(
    dialog.getByRole('button', { name: 'Stop', exact: true })
  ).toBeVisible();
});

test('what Log Out does is told before anybody does it', async ({ page }) => {
  await open(page);
  await page.evaluate(async () => {
    await window.jupyterapp?.commands.execute('session:show');
  });
  const end = page.getByRole('region', { name: 'End of the session' });
  await expect(
    end.getByText(/At this site, Log Out leaves the server running\./)
  ).toBeVisible();
  await end.getByRole('button', { name: 'Stop My Server…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('a new session can follow this one', async ({ page }) => {
  await open(page, {
    seconds: 500,
    session: { new_session_url: '/hub/spawn#account=def-demo' }
  });
  await page.route('**/hub/spawn', route =>
    route.fulfill({ contentType: 'text/html', body: '<h1>Form</h1>' })
  );
  await page
    .getByRole('button', { name: 'Carry On in a New Session…' })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByText(/^Then JupyterHub’s page for a new session opens\./)
  ).toBeVisible();
  await page.unroute(/\/jupyterlab-hpc\/hub\/server/);
  await page.route(/\/jupyterlab-hpc\/hub\/server/, async route => {
    if (route.request().method() === 'DELETE') {
      const template = 'JupyterHub stops this server.';
      await route.fulfill({
        status: 202,
        json: {
          way: 'hub',
          job_id: '',
          message: template,
          template,
          arguments: []
        }
      });
    } else {
      await route.fulfill({ status: 424, json: {} });
    }
  });
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.waitForURL('**/hub/spawn#account=def-demo');
});

test('more time is asked for where the site has a command', async ({
  page
}) => {
  await open(page, { seconds: 500, session: { extendable: true } });
  await page.route(/\/jupyterlab-hpc\/session\/extension/, route =>
    route.fulfill({ json: { said: 'Two more hours, until 18:00.' } })
  );
  await page.getByRole('button', { name: 'Ask for More Time' }).first().click();
  await expect(page.getByText('Two more hours, until 18:00.')).toBeVisible();
});

test('where the site has none, more time is not offered', async ({ page }) => {
  await open(page, { seconds: 500 });
  await expect(
    page.getByText(/^This session ends in [78] min\./)
  ).toBeVisible();
  await expect(
    page.getByRole('button', { name: 'Ask for More Time' })
  ).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Carry On/ })).toHaveCount(0);
});

test('the last session’s modules and files are offered, once', async ({
  page
}) => {
  let kept: object | null = {
    saved_at: new Date(Date.now() - 3600_000).toISOString(),
    job_id: '4710',
    modules: ['StdEnv/2023', 'git-lfs/3.4.0'],
    files: ['carried on.txt', 'gone.txt'],
    active: 'carried on.txt'
  };
  await page.route(/\/jupyterlab-hpc\/session\/kept/, async route => {
    if (route.request().method() === 'DELETE') {
      kept = null;
    }
    await route.fulfill({ json: { last: kept } });
  });
  await page.goto('/lab?reset');
  await ready(page);
  await page.evaluate(async () => {
    const contents = window.jupyterapp!.serviceManager.contents;
    await contents.save('carried on.txt', {
      type: 'file',
      format: 'text',
      content: 'here'
    });
  });
  await page.reload();
  await ready(page);
  await expect(
    page.getByText(/^Carry on where the last session ended/)
  ).toBeVisible();
  await page.getByRole('button', { name: 'Carry On…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('git-lfs/3.4.0')).toBeVisible();
  await expect(dialog.getByText('carried on.txt')).toBeVisible();
  await expect(dialog.getByText('gone.txt')).toHaveCount(0);
  await hasNoViolations(page);
  await dialog.getByRole('button', { name: 'Carry On' }).click();
  await expect(page.getByRole('tab', { name: 'carried on.txt' })).toBeVisible();
  await expect
    .poll(async () =>
      page.evaluate(async () => {
        const answer = await window.fetch('/jupyterlab-hpc/software/loaded');
        return answer.text();
      })
    )
    .toContain('git-lfs/');
  // and not again
  await page.reload();
  await ready(page);
  await page.evaluate(async () => {
    await window.jupyterapp?.commands.execute('session:carry-on');
  });
  await expect(
    page.getByText(/^There is nothing to carry on with/)
  ).toBeVisible();
  await page.evaluate(async () => {
    await window.jupyterapp?.commands.execute('software:unload-module', {
      full_name: 'git-lfs'
    });
    await window.jupyterapp?.serviceManager.contents.delete('carried on.txt');
  });
});

test('the browser is asked for the desktop by a click alone', async ({
  page
}) => {
  test.setTimeout(180_000);
  await page.addInitScript(() => {
    const told: string[] = [];
    class Desktop {
      static permission = 'default';
      static async requestPermission() {
        told.push('asked');
        Desktop.permission = 'granted';
        return Promise.resolve('granted');
      }
      constructor(_: string, options: { body: string }) {
        told.push(options.body);
      }
      close() {}
    }
    Object.assign(window, { Notification: Desktop, told });
    // As if another window were in front.
    document.hasFocus = () => false;
  });
  const told = () =>
    page.evaluate(() => (window as unknown as { told: string[] }).told);
  await open(page, { seconds: 500 });
  await expect(
    page.getByText(/^This session ends in [78] min\./)
  ).toBeVisible();
  expect(await told()).toEqual([]);
  await page.evaluate(async () => {
    await window.jupyterapp?.commands.execute('session:show');
  });
  await page.getByLabel('Warn on the desktop too').click();
  await expect(page.getByLabel('Warn on the desktop too')).toBeChecked();
  expect(await told()).toEqual(['asked']);
  // The next warning comes there.
  await page.unroute(/\/jupyterlab-hpc\/session(\?|$)/);
  await inAJob(page, 110);
  await expect
    .poll(told, { timeout: SEEN })
    .toEqual(['asked', expect.stringMatching(/^This session ends in 1 min\./)]);
  await page.getByLabel('Warn on the desktop too').click();
  await expect(page.getByLabel('Warn on the desktop too')).not.toBeChecked();
});
