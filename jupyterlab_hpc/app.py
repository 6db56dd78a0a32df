"""Where the parts are put together: each room's tools, service and routes."""

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp
from traitlets import Enum, List

from .apps import ApplicationsService, apps_routes
from .apps.service import Notice as ApplicationsNotice
from .bridges import JobModules, KnownTree, LoadedModules, own_jobs
from .check import CheckService, Site, check_routes
from .check.site import Parts, place_of
from .hub import (
    HubService,
    Running,
    RunningApplication,
    hub_routes,
    kernels_of,
    terminals_of,
)
from .jobs import JobsService, jobs_routes
from .kernels import KEY as MADE
from .kernels import KernelsService, kernels_routes
from .process import end_all
from .rest.handler import Route
from .session import CarryService, SessionService, session_routes
from .settings import folder_settings
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
from .software.launch import Kernels, Launched
from .software.launch import Running as Programs
from .software.service import Launches, Notice
from .storage import (
    StorageCopies,
    StorageQuota,
    StorageService,
    StorageUsage,
    leave,
    room_elsewhere,
    storage_routes,
)
from .tools.choose import MODULE_SYSTEMS, module_tool
from .tools.envmod import EnvironmentModules
from .tools.extension import TimeExtension
from .tools.hub_api import HubApi
from .tools.lmod import Lmod
from .tools.nvidia import NvidiaSmi
from .tools.slurm import Slurm
from .tools.slurm_jobs import SlurmJobs

if TYPE_CHECKING:
    from .apps.proxy import Backends

PACKAGE = Path(__file__).parent
ROOMS = ("software", "apps", "kernels", "storage", "session", "hub", "jobs", "check")


