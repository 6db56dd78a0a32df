import { defineConfig } from '@playwright/test';

import type { IOptions } from './fixtures';

/* Where JupyterHub would have the server of a user; the sign is escaped, as it does. */
const PREFIX = '/user/alice%40example.org/';
const port = Number(process.env.UI_TEST_PORT ?? '9107');

/**
 * A server for the tests, with what makes it different from the others.
 */
function server(offset: number, env: Record<string, string> = {}) {
  return {
    command: './serve.sh',
    url: `${address(offset)}${env.UI_TEST_BASE_URL ?? '/'}api/status`,
    timeout: 120_000,
    stdout: 'ignore' as const,
    stderr: process.env.SERVER_LOG ? ('pipe' as const) : ('ignore' as const),
    // Time for serve.sh to remove its temporary home.
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 10_000 },
    env: { UI_TEST_PORT: String(port + offset), ...env }
  };
}

function address(offset: number): string {
  return `http://127.0.0.1:${port + offset}`;
}

export default defineConfig<object, IOptions>({
  testDir: 'tests',
  outputDir: 'test-results',
  // One server, and pages that change what is loaded in it.
  workers: 1,
  timeout: 60_000,
  forbidOnly: !!process.env.CI,
  // On a busy build server; what passes only then is told as flaky.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list']],
  snapshotPathTemplate: '{testDir}/snapshots/{projectName}/{arg}{ext}',
  // The default threshold, 0.2, takes a light blue row for a white one.
  expect: { toHaveScreenshot: { threshold: 0.1, maxDiffPixels: 60 } },
  use: {
    baseURL: address(0),
    viewport: { width: 1024, height: 768 },
    locale: 'en-CA',
    timezoneId: 'UTC',
    // Tracing makes a test half as long again.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-gpu',
        '--disable-quic',
        '--disable-sync',
        '--force-color-profile=srgb',
        '--no-first-run'
      ]
    }
  },
  projects: [
    { name: 'lab', grepInvert: /@only-/ },
    { name: 'notebook7', grep: /@notebook7/, use: { start: '/tree' } },
    { name: 'french', grep: /@(only-)?french/, use: { language: 'fr_FR' } },
    {
      name: 'without-lmod',
      grep: /@only-without-lmod/,
      use: { baseURL: address(1) }
    },
    {
      name: 'prefix',
      grep: /@only-prefix/,
      use: { baseURL: address(2), start: `${PREFIX}lab?reset` }
    },
    { name: 'firefox', grep: /@only-firefox/ },
    // Not a test: makes the pictures of the documentation.
    ...(process.env.SCREENSHOTS
      ? [{ name: 'screenshots', testDir: 'screenshots' }]
      : [])
  ],
  webServer: [
    server(0),
    server(1, { UI_TEST_LMOD_CMD: '/nowhere/lmod' }),
    server(2, { UI_TEST_BASE_URL: PREFIX, UI_TEST_RSERVER: '1' })
  ]
});
