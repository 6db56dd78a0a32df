import type { Page } from '@playwright/test';

export const GIB = 2 ** 30;

/**
 * What a server answers whose job ends in so many seconds.
 */
export function sessionOf(seconds_left: number, more: object = {}) {
  const end = Date.now() + seconds_left * 1000;
  return {
    job: {
      id: '4711',
      name: 'jupyterlab',
      scheduler: 'slurm',
      state: 'RUNNING',
      node: 'n042',
      nodes: 1,
      partition: 'interactive',
      account: 'def-demo',
      qos: '',
      cores: 4,
      memory: 16 * GIB,
      gpus: 1
    },
    started_at: new Date(end - 3 * 3600 * 1000).toISOString(),
    ends_at: new Date(end).toISOString(),
    seconds_left,
    requested: { cores: 4, memory: 16 * GIB, gpus: 1 },
    used: {
      source: 'job',
      cores: 1.3,
      cores_average: 0.8,
      memory: 15 * GIB,
      memory_peak: 16 * GIB,
      gpus: [],
      oom_kills: 1
    },
    messages: [
      {
        kind: 'killed',
        level: 'warning',
        text: 'English',
        template:
          "A kernel or another program was killed because the session's %1 of memory were used up. Programs killed since the session began: %2. Kernels that you no longer need can be shut down; more memory needs a new session.",
        arguments: ['16 GB', '1'],
        detail: ''
      }
    ],
    checked_at: null,
    warnings: [1800, 600, 120],
    ask_again: 15,
    extendable: false,
    new_session_url: '',
    ...more
  };
}

/**
 * Let the page take itself for one of a job that ends in so many seconds.
 */
export async function inAJob(
  page: Page,
  seconds: number,
  more: object = {}
): Promise<void> {
  await page.route(/\/jupyterlab-hpc\/session(\?|$)/, route =>
    route.fulfill({ json: sessionOf(seconds, more) })
  );
}

/**
 * What a server of a Hub answers that can be stopped.
 */
export function serverOf(more: object = {}) {
  return {
    hub: true,
    user: 'alice',
    server_name: '',
    job_id: '4711',
    way: 'hub',
    obstacle: null,
    stopping: false,
    logout: 'leaves',
    kernels: [],
    terminals: [],
    applications: [],
    jobs: null,
    ...more
  };
}

/**
 * Let the page take itself for one of a Hub, as JupyterHub's own server tells it.
 */
export async function underAHub(page: Page): Promise<void> {
  // A page that a test has answered itself may open no websocket.
  await page.addInitScript(() => {
    document.addEventListener('readystatechange', () => {
      const config = document.getElementById('jupyter-config-data');
      if (config && document.readyState === 'interactive') {
        const hub = { hubPrefix: '/hub/', hubHost: '', hubUser: 'alice' };
        const told = JSON.parse(config.textContent ?? '{}') as object;
        config.textContent = JSON.stringify({ ...told, ...hub });
      }
    });
  });
}

/**
 * Let all pages of the server hear that it is about to stop, or is not after all.
 */
export async function tellOfStop(page: Page, stopping: boolean): Promise<void> {
  const { cookies } = await page.context().storageState();
  const xsrf = cookies.find(cookie => cookie.name === '_xsrf')?.value ?? '';
  const answer = await page.request.post('/api/events', {
    headers: { 'X-XSRFToken': xsrf },
    data: {
      schema_id: 'https://schema.jupyter.org/jupyterlab_hpc/hub/v1',
      version: '1',
      data: { stopping, job_id: '4711' }
    }
  });
  if (answer.status() !== 204) {
    throw new Error(`${answer.status()} ${await answer.text()}`);
  }
}

/**
 * Let JupyterHub answer in the server's place, whatever is asked for; 0: nobody
 * answers.
 */
export async function loseServer(page: Page, status: number): Promise<void> {
  await page.route(SERVER, route =>
    status
      ? route.fulfill({ status, json: { message: 'not running' } })
      : route.abort('internetdisconnected')
  );
}

/**
 * Let the server answer again.
 */
export async function findServer(page: Page): Promise<void> {
  await page.unroute(SERVER);
}

const SERVER = /^http:[^/]*\/\/[^/]*\/(?!hub\/)/;
