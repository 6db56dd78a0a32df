"""The software room's answers. Knows a module system; knows no HTTP."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from traitlets.config import LoggingConfigurable

from ..errors import BadRequestError, NotFoundError, ToolRefusedError
from ..sentences import trans
from ..tools.modules import Changed, LoadedModule, ModuleTool, check_name
from .catalog import IndexState, ModuleCatalog
from .environment import SessionEnvironment
from .index import Hit, Package, Version
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

LONGEST_QUERY = 200
MOST_RESULTS = 500
MOST_NAMES = 100

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
        self.catalog = ModuleCatalog(
            parent=self, tool=tool, environment=environment, on_state=self._tell
        )
        self._on_notice = on_notice
        self._on_environment = on_environment

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
            modulefiles=self.catalog.index.size,
        )

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
        _check_names(request)
        async with self.environment.lock:
            before = self.tool.loaded(self.environment.values)
            gone = set(request.unload)
            known = {name for m in before for name in (m.full_name, m.short_name)}
            for name in request.unload:
                if name not in known:
                    raise NotFoundError(trans.gettext("%1 is not loaded."), name)
            left = [m.full_name for m in before if not {m.full_name, m.short_name} & gone]
            way = self.catalog.way_to(request.load, left)
            answer = await self._ask_for(request, way)
            change = self._take(answer, before, preview=request.preview, way=way, gone=gone)
        if not request.preview:
            self.log.info("Modules changed: load %s, unload %s", request.load, request.unload)
        return change

    async def _ask_for(self, request: ChangeRequest, way: Sequence[str]) -> Changed:
        """Ask the module system; a name that nothing bears is told as that."""
        try:
            return await self.tool.change(
                self.environment.values, load=[*way, *request.load], unload=request.unload
            )
        except ToolRefusedError as error:
            for name in request.load:
                if not self.catalog.knows(name):
                    raise NotFoundError(
                        trans.gettext("No module is named %1. Nothing was changed."),
                        name,
                        detail=error.detail,
                    ) from error
            raise

    def _take(
        self,
        answer: Changed,
        before: Sequence[LoadedModule],
        *,
        preview: bool,
        way: Sequence[str] = (),
        gone: Collection[str] = (),
    ) -> Change:
        """Make an answer the session's state, unless it is a preview, and tell what it does.

        The caller holds the environment's lock since before it asked. `gone` are
        the names that were to be unloaded.
        """
        after = self.tool.loaded(self.environment.after(answer.environment))
        kernels_changed = False
        if answer.environment and not preview:
            self.environment.apply(answer.environment)
            kernels_changed = self._on_environment()
            self._tell(kernels_changed=kernels_changed)
            self.catalog.environment_changed()
        return Change(
            revision=self.environment.revision,
            preview=preview,
            way=list(way),
            kept=[m.full_name for m in after if m.full_name in gone or m.short_name in gone],
            **_difference(before, after),
            environment=EnvironmentChange(
                set=_names(k for k, v in answer.environment.items() if v is not None),
                unset=_names(k for k, v in answer.environment.items() if v is None),
            ),
            kernels_changed=kernels_changed,
            messages=_messages(answer),
            modules=[self._loaded_info(module) for module in after if module.active],
            inactive=[self._loaded_info(module) for module in after if not module.active],
        )

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
        hits = index.search(query.query, hidden=query.hidden)
        loaded = self._loaded_names()
        modulepath = self.catalog.modulepath()
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
        await self.catalog.ready()
        modulepath = self.catalog.modulepath()
        package, version = self.catalog.find(full_name)
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

    def _tell(self, *, kernels_changed: bool = False) -> None:
        self._on_notice(
            Notice(
                revision=self.environment.revision,
                index=self.catalog.state,
                kernels_changed=kernels_changed,
            )
        )

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
            modulefile=module.modulefile,
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


def _messages(answer: Changed) -> list[Message]:
    if not answer.messages:
        return []
    return [Message(level="warning" if answer.warned else "info", text=answer.messages)]


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
