/*
 * Shows a desktop by noVNC, and turns into the page that starts it when it has ended.
 */
import RFB from './novnc/core/rfb.js';
import { about, ask, by, speak, text } from './say.js';

/* Milliseconds before a connection that broke is tried again. */
const PAUSE = 1500;

let rfb = null;

function tell(words) {
  by('message').textContent = words;
}

function connect() {
  const address = new URL('websockify', location.href.split(/[?#]/)[0]);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  rfb = new RFB(by('screen'), address.href, { shared: true });
  fit();
  rfb.addEventListener('connect', () => {
    tell(text('connected'));
    rfb.focus();
  });
  rfb.addEventListener('disconnect', () => void again());
  rfb.addEventListener('clipboard', event => {
    by('text').value = event.detail.text;
  });
}

/* The desktop takes the window's size, or keeps its own and is scaled. */
function fit() {
  const scale = by('fit').getAttribute('aria-pressed') === 'true';
  rfb.scaleViewport = scale;
  rfb.resizeSession = !scale;
}

/* Who logged out has ended it: it is not started again before that is asked for. */
async function again() {
  rfb = null;
  try {
    const { state } = await ask('GET');
    if (state !== 'running') {
      location.replace(`${location.pathname}?ended`);
      return;
    }
    tell(text('reconnecting'));
  } catch (problem) {
    tell(problem.message);
  }
  setTimeout(connect, PAUSE);
}

by('clipboard').addEventListener('click', () => {
  const board = by('board');
  board.hidden = !board.hidden;
  by('clipboard').setAttribute('aria-expanded', String(!board.hidden));
  if (!board.hidden) {
    by('text').focus();
  }
});
by('text').addEventListener('input', () =>
  rfb?.clipboardPasteFrom(by('text').value)
);
by('fit').addEventListener('click', () => {
  const pressed = by('fit').getAttribute('aria-pressed') === 'true';
  by('fit').setAttribute('aria-pressed', String(!pressed));
  if (rfb) {
    fit();
  }
});
by('full').addEventListener('click', () => {
  if (document.fullscreenElement) {
    void document.exitFullscreen();
  } else {
    void document.documentElement.requestFullscreen();
  }
});
by('stop').addEventListener('click', async () => {
  tell(text('stopping', about.application.title));
  try {
    await ask('DELETE');
  } catch (problem) {
    tell(problem.message);
  }
});

await speak();
for (const name of ['clipboard', 'fit', 'full', 'stop', 'back', 'text-label']) {
  by(name).textContent = text(name);
}
tell(text('connecting'));
connect();
