"""A short soak: after work of every kind nothing is left of it. `benchmarks/soak.py` explains."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import missing

ROOT = Path(__file__).parents[2]
ROUNDS = 4
# Of each kind of application one start in each round: the first makes what is then kept.
WORK = {"changes": 200, "applications": 20, "kernels": 4, "pages": 2, "rounds": ROUNDS}
SETTLE = 120  # seconds: this machine may be busy
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

# What has to be just as it was.
SAME = (
    "server: file descriptors",
    "server: tasks",
    "processes that it left",
    "temporary files",
)
# What may be more: memory that Python keeps for the next time, and what pages remember.
ROOM = {
    "server, MB": 40.0,
    "server: objects of Python": 20_000.0,
    "page: heap, MB": 15.0,
    "page: nodes": 1500.0,
    "page: listeners": 1000.0,
}
# asyncio's and AnyIO's pools have an end; beside them a few threads of ZeroMQ and of history.
MOST_THREADS = 32 + 40 + 10


@pytest.fixture
def soaked(demo_session: dict[str, str], tmp_path: Path) -> dict[str, Any]:
    """What the soak tells of itself."""
    for needed in ("node", CHROMIUM):
        if shutil.which(needed) is None:
            missing(needed)
    told = tmp_path / "told.json"
    options = [f"--{name}={count}" for name, count in WORK.items()]
    done = subprocess.run(
        [
            *(sys.executable, str(ROOT / "benchmarks"), "soak", *options),
            *(f"--settle={SETTLE}", f"--json={told}"),
        ],
        check=False,  # its own bounds are those of long runs
        capture_output=True,
        text=True,
    )
    assert told.exists(), done.stderr
    found: dict[str, Any] = json.loads(told.read_text())
    assert len(found["samples"]) == ROUNDS, done.stderr
    return found


def test_nothing_is_left_of_what_came_and_went(soaked: dict[str, Any]) -> None:
    assert soaked["failures"] == []
    counts = soaked["counts"]
    assert counts["application"] == WORK["applications"]
    assert counts["kernel"] == WORK["kernels"]
    assert soaked["answers"]["200"] > WORK["changes"]
    # The first round makes what the server then keeps: pools, sockets of its own.
    before, last = soaked["samples"][1], soaked["samples"][-1]
    named = soaked["named"][1], soaked["named"][-1]
    for name in SAME:
        assert last[name] <= before[name], (name, named)
    assert last["processes that it left"] == 0, named[1]["running"]
    assert last["server: threads"] <= MOST_THREADS, named[1]["threads"]
    for name, room in ROOM.items():
        assert last[name] <= before[name] + room, (name, soaked["samples"])
