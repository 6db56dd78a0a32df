import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { expect, ready, test } from '../fixtures';
import { inAJob } from '../session';
import { execute } from '../software';

/** Open JupyterLab in a job that ends in so many seconds. */
async function openJob(page: Page, seconds: number): Promise<void> {
  await inAJob(page, seconds);
  await page.goto('/lab?reset');
  await ready(page);
}

test('what is in the job’s directory is offered to be copied', async ({
  page
}) => {
  await page.goto('/lab?reset');
  await ready(page);
  const xsrf = (await page.context().cookies()).find(c => c.name === '_xsrf');
  const headers = { 'X-XSRFToken': xsrf?.value ?? '' };
  const file = '/api/contents/job-tmp/left.txt';
  const put = await page.request.put(file, {
    data: { type: 'file', format: 'text', content: 'x' },
    headers
  });
  expect(put.ok()).toBe(true);
  await openJob(page, 500);
  const offer = page.getByRole('button', { name: 'Copy to…', exact: true });
  await offer.click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Copy before' });
  await expect(dialog.getByLabel('left.txt')).toBeChecked();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // A file system that answers late holds no warning up, and is heard nevertheless.
  const left = /storage\/left\?sizes=false/;
  let answer = () => {};
  const warned = new Promise<void>(resolve => {
    answer = resolve;
  });
  await page.route(left, async route => {
    await warned;
    await route.continue();
  });
  await openJob(page, 500);
  const warning = page.getByRole('alert').filter({ hasText: 'Save your work' });
  await expect(warning).toBeVisible();
  await expect(offer).toHaveCount(0);
  answer();
  await expect(offer).toBeVisible();
  await expect(warning).toHaveCount(1);
  await page.unroute(left);
  expect((await page.request.delete(file, { headers })).ok()).toBe(true);

  const asked = page.waitForResponse(left);
  await openJob(page, 500);
  await asked;
  await expect(
    page.getByRole('button', { name: 'Show Session', exact: true })
  ).toBeVisible();
  await expect(offer).toHaveCount(0);
});

test('time left, use, and why a kernel died @smoke', async ({ page }) => {
  await openJob(page, 5000);
  await page.getByRole('button', { name: /^1 h 2\d min left$/ }).click();
  const panel = page.getByRole('region', { name: 'Session', exact: true });
  await expect(panel.getByText(/^1 h 2\d min left, until /)).toBeVisible();
  await expect(panel.getByText('1.3 of 4 busy')).toBeVisible();
  await expect(panel.getByText('15 GB of 16 GB')).toBeVisible();
  await expect(
    panel.getByText('4711, on n042, partition interactive, account def-demo')
  ).toBeVisible();
  await expect(
    panel.getByText(/killed because the session's 16\sGB/)
  ).toBeVisible();
  const found = await new AxeBuilder({ page })
    .include('.jp-SessionSection')
    .include('.jp-TimeLeft')
    .analyze();
  expect(found.violations).toEqual([]);
});

test('a warning before the end', async ({ page }) => {
  await openJob(page, 500);
  await expect(
    page.getByText(/^This session ends in [78] min\./)
  ).toBeVisible();
});

test('outside a job there is no time, and the machine is told', async ({
  page
}) => {
  await page.goto('/lab?reset');
  await ready(page);
  await page.evaluate(async () => {
    await window.jupyterapp?.commands.execute('session:show', {
      section: 'session'
    });
  });
  const panel = page.getByRole('region', { name: 'Session', exact: true });
  await expect(panel.getByText(/^This session is no batch job/)).toBeVisible();
  await expect(page.locator('.jp-TimeLeft-button')).toHaveCount(0);
});

test('a section that is asked for stays in view while others are filled', async ({
  page
}) => {
  await page.setViewportSize({ width: 1000, height: 450 });
  let fill = () => {};
  const asked = new Promise<void>(resolve => {
    fill = resolve;
  });
  await page.route(/\/jupyterlab-hpc\/storage(\?|$)/, async route => {
    await asked;
    await route.continue();
  });
  await page.goto('/lab?reset');
  await ready(page);
  await execute(page, 'session:show', { section: 'jobs' });
  const heading = page.getByRole('button', { name: 'Jobs', exact: true });
  await expect(heading).toBeFocused();
  fill();
  await expect(
    page.getByRole('button', { name: 'Copy the path of Scratch' }).first()
  ).toBeAttached();
  await expect(heading).toBeInViewport();
  // as much of it as there is room for: all, or it begins where the panel does
  const below = () =>
    page
      .getByRole('region', { name: 'Jobs', exact: true })
      .evaluate(section => {
        const panel = section.parentElement!.getBoundingClientRect();
        const { top, bottom } = section.getBoundingClientRect();
        return Math.min(Math.abs(top - panel.top), bottom - panel.bottom);
      });
  await expect.poll(below).toBeLessThan(2);
});
