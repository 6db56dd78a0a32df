import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import { execute } from '../software';

/** Jobs are real processes here: a kernel starts slowly on a busy machine. */
const PATIENCE = 150_000;

/**
 * Write a notebook with the given cells.
 */
async function notebook(
  page: Page,
  path: string,
  cells: string[]
): Promise<void> {
  await page.evaluate(
    async ([name, sources]) => {
      await window.jupyterapp?.serviceManager.contents.save(name, {
        type: 'notebook',
        format: 'json',
        content: {
          nbformat: 4,
          nbformat_minor: 4,
          metadata: {
            kernelspec: {
              name: 'python3',
              language: 'python',
              display_name: 'Python 3'
            }
          },
          cells: sources.map(source => ({
            cell_type: 'code',
            source,
            metadata: {},
            outputs: [],
            execution_count: null
          }))
        }
      });
    },
    [path, cells] as const
  );
}

/**
 * Open the form, and wait for the first script.
 */
async function openForm(page: Page, path: string): Promise<Locator> {
  await execute(page, 'jobs:submit-notebook', { path });
  const form = page.getByRole('form', {
    name: `Submit ${path} as a batch job`,
    exact: true
  });
  await expect(script(form)).toHaveValue(/^#!\/bin\/bash -l\n/);
  return form;
}

function script(form: Locator): Locator {
  return form.getByRole('textbox', { name: 'Script', exact: true });
}

/**
 * Submit what the form shows; the answer is the job's number.
 */
async function submit(page: Page, form: Locator): Promise<string> {
  const answer = page.waitForResponse(
    response =>
      /\/jupyterlab-hpc\/jobs(\?|$)/.test(response.url()) &&
      response.request().method() === 'POST' &&
      (response.request().postData() ?? '').includes('"preview":false')
  );
  await form.getByRole('button', { name: 'Submit', exact: true }).click();
  const said = (await (await answer).json()) as { job: { id: string } };
  await expect(form).toHaveCount(0);
  return said.job.id;
}

/**
 * Open the section Jobs.
 */
async function openJobs(page: Page): Promise<Locator> {
  await execute(page, 'session:show', { section: 'jobs' });
  const list = page.getByRole('list', { name: 'Jobs', exact: true });
  await expect(list).toBeVisible();
  return list;
}

/**
 * The row of a job.
 */
function row(list: Locator, id: string): Locator {
  return list
    .getByRole('listitem')
    .filter({ has: list.page().getByText(`Job ${id},`) });
}

test.describe.configure({ timeout: 240_000 });

test.afterEach(async ({ lab }) => {
  // Not closed: JupyterLab would ask whether to save what a kernel changed.
  await lab.evaluate(() => {
    for (const widget of [
      ...(window.jupyterapp?.shell.widgets('main') ?? [])
    ]) {
      widget.dispose();
    }
  });
});

test('a notebook is submitted, fails in cell 2, and is told', async ({
  lab
}) => {
  await notebook(lab, 'fails.ipynb', ['print("hello é")', '1/0', 'print(3)']);
  const form = await openForm(lab, 'fails.ipynb');
  await form.getByRole('textbox', { name: 'Cores', exact: true }).fill('2');
  await expect(script(form)).toHaveValue(/--cpus-per-task=2\n/);
  await form.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(form.getByText(/^Slurm would take this job\./)).toBeVisible();
  const id = await submit(lab, form);
  const job = row(await openJobs(lab), id);
  await expect(job.getByText('Failed', { exact: true })).toBeVisible({
    timeout: PATIENCE
  });
  await expect(
    job.getByText('Cell 2 failed: ZeroDivisionError: division by zero')
  ).toBeVisible();
  await expect(job.getByText('1 of 3 cells are done.')).toBeVisible();
  // the page tells it, whatever is in view
  await expect(
    lab.getByText(`Job ${id} (fails) has ended: Failed.`)
  ).toBeVisible();
  await job
    .getByRole('button', { name: `Show the output of job ${id}` })
    .click();
  const output = lab.getByRole('region', { name: `Output of job ${id}` });
  await expect(output).toContainText('hello é');
  await expect(output).toContainText('ZeroDivisionError');
  await expect(lab.getByText('The job has ended.')).toBeVisible();
  await job
    .getByRole('button', { name: `Open the result of job ${id}` })
    .click();
  await expect(
    lab.getByRole('tab', { name: `fails-${id}.ipynb` })
  ).toBeVisible();
  await job
    .getByRole('button', { name: `Remove job ${id} from the list` })
    .click();
  await expect(job).toHaveCount(0);
  // nor is it there when Slurm is asked again, which still knows it
  await execute(lab, 'session:show', { section: 'jobs' });
  await lab.waitForResponse(/\/jupyterlab-hpc\/jobs(\?|$)/);
  await expect(job).toHaveCount(0);
});

test('a script that was edited is what runs, and is followed live', async ({
  lab
}) => {
  await notebook(lab, 'live.ipynb', ['import time; time.sleep(600)']);
  const form = await openForm(lab, 'live.ipynb');
  const text = await script(form).inputValue();
  await script(form).fill(
    text.replace('cd -- ', 'echo edited by hand\ncd -- ')
  );
  await expect(form.getByText(/^You changed the script/)).toBeVisible();
  await expect(form.getByRole('textbox', { name: 'Cores' })).toBeDisabled();
  const id = await submit(lab, form);
  const job = row(await openJobs(lab), id);
  await expect(job.getByText('Running', { exact: true })).toBeVisible();
  await job
    .getByRole('button', { name: `Show the output of job ${id}` })
    .click();
  const output = lab.getByRole('region', { name: `Output of job ${id}` });
  await expect(output).toContainText('edited by hand');
  await expect(output).toContainText('[job] Cell 1 of 1', {
    timeout: PATIENCE
  });
  await expect(lab.getByText('Followed live.')).toBeVisible();
  await job.getByRole('button', { name: `Cancel job ${id}` }).click();
  const dialog = lab.getByRole('dialog', { name: `Cancel job ${id}?` });
  await dialog.getByRole('button', { name: 'Cancel the Job' }).click();
  await expect(job.getByText('Cancelled', { exact: true })).toBeVisible();
  // once more, with what was sent
  await job.getByRole('button', { name: `Submit job ${id} again` }).click();
  await expect(
    lab.getByRole('form', { name: 'Submit live.ipynb as a batch job' })
  ).toBeVisible();
});

test('what is wrong is said at its field, a refusal with its cure', async ({
  lab
}) => {
  await notebook(lab, 'wrong.ipynb', ['1']);
  const form = await openForm(lab, 'wrong.ipynb');
  await form.getByRole('textbox', { name: 'Hours', exact: true }).fill('9');
  await expect(
    form.getByText('At most 8 h 0 min are allowed here.')
  ).toBeVisible();
  await form.getByLabel('Partition', { exact: true }).selectOption('gpu');
  await expect(form.getByText('At most 8 h')).toHaveCount(0);
  await form.getByRole('textbox', { name: 'GPUs', exact: true }).fill('5');
  await expect(form.getByText('A node has at most 4 GPUs here.')).toBeVisible();
  await form.getByRole('textbox', { name: 'GPUs', exact: true }).fill('1');
  await form.getByLabel('GPU type', { exact: true }).selectOption('h100');
  await expect(script(form)).toHaveValue(/--gres=gpu:h100:1\n/);
  await form.getByLabel('Account', { exact: true }).selectOption('def-refused');
  await form.getByRole('button', { name: 'Submit', exact: true }).click();
  const alert = form.getByRole('alert').filter({ hasText: 'partition' });
  await expect(alert).toContainText('There is no such partition here.');
  await alert.getByText('In Slurm’s own words').click();
  await expect(alert).toContainText('Invalid partition name specified');
});

test('parameters, more options, and a job that waits', async ({ lab }) => {
  await notebook(lab, 'waits.ipynb', ['1']);
  const form = await openForm(lab, 'waits.ipynb');
  await form
    .getByRole('textbox', { name: 'Parameters, one a line' })
    .fill('n = 3\nword = "a b"');
  await expect(script(form)).toHaveValue(/"n": 3, "word": "a b"/);
  await form.getByText('More options', { exact: true }).click();
  await form.getByRole('textbox', { name: 'Array tasks' }).fill('1-');
  await expect(form.getByText(/^Write the tasks in one/)).toBeVisible();
  await form.getByRole('textbox', { name: 'Array tasks' }).fill('');
  await form.getByLabel('Account', { exact: true }).selectOption('def-waits');
  await expect(script(form)).toHaveValue(/--account=def-waits\n/);
  const id = await submit(lab, form);
  const job = row(await openJobs(lab), id);
  await expect(job.getByText('Waiting', { exact: true })).toBeVisible();
  await expect(
    job.getByText('Other jobs are ahead of it in the queue.')
  ).toBeVisible();
  await expect(job.getByText(/^Expected start: /)).toBeVisible();
  await execute(lab, 'jobs:cancel', { id, confirmed: true });
  await expect(job.getByText('Cancelled', { exact: true })).toBeVisible();
});

test('the tasks of an array: those that failed first, and what they wrote', async ({
  lab
}) => {
  await notebook(lab, 'array.ipynb', ['1']);
  const form = await openForm(lab, 'array.ipynb');
  await form.getByText('More options', { exact: true }).click();
  await form.getByRole('textbox', { name: 'Array tasks' }).fill('1-1000');
  await expect(script(form)).toHaveValue(/--array=1-1000\n/);
  const id = await submit(lab, form);
  const job = row(await openJobs(lab), id);
  await expect(
    job.getByText('1000 tasks: 998 wait, 0 run, 1 are done, 1 failed.')
  ).toBeVisible();
  const button = job.getByRole('button', { name: `Tasks of job ${id}` });
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await button.click();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  const tasks = job.getByRole('list', { name: `Tasks of job ${id}` });
  await expect(tasks.getByRole('listitem')).toHaveText([
    /^Task 2Failed/,
    /^Task 1Done/
  ]);
  for (const task of ['2', '1']) {
    await tasks
      .getByRole('button', { name: `Show the output of task ${task}` })
      .click();
    const output = lab.getByRole('region', { name: `Output of job ${id}` });
    await expect(output).toHaveText(`this is task ${task}\n`);
    await expect(
      lab.getByRole('textbox', { name: 'Task', exact: true })
    ).toHaveValue(task);
  }
  const found = await new AxeBuilder({ page: lab })
    .include('.jp-JobsSection')
    .include('.jp-JobOutput')
    .analyze();
  expect(found.violations).toEqual([]);
  await button.click();
  await expect(tasks).toHaveCount(0);
  await execute(lab, 'jobs:cancel', { id, confirmed: true });
});

test('it is offered where notebooks and scripts are @smoke', async ({
  lab
}) => {
  await notebook(lab, 'offered.ipynb', ['1']);
  await execute(lab, 'filebrowser:go-to-path', { path: '/' });
  await execute(lab, 'filebrowser:refresh');
  const files = lab.getByRole('region', { name: 'File Browser Section' });
  const item = files.getByRole('listitem', { name: /offered\.ipynb/ });
  await item.click({ button: 'right' });
  await lab.getByRole('menuitem', { name: 'Submit as Batch Job…' }).click();
  await expect(
    lab.getByRole('form', { name: 'Submit offered.ipynb as a batch job' })
  ).toBeVisible();
  await execute(lab, 'docmanager:open', {
    path: 'offered.ipynb',
    factory: 'Notebook'
  });
  await expect(
    lab.getByRole('button', { name: 'Batch Job', exact: true })
  ).toBeVisible();
  await lab.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await expect(
    lab.getByRole('menuitem', { name: 'Submit as Batch Job…' })
  ).toBeVisible();
  await lab.keyboard.press('Escape');
});

test('form and list have no barriers', async ({ lab }) => {
  await notebook(lab, 'axe.ipynb', ['1']);
  const form = await openForm(lab, 'axe.ipynb');
  await form.getByLabel('Account', { exact: true }).selectOption('def-waits');
  await form.getByText('More options', { exact: true }).click();
  for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
    await execute(lab, 'apputils:change-theme', { theme });
    const found = await new AxeBuilder({ page: lab })
      .include('.jp-JobForm')
      .analyze();
    expect(found.violations).toEqual([]);
  }
  await expect(script(form)).toHaveValue(/--account=def-waits\n/);
  const id = await submit(lab, form);
  const job = row(await openJobs(lab), id);
  await job
    .getByRole('button', { name: `Show the output of job ${id}` })
    .click();
  await expect(lab.getByText('There is no output yet.')).toBeVisible();
  const found = await new AxeBuilder({ page: lab })
    .include('.jp-JobsSection')
    .include('.jp-JobOutput')
    .analyze();
  expect(found.violations).toEqual([]);
  await execute(lab, 'jobs:cancel', { id, confirmed: true });
});
