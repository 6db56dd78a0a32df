"""Measure what this extension costs, and print the medians as Markdown tables.

    make bench                # or .venv/bin/python benchmarks/run.py
    make bench ARGS="--runs 31"

What is compared runs in turns, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gentree

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


def tree_environment(count: int, home: str, environment: dict[str, str]) -> dict[str, str]:
    """Make a tree and its site cache; return the environment of a session on it."""
    root = Path(home) / f"tree{count}"
    tree, cache, stamp, rc = (root / name for name in ("modules", "cache", "stamp", "lmodrc.lua"))
    modulepath = gentree.make(tree, count)
    rc.write_text(f"scDescriptT = {{ {{ dir = '{cache}', timestamp = '{stamp}' }} }}\n")
    kept = {
        name: value
        for name, value in environment.items()
        if not name.startswith(("_ModuleTable", "_LMFILES_", "LOADEDMODULES", "LMOD_SYSTEM"))
    }
    update = Path(environment["LMOD_CMD"]).with_name("update_lmod_system_cache_files")
    subprocess.run(
        ["bash", update, "-d", cache, "-t", stamp, modulepath],
        check=True,
        env=kept,
        stderr=subprocess.DEVNULL,
    )
    return {
        **kept,
        "MODULEPATH": modulepath,
        "LMOD_RC": str(rc),
        "XDG_CACHE_HOME": str(root / "xdg"),
        "PYTHONPATH": str(ROOT),
    }


def bare(environment: dict[str, str], *words: str) -> float:
    """Run one of Lmod's programs; return milliseconds."""
    began = time.perf_counter()
    subprocess.run(
        words, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return (time.perf_counter() - began) * 1000


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


def measure_tree(count: int, runs: int, environment: dict[str, str]) -> tuple[str, ...]:
    """Return the cells of one tree's row: medians of a few sessions, each beside bare Lmod."""
    lmod = environment["LMOD_CMD"]
    spider = str(Path(lmod).with_name("spider"))
    modulepath = environment["MODULEPATH"]
    new, stored, avail = [], [], []
    stores = Path(environment["XDG_CACHE_HOME"])
    for _ in range(runs):
        shutil.rmtree(stores, ignore_errors=True)
        avail.append(bare(environment, lmod, "python", "-t", "avail"))
        new.append(session(environment))
        stored.append(session(environment))
    spidered = bare(environment, spider, "-o", "spider-json", modulepath)
    rest = []
    with served(environment) as server:
        for query in ("python", "numpy", "gcc/12", "py", "library", "scpiy", "openm") * runs:
            began = time.perf_counter()
            server.ask("GET", f"software/modules?query={query}")
            rest.append((time.perf_counter() - began) * 1000)

    def middle(measured: list[dict[str, float]], name: str) -> float:
        return statistics.median(one[name] for one in measured)

    both = [*new, *stored]
    return (
        f"{count:,}",
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


def measure_trees(counts: list[int], runs: int, home: str, environment: dict[str, str]) -> None:
    """Print what searching costs in large module trees."""
    rows = [
        measure_tree(count, runs, tree_environment(count, home, environment)) for count in counts
    ]
    show(
        f"Large module trees with a site cache (ms, median of {runs})",
        [
            "modulefiles",
            "search: median / 99 %",
            "of what is loadable: median / longest",
            "search over REST",
            "Lmod: `-t avail`",
            "first names",
            "all, with an index on disk",
            "Lmod: `spider`, once",
            "all, from the site cache",
            "longest stall",
            "memory in MB: read / from disk",
        ],
        rows,
    )


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=21, help="runs of each measure (21)")
    parser.add_argument(
        "--trees",
        type=int,
        nargs="*",
        default=[1000],
        help="modulefiles of the large trees (1000); 30000 takes minutes and 1 GB",
    )
    parser.add_argument("--only-trees", action="store_true", help="nothing but the large trees")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = demo_environment(home)
        if not options.only_trees:
            measure_start(options.runs, environment)
            measure_changes(options.runs, environment)
        if options.trees:
            measure_trees(options.trees, min(options.runs, 5), home, environment)


if __name__ == "__main__":
    main()
