import { expect, test } from '../fixtures';

test(
  'the page loads our plugins without an error',
  { tag: ['@notebook7', '@french'] },
  async ({ consoleErrors, lab }) => {
    const plugins = await lab.evaluate(() => window.jupyterapp?.listPlugins());
    expect(plugins?.filter(id => id.startsWith('jupyterlab_hpc:'))).not.toEqual(
      []
    );
    // What a test before this one had refused, the browser notes as an error too.
    const ours = consoleErrors
      .filter(text => /jupyterlab[-_]hpc/.test(text))
      .filter(text => !/status of 4\d\d .*\/jupyterlab-hpc\//.test(text));
    expect(ours).toEqual([]);
  }
);

test('the page speaks French', { tag: '@only-french' }, async ({ lab }) => {
  const menu = lab.getByRole('menuitem', { name: 'Fichier', exact: true });
  await expect(menu).toBeVisible();
});
