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
LAB = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim", "notebook")

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
    # as pip does: without byte code a start would compile the package each time
    compileall.compile_dir(ROOT / "jupyterlab_hpc", quiet=1)
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


def main(words: list[str] | None = None) -> None:
    """Measure in the demo's session."""
    options = parser(__doc__).parse_args(words)
    with demo() as environment:
        measure_start(options.runs, environment)


if __name__ == "__main__":
    main()
