"""Measure what this extension adds to the start of a server.

make bench ARGS="start --runs 31"
"""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from server import OURS, ROOT
from sessions import demo
from tables import added, compared, in_turns, parser, show

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 50.0  # milliseconds that the extension may add to the start of a server
LAB = (
    "jupyterlab",
    "jupyter_lsp",
    "jupyter_server_proxy",
    "jupyter_server_terminals",
    "notebook_shim",
    "notebook",
)

# A process of its own for each run: what is imported once stays imported. Prints the CPU time
# until all is initialized, the same until the rooms have begun that begin by themselves, and
# the longest time in which the event loop did one thing only, in its first two seconds.
START = """
import asyncio, sys, time
from jupyter_server.serverapp import ServerApp

longest = 0.0
run_handle = asyncio.Handle._run
def run_timed(handle):
    global longest
    began = time.thread_time()
    run_handle(handle)
    longest = max(longest, time.thread_time() - began)

# Importing Jupyter Server itself takes a second, give or take more than all that follows.
began = time.process_time()
app = ServerApp(
    jpserver_extensions={name: True for name in sys.argv[1:]},
    reraise_server_extension_failures=True,
    allow_root=True,
)
app.initialize(argv=[], find_extensions=False, new_httpserver=False)
print((time.process_time() - began) * 1000)

asyncio.Handle._run = run_timed
async def begin():
    for _ in range(20):
        await asyncio.sleep(0)
    print((time.process_time() - began) * 1000)
    await asyncio.sleep(2)
app.io_loop.run_sync(begin)
print(longest * 1000)
"""
IMPORT = """
import time
import jupyter_server.serverapp, jupyter_server.extension.application
began = time.process_time()
import jupyterlab_hpc.app
print((time.process_time() - began) * 1000)
"""


class Fresh:
    """What a script prints that runs in a fresh Python, each number for itself."""

    def __init__(self, script: str, environment: dict[str, str], *words: str) -> None:
        self._command = [sys.executable, "-c", script, *words]
        self._environment = environment
        self.printed: list[list[float]] = []

    def __call__(self) -> float:
        """Run it and return the first of the numbers; all of them are kept."""
        done = subprocess.run(
            self._command,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
        )
        self.printed.append([float(line) for line in done.stdout.split()])
        return self.printed[-1][0]

    def numbers(self, which: int) -> list[float]:
        """Return one of the numbers in all runs but the first, which is thrown away."""
        return [printed[which] for printed in self.printed[1:]]


def measure_start(runs: int, environment: dict[str, str]) -> None:
    """Print what loading the extension adds to the start of a server."""
    # as pip does: without byte code a start would compile the package each time
    compileall.compile_dir(ROOT / "jupyterlab_hpc", quiet=1)
    server, server_with_ours = Fresh(START, environment), Fresh(START, environment, OURS)
    lab, lab_with_ours = Fresh(START, environment, *LAB), Fresh(START, environment, *LAB, OURS)
    imports = Fresh(IMPORT, environment)
    measures: list[Callable[[], float]] = [server, server_with_ours, lab, lab_with_ours, imports]
    in_turns(runs, *measures)
    compares = {
        "`jupyter server`, no other extension": (server_with_ours, server),
        "`jupyter lab`, its usual extensions": (lab_with_ours, lab),
    }
    for which, until in enumerate(("all is initialized", "our rooms have begun")):
        show(
            f"Start of a server until {until} (ms of CPU time, median of {runs})",
            ["", "without", "with", "difference", "ratio"],
            [
                compared(name, ours.numbers(which), other.numbers(which))
                for name, (ours, other) in compares.items()
            ],
        )
    show(
        "The longest that the event loop did one thing in its first two seconds "
        "(ms of CPU time: median, longest)",
        ["", "without", "with"],
        [
            (
                name,
                *(
                    f"{statistics.median(found):.0f}, {max(found):.0f}"
                    for found in (other.numbers(2), ours.numbers(2))
                ),
            )
            for name, (ours, other) in compares.items()
        ],
    )
    print(
        "\n`import jupyterlab_hpc.app`, jupyter_server being imported: "
        f"{statistics.median(imports.numbers(0)):.0f} ms."
    )
    worst = max(added(ours.numbers(0), other.numbers(0)) for ours, other in compares.values())
    print(f"At most {LIMIT:.0f} ms are allowed: {'kept' if worst <= LIMIT else 'BROKEN'}.")


def main(words: list[str] | None = None) -> None:
    """Measure in the demo's session."""
    options = parser(__doc__).parse_args(words)
    with demo() as environment:
        measure_start(options.runs, environment)


if __name__ == "__main__":
    main()
