// Do the same things in a page again and again, and tell what stays; pagesoak.py explains.
//
//     node benchmarks/pagesoak.mjs URL TIMES SAMPLES [NAME…]
//
// Prints a line of JSON for each thing that is done: what is alive after a garbage
// collection, at first and after each part of the times.

import { chromium } from '@playwright/test';

const [url, times, samples, ...wanted] = process.argv.slice(2);

// Times before the first sample: what is imported or remembered at the first need.
const WARM = 20;
const PATIENCE = 120000;
const KEPT = {
  heap: 'JSHeapUsedSize',
  nodes: 'Nodes',
  listeners: 'JSEventListeners'
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking', '--no-first-run']
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(PATIENCE);
const client = await page.context().newCDPSession(page);
await client.send('Performance.enable');
await client.send('HeapProfiler.enable');
await page.goto(url, { timeout: PATIENCE });
await page.waitForFunction(() => !!window.jupyterapp);
await page.evaluate(() => window.jupyterapp.restored);

/** Execute a command without waiting for its end, which may be that of a dialog. */
async function command(id, args = {}) {
  await page.evaluate(
    ([id, args]) => void window.jupyterapp.commands.execute(id, args),
    [id, args]
  );
}

/** Bring a panel of the sidebar to the front. */
async function show(id) {
  await page.evaluate(id => window.jupyterapp.shell.activateById(id), id);
}

/** Close what is open in the main area, but for launchers: JupyterLab opens one itself. */
async function closeAll() {
  await page.evaluate(() => {
    for (const widget of [...window.jupyterapp.shell.widgets('main')]) {
      if (!widget.id.startsWith('launcher')) {
        widget.dispose();
      }
    }
  });
}

/** Open a dialog by a command and cancel it. */
async function dialog(id, args) {
  await command(id, args);
  const opened = page.locator('.jp-Dialog');
  await opened.locator('button.jp-mod-reject').first().click();
  await opened.waitFor({ state: 'detached' });
}

const SEARCH = '.jp-SoftwarePanel input[type="search"]';
const WORDS = ['gcc', 'python', 'numpy', 'no such thing'];

// What is done in turns. `theirs`: JupyterLab has it without this extension, too.
const THINGS = {
  'the Software panel shown and hidden': {
    once: async () => {
      await show('jupyterlab-hpc-software');
      await page.locator('.jp-SoftwarePanel').waitFor();
      await show('filebrowser');
      await page.locator('.jp-SoftwarePanel').waitFor({ state: 'hidden' });
    }
  },
  'a search': {
    before: () => show('jupyterlab-hpc-software'),
    once: async i => {
      const found = page.waitForResponse(/software\/modules\?/);
      await page.locator(SEARCH).fill(WORDS[i % WORDS.length]);
      await found;
    },
    after: () => page.locator(SEARCH).fill('')
  },
  'details of a module opened and closed': {
    once: async i => {
      const name = ['gcc/12.3', 'cmake/3.27.7'][i % 2];
      await command('software:show-module', { full_name: name });
      await page.locator('.jp-SoftwareDetails h2, .jp-SoftwareDetails h1').first().waitFor();
      await closeAll();
    }
  },
  'the preview of a load': {
    once: () =>
      dialog('software:load-module', {
        full_names: ['gromacs/2024.1'],
        preview: true
      })
  },
  'a module loaded and unloaded': {
    once: async () => {
      await page.evaluate(async () => {
        const { commands } = window.jupyterapp;
        const full_names = ['cmake/3.27.7'];
        await commands.execute('software:load-module', { full_names });
        await commands.execute('software:unload-module', { full_names });
      });
    }
  },
  'the Session panel shown and hidden': {
    once: async () => {
      await show('jupyterlab-hpc-session');
      await page.locator('#jupyterlab-hpc-session').waitFor();
      await show('filebrowser');
      await page.locator('#jupyterlab-hpc-session').waitFor({ state: 'hidden' });
    }
  },
  'the checks shown': {
    times: 0.1, // each runs all checks
    once: async () => {
      const told = page.waitForResponse(/jupyterlab-hpc\/check/);
      await command('hpc:check');
      await told;
      await closeAll();
    }
  },
  'made kernels shown': {
    once: async () => {
      const told = page.waitForResponse(/jupyterlab-hpc\/kernels/);
      await command('kernels:show');
      await told;
      await closeAll();
    }
  },
  'the form of a made kernel': {
    once: () => dialog('kernels:make')
  },
  'stopping the server, given up': {
    once: () => dialog('hub:stop-server')
  },
  'a launcher opened and closed': {
    theirs: true,
    once: () =>
      page.evaluate(async () => {
        const { commands } = window.jupyterapp;
        const launcher = await commands.execute('launcher:create');
        while (!launcher.node.querySelector('.jp-LauncherCard')) {
          await new Promise(requestAnimationFrame);
        }
        launcher.dispose();
      })
  },
  'a notebook opened and closed': {
    theirs: true,
    times: 0.3, // JupyterLab takes a second for each
    once: async () => {
      await command('docmanager:open', { path: 'soak.ipynb' });
      await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
      await page.evaluate(async () => {
        const notebook = window.jupyterapp.shell.currentWidget;
        await notebook.context.ready;
        await notebook.context.sessionContext.ready;
      });
      await closeAll();
    }
  }
};

/** Return what is alive in the page. */
async function sample() {
  await client.send('HeapProfiler.collectGarbage');
  await client.send('HeapProfiler.collectGarbage');
  const { metrics } = await client.send('Performance.getMetrics');
  return Object.fromEntries(
    Object.entries(KEPT).map(([name, metric]) => [
      name,
      metrics.find(each => each.name === metric).value
    ])
  );
}

const ours = await page.evaluate(() =>
  window.jupyterapp.commands.hasCommand('software:load-module')
);
await closeAll();
for (const [name, thing] of Object.entries(THINGS)) {
  if (
    (!ours && !thing.theirs) ||
    (wanted.length && !wanted.some(word => name.includes(word)))
  ) {
    continue;
  }
  const count = Math.ceil(Number(times) * (thing.times ?? 1));
  const part = Math.ceil(count / Number(samples));
  const told = [];
  await thing.before?.();
  for (let i = -Math.min(WARM, count); i < part * Number(samples); i++) {
    if (i >= 0 && i % part === 0) {
      told.push(await sample());
    }
    await thing.once(Math.abs(i));
  }
  told.push(await sample());
  await thing.after?.();
  console.log(JSON.stringify({ name, part, samples: told }));
}
await browser.close();
