import type { IChannel, IMessage } from './tabs';
import { OtherTabs } from './tabs';

describe('OtherTabs', () => {
  let channels: IChannel[];
  let names: number;

  beforeEach(() => {
    channels = [];
    names = 0;
  });

  /** A channel that tells all others, as a browser does, and never itself. */
  function channel(): IChannel {
    const made: IChannel = {
      onmessage: null,
      postMessage: (data: IMessage) => {
        for (const other of channels) {
          if (other !== made) {
            const event = { data } as MessageEvent<IMessage>;
            void Promise.resolve().then(() => other.onmessage?.(event));
          }
        }
      },
      close: () => {
        channels = channels.filter(other => other !== made);
      }
    };
    channels.push(made);
    return made;
  }

  function tab(unsaved: string[], left: string[] | null = []): OtherTabs {
    return new OtherTabs(
      channel(),
      {
        unsaved: () => unsaved,
        save: () =>
          left ? Promise.resolve(left) : new Promise(() => undefined)
      },
      () => String(names++)
    );
  }

  it('names what is not saved in the others, each once', async () => {
    const mine = tab(['own.txt']);
    tab(['a.txt', 'b.txt']);
    tab(['a.txt']);
    tab([]);
    expect(await mine.unsaved(20)).toEqual(['a.txt', 'b.txt']);
  });

  it('lets the others save, and waits for all of them', async () => {
    const mine = tab(['own.txt']);
    tab(['a.txt'], []);
    tab(['b.txt'], ['b.txt']);
    expect(await mine.save(10_000)).toEqual(['b.txt']);
  });

  it('takes a tab that does not answer in time for not saved', async () => {
    const mine = tab([]);
    tab(['a.txt'], null);
    tab(['b.txt'], []);
    expect(await mine.save(20)).toEqual(['a.txt']);
  });

  it('waits for nobody where nothing is unsaved', async () => {
    const mine = tab([]);
    tab([], null);
    expect(await mine.save(100_000)).toEqual([]);
  });

  it('is alone after its end, and in a browser without channels', async () => {
    const mine = tab([]);
    const other = tab(['a.txt']);
    other.dispose();
    expect(await mine.unsaved(20)).toEqual([]);
    const none = new OtherTabs(
      null,
      { unsaved: () => [], save: () => Promise.resolve([]) },
      () => 'x'
    );
    expect([await none.unsaved(), await none.save(1)]).toEqual([[], []]);
    none.dispose();
  });
});
