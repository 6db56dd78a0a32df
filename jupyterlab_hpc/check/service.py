"""The check room's answers. Knows the checks; knows no HTTP."""

import asyncio
from collections.abc import Callable

from traitlets.config import LoggingConfigurable

from .models import BundleQuery, CheckReport, SupportBundle
from .site import Site


class CheckService(LoggingConfigurable):
    """Checks the set-up of the running session, one run at a time, whoever asks."""

    def __init__(self, *, site: Callable[[], Site], **kwargs: object) -> None:
        """`site` tells what there is to look at, at that moment."""
        super().__init__(**kwargs)
        self._site = site
        self._running: asyncio.Task[CheckReport] | None = None
        self._waiting = 0
        self._last: CheckReport | None = None

    async def report(self) -> CheckReport:
        """Return what the checks find now.

        Who asks while they run waits for the same answer; when nobody waits any more, they
        are ended.
        """
        if self._running is None:
            self._running = asyncio.create_task(self._run())
            self._running.add_done_callback(self._done)
        running = self._running
        self._waiting += 1
        try:
            return await asyncio.shield(running)
        finally:
            self._waiting -= 1
            if not self._waiting and not running.done():
                self._running = None
                running.cancel()

    async def _run(self) -> CheckReport:
        # Not when the server starts: nobody may ever ask, and they are many.
        from .run import run_checks

        self._last = await run_checks(self._site(), log=self.log)
        return self._last

    def _done(self, task: "asyncio.Task[CheckReport]") -> None:
        if self._running is task:
            self._running = None

    async def bundle(self, query: BundleQuery) -> SupportBundle:
        """Return a text for the site's support: of the last run, or of one now."""
        from .bundle import make_bundle

        report = self._last or await self.report()
        site = self._site()
        return await asyncio.to_thread(make_bundle, report, site, names=query.names)

    async def stop(self) -> None:
        """End what runs."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
