"""Measure the Software panel in Chromium against jupyter-lmod's, on the same modules.

    .venv/bin/python benchmarks/panel.py --modules 10000 --runs 5

Both pages are JupyterLab's, and all modules are loadable at once: the peer knows no
others. A key stroke's *work* is CPU time of the page's main thread, less what the page
does of itself in the same time; *painted* is the time from the key to the last change of
the list on the screen. Ours searches names, summaries and extensions on the server after
a pause of 100 ms; the peer compares names in the page. The peer gets a virtual
environment of its own, `.bench/peer`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import gentree
from peer import peer_python, served
from run import demo_environment, show

ROOT = Path(__file__).parents[1]
WORDS = ("geonet", "biorun", "python")
PANELS = {
    "this extension": (
        "jupyterlab-hpc-software",
        '.jp-SoftwarePanel input[type="search"]',
        ".jp-SoftwarePanel-window",
    ),
    "jupyter-lmod": ("module-jupyterlab", "#modules", "#module_avail_list"),
}


def flat_environment(home: str, count: int) -> dict[str, str]:
    """Make a tree; return the environment of a session in which all of it is loadable."""
    tree = Path(home) / "modules"
    gentree.make(tree, count)
    folders = sorted(
        {path.parents[1] for path in tree.rglob("*.lua")}, key=lambda path: len(path.parts)
    )
    bookkeeping = ("_ModuleTable", "__LMOD", "LOADEDMODULES", "_LMFILES_", "LMOD_SYSTEM")
    kept = {k: v for k, v in demo_environment(home).items() if not k.startswith(bookkeeping)}
    config = Path(kept["JUPYTER_CONFIG_DIR"]) / "jupyter_server_config.json"
    config.write_text(json.dumps({"LabApp": {"expose_app_in_browser": True}}))
    return {**kept, "MODULEPATH": ":".join(map(str, folders))}


def measured(url: str, panel: tuple[str, str, str], runs: int) -> dict[str, Any]:
    """Return what a browser measures of a panel."""
    done = subprocess.run(
        ["node", ROOT / "benchmarks/panel.mjs", url, *panel, str(runs), *WORDS],
        check=True,
        stdout=subprocess.PIPE,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def bundle(folder: Path) -> float:
    """Return how many kB of compressed JavaScript a labextension brings."""
    return sum(len(gzip.compress(path.read_bytes())) for path in folder.glob("*.js")) / 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--modules", type=int, default=10000, help="modulefiles (10000)")
    parser.add_argument("--runs", type=int, default=5, help="openings of each panel (5)")
    options = parser.parse_args()
    subprocess.run([peer_python(), "-m", "pip", "install", "-q", "jupyterlab"], check=True)
    told: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as home:
        environment = flat_environment(home, options.modules)
        with (
            served(sys.executable, "jupyterlab_hpc", environment) as ours,
            served(peer_python(), "jupyterlmod", environment) as peer,
        ):
            while ours.ask("GET", "jupyterlab-hpc/software/system")["index"] != "complete":
                time.sleep(0.1)
            for (name, panel), server in zip(PANELS.items(), (ours, peer), strict=True):
                url = f"http://127.0.0.1:{server.port}/lab?reset&token=bench"
                told[name] = measured(url, panel, options.runs)
    rows = {
        "opened for the first time, to its first rows": lambda t: median(t["first"]),
        "work of a key stroke, median": lambda t: median(t["work"]),
        "work of a key stroke, longest": lambda t: max(t["work"]),
        "a key stroke until painted, median": lambda t: median(t["painted"]),
        "longest task while typing": lambda t: max(t["long"], default=0),
    }
    show(
        f"The panel in Chromium, {options.modules:,} modulefiles (ms)",
        ["", *told],
        [(what, *(f"{of(t):.0f}" for t in told.values())) for what, of in rows.items()],
    )
    print(f"This extension's page: {bundle(ROOT / 'jupyterlab_hpc/labextension/static'):.0f} kB")


if __name__ == "__main__":
    main()
