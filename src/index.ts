import { collections, kernels, model, panel, stale } from './software/plugin';

export default [model, kernels, stale, collections, panel];
