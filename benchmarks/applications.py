"""Measure the way to an application: over its socket, through us, and through server-proxy.

    make bench ARGS="applications --runs 7"

One server has both: our proxy and plain jupyter-server-proxy lead to the same program,
started twice (`tests/apps/echo_app.py`). The ways are measured in turns.
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
from typing import Any

import aiohttp
from tables import parser, show

ECHO = Path(__file__).parents[1] / "tests" / "apps" / "echo_app.py"
REQUESTS = 300
AT_ONCE = 16
# jupyter-server-proxy refuses more than 100 MB.
SIZE = 95_000_000
MESSAGES = 500
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


async def download(session: aiohttp.ClientSession, url: str) -> float:
    """Return megabytes per second."""
    began = time.perf_counter()
    got = 0
    async with session.get(f"{url}big?size={SIZE}") as answer:
        async for chunk in answer.content.iter_any():
            got += len(chunk)
    assert got == SIZE, got
    return SIZE / 1e6 / (time.perf_counter() - began)


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


MEASURES: dict[str, Any] = {
    "requests per second, one after the other": lambda s, u: requests(s, u, at_once=1),
    f"requests per second, {AT_ONCE} at once": lambda s, u: requests(s, u, at_once=AT_ONCE),
    f"download of {SIZE // 10**6} MB, MB per second": download,
    "websocket round trip, µs": round_trip,
}


def socket_of(pid: int) -> str:
    """Return the socket that the program was started with."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[2].decode()


async def measure(port: int, runs: int) -> None:
    """Ask each way in turns and print the medians."""
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
            for name, ask in MEASURES.items():
                found: dict[str, list[float]] = {way: [] for way in ways}
                order = list(ways)
                for turn in range(runs + 1):
                    order = [*order[1:], order[0]]
                    for way in order:
                        value = await ask(*ways[way])
                        if turn:  # the first round warms up
                            found[way].append(value)
                rows.append((name, *(f"{statistics.median(v):,.0f}" for v in found.values())))
            show("The way to an application", ["", *ways], rows)


def main(words: list[str] | None = None) -> None:
    """Start a server, measure, end it."""
    options = parser(__doc__, runs=7).parse_args(words)
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
            asyncio.run(measure(port, options.runs))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
