"""What users and programs do to a server in the soak: changes, applications, kernels, sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import aiohttp
from server import ROOT, TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ECHO = str(ROOT / "tests/apps/echo_app.py")
CODE_SERVER = ROOT / ".code-server/bin"
PATIENCE = 600.0  # seconds for any answer, however busy the machine is
FINE = (200, 201, 202, 204)
AT_ONCE = 4  # changes that are asked for at the same time

# Each with how often it is asked for among a hundred.
KINDS = {
    "load": 28,
    "unload": 20,
    "swap": 10,
    "undo": 9,
    "restore": 6,
    "preview": 6,
    "bad name": 5,
    "refused": 3,
    "given up": 4,
    "save": 3,
    "delete": 1,
    "purge": 2,
    "reset": 2,
    "folders": 1,
}
LOADABLE = (
    *("cmake", "gcc/12.3", "gcc/13.3", "openmpi", "hdf5-mpi/1.14.4", "scipy-stack/2023b", "R"),
    *("julia", "java", "git-lfs", "ffmpeg", "cuda", "fftw", "gromacs", "unicode/1.0", "warns"),
    *("paraview", "demo-kernel", "ijulia-kernel", "apptainer", "netcdf", "blast+", "StdEnv/2023"),
)
SWAPS = (("gcc/12.3", "gcc/13.3"), ("scipy-stack/2023b", "scipy-stack/2024a"))
BAD = ("nonsense/1.0", "-x", "../etc", "$(id)", "a b", "gcc/99", "", "x" * 300)
REFUSED = ("broken/1.0", "broken-syntax/1.0", "conflicting/1.0")
COLLECTIONS = ("one", "two", "three")
# What an open page asks of itself.
POLLED = (
    *("software/system", "software/loaded", "software/modules?query=py", "software/stale"),
    *("software/module?full_name=gcc/12.3", "software/collections", "software/script"),
    *("software/modulepaths", "storage", "storage/quota", "storage/folder?path=", "session"),
    *("session/kept", "hub/server", "jobs", "jobs/choices", "kernels", "apps", "apps/ours"),
)
# Programs that start quickly, and what is said of each.
APPLICATIONS: dict[str, dict[str, Any]] = {
    "ours": {"command": [sys.executable, ECHO, "{unix_socket}"]},
    "port": {"command": [sys.executable, ECHO, "{port}"], "listens": "tcp"},
    "failing": {"command": [sys.executable, ECHO, "{unix_socket}", "--exit=3"]},
    "daemon": {"command": [sys.executable, ECHO, "{unix_socket}", "--daemon={folder}/pid"]},
}
SERVER_PROXY = {
    "proxied": {"command": [sys.executable, ECHO, "{unix_socket}"], "unix_socket": True}
}


def settings() -> dict[str, Any]:
    """Return the settings of the server that is soaked."""
    return {
        "LabApp": {"expose_app_in_browser": True, "extension_manager": "readonly"},
        "ApplicationsService": {"applications": APPLICATIONS},
        "ServerProxy": {"servers": SERVER_PROXY},
        # A busy machine is no dead file system, and no dead Lmod.
        "StorageService": {"look_timeout": 60.0},
        "Lmod": {"timeout": PATIENCE},
    }


class Work:
    """Clients of one server; counts what they did, and keeps what should not have been."""

    def __init__(self, port: int, seed: int) -> None:
        self.root = f"http://127.0.0.1:{port}/"
        self.counts: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self._random = random.Random(seed)  # noqa: S311 - a choice of work, no secret
        self._session: aiohttp.ClientSession | None = None

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Have connections as long as the context lasts."""
        async with aiohttp.ClientSession(
            headers={"Authorization": f"token {TOKEN}"},
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
        ) as self._session:
            yield

    @property
    def http(self) -> aiohttp.ClientSession:
        """The client; only inside of the context."""
        assert self._session is not None
        return self._session

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and document of an answer; what the server failed at is kept."""
        async with self.http.request(method, f"{self.root}{path}", json=body) as answer:
            text = await answer.text()
            self.answers[f"{answer.status}"] += 1
            if answer.status >= 500 and answer.status != 503:  # noqa: PLR2004 - HTTP's failures
                self.failures.append(f"{method} {path} {body}: {answer.status} {text[:300]}")
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def probe(self, *, types: bool = False) -> dict[str, Any]:
        """Return what is alive in the server."""
        _, told = await self.ask("GET", f"soak-probe{'?types=1' if types else ''}")
        alive: dict[str, Any] = told
        return alive

    async def ours(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask one of this extension's routes."""
        return await self.ask(method, f"jupyterlab-hpc/{path}", body)

    # Modules

    async def changes(self, count: int) -> None:
        """Ask for changes of modules, several at the same time."""
        wanted = self._random.choices(list(KINDS), weights=list(KINDS.values()), k=count)

        async def client() -> None:
            while wanted:
                kind = wanted.pop()
                await self._change(kind)
                self.counts[kind] += 1

        await asyncio.gather(*(client() for _ in range(AT_ONCE)))

    async def _change(self, kind: str) -> None:
        choose = self._random.choice
        loaded = "software/loaded"
        match kind:
            case "load" | "preview" | "bad name" | "refused":
                names = {"bad name": BAD, "refused": REFUSED}.get(kind, LOADABLE)
                wanted = {"load": [choose(names)], "preview": kind == "preview"}
                await self.ours("PATCH", loaded, wanted)
            case "unload":
                _, told = await self.ours("GET", loaded)
                names = [module["full_name"] for module in told["modules"]]
                if names:
                    wanted = {"unload": [choose(names)], "confirmed": True}
                    await self.ours("PATCH", loaded, wanted)
            case "swap":
                old, new = self._random.sample(choose(SWAPS), 2)
                await self.ours("PATCH", loaded, {"load": [old]})
                await self.ours("PATCH", loaded, {"load": [new]})
            case "given up":
                await self._give_up({"load": [choose(LOADABLE)]})
            case "folders":
                folder = {"use": [str(ROOT / "tests/modulefiles")]}
                await self.ours("PATCH", "software/modulepaths", folder)
                await self.ours("PATCH", "software/modulepaths", {"unuse": folder["use"]})
            case "save" | "delete" | "restore":
                await self._collection(kind, choose(COLLECTIONS))
            case _:
                to = {"undo": "previous", "purge": "purged", "reset": "default"}[kind]
                await self.ours("PUT", loaded, {"to": to, "confirmed": True})

    async def _collection(self, kind: str, name: str) -> None:
        if kind == "save":
            await self.ours("PUT", "software/collections", {"name": name, "overwrite": True})
        elif kind == "delete":
            await self.ours("DELETE", f"software/collections?name={name}")
        else:
            await self.ours("POST", "software/collections/restore", {"name": name})

    async def _give_up(self, body: Any) -> None:
        """Ask for a change and close the connection before it is answered."""
        asking = asyncio.create_task(self.ours("PATCH", "software/loaded", body))
        await asyncio.sleep(self._random.uniform(0.0, 0.1))
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking

    # What runs beside

    async def applications(self, count: int) -> None:
        """Start, use and end applications, each in another way."""
        for _ in range(count):
            turn = self.counts["application"]
            self.counts["application"] += 1
            names = list(APPLICATIONS) + list(SERVER_PROXY)
            name = names[turn % len(names)]
            if CODE_SERVER.exists() and turn % 50 == 10:  # noqa: PLR2004 - it takes seconds
                name = "vscode"
            await self._application(name, turn // len(names))

    async def _application(self, name: str, turn: int) -> None:
        status, told = await self.ours("POST", f"apps/{name}")
        if status not in FINE:
            self.failures.append(f"{name}: {status} {told}")
            return
        if turn % 4 != 3:  # noqa: PLR2004 - one in four is ended while it starts
            told = await self._until(name, {"running", "failed", "idle", "ready"})
            if told["state"] == "running":
                await self._use(name, turn)
            elif name != "failing":
                self.failures.append(f"{name}: {told['state']} {told['message']} {told['output']}")
        self.counts[f"application {name}"] += 1
        await self.ours("DELETE", f"apps/{name}")
        await self._until(name, {"ready", "locked"})

    async def _until(self, name: str, states: set[str]) -> Any:
        for _ in range(int(PATIENCE / 0.1)):
            _, told = await self.ours("GET", f"apps/{name}")
            if told["state"] in states:
                return told
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{name} did not become one of {states}: {told}")

    async def _use(self, name: str, turn: int) -> None:
        """Ask through the proxy; end as a browser does, as one that is cut off, or by a crash."""
        path = {"vscode": "vscode/healthz"}.get(name, f"{name}/")
        status, told = await self.ask("GET", path)
        if status not in FINE:
            self.failures.append(f"{name}: GET {status} {told}")
        if name == "vscode":
            return
        async with self.http.get(f"{self.root}{name}/big?size={2**22}") as answer:
            await answer.content.readexactly(2**16)  # and leaves the rest
        async with self.http.ws_connect(f"{self.root}{name}/socket") as socket:
            await socket.receive()
            for _ in range(10):
                await socket.send_str("x" * 1000)
                await socket.receive()
            if turn % 3 == 1:
                _cut(socket)
        if turn % 3 == 2:  # noqa: PLR2004 - each third time it dies of itself
            os.kill(told["pid"], signal.SIGKILL)
            await self._until(name, {"failed", "ready"})

    async def kernels(self, count: int) -> None:
        """Start kernels, let them compute, shut them down."""
        for _ in range(count):
            _, told = await self.ask("POST", "api/kernels", {"name": "python3"})
            address = f"{self.root}api/kernels/{told['id']}"
            async with self.http.ws_connect(f"{address}/channels") as socket:
                await socket.send_json(_execute("import os; print(os.environ['LOADEDMODULES'])"))
                while True:
                    said = await asyncio.wait_for(socket.receive(), PATIENCE)
                    if said.type is not aiohttp.WSMsgType.TEXT:
                        if said.type is aiohttp.WSMsgType.BINARY:
                            continue
                        raise ConnectionError(f"A kernel's channels closed: {said}")
                    if said.json()["msg_type"] == "execute_reply":
                        break
            await self.ours("GET", "software/stale")
            await self.ask("DELETE", f"api/kernels/{told['id']}")
            self.counts["kernel"] += 1

    async def sockets(self, count: int) -> None:
        """Listen to events and go away, every second time without a word."""
        for turn in range(count):
            async with self.http.ws_connect(f"{self.root}api/events/subscribe") as socket:
                await asyncio.sleep(0.05)
                if turn % 2:
                    _cut(socket)
            self.counts["socket"] += 1

    async def polls(self, count: int) -> None:
        """Ask what pages ask of themselves."""
        for turn in range(count):
            await self.ours("GET", POLLED[turn % len(POLLED)])
            self.counts["question"] += 1


def _cut(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Break a connection off as a laptop that is closed does."""
    transport = socket.get_extra_info("transport") or socket._response.connection.transport  # noqa: SLF001
    transport.abort()


def _execute(code: str) -> dict[str, Any]:
    header = {"msg_id": "soak", "msg_type": "execute_request", "username": "", "session": "soak"}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    return {
        "channel": "shell",
        "header": {**header, "version": "5.3", "date": "2026-01-01T00:00:00Z"},
        "parent_header": {},
        "metadata": {},
        "content": {**content, "user_expressions": {}, "stop_on_error": True},
    }
