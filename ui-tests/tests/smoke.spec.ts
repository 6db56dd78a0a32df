import type { Page } from '@playwright/test';

import { expect, ready, test } from '../fixtures';
import { execute, openPanel, search } from '../software';

test(
  'the page loads our plugins without an error',
  { tag: ['@notebook7', '@french', '@smoke'] },
  async ({ consoleErrors, lab }) => {
    const plugins = await lab.evaluate(() => window.jupyterapp?.listPlugins());
    expect(plugins?.filter(id => id.startsWith('jupyterlab_hpc:'))).not.toEqual(
      []
    );
    // What a test before this one had refused, the browser notes as an error too.
    const ours = consoleErrors
      .filter(text => /jupyterlab[-_]hpc/.test(text))
      .filter(text => !/status of 4\d\d .*\/jupyterlab-hpc\//.test(text));
    expect(ours).toEqual([]);
  }
);

test('nothing on the page fails, whatever is installed beside us @smoke', async ({
  page
}) => {
  test.slow(); // a page of its own, on a busy machine
  const errors = errorsOf(page);
  await page.goto('/lab?reset');
  await ready(page);
  await openPanel(page);
  await execute(page, 'session:show');
  await expect
    .poll(async () => signs(page), { timeout: 30_000 })
    .toEqual(expect.arrayContaining(Object.values(SIGNS).flat()));
  expect(errors).toEqual([]);
});

/** Return a list that gets what fails on a page from now on. */
function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', error => errors.push(`${error.stack}`));
  return errors;
}

/** Return which signs of rooms a page has. */
async function signs(page: Page): Promise<string[]> {
  return page.evaluate(all => {
    const titles = [
      ...document.querySelectorAll(
        '#jupyterlab-hpc-session h2, #jupyterlab-hpc-session h3, .jp-Launcher-sectionTitle'
      )
    ].map(node => node.textContent?.trim());
    return all.filter(sign =>
      sign.startsWith('#')
        ? document.querySelector(sign)
        : sign.includes(':')
          ? window.jupyterapp?.commands.hasCommand(sign)
          : titles.includes(sign)
    );
  }, Object.values(SIGNS).flat());
}

/** What a page has of each room: a part that one sees, or a command. */
const SIGNS: Record<string, string[]> = {
  software: ['#jupyterlab-hpc-software', 'software:load-module'],
  apps: ['Applications', 'apps:open'],
  kernels: ['kernels:make', 'kernels:show'],
  storage: ['Storage', 'storage:link'],
  session: ['This session'],
  hub: ['hub:stop-server'],
  jobs: ['Jobs', 'jobs:submit-notebook'],
  check: ['hpc:check']
};

for (const room of Object.keys(SIGNS)) {
  test(`all is well where the site has switched off ${room}`, async ({
    page
  }) => {
    test.slow(); // a page of its own, on a busy machine
    const errors = errorsOf(page);
    // The server says so in its page; here the page is told, and the server is left alone.
    await page.route(/\/lab(\?|$)/, async route => {
      const answer = await route.fetch();
      const text = await answer.text();
      expect(text).toContain('"hpcDisabledRooms": ""');
      await route.fulfill({
        response: answer,
        body: text.replace(
          '"hpcDisabledRooms": ""',
          `"hpcDisabledRooms": "${room}"`
        )
      });
    });
    await page.goto('/lab?reset');
    await ready(page);
    const plugins = await page.evaluate(() =>
      window.jupyterapp?.listPlugins().filter(id => id.includes('_hpc:'))
    );
    expect(
      plugins
        ?.map(id => id.split(':')[1])
        .filter(id => id !== 'session-panel' && id.split('-')[0] === room)
    ).toEqual([]);
    expect(plugins?.length).toBeGreaterThan(20);
    await execute(page, 'session:show');
    const wanted = Object.keys(SIGNS)
      .filter(other => other !== room)
      .flatMap(other => SIGNS[other]);
    // Sections come one by one.
    await expect
      .poll(async () => signs(page), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(wanted));
    const found = await signs(page);
    expect(SIGNS[room].filter(sign => found.includes(sign))).toEqual([]);
    // Chromium lets a page that somebody else has answered open no websocket.
    const ours = errors.filter(
      text =>
        /jupyterlab[-_.]hpc/i.test(text) &&
        !text.includes('ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS')
    );
    expect(ours).toEqual([]);
  });
}

test('the page asks no other host', async ({ baseURL, page }) => {
  const { host } = new URL(baseURL ?? '');
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  page.on('websocket', socket => asked.push(socket.url()));
  await page.goto('/lab?reset');
  await ready(page);
  const panel = await openPanel(page);
  await search(panel, 'gcc');
  await panel.getByRole('button', { name: 'gcc/12.3', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'gcc/12.3' })).toBeVisible();
  await execute(page, 'session:show', { section: 'storage' });
  await expect(
    page.locator('#jupyterlab-hpc-session').getByRole('listitem').first()
  ).toBeVisible();
  expect(asked).not.toEqual([]);
  // what a page has in itself (data:, blob:) has no host
  const hosts = asked.map(url => new URL(url).host).filter(Boolean);
  expect(hosts.filter(other => other !== host)).toEqual([]);
});

test('the page speaks French', { tag: '@only-french' }, async ({ lab }) => {
  const menu = lab.getByRole('menuitem', { name: 'Fichier', exact: true });
  await expect(menu).toBeVisible();
});
