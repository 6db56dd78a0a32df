import { kernels, model, panel } from './software/plugin';

export default [model, kernels, panel];
