"""Options, rounds and tables that all benchmarks share. Knows no server."""

from __future__ import annotations

import argparse
import os
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def parser(about: str | None, *, runs: int = 21) -> argparse.ArgumentParser:
    """Return a parser of the options that most benchmarks have."""
    made = argparse.ArgumentParser(description=about, formatter_class=argparse.RawTextHelpFormatter)
    made.add_argument("--runs", type=int, default=runs, help=f"runs of each measure ({runs})")
    return made


def add_trees(
    made: argparse.ArgumentParser, trees: Sequence[int] = (), without_cache: Sequence[int] = ()
) -> None:
    """Add the options of a benchmark that works on large module trees."""
    sizes = " ".join(map(str, trees)) or "none"
    bare = " ".join(map(str, without_cache)) or "none"
    made.add_argument(
        "--trees",
        type=int,
        nargs="*",
        default=list(trees),
        help=f"modulefiles of trees with a site cache ({sizes}); 30000 takes minutes and 1 GB",
    )
    made.add_argument(
        "--without-cache",
        type=int,
        nargs="*",
        default=list(without_cache),
        help=f"modulefiles of trees without any cache ({bare})",
    )
    made.add_argument(
        "--folder", help="where the trees are made and left for the next time; else in /tmp"
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


def show(title: str, columns: list[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a Markdown table."""
    print(f"\n{title}\n")
    print(f"| {' | '.join(columns)} |")
    print(f"| --- |{' ---: |' * (len(columns) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def compared(name: str, ours: list[float], other: list[float]) -> tuple[str, ...]:
    """Return the cells of one comparison: theirs, ours, difference, ratio."""
    mine, theirs = statistics.median(ours), statistics.median(other)
    return (
        name,
        f"{theirs:.0f}",
        f"{mine:.0f}",
        f"{round(added(ours, other)):+d}",
        f"{mine / theirs:.2f}",
    )


def busy() -> str:
    """Return how much else the machine does: its load and its cores."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
