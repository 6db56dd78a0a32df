import { panel as session } from './session/plugin';
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
  warning
];
