import { defineConfig } from '@playwright/test';

/* The real chain: scripts/test_cluster.sh brings it up and says where it is. */
export default defineConfig({
  testDir: 'cluster',
  outputDir: 'test-results-cluster',
  workers: 1,
  // A session starts in seconds on a quiet machine, and in a minute on a busy one.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  forbidOnly: !!process.env.CI,
  retries: process.env.CI ? 1 : 0,
  reporter: [['list']],
  use: {
    baseURL: process.env.CLUSTER_URL,
    viewport: { width: 1280, height: 800 },
    locale: 'en-CA',
    timezoneId: 'UTC',
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
    }
  }
});
