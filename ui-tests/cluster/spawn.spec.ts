import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

import {
  clear,
  jobs,
  logIn,
  occupy,
  OTHER,
  ready,
  slurm,
  submitForm,
  USER
} from './chain';

test.afterEach(clear);

test('the page says why the job waits, in both languages', async ({
  browser,
  page
}) => {
  await occupy(OTHER, '--cpus-per-task=6', '--time=60');
  const mine = await occupy(USER, '--job-name=my-other-job', '--time=60');
  await logIn(page);
  await submitForm(page, { cores: '4', hours: '2', memory_gb: '1.5' });
  const said = page.locator('#progress-message');
  await expect(said).toContainText(
    /^Job \d+ waits \(Resources\)\. Your job is next, but the resources that you asked for are all in use\./
  );
  await expect(said).toContainText(
    'You asked for 2 h, cores: 4, 1.5 GB of memory: less time'
  );
  await expect(said).toContainText(
    `You have other jobs: ${mine} (my-other-job).`
  );
  await expect(said.getByText('Votre tâche')).toBeHidden();
  const found = await new AxeBuilder({ page }).include('.container').analyze();
  expect(found.violations).toEqual([]);

  // The same, for a browser that asks for French
  const other = await browser.newContext({
    locale: 'fr-CA',
    storageState: await page.context().storageState()
  });
  const french = await other.newPage();
  await french.goto(page.url());
  await expect(french.locator('html')).toHaveAttribute('lang', 'fr');
  await expect(
    french.getByText('Votre session démarre.', { exact: false })
  ).toBeVisible();
  await expect(
    french
      .locator('#progress-message')
      .getByText(
        /^La tâche \d+ attend \(Resources\)\. Votre tâche est la prochaine/
      )
  ).toBeVisible();
  await other.close();

  // As soon as there is room, it goes on
  slurm(['scancel', '-u', OTHER]);
  await ready(page);
});

test('a session that does not come in time says why, and leaves no job', async ({
  page
}) => {
  await occupy(OTHER, '--cpus-per-task=8', '--time=60');
  await logIn(page);
  // tests/cluster/jupyterhub_config.py: 20 seconds for a server of this name
  await submitForm(page, { hours: '3', gpus: '1' }, 'impatient');
  const said = page.locator('#progress-message');
  await expect(said).toContainText(
    /Job \d+ did not start within 20 s and was cancelled\. Slurm's reason is Resources\./,
    { timeout: 90_000 }
  );
  await expect(said).toContainText(
    'You asked for 3 h, cores: 1, 2 GB of memory, GPUs: 1: less time'
  );
  await expect.poll(() => jobs(), { timeout: 60_000 }).toEqual([]);

  // Who comes back later reads it, too
  await page.goto(`/hub/spawn-pending/${USER}/impatient`);
  await expect(
    page.getByRole('heading', { name: 'Your session did not start' })
  ).toBeVisible();
  await expect(page.getByText(/did not start within 20 s/)).toBeVisible();
});

test('a job that Slurm refuses @smoke', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'fr-CA' });
  const page = await context.newPage();
  await logIn(page);
  await page.goto('/hub/spawn');
  const accounts = page.getByLabel('Compte');
  await expect(accounts.locator('option')).toHaveText([
    `def-${USER}`,
    'def-demo',
    'rrg-demo'
  ]);
  slurm([
    'sacctmgr',
    '-Qi',
    'modify',
    'account',
    'rrg-demo',
    'set',
    'MaxSubmitJobs=0'
  ]);
  try {
    await submitForm(page, { account: 'rrg-demo' });
    const said = page.locator('#progress-message, .spawn-error-msg');
    await expect(
      said.getByText(/La demande dépasse une limite de votre compte/)
    ).toBeVisible();
    await expect(
      said.getByText(/sbatch: error: .*accounting\/QOS policy/)
    ).toBeVisible();
  } finally {
    slurm([
      'sacctmgr',
      '-Qi',
      'modify',
      'account',
      'rrg-demo',
      'set',
      'MaxSubmitJobs=-1'
    ]);
  }
  expect(jobs()).toEqual([]);
  await context.close();
});

test('the form takes over what the session before had @smoke', async ({
  page
}) => {
  await logIn(page);
  await page.goto('/hub/home');
  await page.goto('/hub/spawn#account=rrg-demo&hours=1.5&cores=3&gpus=&x=1');
  await expect(page.getByLabel('Account')).toHaveValue('rrg-demo');
  await expect(page.getByLabel('Time (hours)')).toHaveValue('1.5');
  await expect(page.getByLabel('Cores')).toHaveValue('3');
  await expect(page.getByLabel('GPUs')).toHaveValue('0');
  const found = await new AxeBuilder({ page })
    .include('#spawn_form')
    .exclude('.feedback-container')
    .analyze();
  expect(found.violations).toEqual([]);
});
