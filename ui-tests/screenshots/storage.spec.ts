import { expect, ready, test } from '../fixtures';
import { execute } from '../software';

test('the section Storage, and links in the file browser', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 700 });
  await page.goto('/lab?reset');
  await ready(page);
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const headers = { 'X-XSRFToken': xsrf?.value ?? '' };
  const put = async (path: string, data: object) => {
    const answer = await page.request.put(path, { data, headers });
    expect(answer.ok()).toBe(true);
  };
  for (const name of ['notebooks', 'former']) {
    await put(`/api/contents/${name}`, { type: 'directory' });
  }
  const links = '/jupyterlab-hpc/storage/links';
  await put(links, { name: 'scratch' });
  await put(links, { name: 'old-results', target: '~/former' });
  await put(links, { name: 'latest', target: '~/notebooks' });
  await page.request.delete('/api/contents/former', { headers });
  await execute(page, 'filebrowser:refresh');
  await page.getByText('1 link here leads to nothing').click();
  await expect(page.locator('.jp-StorageMark')).toHaveCount(4);
  // Both at once: the panel goes to the other side.
  await execute(page, 'session:show', { section: 'storage' });
  const panel = page.locator('#jupyterlab-hpc-session');
  await expect(panel.getByRole('listitem').first()).toBeVisible();
  await page.evaluate(() => {
    const shell = window.jupyterapp?.shell;
    for (const widget of shell?.widgets('left') ?? []) {
      if (widget.id === 'jupyterlab-hpc-session') {
        shell?.add(widget, 'right');
      }
    }
  });
  await execute(page, 'filebrowser:activate');
  await execute(page, 'session:show', { section: 'storage' });
  await page.locator('.jp-StorageMark').first().hover();
  await page.screenshot({ path: 'docs/images/storage.png' });
  for (const name of ['scratch', 'old-results', 'latest']) {
    await page.request.delete(`${links}?name=${name}`, { headers });
  }
  await page.request.delete('/api/contents/notebooks', { headers });
});
