"""The routes of the storage room. Knows HTTP; knows no disk."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .models import CopyRequest, FolderQuery, LeftQuery, LinkQuery, LinkRequest, QuotaQuery
from .service import StorageService

RESOURCE = "jupyterlab_hpc:storage"


class StorageHandler(RestHandler[StorageService]):
    """The directories and their links."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the Storage."""
        self.reply(await self.service.storage())


class LinksHandler(RestHandler[StorageService]):
    """One link."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Take a LinkRequest, answer the LinkInfo."""
        self.reply(await self.service.link(self.body(LinkRequest)))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Take a LinkQuery, answer the Storage that is left."""
        await self.service.unlink(self.query(LinkQuery).name)
        self.reply(await self.service.storage())


class FolderHandler(RestHandler[StorageService]):
    """The links in a folder that the file browser shows."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a FolderQuery, answer the FolderLinks."""
        self.reply(await self.service.folder_links(self.query(FolderQuery)))


class QuotaHandler(RestHandler[StorageService]):
    """How full the file systems are."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a QuotaQuery, answer the Quotas."""
        self.reply(await self.service.quotas(self.query(QuotaQuery)))


class UsageHandler(RestHandler[StorageService]):
    """What is big in the home."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the Usage."""
        self.reply(self.service.usage.usage())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Begin to add up, answer the Usage."""
        self.reply(self.service.usage.start())

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """End what is under way, answer the Usage."""
        self.reply(await self.service.usage.cancel())


class LeftHandler(RestHandler[StorageService]):
    """What is in the job's directory."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a LeftQuery, answer what is Left."""
        left = self.service.copies.left(self.query(LeftQuery))
        await self.reply_to_who_waits(left)


class CopyHandler(RestHandler[StorageService]):
    """The copy of the job's directory."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the Copy."""
        self.reply(self.service.copies.copy())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a CopyRequest, begin, answer the Copy."""
        self.reply(await self.service.copies.start(self.body(CopyRequest)))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """End what is under way, answer the Copy."""
        self.reply(await self.service.copies.cancel())


def storage_routes(service: StorageService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("storage", StorageHandler, {"service": service}),
        ("storage/links", LinksHandler, {"service": service}),
        ("storage/folder", FolderHandler, {"service": service}),
        ("storage/quota", QuotaHandler, {"service": service}),
        ("storage/left", LeftHandler, {"service": service}),
        ("storage/copy", CopyHandler, {"service": service}),
        ("storage/usage", UsageHandler, {"service": service}),
    ]
