"""The software room's answers. Knows a module system; knows no HTTP."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Literal

from traitlets import List, Unicode
from traitlets.config import LoggingConfigurable

from ..errors import (
    BadRequestError,
    ConflictError,
    HPCError,
    InTheWayError,
    NotFoundError,
    ToolRefusedError,
)
from ..sentences import fill, trans
from ..tools.modules import (
    Changed,
    LoadedModule,
    Modulefile,
    ModuleTool,
    Words,
    check_collection_name,
    check_name,
    modulepath_entries,
)
from ..tools.recipe import Recipe, init_file, site_variables
from . import models
from .catalog import IndexState, ModuleCatalog
from .environment import SessionEnvironment
from .index import Hit, Only, Package, Version
from .launch import Kernels, Launched, Running
from .models import (
    Change,
    ChangeRequest,
    CollectionDetails,
    Collections,
    EnvironmentChange,
    Extension,
    FoundModule,
    FoundModules,
    LoadedModuleInfo,
    LoadedModules,
    Message,
    ModuleDetails,
    ModulefileText,
    ModulePath,
    ModulePaths,
    ModulePathsRequest,
    ModulesQuery,
    RenameRequest,
    RestoreRequest,
    SaveRequest,
    Script,
    ScriptQuery,
    Stale,
    StaleKernel,
    StaleProgram,
    SwitchRequest,
    SystemInfo,
    TakenOverRequest,
    VersionInfo,
)
from .risks import WATCHED, kernel_risks
from .script import Loading, bash_script, python_script
from .textfile import beginning

LONGEST_QUERY = 200
MOST_WITH_VERSIONS = 5  # extensions that fit a search; more are not shown one by one
MOST_RESULTS = 500
MOST_NAMES = 100
MOST_NEAR = 3
LONGEST_FOLDER = 4096
LONGEST_MODULEFILE = 256 * 1024  # bytes
DEFAULT_COLLECTION = "default"

# The module systems' own bookkeeping, which no user set.
PRIVATE_PREFIXES = (
    "_ModuleTable",
    "__LMOD_",
    "__MODULES_",
    "_LMFILES_",
    "LOADEDMODULES",
    "LMOD_FAMILY_",
)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What all pages should hear: the environment or what is known of it changed.

    `stale_changed` says that what was stale is not any more, at the same revision.
    """

    revision: int
    index: IndexState
    index_revision: int
    kernels_changed: bool
    stale_changed: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an answer is the answer to.

    `way` is what is loaded first; `gone` are the names to unload; `guarded` are
    those that may not go if they are protected, None meaning all.
    """

    preview: bool
    way: Sequence[str] = ()
    gone: Collection[str] = ()
    guarded: Collection[str] | None = ()


@dataclass(frozen=True, kw_only=True)
class Launches:
    """What tells what runs; `paths` tells the notebooks of kernels by their ids."""

    kernels: Kernels = field(default_factory=Kernels)
    terminals: Running = list
    applications: Running = list
    paths: Callable[[], Awaitable[Mapping[str, str]]] | None = None


class SoftwareService(LoggingConfigurable):
    """Finds, explains, loads and unloads the session's modules."""

    protected = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help="""Modules that the session itself needs, such as those of JupyterLab and its
        kernels: short names or full names. To unload one, the user has to confirm it.
        None, the default, means what was loaded when the server started.""",
    ).tag(config=True)

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
        self.catalog = ModuleCatalog(
            parent=self, tool=tool, environment=environment, on_state=self._tell
        )
        self._on_notice = on_notice
        self._on_environment = on_environment
        self._at_start = frozenset(m.full_name for m in tool.loaded(environment.values))
        self._used: frozenset[str] = frozenset()
        self._launches = Launches()

    def watch(self, launches: "Launches") -> None:
        """Take note of what Jupyter starts, for `stale`."""
        self._launches = launches

    def start(self) -> None:
        """Begin to read the module tree in the background."""
        self.catalog.start()

    async def stop(self) -> None:
        """End what runs in the background."""
        await self.catalog.stop()

    async def system(self) -> SystemInfo:
        """Return which module system is here and whether it works."""
        probe = await self.catalog.health()
        return SystemInfo(
            kind=probe.kind,
            version=probe.version,
            command=probe.command,
            reason=probe.reason,
            message=probe.message,
            cure=probe.cure,
            detail=probe.detail,
            revision=self.environment.revision,
            index=self.catalog.state,
            index_revision=self.catalog.revision,
            modulefiles=self.catalog.index.size,
            categories=self.catalog.index.categories if self.catalog.index.complete else [],
        )

    def loaded(self) -> LoadedModules:
        """Return what is loaded, in load order; costs no process."""
        modules = self.tool.loaded(self.environment.values)
        return LoadedModules(
            revision=self.environment.revision,
            modules=[self._loaded_info(module) for module in modules if module.active],
            inactive=[self._loaded_info(module) for module in modules if not module.active],
            undoable=self.environment.back is not None,
        )

    async def change(self, request: ChangeRequest) -> Change:
        """Unload and load in one process of the module system, or say what that would do.

        What is hidden until other modules are loaded gets those loaded first.
        Raises BadRequestError for what can't be a name, NotFoundError for what no module
        is named and for unloading what is not loaded, ConflictError for unloading what is
        protected without a confirmation, InTheWayError where what is loaded forbids it,
        ToolRefusedError where the module system says no otherwise: the session is then
        exactly as it was.
        """
        _check_names(request)
        await self._refuse_what_nothing_bears(request.load)
        async with self.environment.lock:
            before = self.tool.loaded(self.environment.values)
            gone = set(request.unload)
            known = {name for m in before for name in (m.full_name, m.short_name)}
            for name in request.unload:
                if name not in known:
                    raise NotFoundError(trans.gettext("%1 is not loaded."), name)
            active = [module.full_name for module in before if module.active]
            steps = self.catalog.with_ways(request.load, active, gone)
            try:
                answer = await self.tool.change(
                    self.environment.values, load=steps, unload=request.unload
                )
            except ToolRefusedError as error:
                if away := await self._in_the_way(steps, request.unload, before):
                    raise InTheWayError(
                        trans.gettext(
                            "%1 cannot be loaded as long as %2 is loaded. Nothing was changed."
                        ),
                        ", ".join(request.load),
                        ", ".join(away),
                        detail=error.detail,
                    ) from error
                raise
            asked = Asked(
                preview=request.preview,
                way=[step for step in steps if step not in request.load],
                gone=gone,
                # what a load swaps away is told in its preview
                guarded=() if request.confirmed else gone if request.load else None,
            )
            change = await self._take(answer, before, asked)
        if not request.preview:
            self.log.info("Modules changed: load %s, unload %s", request.load, request.unload)
        return change

    async def _in_the_way(
        self, steps: Sequence[str], unload: Sequence[str], before: Sequence[LoadedModule]
    ) -> list[str]:
        """Return the loaded modules without which a refused load works; none where it doesn't.

        That are another version, one of the same family, and those that a modulefile names
        as its conflicts, that of the loaded module included where the tool keeps it. Lmod
        swaps the first two by itself, unless the site forbids it.
        """
        try:
            environment = self.environment.values
            files = [self._modulefile(name) for name in steps]
            wanted = {name for file in files for name in (file.short_name, file.full_name)}
            names = {file.short_name for file in files}
            for remarks in [await self.tool.remarks(environment, file) for file in files]:
                names.update(remarks.conflicts)
                # what of a family is loaded, as both module systems tell it
                names.update(
                    environment.get(f"LMOD_FAMILY_{family.upper()}", "")
                    for family in remarks.families
                )
            away = [
                module.full_name
                for module in before
                if module.active
                and module.full_name not in steps
                and not {module.full_name, module.short_name} & set(unload)
                and (
                    {module.full_name, module.short_name} & names
                    or wanted.intersection(module.conflicts)
                )
            ]
            if away:
                await self.tool.change(environment, load=steps, unload=[*unload, *away])
        except HPCError:
            return []
        return away

    def _modulefile(self, name: str) -> Modulefile:
        """Return what is known of a module; of one that is not in the index yet its name."""
        try:
            return self.catalog.find(name)[1].first
        except NotFoundError:
            return Modulefile(full_name=name, short_name=name.rpartition("/")[0] or name)

    async def _refuse_what_nothing_bears(self, names: Iterable[str]) -> None:
        """Raise NotFoundError at once; Lmod would search the whole tree, for many seconds."""
        for name in names:
            if not await self.catalog.may_load(name):
                near = self.catalog.near(name)
                raise NotFoundError(
                    trans.gettext("No module is named %1; did you mean %2? Nothing was changed.")
                    if near
                    else trans.gettext("No module is named %1. Nothing was changed."),
                    name,
                    ", ".join(near),
                )

    async def _take(self, answer: Changed, before: Sequence[LoadedModule], asked: Asked) -> Change:
        """Make an answer the session's state, unless it is a preview, and tell what it does.

        The caller holds the environment's lock since before it asked.
        """
        values = self.environment.after(answer.environment)
        after = self.tool.loaded(values)
        risks: list[str] = []
        if any(name in answer.environment for name in WATCHED):
            risks = await asyncio.to_thread(kernel_risks, self.environment.values, values)
        lost = self._lost(before, after)
        if not asked.preview:
            _refuse_to_lose(lost, asked.guarded)
        kernels_changed = False
        if answer.environment and not asked.preview:
            self.environment.apply(answer.environment)
            kernels_changed = self._on_environment()
            self._tell(kernels_changed=kernels_changed)
            self.catalog.environment_changed()
        return Change(
            revision=self.environment.revision,
            preview=asked.preview,
            way=list(asked.way),
            kept=[m.full_name for m in after if {m.full_name, m.short_name} & set(asked.gone)],
            **_difference(before, after),
            protected=[module.full_name for module in lost],
            risks=risks,
            environment=EnvironmentChange(
                set=_names(k for k, v in answer.environment.items() if v is not None),
                unset=_names(k for k, v in answer.environment.items() if v is None),
            ),
            kernels_changed=kernels_changed,
            messages=_messages(answer, risks),
            modules=[self._loaded_info(module) for module in after if module.active],
            inactive=[self._loaded_info(module) for module in after if not module.active],
            undoable=self.environment.back is not None,
        )

    def _is_protected(self, module: LoadedModule) -> bool:
        names = self._at_start if self.protected is None else self.protected
        return module.full_name in names or module.short_name in names

    def _lost(
        self, before: Sequence[LoadedModule], after: Sequence[LoadedModule]
    ) -> list[LoadedModule]:
        """Return the protected modules that are active before and not after."""
        left = {module.full_name for module in after if module.active}
        return [
            module
            for module in before
            if module.active and module.full_name not in left and self._is_protected(module)
        ]

    async def switch(self, request: SwitchRequest) -> Change:
        """Unload all but sticky modules, go back to the site's default modules, or to the last.

        Raises NotFoundError where there is no change to undo, and ConflictError where a
        purge or an undo takes protected modules away and is not confirmed.
        """
        ask = {
            "purged": self.tool.purge,
            "default": self.tool.reset,
            "previous": self._undo,
        }[request.to]
        guarded = request.to != "default" and not request.confirmed
        return await self._whole(
            ask, Asked(preview=request.preview, guarded=None if guarded else ())
        )

    async def _undo(self, _: Mapping[str, str]) -> Changed:
        """Return what undoes the last change; the module system is not asked."""
        if self.environment.back is None:
            raise NotFoundError(trans.gettext("There is no change to undo."))
        return Changed(environment=self.environment.back)

    async def _whole(
        self,
        ask: Callable[[Mapping[str, str]], Awaitable[Changed]],
        asked: Asked,
    ) -> Change:
        """Make what one process answers to `ask` the session's state."""
        async with self.environment.lock:
            before = self.tool.loaded(self.environment.values)
            return await self._take(await ask(self.environment.values), before, asked)

    async def modulepaths(self) -> ModulePaths:
        """Return the entries of MODULEPATH; whether they exist is looked up in a thread."""
        environment = self.environment.values
        revision = self.environment.revision
        home = environment.get("HOME", "").rstrip("/")

        def entries() -> list[ModulePath]:
            return [
                ModulePath(
                    folder=_shown(folder),
                    exists=Path(folder).is_dir(),
                    own=folder in self._used or bool(home and folder.startswith(f"{home}/")),
                )
                for folder in modulepath_entries(environment)
            ]

        return ModulePaths(revision=revision, entries=await asyncio.to_thread(entries))

    async def change_modulepaths(self, request: ModulePathsRequest) -> Change:
        """Take folders out of MODULEPATH and put others in front of it.

        One process of the module system for each of the two that is asked for.
        """
        use = list(dict.fromkeys(_checked_folder(folder) for folder in request.use))
        unuse = list(dict.fromkeys(_checked_folder(folder) for folder in request.unuse))
        if not use and not unuse:
            raise BadRequestError(trans.gettext("No folder to use or to leave out was named."))
        for folder in use:
            if not await asyncio.to_thread(Path(folder).is_dir):
                raise NotFoundError(trans.gettext("There is no folder %1."), folder)

        async def ask(environment: Mapping[str, str]) -> Changed:
            there = modulepath_entries(environment)
            for folder in unuse:
                if folder not in there:
                    raise NotFoundError(trans.gettext("%1 is not in MODULEPATH."), folder)
            answers: list[Changed] = []
            if unuse:
                answers.append(await self.tool.unuse(environment, unuse))
            if use:
                now = self.environment.after(answers[0].environment) if answers else environment
                answers.append(await self.tool.use(now, use))
            return _together(answers)

        change = await self._whole(ask, Asked(preview=request.preview))
        if not request.preview:
            self._folders_changed(use, unuse)
        return change

    def _folders_changed(self, use: Collection[str], unuse: Collection[str]) -> None:
        self._used |= set(use)
        if unuse:
            # what only these folders had is not to be found any more
            self.catalog.start()

    async def stale(self) -> Stale:
        """Return what runs and would see something else if it started now."""
        launches = self._launches
        kernels = self._outdated(launches.kernels.running())
        paths = await launches.paths() if kernels and launches.paths else {}
        return Stale(
            revision=self.environment.revision,
            kernels=[
                StaleKernel(
                    id=kernel.key,
                    name=kernel.name,
                    path=paths.get(kernel.key, ""),
                    revision=kernel.revision,
                )
                for kernel in kernels
            ],
            terminals=_programs(self._outdated(launches.terminals())),
            applications=_programs(self._outdated(launches.applications())),
        )

    async def taken_over(self, request: TakenOverRequest) -> Stale:
        """Take note of kernels that took over the session's modules without a restart.

        Raises ConflictError where the session has changed again since the revision
        that they took over, NotFoundError where one of them does not run.
        """
        if request.revision != self.environment.revision:
            raise ConflictError(
                trans.gettext(
                    "The modules changed again in the meantime. Take over the change anew."
                )
            )
        gone = set(request.kernels) - self._launches.kernels.taken_over(request.kernels)
        if gone:
            raise NotFoundError(
                trans.gettext("No kernel %1 runs."), _shown(", ".join(sorted(gone)))
            )
        return await self.stale()

    def renewed(self) -> None:
        """Tell all pages that what was stale is not any more."""
        self._tell(stale_changed=True)

    def _outdated(self, running: Iterable[Launched]) -> list[Launched]:
        def changed(launched: Launched) -> bool:
            names = self.environment.changed_since(launched.environment) - launched.own
            return any(not name.startswith(PRIVATE_PREFIXES) for name in names)

        now = self.environment.revision
        return [launched for launched in running if launched.revision < now and changed(launched)]

    async def script(self, query: ScriptQuery) -> Script:
        """Return a text that loads what is loaded now, from any state.

        Modules that others loaded are left to those, in the versions they ask for.
        """
        loading = await self.loading()
        write = python_script if query.format == "python" else bash_script
        return Script(format=query.format, text=write(loading))

    async def loading(self, names: Sequence[str] | None = None) -> Loading:
        """Return how what is loaded now, or what `names` tells, is loaded from any state."""
        environment = self.environment.values
        if names is None:
            loaded = self.tool.loaded(environment)
            names = [m.full_name for m in loaded if m.active and m.requested]
        return Loading(
            names=names,
            folders=await self.tool.base_modulepath(environment),
            init=await asyncio.to_thread(init_file, environment),
        )

    async def recipe(self, collection: str = "", variables: Sequence[str] = ()) -> Recipe:
        """Return what leads from nothing to what is loaded now, or to a collection.

        `variables` are names of variables of the session that modulefiles need. Raises
        ToolRefusedError where a collection can't be restored as it was saved.
        """
        environment = self.environment.values
        if collection:
            await self._find_collection(collection)
            answer = await self.tool.restore_collection(environment, collection)
            if answer.warned:
                raise ToolRefusedError(
                    trans.gettext("The collection %1 cannot be restored as it was saved."),
                    collection,
                    detail=answer.messages,
                )
            environment = self.environment.after(answer.environment)
        probe = await self.catalog.health()
        if probe.kind == "none":
            return Recipe(kind="none")
        active = [module for module in self.tool.loaded(environment) if module.active]
        return Recipe(
            kind=probe.kind,
            version=probe.version,
            command=probe.command,
            init=await asyncio.to_thread(init_file, environment),
            variables=site_variables(probe.kind, environment, variables),
            folders=await self.tool.base_modulepath(environment),
            load=[module.full_name for module in active if module.requested],
            modules={module.full_name: module.modulefile for module in active},
        )

    def read(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the active modules of any environment, each with its modulefile, in order."""
        return {m.full_name: m.modulefile for m in self.tool.loaded(environment) if m.active}

    async def is_there(self, full_name: str, modulefile: str = "") -> bool:
        """Return whether a module that was loaded once can be found still."""
        there = bool(modulefile) and await asyncio.to_thread(os.path.isfile, modulefile)
        return there or await self.catalog.may_load(full_name)

    async def nearest(self, full_name: str) -> list[str]:
        """Return what may take the place of a module that is gone, the likeliest first.

        That is its other versions, those first that can be loaded at once, then those that
        begin like the one that is gone; or else modules of a similar name.
        """
        await self.catalog.ready()
        index = self.catalog.index
        modulepath = self.catalog.modulepath()
        short_name, _, version = full_name.rpartition("/")
        package = index.package(short_name or full_name)
        if package is None:
            found = [index.package(name) for name in self.catalog.near(full_name)]
            return [(p.default(modulepath) or p.versions[0]).full_name for p in found if p]

        def likely(other: Version) -> tuple[bool, int]:
            loadable = other.file_in(modulepath) is not None
            return loadable, _in_common(other.full_name.rpartition("/")[2], version)

        others = [other for other in package.versions if not _all_hidden(other)]
        others.sort(key=likely, reverse=True)
        return [other.full_name for other in others[:MOST_NEAR]]

    async def collection_names(self) -> list[str]:
        """Return the names of the user's collections; none where there is no module system."""
        if (await self.catalog.health()).kind == "none":
            return []
        return await self.tool.collections(self.environment.values)

    async def collections(self) -> Collections:
        """Return the user's collections."""
        return _collections(await self.tool.collections(self.environment.values))

    async def collection(self, name: str) -> CollectionDetails:
        """Return what a collection holds; raises NotFoundError where there is none."""
        await self._find_collection(name)
        return CollectionDetails(
            name=name,
            default=name == DEFAULT_COLLECTION,
            modules=await self.tool.describe_collection(self.environment.values, name),
        )

    async def save(self, request: SaveRequest) -> Collections:
        """Keep what is loaded; raises ConflictError where that needs `overwrite`."""
        check_collection_name(request.name)
        default = request.name == DEFAULT_COLLECTION
        async with self.environment.lock:
            known = await self.tool.collections(self.environment.values)
            if request.name in known and not request.overwrite:
                raise ConflictError(
                    trans.gettext(
                        "The collection %1 exists, and every login shell loads it. "
                        "Overwriting it changes what all your sessions start with."
                    )
                    if default
                    else trans.gettext("The collection %1 exists."),
                    request.name,
                )
            await self.tool.save_collection(self.environment.values, request.name)
        self.log.info("Collection %s saved", request.name)
        warnings = [_ours("warning", DEFAULT_IS_LOADED)] if default else []
        return _collections([*known, request.name], warnings)

    async def restore(self, request: RestoreRequest) -> Change:
        """Load a collection in the place of what is loaded; what is gone is told."""
        check_collection_name(request.name)

        async def ask(environment: Mapping[str, str]) -> Changed:
            try:
                return await self.tool.restore_collection(environment, request.name)
            except ToolRefusedError:
                await self._find_collection(request.name)
                raise

        return await self._whole(ask, Asked(preview=request.preview))

    async def rename(self, request: RenameRequest) -> Collections:
        """Give a collection another name; raises ConflictError where that is taken."""
        check_collection_name(request.new_name)
        async with self.environment.lock:
            await self._find_collection(request.name)
            await self.tool.rename_collection(
                self.environment.values, request.name, request.new_name
            )
        self.log.info("Collection %s renamed to %s", request.name, request.new_name)
        default = request.new_name == DEFAULT_COLLECTION
        warnings = [_ours("warning", DEFAULT_IS_LOADED)] if default else []
        return _collections(await self.tool.collections(self.environment.values), warnings)

    async def delete(self, name: str) -> Collections:
        """Remove a collection; raises NotFoundError where there is none."""
        await self._find_collection(name)
        await self.tool.delete_collection(self.environment.values, name)
        self.log.info("Collection %s deleted", name)
        return await self.collections()

    async def _find_collection(self, name: str) -> None:
        check_collection_name(name)
        if name not in await self.tool.collections(self.environment.values):
            raise NotFoundError(trans.gettext("There is no collection named %1."), name)

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
        await self.catalog.ready()
        index = self.catalog.index
        loaded = self._loaded_names()
        modulepath = self.catalog.modulepath()
        only = Only(category=query.category)
        if query.loadable:
            only = replace(only, modulepath=tuple(modulepath), loaded=loaded)
        hits = index.search(query.query, hidden=query.hidden, only=only)
        return FoundModules(
            revision=self.environment.revision,
            index_revision=self.catalog.revision,
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
        await self.catalog.ready()
        modulepath = self.catalog.modulepath()
        package, version = self.catalog.find(full_name)
        file = version.file_in(modulepath) or version.first
        remarks = await self.tool.remarks(self.environment.values, file)
        loaded = self._loaded_names()
        state = self._version_info(package, version, modulepath, loaded)
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
            versions=[self._version_info(package, v, modulepath, loaded) for v in package.versions],
            dependencies=list(remarks.dependencies),
            conflicts=list(remarks.conflicts),
            deprecation=remarks.deprecation,
            unsupported=list(remarks.unsupported),
        )

    async def modulefile(self, full_name: str) -> ModulefileText:
        """Return the text of a modulefile that the index knows, or raise NotFoundError."""
        check_name(full_name)
        await self.catalog.ready()
        _, version = self.catalog.find(full_name)
        path = (version.file_in(self.catalog.modulepath()) or version.first).path
        try:
            text, truncated = await asyncio.to_thread(beginning, path, LONGEST_MODULEFILE)
        except (OSError, ValueError) as error:
            raise NotFoundError(
                trans.gettext("The modulefile %1 cannot be read."),
                _shown(path or full_name),
                detail=getattr(error, "strerror", None) or str(error),
            ) from error
        return ModulefileText(
            full_name=version.full_name, path=_shown(path), text=text, truncated=truncated
        )

    def _tell(self, *, kernels_changed: bool = False, stale_changed: bool = False) -> None:
        self._on_notice(
            Notice(
                revision=self.environment.revision,
                index=self.catalog.state,
                index_revision=self.catalog.revision,
                kernels_changed=kernels_changed,
                stale_changed=stale_changed,
            )
        )

    def _found(self, hit: Hit, modulepath: Sequence[str], loaded: frozenset[str]) -> FoundModule:
        about = hit.package.about(modulepath)
        return FoundModule(
            short_name=hit.package.short_name,
            summary=about.description,
            category=about.category,
            match=hit.match,
            matched=self._with_versions(hit.matched, about.full_name),
            versions=[
                self._version_info(hit.package, version, modulepath, loaded)
                for version in hit.versions
            ],
        )

    def _with_versions(self, names: Sequence[str], full_name: str) -> list[str]:
        """Return `numpy 1.26.4` for `numpy`: the rows of a list know names alone."""
        if not 0 < len(names) <= MOST_WITH_VERSIONS:
            return list(names)
        found = self.catalog.index.find(full_name)
        inside = found[1].first.extensions if found else ()
        known = {text.partition("/")[0]: text.replace("/", " ", 1) for text in inside}
        return [known.get(name, name) for name in names]

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
            deprecated=any(self.tool.deprecated(file) for file in version.files),
            needs=[] if loadable else self.catalog.needs(version, loaded),
            ways=version.ways,
        )

    def _loaded_names(self) -> frozenset[str]:
        modules = self.tool.loaded(self.environment.values)
        return frozenset(module.full_name for module in modules if module.active)

    def _loaded_info(self, module: LoadedModule) -> LoadedModuleInfo:
        known = self.catalog.index.find(module.full_name)
        return LoadedModuleInfo(
            full_name=module.full_name,
            short_name=module.short_name,
            version=module.full_name.removeprefix(module.short_name).lstrip("/"),
            hidden=module.hidden or (known is not None and _all_hidden(known[1])),
            sticky=module.sticky,
            requested=module.requested,
            protected=self._is_protected(module),
            modulefile=module.modulefile,
            needs=self.catalog.needs(known[1], self._loaded_names())
            if known and not module.active
            else [],
        )


