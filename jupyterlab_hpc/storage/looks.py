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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

from ..errors import ToolRefusedError
from ..process import run
from ..sentences import trans

SCRIPT = Path(__file__).with_name("look.py")
START = 20.0  # seconds that Python may take to start, on a busy node
MOST_PATHS = 100  # in one process
PAUSE = 30.0  # seconds before a path that hung is looked at again


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a path leads to.

    `hangs`: it did not answer in time. `code` is an errno, 0 where it is there;
    `identity` tells the same folder under two names, `real` is its path without links.
    Sizes of the whole file system are in bytes and in files, as (size, free, free for users).
    """

    hangs: bool = False
    code: int = 0
    why: str = ""
    folder: bool = False
    readable: bool = False
    writable: bool = False
    identity: str = ""
    real: str = ""
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


@dataclass(frozen=True, kw_only=True)
class Folder:
    """What is in a folder: how many names, Jupyter's own left out, and what its symbolic links say.

    `hangs` and `code` as in a Look; `real` is its path without links.
    """

    hangs: bool = False
    code: int = 0
    why: str = ""
    real: str = ""
    count: int = 0
    links: Mapping[str, str] = field(default_factory=dict)


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
                paths_now = ready[start : start + MOST_PATHS]
                seen = await self._ask(paths_now, paths_now)
                found |= {path: _look(seen.get(path)) for path in paths_now}
        return found

    async def folder(self, path: str, most: int) -> Folder:
        """Return what is in a folder; `most` links of it at most are told."""
        async with self._lock:
            if self._is_stuck(path):
                return Folder(hangs=True)
            seen = await self._ask([path], ["--links", str(most), path])
        return _folder(seen.get(path))

    async def _ask(
        self, paths: Sequence[str], order: Sequence[str]
    ) -> Mapping[str, Mapping[str, Any]]:
        """Run the process that looks at paths; what did not answer is missing."""
        seconds = self._timeout()
        done = await run(
            [sys.executable, "-IS", str(SCRIPT), str(seconds), *order],
            timeout=seconds + START,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        try:
            said = json.loads(done.stdout)
            seen: dict[str, dict[str, Any]] = said["seen"]
        except (ValueError, LookupError, TypeError) as error:
            raise ToolRefusedError(
                trans.gettext(
                    "The directories could not be looked at: the program for that ended without "
                    "an answer."
                ),
                detail=done.stderr_text.strip() or f"{SCRIPT.name}: {done.code}",
            ) from error
        for path in paths:
            if path not in seen:
                self._hung[path] = (monotonic(), said["stuck"].get(path, 0))
        return seen

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


def _folder(said: Mapping[str, Any] | None) -> Folder:
    if said is None:
        return Folder(hangs=True)
    if said["errno"]:
        return Folder(code=said["errno"], why=said["why"])
    return Folder(real=said["real"], count=said["count"], links=said["links"])


def _whole(said: dict[str, object]) -> Look:
    block = int(str(said["block"]))
    return Look(
        folder=bool(said["folder"]),
        readable=bool(said["readable"]),
        writable=bool(said["writable"]),
        identity=str(said["identity"]),
        real=str(said["real"]),
        device=int(str(said["device"])),
        bytes=_three(said["blocks"], block),
        files=_three(said["files"], 1),
    )


def _three(numbers: object, unit: int) -> tuple[int, int, int]:
    size, free, available = numbers if isinstance(numbers, list) else (0, 0, 0)
    return int(size) * unit, int(free) * unit, int(available) * unit
