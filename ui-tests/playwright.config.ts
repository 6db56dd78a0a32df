import { defineConfig } from '@playwright/test';

import type { IOptions } from './fixtures';

const port = process.env.UI_TEST_PORT ?? '9107';
const url = `http://127.0.0.1:${port}`;

export default defineConfig<object, IOptions>({
  testDir: 'tests',
  outputDir: 'test-results',
  // One server, and pages that change what is loaded in it.
  workers: 1,
  timeout: 60_000,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  snapshotPathTemplate: '{testDir}/snapshots/{projectName}/{arg}{ext}',
  // The default threshold, 0.2, takes a light blue row for a white one.
  expect: { toHaveScreenshot: { threshold: 0.1, maxDiffPixels: 60 } },
  use: {
    baseURL: url,
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
    { name: 'lab', grepInvert: /@only-french/ },
    { name: 'notebook7', grep: /@notebook7/, use: { start: '/tree' } },
    { name: 'french', grep: /@(only-)?french/, use: { language: 'fr_FR' } }
  ],
  webServer: {
    command: './serve.sh',
    url: `${url}/api/status`,
    timeout: 120_000,
    stdout: 'ignore',
    stderr: process.env.SERVER_LOG ? 'pipe' : 'ignore',
    // Time for serve.sh to remove its temporary home.
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    env: { UI_TEST_PORT: port }
  }
});
