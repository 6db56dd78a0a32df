import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { lossTitle, lossWords } from './losswords';
import type { IConnection } from './tokens';

const trans = nullTranslator.load('jupyterlab_hpc');

function say(more: Partial<IConnection>): string {
  const connection: IConnection = {
    loss: 'ended',
    wasStopped: false,
    wasItsTime: false,
    since: new Date(),
    endsAt: null,
    stateChanged: new Signal<IConnection, void>({} as IConnection),
    ...more
  };
  const words = lossWords(connection, 'en', trans);
  return [lossTitle(connection, trans), ...words].join(' ');
}

describe('lossWords', () => {
  it('says what it knows, and that it does not know more', () => {
    expect(say({})).toMatch(/Has Ended .*Perhaps .*does not tell/);
    expect(say({ endsAt: new Date() })).toContain('would have lasted until');
    expect(say({ wasStopped: true })).toMatch(
      /stopped at .* from another page/
    );
    expect(say({ wasItsTime: true, endsAt: new Date() })).toContain(
      'time was over at'
    );
    expect(say({ loss: 'stopping' })).toContain('Being Stopped');
    expect(say({ loss: 'silent' })).toContain('may be very busy');
  });

  it('speaks of a new job only where the old one is gone', () => {
    expect(say({})).toContain('a new job');
    expect(say({ loss: 'silent' })).not.toContain('a new job');
    expect(say({ loss: 'offline' })).not.toContain('a new job');
  });
});
