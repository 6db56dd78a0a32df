"""Measure one click on *Load* against jupyter-lmod, both servers on the same modules.

    .venv/bin/python benchmarks/peer.py --runs 21
    .venv/bin/python benchmarks/peer.py --modulepath TREE/Core --modules NAME…

A click lasts until the panel can show the new state. Ours asks once for the
change and once for the list; the peer's panel asks for the change, the list of
loaded and the list of available modules. The peer gets a virtual environment of
its own, `.bench/peer`: both claim the name of Lmod's settings.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from run import compared, demo_environment, in_turns, show

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
WAIT = 120.0  # seconds for a server to answer


class Server:
    """A Jupyter server that is asked over REST, on one connection as a browser does."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Return the answer to a request."""
        self._connection.request(
            method,
            f"/{path}",
            body=None if body is None else json.dumps(body),
            headers={"Authorization": "token bench", "Content-Type": "application/json"},
        )
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)


@contextlib.contextmanager
def served(python: str, extension: str, environment: dict[str, str]) -> Iterator[Server]:
    """Run a server with one extension on a free port for as long as the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {
        "--ip": "127.0.0.1",
        "--port": port,
        "--IdentityProvider.token": "bench",
        "--ServerApp.root_dir": environment["HOME"],
        "--ServerApp.jpserver_extensions": {extension: True},
    }
    process = subprocess.Popen(
        [python, "-m", "jupyter_server", "--allow-root", "--no-browser"]
        + [f"{name}={value}" for name, value in options.items()],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + WAIT
        while True:
            server = Server(port)
            try:
                server.ask("GET", "api/status")
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                break
        yield server
    finally:
        process.terminate()
        process.wait()


def peer_python() -> str:
    """Return the Python of a virtual environment that has jupyter-lmod, made at need."""
    folder = ROOT / ".bench" / "peer"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "jupyterlmod"], check=True)
    return str(python)


def timed(*requests: tuple[Server, str, str, object]) -> float:
    """Return how many milliseconds these requests take one after the other."""
    began = time.perf_counter()
    for server, method, path, body in requests:
        server.ask(method, path, body)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=21, help="runs of each measure (21)")
    parser.add_argument("--modulepath", help="another tree than the demo's")
    parser.add_argument("--modules", nargs="+", default=["cmake/3.27.7"], help="what to load")
    options = parser.parse_args()
    names = options.modules
    with tempfile.TemporaryDirectory() as home:
        environment = demo_environment(home)
        if options.modulepath:
            bookkeeping = ("_ModuleTable", "__LMOD", "LOADEDMODULES", "_LMFILES_", "LMOD_SYSTEM")
            environment = {k: v for k, v in environment.items() if not k.startswith(bookkeeping)}
            environment["MODULEPATH"] = options.modulepath
        with (
            served(sys.executable, "jupyterlab_hpc", environment) as ours,
            served(peer_python(), "jupyterlmod", environment) as peer,
        ):
            while ours.ask("GET", "jupyterlab-hpc/software/system")["index"] != "complete":
                time.sleep(0.1)
            page = "jupyterlab-hpc/software/modules?query=&limit=100"

            def our_change(words: dict[str, list[str]]) -> float:
                return timed(
                    (ours, "PATCH", "jupyterlab-hpc/software/loaded", words),
                    (ours, "GET", page, None),
                )

            def peer_change(method: str) -> float:
                return timed(
                    (peer, method, "module", {"modules": names}),
                    (peer, "GET", "module", None),
                    (peer, "GET", "module/modules", None),
                )

            loads: tuple[list[float], list[float]] = ([], [])
            unloads: tuple[list[float], list[float]] = ([], [])

            def our_turn() -> float:
                loads[0].append(our_change({"load": names}))
                unloads[0].append(our_change({"unload": names[::-1]}))
                return 0.0

            def peer_turn() -> float:
                loads[1].append(peer_change("POST"))
                unloads[1].append(peer_change("DELETE"))
                return 0.0

            in_turns(options.runs, our_turn, peer_turn)
    show(
        f"One click until the panel is new (ms, median of {options.runs})",
        [f"`{' '.join(names)}`", "jupyter-lmod", "this extension", "difference", "ratio"],
        [compared("load", *loads), compared("unload", *unloads)],
    )


if __name__ == "__main__":
    main()
