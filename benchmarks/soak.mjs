// Hold pages open and tell what they keep; benchmarks/soak.py runs it and explains.
//
//     node benchmarks/soak.mjs URL PAGES
//
// For each line that it reads it prints a JSON list, for each page what is alive in it
// after a garbage collection, and whether it knows the server's revision of the modules;
// it ends with its input. The first answer comes when all pages are open.

import { createInterface } from 'node:readline';

import { chromium } from '@playwright/test';

const [url, pages] = process.argv.slice(2);

// One after the other: each page shows another room.
const SHOWN = [
  'jupyterlab-hpc-software',
  'jupyterlab-hpc-session',
  'filebrowser'
];
const KEPT = {
  heap: 'JSHeapUsedSize',
  nodes: 'Nodes',
  listeners: 'JSEventListeners',
  documents: 'Documents'
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking', '--no-first-run']
});
const context = await browser.newContext({
  viewport: { width: 1280, height: 800 }
});

/** Open a page with a workspace of its own; return what asks it. */
async function open(i) {
  const page = await context.newPage();
  const failures = [];
  page.on('pageerror', error => failures.push(error.message));
  await page.goto(url.replace('/lab?', `/lab/workspaces/soak${i}?`), {
    timeout: 600000
  });
  await page.waitForFunction(() => !!window.jupyterapp, null, {
    timeout: 600000
  });
  await page.evaluate(() => window.jupyterapp.restored);
  await page.evaluate(
    id => window.jupyterapp.shell.activateById(id),
    SHOWN[i % SHOWN.length]
  );
  const client = await context.newCDPSession(page);
  await client.send('Performance.enable');
  await client.send('HeapProfiler.enable');
  return { page, client, failures };
}

/** Return what is alive in a page. */
async function sample({ client, failures }) {
  await client.send('HeapProfiler.collectGarbage');
  const { metrics } = await client.send('Performance.getMetrics');
  const told = { failures: failures.splice(0) };
  for (const [name, metric] of Object.entries(KEPT)) {
    told[name] = metrics.find(each => each.name === metric).value;
  }
  return told;
}

const opened = [];
for (let i = 0; i < Number(pages); i++) {
  opened.push(await open(i));
}
const lines = createInterface({ input: process.stdin });
for await (const _ of lines) {
  const told = [];
  for (const each of opened) {
    told.push(await sample(each));
  }
  console.log(JSON.stringify(told));
}
await browser.close();
