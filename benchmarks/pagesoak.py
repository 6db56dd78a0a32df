"""Do the same things in a page 500 times each, and tell what of it stays: the page's soak.

    make bench ARGS="pagesoak --times 500"

Panels, searches, details, previews, dialogs, launchers and notebooks are opened and closed
in Chromium; after each fifth of the times the page collects its garbage, and what is alive
is counted. Launchers and notebooks are opened in a page with this extension disabled, too:
what JupyterLab keeps of them is not ours. The checks are run a tenth as often, notebooks a
third.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

from idle import without
from server import OURS, ROOT, TOKEN, Server, served
from sessions import demo
from soakwork import settings
from tables import parser, show

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = 5
# What 100 times may leave behind in the second half of the samples.
BOUNDS = {"heap": 100_000.0, "nodes": 20.0, "listeners": 5.0}
NOTEBOOK = {
    "cells": [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "id": "a"}],
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        # Not loaded: the page says so when it opens it.
        "jupyterlab_hpc": {"modules": ["gcc/12.3", "gromacs/2024.1"]},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def done(server: Server, options: Any) -> Iterator[dict[str, Any]]:
    """Yield what a browser measured of each thing that it did."""
    url = f"http://127.0.0.1:{server.port}/lab?reset&token={TOKEN}"
    words = [url, str(options.times), str(SAMPLES), *options.only]
    with subprocess.Popen(
        ["node", ROOT / "benchmarks/pagesoak.mjs", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", file=sys.stderr, flush=True)
            yield json.loads(line)
    if process.returncode:
        raise RuntimeError("The page did not come to its end.")


def left(told: dict[str, Any]) -> dict[str, float]:
    """Return what 100 times leave behind: the slope through all samples but the first two."""
    samples = told["samples"][2:]
    return {
        name: linear_regression(range(len(samples)), [s[name] for s in samples]).slope
        * 100
        / told["part"]
        for name in BOUNDS
    }


def row(told: dict[str, Any], theirs: dict[str, float] | None) -> tuple[str, ...]:
    """Return the cells of one thing's line."""
    mine = left(told)
    first, last = told["samples"][0], told["samples"][-1]
    over = [
        name
        for name, bound in BOUNDS.items()
        if mine[name] - max(0.0, (theirs or {}).get(name, 0.0)) > bound
    ]
    return (
        told["name"],
        f"{told['part'] * SAMPLES:,}",
        f"{first['heap'] / 1e6:.1f} → {last['heap'] / 1e6:.1f}",
        f"{mine['heap'] / 1000:+.0f}",
        f"{theirs['heap'] / 1000:+.0f}" if theirs else "",
        f"{mine['nodes']:+.0f}",
        f"{theirs['nodes']:+.0f}" if theirs else "",
        f"{mine['listeners']:+.1f}",
        f"{theirs['listeners']:+.1f}" if theirs else "",
        f"**{', '.join(over)}**" if over else "flat",
    )


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    made = parser(__doc__)
    made.add_argument("--times", type=int, default=100, help="how often each is done (100)")
    made.add_argument("--only", nargs="*", default=[], help="words of what alone is to be done")
    options = made.parse_args(words)
    columns = ["", "times", "heap, MB"]
    for name in ("kB", "nodes", "listeners"):
        columns += [f"{name} in 100 times", "without us"]
    with demo() as environment:
        Path(environment["HOME"], "soak.ipynb").write_text(json.dumps(NOTEBOOK))
        bare = without(environment)
        config = Path(environment["JUPYTER_CONFIG_DIR"], "jupyter_server_config.json")
        config.parent.mkdir(exist_ok=True)
        config.write_text(json.dumps(settings() | {"KernelsService": {"remember_modules": True}}))
        with served(OURS, environment) as server:
            server.wait_for_index()
            mine = list(done(server, options))
        with served(OURS, bare, enabled=False) as server:
            theirs = {told["name"]: left(told) for told in done(server, options)}
    show("The page's soak", [*columns, ""], [row(told, theirs.get(told["name"])) for told in mine])


if __name__ == "__main__":
    main()
