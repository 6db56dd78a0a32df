"""What is known of the module tree, and how it came to be known. Knows no HTTP."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Literal

from traitlets.config import LoggingConfigurable

from ..errors import HPCError, NotFoundError, ToolRefusedError
from ..sentences import trans
from ..tools.modules import ModuleTool, Probe
from .environment import SessionEnvironment
from .index import ModuleIndex, Package, Version
from .ways import best_way

IndexState = Literal["building", "names", "complete", "failed"]


class ModuleCatalog(LoggingConfigurable):
    """Reads the module tree in the background and answers from what it knows."""

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
        self._on_state = on_state
        self._something_known = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._read_again = False
        self._read_paths: frozenset[str] = frozenset()
        self._read_error = ""
        self._probing: asyncio.Task[Probe] | None = None

    def start(self) -> None:
        """Begin to read the module tree in the background."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_tree())
        else:
            self._read_again = True

    async def stop(self) -> None:
        """End what runs in the background."""
        for task in (self._reading, self._probing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def ready(self) -> None:
        """Wait until something is known; long only for the first names of a session."""
        await self._something_known.wait()

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
        return [e for e in self.environment.values.get("MODULEPATH", "").split(":") if e]

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

    def knows(self, name: str) -> bool:
        """Whether a module bears the name; True where not everything is known."""
        known = self.index.find(name) or self.index.package(name)
        return bool(known) or not self.index.complete

    def way_to(self, names: Sequence[str], loaded: Collection[str]) -> list[str]:
        """Return what must be loaded before `names`, each once, in order."""
        modulepath = self.modulepath()
        chosen: dict[str, None] = {}
        for name in names:
            try:
                _, version = self.find(name)
            except NotFoundError:
                continue  # an alias, or a mistake: the module system will say
            if version.file_in(modulepath) is None:
                chosen.update(dict.fromkeys(self.needs(version, [*loaded, *chosen])))
        return [step for step in chosen if step not in names]

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
        if self._read_error:
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
                await self._read_names()
                await self._read_everything()
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

    async def _read_everything(self) -> None:
        """Learn what can be reached; a failure is told, and tried again only when asked to."""
        try:
            files = await self.tool.spider(self.environment.values)
            if self.index.size and not files:
                raise ToolRefusedError(trans.gettext("The module tree came out empty."))
        except HPCError as error:
            self.log.warning("The module tree was not read: %s %s", error, error.detail)
            self._read_error = f"{error.message}\n{error.detail}"
            self._know(self.index, "failed")
        else:
            index = await asyncio.to_thread(ModuleIndex, files, complete=True)
            self._read_paths |= frozenset(index.modulepaths)
            self._know(index, "complete")

    def _know(self, index: ModuleIndex, state: IndexState) -> None:
        self.index = index
        self.state = state
        self._something_known.set()
        self._on_state()


def _is_bad(probing: "asyncio.Task[Probe]") -> bool:
    return probing.cancelled() or probing.exception() is not None or bool(probing.result().reason)
