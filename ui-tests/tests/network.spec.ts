import type { Page } from '@playwright/test';

import { ask } from '../apps';
import { expect, ready, test } from '../fixtures';
import { Proxy } from '../proxy';
import { loadedRows, openPanel, reset } from '../software';

/** Milliseconds for what JupyterLab tries again after half a minute at most. */
const AGAIN = 120_000;

test.describe('behind a proxy', () => {
  let proxy: Proxy;

  test.beforeEach(async ({ baseURL, lab }) => {
    test.setTimeout(300_000);
    await reset(lab);
    proxy = await Proxy.before(Number(new URL(baseURL!).port));
  });

  test.afterEach(async ({ lab }) => {
    await proxy.stop();
    await reset(lab);
  });

  async function open(page: Page): Promise<void> {
    await page.goto(`${proxy.address}/lab?reset`);
    await ready(page);
    await expect.poll(() => proxy.subscriptions).toBeGreaterThan(0);
  }

  /** Change what is loaded, past the page and its proxy. */
  async function load(lab: Page, name: string): Promise<void> {
    const { cookies } = await lab.context().storageState();
    const xsrf = cookies.find(cookie => cookie.name === '_xsrf')?.value ?? '';
    const answer = await lab.request.patch('/jupyterlab-hpc/software/loaded', {
      headers: { 'X-XSRFToken': xsrf },
      data: { load: [name], unload: [] }
    });
    expect(answer.ok()).toBe(true);
  }

  test('what was told while the events were cut off is caught up with', async ({
    lab,
    page
  }) => {
    await open(page);
    const panel = await openPanel(page);
    const rows = loadedRows(panel);
    await expect(rows).toHaveCount(3);
    proxy.deaf = true;
    proxy.cut();
    await load(lab, 'cmake');
    const before = proxy.subscriptions;
    proxy.deaf = false;
    await expect
      .poll(() => proxy.subscriptions, { timeout: AGAIN })
      .toBeGreaterThan(before);
    await expect(rows).toHaveCount(4, { timeout: AGAIN });
    await expect(rows.last()).toContainText('cmake');
  });

  test('a proxy that closes what is idle loses nothing', async ({
    lab,
    page
  }) => {
    proxy.idle = 5000;
    await open(page);
    const rows = loadedRows(await openPanel(page));
    await expect(rows).toHaveCount(3);
    await expect
      .poll(() => proxy.closed, { timeout: AGAIN })
      .toBeGreaterThan(0);
    await load(lab, 'cmake');
    await expect(rows).toHaveCount(4, { timeout: AGAIN });
  });

  test('a proxy that holds answers back is only slow', async ({
    lab,
    page
  }) => {
    proxy.holds = 300;
    await open(page);
    const rows = loadedRows(await openPanel(page));
    await expect(rows).toHaveCount(3, { timeout: AGAIN });
    await load(lab, 'cmake');
    await expect(rows).toHaveCount(4, { timeout: AGAIN });
  });

  test('the panel says that the server is gone, and comes back', async ({
    page
  }) => {
    await open(page);
    const panel = await openPanel(page);
    await expect(loadedRows(panel)).toHaveCount(3);
    for (const state of ['down', 'html'] as const) {
      proxy.state = state;
      proxy.cut();
      await panel.getByRole('searchbox').fill(state);
      await expect(panel.getByRole('alert')).toContainText(
        state === 'down'
          ? /The server did not answer/
          : /502|The server did not answer/,
        { timeout: AGAIN }
      );
      proxy.state = 'well';
      await panel.getByRole('searchbox').fill('');
      await expect(panel.getByRole('alert')).toHaveCount(0, {
        timeout: AGAIN
      });
      await expect(loadedRows(panel)).toHaveCount(3);
    }
  });

  test('the page of a start says so, and goes on by itself', async ({
    lab,
    page
  }) => {
    await ask(lab, 'apps/rstudio', 'DELETE'); // a start that failed before
    const lost = 'The server did not answer. Is the session still running?';
    await page.goto(`${proxy.address}/rstudio/`);
    const heading = page.getByRole('heading', { name: 'RStudio is locked' });
    await expect(heading).toBeVisible();
    for (const state of ['down', 'html'] as const) {
      proxy.state = state;
      proxy.cut();
      await expect(page.getByRole('status')).toHaveText(lost, {
        timeout: AGAIN
      });
      proxy.state = 'well';
      await expect(page.getByRole('status')).not.toHaveText(lost, {
        timeout: AGAIN
      });
      await expect(heading).toBeVisible();
    }
  });

  test('a start that got lost can be asked for again', async ({ page }) => {
    await page.goto(`${proxy.address}/failing/?ended`);
    const start = page.getByRole('button', { name: 'Start Failing' });
    await expect(start).toBeVisible();
    proxy.state = 'html';
    proxy.cut();
    await start.click();
    await expect(page.getByRole('status')).toContainText(
      'The server did not answer'
    );
    proxy.state = 'well';
    await expect(page.getByRole('status')).not.toContainText(
      'The server did not answer',
      { timeout: AGAIN }
    );
    await start.click();
    await expect(
      page.getByRole('heading', { name: 'Failing could not start' })
    ).toBeVisible();
  });
});
