import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import {
  commands as appsCommands,
  launcher as appsLauncher,
  model as appsModel,
  running as appsRunning
} from './apps/plugin';
import { check } from './check/plugin';
import { connection, model as hubModel, stop } from './hub/plugin';
import { made, model as kernelsModel, notebooks } from './kernels/plugin';
import {
  commands as jobsCommands,
  model as jobsModel,
  notification as jobsNotification,
  section as jobsSection
} from './jobs/plugin';
import {
  carry,
  desktop,
  guard,
  model as sessionModel,
  panel as session,
  section as sessionSection,
  status
} from './session/plugin';
import { collections, kernels, model, panel, stale } from './software/plugin';
import {
  files,
  marks,
  model as storage,
  section,
  warning
} from './storage/plugin';
import { enabled } from './ui/rooms';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  model,
  kernels,
  stale,
  collections,
  panel,
  appsModel,
  appsCommands,
  appsLauncher,
  appsRunning,
  session,
  storage,
  section,
  files,
  marks,
  warning,
  sessionModel,
  desktop,
  sessionSection,
  status,
  guard,
  carry,
  hubModel,
  connection,
  stop,
  jobsModel,
  jobsCommands,
  jobsSection,
  jobsNotification,
  kernelsModel,
  made,
  notebooks,
  check
];

export default enabled(plugins);
