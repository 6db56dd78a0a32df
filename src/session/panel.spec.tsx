import { nullTranslator } from '@jupyterlab/translation';
import { framePromise } from '@jupyterlab/testing';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { SessionPanel } from './panel';

describe('SessionPanel', () => {
  let panel: SessionPanel;
  let brought: number;

  beforeEach(() => {
    brought = 0;
    panel = new SessionPanel(
      () => brought++,
      nullTranslator.load('jupyterlab_hpc')
    );
    Widget.attach(panel, document.body);
  });

  afterEach(() => {
    panel.dispose();
  });

  async function headings(): Promise<(string | null)[]> {
    panel.update();
    await framePromise();
    await panel.renderPromise;
    const found = panel.node.querySelectorAll('h3 button');
    return [...found].map(button => button.textContent);
  }

  function section(id: string, rank: number, onShow?: () => void) {
    return { id, title: id, rank, render: () => <p>{`of ${id}`}</p>, onShow };
  }

  it('shows its sections by rank, and takes them away again', async () => {
    panel.addSection(section('jobs', 300));
    const first = panel.addSection(section('this', 100));
    panel.addSection(section('storage', 200));
    expect(await headings()).toEqual(['this', 'storage', 'jobs']);
    first.dispose();
    expect(await headings()).toEqual(['storage', 'jobs']);
  });

  it('folds a section, and unfolds the one that is asked for', async () => {
    panel.addSection(section('storage', 200));
    await headings();
    const button = panel.node.querySelector('button');
    button?.click();
    await headings();
    expect(panel.node.textContent).toBe('storage');
    expect(button?.getAttribute('aria-expanded')).toBe('false');
    panel.reveal('storage');
    expect(brought).toBe(1);
    await headings();
    expect(panel.node.textContent).toBe('storageof storage');
  });

  it('tells a section when it comes into view', async () => {
    panel.hide();
    const shown = jest.fn();
    panel.addSection(section('storage', 200, shown));
    expect(shown).not.toHaveBeenCalled();
    panel.show();
    expect(shown).toHaveBeenCalledTimes(1);
    panel.addSection(section('jobs', 300, shown));
    expect(shown).toHaveBeenCalledTimes(2);
    expect(await headings()).toEqual(['storage', 'jobs']);
  });
});
