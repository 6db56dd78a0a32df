// Hold a page open and tell what it costs; benchmarks/idle.py runs it and explains.
//
//     node benchmarks/idle.mjs URL [COMMAND]
//
// For each line that it reads it prints the seconds of CPU time of the page's process;
// it ends with its input.

import { createInterface } from 'node:readline';

import { chromium } from '@playwright/test';

const [url, command] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking', '--no-first-run']
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const client = await page.context().newCDPSession(page);
await client.send('Performance.enable');
await page.goto(url);
await page.waitForFunction(() => !!window.jupyterapp);
await page.evaluate(() => window.jupyterapp.restored);
await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
if (command) {
  await page.evaluate(id => window.jupyterapp.commands.execute(id), command);
}
const lines = createInterface({ input: process.stdin });
lines.on('line', async () => {
  const { metrics } = await client.send('Performance.getMetrics');
  console.log(metrics.find(metric => metric.name === 'ProcessTime').value);
});
lines.on('close', () => browser.close());
