"""The kernels room's routes. Knows HTTP; knows no kernelspec."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .models import (
    KernelModulesQuery,
    KernelQuery,
    LockRequest,
    MakeKernelRequest,
    NotebookModulesRequest,
    RenameKernelRequest,
    RepairRequest,
    VenvQuery,
)
from .service import KernelsService

RESOURCE = "jupyterlab_hpc:kernels"


class KernelsHandler(RestHandler[KernelsService]):
    """The made kernels."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the MadeKernels."""
        self.reply(await self.service.kernels())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a MakeKernelRequest, answer the TriedKernel."""
        await self.reply_to_who_waits(self.service.make(self.body(MakeKernelRequest)))


class KernelHandler(RestHandler[KernelsService]):
    """One made kernel."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def patch(self) -> None:
        """Take a RenameKernelRequest, answer the MadeKernel."""
        self.reply(await self.service.rename(self.body(RenameKernelRequest)))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Take a KernelQuery, answer the MadeKernels that are left."""
        self.reply(await self.service.remove(self.query(KernelQuery).name))


class TrialHandler(RestHandler[KernelsService]):
    """Testing a made kernel."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a KernelQuery, answer the TriedKernel."""
        await self.reply_to_who_waits(self.service.try_again(self.body(KernelQuery).name))


class RepairHandler(RestHandler[KernelsService]):
    """Making a kernel anew with modules that are there."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a RepairRequest, answer the Repair."""
        await self.reply_to_who_waits(self.service.repair(self.body(RepairRequest)))


class SourcesHandler(RestHandler[KernelsService]):
    """What a kernel can be made of."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the KernelSources."""
        self.reply(await self.service.sources())


class BasesHandler(RestHandler[KernelsService]):
    """The kernels to build on."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a KernelModulesQuery, answer the KernelBases."""
        await self.reply_to_who_waits(self.service.bases(self.query(KernelModulesQuery)))


class VenvHandler(RestHandler[KernelsService]):
    """One virtual environment.

    To look at it runs its Python, so it is no GET: those can be had by a link on any page.
    """

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a VenvQuery, answer the VenvInfo."""
        await self.reply_to_who_waits(self.service.venv(self.body(VenvQuery)))

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Take a VenvQuery, install ipykernel there, answer the VenvInfo."""
        self.reply(await self.service.install(self.body(VenvQuery)))


class NotebookHandler(RestHandler[KernelsService]):
    """The modules that a notebook remembers."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a NotebookModulesRequest, answer the NotebookModules."""
        self.reply(await self.service.compare(self.body(NotebookModulesRequest)))


class LockHandler(RestHandler[KernelsService]):
    """With which software a notebook runs."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a LockRequest, answer the LockText."""
        await self.reply_to_who_waits(self.service.lock(self.body(LockRequest)))


def kernels_routes(service: KernelsService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("kernels", KernelsHandler, {"service": service}),
        ("kernels/kernel", KernelHandler, {"service": service}),
        ("kernels/trial", TrialHandler, {"service": service}),
        ("kernels/repair", RepairHandler, {"service": service}),
        ("kernels/sources", SourcesHandler, {"service": service}),
        ("kernels/bases", BasesHandler, {"service": service}),
        ("kernels/venv", VenvHandler, {"service": service}),
        ("kernels/notebook", NotebookHandler, {"service": service}),
        ("kernels/lock", LockHandler, {"service": service}),
    ]
