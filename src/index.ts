import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

/**
 * A plugin that only shows that the page is built and found.
 */
const placeholder: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-hpc:placeholder',
  description: 'Shows that the package is installed.',
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    app.started.then(
      () => undefined,
      () => undefined
    );
  }
};

export default [placeholder];
