"""The page at an application's address while it does not run. Knows HTTP and sentences."""

import asyncio
import json
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import template

from ..rest.codec import encode
from ..sentences import trans
from .service import ApplicationsService

PAGE = Path(__file__).parent / "page"
CATALOGUE = Path(__file__).parents[1] / "locale" / "fr_FR" / "LC_MESSAGES" / "jupyterlab_hpc.json"
FILES = {
    "start.js": (PAGE / "start.js", "text/javascript; charset=utf-8"),
    "start.css": (PAGE / "start.css", "text/css; charset=utf-8"),
    # JupyterLab serves it for its own pages alone.
    "fr.json": (CATALOGUE, "application/json"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

# What the page says, by the names that its script knows; %1 is the application's title.
TEXTS = {
    "start": trans.gettext("Start %1"),
    "starting": trans.gettext("Starting %1…"),
    "started": trans.gettext("%1 is ready."),
    "stopping": trans.gettext("%1 is ending…"),
    "failed": trans.gettext("%1 could not start"),
    "ended": trans.gettext("%1 has ended"),
    "ready": trans.gettext("%1 does not run"),
    "locked": trans.gettext("%1 is locked"),
    "progress": trans.gettext("%1 s so far; this may take up to %2 s."),
    "progressName": trans.gettext("Time that the start has taken"),
    "stop": trans.gettext("Stop"),
    "again": trans.gettext("Try again"),
    "load": trans.gettext("Load the module %1 and start"),
    "confirm": trans.gettext("Load and start"),
    "loading": trans.gettext("Loading the module %1…"),
    "willLoad": trans.gettext("Will be loaded: %1."),
    "willUnload": trans.gettext("Will be unloaded: %1."),
    "willReload": trans.gettext("Will be reloaded: %1."),
    "willInactivate": trans.gettext("Will become inactive: %1."),
    "output": trans.gettext("What the application said"),
    "back": trans.gettext("Back to JupyterLab"),
    "lost": trans.gettext("The server did not answer. Is the session still running?"),
    "noscript": trans.gettext("This page needs JavaScript to follow the start."),
}


async def _page(handler: JupyterHandler, name: str, **texts: Any) -> None:
    source = await asyncio.to_thread((PAGE / name).read_bytes)
    handler.set_header("Content-Type", "text/html; charset=utf-8")
    handler.set_header("Content-Security-Policy", POLICY)
    handler.set_header("Cache-Control", "no-store")
    handler.set_header("X-Content-Type-Options", "nosniff")
    # Asked for, so that it is set: the page's script sends it back.
    assert handler.xsrf_token
    handler.finish(template.Template(source, name=name).generate(**texts))


def _data(value: Any) -> str:
    """Return JSON that can stand in a page: nothing in it ends the element it stands in."""
    return json.dumps(value).replace("<", "\\u003c")


async def start_page(handler: JupyterHandler, service: ApplicationsService, name: str) -> None:
    """Answer the page that shows how the application does, and turns into it."""
    application = await service.get(name)
    # Another site may link to an application, but not start it.
    own = handler.request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
    about = {
        "application": json.loads(encode(application)),
        "texts": TEXTS,
        "api": f"{service.base_url}jupyterlab-hpc/",
        "start": own and application.state == "ready",
    }
    await _page(
        handler,
        "start.html",
        title=application.title,
        files=f"{service.base_url}jupyterlab-hpc/apps-page/",
        lab=f"{service.base_url}lab",
        about=_data(about),
        noscript=TEXTS["noscript"],
    )
