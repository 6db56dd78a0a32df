"""What is known of the module tree, and how it came to be known. Knows no HTTP."""

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, time_ns
from typing import Literal

from traitlets import Float, Unicode, default
from traitlets.config import LoggingConfigurable

from .. import revisions
from ..errors import HPCError, NotFoundError, ToolRefusedError
from ..memory import give_back
from ..sentences import trans
from ..tools.modules import ModuleTool, Probe, modulepath_entries
from .environment import SessionEnvironment
from .index import ModuleIndex, Package, Version
from .index_store import IndexStore
from .plan import LoadPlan
from .ways import best_way

# What else than MODULEPATH decides what Lmod knows of a tree.
KEY_VARIABLES = ("LMOD_RC", "LMOD_MODULERCFILE", "MODULERCFILE", "LMOD_SYSTEM_NAME")

# Nanoseconds that a file's time may be behind the clock when it is written.
CLOCK_TICK = 20_000_000

IndexState = Literal["building", "names", "complete", "failed"]
RETRY = 300.0  # seconds after which a tree that could not be read is read again


class ModuleCatalog(LoggingConfigurable):
    """Reads the module tree in the background and answers from what it knows."""

    index_folder = Unicode(
        help="Folder that keeps the index between sessions; empty for none. "
        "$XDG_CACHE_HOME/jupyterlab_hpc unless set, ~/.cache/jupyterlab_hpc without the variable."
    ).tag(config=True)
    look_interval = Float(
        60.0,
        help="Seconds between two looks at whether the module tree changed, while pages ask. "
        "0 for a look at each request; negative for none.",
    ).tag(config=True)

    @default("index_folder")
    def _default_index_folder(self) -> str:
        cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        return str(Path(cache).expanduser() / "jupyterlab_hpc")

    def __init__(
        self,
        *,
        tool: ModuleTool,
        environment: SessionEnvironment,
        on_state: Callable[[], None] = lambda: None,
        **kwargs: object,
    ) -> None:
        """`on_state` is called when more, or less, is known than before."""
        super().__init__(**kwargs)
        self.tool = tool
        self.environment = environment
        self.index = ModuleIndex()
        self.state: IndexState = "building"
        self.revision = revisions.FIRST  # grows when what is known changes
        self._on_state = on_state
        self._something_known = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._read_again = False
        self._read_paths: frozenset[str] = frozenset()
        self._read_error = ""
        self._failed = 0.0  # when
        self._probing: asyncio.Task[Probe] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._looked = 0.0
        self._seen: dict[str, int] | None = None
        self._store_failed = False

    def start(self) -> None:
        """Begin to read the module tree in the background."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_tree())
        else:
            self._read_again = True

    async def stop(self) -> None:
        """End what runs in the background."""
        for task in (self._reading, self._probing, self._looking):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def ready(self) -> None:
        """Wait until something is known; long only for the first names of a session.

        Whoever asks also has the tree looked at, at most every `look_interval` seconds,
        and read again some minutes after that failed.
        """
        self._look_now_and_then()
        await self._something_known.wait()

    async def settled(self) -> None:
        """Wait until nothing is read any more."""
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def health(self) -> Probe:
        """Return which module system is here and whether it works, asked anew if it did not."""
        probe = await self._probe()
        if not probe.reason:
            if self.state == "failed" and not self._read_error:
                self.start()  # the module system did not work before, and does now
            probe = self._index_problem(probe)
        return probe

    def environment_changed(self) -> None:
        """Read the tree again where a module opened a folder that no spider has seen."""
        if not self._read_paths.issuperset(self.modulepath()):
            self.start()

    def modulepath(self) -> list[str]:
        """Return the session's MODULEPATH."""
        return modulepath_entries(self.environment.values)

    def find(self, name: str) -> tuple[Package, Version]:
        """Return what a full name means, or the default version of a short name.

        Raises NotFoundError.
        """
        if found := self.index.find(name):
            return found
        package = self.index.package(name)
        version = package.default(self.modulepath()) if package else None
        if package is None or version is None:
            raise NotFoundError(trans.gettext("No module is named %1."), name)
        return package, version

    async def may_load(self, name: str) -> bool:
        """Return whether a load may find the name; true where not everything is known.

        What only other modules open is waited for while the tree is read, at most as
        long as a command of the module system may take. The module system itself knows
        names that the index does not: aliases, beginnings of versions, new modulefiles.
        """
        if self._find(name) or await self.tool.has(self.environment.values, name):
            return True
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=self.tool.timeout)
        return self._find(name) is not None or not self.index.complete

    def near(self, name: str) -> list[str]:
        """Return short names that `name` may have been meant to be, the likeliest first."""
        return self.index.near(name, 3)

    def with_ways(
        self, names: Sequence[str], loaded: Collection[str], unload: Collection[str]
    ) -> list[str]:
        """Return `names` in their order, each behind what must be loaded before it."""
        plan = LoadPlan(
            find=self._find,
            needs=self.needs,
            modulepath=self.modulepath(),
            loaded=loaded,
            unload=unload,
        )
        for name in names:
            plan.add(name)
        return plan.steps

    def _find(self, name: str) -> tuple[Package, Version] | None:
        with suppress(NotFoundError):
            return self.find(name)
        return None

    def needs(self, version: Version, loaded: Collection[str]) -> list[str]:
        """Return what must be loaded before a version that is not loadable."""
        ways = version.ways
        steps = {step: self._short_name(step) for way in ways for step in way}
        defaults = [step for step in steps if self._is_default(step)]
        return best_way(ways, loaded, steps, defaults)

    def _is_default(self, full_name: str) -> bool:
        """Whether the site has chosen a version among those beside it."""
        package, version = self.index.find(full_name) or (None, None)
        return package is not None and any(
            package.default([file.modulepath]) is version
            for file in (version.files if version else ())
        )

    def _short_name(self, full_name: str) -> str:
        found = self.index.find(full_name)
        return found[0].short_name if found else full_name.rpartition("/")[0] or full_name

    async def _probe(self) -> Probe:
        """Ask the module system once; again only after an answer that was not good."""
        probing = self._probing
        if probing is None or (probing.done() and _is_bad(probing)):
            probing = asyncio.create_task(self.tool.probe(self.environment.values))
            self._probing = probing
        return await asyncio.shield(probing)

    def _index_problem(self, probe: Probe) -> Probe:
        """Return what a healthy module system leaves to say of its tree."""
        if self.state == "complete" and not self.index.size:
            return replace(
                probe,
                reason="no-modulefile",
                message=trans.gettext("The folders that MODULEPATH names hold no modulefile."),
                cure=trans.gettext(
                    "Ask the site's staff which module tree this session should use."
                ),
                detail="\n".join(self.modulepath()),
            )
        if self._read_error and not self.index.complete:
            return replace(
                probe,
                reason="tree-not-read",
                message=trans.gettext(
                    "The module tree could not be read: only what can be loaded at once is listed."
                ),
                cure=trans.gettext(
                    "Modules can be loaded by their full names. Show the words below to the "
                    "site's staff."
                ),
                detail=self._read_error,
            )
        return probe

    async def _read_tree(self) -> None:
        """Read the tree, names first; what is known stays until the new is there."""
        while True:
            self._read_again = False
            self._read_error = ""
            probe = await self._probe()
            if probe.reason:
                self._know(ModuleIndex(), "failed")
            else:
                self._read_paths = frozenset(self.modulepath())
                key = self._key(probe)
                if self.index.complete or not await self._read_stored(key):
                    await self._read_names()
                    await self._read_everything(key)
            if not self._read_again:
                return

    async def _read_names(self) -> None:
        """Learn what can be loaded at once, where not more is known already."""
        if self.index.complete:
            return
        try:
            names = await self.tool.available(self.environment.values)
        except HPCError as error:
            self.log.warning("The module list failed: %s %s", error, error.detail)
        else:
            self._know(await asyncio.to_thread(ModuleIndex, names), "names")

    def _key(self, probe: Probe) -> list[str]:
        """Return what an index depends on that nothing else tells."""
        told = (self.environment.values.get(name, "") for name in ("MODULEPATH", *KEY_VARIABLES))
        return [probe.kind, probe.version, str(os.getuid()), *told]

    async def _read_stored(self, key: Sequence[str]) -> bool:
        """Start from what an earlier session left; return whether it is still as it was."""
        if not self.index_folder:
            return False
        try:
            stored = await asyncio.to_thread(IndexStore(self.index_folder).load, key)
        except (OSError, ValueError, RecursionError) as error:
            self._tell_store_failed(error)
            return False
        if stored is None:
            return False
        index, seen = stored
        self._read_paths |= frozenset(index.modulepaths)
        self._know(index, "complete")
        unchanged = bool(seen) and await asyncio.to_thread(times_of, list(seen)) == seen
        if unchanged:
            self._seen = seen
            self._looked = monotonic()
            await asyncio.to_thread(index.warm)
        return unchanged

    async def _store(self, key: Sequence[str], index: ModuleIndex, seen: dict[str, int]) -> None:
        """Leave the index for the next session."""
        if not self.index_folder:
            return
        try:
            await asyncio.to_thread(IndexStore(self.index_folder).save, key, index, seen)
        except (OSError, ValueError) as error:
            self._tell_store_failed(error)

    def _tell_store_failed(self, error: Exception) -> None:
        """Log once that sessions will not start from an index: a disk stays full for long."""
        level = self.log.debug if self._store_failed else self.log.warning
        level("The index in %s was not used: %s", self.index_folder, error)
        self._store_failed = True

    def _look_now_and_then(self) -> None:
        """Have the tree looked at, where that was not done for a while."""
        busy = [task for task in (self._reading, self._looking) if task and not task.done()]
        if self._read_error and not busy and monotonic() - self._failed >= RETRY:
            self.start()
            return
        if busy or self.look_interval < 0 or self._seen is None:
            return
        if monotonic() - self._looked >= self.look_interval:
            self._looked = monotonic()
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Read the tree again where something in it is not as it was."""
        seen = self._seen or {}
        if await asyncio.to_thread(times_of, list(seen)) != seen:
            self.log.info("The module tree changed and is read again.")
            self.start()

    def watched(self) -> list[str]:
        """Return the files and folders whose times tell whether the tree changed."""
        watched: dict[str, None] = {}
        folders = self.index.columns.folders
        for entry in {*self._read_paths, *folders}:
            watched.update(
                dict.fromkeys(self.tool.sources(entry) or (entry, *folders.get(entry, ())))
            )
        return list(watched)

    async def _read_everything(self, key: Sequence[str]) -> None:
        """Learn what can be reached; a failure is told, and tried again after a while."""
        began = time_ns() - CLOCK_TICK
        before = await asyncio.to_thread(times_of, self.watched())
        try:
            files = await self.tool.spider(self.environment.values)
            if self.index.size and not files:
                raise ToolRefusedError(trans.gettext("The module tree came out empty."))
        except HPCError as error:
            self.log.warning("The module tree was not read: %s %s", error, error.detail)
            self._read_error = f"{error.message}\n{error.detail}"
            self._failed = monotonic()
            self._know(self.index, "failed")
        else:
            index = await asyncio.to_thread(ModuleIndex, files, complete=True)
            del files
            self._read_paths |= frozenset(index.modulepaths)
            self._know(index, "complete")
            # What changed since the reading began may not have been read: the next look tells.
            self._seen = {
                path: before.get(path, time if time < began else 0)
                for path, time in (await asyncio.to_thread(times_of, self.watched())).items()
            }
            self._looked = monotonic()
            await self._store(key, index, self._seen)
            await asyncio.to_thread(index.warm)
            await asyncio.to_thread(give_back)

    def _know(self, index: ModuleIndex, state: IndexState) -> None:
        if index is not self.index:
            self.index.forget_answers()
        self.index = index
        self.state = state
        self.revision += 1
        self._something_known.set()
        self._on_state()


def times_of(paths: Sequence[str]) -> dict[str, int]:
    """Return when files and folders changed last; what is not there changed at 0."""
    return {path: _time(path) for path in paths}


def _time(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - there may be 15,000 folders
    except OSError:
        return 0


def _is_bad(probing: "asyncio.Task[Probe]") -> bool:
    return probing.cancelled() or probing.exception() is not None or bool(probing.result().reason)
