"""Measure how long a server stands still among 200 changes and 2,000 searches at once.

    make bench ARGS=mixed

Runs the Software room's service in this process, on the demo's modules, beside a
task that wants to run every millisecond: what it waits longer is a stall.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time

from sessions import demo
from tables import show

CHANGES = 200
SEARCHES = 2000
LOADS = (
    ["cmake"],
    ["scipy-stack/2023b"],
    ["gcc/12.3", "openmpi/4.1.5"],
    ["git-lfs"],
    ["gcc/13.3"],
)
WORDS = ("scipy", "numpy", "gcc/12", "no such thing", "")


async def measure() -> None:
    """Do all of it at once and print what it took."""
    from jupyterlab_hpc.software.environment import SessionEnvironment
    from jupyterlab_hpc.software.models import ChangeRequest, ModulesQuery
    from jupyterlab_hpc.software.service import SoftwareService
    from jupyterlab_hpc.tools.lmod import Lmod

    service = SoftwareService(tool=Lmod(), environment=SessionEnvironment())
    service.start()
    await service.catalog.settled()
    stalls: list[float] = []

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            stalls.append((time.perf_counter() - began) * 1000 - 1)

    searches: list[float] = []

    async def search(i: int) -> None:
        await asyncio.sleep(i * 0.002)
        began = time.perf_counter()
        await service.modules(ModulesQuery(query=WORDS[i % len(WORDS)]))
        searches.append((time.perf_counter() - began) * 1000)

    ticking = asyncio.create_task(tick())
    began = time.perf_counter()
    changes = [service.change(ChangeRequest(load=LOADS[i % 5])) for i in range(CHANGES)]
    await asyncio.gather(*changes, *(search(i) for i in range(SEARCHES)))
    took = time.perf_counter() - began
    ticking.cancel()
    await service.stop()
    show(
        f"{CHANGES} changes and {SEARCHES:,} searches at once (ms)",
        ["", "median", "99 %", "longest"],
        [
            row("a search", searches),
            row("a stall of the event loop", stalls),
            ("all of it", f"{took * 1000:.0f}", "", ""),
        ],
    )


def row(name: str, times: list[float]) -> tuple[str, ...]:
    """Return the cells of one line."""
    cuts = statistics.quantiles(times, n=100)
    return (name, f"{cuts[49]:.2f}", f"{cuts[98]:.1f}", f"{max(times):.1f}")


def main(words: list[str] | None = None) -> None:
    """Measure in the demo's session."""
    argparse.ArgumentParser(description=__doc__).parse_args(words)
    with demo() as environment:
        os.environ.update(environment)
        asyncio.run(measure())


if __name__ == "__main__":
    main()
