"""Live hours of a busy session in minutes, and tell what grew: the soak.

    make bench ARGS="soak --changes 10000 --applications 500 --pages 10"

A real server with real Lmod on the demo's modules; pages in Chromium are open and follow
all the time. In each round modules are changed in every way there is, several at the same
time, while applications are started, used and ended, kernels come and go, sockets are cut,
and everything is asked that a page asks. After a round all comes to rest and is counted.

Something is *flat* where the median of its last three samples is at most the stated bound
above that of the three at the middle: the first half fills what is kept on purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median
from typing import TYPE_CHECKING, Any

from server import OURS, ROOT, TOKEN, Server, served
from sessions import demo
from soakwork import CODE_SERVER, KINDS, Work, settings
from tables import busy, parser, show

if TYPE_CHECKING:
    from collections.abc import Iterator

AROUND = 3  # samples whose median stands for a moment
LOOK = 0.5  # seconds between two looks whether all is at rest
PATIENCE = 600.0  # seconds for pages to open and to answer
# What may be more at the end than at the middle.
BOUNDS = {
    "server, MB": 5.0,
    "server: objects of Python": 2000.0,
    "server: file descriptors": 0.0,
    "server: connections": 6.0,  # a browser keeps as many for what it asks next
    "server: threads": 0.0,
    "server: tasks": 0.0,
    "processes that it left": 0.0,
    "temporary files": 0.0,
    "files in the home": 0.0,
    "files in the home, kB": 200.0,
    "page: heap, MB": 1.0,
    "page: nodes": 50.0,
    "page: listeners": 20.0,
    "page: documents": 0.0,
}
# What comes to rest after a round.
RESTING = (
    "server: file descriptors",
    "server: threads",
    "server: tasks",
    "processes that it left",
    "temporary files",
)
ESTABLISHED = "01"  # in /proc/net/tcp
CONNECTION = "http1connection.py:_server_request_loop"  # the task of one that stands
OTHERS = {"code-server", ".npm", ".ipython"}  # what other programs keep in the home


@dataclass(frozen=True, kw_only=True)
class Site:
    """What is looked at from outside."""

    server: Server
    home: Path
    temporary: tuple[Path, ...]


class Pages:
    """Pages in a browser, which follow the server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.failures: list[str] = []

    def sample(self) -> dict[str, float]:
        """Return the medians of what is alive in the pages."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        for page in told:
            self.failures += page["failures"]
        return {
            "page: heap, MB": median(page["heap"] for page in told) / 1e6,
            **{
                f"page: {name}": median(page[name] for page in told)
                for name in ("nodes", "listeners", "documents")
            },
        }


@contextlib.contextmanager
def opened(server: Server, count: int) -> Iterator[Pages | None]:
    """Hold pages of a server open as long as the context lasts."""
    if not count:
        yield None
        return
    url = f"http://127.0.0.1:{server.port}/lab?reset&token={TOKEN}"
    process = subprocess.Popen(
        ["node", ROOT / "benchmarks/soak.mjs", url, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        pages = Pages(process)
        pages.sample()  # they answer when they are open
        yield pages
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def left_processes(site: Site) -> list[str]:
    """Return the programs that live in the soak's home, besides the server itself."""
    mine = f"HOME={site.home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(folder.name) != site.server.process and mine in (
                folder / "environ"
            ).read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def descriptors(process: int) -> tuple[list[str], int]:
    """Return what a process has open, and how many of its connections over TCP stand."""
    connected = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == ESTABLISHED:
                connected.add(f"socket:[{fields[9]}]")
    found = []
    for path in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(str(path.readlink()))
    return sorted(name for name in found if name not in connected), sum(
        name in connected for name in found
    )


