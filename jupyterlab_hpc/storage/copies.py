"""Copies what is in the job's directory before that is deleted. Knows no HTTP."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic, time
from typing import Any

from traitlets import Float
from traitlets.config import LoggingConfigurable

from ..errors import ConflictError, HPCError, NotFoundError, ToolRefusedError
from ..process import LONGEST_LISTING, Guarded, run
from ..process import start as start_guarded
from ..sentences import trans
from .links import for_reading, is_name
from .looks import Look, Looker
from .models import (
    Copy,
    CopyPlace,
    CopyRequest,
    Left,
    LeftItem,
    LeftQuery,
    LinkInfo,
    Quota,
    Quotas,
    Skipped,
    StorageMessage,
)
from .states import HANGS, NOTHING, say
from .targets import is_inside

COPIER = Path(__file__).with_name("copier.py")
WALK = Path(__file__).with_name("walk.py")
START = 10.0  # seconds beyond its limit before adding up is ended
GRACE = 5.0  # seconds for a copier to take away what is half done
MOST_ITEMS = 100
MOST_LEFT_OUT = 1000
LONGEST_LINE = 65536  # bytes

IDLE = Copy(
    state="idle",
    source="",
    to="",
    browse=None,
    bytes=0,
    files=0,
    total_bytes=0,
    total_files=0,
    current="",
    skipped=[],
    skipped_files=0,
    resumable=False,
    seconds=0.0,
    message=NOTHING,
)
NO_LEFT = Left(
    state="none",
    path="",
    title="",
    title_fr="",
    since="",
    bytes=0,
    files=0,
    changed_bytes=0,
    changed_files=0,
    partial=False,
    items=[],
    more=0,
    places=[],
    message=NOTHING,
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """A copy: `way` is that of `parent` in the file browser, None where it has none."""

    source: str
    parent: str
    way: str | None
    since: float | None
    left_out: tuple[str, ...]


class StorageCopies(LoggingConfigurable):
    """Tells what is in the job's directory, and copies it: one child process, one at a time."""

    timeout = Float(
        20.0, help="""Seconds for which the job's directory is added up at most."""
    ).tag(config=True)

    def __init__(  # noqa: PLR0913 - what it is told by the room
        self,
        *,
        environment: Callable[[], Mapping[str, str]],
        looker: Looker,
        home: str,
        links: Callable[[], Awaitable[list[LinkInfo]]],
        quotas: Callable[[], Awaitable[Quotas]],
        way_to: Callable[[str], str | None],
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self._environment = environment
        self._looker = looker
        self._home = home
        self._links = links
        self._quotas = quotas
        self._way_to = way_to
        self._began = time()
        self._copy = IDLE
        self._order: Order | None = None
        self._started = 0.0
        self._copier: Guarded | None = None
        self._task: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._cancelled = False
        self._line = b""

    # What is there -----------------------------------------------------------

    async def left(self, query: LeftQuery) -> Left:
        """Return what is in the job's directory, and where it can be copied to."""
        links = await self._links()
        job = _job_of(links)
        if job is None:
            return NO_LEFT
        left = replace(
            NO_LEFT,
            path=job.target,
            title=job.title,
            title_fr=job.title_fr,
            since=datetime.fromtimestamp(self._since(), timezone.utc).isoformat(),
        )
        folder = await self._looker.folder(job.target, 0)
        if folder.hangs:
            return replace(left, state="unavailable", message=say(HANGS, job.target))
        if folder.code:
            return left
        if folder.count == 0:
            return replace(left, state="empty")
        left = replace(left, state="found")
        if not query.sizes:
            return left
        left, places = await asyncio.gather(self._added_up(left), self._places(links, job))
        return replace(left, places=places)

    def _since(self) -> float:
        """Return when the session began: its job, or this server where that is not told."""
        said = self._environment().get("SLURM_JOB_START_TIME", "")  # since Slurm 23.02
        return float(said) if said.isascii() and said.isdigit() else self._began

    async def _added_up(self, left: Left) -> Left:
        try:
            done = await run(
                [
                    *(sys.executable, "-IS", str(WALK)),
                    *(str(self.timeout), left.path, str(self._since())),
                ],
                timeout=self.timeout + START,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                longest=LONGEST_LISTING,
            )
            said = await asyncio.to_thread(_read, done.stdout, done.stderr_text)
        except HPCError as error:
            message = say(error.template, *error.arguments, detail=error.detail)
            return replace(left, partial=True, message=message)
        items = []
        for path, folder, size, files, changed_size, changed_files in said["sums"]:
            if not path:
                left = replace(
                    left,
                    bytes=size,
                    files=files,
                    changed_bytes=changed_size,
                    changed_files=changed_files,
                )
            elif "/" not in path:
                items.append(
                    LeftItem(
                        name=path,
                        folder=folder,
                        bytes=size,
                        files=files,
                        changed_bytes=changed_size,
                        changed_files=changed_files,
                    )
                )
        items.sort(key=lambda item: (-item.changed_bytes, -item.bytes, item.name))
        # What is no text can't be named by the page; it is copied all the same.
        named = [item for item in items if is_text(item.name)][:MOST_ITEMS]
        return replace(left, partial=said["partial"], items=named, more=len(items) - len(named))

    async def _places(self, links: Sequence[LinkInfo], job: LinkInfo) -> list[CopyPlace]:
        """Return the directories that can be written to in the site's order, the home last."""
        possible = [
            link
            for link in links
            if link.target
            and not link.per_job
            and link.state != "unavailable"
            and not is_inside(link.target, job.target)
        ]
        looks = await self._looker.look([self._home, *(link.target for link in possible)])
        quotas = (await self._quotas()).quotas
        here = looks[self._home]
        places = [
            CopyPlace(
                name="~",
                path=self._home,
                title=trans.gettext("Home"),
                title_fr="",
                purge="",
                purge_fr="",
                home=True,
                free=_free(here, [quota for quota in quotas if quota.home]),
            )
        ]
        seen = {here.identity}
        for link in possible:
            look = looks[link.target]
            if look.identity in seen:
                continue
            seen.add(look.identity)
            if look.folder and look.writable:
                places.append(
                    CopyPlace(
                        name=link.name,
                        path=link.target,
                        title=link.title,
                        title_fr=link.title_fr,
                        purge=link.purge,
                        purge_fr=link.purge_fr,
                        home=False,
                        free=_free(look, [q for q in quotas if link.name in q.names]),
                    )
                )
        return sorted(places, key=lambda place: place.home)

    # Copying -------------------------------------------------------------------

    def copy(self) -> Copy:
        """Return the last copy."""
        if self._copy.state == "running":
            return replace(self._copy, seconds=round(monotonic() - self._started, 1))
        return self._copy

    async def start(self, request: CopyRequest) -> Copy:
        """Begin to copy, or go on with what was begun.

        Raises ConflictError where a copy is under way, nothing can be gone on with or the
        place can't be written to, and NotFoundError where there is no such place.
        """
        async with self._lock:
            if self._copy.state == "running":
                raise ConflictError(trans.gettext("Files are being copied already."))
            if request.resume:
                if self._order is None or not self._copy.resumable:
                    raise ConflictError(trans.gettext("There is nothing to go on with."))
                order, into = self._order, self._copy.to
            else:
                order, into = await self._ordered(request), ""
            said = {"source": order.source, "since": order.since}
            said |= {"into": into} if into else {"parent": order.parent, "name": self._name()}
            self._order = order
            self._cancelled = False
            self._line = b""
            self._started = monotonic()
            self._copy = replace(IDLE, state="running", source=order.source, to=into)
            self._copy = replace(self._copy, browse=self._browse())
            try:
                self._copier = await start_guarded(
                    [sys.executable, "-IS", str(COPIER), json.dumps(said), *order.left_out],
                    env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                    cwd="/",
                    folder="",
                    grace=GRACE,
                    on_output=self._hear,
                )
            except HPCError:
                self._copy = IDLE
                raise
            self._task = asyncio.create_task(self._finish(self._copier))
        self.log.info("Copying %s to %s", order.source, into or order.parent)
        return self.copy()

    async def cancel(self) -> Copy:
        """End what is under way; what was copied stays."""
        if self._task is not None and self._copier is not None and not self._task.done():
            self._cancelled = True
            self._copier.tell_to_end()
            # What hangs in a file system may not go at all.
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._task), 2 * GRACE)
        return self.copy()

    async def _ordered(self, request: CopyRequest) -> Order:
        links = await self._links()
        job = _job_of(links)
        if job is None:
            raise NotFoundError(trans.gettext("This session has no directory of its own."))
        place = next((p for p in await self._places(links, job) if p.name == request.to), None)
        if place is None:
            raise NotFoundError(
                trans.gettext("%1 is no directory that can be copied to."), request.to
            )
        way = next((link.browse for link in links if link.name == place.name), None)
        return Order(
            source=job.target,
            parent=place.path,
            way=self._way_to(self._home) if place.home else way,
            since=self._since() if request.changed else None,
            left_out=tuple(
                name for name in request.leave_out[:MOST_LEFT_OUT] if name and "\0" not in name
            ),
        )

    def _name(self) -> str:
        """Return what the new folder is called if nothing has that name."""
        job = self._environment().get("SLURM_JOB_ID", "")
        if job and is_name(job):
            return f"job-{job}"
        return f"session-{datetime.fromtimestamp(self._since()).astimezone():%Y-%m-%d-%H%M}"

    def _browse(self) -> str | None:
        """Return the way to the new folder in the file browser."""
        if self._order is None or self._order.way is None or not self._copy.to:
            return None
        return f"{self._order.way}/{Path(self._copy.to).name}".lstrip("/")

    def _hear(self, output: bytes) -> None:
        """Take what the copier says; a line may come in parts."""
        *lines, self._line = (self._line + output).split(b"\n")
        self._line = self._line[-LONGEST_LINE:]
        for line in lines:
            try:
                said = json.loads(line)
            except ValueError:
                self.log.warning("The copier said: %s", line.decode(errors="replace"))
                continue
            self._take(said)

    def _take(self, said: Mapping[str, Any]) -> None:
        if "to" in said:
            self._copy = replace(self._copy, to=said["to"], resumable=True)
            self._copy = replace(self._copy, browse=self._browse())
        if "total" in said:
            size, files = said["total"]
            self._copy = replace(self._copy, total_bytes=size, total_files=files)
        if "done" in said:
            size, files = said["done"]
            current = for_reading(said.get("current", ""))
            self._copy = replace(self._copy, bytes=size, files=files, current=current)
        if "skipped" in said:
            path, why = said["skipped"]
            skipped = [*self._copy.skipped, Skipped(path=for_reading(path), why=why)]
            self._copy = replace(self._copy, skipped=skipped, skipped_files=len(skipped))
        if "end" in said:
            self._end(said["end"], said["why"], said["count"])

    def _end(self, reason: str, why: str, skipped: int) -> None:
        good = reason == "done"
        self._copy = replace(
            self.copy(),
            state="done" if good else "failed",
            skipped_files=skipped,
            resumable=self._copy.resumable
            and reason not in {"gone", "nothing"}
            and (not good or skipped > 0),
            message=NOTHING if good else self._why(reason, why),
        )

    def _why(self, reason: str, why: str) -> StorageMessage:
        assert self._order is not None
        where = self._order.parent
        if reason == "room":
            return say(
                trans.gettext("There is not enough room in %1. Make room there, or copy less."),
                where,
            )
        if reason == "full":
            return say(
                trans.gettext(
                    "%1 is full. What was copied stays; make room there and go on, "
                    "or copy to another directory."
                ),
                where,
                detail=why,
            )
        if reason == "nothing":
            return say(trans.gettext("There is nothing to copy."))
        if reason == "refused":
            return say(trans.gettext("No folder can be made in %1."), where, detail=why)
        if reason == "gone":
            return say(trans.gettext("There is no %1."), why)
        return say(trans.gettext("The files could not be copied."), detail=why)

    async def _finish(self, copier: Guarded) -> None:
        code = await copier.wait()
        if self._copy.state == "running":
            if self._cancelled:
                self._copy = replace(self.copy(), state="cancelled")
            else:
                self._copy = replace(
                    self.copy(),
                    state="failed",
                    message=say(
                        trans.gettext("The files could not be copied."),
                        detail=f"{COPIER.name}: {code}",
                    ),
                )
        self.log.info("%s: %s, %d bytes", self._copy.to, self._copy.state, self._copy.bytes)


def is_text(name: str) -> bool:
    """Tell whether a name can travel as JSON."""
    with suppress(UnicodeEncodeError):
        return bool(name.encode())
    return False


def _job_of(links: Iterable[LinkInfo]) -> LinkInfo | None:
    """Return the directory that goes with the job."""
    return next((link for link in links if link.per_job and link.target), None)


def _free(look: Look, quotas: Iterable[Quota]) -> int | None:
    """Return how many bytes fit: what is free on the disk, or left of a quota."""
    if look.hangs or look.code:
        return None
    left = [
        quota.bytes.limit - quota.bytes.used
        for quota in quotas
        if quota.bytes is not None and quota.bytes.limit and quota.scope != "system"
    ]
    return max(0, min([look.bytes[2], *left]))


def _read(answer: bytes, words: str) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(answer)
    except ValueError as error:
        raise ToolRefusedError(
            trans.gettext("The directory of the job could not be added up."), detail=words
        ) from error
    return said
