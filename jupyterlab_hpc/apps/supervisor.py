"""One application: its start, its life and its end. Knows processes; knows no HTTP."""

import asyncio
import os
import pwd
import re
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from shutil import rmtree, which
from time import monotonic
from typing import Any, Literal

from .. import process
from ..errors import HPCError, ToolMissingError, ToolRefusedError, ToolTimeoutError
from ..sentences import trans
from .probe import Address, answers
from .rundir import SOCKET, make_folder
from .specs import Spec, fill, resolve

# Programs tell their progress in a few lines; who has more has a log.
MOST_LINES = 200
LONGEST_LINE = 400
# Between two looks whether an application is ready: quick ones start in half a second.
LOOKS = (0.05, 0.1, 0.2, 0.4)
# The port inside a network of an application's own.
INNER_PORT = 8080
# What would let an application act as the user towards Jupyter.
SECRETS = (
    "CONFIGPROXY_AUTH_TOKEN",
    "JPY_API_TOKEN",
    "JUPYTERHUB_API_TOKEN",
    "JUPYTER_TOKEN",
    "JUPYTERHUB_OAUTH_ACCESS_SCOPES",
    "JUPYTERHUB_OAUTH_SCOPES",
)
NOT_FOUND = 127
SIGNALLED = 128
ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-_])|[\x00-\x08\x0b-\x1f\x7f]")

Phase = Literal["idle", "starting", "running", "stopping", "failed"]


@dataclass(frozen=True, kw_only=True)
class Launch:
    """What an application starts with: the session of the moment, and the site's places."""

    environment: Mapping[str, str]
    revision: int
    modules: list[str]
    base_url: str
    cwd: str
    places: list[str]
    allow_tcp: bool