def files_below(folder: Path, *without: Path) -> dict[str, int]:
    """Return the sizes of what is below a folder, by their paths; folders count as 0."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [n for n in folders if Path(place, n) not in without and n not in OTHERS]
        for name in [*folders, *names]:
            path = Path(place, name)
            with contextlib.suppress(OSError):
                found[str(path)] = 0 if name in folders else path.lstat().st_size
    return found


async def look(site: Site, work: Work) -> tuple[dict[str, float], Any]:
    """Return what is there now, and what of it has names."""
    inside = await work.probe()
    process = site.server.process
    open_ones, connections = descriptors(process)
    temporary = [name for place in site.temporary for name in files_below(place)]
    kept = files_below(site.home, *site.temporary)
    running = left_processes(site)
    counted = {
        "server, MB": site.server.megabytes(),
        "server: objects of Python": inside["objects"],
        "server: file descriptors": len(open_ones),
        "server: connections": connections,
        "server: threads": sum(inside["threads"].values()),
        "server: tasks": sum(n for task, n in inside["tasks"].items() if task != CONNECTION),
        "processes that it left": len(running),
        "temporary files": len(temporary),
        "files in the home": len(kept),
        "files in the home, kB": sum(kept.values()) / 1000,
    }
    named = {**inside, "open": open_ones, "temporary": temporary, "kept": kept, "running": running}
    return {name: float(value) for name, value in counted.items()}, named


async def at_rest(
    site: Site, work: Work, before: dict[str, float] | None, settle: float, *, types: bool
) -> tuple[dict[str, float], Any]:
    """Return what is there when nothing is more than `before`, or at last after `settle` seconds.

    Before the first sample: when two looks tell the same.
    """
    until = time.monotonic() + settle
    while True:
        found, named = await look(site, work)
        rests = before is not None and all(found[name] <= before[name] for name in RESTING)
        if rests or time.monotonic() > until:
            break
        before = before or found
        await asyncio.sleep(LOOK)
    if types:
        named |= await work.probe(types=True)
    return found, named


def outlived(site: Site, options: Any) -> list[str]:
    """Return the programs and temporary files that are there when the server has gone."""
    until = time.monotonic() + options.settle
    while True:
        found = left_processes(site)
        # Jupyter keeps the secret of its cookies.
        found += [n for p in site.temporary for n in files_below(p) if not n.endswith("_secret")]
        if not found or time.monotonic() > until:
            return found
        time.sleep(LOOK)


def share(count: int, rounds: int, turn: int) -> int:
    """Return how many of all are this round's."""
    return count * (turn + 1) // rounds - count * turn // rounds


