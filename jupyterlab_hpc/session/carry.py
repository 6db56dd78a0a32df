"""Carrying modules and files over to the next session. Knows no HTTP and no module system."""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool
from traitlets.config import LoggingConfigurable

from .keeping import MOST, Record, RecordFile
from .models import KeepRequest, Kept, LastSession


class CarryService(LoggingConfigurable):
    """Keeps what this session has loaded and open, and tells what the last one had.

    Until the user has decided about the last session's, it stays on disk, and this
    session's takes its place only when this session is about to end.
    """

    enabled = Bool(
        True,
        help="""Keep the names of loaded modules and open files for the user's next session, in a
        file of the user's data folder that only the user can read.""",
    ).tag(config=True)

    def __init__(
        self,
        *,
        modules: Callable[[], list[str]],
        job_id: str = "",
        server_name: str = "",
        folder: Path | None = None,
        clock: Callable[[], float] = time.time,
        **kwargs: object,
    ) -> None:
        """`modules` returns the full names of what is loaded, in load order."""
        super().__init__(**kwargs)
        self._modules = modules
        self._clock = clock
        self._file = RecordFile(folder or Path(jupyter_data_dir(), "jupyterlab_hpc"), server_name)
        self._own = Record(session=uuid.uuid4().hex, job_id=job_id)
        self._pages: dict[str, KeepRequest] = {}
        self._last: Record | None = None
        self._read = False
        self._written: Record | None = None
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._again = False

    async def stop(self) -> None:
        """End what runs in the background."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def kept(self) -> Kept:
        """Return what the last session had, if that is still to be decided about."""
        async with self._lock:
            return await self._kept()

    async def keep(self, request: KeepRequest) -> Kept:
        """Take what a page has open; the answer tells what the last session had."""
        async with self._lock:
            answer = await self._kept()
            # The page that spoke last is the one in front.
            self._pages.pop(request.page, None)
            self._pages[request.page] = request
            await self._write(final=request.final)
            return answer

    async def decided(self) -> Kept:
        """Offer no more what the last session had; this one's takes its place."""
        async with self._lock:
            await self._kept()
            if self._last is not None:
                self._last = None
                await self._do(self._file.forget)
            await self._write(final=False)
            return Kept(last=None)

    async def finish(self) -> None:
        """Keep what there is: the session is about to end."""
        async with self._lock:
            await self._kept()
            await self._write(final=True)

    def modules_changed(self) -> None:
        """Keep the modules that are loaded now."""
        self._again = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while self._again:
            self._again = False
            async with self._lock:
                await self._write(final=False)

    async def _kept(self) -> Kept:
        if not self.enabled:
            return Kept(last=None)
        if not self._read:
            self._last = await asyncio.to_thread(self._file.read)
            self._read = True
        last = self._last
        if last is None or not (last.modules or last.files):
            return Kept(last=None)
        moment = datetime.fromtimestamp(int(last.saved_at), timezone.utc)
        return Kept(
            last=LastSession(
                saved_at=moment.isoformat(),
                job_id=last.job_id,
                modules=last.modules,
                files=last.files,
                active=last.active,
            )
        )

    async def _write(self, *, final: bool) -> None:
        """Write what is new; where nobody has opened a page, there is nothing to keep."""
        if not self.enabled or not self._pages or (self._last is not None and not final):
            return
        pages = list(self._pages.values())
        record = replace(
            self._own,
            modules=self._modules()[:MOST],
            files=list(dict.fromkeys(path for page in pages for path in page.files))[:MOST],
            active=next((page.active for page in reversed(pages) if page.active), ""),
        )
        if record == self._written:
            return
        now = replace(record, saved_at=self._clock())
        if await self._do(lambda: self._file.write(now)):
            self._written = record

    async def _do(self, act: Callable[[], None]) -> bool:
        try:
            await asyncio.to_thread(act)
        except OSError as error:  # a full home, a file system that is gone
            self.log.warning("What is open could not be kept: %s", error)
            return False
        return True
