import { existsSync } from 'node:fs';

import {
  ask,
  CODE_SERVER,
  letGo,
  needs,
  needsNamespaces,
  onPath,
  PATIENCE,
  section,
  tabOf,
  tile
} from '../apps';
import { expect, test } from '../fixtures';
import { reset } from '../software';

// A server below /user/alice%40example.org/, as JupyterHub's are.
const only = { tag: '@only-prefix' };
const PREFIX = '/user/alice%40example.org/';

test.afterEach(async ({ lab }) => {
  for (const page of lab.context().pages()) {
    if (page !== lab) {
      await page.close();
    }
  }
  for (const id of ['slow', 'vscode', 'rstudio', 'openrefine', 'desktop']) {
    await ask(lab, `apps/${id}`, 'DELETE');
  }
  await letGo(lab, false);
  await reset(lab);
});

test('a tile leads to the start, and on', only, async ({ lab }) => {
  const tiles = await section(lab);
  const tab = await tabOf(lab, () => tile(tiles, 'Slow').click());
  await expect(
    tab.getByRole('heading', { name: 'Starting Slow…' })
  ).toBeVisible();
  expect(new URL(tab.url()).pathname).toBe(`${PREFIX}slow/`);
  await tab.getByRole('button', { name: 'Stop' }).click();
  await expect(
    tab.getByRole('heading', { name: 'Slow has ended' })
  ).toBeVisible();
  await expect(
    tab.getByRole('link', { name: 'Back to JupyterLab' })
  ).toHaveAttribute('href', `${PREFIX}lab`);
  await letGo(lab, true);
  await tab.getByRole('button', { name: 'Start Slow' }).click();
  await expect(tab.locator('body')).toContainText('"uri": "/"', PATIENCE);
  await expect(tab.locator('body')).toContainText(
    `["X-Forwarded-Prefix", "${PREFIX}slow"]`
  );
  await expect(tile(tiles, 'Slow')).toHaveAttribute('title', /is running/);
});

test('RStudio signs in at its own address', only, async ({ lab }) => {
  const tiles = await section(lab);
  const tab = await tabOf(lab, () => tile(tiles, 'RStudio').click());
  await expect(tab.getByText('RStudio (stand-in)')).toBeVisible(PATIENCE);
  expect(new URL(tab.url()).pathname).toBe(`${PREFIX}rstudio/`);
  const cookies = await lab.context().cookies();
  expect(cookies.find(cookie => cookie.name === 'user-id')?.path).toBe(
    `${PREFIX}rstudio`
  );
});

test('VS Code works', only, async ({ lab }) => {
  test.setTimeout(300_000);
  needs(existsSync(CODE_SERVER), 'code-server (scripts/codeserver.sh)');
  await ask(lab, 'software/loaded', 'PATCH', {
    load: ['code-server'],
    unload: []
  });
  const tiles = await section(lab);
  const tab = await tabOf(lab, () => tile(tiles, 'VS Code').click());
  await expect(tab.locator('.monaco-workbench')).toBeVisible(PATIENCE);
  expect(new URL(tab.url()).pathname).toBe(`${PREFIX}vscode/`);
  // shown once a websocket has said so
  await expect(
    tab.getByRole('treeitem', { name: 'from-here.txt' })
  ).toBeVisible(PATIENCE);
});

test('OpenRefine works', only, async ({ lab }) => {
  test.setTimeout(300_000);
  needs(onPath('refine', 'openrefine'), 'OpenRefine');
  const { state } = await ask(lab, 'apps/openrefine');
  needsNamespaces(state);
  const tiles = await section(lab);
  const tab = await tabOf(lab, () => tile(tiles, 'OpenRefine').click());
  await expect(tab.getByText('Create Project').first()).toBeVisible(PATIENCE);
  expect(new URL(tab.url()).pathname).toBe(`${PREFIX}openrefine/`);
});

test('a Desktop is shown', only, async ({ lab }) => {
  test.setTimeout(300_000);
  needs(onPath('Xvnc', 'Xtigervnc'), 'TigerVNC');
  needs(onPath('xfce4-session', 'mate-session'), 'XFCE');
  const tiles = await section(lab);
  const tab = await tabOf(lab, () => tile(tiles, 'Desktop').click());
  await expect(tab.getByRole('status')).toHaveText('Connected.', PATIENCE);
  await expect(tab.locator('#screen canvas')).toBeVisible();
});
