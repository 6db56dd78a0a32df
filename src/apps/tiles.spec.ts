import { LauncherModel } from '@jupyterlab/launcher';
import { nullTranslator } from '@jupyterlab/translation';

import type { Application } from '../rest/payloads';
import { iconOf } from './icons';
import { ApplicationsModel } from './model';
import { application } from './testing';
import { Tiles } from './tiles';
import { describe as describeTile, detail } from './words';

const trans = nullTranslator.load('jupyterlab_hpc');

const SOME = application();

const LOCKED: Application = {
  ...SOME,
  state: 'locked',
  needs: ['code-server'],
  template: '%1 needs the module %2.',
  arguments: ['VS Code', 'code-server']
};

describe('Tiles', () => {
  const answers: Application[][] = [];
  const model = new ApplicationsModel({
    applications: () => Promise.resolve(answers.shift() ?? []),
    start: () => Promise.reject(new Error()),
    stop: () => Promise.reject(new Error())
  });
  const launcher = new LauncherModel();
  const tiles = new Tiles(launcher, model, trans);
  afterAll(() => launcher.dispose());
  const shown = () => Array.from(launcher.items());
  let drawn = 0;
  launcher.stateChanged.connect(() => {
    drawn += 1;
  });
  const show = async (...applications: Application[]) => {
    drawn = 0;
    answers.push(applications);
    await model.refresh();
  };

  it('follow the applications, and are drawn only where one changed', async () => {
    await show(LOCKED, { ...SOME, id: 'rstudio', rank: 10 });
    expect(shown().map(({ args, rank }) => [args?.id, rank])).toEqual([
      ['vscode', 20],
      ['rstudio', 10]
    ]);
    const [, rstudio] = shown();
    await show(SOME, { ...SOME, id: 'rstudio', rank: 10 });
    expect(shown()).toContain(rstudio);
    expect(drawn).toBeGreaterThan(0);
    await show(SOME, { ...SOME, id: 'rstudio', rank: 10 });
    expect(drawn).toBe(0);
    await show(SOME);
    expect(shown().map(({ args }) => args?.id)).toEqual(['vscode']);
  });

  it('are not there for what is hidden', async () => {
    await show({ ...SOME, hidden: true });
    expect(shown()).toEqual([]);
  });

  it('are there for what is locked unless that is not wanted', async () => {
    await show(LOCKED);
    expect(shown()).toHaveLength(1);
    tiles.hideLocked = true;
    expect(shown()).toHaveLength(0);
    await show(SOME);
    expect(shown()).toHaveLength(1);
    tiles.hideLocked = false;
  });
});

describe('what is said of an application', () => {
  it('is what its state means for the user', () => {
    expect(describeTile(LOCKED, trans)).toContain(
      'needs the module code-server'
    );
    expect(describeTile({ ...LOCKED, needs: [] }, trans)).toBe(
      'VS Code needs the module code-server.'
    );
    expect(describeTile({ ...SOME, state: 'running' }, trans)).toContain(
      'reopen'
    );
    expect(
      describeTile({ ...SOME, state: 'running', managed: false }, trans)
    ).toBe('Open VS Code');
  });

  it('tells the version and that other modules are loaded now', () => {
    const running: Application = {
      ...SOME,
      state: 'running',
      version: 'code-server/4.92.2',
      environment_changed: true
    };
    expect(detail(running, trans)).toBe(
      'code-server/4.92.2 · started with other modules'
    );
    expect(detail(SOME, trans)).toBe('');
  });
});

describe('iconOf', () => {
  it('shows the state, and is made once', () => {
    const locked = iconOf(LOCKED);
    expect(locked.svgstr).not.toBe(iconOf(SOME).svgstr);
    expect(iconOf(LOCKED)).toBe(locked);
  });

  it('lets nothing out of the address of a picture', () => {
    const icon = iconOf({ ...SOME, id: 'mine', icon: '/a"><script>' });
    expect(icon.svgstr).not.toContain('<script>');
  });
});
