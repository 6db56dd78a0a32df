import { EndActions } from './endactions';

const nothing = () => undefined;

describe('EndActions', () => {
  it('offers what there is something to do for', async () => {
    const actions = new EndActions();
    const add = (label: string, isOffered: () => Promise<boolean>) =>
      actions.addAction({ label, isOffered, execute: nothing });
    add('yes', () => Promise.resolve(true));
    add('no', () => Promise.resolve(false));
    add('failing', () => Promise.reject(new Error('no')));
    const last = add('last', () => Promise.resolve(true));
    const labels = async () =>
      (await actions.offered()).map(action => action.label);
    expect(await labels()).toEqual(['yes', 'last']);
    last.dispose();
    expect(await labels()).toEqual(['yes']);
  });
});
