"""Where the parts are put together: each room's tools, service and routes.

A server start waits for nothing that it does not need: a room is imported and made when
somebody first asks for it, or by `start_rooms` if it begins by itself. So what belongs to a
room is imported in the methods that make it.
"""

import dataclasses
import os
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.extension.application import ExtensionApp
from traitlets import Enum, List

from .configurable import CLASSES
from .process import end_all
from .rest.late import add_late_routes
from .settings import folder_settings
from .software.environment import SessionEnvironment
from .software.launch import (
    KernelspecFolders,
    Launched,
    follow_kernels,
    follow_server_processes,
    follow_terminals,
)
from .storage.runtime import leave, room_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .apps.proxy import Backends
    from .apps.service import ApplicationsService
    from .apps.service import Notice as ApplicationsNotice
    from .check.service import CheckService
    from .check.site import Site
    from .hub.models import RunningApplication
    from .hub.service import HubService, OtherJob
    from .jobs.service import JobsService
    from .kernels.service import KernelsService
    from .rest.handler import Route
    from .session.carry import CarryService
    from .session.service import SessionService
    from .software.launch import Kernels
    from .software.launch import Running as Programs
    from .software.service import Notice, SoftwareService
    from .storage.service import StorageService
    from .tools.hub_api import HubApi
    from .tools.nvidia import NvidiaSmi
    from .tools.slurm import Slurm
    from .tools.slurm_jobs import SlurmJobs

PACKAGE = Path(__file__).parent
ROUTES = "jupyterlab-hpc/"
MODULE_SYSTEMS = ("auto", "lmod", "envmod", "none")
ROOMS = ("software", "apps", "kernels", "storage", "session", "hub", "jobs", "check")
WITH_EVENTS = ("software", "apps", "storage", "hub", "jobs")
# The paths of a room's routes begin with its name, and with what stands here.
MORE_PATHS = {"apps": ["apps-page"]}


