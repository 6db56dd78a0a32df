"""The check room's routes. Knows HTTP; knows no check."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .models import BundleQuery
from .service import CheckService

RESOURCE = "jupyterlab_hpc:check"


class CheckHandler(RestHandler[CheckService]):
    """The findings about this session."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Run the checks, answer the CheckReport; a client that goes away ends them."""
        await self.reply_to_who_waits(self.service.report())


class BundleHandler(RestHandler[CheckService]):
    """The text for the site's support."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a BundleQuery, answer the SupportBundle."""
        await self.reply_to_who_waits(self.service.bundle(self.query(BundleQuery)))


def check_routes(service: CheckService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("check", CheckHandler, {"service": service}),
        ("check/bundle", BundleHandler, {"service": service}),
    ]
