import type { Application } from '../rest/payloads';
import { ApplicationsModel } from './model';
import { application } from './testing';

describe('ApplicationsModel', () => {
  const api = {
    applications: jest.fn(),
    start: jest.fn(),
    stop: jest.fn()
  };
  let model: ApplicationsModel;
  let emitted: number;

  beforeEach(() => {
    jest.resetAllMocks();
    model = new ApplicationsModel(api);
    emitted = 0;
    model.stateChanged.connect(() => {
      emitted += 1;
    });
  });

  it('tells what the server answered', async () => {
    api.applications.mockResolvedValue([application()]);
    await model.refresh();
    expect(model.find('vscode')?.title).toBe('VS Code');
    expect(model.find('nothing')).toBeUndefined();
    expect(emitted).toBe(1);
  });

  it('asks once more for what is told while it asks, and not each time', async () => {
    let answer: (applications: Application[]) => void = () => undefined;
    api.applications.mockImplementationOnce(
      () => new Promise(resolve => (answer = resolve))
    );
    api.applications.mockResolvedValueOnce([application({ state: 'running' })]);
    const first = model.refresh();
    void model.refresh();
    void model.refresh();
    answer([application()]);
    await first;
    expect(api.applications).toHaveBeenCalledTimes(2);
    expect(model.find('vscode')?.state).toBe('running');
  });

  it('takes the answer to a start and to a stop', async () => {
    api.applications.mockResolvedValue([
      application(),
      application({ id: 'rstudio' })
    ]);
    await model.refresh();
    api.start.mockResolvedValue(application({ state: 'starting' }));
    await model.start('vscode');
    expect(model.applications.map(({ state }) => state)).toEqual([
      'starting',
      'ready'
    ]);
    api.stop.mockResolvedValue(application());
    await model.stop('vscode');
    expect(model.find('vscode')?.state).toBe('ready');
  });

  it('tells a failure until a request goes well', async () => {
    api.start.mockRejectedValue(new Error('locked'));
    await model.start('vscode');
    expect(model.error?.message).toBe('locked');
    api.applications.mockResolvedValue([]);
    await model.refresh();
    expect(model.error).toBeNull();
  });

  it('is silent after its end', async () => {
    api.applications.mockResolvedValue([application()]);
    const refreshed = model.refresh();
    model.dispose();
    await refreshed;
    expect(emitted).toBe(0);
  });
});