class HPCApp(ExtensionApp):
    """The server side of jupyterlab_hpc."""

    name = "jupyterlab_hpc"
    programs: "Programs" = list
    _room = ""  # where the server writes if its home is full

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
        names = {type(self).__name__, *CLASSES}
        self.update_config(folder_settings(self.config_file_paths, names))
        super().load_config_file(*args, **kwargs)

    def initialize_handlers(self) -> None:
        """Make what all rooms need, and list the rooms' routes."""
        assert self.serverapp is not None
        # Our page reads it: a server cannot add to JupyterLab's own list of what is disabled.
        page = self.serverapp.web_app.settings.setdefault("page_config_data", {})
        page["hpcDisabledRooms"] = ",".join(self.disabled_rooms)
        self._make_room()
        self.environment = SessionEnvironment(parent=self)
        self.kernelspecs = KernelspecFolders(self.serverapp.kernel_spec_manager, self.environment)
        for room in self.rooms:
            paths = [f"{ROUTES}{path}" for path in (room, *MORE_PATHS.get(room, []))]
            add_late_routes(self.serverapp.web_app, paths, partial(self.routes, room))
            if room in WITH_EVENTS and self.serverapp.event_logger is not None:
                schema = PACKAGE / room / "events.json"
                self.serverapp.event_logger.register_event_schema(schema)
        # Runs when all extensions are loaded; ExtensionApp's own hook for that is
        # younger than the oldest server that JupyterLab 4.2 runs on.
        self.serverapp.io_loop.add_callback(self.start_rooms)

    @property
    def rooms(self) -> list[str]:
        """The rooms that are not switched off."""
        return [room for room in ROOMS if room not in self.disabled_rooms]

    def routes(self, room: str) -> "list[Route]":
        """Return a room's routes; makes the room."""
        routes = getattr(self, f"_{room}_routes")()
        return [(f"{ROUTES}{path}", handler, options) for path, handler, options in routes]

    # The rooms, each made when somebody first asks for it ------------------------

    @cached_property
    def software(self) -> "SoftwareService":
        """The software room."""
        from .software.service import SoftwareService
        from .tools.choose import module_tool

        return SoftwareService(
            parent=self,
            tool=module_tool(self.module_system, self.environment.values, parent=self),
            environment=self.environment,
            on_notice=self._tell_pages,
            on_environment=self.kernelspecs.refresh,
        )

    def _software_routes(self) -> "list[Route]":
        from .software.routes import software_routes

        return software_routes(self.software)

    @cached_property
    def applications(self) -> "ApplicationsService":
        """The applications room."""
        from .apps.service import ApplicationsService
        from .bridges import LoadedModules

        assert self.serverapp is not None
        return ApplicationsService(
            parent=self,
            session=self.environment,
            modules=LoadedModules(self.software),
            base_url=self.serverapp.base_url,
            cwd=self.serverapp.root_dir,
            on_notice=self._tell_pages_of_applications,
        )

    def _apps_routes(self) -> "list[Route]":
        from .apps.routes import apps_routes

        return apps_routes(self.applications)

    @cached_property
    def backends(self) -> "Backends":
        """The connections to applications."""
        from .apps.proxy import Backends

        return Backends()

    def _application_routes(self) -> "list[Route]":
        from .apps.proxy import application_routes

        return application_routes(self.applications, self.backends)

    @cached_property
    def kernels(self) -> "KernelsService":
        """The kernels room."""
        from .kernels.service import KernelsService

        assert self.serverapp is not None
        kernel_specs = self.serverapp.kernel_spec_manager
        assert kernel_specs is not None
        return KernelsService(
            parent=self,
            modules=self.software,
            session=lambda: self.environment.values,
            known=kernel_specs.get_all_specs,
        )

    def _kernels_routes(self) -> "list[Route]":
        from .kernels.routes import kernels_routes

        return kernels_routes(self.kernels)

    @cached_property
    def storage(self) -> "StorageService":
        """The storage room."""
        from .storage.service import StorageService

        assert self.serverapp is not None
        return StorageService(
            parent=self,
            environment=lambda: self.environment.values,
            root=getattr(self.serverapp.contents_manager, "root_dir", ""),
            on_notice=lambda revision: self._emit("storage", {"revision": revision}),
        )

    def _storage_routes(self) -> "list[Route]":
        from .storage.routes import storage_routes

        return storage_routes(self.storage)

    @cached_property
    def session(self) -> "SessionService":
        """The session room."""
        from .session.service import SessionService
        from .tools.extension import TimeExtension

        return SessionService(
            parent=self,
            scheduler=self._slurm,
            gpus=self._gpus,
            more_time=TimeExtension(parent=self),
        )

    @cached_property
    def carry(self) -> "CarryService":
        """What the session room carries over to the next session."""
        from .bridges import LoadedModules
        from .session.carry import CarryService

        return CarryService(
            parent=self,
            modules=LoadedModules(self.software).loaded,
            job_id=self._slurm.job_id,
            server_name=self._hub_api.server_name,
        )

    def _session_routes(self) -> "list[Route]":
        from .session.routes import session_routes

        return session_routes(self.session, self.carry)

    @cached_property
    def hub(self) -> "HubService":
        """The hub room."""
        from .hub.running import kernels_of, terminals_of
        from .hub.service import HubService, Running

        assert self.serverapp is not None
        return HubService(
            parent=self,
            hub=self._hub_api,
            job=self._slurm,
            running=Running(
                kernels=kernels_of(self.serverapp.kernel_manager, self._notebooks),
                terminals=terminals_of(lambda: self._settings("terminal_manager")),
                applications=self._applications,
                jobs=self._queued_jobs,
                before=self.carry.finish,
                shut_down=self._shut_down,
            ),
            on_notice=lambda notice: self._emit("hub", dataclasses.asdict(notice)),
        )

    def _hub_routes(self) -> "list[Route]":
        from .hub.routes import hub_routes

        return hub_routes(self.hub)

    @cached_property
    def jobs(self) -> "JobsService":
        """The jobs room."""
        from .bridges import JobModules
        from .jobs.service import JobsService

        assert self.serverapp is not None
        return JobsService(
            parent=self,
            batch=self._batch,
            modules=JobModules(self.software),
            root=getattr(self.serverapp.contents_manager, "root_dir", ""),
            on_notice=lambda revision: self._emit("jobs", {"revision": revision}),
        )

    def _jobs_routes(self) -> "list[Route]":
        from .jobs.routes import jobs_routes

        return jobs_routes(self.jobs)

    @cached_property
    def check(self) -> "CheckService":
        """The check room."""
        from .check.service import CheckService

        return CheckService(parent=self, site=self._site)

    def _check_routes(self) -> "list[Route]":
        from .check.routes import check_routes

        return check_routes(self.check)

    # Tools that several rooms share ----------------------------------------------

    @cached_property
    def _slurm(self) -> "Slurm":
        from .tools.slurm import Slurm

        return Slurm(parent=self)

    @cached_property
    def _batch(self) -> "SlurmJobs":
        from .tools.slurm_jobs import SlurmJobs

        return SlurmJobs(parent=self)

    @cached_property
    def _gpus(self) -> "NvidiaSmi":
        from .tools.nvidia import NvidiaSmi

        return NvidiaSmi(parent=self)

    @cached_property
    def _hub_api(self) -> "HubApi":
        from .tools.hub_api import HubApi

        return HubApi(parent=self)

    # What rooms are told of each other -------------------------------------------

    def _applications(self) -> "list[RunningApplication]":
        """Return which applications run, by the names that people call them by."""
        from .hub.models import RunningApplication

        apps = self.applications
        titles = {name: apps.supervised(name).spec.title for name, _ in apps.running()}
        return [
            RunningApplication(application=app.key, title=titles.get(app.key, app.name))
            for app in self.programs()
        ]

    async def _queued_jobs(self) -> "Sequence[OtherJob]":
        return await self.jobs.queued()

    def _site(self) -> "Site":
        """Return what the checks look at, as it is now."""
        from .bridges import KnownTree
        from .check.site import Parts, Site, place_of
        from .configurable import configurable_classes

        assert self.serverapp is not None
        return Site(
            parts=Parts(
                tool=self.software.tool,
                environment=self.environment,
                modules=KnownTree(self.software),
                slurm=self._slurm,
                hub=self._hub_api,
                gpus=self._gpus,
                storage=self.storage,
                applications=self.applications,
                kernels=self.kernels,
                jobs=self.jobs,
                batch=self._batch,
                index_folder=self.software.catalog.index_folder,
                fallbacks=self.hub.fallbacks,
            ),
            config=self.config,
            classes=[type(self), *configurable_classes()],
            config_path=self.config_file_paths,
            files=[*self.serverapp.loaded_config_files, *self.loaded_config_files],
            place=place_of(os.environ),
            live=True,
        )

    # The life of the server ------------------------------------------------------

    def start_rooms(self) -> None:
        """Begin what needs the event loop and the other extensions."""
        assert self.serverapp is not None
        kernels = follow_kernels(
            self.serverapp.kernel_manager, self.environment, self._kernels_renewed
        )
        terminals = self._settings("terminal_manager")
        terminals = follow_terminals(terminals, self.environment) if terminals else list
        self.programs = self._running(follow_server_processes(self.environment))
        # The addresses of applications have to be there before the first request.
        starts: list[tuple[str, Callable[[], None]]] = [
            ("apps", self._start_applications),
            ("software", partial(self._start_software, kernels, terminals)),
            ("storage", self._start_storage),
        ]
        self._start_in_turn([start for room, start in starts if room in self.rooms])

    def _start_in_turn(self, starts: "list[Callable[[], None]]") -> None:
        """Begin rooms one by one: the server may answer between them, and one may fail."""
        assert self.serverapp is not None
        if starts:
            self.serverapp.io_loop.add_callback(self._start_in_turn, starts[1:])
            starts[0]()

    def _start_applications(self) -> None:
        assert self.serverapp is not None
        apps = self.applications
        apps.open()
        # jupyter-server-proxy has some of these addresses, too.
        add_late_routes(
            self.serverapp.web_app, map(apps.path, apps.ids), self._application_routes, first=True
        )

    def _start_software(self, kernels: "Kernels", terminals: "Programs") -> None:
        from .software.service import Launches

        self.software.watch(
            Launches(
                kernels=self._without_made(kernels),
                terminals=terminals,
                applications=self.programs,
                paths=self._notebooks,
            )
        )
        self.software.start()

    def _start_storage(self) -> None:
        self.storage.start()

    def _kernels_renewed(self) -> None:
        self.software.renewed()

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

    def _without_made(self, kernels: "Kernels") -> "Kernels":
        """Leave out the kernels that load their own modules: the session's are nothing to them."""
        assert self.serverapp is not None
        manager = self.serverapp.kernel_manager

        def is_made(key: str) -> bool:
            from .kernels.specs import KEY

            spec = manager.get_kernel(key).kernel_spec
            return spec is not None and KEY in spec.metadata

        return dataclasses.replace(
            kernels, running=lambda: [k for k in kernels.running() if not is_made(k.key)]
        )

    async def _notebooks(self) -> dict[str, str]:
        """Return the paths of notebooks and consoles by the ids of their kernels."""
        assert self.serverapp is not None
        sessions = await ensure_async(self.serverapp.session_manager.list_sessions())
        return {session["kernel"]["id"]: session["path"] for session in sessions}

    def _running(self, others: "Programs") -> "Programs":
        """Tell which applications run, ours and those that jupyter-server-proxy started."""

        def running() -> list[Launched]:
            return others() + [
                Launched(
                    key=name,
                    name=name,
                    revision=launch.revision,
                    environment=launch.environment,
                )
                for name, launch in self.applications.running()
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
        made = vars(self)  # only of rooms that somebody has asked for is there anything to end
        rooms = ("check", "session", "hub", "carry", "jobs", "software", "storage")
        ends = [("applications", "stop_all"), ("backends", "close")]
        for room, end in [*ends, *((room, "stop") for room in rooms)]:
            if room not in made:
                continue
            try:
                await getattr(made[room], end)()
            except Exception:  # the others have to end all the same
                self.log.exception("%s did not end in order", room)
        leave(self._room)
        end_all()

    def _tell_pages_of_applications(self, notice: "ApplicationsNotice") -> None:
        self._emit("apps", dataclasses.asdict(notice))

    def _tell_pages(self, notice: "Notice") -> None:
        if "apps" in self.rooms:
            self.applications.look()
        if "carry" in vars(self):
            self.carry.modules_changed()
        self._emit("software", dataclasses.asdict(notice))

    def _emit(self, room: str, data: dict[str, Any]) -> None:
        if room in self.disabled_rooms:
            return
        if self.serverapp is not None and self.serverapp.event_logger is not None:
            self.serverapp.event_logger.emit(
                schema_id=f"https://schema.jupyter.org/jupyterlab_hpc/{room}/v1", data=data
            )
