import { expect, test } from '../fixtures';
import { loadedRows, openPanel, reset, search } from '../software';

test('the Software panel', async ({ lab }) => {
  await reset(lab);
  await lab.setViewportSize({ width: 1200, height: 700 });
  const panel = await openPanel(lab);
  await search(panel, 'numpy');
  await panel.getByRole('button', { name: 'Load scipy-stack/2023b' }).click();
  await expect(loadedRows(panel)).toHaveCount(4);
  await panel
    .getByRole('button', { name: 'scipy-stack/2023b', exact: true })
    .last()
    .click();
  await expect(
    lab.getByRole('heading', { name: 'Included extensions' })
  ).toBeVisible();
  await lab.mouse.move(700, 700);
  await lab.screenshot({ path: 'docs/images/software-panel.png' });
  await reset(lab);
});
