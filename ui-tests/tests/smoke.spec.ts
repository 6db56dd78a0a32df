import { expect, ready, test } from '../fixtures';
import { execute, openPanel, search } from '../software';

test(
  'the page loads our plugins without an error',
  { tag: ['@notebook7', '@french'] },
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

for (const room of [
  'software',
  'apps',
  'kernels',
  'storage',
  'session',
  'hub',
  'jobs',
  'check'
]) {
  test(`all is well where the site has switched off ${room}`, async ({
    page
  }) => {
    const errors: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error') {
        errors.push(message.text());
      }
    });
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
    expect(errors.filter(text => /jupyterlab.hpc/i.test(text))).toEqual([]);
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
