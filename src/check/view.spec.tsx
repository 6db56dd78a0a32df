import { framePromise } from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { CheckReport } from '../rest/payloads';
import { CheckModel } from './model';
import { finding, report, sentence } from './testing';
import { CheckView } from './view';
import { reportText } from './words';

const trans = nullTranslator.load('jupyterlab_hpc');

const FOUND = report(
  finding('a.well', 'ok', { detail: 'path' }),
  finding('a.bad', 'broken', { detail: '<b>words</b>' }),
  finding('b.unknown', 'skipped')
);

describe('CheckView', () => {
  let view: CheckView;
  let names: boolean[];

  let asked: number;

  beforeEach(() => {
    names = [];
    asked = 0;
    const model = new CheckModel({
      report: () => {
        asked += 1;
        return Promise.resolve<CheckReport>(FOUND);
      },
      bundle: with_names => {
        names.push(with_names);
        return Promise.resolve({ file_name: 'x.txt', text: 'the whole text' });
      }
    });
    view = new CheckView(model, trans);
    Widget.attach(view, document.body);
  });

  afterEach(() => view.dispose());

  async function until(condition: () => unknown): Promise<void> {
    while (!condition()) {
      await framePromise();
    }
  }

  function button(name: string): HTMLButtonElement | undefined {
    return [...view.node.querySelectorAll<HTMLButtonElement>('button')].find(
      found => found.textContent === name
    );
  }

  const rows = () => view.node.querySelectorAll('li');

  it('checks when it is shown, and shows what needs attention', async () => {
    await until(() => rows().length === 1);
    expect(rows()[0].textContent).toContain('BROKEN');
    expect(view.node.querySelectorAll('section')).toHaveLength(1);
  });

  it('checks by itself once, and not before it is seen', async () => {
    const model = new CheckModel({
      report: () => Promise.resolve<CheckReport>(report()),
      bundle: () => Promise.reject(new Error('not asked for'))
    });
    const hidden = new CheckView(model, trans);
    hidden.hide();
    Widget.attach(hidden, document.body);
    expect(model.busy).toBe(false);
    hidden.show();
    expect(model.busy).toBe(true);
    hidden.dispose();
    await until(() => rows().length === 1);
    view.hide();
    view.show();
    expect(asked).toBe(1);
  });

  it('shows all that was found, with its cure', async () => {
    await until(() => rows().length === 1);
    view.node.querySelector<HTMLInputElement>('input')?.click();
    await until(() => rows().length === 3);
    const [well, bad] = rows();
    expect(well.textContent).not.toContain('To do');
    expect(bad.textContent).toContain('BROKEN');
    expect(bad.textContent).toContain('To do: Cure of a.bad.');
    expect(bad.querySelector('pre')?.textContent).toBe('<b>words</b>');
    expect(view.node.querySelector('[role=status]')?.textContent).toBe(
      'Broken: 1. Warnings: 0. Notes: 0. All well: 1. Skipped: 1.'
    );
  });

  it('shows the whole bundle before it can be saved', async () => {
    await until(() => rows().length === 1);
    expect(button('Save as File')).toBeUndefined();
    button('Support Bundle…')?.click();
    const text = () => view.node.querySelector('.jp-SessionCheck-bundle');
    await until(() => text()?.textContent === 'the whole text');
    expect(names).toEqual([false]);
    expect(button('Save as File')?.disabled).toBe(false);
    view.node
      .querySelector<HTMLInputElement>('.jp-SessionCheck-support input')
      ?.click();
    await until(() => names.length === 2);
    expect(names).toEqual([false, true]);
    button('Close Support Bundle')?.click();
    await until(() => !text());
  });
});

describe('reportText', () => {
  it('has all findings, and the words of tools where something is wrong', () => {
    const text = reportText(FOUND, trans);
    expect(text).toContain('[BROKEN] Title of a.bad: Found by a.bad.');
    expect(text).toContain('    To do: Cure of a.bad.');
    expect(text).toContain('    | <b>words</b>');
    expect(text).not.toContain('| path');
    expect(text.indexOf('Group A')).toBeLessThan(text.indexOf('Group B'));
  });

  it('says what it was given, signs and all', () => {
    const odd = report(
      finding('a.x', 'note', { found: sentence('50% of C++') })
    );
    expect(reportText(odd, trans)).toContain('50% of C++');
  });
});
