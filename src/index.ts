import {
  commands as appsCommands,
  launcher as appsLauncher,
  model as appsModel,
  running as appsRunning
} from './apps/plugin';
import { kernels, model, panel } from './software/plugin';

export default [
  model,
  kernels,
  panel,
  appsModel,
  appsCommands,
  appsLauncher,
  appsRunning
];
