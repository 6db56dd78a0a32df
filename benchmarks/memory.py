"""Measure the memory of a server with a large module tree, beside a server without us.

    make bench ARGS="memory --trees 30000 --without-cache 30000"

The tree is read, then read again twice because it changed, with searches between; at
the end a second server starts from the index that the first one left on disk.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from server import OURS, WAIT, served
from sessions import Tree, demo, trees
from tables import add_trees, parser, show

if TYPE_CHECKING:
    from server import Server

LIMIT = 100  # megabytes above a server without us
SETTLED = 3.0  # seconds after which what was used for reading is given back
WORDS = ("python", "numpy", "gcc/12", "py", "library", "scpiy", "")
LOOK = "--ModuleCatalog.look_interval=0"


def stored(tree: Tree) -> int:
    """Return when the index on disk was written, in nanoseconds; 0 where there is none."""
    folder = Path(tree.environment["XDG_CACHE_HOME"])
    return max((f.stat().st_mtime_ns for f in folder.glob("*/index-*.jsonl")), default=0)


def search(server: Server) -> None:
    """Ask as a user would, so that what is remembered of answers counts too."""
    for word in WORDS:
        server.software("GET", f"modules?query={word}")


def wait_for_reading(server: Server, tree: Tree, before: int) -> None:
    """Return when the tree was read after `before`, and what that took is given back.

    A request has the server look at the tree, unless it is looking already.
    """
    until = time.monotonic() + WAIT
    while stored(tree) <= before:
        if time.monotonic() > until:
            raise TimeoutError(f"The tree was not read within {WAIT:.0f} seconds.")
        server.software("GET", "modules?query=python")
        time.sleep(0.5)
    time.sleep(SETTLED)


def touch(tree: Tree) -> None:
    """Make the tree look changed: its caches, or a folder of it."""
    caches = list((tree.root / "cache").glob("spiderT*")) if tree.cached else []
    for path in caches or [tree.root / "modules" / "Core" / "StdEnv"]:
        os.utime(path)


def measure(tree: Tree) -> tuple[str, ...]:
    """Return the row of a tree: megabytes above a server without us."""
    with served("", tree.environment) as server:
        bare = server.megabytes()
    used = []
    with served(OURS, tree.environment, LOOK) as server:
        wait_for_reading(server, tree, 0)
        for again in range(3):
            if again:
                before = stored(tree)
                touch(tree)
                search(server)
                wait_for_reading(server, tree, before)
            search(server)
            used.append(server.megabytes() - bare)
        most = server.megabytes("VmHWM") - bare
    with served(OURS, tree.environment) as server:
        server.wait_for_index()
        time.sleep(SETTLED)
        search(server)
        from_disk = server.megabytes() - bare
    kept = "yes" if max(*used, from_disk) <= LIMIT else "no"
    return (tree.name, *(f"{mb:.0f}" for mb in (bare, from_disk, *used, most)), kept)


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    made = parser(__doc__, runs=1)
    add_trees(made, trees=[1000])
    options = made.parse_args(words)
    with (
        demo() as environment,
        trees(options.trees, options.without_cache, options.folder, environment) as found,
    ):
        rows = [measure(tree) for tree in found for _ in range(options.runs)]
    show(
        "Memory of a server (MB above one without this extension)",
        [
            "modulefiles",
            "without us, all of it",
            "index from disk",
            "tree read",
            "read twice",
            "read three times",
            "most at any time",
            f"{LIMIT} kept at rest",
        ],
        rows,
    )


if __name__ == "__main__":
    main()
