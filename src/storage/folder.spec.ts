import type { FolderLink, FolderLinks } from '../rest/payloads';
import { FolderModel } from './folder';

const NOTHING = { text: '', template: '', arguments: [], detail: '' };

function linkOf(name: string, state: FolderLink['state']): FolderLink {
  return {
    name,
    points_to: '/elsewhere',
    state,
    outside: true,
    ours: false,
    link: name,
    title: '',
    title_fr: '',
    purge: '',
    purge_fr: '',
    message: NOTHING
  };
}

/** Let what was asked be answered. */
const settle = () => new Promise(resolve => setTimeout(resolve, 0));

describe('FolderModel', () => {
  let asked: string[];
  let links: FolderLink[];
  let hold: Promise<void>;
  let model: FolderModel;

  beforeEach(() => {
    asked = [];
    links = [linkOf('scratch', 'linked'), linkOf('old', 'dangling')];
    hold = Promise.resolve();
    model = new FolderModel(async (path): Promise<FolderLinks> => {
      asked.push(path);
      const told = { path, links, message: NOTHING };
      await hold;
      return told;
    });
  });

  afterEach(() => {
    model.dispose();
  });

  it('tells the links of a folder, and which of them are dead', async () => {
    model.show('', ['scratch', 'work']);
    await settle();
    expect([...model.links.keys()]).toEqual(['scratch', 'old']);
    expect(model.dead.map(link => link.name)).toEqual(['old']);
  });

  it('asks again for another folder or a new name only', async () => {
    model.show('', ['a', 'b']);
    model.show('', ['a', 'b']);
    model.show('', ['b']);
    await settle();
    expect(asked).toEqual(['']);
    model.show('', ['a', 'b', 'c']);
    await settle();
    expect(asked).toEqual(['', '']);
    model.show('work', ['a']);
    await settle();
    expect(asked).toEqual(['', '', 'work']);
  });

  it('shows no links of the folder before', async () => {
    model.show('', ['scratch']);
    await settle();
    let release = () => undefined as void;
    hold = new Promise(resolve => {
      release = resolve;
    });
    model.show('work', []);
    expect(model.dead).toEqual([]);
    links = [];
    hold = Promise.resolve();
    model.show('other', []);
    await settle();
    release();
    await settle();
    expect(model.dead).toEqual([]);
  });

  it('asks nothing of other drives', async () => {
    model.show(null, ['a']);
    await model.refresh();
    expect(asked).toEqual([]);
  });

  it('has no links where the server refuses', async () => {
    const debug = jest.spyOn(console, 'debug').mockImplementation();
    const failing = new FolderModel(() => Promise.reject(new Error('gone')));
    failing.show('gone', []);
    await settle();
    expect(failing.dead).toEqual([]);
    expect(debug).toHaveBeenCalled();
    debug.mockRestore();
    failing.dispose();
  });
});
