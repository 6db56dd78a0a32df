import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';

import {
  clear,
  HOME,
  jobs,
  logIn,
  OTHER,
  processes,
  setEnd,
  slurm,
  spawn,
  startKernel,
  USER
} from './chain';

test.beforeEach(clear);
test.afterEach(clear);
