"""Measure what this extension costs, and print the medians as Markdown tables.

    make bench                # or .venv/bin/python benchmarks/run.py
    make bench ARGS="--runs 31"

What is compared runs in turns, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
LIMIT = 50.0  # milliseconds that the extension may add to the start of a server
WAIT = 60.0  # seconds for a server to answer and to know its module tree

# A process of its own for each run: what is imported once stays imported.
START = """
import sys, time
began = time.perf_counter()
from jupyter_server.serverapp import ServerApp
app = ServerApp(
    jpserver_extensions={name: True for name in sys.argv[1:]},
    reraise_server_extension_failures=True,
    allow_root=True,
)
app.initialize(argv=[], find_extensions=False, new_httpserver=False)
print((time.perf_counter() - began) * 1000)
"""
IMPORT = """
import time
import jupyter_server.serverapp, jupyter_server.extension.application
began = time.perf_counter()
import jupyterlab_hpc.app
print((time.perf_counter() - began) * 1000)
"""

LAB = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim", "notebook")
OURS = "jupyterlab_hpc"
CHANGES = (
    ["cmake/3.27.7"],
    ["gcc/12.3", "openmpi/4.1.5", "hdf5-mpi/1.14.4"],
)


def in_turns(runs: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Return the times of each measure, in milliseconds; the first round is thrown away.

    Each round begins with another one: what ran just before makes a difference.
    """
    taken: list[list[float]] = [[] for _ in measures]
    for turn in range(runs + 1):
        for i in range(len(measures)):
            which = (turn + i) % len(measures)
            taken[which].append(measures[which]())
    return [times[1:] for times in taken]


def added(ours: list[float], other: list[float]) -> float:
    """Return the median of what each round's pair differs by: a slow round counts once."""
    return statistics.median(a - b for a, b in zip(ours, other, strict=True))


def show(title: str, columns: list[str], rows: list[tuple[str, ...]]) -> None:
    """Print a Markdown table."""
    print(f"\n{title}\n")
    print(f"| {' | '.join(columns)} |")
    print(f"| --- |{' ---: |' * (len(columns) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def compared(name: str, ours: list[float], other: list[float]) -> tuple[str, ...]:
    """Return the cells of one comparison."""
    mine, theirs = statistics.median(ours), statistics.median(other)
    return (
        name,
        f"{theirs:.0f}",
        f"{mine:.0f}",
        f"{round(added(ours, other)):+d}",
        f"{mine / theirs:.2f}",
    )


def in_python(script: str, environment: dict[str, str], *words: str) -> Callable[[], float]:
    """Return a measure: what a script prints that runs in a fresh Python."""

    def measure() -> float:
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        return float(done.stdout)

    return measure


def measure_start(runs: int, environment: dict[str, str]) -> None:
    """Print what loading the extension adds to the start of a server."""
    plain, with_ours, lab, lab_with_ours, imports = in_turns(
        runs,
        in_python(START, environment),
        in_python(START, environment, OURS),
        in_python(START, environment, *LAB),
        in_python(START, environment, *LAB, OURS),
        in_python(IMPORT, environment),
    )
    show(
        f"Start of a server until all is initialized (ms, median of {runs})",
        ["", "without", "with", "difference", "ratio"],
        [
            compared("`jupyter server`, no other extension", with_ours, plain),
            compared("`jupyter lab`, its usual extensions", lab_with_ours, lab),
        ],
    )
    print(
        "\n`import jupyterlab_hpc.app`, jupyter_server being imported: "
        f"{statistics.median(imports):.0f} ms."
    )
    worst = max(added(with_ours, plain), added(lab_with_ours, lab))
    print(f"At most {LIMIT:.0f} ms are allowed: {'kept' if worst <= LIMIT else 'BROKEN'}.")


class Server:
    """A server with this extension, asked over REST."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Return the answer to a request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WAIT)
        with contextlib.closing(connection):
            connection.request(
                method,
                f"/jupyterlab-hpc/{path}",
                body=None if body is None else json.dumps(body),
                headers={"Authorization": "token bench"},
            )
            answer = connection.getresponse()
            text = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)

    def change(self, **names: list[str]) -> float:
        """Load or unload; return how many milliseconds it took."""
        began = time.perf_counter()
        answer = self.ask("PATCH", "software/loaded", names)
        took = (time.perf_counter() - began) * 1000
        if set(answer["loaded"] + answer["unloaded"]) != {
            name for n in names.values() for name in n
        }:
            raise RuntimeError(f"Another change than {names}: {answer}")
        return took

    def wait(self) -> None:
        """Return when the whole module tree is known, so that nothing runs beside a change."""
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if self.ask("GET", "software/system")["index"] == "complete":
                    return
            time.sleep(0.1)
        raise TimeoutError(f"The server knew no module tree within {WAIT:.0f} seconds.")


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[Server]:
    """Run a server on a free port for as long as the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyter_server",
            "--allow-root",
            "--no-browser",
            "--ip=127.0.0.1",
            f"--port={port}",
            "--IdentityProvider.token=bench",
            f"--ServerApp.root_dir={environment['HOME']}",
            '--ServerApp.jpserver_extensions={"jupyterlab_hpc": True}',
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(port)
        server.wait()
        yield server
    finally:
        process.terminate()
        process.wait()


def bare_load(names: list[str], environment: dict[str, str]) -> float:
    """Load with Lmod's own program from the session's environment; return milliseconds."""
    began = time.perf_counter()
    subprocess.run(
        [environment["LMOD_CMD"], "python", "load", *names],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return (time.perf_counter() - began) * 1000


def measure_changes(runs: int, environment: dict[str, str]) -> None:
    """Print what one change over REST takes against Lmod's own program."""
    rows = []
    with served(environment) as server:
        for names in CHANGES:

            def over_rest(names: list[str] = names) -> float:
                took = server.change(load=names)
                server.change(unload=names)
                return took

            def bare(names: list[str] = names) -> float:
                return bare_load(names, environment)

            ours, theirs = in_turns(runs, over_rest, bare)
            rows.append(compared(f"`{' '.join(names)}`", ours, theirs))
    show(
        f"One change: a load over REST against `$LMOD_CMD python load` (ms, median of {runs})",
        ["modules of the demo tree", "Lmod alone", "over REST", "difference", "ratio"],
        rows,
    )


def demo_environment(home: str) -> dict[str, str]:
    """Return the environment of a session on the demo's modules, in a home of its own."""
    done = subprocess.run(
        ["bash", "-c", '. "$1" "$2" >&2 && env -0', "bench", ROOT / "scripts/home.sh", home],
        check=True,
        stdout=subprocess.PIPE,
    )
    pairs = os.fsdecode(done.stdout).split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair)


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=21, help="runs of each measure (21)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = demo_environment(home)
        measure_start(options.runs, environment)
        measure_changes(options.runs, environment)


if __name__ == "__main__":
    main()
