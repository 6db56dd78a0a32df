import {
  commands as appsCommands,
  launcher as appsLauncher,
  model as appsModel,
  running as appsRunning
} from './apps/plugin';
import { stop } from './hub/plugin';
import { made, model as kernelsModel, notebooks } from './kernels/plugin';
import {
  commands as jobsCommands,
  model as jobsModel,
  notification as jobsNotification,
  section as jobsSection
} from './jobs/plugin';
import {
  guard,
  model as sessionModel,
  panel as session,
  section as sessionSection,
  status
} from './session/plugin';
import { collections, kernels, model, panel, stale } from './software/plugin';
import { files, model as storage, section, warning } from './storage/plugin';

export default [
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
  warning,
  sessionModel,
  sessionSection,
  status,
  guard,
  stop,
  jobsModel,
  jobsCommands,
  jobsSection,
  jobsNotification,
  kernelsModel,
  made,
  notebooks
];
