"""Measure what an idle session with an open page costs, with and without this extension.

    make bench ARGS="idle --seconds 120 --runs 5"

Two servers and two browsers run at the same time, so a busy machine slows both alike: one
pair with this extension, in a job whose Session panel is in view (the page asks every 15
seconds), one with it disabled. CPU time is that of the server, with the programs that it
ran, and of the page's process. A scheduler that answers at once stands in for Slurm.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from server import OURS, ROOT, TOKEN, Server, served
from sessions import demo
from tables import parser, show

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 1.0  # percent of one core
SETTLE = 20  # seconds until what the start left to do is done
JOB = (
    "JobId=42 JobName=lab JobState=RUNNING TimeLimit=08:00:00 StartTime=2026-01-01T00:00:00 "
    "EndTime=2099-01-01T00:00:00 Partition=p NodeList=n1 NumNodes=1 NumCPUs=2 "
    "TRES=cpu=2,mem=2G,node=1"
)


class Page:
    """A page in a browser of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def cpu_seconds(self) -> float:
        """Return the CPU time of the page's process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


@contextlib.contextmanager
def opened(server: Server, command: str) -> Iterator[Page]:
    """Open a page of a server, and run a command in it, as long as the context lasts."""
    url = f"http://127.0.0.1:{server.port}/lab?reset&token={TOKEN}"
    process = subprocess.Popen(
        ["node", ROOT / "benchmarks/idle.mjs", url, command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        page = Page(process)
        page.cpu_seconds()  # it answers when it is open
        yield page
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def without(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a session whose page has this extension disabled."""
    folder = Path(environment["HOME"], "without")
    (folder / "labconfig").mkdir(parents=True)
    page = {"disabledExtensions": {OURS: True}}
    (folder / "labconfig/page_config.json").write_text(json.dumps(page))
    app = {"LabApp": {"expose_app_in_browser": True}}
    (folder / "jupyter_server_config.json").write_text(json.dumps(app))
    return {**environment, "JUPYTER_CONFIG_DIR": str(folder)}


def in_a_job(environment: dict[str, str]) -> tuple[dict[str, str], str]:
    """Return the environment of a session that is a job, and the option that finds it."""
    folder = Path(environment["HOME"], "with")
    folder.mkdir()
    app = {"LabApp": {"expose_app_in_browser": True}}
    (folder / "jupyter_server_config.json").write_text(json.dumps(app))
    scontrol = folder / "scontrol"
    scontrol.write_text(f"#!/bin/sh\necho '{JOB}'\n")
    scontrol.chmod(0o755)
    session = {**environment, "JUPYTER_CONFIG_DIR": str(folder), "SLURM_JOB_ID": "42"}
    return session, f"--Slurm.scontrol={scontrol}"


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    made = parser(__doc__, runs=3)
    made.add_argument("--seconds", type=int, default=60, help="seconds of a run (60)")
    options = made.parse_args(words)
    with contextlib.ExitStack() as stack:
        environment = stack.enter_context(demo())
        session, scontrol = in_a_job(environment)
        ours = stack.enter_context(served(OURS, session, scontrol))
        bare = stack.enter_context(served(OURS, without(environment), enabled=False))
        ours.wait_for_index()
        parts = {
            "server": (
                bare,
                ours,
            ),
            "page": (
                stack.enter_context(opened(bare, "")),
                stack.enter_context(opened(ours, "session:show")),
            ),
        }
        time.sleep(SETTLE)
        shares: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in parts}
        for _ in range(options.runs):
            began = time.monotonic()
            before = {n: [each.cpu_seconds() for each in pair] for n, pair in parts.items()}
            time.sleep(options.seconds)
            for name, pair in parts.items():
                for i, each in enumerate(pair):
                    spent = each.cpu_seconds() - before[name][i]
                    shares[name][i].append(100 * spent / (time.monotonic() - began))
    rows = []
    for name, (theirs, mine) in shares.items():
        added = median(b - a for a, b in zip(theirs, mine, strict=True))
        rows.append((name, f"{median(theirs):.2f}", f"{median(mine):.2f}", f"{added:+.2f}", ""))
    both = median(
        sum(shares[n][1][i] - shares[n][0][i] for n in shares) for i in range(options.runs)
    )
    rows.append(("both", "", "", f"{both:+.2f}", f"{LIMIT:g}"))
    show(
        f"An idle session, % of one core ({options.runs} runs of {options.seconds} s)",
        ["", "without", "with this extension", "difference", "at most"],
        rows,
    )


if __name__ == "__main__":
    main()
