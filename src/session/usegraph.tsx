import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ISample } from './tokens';
import { duration } from './words';

/** Milliseconds that a graph shows at least: a shorter one would say nothing. */
const SHORTEST = 60_000;

/** The drawing's own units; it is stretched to the panel's width. */
const WIDTH = 100;
const HEIGHT = 20;

/**
 * What was used of what was asked for, as a small line; nothing before there is one to draw.
 *
 * Screen readers hear the words beside it, which say how much it is now.
 */
export function UseGraph(props: {
  samples: ReadonlyArray<ISample>;
  of: (sample: ISample) => number | null;
  /** What was asked for: the upper edge. */
  most: number | null;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { samples, most, trans } = props;
  const known = samples.flatMap(sample => {
    const used = props.of(sample);
    return used === null ? [] : [{ at: sample.at, used }];
  });
  const first = known[0]?.at ?? 0;
  const span = (known[known.length - 1]?.at ?? 0) - first;
  if (!most || span < SHORTEST) {
    return null;
  }
  const points = known.map(({ at, used }) => {
    const x = ((at - first) / span) * WIDTH;
    const y = (1 - Math.min(1, used / most)) * HEIGHT;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const whole = `0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`;
  return (
    <div
      className="jp-UseGraph"
      title={trans.__('the last %1', duration(span / 1000, trans))}
      aria-hidden="true"
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        <polygon points={whole} />
        <polyline points={points.join(' ')} />
      </svg>
    </div>
  );
}
