"""Where the parts are put together: each room's tools, service and routes."""

import dataclasses
import os
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp
from traitlets import Enum

from .hub import HubService, Running, hub_routes, kernels_of, terminals_of
from .process import end_all
from .session import SessionService, session_routes
from .software import (
    KernelspecFolders,
    ModuleCatalog,
    SessionEnvironment,
    SoftwareService,
    follow_kernels,
    follow_server_processes,
    follow_terminals,
    software_routes,
)
from .software.service import Launches, Notice
from .storage import (
    StorageQuota,
    StorageService,
    StorageUsage,
    leave,
    room_elsewhere,
    storage_routes,
)
from .tools.choose import MODULE_SYSTEMS, module_tool
from .tools.envmod import EnvironmentModules
from .tools.hub_api import HubApi
from .tools.lmod import Lmod
from .tools.nvidia import NvidiaSmi
from .tools.slurm import Slurm

SOFTWARE_SCHEMA = Path(__file__).parent / "software" / "events.json"
SOFTWARE_EVENTS = "https://schema.jupyter.org/jupyterlab_hpc/software/v1"
STORAGE_SCHEMA = Path(__file__).parent / "storage" / "events.json"
STORAGE_EVENTS = "https://schema.jupyter.org/jupyterlab_hpc/storage/v1"


class HPCApp(ExtensionApp):
    """The server side of jupyterlab_hpc."""

    name = "jupyterlab_hpc"
    software: SoftwareService | None = None
    storage: StorageService | None = None
    session: SessionService | None = None
    hub: HubService | None = None
    classes = [  # noqa: RUF012 - as traitlets has it
        ModuleCatalog,
        SessionEnvironment,
        SoftwareService,
        StorageService,
        StorageQuota,
        StorageUsage,
        SessionService,
        HubService,
        HubApi,
        Slurm,
        NvidiaSmi,
        Lmod,
        EnvironmentModules,
    ]

    module_system = Enum(
        MODULE_SYSTEMS,
        "auto",
        help="""The module system to use: "lmod", "envmod" (Environment Modules), "none", or
        "auto" for the one that the session's shell has set up; where it has both, Lmod.""",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        """Make the rooms and list their routes."""
        assert self.serverapp is not None
        self.environment = SessionEnvironment(parent=self)
        self.kernelspecs = KernelspecFolders(self.serverapp.kernel_spec_manager, self.environment)
        software = SoftwareService(
            parent=self,
            tool=module_tool(self.module_system, self.environment.values, parent=self),
            environment=self.environment,
            on_notice=self._tell_pages,
            on_environment=self.kernelspecs.refresh,
        )
        if self.serverapp.event_logger is not None:
            self.serverapp.event_logger.register_event_schema(SOFTWARE_SCHEMA)
        self.software = software
        for path, handler, options in software_routes(software):
            self.handlers.append((f"/jupyterlab-hpc/{path}", handler, options))
        self.storage = self._storage()
        slurm = Slurm(parent=self)
        self.session = SessionService(parent=self, scheduler=slurm, gpus=NvidiaSmi(parent=self))
        self.hub = HubService(
            parent=self,
            hub=HubApi(parent=self),
            job=slurm,
            running=Running(
                kernels=kernels_of(self.serverapp.kernel_manager, self._notebooks),
                terminals=terminals_of(lambda: self._settings("terminal_manager")),
                shut_down=self._shut_down,
            ),
        )
        for path, handler, options in [*session_routes(self.session), *hub_routes(self.hub)]:
            self.handlers.append((f"/jupyterlab-hpc/{path}", handler, options))
        # Runs when all extensions are loaded; ExtensionApp's own hook for that is
        # younger than the oldest server that JupyterLab 4.2 runs on.
        self.serverapp.io_loop.add_callback(self.start_rooms)

    def _storage(self) -> StorageService:
        """Make the storage room and list its routes."""
        assert self.serverapp is not None
        self._make_room()
        storage = StorageService(
            parent=self,
            environment=lambda: self.environment.values,
            root=getattr(self.serverapp.contents_manager, "root_dir", ""),
            on_notice=lambda revision: self._emit(STORAGE_EVENTS, {"revision": revision}),
        )
        if self.serverapp.event_logger is not None:
            self.serverapp.event_logger.register_event_schema(STORAGE_SCHEMA)
        for path, handler, options in storage_routes(storage):
            self.handlers.append((f"/jupyterlab-hpc/{path}", handler, options))
        return storage

    def _make_room(self) -> None:
        """Let the server start and run kernels where the home is full."""
        assert self.serverapp is not None
        server = self.serverapp
        self._room = room_elsewhere(server.runtime_dir, os.environ)
        if not self._room:
            return
        self.log.warning(
            "Nothing can be written to %s: is the home full? Using %s",
            server.runtime_dir,
            self._room,
        )
        server.runtime_dir = self._room
        server.kernel_manager.connection_dir = self._room
        for name in ("info_file", "browser_open_file", "browser_open_file_to_run"):
            setattr(server, name, str(Path(self._room, Path(getattr(server, name)).name)))

    def start_rooms(self) -> None:
        """Begin what needs the event loop and the other extensions."""
        assert self.serverapp is not None
        assert self.software is not None
        terminals = self._settings("terminal_manager")
        launches = Launches(
            kernels=follow_kernels(
                self.serverapp.kernel_manager, self.environment, self.software.renewed
            ),
            terminals=follow_terminals(terminals, self.environment) if terminals else list,
            applications=follow_server_processes(self.environment),
            paths=self._notebooks,
        )
        self.software.watch(launches)
        self.software.start()
        if self.storage is not None:
            self.storage.start()

    async def _notebooks(self) -> dict[str, str]:
        """Return the paths of notebooks and consoles by the ids of their kernels."""
        assert self.serverapp is not None
        sessions = await ensure_async(self.serverapp.session_manager.list_sessions())
        return {session["kernel"]["id"]: session["path"] for session in sessions}

    def _settings(self, name: str) -> Any:
        """Return what another extension has put into the server's settings, or None."""
        assert self.serverapp is not None
        return self.serverapp.web_app.settings.get(name)

    async def _shut_down(self) -> None:
        """End this server as its own "Shut Down" does."""
        assert self.serverapp is not None
        self.serverapp.stop()

    async def stop_extension(self) -> None:
        """End what runs in the background."""
        for room in (self.session, self.hub):
            if room is not None:
                await room.stop()
        if self.software is not None:
            await self.software.stop()
        if self.storage is not None:
            await self.storage.stop()
            leave(self._room)
        end_all()

    def _tell_pages(self, notice: Notice) -> None:
        self._emit(SOFTWARE_EVENTS, dataclasses.asdict(notice))

    def _emit(self, schema: str, data: dict[str, Any]) -> None:
        if self.serverapp is not None and self.serverapp.event_logger is not None:
            self.serverapp.event_logger.emit(schema_id=schema, data=data)
