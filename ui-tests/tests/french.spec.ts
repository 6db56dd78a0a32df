import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { Locator, Page } from '@playwright/test';

import { expect, ready, test } from '../fixtures';
import { inAJob, serverOf } from '../session';
import { execute, openPanel, search } from '../software';

/* What a busy machine may take for anything. */
const PATIENCE = { timeout: 120_000 };

const CATALOGUE = resolve(
  __dirname,
  '../../jupyterlab_hpc/locale/fr_FR/LC_MESSAGES/jupyterlab_hpc.json'
);

/* Names, which are the same in every language, and words that French has too. */
const NAMES = new Set(['Applications', 'Session', 'Notebook', 'Python 3']);

/**
 * English sentences that have another form in French, cut at their arguments.
 */
const ENGLISH = Object.entries(
  JSON.parse(readFileSync(CATALOGUE, 'utf8')) as Record<string, string[]>
)
  // The first entry tells of the catalogue itself.
  .filter(([id, said]) => id && said[0] && said[0] !== id && !NAMES.has(id))
  .map(([id]) => id.split(/%\d/))
  // What is between two arguments, such as "of", may be anywhere in texts of others.
  .filter(parts => /[a-z]{2}/i.test(parts[0] + (parts.slice(1).at(-1) ?? '')));

/**
 * Tell whether a text is a sentence of ours in English, whatever its arguments are.
 */
function isEnglish(text: string): boolean {
  return ENGLISH.some(parts => {
    const first = parts[0];
    const last = parts[parts.length - 1];
    if (parts.length === 1) {
      return text === first;
    }
    if (
      text.length < first.length + last.length ||
      !text.startsWith(first) ||
      !text.endsWith(last)
    ) {
      return false;
    }
    let place = first.length;
    return parts.slice(1, -1).every(part => {
      place = text.indexOf(part, place);
      const found = place >= 0;
      place += part.length;
      return found;
    });
  });
}

/**
 * Return what of a part of the page is English: its visible texts, and what is told to
 * those who do not see it.
 */
async function englishIn(part: Locator): Promise<string[]> {
  await expect(part.first()).toBeVisible(PATIENCE);
  const texts = await part.evaluateAll(roots => {
    const found = new Set<string>();
    const attributes = ['aria-label', 'title', 'placeholder', 'alt'];
    for (const root of roots) {
      for (const element of [root, ...root.querySelectorAll('*')]) {
        if (!element.checkVisibility() || element.closest('pre, textarea')) {
          continue;
        }
        for (const name of attributes) {
          found.add((element.getAttribute(name) ?? '').trim());
        }
        for (const node of element.childNodes) {
          if (node.nodeType === Node.TEXT_NODE) {
            found.add((node.textContent ?? '').trim());
          }
        }
      }
    }
    return [...found];
  });
  expect(texts.length).toBeGreaterThan(1);
  return texts.filter(isEnglish).sort();
}

/**
 * Do what opens a dialog, and return what of it is English.
 */
async function englishInDialog(
  page: Page,
  open: () => Promise<unknown>
): Promise<string[]> {
  // A command ends when its dialog does.
  const opened = open();
  const dialog = page.getByRole('dialog');
  const found = await englishIn(dialog);
  // JupyterLab gives a dialog the focus once its body is there.
  await expect(dialog.locator(':focus')).toHaveCount(1, PATIENCE);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0, PATIENCE);
  await opened;
  return found;
}

