"""The applications room's routes. Knows HTTP; knows no process."""

import asyncio

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from ..rest.handler import RestHandler, Route
from .service import ApplicationsService
from .startpage import find_file

RESOURCE = "jupyterlab_hpc:apps"


class ApplicationsHandler(RestHandler[ApplicationsService]):
    """All applications."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer a list of Applications."""
        self.reply(await self.service.every())


class ApplicationHandler(RestHandler[ApplicationsService]):
    """One application."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Answer the Application."""
        self.reply(await self.service.get(name))

    @web.authenticated
    @authorized
    async def post(self, name: str) -> None:
        """Begin to start it; answer the Application."""
        self.reply(await self.service.start(name))

    @web.authenticated
    @authorized
    async def delete(self, name: str) -> None:
        """End it; answer the Application when nothing of it is left."""
        self.reply(await self.service.stop(name))


class IconHandler(RestHandler[ApplicationsService]):
    """The picture of an application that a site has given one."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Answer an SVG picture."""
        picture = await self.service.icon(name)
        # A picture that is opened as a page must not run what it holds.
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.finish(picture, set_content_type="image/svg+xml")


class PageFileHandler(JupyterHandler):
    """What the page is made of, beside its text."""

    auth_resource = RESOURCE

    def check_xsrf_cookie(self) -> None:
        """Need no token: what is read here changes nothing, and is in every installation.

        JupyterHub wants one with each GET that a page did not navigate to, which scripts
        that are modules cannot send: the browser would be sent to log in for ever.
        """

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Answer one of the page's files."""
        found = await asyncio.to_thread(find_file, name)
        if found is None:
            raise web.HTTPError(404)
        path, kind = found
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise web.HTTPError(404) from error
        self.set_header("Content-Type", kind)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(content)


def apps_routes(service: ApplicationsService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("apps", ApplicationsHandler, {"service": service}),
        (r"apps/([^/]+)", ApplicationHandler, {"service": service}),
        (r"apps/([^/]+)/icon", IconHandler, {"service": service}),
        (r"apps-page/(.+)", PageFileHandler, {}),
    ]
