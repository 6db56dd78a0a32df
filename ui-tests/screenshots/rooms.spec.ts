import type { Page, Route } from '@playwright/test';

import { expect, ready, setLanguage, test } from '../fixtures';
import { execute, openPanel, reset, search } from '../software';

const GIB = 2 ** 30;

/**
 * A session of a cluster, on a machine that is none.
 */
const SESSION = {
  job: {
    id: '4711',
    name: 'jupyterlab',
    scheduler: 'slurm',
    state: 'RUNNING',
    node: 'n042',
    nodes: 1,
    partition: 'interactive',
    account: 'def-alice',
    qos: '',
    cores: 4,
    memory: 16 * GIB,
    gpus: 0
  },
  seconds_left: 5000,
  requested: { cores: 4, memory: 16 * GIB, gpus: 0 },
  used: {
    source: 'job',
    cores: 1.3,
    cores_average: 0.8,
    memory: 5 * GIB,
    memory_peak: 6 * GIB,
    gpus: [],
    oom_kills: 0
  },
  messages: [],
  checked_at: null,
  warnings: [1800, 600, 120],
  ask_again: 15
};

/**
 * How full its disks are.
 */
function quota(name: string, title: string, used: number, limit: number) {
  return {
    name,
    title,
    title_fr: '',
    path: `/${name}`,
    scope: 'user',
    home: name === 'home',
    names: name === 'home' ? [] : [name],
    source: 'lfs',
    bytes: { used: used * GIB, soft: 0, limit: limit * GIB },
    files: { used: used * 4000, soft: 0, limit: limit * 10000 },
    level: 'ok',
    grace: '',
    asked_at: '2026-01-15T09:00:00+00:00',
    message: { text: '', template: '', arguments: [], detail: '' }
  };
}

/**
 * Show the temporary directories of the tests as those of a cluster.
 */
async function clusterPaths(route: Route): Promise<void> {
  const answer = await route.fetch();
  const { home } = (await answer.json()) as { home: string };
  const text = (await answer.text())
    .replaceAll(home, '/home/alice')
    .replaceAll(/\/tmp\/tmp\.\w+/g, '');
  await route.fulfill({ response: answer, body: text });
}

async function open(page: Page, language: string): Promise<void> {
  await page.setViewportSize({ width: 1200, height: 700 });
  // the applications that only tests have are left out
  await page.route(/\/jupyterlab-hpc\/apps(\?|$)/, async route => {
    const answer = await route.fetch();
    const all = (await answer.json()) as { id: string }[];
    const shown = all.filter(({ id }) => !['slow', 'failing'].includes(id));
    await route.fulfill({ response: answer, json: shown });
  });
  await page.goto('/lab?reset');
  await ready(page);
  await setLanguage(page, language || 'default');
  await page.goto('/lab?reset');
  await ready(page);
  await page.locator('.jp-Launcher:focus').waitFor();
  await reset(page);
}

async function shot(page: Page, name: string, width = 1200): Promise<void> {
  await page.screenshot({
    path: `docs/images/${name}.png`,
    clip: { x: 0, y: 0, width, height: 700 }
  });
}

test.afterEach(async ({ page }) => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await setLanguage(page, 'default');
  await reset(page);
});

