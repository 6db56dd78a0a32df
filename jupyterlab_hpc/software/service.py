"""The software room's answers. Knows a module system; knows no HTTP."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from traitlets.config import LoggingConfigurable

from ..errors import BadRequestError, HPCError, NotFoundError, ToolRefusedError
from ..sentences import trans
from ..tools.modules import Changed, LoadedModule, ModuleTool, Probe, check_name
from .environment import SessionEnvironment
from .index import Hit, ModuleIndex, Package, Version
from .models import (
    Change,
    ChangeRequest,
    EnvironmentChange,
    Extension,
    FoundModule,
    FoundModules,
    LoadedModuleInfo,
    LoadedModules,
    Message,
    ModuleDetails,
    ModulesQuery,
    SystemInfo,
    VersionInfo,
)
from .ways import best_way

LONGEST_QUERY = 200
MOST_RESULTS = 500
MOST_NAMES = 100

# Lmod's own bookkeeping, which no user set.
PRIVATE_PREFIXES = ("_ModuleTable", "__LMOD_", "_LMFILES_", "LOADEDMODULES", "LMOD_FAMILY_")

IndexState = Literal["building", "names", "complete", "failed"]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What all pages should hear: the environment or what is known of it changed."""

    revision: int
    index: IndexState
    kernels_changed: bool