async def soak(site: Site, pages: Pages | None, options: Any) -> dict[str, Any]:
    """Do all the work in rounds; return the samples, what has names in the last, and failures."""
    samples: list[dict[str, float]] = []
    named: list[Any] = []
    work = Work(site.server.port, options.seed)
    until = time.monotonic() + options.minutes * 60

    def told() -> dict[str, Any]:
        return {
            "samples": samples,
            "named": named,
            "counts": dict(work.counts),
            "answers": dict(work.answers),
            "failures": [*work.failures, *(pages.failures if pages else [])],
        }

    for turn in range(options.rounds):
        if time.monotonic() > until:
            break
        counts = {
            name: share(getattr(options, name), options.rounds, turn)
            for name in ("changes", "applications", "kernels")
        }
        async with work.connected():
            await asyncio.gather(
                work.changes(counts["changes"]),
                work.applications(counts["applications"]),
                work.kernels(counts["kernels"]),
                work.sockets(counts["changes"] // 10),
                work.polls(counts["changes"]),
            )
        async with work.connected():
            found, names = await at_rest(
                site,
                work,
                samples[-1] if samples else None,
                options.settle,
                types=turn % (options.rounds // 4 or 1) == 0 or turn == options.rounds - 1,
            )
        if pages:
            found |= await asyncio.to_thread(pages.sample)
        samples.append(found)
        named.append(names)
        said = "  ".join(f"{name} {value:,.0f}" for name, value in found.items())
        print(f"round {turn + 1}: {said}  ({busy()})", file=sys.stderr, flush=True)
        if options.json:
            await asyncio.to_thread(Path(options.json).write_text, json.dumps(told()))
    return told()


def grown(samples: list[dict[str, float]], name: str) -> tuple[float, float, float]:
    """Return the medians at the start, the middle and the end."""
    values = [sample[name] for sample in samples]
    half = max(0, len(values) // 2 - AROUND // 2)
    return (
        median(values[:AROUND]),
        median(values[half : half + AROUND]),
        median(values[-AROUND:]),
    )


def slope(samples: list[dict[str, float]], name: str, changes: float) -> float:
    """Return by how much the second half grows in 1,000 changes; `changes` are of a round."""
    values = [sample[name] for sample in samples][len(samples) // 2 :]
    if len(values) < 2:  # noqa: PLR2004 - no line through one point
        return 0.0
    return linear_regression(range(len(values)), values).slope * 1000 / changes


def report(told: dict[str, Any], options: Any, took: float) -> bool:
    """Print the tables; return whether all is flat."""
    samples = told["samples"]
    rows = []
    flat = True
    for name, bound in BOUNDS.items():
        if name not in samples[0]:
            continue
        start, middle, end = grown(samples, name)
        is_flat = end - middle <= bound
        flat = flat and is_flat
        each = slope(samples, name, options.changes / options.rounds)
        cells = (f"{start:,.1f}", f"{middle:,.1f}", f"{end:,.1f}", f"{each:+,.2f}", f"{bound:g}")
        rows.append((name, *cells, "flat" if is_flat else "**grows**"))
    counts = told["counts"]
    changes = sum(counts.get(kind, 0) for kind in KINDS)
    show(
        f"The soak: {changes:,} changes, {counts.get('application', 0)} applications, "
        f"{counts.get('kernel', 0)} kernels, {options.pages} pages, {took / 60:.0f} minutes",
        ["", "start", "middle", "end", "in 1,000 changes", "more at most", ""],
        rows,
    )
    work = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    answers = ", ".join(f"{code}: {count:,}" for code, count in sorted(told["answers"].items()))
    print(f"\nDone: {work}.\nAnswers: {answers}.")
    for failure in told["failures"][:20]:
        print(f"Failed: {failure}")
    print(f"Failures: {len(told['failures'])}.")
    return flat and not told["failures"]


def soaked(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of the server: its settings, its temporary folder, the probe."""
    home = Path(environment["HOME"])
    config = Path(environment["JUPYTER_CONFIG_DIR"])
    folder = config / "jupyter_server_config.d"
    folder.mkdir(parents=True, exist_ok=True)
    probe = {"ServerApp": {"jpserver_extensions": {"soakprobe": True}}}
    (folder / "soakprobe.json").write_text(json.dumps(probe))
    (config / "jupyter_server_config.json").write_text(json.dumps(settings()))
    (home / "tmp").mkdir()
    return {
        **environment,
        "TMPDIR": str(home / "tmp"),
        "PYTHONPATH": str(ROOT / "benchmarks"),
        "PATH": f"{CODE_SERVER}:{environment['PATH']}",
    }


def main(words: list[str] | None = None) -> None:
    """Soak and print; the exit code is 1 where something grows or failed."""
    made = parser(__doc__)
    for name, count in {"changes": 1000, "applications": 50, "kernels": 20, "pages": 3}.items():
        made.add_argument(f"--{name}", type=int, default=count, help=f"how many ({count})")
    made.add_argument("--rounds", type=int, default=20, help="in how many rounds, each sampled")
    made.add_argument("--minutes", type=float, default=120, help="no round begins later (120)")
    made.add_argument("--settle", type=float, default=20.0, help="seconds to come to rest (20)")
    made.add_argument(
        "--seed", type=int, default=1, help="another one: other work in another order"
    )
    made.add_argument("--trace", action="store_true", help="have tracemalloc tell what grew")
    made.add_argument("--json", help="a file for all samples")
    options = made.parse_args(words)
    began = time.monotonic()
    with demo() as environment:
        session = soaked(environment)
        if options.trace:
            session["PYTHONTRACEMALLOC"] = "5"
        with served(OURS, session) as server, opened(server, options.pages) as pages:
            server.wait_for_index()
            site = Site(
                server=server,
                home=Path(environment["HOME"]),
                temporary=(Path(session["TMPDIR"]), Path(session["JUPYTER_RUNTIME_DIR"])),
            )
            told = asyncio.run(soak(site, pages, options))
        told["failures"] += [f"It outlives the server: {one}" for one in outlived(site, options)]
    if options.json:
        Path(options.json).write_text(json.dumps(told))
    if not report(told, options, time.monotonic() - began):
        sys.exit(1)


if __name__ == "__main__":
    main()
