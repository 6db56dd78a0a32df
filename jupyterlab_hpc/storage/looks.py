"""Looking at file systems that may hang. Knows no HTTP.

A look that hangs can be neither cancelled nor, on some file systems, killed. So no
thread of the server ever looks: a child process does (look.py), which has one process
for each path. There is at most one hanging process a path: while it is there, the path
is not looked at again.
"""

import asyncio
import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic

from ..process import run

SCRIPT = Path(__file__).with_name("look.py")
START = 20.0  # seconds that Python may take to start, on a busy node
MOST_PATHS = 100  # in one process
PAUSE = 30.0  # seconds before a path that hung is looked at again


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a path leads to.

    `hangs`: it did not answer in time. `code` is an errno, 0 where it is there;
    `identity` tells the same folder under two names. Sizes of the whole file system
    are in bytes and in files, as (size, free, free for users).
    """

    hangs: bool = False
    code: int = 0
    why: str = ""
    folder: bool = False
    readable: bool = False
    identity: str = ""
    device: int = 0
    bytes: tuple[int, int, int] = (0, 0, 0)
    files: tuple[int, int, int] = (0, 0, 0)

    @property
    def missing(self) -> bool:
        """Whether nothing is there."""
        return self.code in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)

    def same_as(self, other: "Look | None") -> bool:
        """Tell whether another look saw the same folder or file."""
        return other is not None and bool(self.identity) and self.identity == other.identity


HANGS = Look(hangs=True)


class Looker:
    """Looks at paths in time, whatever hangs."""

    def __init__(self, timeout: Callable[[], float]) -> None:
        """`timeout` tells the seconds that a path has to answer."""
        self._timeout = timeout
        self._hung: dict[str, tuple[float, int]] = {}
        self._lock = asyncio.Lock()

    async def look(self, paths: Iterable[str]) -> dict[str, Look]:
        """Return what each path leads to."""
        async with self._lock:
            wanted = list(dict.fromkeys(paths))
            ready = [path for path in wanted if not self._is_stuck(path)]
            found = dict.fromkeys(wanted, HANGS)
            for start in range(0, len(ready), MOST_PATHS):
                found |= await self._ask(ready[start : start + MOST_PATHS])
        return found

    async def _ask(self, paths: list[str]) -> dict[str, Look]:
        seconds = self._timeout()
        done = await run(
            [sys.executable, "-IS", str(SCRIPT), str(seconds), *paths],
            timeout=seconds + START,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        said = json.loads(done.stdout)
        for path in paths:
            if path not in said["seen"]:
                self._hung[path] = (monotonic(), said["stuck"].get(path, 0))
        return {path: _look(said["seen"].get(path)) for path in paths}

    def _is_stuck(self, path: str) -> bool:
        if path not in self._hung:
            return False
        since, process = self._hung[path]
        if monotonic() - since < PAUSE or (process and _is_alive(process)):
            return True
        del self._hung[path]
        return False

    def forget(self) -> None:
        """Look again at once at what hung, unless a process still hangs there."""
        self._hung = {path: (-inf, process) for path, (_, process) in self._hung.items()}


def _is_alive(process: int) -> bool:
    """Tell whether a process is there and more than a name that nobody has read."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return False
    return not state.rpartition(")")[2].startswith((" Z", " X"))


def _look(said: Mapping[str, object] | None) -> Look:
    if said is None:
        return HANGS
    if said["errno"]:
        return Look(code=int(str(said["errno"])), why=str(said["why"]))
    return _whole(dict(said))


def _whole(said: dict[str, object]) -> Look:
    block = int(str(said["block"]))
    return Look(
        folder=bool(said["folder"]),
        readable=bool(said["readable"]),
        identity=str(said["identity"]),
        device=int(str(said["device"])),
        bytes=_three(said["blocks"], block),
        files=_three(said["files"], 1),
    )


def _three(numbers: object, unit: int) -> tuple[int, int, int]:
    size, free, available = numbers if isinstance(numbers, list) else (0, 0, 0)
    return int(size) * unit, int(free) * unit, int(available) * unit
