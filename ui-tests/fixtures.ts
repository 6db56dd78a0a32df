import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Page } from '@playwright/test';
import { expect, test as base } from '@playwright/test';

export { expect };

declare global {
  // eslint-disable-next-line @typescript-eslint/naming-convention -- the browser's own name
  interface Window {
    jupyterapp?: JupyterFrontEnd;
  }
}

/**
 * What a project may choose.
 */
export interface IOptions {
  /**
   * The page to open.
   */
  start: string;

  /**
   * The display language, or empty for English.
   */
  language: string;
}

/**
 * What the tests of one worker share.
 */
export interface IShared {
  /**
   * What the page wrote on the console as errors, since it was opened.
   */
  consoleErrors: string[];

  /**
   * One loaded page: loading it is most of a test's time.
   */
  lab: Page;
}

/**
 * Wait until all plugins are active and the layout is in place.
 */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => !!window.jupyterapp);
  // The splash may not be there yet: only this promise tells that all is placed.
  await page.evaluate(async () => {
    await window.jupyterapp?.restored;
  });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
}

/**
 * Wait until a page without a layout of its own is ready, and its launcher, where it has
 * one, has taken the focus: JupyterLab gives it that a second after all is in place.
 */
async function settled(page: Page): Promise<void> {
  await ready(page);
  if (new URL(page.url()).pathname.startsWith('/lab')) {
    await page.locator('.jp-Launcher:focus').waitFor();
  }
}

/**
 * Set the display language, which holds from the next load on.
 */
export async function setLanguage(page: Page, locale: string): Promise<void> {
  await page.evaluate(
    async raw =>
      window.jupyterapp?.serviceManager.settings.save(
        '@jupyterlab/translation-extension:plugin',
        raw
      ),
    JSON.stringify({ locale })
  );
}

export const test = base.extend<object, IOptions & IShared>({
  start: ['/lab?reset', { option: true, scope: 'worker' }],
  language: ['', { option: true, scope: 'worker' }],
  consoleErrors: [
    // Playwright wants a pattern here, even an empty one.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await use([]);
    },
    { scope: 'worker' }
  ],
  lab: [
    async ({ browser, consoleErrors, language, start }, use, info) => {
      const context = await browser.newContext(info.project.use);
      const page = await context.newPage();
      page.on('console', message => {
        if (message.type() === 'error') {
          consoleErrors.push(`${message.text()} (${message.location().url})`);
        }
      });
      await page.goto(start);
      await settled(page);
      if (language) {
        await setLanguage(page, language);
        await page.goto(start);
        await settled(page);
      }
      await use(page);
      if (language) {
        await setLanguage(page, 'default');
      }
      await context.close();
    },
    // Two loads of the page, on a machine that may be busy.
    { scope: 'worker', timeout: 300_000 }
  ]
});
