import { existsSync } from 'node:fs';

import puppeteer from 'puppeteer-core';

import { expect, test } from '../fixtures';
import { DEFAULTS } from '../software';

const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

// Playwright drives only a Firefox of its own making; this is the one that users have.
test(
  'Firefox finds, loads and unloads a module, by keyboard too',
  { tag: '@only-firefox' },
  async ({ baseURL }) => {
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
      expect(failures).toEqual([]);
    } finally {
      await browser.close();
    }
  }
);
