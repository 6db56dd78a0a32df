import { collections, kernels, model, panel } from './software/plugin';

export default [model, kernels, collections, panel];
