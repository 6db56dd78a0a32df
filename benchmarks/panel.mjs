// Measure a module panel in a real browser; benchmarks/panel.py runs it and explains.
//
//     node benchmarks/panel.mjs URL TAB-ID INPUT LIST OPENINGS WORD…
//
// Prints JSON: for each opening the milliseconds to the first rows on the screen and the
// longest task meanwhile; for each key stroke of the words, typed in the first page, the
// milliseconds of work on the main thread and those until nothing is painted any more;
// the long tasks while typing; how many rows each word left.

import { chromium } from '@playwright/test';

const [url, tab, input, list, openings, ...words] = process.argv.slice(2);

// Milliseconds without a change of the list after which a key stroke is answered; longer
// than the answer of our server takes on a busy machine.
const QUIET = 500;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking', '--no-first-run']
});

/** Open JupyterLab with nothing of it in the browser's cache. */
async function openPage() {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => !!window.jupyterapp);
  await page.evaluate(() => window.jupyterapp.restored);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.waitForTimeout(1000); // what the start left to do is not the panel's
  await page.evaluate(() => {
    window.long = [];
    new PerformanceObserver(entries => {
      window.long.push(...entries.getEntries().map(e => e.duration));
    }).observe({ type: 'longtask' });
  });
  return page;
}

/** Return how long it takes from opening the panel to the frame that has its first rows. */
async function open(page) {
  const first = await page.evaluate(
    async ([tab, list]) => {
      const rows = () => {
        const box = document.querySelector(list);
        return box && box.offsetParent !== null ? box.children.length : 0;
      };
      const began = performance.now();
      window.jupyterapp.shell.activateById(tab);
      do {
        await new Promise(requestAnimationFrame);
      } while (rows() === 0);
      // a frame calls back before it is painted, and a message comes after that
      await new Promise(done => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = done;
        port2.postMessage(null);
      });
      return performance.now() - began;
    },
    [tab, list]
  );
  await page.waitForTimeout(QUIET);
  return { first, long: await longTasks(page) };
}

/** Return the long tasks since the last time. */
async function longTasks(page) {
  return page.evaluate(() => window.long.splice(0));
}

/** Type the words; return what each key stroke took. */
async function strokes(page) {
  const client = await page.context().newCDPSession(page);
  // time in which the thread computes: waiting for a core does not count
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const work = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find(m => m.name === 'TaskDuration').value * 1000;
  };
  await page.evaluate(list => {
    window.changed = 0;
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
    document.addEventListener(
      'keydown',
      () => {
        window.pressed = performance.now();
      },
      true
    );
  }, list);
  /** Wait until nothing changed for a while; return how long that took. */
  const settle = async () => {
    const began = performance.now();
    let rest = QUIET;
    while (rest > 0) {
      await page.waitForTimeout(rest);
      rest = await page.evaluate(
        quiet =>
          Math.max(window.changed, window.pressed ?? 0) +
          quiet -
          performance.now(),
        QUIET
      );
    }
    return performance.now() - began;
  };
  await settle();
  const told = { work: [], painted: [], rows: {} };
  // what the page does of itself in the same time is not the key stroke's
  const before = await work();
  await page.waitForTimeout(QUIET * 5);
  const idle = ((await work()) - before) / (QUIET * 5);
  for (const word of words) {
    await page.locator(input).fill('');
    await settle();
    await page.locator(input).focus();
    await longTasks(page);
    for (const letter of word) {
      const start = await work();
      await page.keyboard.press(letter);
      const took = await settle();
      told.work.push(Math.max(0, (await work()) - start - idle * took));
      told.painted.push(
        await page.evaluate(() => Math.max(0, window.changed - window.pressed))
      );
    }
    told.long = [...(told.long ?? []), ...(await longTasks(page))];
    told.rows[word] = await page.evaluate(
      list =>
        [...document.querySelector(list).children].filter(
          row => row.offsetParent !== null
        ).length,
      list
    );
  }
  return told;
}

const opened = [];
let typed = {};
for (let i = 0; i < Number(openings); i++) {
  const page = await openPage();
  opened.push(await open(page));
  if (i === 0 && words.length) {
    typed = await strokes(page);
  }
  await page.context().close();
}
await browser.close();
console.log(JSON.stringify({ opened, ...typed }));
