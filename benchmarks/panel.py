"""Measure the Software panel in Chromium against jupyter-lmod's, on the same modules.

    make bench ARGS="panel --modules 10000 --runs 5"

Both pages are JupyterLab's, and all modules are loadable at once: the peer knows no
others. A key stroke's *work* is CPU time of the page's main thread, less what the page
does of itself in the same time; *painted* is the time from the key to the last change of
the list on the screen; a *task* is timed by the clock, so a busy machine makes it longer.
Ours searches names, summaries and extensions on the server; the peer compares names in
the page. The panels are opened in browsers that have nothing
cached: once in servers that have run for a while, once in servers that have just started,
ours with the index on disk. The peer gets a virtual environment of its own, `.bench/peer`.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from server import OURS, PEER, ROOT, TOKEN, Server, peer_python, served
from sessions import Tree, demo, trees
from tables import parser, show

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ("geonet", "biorun", "python")
PANELS = {
    "this extension": (
        "jupyterlab-hpc-software",
        '.jp-SoftwarePanel input[type="search"]',
        ".jp-SoftwarePanel-window",
    ),
    "jupyter-lmod": ("module-jupyterlab", "#modules", "#module_avail_list"),
}
NAMES = tuple(PANELS)
SERVERS = {NAMES[0]: (OURS, sys.executable), NAMES[1]: (PEER, "")}
STROKE, TASK, OPENING, BUNDLE = 16, 50, 200, 120  # limits: ms, and kB


def flat_environment(tree: Tree) -> dict[str, str]:
    """Return the environment of a session in which all of a tree is loadable."""
    folders = {path.parents[1] for path in (tree.root / "modules").rglob("*.lua")}
    ordered = sorted(folders, key=lambda path: (len(path.parts), path))
    config = Path(tree.environment["JUPYTER_CONFIG_DIR"]) / "jupyter_server_config.json"
    config.write_text(json.dumps({"LabApp": {"expose_app_in_browser": True}}))
    return {**tree.environment, "MODULEPATH": ":".join(map(str, ordered))}


def measured(server: Server, name: str, openings: int, *words: str) -> dict[str, Any]:
    """Return what a browser measures of a panel."""
    url = f"http://127.0.0.1:{server.port}/lab?reset&token={TOKEN}"
    done = subprocess.run(
        ["node", ROOT / "benchmarks/panel.mjs", url, *PANELS[name], str(openings), *words],
        check=True,
        stdout=subprocess.PIPE,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def bundle(folder: Path) -> float:
    """Return how many kB of compressed JavaScript a labextension brings."""
    return sum(len(gzip.compress(path.read_bytes())) for path in folder.glob("*.js")) / 1000


def started(name: str, environment: dict[str, str], runs: int) -> list[dict[str, Any]]:
    """Return the openings of a panel, each the first in a server that has just started."""
    extension, python = SERVERS[name]
    opened = []
    for _ in range(runs):
        with served(extension, environment, python=python or peer_python()) as server:
            opened += measured(server, name, 1)["opened"]
    return opened


def measure(environment: dict[str, str], runs: int) -> dict[str, dict[str, Any]]:
    """Return what was measured of each panel."""
    told: dict[str, dict[str, Any]] = {}
    with (
        served(OURS, environment) as ours,
        served(PEER, environment, python=peer_python()) as peer,
    ):
        ours.wait_for_index()
        for name, server in zip(NAMES, (ours, peer), strict=True):
            told[name] = measured(server, name, runs, *WORDS)
            if not all(told[name]["rows"].values()):
                raise RuntimeError(f"{name} found nothing: {told[name]['rows']}")
    for name in NAMES:
        told[name]["started"] = started(name, environment, runs)
    return told


def first(openings: list[dict[str, Any]]) -> float:
    """Return how long it takes to the first rows."""
    times: list[float] = [opening["first"] for opening in openings]
    return median(times)


def longest(openings: list[dict[str, Any]]) -> float:
    """Return the longest task of all openings; 0 where none took 50 ms."""
    tasks: list[float] = [task for opening in openings for task in opening["long"]]
    return max(tasks, default=0.0)


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    made = parser(__doc__, runs=5)
    made.add_argument("--modules", type=int, default=10000, help="modulefiles (10000)")
    made.add_argument("--folder", help="where the tree is made and left for the next time")
    options = made.parse_args(words)
    subprocess.run([peer_python(), "-m", "pip", "install", "-q", "jupyterlab"], check=True)
    with (
        demo() as environment,
        trees([options.modules], [], options.folder, environment) as found,
    ):
        told = measure(flat_environment(next(found)), options.runs)
    size = bundle(ROOT / "jupyterlab_hpc/labextension/static")
    rows: dict[str, tuple[Callable[[dict[str, Any]], float], str]] = {
        "opened for the first time, to its first rows": (lambda t: first(t["opened"]), ""),
        "the same, in a server that has just started, index on disk": (
            lambda t: first(t["started"]),
            f"{OPENING}",
        ),
        "longest task while opening": (lambda t: longest([*t["opened"], *t["started"]]), ""),
        "work of a key stroke, median": (lambda t: median(t["work"]), f"{STROKE}"),
        "work of a key stroke, longest": (lambda t: max(t["work"]), ""),
        "a key stroke until painted, median": (lambda t: median(t["painted"]), ""),
        "longest task while typing (0: none of 50 ms)": (
            lambda t: max(t["long"], default=0),
            f"{TASK}",
        ),
    }
    show(
        f"The panel in Chromium, {options.modules:,} modulefiles (ms, {options.runs} openings)",
        ["", *NAMES, "must reach"],
        [
            (what, *(f"{of(told[name]):.1f}" for name in NAMES), limit)
            for what, (of, limit) in rows.items()
        ],
    )
    print(f"\nThis extension's page: {size:.0f} kB of compressed JavaScript (limit: {BUNDLE}).")


if __name__ == "__main__":
    main()