def _check_names(request: ChangeRequest) -> None:
    names = [*request.load, *request.unload]
    if not names:
        raise BadRequestError(trans.gettext("Nothing to load and nothing to unload was named."))
    if len(names) > MOST_NAMES:
        raise BadRequestError(
            trans.gettext("At most %1 modules can be changed at once."), str(MOST_NAMES)
        )
    for name in names:
        check_name(name)


KERNELS_MAY_FAIL = trans.gettext(
    "Kernels that start from now on may fail: %1 leads to another Python or to other libraries "
    "than theirs."
)
DEFAULT_IS_LOADED = trans.gettext("Every login shell loads the collection default from now on.")


def _ours(level: Literal["info", "warning", "error"], template: str, *arguments: str) -> Message:
    return Message(
        level=level,
        text=fill(template, arguments),
        template=template,
        arguments=list(arguments),
    )


def _messages(answer: Changed, risks: Sequence[str]) -> list[Message]:
    words = answer.words
    if not words and answer.messages:
        words = (Words(level="warning" if answer.warned else "info", text=answer.messages),)
    said = [Message(level=w.level, text=w.text, template="", arguments=[]) for w in words]
    return [*said, _ours("warning", KERNELS_MAY_FAIL, ", ".join(risks))] if risks else said


def _refuse_to_lose(lost: Sequence[LoadedModule], guarded: Collection[str] | None) -> None:
    """Raise ConflictError where `lost` has one of `guarded`; None means all."""
    names = [
        module.full_name
        for module in lost
        if guarded is None or {module.full_name, module.short_name} & set(guarded)
    ]
    if names:
        raise ConflictError(
            trans.gettext(
                "This session may need %1, which would be unloaded. Confirm that to do it all "
                "the same. Nothing was changed."
            ),
            ", ".join(names),
        )


