import { EndActions } from './endactions';

const nothing = () => undefined;

describe('EndActions', () => {
  it('offers what there is something to do for, in time', async () => {
    const actions = new EndActions(20);
    const add = (label: string, isOffered: () => Promise<boolean>) =>
      actions.addAction({ label, isOffered, execute: nothing });
    add('yes', () => Promise.resolve(true));
    add('no', () => Promise.resolve(false));
    add('failing', () => Promise.reject(new Error('no')));
    add('hanging', () => new Promise(nothing));
    const last = add('last', () => Promise.resolve(true));
    const labels = async () =>
      (await actions.offered()).map(action => action.label);
    expect(await labels()).toEqual(['yes', 'last']);
    last.dispose();
    expect(await labels()).toEqual(['yes']);
  });
});
