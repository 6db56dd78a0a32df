import { existsSync } from 'node:fs';

import type { Page } from 'puppeteer-core';
import puppeteer from 'puppeteer-core';

import { needs, onPath } from '../apps';
import { expect, test } from '../fixtures';
import { DEFAULTS } from '../software';

const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

/**
 * Do something in a Firefox, and see that its page throws nothing.
 *
 * Playwright drives only a Firefox of its own making; this is the one that users have.
 */
async function inFirefox(act: (page: Page) => Promise<void>): Promise<void> {
  if (!process.env.CI) {
    test.skip(!existsSync(FIREFOX), 'There is no Firefox on this machine.');
  }
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true
  });
  try {
    const page = await browser.newPage();
    const failures: unknown[] = [];
    page.on('pageerror', error => failures.push(error));
    await page.setViewport({ width: 1024, height: 768 });
    await act(page);
    expect(failures).toEqual([]);
  } finally {
    await browser.close();
  }
}

test(
  'Firefox finds, loads and unloads a module, by keyboard too',
  { tag: '@only-firefox' },
  async ({ baseURL }) => {
    await inFirefox(async page => {
      await page.goto(`${baseURL}/lab?reset`);
      await page.waitForFunction(() => !!window.jupyterapp);
      await page.evaluate(async () => {
        await window.jupyterapp?.restored;
        await window.jupyterapp?.commands.execute('software:show-module');
      });
      const loaded = () =>
        page.$$eval('.jp-SoftwarePanel-loaded .jp-SoftwarePanel-name', names =>
          names.map(name => name.textContent)
        );
      await page.waitForSelector('.jp-SoftwarePanel-loaded');
      expect(await loaded()).toEqual(DEFAULTS);

      await page.type('.jp-SoftwarePanel input[type="search"]', 'numpy');
      await page.locator('::-p-aria(Load scipy-stack/2023b)').click();
      await page.waitForSelector(
        '::-p-aria([name="Unload scipy-stack/2023b"])'
      );
      expect(await loaded()).toEqual([...DEFAULTS, 'scipy-stack/2023b']);

      await page.focus('.jp-SoftwarePanel input[type="search"]');
      await page.keyboard.press('ArrowDown');
      expect(
        await page.evaluate(() => document.activeElement?.textContent)
      ).toBe('scipy-stack/2023b');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.waitForFunction(
        () =>
          document.querySelector<HTMLInputElement>(
            '.jp-SoftwarePanel input[type="search"]'
          )?.value === ''
      );
      await page.locator('::-p-aria(Unload scipy-stack/2023b)').click();
      await page.waitForFunction(
        count =>
          document.querySelectorAll('.jp-SoftwarePanel-loaded li').length ===
          count,
        {},
        DEFAULTS.length
      );
    });
  }
);

test(
  'Firefox follows a start, and shows a Desktop',
  { tag: '@only-firefox' },
  async ({ baseURL }) => {
    test.setTimeout(300_000);
    needs(onPath('Xvnc', 'Xtigervnc'), 'TigerVNC');
    needs(onPath('xfce4-session', 'mate-session'), 'XFCE');
    const patience = { timeout: 60_000 };
    await inFirefox(async page => {
      const ask = (method: string, path: string, body?: object) =>
        page.evaluate(
          async (verb, where, text) => {
            const xsrf = /_xsrf=([^;]*)/.exec(document.cookie);
            await fetch(where, {
              method: verb,
              body: text,
              headers: { 'X-XSRFToken': xsrf?.[1] ?? '' }
            });
          },
          method,
          path,
          body && JSON.stringify(body)
        );
      const text = (selector: string, wanted: string) =>
        page.waitForFunction(
          (where, words) =>
            document.querySelector(where)?.textContent?.includes(words),
          patience,
          selector,
          wanted
        );
      await page.goto(`${baseURL}/slow/`);
      await text('h1', 'Starting Slow…');
      await text('#elapsed', 'this may take up to 120 s');
      const file = { type: 'file', format: 'text', content: '' };
      await ask('PUT', '/api/contents/go', file);
      await text('body', '"uri": "/"');

      await page.goto(`${baseURL}/desktop/`);
      await text('#message', 'Connected.');
      await page.waitForSelector('#screen canvas', patience);
      await page.select('#size', '1280x800');
      await page.waitForFunction(
        () => document.querySelector('canvas')?.width === 1280,
        patience
      );
      await page.locator('#stop').click();
      await text('h1', 'Desktop has ended');

      await ask('DELETE', '/jupyterlab-hpc/apps/slow');
      await ask('DELETE', '/api/contents/go');
    });
  }
);
