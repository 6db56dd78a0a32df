import { KernelsModel } from './model';
import { fakeApi, made, TRIAL } from './testing';

const REQUEST = { name: 'a', display_name: 'A' };

function modelWith(answers: Parameters<typeof fakeApi>[0] = {}): KernelsModel {
  return new KernelsModel(fakeApi(answers));
}

describe('KernelsModel', () => {
  it('lists the kernels and tells whether notebooks may remember', async () => {
    const model = modelWith();
    expect(model.kernels).toBeNull();
    await model.refresh();
    expect(model.kernels?.map(kernel => kernel.name)).toEqual(['a']);
    expect(model.remember).toBe(true);
  });

  it('keeps a failure until the next request goes well', async () => {
    let fails = true;
    const model = modelWith({
      kernels: () =>
        fails
          ? Promise.reject(new Error('gone'))
          : Promise.resolve({ kernels: [], remember: false })
    });
    await model.refresh();
    expect(model.error?.message).toBe('gone');
    fails = false;
    await model.refresh();
    expect(model.error).toBeNull();
  });

  it('takes of two lists the one that was asked for last', async () => {
    const answers: ((name: string) => void)[] = [];
    const model = modelWith({
      kernels: () =>
        new Promise(resolve => {
          answers.push(name =>
            resolve({ kernels: [made(name)], remember: false })
          );
        })
    });
    const first = model.refresh();
    const second = model.refresh();
    answers[1]('new');
    answers[0]('old');
    await Promise.all([first, second]);
    expect(model.kernels?.map(kernel => kernel.name)).toEqual(['new']);
  });

  it('tells that there are other kernelspecs when a kernel was made', async () => {
    const model = modelWith({
      make: () => Promise.resolve({ kernel: made('a'), trial: TRIAL })
    });
    const changed = jest.fn();
    model.specsChanged.connect(changed);
    await model.make(REQUEST);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(model.trials.get('a')).toBe(TRIAL);
  });

  it('says nothing of kernelspecs where none was made', async () => {
    const model = modelWith({ make: () => Promise.reject(new Error('no')) });
    const changed = jest.fn();
    model.specsChanged.connect(changed);
    await expect(model.make(REQUEST)).rejects.toThrow('no');
    expect(changed).not.toHaveBeenCalled();
  });

  it('is busy with a kernel while it is tested', async () => {
    let answer: () => void = () => undefined;
    const model = modelWith({
      tryAgain: () =>
        new Promise(resolve => {
          answer = () => resolve({ kernel: made('a'), trial: TRIAL });
        })
    });
    const test = model.tryAgain('a');
    expect([...model.busy]).toEqual(['a']);
    answer();
    await test;
    expect(model.busy.size).toBe(0);
    expect(model.trials.get('a')?.ok).toBe(true);
  });

  it('changes nothing by a preview', async () => {
    const plan = {
      name: 'a',
      modules_before: [],
      modules: [],
      program_before: '',
      program: '',
      trial: null
    };
    const model = modelWith({ repair: () => Promise.resolve(plan) });
    const changed = jest.fn();
    model.specsChanged.connect(changed);
    await model.repair({ name: 'a', replace: {}, preview: true });
    expect(changed).not.toHaveBeenCalled();
    await model.repair({ name: 'a', replace: {}, preview: false });
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('is quiet once it is disposed of', async () => {
    const model = modelWith();
    const asked = model.refresh();
    model.dispose();
    const changed = jest.fn();
    model.stateChanged.connect(changed);
    await asked;
    expect(changed).not.toHaveBeenCalled();
  });
});
