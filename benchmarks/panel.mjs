// Measure a module panel in a real browser; benchmarks/panel.py runs it and explains.
//
//     node benchmarks/panel.mjs URL TAB-ID INPUT LIST RUNS WORD…
//
// Prints JSON: milliseconds to the first rows; for each key stroke the milliseconds of
// work on the main thread and those until nothing is painted any more; the long tasks.

import { chromium } from '@playwright/test';

const [url, tab, input, list, runs, ...words] = process.argv.slice(2);

// Milliseconds without a change of the page after which a key stroke is answered.
const QUIET = 400;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking', '--no-first-run']
});

async function openPage() {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => !!window.jupyterapp);
  await page.evaluate(() => window.jupyterapp.restored);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  return page;
}

/** Return how long it takes from opening the panel to its first rows. */
async function firstRows(page) {
  return page.evaluate(
    async ([tab, list]) => {
      const rows = () => {
        const box = document.querySelector(list);
        return box && box.offsetParent !== null ? box.children.length : 0;
      };
      const began = performance.now();
      window.jupyterapp.shell.activateById(tab);
      while (rows() === 0) {
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - began;
    },
    [tab, list]
  );
}

async function strokes(page) {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const work = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find(m => m.name === 'TaskDuration').value * 1000;
  };
  await page.evaluate(list => {
    window.changed = 0;
    window.long = [];
    new MutationObserver(() => {
      requestAnimationFrame(() => {
        window.changed = performance.now();
      });
    }).observe(document.querySelector(list).parentElement, {
      childList: true,
      subtree: true,
      attributes: true,
      characterData: true
    });
    new PerformanceObserver(entries => {
      window.long.push(...entries.getEntries().map(e => e.duration));
    }).observe({ type: 'longtask' });
    document.addEventListener(
      'keydown',
      () => {
        window.pressed = performance.now();
      },
      true
    );
  }, list);
  const told = { work: [], painted: [] };
  // what the page does of itself in the same time is not the key stroke's
  const before = await work();
  await page.waitForTimeout(QUIET * 5);
  const idle = ((await work()) - before) / 5;
  for (const word of words) {
    await page.locator(input).fill('');
    await page.waitForTimeout(QUIET);
    await page.locator(input).focus();
    for (const letter of word) {
      const start = await work();
      await page.keyboard.press(letter);
      await page.waitForTimeout(QUIET);
      told.work.push(Math.max(0, (await work()) - start - idle));
      told.painted.push(
        await page.evaluate(() => Math.max(0, window.changed - window.pressed))
      );
    }
  }
  return { ...told, long: await page.evaluate(() => window.long) };
}

const first = [];
let told;
for (let i = 0; i < Number(runs); i++) {
  const page = await openPage();
  first.push(await firstRows(page));
  if (i === 0) {
    await page.waitForTimeout(1000);
    told = await strokes(page);
  }
  await page.context().close();
}
await browser.close();
console.log(JSON.stringify({ first, ...told }));
