import {
  commands as appsCommands,
  launcher as appsLauncher,
  model as appsModel,
  running as appsRunning
} from './apps/plugin';
import { collections, kernels, model, panel, stale } from './software/plugin';

export default [
  model,
  kernels,
  stale,
  collections,
  panel,
  appsModel,
  appsCommands,
  appsLauncher,
  appsRunning
];