test.describe('nothing is left in English', { tag: '@only-french' }, () => {
  test.describe.configure({ timeout: 300_000 });

  test('of what there is, what is English is known', () => {
    expect(ENGLISH.length).toBeGreaterThan(1000);
    expect(isEnglish('Load gcc/12.3')).toBe(true);
    expect(isEnglish('Load')).toBe(true);
    expect(isEnglish('Charger gcc/12.3')).toBe(false);
    expect(isEnglish('Applications')).toBe(false);
  });

  test('in commands and menus', async ({ lab }) => {
    const said = await lab.evaluate(() => {
      const commands = window.jupyterapp?.commands;
      const ours =
        /^(software|apps|kernels|storage|session|hub|jobs|hpc):[a-z-]+$/;
      const told = [];
      for (const id of commands?.listCommands() ?? []) {
        if (ours.test(id)) {
          told.push(commands?.label(id) ?? '');
          told.push(commands?.caption(id) ?? '');
        }
      }
      return told.filter(text => text);
    });
    expect(said.length).toBeGreaterThan(25);
    expect(said.filter(isEnglish)).toEqual([]);
  });

  test('in Software', async ({ lab }) => {
    const panel = await openPanel(lab);
    expect(await englishIn(panel)).toEqual([]);
    await search(panel, 'hdf5-mpi');
    expect(await englishIn(panel)).toEqual([]);
    await execute(lab, 'software:show-module', {
      full_name: 'scipy-stack/2023b'
    });
    expect(await englishIn(panel)).toEqual([]);
    for (const command of ['save-collection', 'module-paths', 'purge']) {
      expect(
        await englishInDialog(lab, () => execute(lab, `software:${command}`))
      ).toEqual([]);
    }
  });

  test('in Applications', async ({ lab }) => {
    await execute(lab, 'launcher:create');
    const launcher = lab.locator('.jp-Launcher:visible');
    expect(await englishIn(launcher)).toEqual([]);
    expect(await englishInDialog(lab, () => execute(lab, 'apps:open'))).toEqual(
      []
    );
  });

  test('in Kernels', async ({ lab }) => {
    expect(
      await englishInDialog(lab, () => execute(lab, 'kernels:make'))
    ).toEqual([]);
    await execute(lab, 'kernels:show');
    const list = lab.locator('.jp-KernelsView:visible');
    expect(await englishIn(list)).toEqual([]);
  });

  test('in Storage', async ({ lab }) => {
    await execute(lab, 'session:show');
    const panel = lab.locator('#jupyterlab-hpc-session');
    await expect(panel.getByRole('progressbar').first()).toBeVisible(PATIENCE);
    expect(await englishIn(panel)).toEqual([]);
    for (const command of ['link-here', 'copy-before-end']) {
      expect(
        await englishInDialog(lab, () => execute(lab, `storage:${command}`))
      ).toEqual([]);
    }
  });

  test('in Jobs', async ({ lab }) => {
    await lab.evaluate(async () => {
      await window.jupyterapp?.serviceManager.contents.save('french.py', {
        type: 'file',
        format: 'text',
        content: 'print(1)\n'
      });
    });
    await execute(lab, 'jobs:submit-notebook', { path: 'french.py' });
    const form = lab.getByRole('form');
    expect(await englishIn(form)).toEqual([]);
    await lab.getByRole('main').press('Escape');
  });

  test('in the findings', async ({ lab }) => {
    await execute(lab, 'hpc:check');
    const view = lab.locator('.jp-SessionCheck:visible');
    await view.getByRole('checkbox').first().uncheck(PATIENCE);
    await expect(view.getByRole('region')).toHaveCount(10, PATIENCE);
    expect(await englishIn(view)).toEqual([]);
  });

  test('in Session, its numbers and the way to stop it', async ({
    page,
    lab
  }) => {
    expect(await lab.title()).not.toBe('');
    await inAJob(page, 500);
    await page.route(/\/jupyterlab-hpc\/hub\/server/, route =>
      route.fulfill({ json: serverOf() })
    );
    await page.goto('/lab?reset');
    await ready(page);
    await execute(page, 'session:show');
    const panel = page.locator('#jupyterlab-hpc-session');
    await expect(panel).toContainText('15\u00a0Go', PATIENCE);
    await expect(panel).toContainText(/1,3\s/);
    await expect(panel).toContainText('16\u00a0Go de mémoire');
    await expect(panel).not.toContainText(/\d\s?(GB|GiB)/);
    await expect(panel).not.toContainText(/\d [AP]M/);
    expect(await englishIn(panel)).toEqual([]);
    expect(await englishIn(page.locator('#jp-main-statusbar'))).toEqual([]);
    expect(
      await englishInDialog(page, () => execute(page, 'hub:stop-server'))
    ).toEqual([]);
  });
});
