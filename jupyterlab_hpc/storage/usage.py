"""What is big in the home. Knows no HTTP."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from traitlets import Float
from traitlets.config import LoggingConfigurable

from ..errors import HPCError, ToolRefusedError
from ..process import LONGEST_LISTING, run
from ..sentences import trans
from .models import BigItem, Usage
from .states import NOTHING, say

SCRIPT = Path(__file__).with_name("walk.py")
GRACE = 10.0  # seconds beyond its limit before it is ended
MOST_ITEMS = 12
MOST_INSIDE = 3
WORTH = 0.1  # the part of a folder from which on something in it is told

IDLE = Usage(state="idle", bytes=0, files=0, items=[], seconds=0.0, message=NOTHING)


class StorageUsage(LoggingConfigurable):
    """Adds up the home when the user asks for it: one child process at low priority."""

    timeout = Float(120.0, help="""Seconds for which the home is added up at most.""").tag(
        config=True
    )

    def __init__(self, *, home: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._home = home
        self._usage = IDLE
        self._task: asyncio.Task[None] | None = None
        self._since = 0.0

    def usage(self) -> Usage:
        """Return what is known now."""
        if self._usage.state == "running":
            return replace(self._usage, seconds=round(monotonic() - self._since, 1))
        return self._usage

    def start(self) -> Usage:
        """Begin to add up, unless that is under way."""
        if self._task is None or self._task.done():
            self._since = monotonic()
            self._usage = replace(IDLE, state="running")
            self._task = asyncio.create_task(self._work())
        return self.usage()

    async def cancel(self) -> Usage:
        """End what is under way."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._usage = replace(self.usage(), state="cancelled")
        return self._usage

    async def _work(self) -> None:
        try:
            done = await run(
                [sys.executable, "-IS", str(SCRIPT), str(self.timeout), self._home],
                timeout=self.timeout + GRACE,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                longest=LONGEST_LISTING,
            )
            if done.code != 0:
                raise ToolRefusedError(
                    trans.gettext("Your home could not be added up."), detail=done.stderr_text
                )
            said = await asyncio.to_thread(_read, done.stdout)
        except HPCError as error:
            message = say(error.template, *error.arguments, detail=error.detail)
            self._usage = replace(self.usage(), state="failed", message=message)
            return
        sums = {path: (folder, size, files) for path, folder, size, files, *_ in said["sums"]}
        _, size, files = sums.pop("")
        self._usage = Usage(
            state="partial" if said["partial"] else "done",
            bytes=size,
            files=files,
            items=list(_biggest(sums)),
            seconds=round(monotonic() - self._since, 1),
            message=NOTHING,
        )


def _read(answer: bytes) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(answer)
    except ValueError as error:
        raise ToolRefusedError(
            trans.gettext("Your home could not be added up."), detail=str(error)
        ) from error
    return said


def _biggest(sums: dict[str, tuple[bool, int, int]]) -> Iterable[BigItem]:
    """Yield the biggest things in the home, each followed by the biggest in it."""
    items = [
        BigItem(path=path, folder=folder, bytes=size, files=files)
        for path, (folder, size, files) in sums.items()
        if size  # a link, an empty file
    ]
    items.sort(key=lambda item: (-item.bytes, -item.files, item.path))
    outer = [item for item in items if "/" not in item.path]
    for item in outer[:MOST_ITEMS]:
        yield item
        inner = [
            other
            for other in items
            if other.path.startswith(f"{item.path}/") and other.bytes >= WORTH * item.bytes
        ]
        yield from inner[:MOST_INSIDE]