class Output:
    """The last lines of what a program said."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open = ""

    def take(self, said: bytes) -> None:
        """Add what was said; a line that is said anew, such as a progress bar, counts once."""
        *lines, rest = (self._open + said.decode(errors="replace")).split("\n")
        self._open = rest[-LONGEST_LINE:]
        self._lines = [*self._lines, *(_shown(line) for line in lines)][-MOST_LINES:]

    @property
    def text(self) -> str:
        """The lines; what a terminal would take for a command is left out."""
        return "\n".join([*self._lines, _shown(self._open)]).strip("\n")


def _shown(line: str) -> str:
    last = line.rstrip("\r").rpartition("\r")[2]
    return ESCAPES.sub("", last)[:LONGEST_LINE]


class Supervised:
    """An application as it is: what it is called, whether it runs, what became of it."""

    def __init__(self, name: str, spec: Spec, on_change: Callable[[], None]) -> None:
        self.name = name
        self.spec = spec
        self.phase: Phase = "idle"
        self.launch: Launch | None = None
        self.error: HPCError | None = None
        self.exit_code: int | None = None
        self.started_at: datetime | None = None
        self.address: Address | None = None
        self.generation = 0
        self._on_change = on_change
        self._output = Output()
        self._began = 0.0
        self._took: float | None = None
        self._program: process.Guarded | None = None
        self._life: asyncio.Task[None] | None = None

    @property
    def output(self) -> str:
        """The end of what the program said since its last start."""
        return self._output.text

    @property
    def elapsed(self) -> float | None:
        """How many seconds the start took, or takes so far; None before the first."""
        if self.phase == "starting":
            return round(monotonic() - self._began, 1)
        return self._took

    @property
    def alive(self) -> bool:
        """Whether anything of it may run."""
        return self.phase in {"starting", "running", "stopping"}

    def start(self, launch: Launch) -> None:
        """Begin to start it; where it is alive nothing happens."""
        if self.alive:
            return
        self.launch = launch
        self.error = self.exit_code = self._took = None
        self._output = Output()
        self._began = monotonic()
        self.started_at = datetime.now(timezone.utc)
        self.generation += 1
        self._become("starting")
        self._life = asyncio.create_task(self._live(launch))

    async def stop(self) -> None:
        """End it and wait until nothing of it is left; a failure is forgotten."""
        if self.phase == "failed":
            self.error = None
            self._become("idle")
        if self.phase in {"starting", "running"}:
            # Who comes now is told that it is ending.
            self.address = None
            self._become("stopping")
            if self._program:
                self._program.tell_to_end()
        if self._life:
            # Who asked may go away; the stop goes on.
            await asyncio.shield(self._life)

    async def settled(self) -> None:
        """Wait until it is no longer starting."""
        while self.phase == "starting":  # noqa: ASYNC110 - who waits so is rare
            await asyncio.sleep(LOOKS[-1])

    def _become(self, phase: Phase) -> None:
        self.phase = phase
        self._on_change()

    async def _live(self, launch: Launch) -> None:
        try:
            await self._run(launch)
        except HPCError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - a site's function may raise anything
            self.error = ToolRefusedError(
                trans.gettext("%1 could not be started: the site's settings for it failed."),
                self.spec.title,
                detail=f"{type(error).__name__}: {error}",
            )
        self._program = self.address = None
        if self.phase == "stopping":
            self.error = None
        self._become("failed" if self.error else "idle")

    async def _run(self, launch: Launch) -> None:
        """Start it, wait until it is ready, wait until it ends; raises what failed."""
        spec = self.spec
        folder = await asyncio.to_thread(make_folder, launch.places)
        try:
            program, address = await self._begin(launch, folder)
        except BaseException:
            await asyncio.to_thread(rmtree, folder, ignore_errors=True)
            raise
        self._program = program
        if self.phase == "stopping":  # told so before there was anything to tell
            program.tell_to_end()
        ended = asyncio.create_task(program.wait())
        ready = asyncio.create_task(self._ready(launch, address))
        await asyncio.wait({ended, ready}, timeout=spec.timeout, return_when="FIRST_COMPLETED")
        became_ready = ready.done() and not ended.done()
        late = not ready.done() and not ended.done()
        ready.cancel()
        if became_ready and self.phase == "starting":
            self._took = self.elapsed
            self.address = address
            self._become("running")
        if late and self.phase == "starting":
            program.tell_to_end()
            await ended
            raise ToolTimeoutError(
                trans.gettext("%1 was not ready within %2 seconds and was stopped."),
                spec.title,
                f"{spec.timeout:g}",
            )
        self.exit_code = await ended
        if self.exit_code or not became_ready:
            raise self._ended(self.exit_code)

    def _ended(self, code: int) -> HPCError:
        title = self.spec.title
        if code == 0:
            return ToolRefusedError(trans.gettext("%1 ended before it was ready."), title)
        if code == NOT_FOUND:
            return ToolMissingError(
                trans.gettext("%1 could not be started: a program or a library is missing."), title
            )
        if code > SIGNALLED:
            with suppress(ValueError):
                return ToolRefusedError(
                    trans.gettext("%1 was ended by the signal %2."),
                    title,
                    signal.Signals(code - SIGNALLED).name,
                )
        return ToolRefusedError(trans.gettext("%1 ended with exit code %2."), title, str(code))

    async def _begin(self, launch: Launch, folder: str) -> tuple[process.Guarded, Address]:
        """Start the program; return it and where it will listen."""
        spec = self.spec
        inner = str(Path(folder, SOCKET))
        bridge = None
        port = 0
        address = Address(socket=inner)
        if spec.listens == "tcp":
            port = spec.port
            if spec.allow_tcp or launch.allow_tcp:
                port = port or _free_port()
                address = Address(port=port)
            else:
                port = port or INNER_PORT
                bridge = process.Bridge(socket=inner, port=port)
        user = pwd.getpwuid(os.geteuid())
        texts = {
            "unix_socket": inner,
            "port": str(port),
            "base_url": launch.base_url,
            "folder": folder,
            "cwd": launch.cwd,
            "user": user.pw_name,
            "home": launch.environment.get("HOME", user.pw_dir),
            "geometry": spec.geometry,
        }
        with as_own(launch.environment):
            argv = [*resolve(spec.command, texts), *fill(spec.session, texts)]
            own = resolve(spec.environment, texts)
        await asyncio.to_thread(make_folders, fill(spec.folders, texts))
        environment = {k: v for k, v in launch.environment.items() if k not in SECRETS} | own
        argv[0] = await asyncio.to_thread(find_program, [argv[0], *spec.programs], environment)
        program = await process.start(
            argv,
            env=environment,
            cwd=launch.cwd,
            folder=folder,
            grace=spec.grace,
            bridge=bridge,
            on_output=self._output.take,
        )
        return program, address

    async def _ready(self, launch: Launch, address: Address) -> None:
        spec = self.spec
        path = spec.ready
        if path and spec.absolute_url:
            path = f"{launch.base_url}{spec.path or self.name}{path}"
        if spec.raw or spec.viewer:
            path = ""
        looks = list(LOOKS)
        while not await answers(address, path, "127.0.0.1"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(looks.pop(0) if len(looks) > 1 else looks[0])


def make_folders(names: list[str]) -> None:
    """Make the folders that an application wants; blocks on the disk, which may be full."""
    try:
        for name in names:
            Path(name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolRefusedError(
            trans.gettext("The folder %1 cannot be made."), error.filename, detail=str(error)
        ) from error


def find_program(names: list[str], environment: Mapping[str, str]) -> str:
    """Return the path of the first program that is there; blocks on the disk.

    Raises ToolMissingError where none is on the PATH of `environment`.
    """
    for name in names:
        if found := which(name, path=environment.get("PATH", os.defpath)):
            return found
    raise ToolMissingError(trans.gettext("The program %1 is not on the session's PATH."), names[0])


@contextmanager
def as_own(environment: Mapping[str, str]) -> Any:
    """Let functions of other packages see the session's environment as theirs.

    They look for programs in `os.environ`. They do not wait, so that nothing else of the
    event loop sees it; afterwards all is as it was.
    """
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as tried:
        return int(tried.getsockname()[1])
