/*
 * What the pages of applications share: their language, and the way to ask the server.
 *
 * Pages of their own: no JupyterLab, no framework, nothing inline, text only by textContent.
 */

export const about = JSON.parse(document.getElementById('about').textContent);

export const by = id => document.getElementById(id);

/* Milliseconds after which a look that nobody answers is given up: the next may get through. */
const PATIENCE = 20000;

let catalogue = {};

/* Return a template of the server in the page's language, its places filled. */
export function say(template, ...values) {
  const known = catalogue[template];
  const text = (known && known[0]) || template;
  return text.replace(/%(\d+)/g, (_, place) => values[place - 1] ?? '');
}

export const text = (name, ...values) => say(about.texts[name], ...values);

/* Take JupyterLab's language, which its page leaves, else the browser's own. */
export async function speak() {
  let language = '';
  try {
    language = localStorage.getItem('jupyterlab_hpc:language') || '';
  } catch {
    // a browser that keeps nothing
  }
  if ((language || navigator.language).toLowerCase().startsWith('fr')) {
    try {
      const answer = await fetch(`${about.api}apps-page/fr.json`);
      catalogue = await answer.json();
      document.documentElement.lang = 'fr';
    } catch {
      catalogue = {};
    }
  }
}

/*
 * Ask a route; a refusal is an Error with the server's sentence, in the page's language.
 *
 * It is `lost` where the server was not reached: by nobody's answer, or by a proxy's page.
 */
export async function ask(
  method,
  path = `apps/${encodeURIComponent(about.application.id)}`,
  body
) {
  const xsrf = /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie);
  const looks = method === 'GET';
  let answer;
  let told;
  try {
    // Who only looks does not keep a server that is idle from being culled.
    const looking = looks ? '?no_track_activity=1' : '';
    answer = await fetch(about.api + path + looking, {
      method,
      cache: 'no-store',
      headers: { 'X-XSRFToken': xsrf ? xsrf[1] : '' },
      body: body && JSON.stringify(body),
      signal: looks ? AbortSignal.timeout(PATIENCE) : undefined
    });
    told = await answer.json();
  } catch {
    throw Object.assign(new Error(text('lost')), { lost: true });
  }
  if (!answer.ok) {
    const refusal = new Error(
      say(told.template || told.message, ...(told.arguments || []))
    );
    refusal.detail = told.detail;
    throw refusal;
  }
  return told;
}