class SoftwareService(LoggingConfigurable):
    """Finds, explains, loads and unloads the session's modules."""

    def __init__(
        self,
        *,
        tool: ModuleTool,
        environment: SessionEnvironment,
        on_notice: Callable[[Notice], None] = lambda _: None,
        on_environment: Callable[[], bool] = lambda: False,
        **kwargs: object,
    ) -> None:
        """`on_environment` is called after each change; it tells whether kernels changed."""
        super().__init__(**kwargs)
        self.tool = tool
        self.environment = environment
        self._on_notice = on_notice
        self._on_environment = on_environment
        self._index = ModuleIndex()
        self._index_state: IndexState = "building"
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

    async def system(self) -> SystemInfo:
        """Return which module system is here and whether it works, asked anew if it did not."""
        probe = await self._probe()
        if not probe.reason:
            if self._index_state == "failed" and not self._read_error:
                self.start()  # the module system did not work before, and does now
            probe = self._index_problem(probe)
        return SystemInfo(
            kind=probe.kind,
            version=probe.version,
            command=probe.command,
            reason=probe.reason,
            message=probe.message,
            cure=probe.cure,
            detail=probe.detail,
            revision=self.environment.revision,
            index=self._index_state,
            modulefiles=self._index.size,
        )

    def _index_problem(self, probe: Probe) -> Probe:
        """Return what a healthy module system leaves to say of its tree."""
        if self._index_state == "complete" and not self._index.size:
            return replace(
                probe,
                reason="no-modulefile",
                message=trans.gettext("The folders that MODULEPATH names hold no modulefile."),
                cure=trans.gettext(
                    "Ask the site's staff which module tree this session should use."
                ),
                detail="\n".join(self._modulepath()),
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

    def loaded(self) -> LoadedModules:
        """Return what is loaded, in load order; costs no process."""
        modules = self.tool.loaded(self.environment.values)
        return LoadedModules(
            revision=self.environment.revision,
            modules=[self._loaded_info(module) for module in modules if module.active],
            inactive=[self._loaded_info(module) for module in modules if not module.active],
        )

    async def change(self, request: ChangeRequest) -> Change:
        """Unload and load in one process of the module system, or say what that would do.

        What is hidden until other modules are loaded gets those loaded first.
        Raises BadRequestError for what can't be a name, NotFoundError for unloading
        what is not loaded, ToolRefusedError where the module system says no: the
        session is then exactly as it was.
        """
        names = [*request.load, *request.unload]
        if not names:
            raise BadRequestError(trans.gettext("Nothing to load and nothing to unload was named."))
        if len(names) > MOST_NAMES:
            raise BadRequestError(
                trans.gettext("At most %1 modules can be changed at once."), str(MOST_NAMES)
            )
        for name in names:
            check_name(name)
        async with self.environment.lock:
            before = self.tool.loaded(self.environment.values)
            known = {name for m in before for name in (m.full_name, m.short_name)}
            for name in request.unload:
                if name not in known:
                    raise NotFoundError(trans.gettext("%1 is not loaded."), name)
            gone = set(request.unload)
            way = self._way_to(
                request.load,
                [m for m in before if not {m.full_name, m.short_name} & gone],
            )
            answer = await self._ask_for(request, way)
            after = self.tool.loaded(self.environment.after(answer.environment))
            kernels_changed = False
            if answer.environment and not request.preview:
                self.environment.apply(answer.environment)
                kernels_changed = self._on_environment()
                self.log.info("Modules changed: load %s, unload %s", request.load, request.unload)
            change = Change(
                revision=self.environment.revision,
                preview=request.preview,
                way=way,
                kept=[m.full_name for m in after if {m.full_name, m.short_name} & gone],
                **_difference(before, after),
                environment=EnvironmentChange(
                    set=_names(k for k, v in answer.environment.items() if v is not None),
                    unset=_names(k for k, v in answer.environment.items() if v is None),
                ),
                kernels_changed=kernels_changed,
                messages=[
                    Message(level="warning" if answer.warned else "info", text=answer.messages)
                ]
                if answer.messages
                else [],
                modules=[self._loaded_info(module) for module in after if module.active],
                inactive=[self._loaded_info(module) for module in after if not module.active],
            )
        if not request.preview:
            self._tell(kernels_changed=kernels_changed)
            if not self._read_paths.issuperset(self._modulepath()):
                self.start()  # a module opened a folder that no spider has seen
        return change

    async def _ask_for(self, request: ChangeRequest, way: Sequence[str]) -> Changed:
        """Ask the module system; a name that nothing bears is told as that."""
        try:
            return await self.tool.change(
                self.environment.values, load=[*way, *request.load], unload=request.unload
            )
        except ToolRefusedError as error:
            for name in request.load if self._index.complete else ():
                if not self._index.find(name) and not self._index.package(name):
                    raise NotFoundError(
                        trans.gettext("No module is named %1. Nothing was changed."),
                        name,
                        detail=error.detail,
                    ) from error
            raise

    async def modules(self, query: ModulesQuery) -> FoundModules:
        """Return a page of what fits the query; waits only for the first names of a session."""
        if len(query.query) > LONGEST_QUERY:
            raise BadRequestError(
                trans.gettext("A search has at most %1 characters."), str(LONGEST_QUERY)
            )
        if not (1 <= query.limit <= MOST_RESULTS and query.offset >= 0):
            raise BadRequestError(
                trans.gettext("A page of results has between 1 and %1 entries, from 0 on."),
                str(MOST_RESULTS),
            )
        await self._something_known.wait()
        index = self._index
        hits = index.search(query.query, hidden=query.hidden)
        loaded = self._loaded_names()
        modulepath = self._modulepath()
        return FoundModules(
            revision=self.environment.revision,
            complete=index.complete,
            total=len(hits),
            modules=[
                self._found(hit, modulepath, loaded)
                for hit in hits[query.offset : query.offset + query.limit]
            ],
        )

    async def module(self, full_name: str) -> ModuleDetails:
        """Return all that is known of a full name, or of a short name's default version."""
        check_name(full_name)
        await self._something_known.wait()
        modulepath = self._modulepath()
        package, version = self._find(full_name, modulepath)
        file = version.file_in(modulepath) or version.first
        remarks = await self.tool.remarks(self.environment.values, file)
        state = self._version_info(package, version, modulepath, self._loaded_names())
        return ModuleDetails(
            full_name=version.full_name,
            short_name=package.short_name,
            version=state.version,
            summary=file.description,
            help=file.help,
            whatis=list(file.whatis),
            extensions=[_extension(name) for name in file.extensions],
            category=file.category,
            url=file.url,
            family=file.family,
            modulefile=file.path,
            default=state.default,
            hidden=state.hidden,
            loaded=state.loaded,
            loadable=state.loadable,
            needs=state.needs,
            ways=state.ways,
            versions=[v.full_name for v in package.versions],
            dependencies=list(remarks.dependencies),
            conflicts=list(remarks.conflicts),
            deprecation=remarks.deprecation,
        )

    def _find(self, name: str, modulepath: Sequence[str]) -> tuple[Package, Version]:
        if found := self._index.find(name):
            return found
        package = self._index.package(name)
        version = package.default(modulepath) if package else None
        if package is None or version is None:
            raise NotFoundError(trans.gettext("No module is named %1."), name)
        return package, version

    def _way_to(self, names: Sequence[str], loaded: Sequence[LoadedModule]) -> list[str]:
        """Return what must be loaded before `names`, each once, in order."""
        modulepath = self._modulepath()
        full_names = [module.full_name for module in loaded]
        chosen: dict[str, None] = {}
        for name in names:
            try:
                _, version = self._find(name, modulepath)
            except NotFoundError:
                continue  # an alias, or a mistake: the module system will say
            if version.file_in(modulepath) is None:
                chosen.update(dict.fromkeys(self._needs(version, [*full_names, *chosen])))
        return [step for step in chosen if step not in names]

    def _needs(self, version: Version, loaded: Collection[str]) -> list[str]:
        """Return what must be loaded before a version that is not loadable."""
        ways = version.ways
        steps = {step: self._short_name(step) for way in ways for step in way}
        defaults = [step for step in steps if self._is_default(step)]
        return best_way(ways, loaded, steps, defaults)

    def _is_default(self, full_name: str) -> bool:
        """Whether the site has chosen a version among those beside it."""
        package, version = self._index.find(full_name) or (None, None)
        return package is not None and any(
            package.default([file.modulepath]) is version
            for file in (version.files if version else ())
        )

    def _short_name(self, full_name: str) -> str:
        found = self._index.find(full_name)
        return found[0].short_name if found else full_name.rpartition("/")[0] or full_name

    async def _probe(self) -> Probe:
        """Ask the module system once; again only after an answer that was not good."""
        probing = self._probing
        if probing is None or (probing.done() and _is_bad(probing)):
            probing = asyncio.create_task(self.tool.probe(self.environment.values))
            self._probing = probing
        return await asyncio.shield(probing)

    async def _read_tree(self) -> None:
        """Read the tree, names first; what is known stays until the new is there."""
        while True:
            self._read_again = False
            self._read_error = ""
            probe = await self._probe()
            if probe.reason:
                self._know(ModuleIndex(), "failed")
            else:
                self._read_paths = frozenset(self._modulepath())
                await self._read_names()
                await self._read_everything()
            if not self._read_again:
                return

    async def _read_names(self) -> None:
        """Learn what can be loaded at once, where not more is known already."""
        if self._index.complete:
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
            if self._index.size and not files:
                raise ToolRefusedError(trans.gettext("The module tree came out empty."))
        except HPCError as error:
            self.log.warning("The module tree was not read: %s %s", error, error.detail)
            self._read_error = f"{error.message}\n{error.detail}"
            self._know(self._index, "failed")
        else:
            index = await asyncio.to_thread(ModuleIndex, files, complete=True)
            self._read_paths |= frozenset(index.modulepaths)
            self._know(index, "complete")

    def _know(self, index: ModuleIndex, state: IndexState) -> None:
        self._index = index
        self._index_state = state
        self._something_known.set()
        self._tell(kernels_changed=False)

    def _found(self, hit: Hit, modulepath: Sequence[str], loaded: frozenset[str]) -> FoundModule:
        about = hit.package.about(modulepath)
        return FoundModule(
            short_name=hit.package.short_name,
            summary=about.description,
            category=about.category,
            match=hit.match,
            matched=list(hit.matched),
            versions=[
                self._version_info(hit.package, version, modulepath, loaded)
                for version in hit.versions
            ],
        )

    def _version_info(
        self,
        package: Package,
        version: Version,
        modulepath: Sequence[str],
        loaded: frozenset[str],
    ) -> VersionInfo:
        loadable = version.file_in(modulepath) is not None
        return VersionInfo(
            full_name=version.full_name,
            version=version.first.version,
            default=version is package.default(modulepath),
            hidden=_all_hidden(version),
            loaded=version.full_name in loaded,
            loadable=loadable,
            needs=[] if loadable else self._needs(version, loaded),
            ways=version.ways,
        )

    def _tell(self, *, kernels_changed: bool) -> None:
        self._on_notice(
            Notice(
                revision=self.environment.revision,
                index=self._index_state,
                kernels_changed=kernels_changed,
            )
        )

    def _modulepath(self) -> list[str]:
        return [e for e in self.environment.values.get("MODULEPATH", "").split(":") if e]

    def _loaded_names(self) -> frozenset[str]:
        modules = self.tool.loaded(self.environment.values)
        return frozenset(module.full_name for module in modules if module.active)

    def _loaded_info(self, module: LoadedModule) -> LoadedModuleInfo:
        known = self._index.find(module.full_name)
        return LoadedModuleInfo(
            full_name=module.full_name,
            short_name=module.short_name,
            version=module.full_name.removeprefix(module.short_name).lstrip("/"),
            hidden=module.hidden or (known is not None and _all_hidden(known[1])),
            sticky=module.sticky,
            requested=module.requested,
            modulefile=module.modulefile,
        )


def _is_bad(probing: "asyncio.Task[Probe]") -> bool:
    return probing.cancelled() or probing.exception() is not None or bool(probing.result().reason)


def _all_hidden(version: Version) -> bool:
    return all(file.hidden for file in version.files)


def _names(names: Iterable[str]) -> list[str]:
    """Return the names that a user may know; bytes that are not UTF-8 are shown as `?`."""
    return sorted(
        name.encode("utf-8", "replace").decode()
        for name in names
        if not name.startswith(PRIVATE_PREFIXES)
    )


def _difference(
    before: Sequence[LoadedModule], after: Sequence[LoadedModule]
) -> dict[str, list[str]]:
    """Return what happened between two lists of modules, told by short name.

    The module system tells this too, but in sentences that a site can change.
    """
    was = {module.short_name: module for module in before}
    told: dict[str, list[str]] = {
        "loaded": [],
        "unloaded": [],
        "reloaded": [],
        "inactivated": [],
        "activated": [],
    }
    for new in after:
        old = was.pop(new.short_name, None)
        if old is None:
            told["loaded" if new.active else "inactivated"].append(new.full_name)
        elif old.active != new.active:
            told["activated" if new.active else "inactivated"].append(new.full_name)
        elif old.full_name != new.full_name:
            told["unloaded"].append(old.full_name)
            told["loaded"].append(new.full_name)
        elif old.modulefile != new.modulefile:
            told["reloaded"].append(new.full_name)
    told["unloaded"] += [module.full_name for module in was.values()]
    return told


def _extension(text: str) -> Extension:
    name, _, version = text.partition("/")
    return Extension(name=name, version=version)
