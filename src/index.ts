import { stop } from './hub/plugin';
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
