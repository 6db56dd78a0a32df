import { expect, test } from '../fixtures';

test(
  'the page loads our plugins without an error',
  { tag: ['@notebook7', '@french'] },
  async ({ consoleErrors, lab }) => {
    const plugins = await lab.evaluate(() => window.jupyterapp?.listPlugins());
    expect(plugins?.filter(id => id.startsWith('jupyterlab_hpc:'))).not.toEqual(
      []
    );
    expect(
      consoleErrors.filter(text => /jupyterlab[-_]hpc/.test(text))
    ).toEqual([]);
  }
);

test('the page speaks French', { tag: '@only-french' }, async ({ lab }) => {
  const menu = lab.getByRole('menuitem', { name: 'Fichier', exact: true });
  await expect(menu).toBeVisible();
});
