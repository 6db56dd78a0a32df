"""The session room's routes. Knows HTTP; knows no scheduler."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
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


def session_routes(service: SessionService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [("session", SessionHandler, {"service": service})]
