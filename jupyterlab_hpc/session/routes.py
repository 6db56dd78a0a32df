"""The session room's routes. Knows HTTP; knows no scheduler."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .carry import CarryService
from .models import KeepRequest
from .service import SessionService

RESOURCE = "jupyterlab_hpc:session"


class SessionHandler(RestHandler[SessionService]):
    """The session and its job."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the SessionInfo."""
        self.reply(await self.service.session())


class ExtensionHandler(RestHandler[SessionService]):
    """More time for the session's job."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Ask for more time; answer MoreTime."""
        self.reply(await self.service.extend())


class KeptHandler(RestHandler[CarryService]):
    """What the last session had, and what this one has."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer what is Kept."""
        self.reply(await self.service.kept())

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Keep what a page has open; answer what is Kept."""
        self.reply(await self.service.keep(self.body(KeepRequest)))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Offer no more what the last session had; answer what is Kept."""
        self.reply(await self.service.decided())


def session_routes(service: SessionService, carry: CarryService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("session", SessionHandler, {"service": service}),
        ("session/extension", ExtensionHandler, {"service": service}),
        ("session/kept", KeptHandler, {"service": carry}),
    ]
