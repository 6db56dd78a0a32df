"""Jupyter servers to measure: with this extension, with the peer's, or with none."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
WAIT = 300.0  # seconds for a server to answer and to know its module tree
OURS = "jupyterlab_hpc"
PEER = "jupyterlmod"
TOKEN = "bench"  # noqa: S105 - of a server that lives for the benchmark, on this machine


class Server:
    """A Jupyter server that is asked over REST, on one connection as a browser does."""

    def __init__(self, port: int, process: int) -> None:
        self.port = port
        self.process = process
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Return the answer to a request."""
        self._connection.request(
            method,
            f"/{path}",
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)

    def software(self, method: str, path: str, body: object = None) -> Any:
        """Return this extension's answer to a request to the Software room."""
        return self.ask(method, f"jupyterlab-hpc/software/{path}", body)

    def wait_for_index(self) -> None:
        """Return when the whole module tree is known, so that nothing runs beside a change."""
        until = time.monotonic() + WAIT
        while self.software("GET", "system")["index"] != "complete":
            if time.monotonic() > until:
                raise TimeoutError(f"The server knew no module tree within {WAIT:.0f} seconds.")
            time.sleep(0.1)

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server and of the programs that it ran to their end."""
        # A command's name may hold spaces and brackets.
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self, what: str = "VmRSS") -> float:
        """Return the memory of the server; `VmHWM` is the most that it ever was."""
        for line in Path(f"/proc/{self.process}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) / 1000
        raise LookupError(what)


@contextlib.contextmanager
def served(
    extension: str,
    environment: dict[str, str],
    *options: str,
    python: str = sys.executable,
    enabled: bool = True,
) -> Iterator[Server]:
    """Run a server with one extension, or none, on a free port as long as the context lasts.

    What the environment enables by itself is there too, unless it is named and not `enabled`.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            python,
            "-m",
            "jupyter_server",
            "--allow-root",
            "--no-browser",
            "--ip=127.0.0.1",
            f"--port={port}",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={environment['HOME']}",
            f"--ServerApp.jpserver_extensions={ {extension: enabled} if extension else {} }",
            *options,
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _answering(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _answering(port: int, process: int) -> Server:
    until = time.monotonic() + WAIT
    while True:
        server = Server(port, process)
        try:
            server.ask("GET", "api/status")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return server


def peer_python() -> str:
    """Return the Python of a virtual environment that has jupyter-lmod, made at need."""
    folder = ROOT / ".bench" / "peer"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "jupyterlmod"], check=True)
    return str(python)
