import { stop } from './hub/plugin';
import {
  guard,
  model as sessionModel,
  panel as session,
  section as sessionSection,
  status
} from './session/plugin';
import { kernels, model, panel } from './software/plugin';
import { files, model as storage, section, warning } from './storage/plugin';

export default [
  model,
  kernels,
  panel,
  session,
  storage,
  section,
  files,
  warning,
  sessionModel,
  sessionSection,
  status,
  guard,
  stop
];
