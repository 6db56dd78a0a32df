/*
 * Shows a desktop by noVNC, and turns into the page that starts it when it has ended.
 */
import RFB from './novnc/core/rfb.js';
import { about, ask, by, speak, text } from './say.js';

/* Milliseconds before a connection that broke is tried again. */
const PAUSE = 1500;
/* What a desktop can be given instead of the window's size; the site's own comes first. */
const SIZES = [
  about.geometry,
  '1024x768',
  '1280x800',
  '1920x1080',
  '2560x1440',
  '3840x2160'
].filter((size, at, all) => /^\d+x\d+$/.test(size) && all.indexOf(size) === at);
const KEPT = 'jupyterlab_hpc:desktop-size';

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

/*
 * Give the desktop the size of the window, or one that was chosen, then scaled to the window.
 *
 * noVNC asks for the size that it has in the page. Once the desktop has taken it, it is shown
 * in all of the window. One that does not take it is shown as it is.
 */
function fit() {
  const chosen = by('size').value;
  const [width, height] = chosen.split('x').map(Number);
  const main = by('screen');
  const canvas = main.querySelector('canvas');
  watching.disconnect();
  rfb.scaleViewport = false;
  main.style.flex = chosen ? 'none' : '';
  main.style.width = chosen ? `${width}px` : '';
  main.style.height = chosen ? `${height}px` : '';
  rfb.resizeSession = true;
  if (!chosen || !canvas) {
    return;
  }
  if (canvas.width === width && canvas.height === height) {
    rfb.resizeSession = false;
    main.style.flex = main.style.width = main.style.height = '';
    rfb.scaleViewport = true;
  } else {
    watching.observe(canvas, { attributeFilter: ['width', 'height'] });
  }
}

const watching = new MutationObserver(() => rfb && fit());

/* Who logged out has ended it: it is not started again before that is asked for. */
async function again() {
  rfb = null;
  watching.disconnect();
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
by('size').addEventListener('change', () => {
  try {
    localStorage.setItem(KEPT, by('size').value);
  } catch {
    // a browser that keeps nothing
  }
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
for (const name of [
  'clipboard',
  'size-label',
  'full',
  'stop',
  'back',
  'text-label'
]) {
  by(name).textContent = text(name);
}
by('size').append(
  new Option(text('follow'), ''),
  ...SIZES.map(size => new Option(size.replace('x', ' × '), size))
);
try {
  by('size').value = localStorage.getItem(KEPT) ?? '';
} catch {
  // a browser that keeps nothing
}
if (by('size').selectedIndex < 0) {
  by('size').value = '';
}
tell(text('connecting'));
connect();
