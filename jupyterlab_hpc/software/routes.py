"""The software room's routes. Knows HTTP; knows no module system."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .models import (
    ChangeRequest,
    CollectionQuery,
    ModulePathsRequest,
    ModuleQuery,
    ModulesQuery,
    RenameRequest,
    RestoreRequest,
    SaveRequest,
    ScriptQuery,
    SwitchRequest,
    TakenOverRequest,
)
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
        await self.reply_to_who_waits(self.service.change(self.body(ChangeRequest)))

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Take a SwitchRequest, answer a Change."""
        await self.reply_to_who_waits(self.service.switch(self.body(SwitchRequest)))


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


class ModulefileHandler(RestHandler[SoftwareService]):
    """One modulefile."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a ModuleQuery, answer a ModulefileText."""
        self.reply(await self.service.modulefile(self.query(ModuleQuery).full_name))


class ModulePathsHandler(RestHandler[SoftwareService]):
    """The folders that modules come from."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the ModulePaths."""
        self.reply(await self.service.modulepaths())

    @web.authenticated
    @authorized
    async def patch(self) -> None:
        """Take a ModulePathsRequest, answer a Change."""
        await self.reply_to_who_waits(
            self.service.change_modulepaths(self.body(ModulePathsRequest))
        )


class CollectionsHandler(RestHandler[SoftwareService]):
    """The user's collections."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the Collections."""
        self.reply(await self.service.collections())

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Take a SaveRequest, answer the Collections."""
        self.reply(await self.service.save(self.body(SaveRequest)))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Take a CollectionQuery, answer the Collections that are left."""
        self.reply(await self.service.delete(self.query(CollectionQuery).name))


class CollectionHandler(RestHandler[SoftwareService]):
    """One collection."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a CollectionQuery, answer CollectionDetails."""
        self.reply(await self.service.collection(self.query(CollectionQuery).name))


class RenameHandler(RestHandler[SoftwareService]):
    """Giving a collection another name."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a RenameRequest, answer the Collections."""
        self.reply(await self.service.rename(self.body(RenameRequest)))


class RestoreHandler(RestHandler[SoftwareService]):
    """Going back to a collection."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a RestoreRequest, answer a Change."""
        await self.reply_to_who_waits(self.service.restore(self.body(RestoreRequest)))


class ScriptHandler(RestHandler[SoftwareService]):
    """What is loaded, as a text."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a ScriptQuery, answer a Script."""
        self.reply(await self.service.script(self.query(ScriptQuery)))


class StaleHandler(RestHandler[SoftwareService]):
    """What runs in an environment that is no longer the session's."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer what is Stale."""
        self.reply(await self.service.stale())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a TakenOverRequest, answer what is still Stale."""
        self.reply(await self.service.taken_over(self.body(TakenOverRequest)))


def software_routes(service: SoftwareService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("software/system", SystemHandler, {"service": service}),
        ("software/loaded", LoadedHandler, {"service": service}),
        ("software/modules", ModulesHandler, {"service": service}),
        ("software/module", ModuleHandler, {"service": service}),
        ("software/modulefile", ModulefileHandler, {"service": service}),
        ("software/modulepaths", ModulePathsHandler, {"service": service}),
        ("software/script", ScriptHandler, {"service": service}),
        ("software/stale", StaleHandler, {"service": service}),
        ("software/collections", CollectionsHandler, {"service": service}),
        ("software/collections/rename", RenameHandler, {"service": service}),
        ("software/collections/restore", RestoreHandler, {"service": service}),
        ("software/collection", CollectionHandler, {"service": service}),
    ]
