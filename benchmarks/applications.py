"""Measure the way to an application: over its socket, through us, and through server-proxy.

    make bench ARGS="applications --runs 15"

One server has both: our proxy and plain jupyter-server-proxy lead to the same program,
started twice (`tests/apps/echo_app.py`). The ways are measured in turns; how much faster
ours is than server-proxy's is the median of what it is in each round. Then a large download
and upload through us, and what memory they took of the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from tables import busy, parser, show

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ECHO = Path(__file__).parents[1] / "tests" / "apps" / "echo_app.py"
REQUESTS = 300
AT_ONCE = 16
# jupyter-server-proxy refuses more than 100 MB.
SIZE = 95_000_000
MESSAGES = 500
LARGE = 2 * 10**9
PART = 2**20
CONFIG = """
import sys
command = [sys.executable, {echo!r}, "{{unix_socket}}"]
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = {port}
c.ServerApp.port_retries = 0
c.ServerApp.open_browser = False
c.ServerApp.allow_root = True
c.ServerApp.disable_check_xsrf = True
c.IdentityProvider.token = ""
c.ApplicationsService.applications = {{"ours": {{"command": command}}}}
c.ApplicationsService.server_proxy = False
c.ServerProxy.servers = {{"plain": {{"command": command, "unix_socket": True, "timeout": 60}}}}
"""


async def requests(session: aiohttp.ClientSession, url: str, *, at_once: int) -> float:
    """Return requests per second."""
    left = REQUESTS

    async def ask() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            async with session.get(url) as answer:
                await answer.read()

    began = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(at_once)))
    return REQUESTS / (time.perf_counter() - began)


async def download(session: aiohttp.ClientSession, url: str, size: int = SIZE) -> float:
    """Return megabytes per second."""
    began = time.perf_counter()
    got = 0
    async with session.get(f"{url}big?size={size}") as answer:
        async for chunk in answer.content.iter_any():
            got += len(chunk)
    assert got == size, got
    return size / 1e6 / (time.perf_counter() - began)


async def upload(session: aiohttp.ClientSession, url: str, size: int) -> float:
    """Return megabytes per second."""

    async def parts() -> AsyncIterator[bytes]:
        part = b"x" * PART
        for sent in range(0, size, PART):
            yield part[: size - sent]

    began = time.perf_counter()
    async with session.post(f"{url}upload", data=parts()) as answer:
        assert await answer.text() == str(size)
    return size / 1e6 / (time.perf_counter() - began)


async def round_trip(session: aiohttp.ClientSession, url: str) -> float:
    """Return the median microseconds of a message and its echo."""
    times = []
    async with session.ws_connect(f"{url}socket") as ws:
        await ws.receive()
        for _ in range(MESSAGES):
            began = time.perf_counter()
            await ws.send_str("x" * 100)
            await ws.receive()
            times.append((time.perf_counter() - began) * 1e6)
    return statistics.median(times)


# Each with whether more is better.
MEASURES: dict[str, tuple[Any, bool]] = {
    "requests per second, one after the other": (lambda s, u: requests(s, u, at_once=1), True),
    f"requests per second, {AT_ONCE} at once": (lambda s, u: requests(s, u, at_once=AT_ONCE), True),
    f"download of {SIZE // 10**6} MB, MB per second": (download, True),
    "websocket round trip, µs": (round_trip, False),
}


def socket_of(pid: int) -> str:
    """Return the socket that the program was started with."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[2].decode()


def memory_of(pid: int, what: str) -> float:
    """Return the megabytes of a process: `VmRSS` now, `VmHWM` at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(what))) / 1000


def memory_from_now(pid: int) -> float:
    """Count the most memory of a process from now on; return what it has now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return memory_of(pid, "VmRSS")


async def streams(session: aiohttp.ClientSession, url: str, pid: int) -> None:
    """Print what a large download and upload take, of time and of the server's memory."""
    rows = []
    for name, move in (("download", download), ("upload", upload)):
        before = memory_from_now(pid)
        speed = await move(session, url, LARGE)
        peak = memory_of(pid, "VmHWM")
        rows.append(
            (f"{name} of {LARGE / 1e9:g} GB", f"{speed:,.0f}", f"{before:.0f}", f"{peak:.0f}")
        )
    columns = ["", "MB per second", "server's memory before, MB", "at most, MB"]
    show(f"Large streams through us ({busy()})", columns, rows)


def faster(ours: list[float], other: list[float], *, more_is_better: bool) -> float:
    """Return how many times faster ours is, the median of the rounds."""
    pairs = zip(ours, other, strict=True)
    return statistics.median(a / b if more_is_better else b / a for a, b in pairs)


async def measure(port: int, runs: int, server: int) -> None:
    """Ask each way in turns and print the medians; `server` is the server's process."""
    root = f"http://127.0.0.1:{port}/"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{root}jupyterlab-hpc/apps/ours") as answer:
            assert answer.ok, await answer.text()
        while True:
            async with session.get(f"{root}jupyterlab-hpc/apps/ours") as answer:
                if (await answer.json())["state"] == "running":
                    break
            await asyncio.sleep(0.1)
        async with session.get(f"{root}plain/") as answer:
            assert answer.ok, await answer.text()
            told = json.loads(await answer.text())
        where = socket_of(told["pid"])
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(where)) as direct:
            ways = {
                "over its socket": (direct, "http://localhost/"),
                "jupyterlab_hpc": (session, f"{root}ours/"),
                "jupyter-server-proxy": (session, f"{root}plain/"),
            }
            rows = []
            for name, (ask, more_is_better) in MEASURES.items():
                found: dict[str, list[float]] = {way: [] for way in ways}
                order = list(ways)
                for turn in range(runs + 1):
                    order = [*order[1:], order[0]]
                    for way in order:
                        value = await ask(*ways[way])
                        if turn:  # the first round warms up
                            found[way].append(value)
                ratio = faster(*list(found.values())[1:], more_is_better=more_is_better)
                medians = [f"{statistics.median(v):,.0f}" for v in found.values()]
                rows.append((name, *medians, f"{ratio:.2f}"))
            columns = ["", *ways, "times as fast as server-proxy"]
            show(f"The way to an application ({busy()})", columns, rows)
        await streams(session, f"{root}ours/", server)


def main(words: list[str] | None = None) -> None:
    """Start a server, measure, end it."""
    options = parser(__doc__, runs=15).parse_args(words)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        config = Path(home, "jupyter_server_config.py")
        config.write_text(CONFIG.format(echo=str(ECHO), port=port), encoding="utf-8")
        environment = {**os.environ, "HOME": home, "JUPYTER_CONFIG_DIR": home}
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", f"--config={config}"],
            env=environment,
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.1)
            asyncio.run(measure(port, options.runs, server.pid))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
