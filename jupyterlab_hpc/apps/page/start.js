/*
 * Follows an application's start, and turns into the application when it is ready.
 */
import { about, ask, by, say, speak, text } from './say.js';

/* Milliseconds between two questions, while something happens and while nothing does. */
const QUICK = 500;
const SLOW = 3000;

let app = about.application;
/* Whether it was seen alive here: what ends then has ended, and is not started again. */
let seen = location.search === '?ended';
/* What the main button does now. */
let act = null;
let busy = '';
let plan = null;
let said = '';
let timer = 0;
let leaving = false;

function change(element, name, value) {
  // A live region is read anew when it is set, also to the same.
  if (element[name] !== value) {
    element[name] = value;
  }
}

function button(label, action) {
  const go = by('go');
  act = action;
  change(go, 'hidden', !label);
  change(go, 'textContent', label || '');
  go.disabled = !!busy;
}

function show(problem = null) {
  const { state, title } = app;
  const starting = state === 'starting';
  const heading =
    state === 'ready' && seen
      ? text('ended', title)
      : text(headings[state], title);
  change(by('heading'), 'textContent', heading);
  document.title = heading;
  const message =
    problem?.message ||
    busy ||
    (app.template ? say(app.template, ...app.arguments) : '');
  change(by('message'), 'textContent', message);
  by('message').className = problem || state === 'failed' ? 'failed' : '';

  change(by('waiting'), 'hidden', !starting);
  if (starting) {
    const elapsed = Math.round(app.elapsed ?? 0);
    by('progress').max = app.timeout;
    by('progress').value = Math.min(elapsed, app.timeout);
    change(
      by('elapsed'),
      'textContent',
      text('progress', String(elapsed), String(Math.round(app.timeout)))
    );
  }
  change(by('stop'), 'hidden', !starting);
  if (plan) {
    button(text('confirm'), load);
  } else if (state === 'failed') {
    button(text('again'), start);
  } else if (state === 'ready') {
    button(text('start', title), start);
  } else if (state === 'locked' && app.needs.length > 0) {
    button(text('load', app.needs[0]), preview);
  } else {
    button('', null);
  }

  // What one said that has ended well is of no use.
  const output = problem?.detail || (state === 'ready' ? '' : app.output);
  change(by('said'), 'hidden', !output);
  if (output !== said) {
    const pre = by('output');
    const atEnd = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 4;
    said = output;
    pre.textContent = output;
    if (atEnd) {
      pre.scrollTop = pre.scrollHeight;
    }
  }
}

const headings = {
  locked: 'locked',
  ready: 'ready',
  starting: 'starting',
  running: 'started',
  stopping: 'stopping',
  failed: 'failed'
};

function take(told) {
  app = told;
  seen =
    seen || ['starting', 'running', 'stopping', 'failed'].includes(app.state);
  if (app.state !== 'locked') {
    plan = null;
    by('plan').hidden = true;
  }
  show();
  if (app.state === 'running' && !leaving) {
    leaving = true;
    location.reload();
  }
}

async function follow() {
  clearTimeout(timer);
  if (leaving) {
    return;
  }
  try {
    if (!busy && !document.hidden) {
      take(await ask('GET'));
    }
  } catch (problem) {
    show(problem);
  }
  const quick = app.state === 'starting' || app.state === 'stopping';
  timer = setTimeout(follow, quick ? QUICK : SLOW);
}

/* Do what takes its time, say what is done, and tell what went wrong. */
async function during(words, action) {
  busy = words;
  show();
  try {
    await action();
    busy = '';
    void follow();
  } catch (problem) {
    busy = '';
    show(problem);
    if (problem.lost) {
      clearTimeout(timer);
      timer = setTimeout(follow, SLOW);
    }
  }
}

function start() {
  return during(text('starting', app.title), async () => {
    take(await ask('POST'));
    by('stop').focus();
  });
}

/* Say what else the module brings about; what brings nothing else is loaded at once. */
function preview() {
  const name = app.needs[0];
  return during(text('loading', name), async () => {
    const told = await ask('PATCH', 'software/loaded', {
      load: [name],
      unload: [],
      preview: true
    });
    const lines = [
      ['willLoad', told.loaded],
      ['willUnload', told.unloaded],
      ['willReload', told.reloaded],
      ['willInactivate', told.inactivated]
    ].filter(([, names]) => names.length > 0);
    if (told.way.length === 0 && told.unloaded.length === 0) {
      return loadNow(name);
    }
    plan = name;
    by('plan').replaceChildren(
      ...lines.map(([word, names]) => {
        const item = document.createElement('li');
        item.textContent = text(word, names.join(', '));
        return item;
      })
    );
    by('plan').hidden = false;
  });
}

async function loadNow(name) {
  await ask('PATCH', 'software/loaded', {
    load: [name],
    unload: [],
    preview: false
  });
  take(await ask('POST'));
}

function load() {
  const name = plan;
  return during(text('loading', name), () => loadNow(name));
}

by('go').addEventListener('click', () => act && act());
by('stop').addEventListener('click', () =>
  during(text('stopping', app.title), async () => {
    take(await ask('DELETE'));
    by('go').focus();
  })
);
document.addEventListener('visibilitychange', () => void follow());

async function begin() {
  await speak();
  change(by('stop'), 'textContent', text('stop'));
  change(by('back'), 'textContent', text('back'));
  change(by('said-title'), 'textContent', text('output'));
  by('progress').setAttribute('aria-label', text('progressName'));
  take(app);
  if (about.start) {
    await start();
  } else {
    void follow();
  }
}

void begin();
