import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';

import type { JobTask, JobTasks } from '../rest/payloads';
import { TaskList } from './components/tasklist';
import { jobOf } from './testing';
import type { IJobActions } from './tokens';

const trans = nullTranslator.load('jupyterlab_hpc');
const counts = {
  total: 1000,
  pending: 700,
  running: 0,
  completed: 250,
  failed: 50,
  ended: 0
};

function taskOf(task: number, changes: Partial<JobTask> = {}): JobTask {
  return {
    task,
    state: 'completed',
    sentence: null,
    progress: null,
    result: null,
    output: null,
    ...changes
  };
}

describe('TaskList', () => {
  let root: Root;
  let node: HTMLElement;
  let limits: number[];
  let actions: IJobActions;
  let refuse: Error | null;

  const show = async (changes = {}) => {
    const job = jobOf({ tasks: counts, progress: null, ...changes });
    await act(async () => {
      root.render(
        <TaskList
          job={job}
          actions={actions}
          tongue={{ trans, language: 'en' }}
        />
      );
      await Promise.resolve();
    });
  };
  const button = (label: string) =>
    node.querySelector<HTMLElement>(`[aria-label="${label}"]`);

  beforeEach(() => {
    (
      globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }
    ).IS_REACT_ACT_ENVIRONMENT = true;
    node = document.createElement('div');
    document.body.appendChild(node);
    root = createRoot(node);
    limits = [];
    refuse = null;
    actions = {
      tasks: jest.fn(async (_, limit): Promise<JobTasks> => {
        limits.push(limit);
        await Promise.resolve();
        if (refuse) {
          throw refuse;
        }
        const first = taskOf(7, {
          state: 'failed',
          output: { path: '/home/a/x-42_7.log', browse: 'x-42_7.log' },
          result: { path: '/home/a/x-42_7.ipynb', browse: 'x-42_7.ipynb' }
        });
        const rest = Array.from({ length: limit - 1 }, (_item, i) =>
          taskOf(100 + i)
        );
        return {
          id: '42',
          tasks: counts,
          began: 300,
          listed: [first, ...rest]
        };
      }),
      showOutput: jest.fn(),
      open: jest.fn(),
      cancel: jest.fn(),
      remove: jest.fn(),
      again: jest.fn()
    };
  });

  afterEach(() => {
    act(() => root.unmount());
    node.remove();
  });

  it('lists some of many, and more when asked, but never all', async () => {
    await show();
    expect(node.querySelectorAll('li')).toHaveLength(20);
    expect(node.textContent).toContain('280 more tasks have begun.');
    for (const length of [100, 200]) {
      await act(async () => {
        button('Show more tasks of job 42')?.click();
        await Promise.resolve();
      });
      expect(node.querySelectorAll('li')).toHaveLength(length);
    }
    expect(button('Show more tasks of job 42')).toBeNull();
    expect(node.textContent).toContain('100 more tasks have begun.');
  });

  it('opens the output and the result of a task', async () => {
    await show();
    button('Show the output of task 7')?.click();
    expect(actions.showOutput).toHaveBeenCalledWith(
      expect.objectContaining({ id: '42' }),
      7
    );
    button('Open the result of task 7')?.click();
    expect(actions.open).toHaveBeenCalledWith('x-42_7.ipynb');
    expect(button('Show the output of task 100')).toBeNull();
  });

  it('asks again only when something has changed', async () => {
    await show();
    await show();
    expect(limits).toEqual([20]);
    await show({ tasks: { ...counts, failed: 51 } });
    expect(limits).toEqual([20, 20]);
  });

  it('tells a refusal, and forgets it with the next answer', async () => {
    refuse = new Error('Slurm does not answer.');
    await show();
    expect(node.textContent).toContain('Slurm does not answer.');
    refuse = null;
    await show({ state: 'failed' });
    expect(node.textContent).not.toContain('Slurm does not answer.');
    expect(node.querySelectorAll('li')).toHaveLength(20);
  });
});