def _checked_folder(folder: str) -> str:
    """Return an absolute folder as MODULEPATH can hold it, or raise BadRequestError."""
    if (
        not folder.startswith("/")
        or os.pathsep in folder
        or not folder.isprintable()
        or len(folder) > LONGEST_FOLDER
    ):
        raise BadRequestError(
            trans.gettext("“%1” cannot be an entry of MODULEPATH: give an absolute folder."),
            _shown(folder[:80]),
        )
    return os.path.normpath(folder)


def _together(answers: Sequence[Changed]) -> Changed:
    """Return one answer that does what several do, one after the other."""
    environment: dict[str, str | None] = {}
    for answer in answers:
        environment.update(answer.environment)
    return Changed(
        environment=environment,
        messages="\n".join(filter(None, (answer.messages for answer in answers))),
        words=tuple(words for answer in answers for words in answer.words),
        warned=any(answer.warned for answer in answers),
    )


def _collections(names: Iterable[str], messages: Sequence[Message] = ()) -> Collections:
    return Collections(
        collections=[
            models.Collection(name=_shown(name), default=name == DEFAULT_COLLECTION)
            for name in sorted(set(names))
        ],
        messages=list(messages),
    )


def _programs(launched: Iterable[Launched]) -> list[StaleProgram]:
    return [StaleProgram(name=about.name, revision=about.revision) for about in launched]


def _shown(text: str) -> str:
    """Return what JSON can hold; bytes that are not UTF-8 are shown as `?`."""
    return text.encode("utf-8", "replace").decode()


def _in_common(a: str, b: str) -> int:
    """Return with how many parts two versions begin alike."""
    pairs = zip(a.split("."), b.split("."), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _all_hidden(version: Version) -> bool:
    return all(file.hidden for file in version.files)


def _names(names: Iterable[str]) -> list[str]:
    """Return the names that a user may know; bytes that are not UTF-8 are shown as `?`."""
    return sorted(_shown(name) for name in names if not name.startswith(PRIVATE_PREFIXES))


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