for (const { language, ending } of [
  { language: '', ending: '' },
  { language: 'fr_FR', ending: '-fr' }
]) {
  test(`the applications${ending}`, async ({ page }) => {
    await open(page, language);
    const panel = await openPanel(page);
    await panel.getByRole('searchbox').fill('code-server');
    await panel
      .getByRole('button', { name: /^(Load|Charger) code-server\/4/ })
      .click();
    // the list follows a change soon
    await expect(loadedOrCharged(page)).toContainText('code-server');
    const tile = page.getByRole('button', { name: 'VS Code', exact: true });
    await expect(tile).toHaveAttribute('title', /^(Open|Ouvrir) VS Code$/);
    await page.mouse.move(700, 690);
    await shot(page, `applications${ending}`);
  });

  test(`the session and its storage${ending}`, async ({ page }) => {
    const end = Date.now() + SESSION.seconds_left * 1000;
    await page.route(/\/jupyterlab-hpc\/session(\?|$)/, route =>
      route.fulfill({
        json: {
          ...SESSION,
          started_at: new Date(end - 3 * 3600 * 1000).toISOString(),
          ends_at: new Date(end).toISOString()
        }
      })
    );
    await page.route(/\/jupyterlab-hpc\/storage(\?|$)/, clusterPaths);
    await page.route(/\/jupyterlab-hpc\/storage\/quota/, route =>
      route.fulfill({
        json: {
          quotas: [
            quota('home', language ? 'Répertoire personnel' : 'Home', 31, 50),
            quota('scratch', 'Scratch', 2400, 20000)
          ]
        }
      })
    );
    await open(page, language);
    await execute(page, 'session:show', { section: 'session' });
    const panel = page.locator('#jupyterlab-hpc-session');
    await expect(panel.getByRole('progressbar').first()).toBeVisible();
    await expect(panel.getByText('4711')).toBeVisible();
    await expect(panel.getByText('~/scratch')).toBeVisible();
    await page.mouse.move(700, 690);
    await shot(page, `session-panel${ending}`);
  });

  test(`a kernel of what is loaded${ending}`, async ({ page }) => {
    await open(page, language);
    await execute(page, 'software:load-module', {
      full_name: 'scipy-stack/2023b'
    });
    void execute(page, 'kernels:make');
    const dialog = page.getByRole('dialog');
    await expect(
      dialog.getByRole('list', {
        name: /^(Modules of the kernel|Modules du noyau)$/
      })
    ).toContainText('scipy-stack/2023b', { timeout: 60_000 });
    await dialog
      .getByLabel(/^(Name in the launcher|Nom dans le lanceur)$/)
      .fill('Python 3.11, SciPy');
    await page.mouse.move(5, 690);
    await shot(page, `kernels${ending}`);
    await page.keyboard.press('Escape');
  });

  test(`the check${ending}`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.route(/\/jupyterlab-hpc\/check(\?|$)/, async route => {
      const answer = await route.fetch({ timeout: 120_000 });
      const text = (await answer.text()).replaceAll(
        /\/tmp\/tmp\.\w+/g,
        '/home/alice'
      );
      await route.fulfill({ response: answer, body: text });
    });
    await open(page, language);
    await execute(page, 'hpc:check');
    const view = page.locator('.jp-SessionCheck');
    await expect(view.getByRole('listitem').first()).toBeVisible({
      timeout: 120_000
    });
    await page.mouse.move(700, 690);
    await shot(page, `check${ending}`);
  });
}

/**
 * The rows of what is loaded, in either language.
 */
function loadedOrCharged(page: Page) {
  return page
    .locator('#jupyterlab-hpc-software')
    .getByRole('list', { name: /^(Loaded modules|Modules chargés)$/ });
}

test('what needs other modules, in French', async ({ page }) => {
  await open(page, 'fr_FR');
  const panel = await openPanel(page);
  await search(panel, 'hdf5');
  await panel.getByRole('button', { name: 'Charger hdf5-mpi/1.14.4' }).click();
  await expect(page.getByRole('dialog')).toContainText('openmpi/4.1.5');
  await shot(page, 'software-needs-fr');
  await page.getByRole('button', { name: 'Annuler' }).last().click();
});

test('what still uses the modules from before, in French', async ({ page }) => {
  await open(page, 'fr_FR');
  const panel = await openPanel(page);
  await page.evaluate(async () => {
    const made = (await window.jupyterapp?.commands.execute(
      'notebook:create-new',
      { kernelName: 'python3' }
    )) as { sessionContext: { ready: Promise<void> } };
    await made.sessionContext.ready;
  });
  await search(panel, 'scipy');
  await panel
    .getByRole('button', { name: 'Charger scipy-stack/2023b' })
    .click();
  await expect(
    panel.getByText('Démarré avant le dernier changement')
  ).toBeVisible();
  const toast = page.getByRole('alert').filter({ hasText: 'Les redémarrer' });
  // the notification slides in
  await expect
    .poll(async () => {
      const box = await toast.boundingBox();
      return box && box.x + box.width;
    })
    .toBeLessThan(1200);
  await shot(page, 'software-stale-fr');
});
