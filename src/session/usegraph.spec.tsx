import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import { UseGraph } from './usegraph';

const trans = nullTranslator.load('jupyterlab_hpc');

function draw(most: number | null, minutes: ReadonlyArray<[number, number]>) {
  return renderToStaticMarkup(
    <UseGraph
      samples={minutes.map(([minute, memory]) => ({
        at: 1e12 + minute * 60_000,
        cores: null,
        memory
      }))}
      of={sample => sample.memory}
      most={most}
      trans={trans}
    />
  );
}

describe('UseGraph', () => {
  it('draws what was used by time, with what was asked for on top', () => {
    const drawn = draw(10, [
      [0, 0],
      [1, 5],
      [4, 20]
    ]);
    expect(drawn).toContain('<polyline points="0.0,20.0 25.0,10.0 100.0,0.0">');
    expect(drawn).toContain('title="the last 4 min" aria-hidden="true"');
  });

  it('draws nothing of a moment, or where nothing was asked for', () => {
    expect(draw(10, [])).toBe('');
    expect(draw(10, [[0, 1]])).toBe('');
    expect(
      draw(10, [
        [0, 1],
        [0.9, 2]
      ])
    ).toBe('');
    expect(
      draw(null, [
        [0, 1],
        [5, 2]
      ])
    ).toBe('');
  });
});