class HPCApp(ExtensionApp):
    """The server side of jupyterlab_hpc."""

    name = "jupyterlab_hpc"
    software: SoftwareService | None = None
    applications: ApplicationsService | None = None
    backends: "Backends | None" = None
    storage: StorageService | None = None
    session: SessionService | None = None
    carry: CarryService | None = None
    hub: HubService | None = None
    jobs: JobsService | None = None
    programs: Programs | None = None
    check: CheckService | None = None
    kernels: KernelsService | None = None
    classes = [  # noqa: RUF012 - as traitlets has it
        ApplicationsService,
        ModuleCatalog,
        SessionEnvironment,
        SoftwareService,
        StorageService,
        StorageQuota,
        StorageUsage,
        StorageCopies,
        SessionService,
        CarryService,
        TimeExtension,
        HubService,
        HubApi,
        JobsService,
        KernelsService,
        Slurm,
        SlurmJobs,
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

    disabled_rooms = List(
        Enum(ROOMS),
        help="""Parts of this extension that are switched off, in the server and in the page:
        any of "software", "apps", "kernels", "storage", "session", "hub", "jobs", "check".""",
    ).tag(config=True)

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Read our settings in `jupyter_server_config.d`, too; all other files come before them."""
        names = {cls.__name__ for cls in (type(self), *self.classes)}
        self.update_config(folder_settings(self.config_file_paths, names))
        super().load_config_file(*args, **kwargs)

    def initialize_handlers(self) -> None:
        """Make the rooms and list their routes."""
        assert self.serverapp is not None
        # Our page reads it: a server cannot add to JupyterLab's own list of what is disabled.
        page = self.serverapp.web_app.settings.setdefault("page_config_data", {})
        page["hpcDisabledRooms"] = ",".join(self.disabled_rooms)
        self.environment = SessionEnvironment(parent=self)
        self.kernelspecs = KernelspecFolders(self.serverapp.kernel_spec_manager, self.environment)
        software = SoftwareService(
            parent=self,
            tool=module_tool(self.module_system, self.environment.values, parent=self),
            environment=self.environment,
            on_notice=self._tell_pages,
            on_environment=self.kernelspecs.refresh,
        )
        self.software = software
        self._add("software", software_routes(software), events=True)
        applications = ApplicationsService(
            parent=self,
            session=self.environment,
            modules=LoadedModules(software),
            base_url=self.serverapp.base_url,
            cwd=self.serverapp.root_dir,
            on_notice=self._tell_pages_of_applications,
        )
        self.applications = applications
        self._add("apps", apps_routes(applications), events=True)
        kernel_specs = self.serverapp.kernel_spec_manager
        assert kernel_specs is not None
        self.kernels = KernelsService(
            parent=self,
            modules=software,
            session=lambda: self.environment.values,
            known=kernel_specs.get_all_specs,
        )
        self._add("kernels", kernels_routes(self.kernels))
        self.storage = self._storage()
        batch = SlurmJobs(parent=self)
        self.jobs = self._jobs(software, batch)
        self._session(software, batch)
        # Runs when all extensions are loaded; ExtensionApp's own hook for that is
        # younger than the oldest server that JupyterLab 4.2 runs on.
        self.serverapp.io_loop.add_callback(self.start_rooms)

    def _session(self, software: SoftwareService, batch: SlurmJobs) -> None:
        """Make the rooms session, hub and check, and list their routes."""
        assert self.serverapp is not None
        assert self.applications is not None
        assert self.storage is not None
        assert self.kernels is not None
        assert self.jobs is not None
        slurm, gpus, hub = Slurm(parent=self), NvidiaSmi(parent=self), HubApi(parent=self)
        self.session = SessionService(
            parent=self,
            scheduler=slurm,
            gpus=gpus,
            more_time=TimeExtension(parent=self),
        )
        self.carry = CarryService(
            parent=self,
            modules=LoadedModules(software).loaded,
            job_id=slurm.job_id,
            server_name=hub.server_name,
        )
        self.hub = HubService(
            parent=self,
            hub=hub,
            job=slurm,
            running=Running(
                kernels=kernels_of(self.serverapp.kernel_manager, self._notebooks),
                terminals=terminals_of(lambda: self._settings("terminal_manager")),
                applications=self._applications,
                jobs=own_jobs(batch),
                before=self.carry.finish,
                shut_down=self._shut_down,
            ),
            on_notice=lambda notice: self._emit("hub", dataclasses.asdict(notice)),
        )
        parts = Parts(
            tool=software.tool,
            environment=self.environment,
            modules=KnownTree(software),
            slurm=slurm,
            hub=hub,
            gpus=gpus,
            storage=self.storage,
            applications=self.applications,
            kernels=self.kernels,
            jobs=self.jobs,
            batch=batch,
            index_folder=software.catalog.index_folder,
            fallbacks=self.hub.fallbacks,
        )
        self.check = CheckService(parent=self, site=lambda: self._site(parts))
        self._add("session", session_routes(self.session, self.carry))
        self._add("hub", hub_routes(self.hub), events=True)
        self._add("check", check_routes(self.check))

    def _add(self, room: str, routes: list[Route], *, events: bool = False) -> None:
        """Add a room's routes, and what its events are like."""
        assert self.serverapp is not None
        if room in self.disabled_rooms:
            return
        for path, handler, options in routes:
            self.handlers.append((f"/jupyterlab-hpc/{path}", handler, options))
        if events and self.serverapp.event_logger is not None:
            self.serverapp.event_logger.register_event_schema(PACKAGE / room / "events.json")

    def _applications(self) -> list[RunningApplication]:
        """Return which applications run, by the names that people call them by."""
        running = self.programs() if self.programs is not None else []
        titles = {}
        if self.applications is not None:
            apps = self.applications
            titles = {name: apps.supervised(name).spec.title for name, _ in apps.running()}
        return [
            RunningApplication(application=app.key, title=titles.get(app.key, app.name))
            for app in running
        ]

    def _site(self, parts: Parts) -> Site:
        """Return what the checks look at, as it is now."""
        assert self.serverapp is not None
        return Site(
            parts=parts,
            config=self.config,
            classes=[type(self), *self.classes],
            config_path=self.config_file_paths,
            files=[*self.serverapp.loaded_config_files, *self.loaded_config_files],
            place=place_of(os.environ),
            live=True,
        )

    def _storage(self) -> StorageService:
        """Make the storage room and list its routes."""
        assert self.serverapp is not None
        self._make_room()
        storage = StorageService(
            parent=self,
            environment=lambda: self.environment.values,
            root=getattr(self.serverapp.contents_manager, "root_dir", ""),
            on_notice=lambda revision: self._emit("storage", {"revision": revision}),
        )
        self._add("storage", storage_routes(storage), events=True)
        return storage

    def _jobs(self, software: SoftwareService, batch: SlurmJobs) -> JobsService:
        """Make the jobs room and list its routes."""
        assert self.serverapp is not None
        jobs = JobsService(
            parent=self,
            batch=batch,
            modules=JobModules(software),
            root=getattr(self.serverapp.contents_manager, "root_dir", ""),
            on_notice=lambda revision: self._emit("jobs", {"revision": revision}),
        )
        self._add("jobs", jobs_routes(jobs), events=True)
        return jobs

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
        self.programs = self._running(follow_server_processes(self.environment))
        launches = Launches(
            kernels=self._without_made(
                follow_kernels(
                    self.serverapp.kernel_manager, self.environment, self.software.renewed
                )
            ),
            terminals=follow_terminals(terminals, self.environment) if terminals else list,
            applications=self.programs,
            paths=self._notebooks,
        )
        self.software.watch(launches)
        if "software" not in self.disabled_rooms:
            self.software.start()
        if self.storage is not None and "storage" not in self.disabled_rooms:
            self.storage.start()
        assert self.applications is not None
        if "apps" in self.disabled_rooms:
            return
        # Imports jupyter-server-proxy, which has been imported by now where it is in use.
        from .apps.proxy import serve_applications

        self.applications.open()
        self.backends = serve_applications(self.serverapp.web_app, self.applications)

    def _without_made(self, kernels: Kernels) -> Kernels:
        """Leave out the kernels that load their own modules: the session's are nothing to them."""
        assert self.serverapp is not None
        manager = self.serverapp.kernel_manager

        def is_made(key: str) -> bool:
            spec = manager.get_kernel(key).kernel_spec
            return spec is not None and MADE in spec.metadata

        return dataclasses.replace(
            kernels, running=lambda: [k for k in kernels.running() if not is_made(k.key)]
        )

    async def _notebooks(self) -> dict[str, str]:
        """Return the paths of notebooks and consoles by the ids of their kernels."""
        assert self.serverapp is not None
        sessions = await ensure_async(self.serverapp.session_manager.list_sessions())
        return {session["kernel"]["id"]: session["path"] for session in sessions}

    def _running(self, others: Programs) -> Programs:
        """Tell which applications run, ours and those that jupyter-server-proxy started."""

        def running() -> list[Launched]:
            ours = self.applications.running() if self.applications is not None else []
            return others() + [
                Launched(
                    key=name,
                    name=name,
                    revision=launch.revision,
                    environment=launch.environment,
                )
                for name, launch in ours
            ]

        return running

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
        if self.applications is not None:
            await self.applications.stop_all()
        if self.backends is not None:
            await self.backends.close()
        for room in (self.check, self.session, self.hub, self.carry, self.jobs):
            if room is not None:
                await room.stop()
        if self.software is not None:
            await self.software.stop()
        if self.storage is not None:
            await self.storage.stop()
            leave(self._room)
        end_all()

    def _tell_pages_of_applications(self, notice: ApplicationsNotice) -> None:
        self._emit("apps", dataclasses.asdict(notice))

    def _tell_pages(self, notice: Notice) -> None:
        if self.applications is not None:
            self.applications.look()
        if self.carry is not None:
            self.carry.modules_changed()
        self._emit("software", dataclasses.asdict(notice))

    def _emit(self, room: str, data: dict[str, Any]) -> None:
        if room in self.disabled_rooms:
            return
        if self.serverapp is not None and self.serverapp.event_logger is not None:
            self.serverapp.event_logger.emit(
                schema_id=f"https://schema.jupyter.org/jupyterlab_hpc/{room}/v1", data=data
            )
