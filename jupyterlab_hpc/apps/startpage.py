"""The page at an application's address while it does not run. Knows HTTP and sentences."""

import asyncio
import json
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import template

from ..rest.codec import encode
from ..sentences import trans
from .models import Application
from .service import ApplicationsService

PAGE = Path(__file__).parent / "page"
CATALOGUE = Path(__file__).parents[1] / "locale" / "fr_FR" / "LC_MESSAGES" / "jupyterlab_hpc.json"
SCRIPT = "text/javascript; charset=utf-8"
FILES = {
    "say.js": (PAGE / "say.js", SCRIPT),
    "start.js": (PAGE / "start.js", SCRIPT),
    "desktop.js": (PAGE / "desktop.js", SCRIPT),
    "start.css": (PAGE / "start.css", "text/css; charset=utf-8"),
    # JupyterLab serves it for its own pages alone.
    "fr.json": (CATALOGUE, "application/json"),
}
NOVNC = PAGE / "novnc"
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
    "ready": trans.gettext("%1 is not running"),
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
    "connecting": trans.gettext("Connecting…"),
    "connected": trans.gettext("Connected."),
    "reconnecting": trans.gettext("The connection broke; connecting again…"),
    "clipboard": trans.gettext("Clipboard"),
    "text-label": trans.gettext("The clipboard of the desktop"),
    "size-label": trans.gettext("Size"),
    "follow": trans.gettext("As the window"),
    "full": trans.gettext("Full screen"),
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


def find_file(name: str) -> tuple[Path, str] | None:
    """Return one of the pages' files and its kind, or None; `name` may be anything."""
    if name in FILES:
        return FILES[name]
    path = (PAGE / name).resolve()
    return (path, SCRIPT) if NOVNC in path.parents and path.suffix == ".js" else None


async def start_page(handler: JupyterHandler, service: ApplicationsService, name: str) -> None:
    """Answer the page that shows how the application does, and turns into it."""
    application = await service.get(name)
    # Another site may link to an application, but not start it; nor does its own end.
    own = handler.request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
    start = own and application.state == "ready" and handler.request.query != "ended"
    await _application_page(handler, "start.html", service, application, start=start)


async def viewer_page(handler: JupyterHandler, service: ApplicationsService, name: str) -> None:
    """Answer the page that shows a desktop that runs."""
    await _application_page(handler, "desktop.html", service, await service.get(name), start=False)


async def _application_page(
    handler: JupyterHandler,
    page: str,
    service: ApplicationsService,
    application: Application,
    *,
    start: bool,
) -> None:
    about = {
        "application": json.loads(encode(application)),
        "texts": TEXTS,
        "api": f"{service.base_url}jupyterlab-hpc/",
        "start": start,
        "geometry": service.supervised(application.id).spec.geometry,
    }
    await _page(
        handler,
        page,
        title=application.title,
        files=f"{service.base_url}jupyterlab-hpc/apps-page/",
        lab=f"{service.base_url}lab",
        about=_data(about),
        noscript=TEXTS["noscript"],
    )
