"""The applications room's answers. Knows processes and environments; knows no HTTP."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from traitlets import Bool, Dict, List, TraitError, Unicode
from traitlets.config import LoggingConfigurable

from .. import revisions
from ..errors import ConflictError, HPCError, NotFoundError
from ..process import can_isolate
from ..sentences import trans
from .models import Application, State
from .probe import Address
from .rundir import places
from .servers import packaged_servers, peer_rules, site_servers
from .specs import BUILT_IN, OTHER_NAMES, Spec, settings_help
from .supervisor import Launch, Supervised, find_program
from .unlock import names, peer_rule, unlocking


class Session(Protocol):
    """What the room needs to know of the session's environment."""

    @property
    def values(self) -> Mapping[str, str]:
        """The environment now."""

    @property
    def revision(self) -> int:
        """How often it changed."""


class Modules(Protocol):
    """What the room needs to know of modules."""

    def loaded(self) -> list[str]:
        """Return the full names of what is loaded."""

    def knows(self, name: str) -> bool:
        """Tell whether a module bears that name; true as long as nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What all pages should hear: an application changed."""

    revision: int


class ApplicationsService(LoggingConfigurable):
    """Starts, watches and ends the session's applications."""

    applications = Dict(
        help="""Applications by their ids, each with the settings that differ from what is built in;
        a new id is a new application. The settings:

        """
        + settings_help().replace("\n", "\n        ")
    ).tag(config=True)

    built_in = List(
        Unicode(),
        list(BUILT_IN),
        help="The applications that are offered without being configured.",
    ).tag(config=True)

    server_proxy = Bool(
        True,
        help="""Also offer what is set up for jupyter-server-proxy: `ServerProxy.servers` and other
        packages' entry points.""",
    ).tag(config=True)

    allow_tcp = Bool(
        False,
        help="""Let applications that cannot use a socket listen on a port of the machine. Every
        user of the machine can then reach them, and use those that ask for no password as if they
        were theirs. Without it they run in a network of their own, where the kernel has user
        namespaces, and else stay locked.""",
    ).tag(config=True)

    folder = Unicode(
        help="""Folder for the sockets, which has to be on a local disk. Unless set the first that
        fits of $TMPDIR, $XDG_RUNTIME_DIR, /tmp and /var/tmp."""
    ).tag(config=True)

    def __init__(
        self,
        *,
        session: Session,
        modules: Modules,
        base_url: str,
        cwd: str,
        on_notice: Callable[[Notice], None] = lambda _: None,
        **kwargs: object,
    ) -> None:
        """`base_url` ends with a slash; `cwd` is where applications start."""
        super().__init__(**kwargs)
        self.base_url = base_url
        self._session = session
        self._modules = modules
        self._cwd = cwd
        self._on_notice = on_notice
        self._revision = revisions.FIRST
        self._found: frozenset[str] = frozenset()
        self._no_isolation: str | None = None
        self._told: object = None
        self._looking: asyncio.Task[None] | None = None
        self._again = False
        self._supervised: dict[str, Supervised] = {}

    def open(self) -> None:
        """Find out which applications there are.

        Imports jupyter-server-proxy and what is set up for it, which it has mostly done itself
        by then: called when all extensions are loaded.
        """
        self._supervised = {
            name: Supervised(name, spec, self._tell) for name, spec in self._specs().items()
        }
        self.look()

    @property
    def ids(self) -> list[str]:
        """The ids of all applications."""
        return list(self._supervised)

    def look(self) -> None:
        """Look again at what is unlocked: the session or what is known of modules changed."""
        self._again = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    async def every(self) -> list[Application]:
        """Return all applications in the order of their tiles."""
        await self._looked()
        found = [self._application(name) for name in self._supervised]
        return sorted(found, key=lambda app: (app.rank, app.title.casefold()))

    async def get(self, name: str) -> Application:
        """Return an application; raises NotFoundError where there is none."""
        self.supervised(name)
        await self._looked()
        return self._application(name)

    async def start(self, name: str) -> Application:
        """Begin to start an application; what comes of it is told by its state.

        Raises ConflictError where it is locked, or has not ended yet.
        """
        supervised = self.supervised(name)
        await self._looked()
        if supervised.phase == "stopping":
            raise ConflictError(
                trans.gettext("%1 is still ending. Start it again when it has."),
                supervised.spec.title,
            )
        if not supervised.alive:
            if locked := self._lock(supervised):
                raise locked
            if supervised.spec.command:
                supervised.start(self._launch())
                self.log.info("Application %s: start", name)
        return self._application(name)

    async def stop(self, name: str) -> Application:
        """End an application; answers when nothing of it is left."""
        supervised = self.supervised(name)
        if supervised.alive:
            self.log.info("Application %s: stop", name)
        await supervised.stop()
        return await self.get(name)

    async def stop_all(self) -> None:
        """End all that runs: the server is going."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await asyncio.gather(*(app.stop() for app in self._supervised.values() if app.alive))

    async def icon(self, name: str) -> bytes:
        """Return the picture of an application; raises NotFoundError where it has none."""
        path = self.supervised(name).spec.icon
        with suppress(OSError):
            if path:
                return await asyncio.to_thread(Path(path).read_bytes)
        raise NotFoundError(trans.gettext("%1 has no picture."), name)

    def supervised(self, name: str) -> Supervised:
        """Return an application as it is supervised; raises NotFoundError."""
        try:
            return self._supervised[name]
        except KeyError:
            raise NotFoundError(trans.gettext("There is no application named %1."), name) from None

    def address(self, name: str) -> Address | None:
        """Return where an application listens, None where it does not run."""
        supervised = self.supervised(name)
        spec = supervised.spec
        if not spec.command:
            return Address(socket=spec.unix_socket, port=spec.port)
        return supervised.address

    def running(self) -> list[tuple[str, Launch]]:
        """Return what is alive, with what it started with."""
        return [
            (name, app.launch)
            for name, app in self._supervised.items()
            if app.alive and app.launch is not None
        ]

    def path(self, name: str) -> str:
        """Return the address of an application below the base URL, without slashes around."""
        return (self.supervised(name).spec.path or name).strip("/")

    def _launch(self) -> Launch:
        environment = self._session.values
        return Launch(
            environment=environment,
            revision=self._session.revision,
            modules=self._modules.loaded(),
            base_url=self.base_url,
            cwd=self._cwd,
            places=places(environment, self.folder),
            allow_tcp=self.allow_tcp,
        )

    def _specs(self) -> dict[str, Spec]:
        """Return what is built in, what server-proxy has, and what the site says of all of it."""
        settings: dict[str, dict[str, Any]] = {
            name: dict(BUILT_IN[name]) for name in self.built_in if name in BUILT_IN
        }
        if self.server_proxy:
            for name, told in packaged_servers().items():
                settings.setdefault(OTHER_NAMES.get(name, name), told)
            for name, told in site_servers(self.config, self).items():
                settings[name] = _changed(settings.get(name, {}), told)
        pins, shown = peer_rules(self.config)
        for name, told in settings.items():
            if name in shown:
                told["modules"] = [peer_rule(prefix) for prefix in shown[name]]
            if name.lower() in pins:
                told["pinned"] = True
        for name, told in self.applications.items():
            settings[name] = _changed(settings.get(name, {}), told)
        specs = {name: self._spec(name, told) for name, told in settings.items()}
        return {name: spec for name, spec in specs.items() if spec is not None}

    def _spec(self, name: str, told: dict[str, Any]) -> Spec | None:
        """Return a spec; one that a site has got wrong must not take the others away."""
        try:
            return Spec(**{"title": name, **told})
        except TraitError as error:
            self.log.error("The application %s is left out: %s", name, error)  # noqa: TRY400
            return None

    async def _looked(self) -> None:
        if self._looking is None:
            self.look()
        if self._looking is not None and not self._looking.done():
            await asyncio.shield(self._looking)

    async def _look(self) -> None:
        """Find which programs are there; PATH may lead to file systems that take their time."""
        while self._again:
            self._again = False
            if self._no_isolation is None and self._wants_isolation():
                try:
                    self._no_isolation = await can_isolate()
                except HPCError as error:
                    self._no_isolation = error.message
            environment = self._session.values
            self._found = await asyncio.to_thread(self._programs, environment)
        self._tell_news()

    def _wants_isolation(self) -> bool:
        return not self.allow_tcp and any(
            app.spec.listens == "tcp" and not app.spec.allow_tcp
            for app in self._supervised.values()
        )

    def _programs(self, environment: Mapping[str, str]) -> frozenset[str]:
        found = set()
        for name, app in self._supervised.items():
            if wanted := _program_names(app.spec):
                with suppress(HPCError):
                    find_program(wanted, environment)
                    found.add(name)
        return frozenset(found)

    def _lock(self, app: Supervised) -> ConflictError | None:
        """Return why an application is locked, or None where it is not."""
        spec = app.spec
        if not self._is_unlocked(app):
            wanted = self._needs(app)
            if wanted:
                return ConflictError(
                    trans.gettext("%1 needs the module %2."), spec.title, wanted[0]
                )
            return ConflictError(
                trans.gettext("%1 is not installed here: the program %2 is not on the PATH."),
                spec.title,
                (_program_names(spec) or [app.name])[0],
            )
        if (
            self._no_isolation
            and spec.listens == "tcp"
            and spec.command
            and not (spec.allow_tcp or self.allow_tcp)
        ):
            return ConflictError(
                trans.gettext(
                    "%1 can only listen on a port that every user of this machine could reach, "
                    "and this machine does not let it have a network of its own."
                ),
                spec.title,
                detail=self._no_isolation,
            )
        return None

    def _is_unlocked(self, app: Supervised) -> bool:
        spec = app.spec
        return bool(
            spec.pinned
            or not spec.command
            or app.name in self._found
            or unlocking(spec.modules, self._modules.loaded())
            or not (_program_names(spec) or spec.modules)
        )

    def _needs(self, app: Supervised) -> list[str]:
        if self._is_unlocked(app):
            return []
        return [name for name in names(app.spec.modules) if self._modules.knows(name)]

    def _state(self, app: Supervised, *, locked: bool) -> State:
        if not app.spec.command:
            return "running"
        if app.phase == "idle":
            return "locked" if locked else "ready"
        return app.phase

    def _application(self, name: str) -> Application:
        app = self._supervised[name]
        spec = app.spec
        lock = None if app.alive else self._lock(app)
        error = app.error or lock
        loaded = self._modules.loaded()
        modules = app.launch.modules if app.alive and app.launch else []
        return Application(
            id=name,
            title=spec.title,
            state=self._state(app, locked=lock is not None),
            needs=[] if app.alive else self._needs(app),
            message=error.message if error else "",
            template=error.template if error else "",
            arguments=list(error.arguments) if error else [],
            url=self._url(name),
            new_browser_tab=spec.new_browser_tab,
            icon=f"{self.base_url}jupyterlab-hpc/apps/{name}/icon" if spec.icon else "",
            rank=spec.rank,
            hidden=spec.hidden,
            managed=bool(spec.command),
            started_at=app.started_at.isoformat() if app.started_at else None,
            elapsed=app.elapsed,
            timeout=spec.timeout,
            exit_code=app.exit_code,
            output=_said(app, error),
            modules=modules,
            version=unlocking(spec.modules, modules or loaded),
            environment_changed=app.alive and sorted(modules) != sorted(loaded),
        )

    def _url(self, name: str) -> str:
        page = self.supervised(name).spec.page
        return f"{self.base_url}{page or self.path(name) + '/'}"

    def _tell_news(self) -> None:
        """Tell the pages when what they show is no longer right."""
        locks = [
            (name, app.alive or self._lock(app) is None, self._needs(app))
            for name, app in self._supervised.items()
        ]
        told = locks, self._modules.loaded() if self.running() else []
        if told != self._told:
            self._told = told
            self._tell()

    def _tell(self) -> None:
        self._revision += 1
        self._on_notice(Notice(revision=self._revision))


def _changed(known: dict[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a site makes of settings; variables are added to those that are set.

    What is built in keeps an application from its user's configuration, which may name a port.
    """
    changed = known | dict(told)
    before, added = known.get("environment"), told.get("environment")
    if isinstance(before, dict) and isinstance(added, dict):
        changed["environment"] = before | added
    return changed


def _program_names(spec: Spec) -> list[str]:
    """Return the programs of which one has to be there."""
    named = [] if callable(spec.command) else spec.command[:1]
    wanted = spec.unlocked_by or [*named, *spec.programs]
    return [name for name in wanted if name and "{" not in name]


def _said(app: Supervised, error: HPCError | None) -> str:
    """Return what helps to see why: what the program said, else what is known of the refusal."""
    return app.output or (error.detail if error else "")
