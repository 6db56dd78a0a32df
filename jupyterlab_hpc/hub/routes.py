"""The hub room's routes. Knows HTTP; knows no JupyterHub."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .models import ServerRequest
from .service import HubService

RESOURCE = "jupyterlab_hpc:hub"


class ServerHandler(RestHandler[HubService]):
    """The user server that answers, as its Hub knows it."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the ServerInfo; `?jobs=true` asks for the batch jobs too."""
        asked = self.query(ServerRequest)
        self.reply(await self.service.server(jobs=asked.jobs))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Begin to stop; answer 202 and what is Stopping."""
        stopping = await self.service.stop_server()
        self.set_status(202)
        self.reply(stopping)


def hub_routes(service: HubService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [("hub/server", ServerHandler, {"service": service})]
