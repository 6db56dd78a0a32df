import type { KeepRequest, Kept, LastSession } from '../rest/payloads';
import type { IOpenFiles } from './carry';
import { CarryModel } from './carry';

const LAST: LastSession = {
  saved_at: '2026-01-01T12:00:00+00:00',
  job_id: '1',
  modules: ['StdEnv/2023', 'gcc/12.3', 'R/4.4'],
  files: ['a.ipynb', 'gone.py', 'b.R'],
  active: 'b.R'
};

describe('CarryModel', () => {
  let last: LastSession | null;
  let sent: KeepRequest[];
  let decided: number;
  let here: IOpenFiles;
  let loaded: Set<string> | null;
  let refuse: boolean;
  let model: CarryModel;

  beforeEach(() => {
    last = LAST;
    sent = [];
    decided = 0;
    here = { files: ['a.ipynb'], active: 'a.ipynb' };
    loaded = new Set(['StdEnv/2023']);
    refuse = false;
    model = new CarryModel(
      {
        kept: () => Promise.resolve<Kept>({ last }),
        keep: request => {
          sent.push(request);
          return refuse
            ? Promise.reject<Kept>(new Error('no'))
            : Promise.resolve<Kept>({ last });
        },
        decide: () => {
          decided++;
          last = null;
          return Promise.resolve<Kept>({ last });
        }
      },
      {
        page: 'p',
        open: () => here,
        loaded: () => Promise.resolve(loaded),
        exists: path => Promise.resolve(path !== 'gone.py')
      }
    );
  });

  it('finds what is missing here, in order, and no files that are gone', async () => {
    expect(await model.missing()).toEqual({
      savedAt: new Date('2026-01-01T12:00:00Z'),
      modules: ['gcc/12.3', 'R/4.4'],
      files: ['b.R'],
      active: 'b.R'
    });
    expect(decided).toBe(0);
  });

  it('asks nobody where nothing is missing', async () => {
    loaded = new Set(LAST.modules);
    here = { files: ['b.R', 'a.ipynb'], active: '' };
    expect(await model.missing()).toBeNull();
    expect(decided).toBe(1);
  });

  it('offers no modules where it does not know what is loaded', async () => {
    loaded = null;
    expect((await model.missing())?.modules).toEqual([]);
  });

  it('has nothing to offer where there was no session', async () => {
    last = null;
    expect(await model.missing()).toBeNull();
    expect(decided).toBe(0);
  });

  it('tells what is open when that changes, and at the end', async () => {
    await model.report();
    await model.report();
    expect(sent).toEqual([{ ...here, page: 'p', final: false }]);
    here = { files: ['a.ipynb', 'b.R'], active: 'b.R' };
    await model.report();
    await model.report(true);
    expect(sent.map(request => request.final)).toEqual([false, false, true]);
  });

  it('tells it again where the server did not hear', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    refuse = true;
    await model.report();
    refuse = false;
    await model.report();
    expect(sent).toHaveLength(2);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});
