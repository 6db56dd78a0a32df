"""The software room's routes. Knows HTTP; knows no module system."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .models import ChangeRequest, ModuleQuery, ModulesQuery
from .service import SoftwareService

RESOURCE = "jupyterlab_hpc:software"


class SystemHandler(RestHandler[SoftwareService]):
    """The module system of the session."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer a SystemInfo."""
        self.reply(await self.service.system())


class LoadedHandler(RestHandler[SoftwareService]):
    """The modules of the session."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the LoadedModules."""
        self.reply(self.service.loaded())

    @web.authenticated
    @authorized
    async def patch(self) -> None:
        """Take a ChangeRequest, answer a Change."""
        self.reply(await self.service.change(self.body(ChangeRequest)))


class ModulesHandler(RestHandler[SoftwareService]):
    """Everything that can be loaded."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a ModulesQuery, answer FoundModules."""
        self.reply(await self.service.modules(self.query(ModulesQuery)))


class ModuleHandler(RestHandler[SoftwareService]):
    """One module."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a ModuleQuery, answer ModuleDetails."""
        self.reply(await self.service.module(self.query(ModuleQuery).full_name))


def software_routes(service: SoftwareService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("software/system", SystemHandler, {"service": service}),
        ("software/loaded", LoadedHandler, {"service": service}),
        ("software/modules", ModulesHandler, {"service": service}),
        ("software/module", ModuleHandler, {"service": service}),
    ]
