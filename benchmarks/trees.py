"""Measure searching and learning large module trees, beside bare Lmod on the same trees.

make bench ARGS="trees --runs 3 --trees 1000 10000 30000 --without-cache 30000"

What each column means stands in README.md.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from server import OURS, served
from sessions import Tree, demo, program, trees
from tables import add_trees, parser, show

QUERIES = ("python", "numpy", "gcc/12", "py", "library", "scpiy", "openm")

# What a session on a large tree does, without HTTP: in a process of its own.
TREE = """
import asyncio, json, os, random, statistics, sys, time
import jupyterlab_hpc.app
from jupyterlab_hpc.software.catalog import ModuleCatalog
from jupyterlab_hpc.software.environment import SessionEnvironment
from jupyterlab_hpc.software.index import EVERYTHING, Only
from jupyterlab_hpc.tools.lmod import Lmod

def megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6

def queries(index):
    random.seed(1)
    columns = index.columns
    for name in random.sample(columns.short_names, min(200, len(columns.short_names))):
        yield from (name, name[:2], name[:3], name[1:5], name[:-2] + name[:-3:-1])
    for words in (columns.words, columns.extensions):
        for word in random.sample(sorted(words), min(100, len(words))):
            yield from (word, word[:4])
    yield from ("", "python", "python 3", "gcc/12", "numpy", "a", "mesh solver")

def search(index, query, only=EVERYTHING):
    began = time.thread_time()  # a search only computes: other programs must not count
    for hit in index.search(query, only=only)[:50]:
        hit.package.about(["/nowhere"])
        for version in hit.versions:
            version.file_in(["/nowhere"]), version.ways
    return (time.thread_time() - began) * 1000

async def main():
    stalls = []
    async def tick():
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            stalls.append(time.perf_counter() - began - 0.001)
    ticking = asyncio.create_task(tick())
    before, began = megabytes(), time.perf_counter()
    catalog = ModuleCatalog(tool=Lmod(), environment=SessionEnvironment())
    catalog.start()
    await catalog.ready()
    catalog.index.search("python")[:50]
    first = time.perf_counter() - began
    while catalog.state != "complete":
        await asyncio.sleep(0.005)
    ready = time.perf_counter() - began
    await catalog.settled()
    ticking.cancel()
    memory = megabytes() - before
    times = sorted(search(catalog.index, query) for query in queries(catalog.index))
    # what is loadable with gcc; the first such search after a change of modules counts too
    columns = catalog.index.columns
    only = Only(modulepath=tuple(f for f in columns.folders if f.endswith("/Core") or "gcc" in f))
    limited = sorted(search(catalog.index, query, only) for query in queries(catalog.index))
    print(json.dumps({
        "limited": statistics.median(limited), "limited_most": limited[-1],
        "size": catalog.index.size, "first": first * 1000, "ready": ready * 1000,
        "stall": max(stalls) * 1000, "memory": memory,
        "median": statistics.median(times), "p99": times[int(len(times) * 0.99)],
    }))
asyncio.run(main())
"""


def session(environment: dict[str, str]) -> dict[str, float]:
    """Return what a session on a tree measured of itself."""
    done = subprocess.run(
        [sys.executable, "-c", TREE],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def measure(tree: Tree, runs: int) -> tuple[str, ...]:
    """Return the cells of one tree's row: medians of a few sessions, each beside bare Lmod."""
    environment = tree.environment
    lmod = environment["LMOD_CMD"]
    spider = str(Path(lmod).with_name("spider"))
    new, stored, avail, rest = [], [], [], []
    for _ in range(runs):
        tree.forget()
        avail.append(program(environment, lmod, "python", "-t", "avail"))
        new.append(session(environment))
        stored.append(session(environment))
    spidered = program(environment, spider, "-o", "spider-json", environment["MODULEPATH"])
    with served(OURS, environment) as server:
        server.wait_for_index()
        for query in QUERIES * runs:
            began = time.perf_counter()
            server.software("GET", f"modules?query={query}")
            rest.append((time.perf_counter() - began) * 1000)

    def middle(measured: list[dict[str, float]], name: str) -> float:
        return statistics.median(one[name] for one in measured)

    both = [*new, *stored]
    return (
        tree.name,
        f"{middle(both, 'median'):.2f} / {middle(both, 'p99'):.1f}",
        f"{middle(both, 'limited'):.2f} / {middle(both, 'limited_most'):.1f}",
        f"{statistics.median(rest):.1f}",
        f"{statistics.median(avail):.0f}",
        f"{middle(new, 'first'):.0f}",
        f"{middle(stored, 'ready'):.0f}",
        f"{spidered:,.0f}",
        f"{middle(new, 'ready'):,.0f}",
        f"{middle(both, 'stall'):.0f}",
        f"{middle(new, 'memory'):.0f} / {middle(stored, 'memory'):.0f}",
    )


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    made = parser(__doc__, runs=5)
    add_trees(made, trees=[100, 1000])
    options = made.parse_args(words)
    with (
        demo() as environment,
        trees(options.trees, options.without_cache, options.folder, environment) as found,
    ):
        rows = [measure(tree, options.runs) for tree in found]
    show(
        f"Large module trees (ms, median of {options.runs})",
        [
            "modulefiles",
            "search: median / 99 %",
            "of what is loadable: median / longest",
            "search over REST",
            "Lmod: `-t avail`",
            "first names",
            "all, with an index on disk",
            "Lmod: `spider`, once",
            "all, without an index",
            "longest stall",
            "memory in MB: read / from disk",
        ],
        rows,
    )


if __name__ == "__main__":
    main()
