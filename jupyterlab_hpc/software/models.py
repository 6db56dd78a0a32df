"""What the software room says and hears over REST.

A *full name* is `gcc/13.2`, its *short name* `gcc`. A *way* is a chain of full
names that opens the module's folder when they are loaded in that order.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class SystemInfo:
    """The module system of the session.

    `reason` is empty where all is well; else `message` says what is missing and
    `cure` what to do. `index` tells whether everything reachable is known:
    "names" means only what can be loaded at once. `index_revision` grows when that
    changes. `categories` are those of the
    modulefiles, empty until all is known.
    """

    kind: Literal["lmod", "envmod", "none"]
    version: str
    command: str
    reason: str
    message: str
    cure: str
    detail: str
    revision: int
    index: Literal["building", "names", "complete", "failed"]
    index_revision: int
    modulefiles: int
    categories: list[str]


@dataclass(frozen=True, kw_only=True)
class LoadedModuleInfo:
    """A module of the session; `requested` is false where another module loaded it.

    `protected` is what the session itself may need: unloading it wants a confirmation.
    `needs` is what would make an inactive one active again.
    """

    full_name: str
    short_name: str
    version: str
    hidden: bool
    sticky: bool
    requested: bool
    protected: bool
    modulefile: str
    needs: list[str]


@dataclass(frozen=True, kw_only=True)
class LoadedModules:
    """The session's modules in load order, at a revision of its environment.

    `undoable` tells whether there is a change to undo.
    """

    revision: int
    modules: list[LoadedModuleInfo]
    inactive: list[LoadedModuleInfo]
    undoable: bool


@dataclass(frozen=True, kw_only=True)
class ChangeRequest:
    """Full names to unload, then to load; a short name means the default version.

    `confirmed` says that the user knows that protected modules are unloaded.
    """

    load: list[str] = field(default_factory=list)
    unload: list[str] = field(default_factory=list)
    preview: bool = False
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class SwitchRequest:
    """Which state to bring about: only sticky modules, the site's default, or the last one.

    "previous" is what was there before the last change, so that twice is as good as never.
    """

    to: Literal["purged", "default", "previous"]
    preview: bool = False
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Message:
    """What the module system said, word for word, in its own language.

    A sentence of ours has the `template` and the `arguments` that it is made of.
    """

    level: Literal["info", "warning", "error"]
    text: str
    template: str
    arguments: list[str]


@dataclass(frozen=True, kw_only=True)
class EnvironmentChange:
    """The names of the variables that were set and unset; never their values."""

    set: list[str]
    unset: list[str]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a change did, or would do where `preview` is true.

    Each list holds full names. A swap of versions is one `unloaded` and one
    `loaded`; `reloaded` is the same full name from another modulefile. `way` is
    what was loaded first to reach what was asked for; `kept` is what was to be
    unloaded and stays, because it is sticky or another module needs it;
    `protected` is what went away although the session may need it; `risks` are the
    variables that now lead where a new kernel may not start.
    """

    revision: int
    preview: bool
    way: list[str]
    kept: list[str]
    loaded: list[str]
    unloaded: list[str]
    reloaded: list[str]
    inactivated: list[str]
    activated: list[str]
    protected: list[str]
    risks: list[str]
    environment: EnvironmentChange
    kernels_changed: bool
    messages: list[Message]
    modules: list[LoadedModuleInfo]
    inactive: list[LoadedModuleInfo]
    undoable: bool


@dataclass(frozen=True, kw_only=True)
class ModulesQuery:
    """A search: words, and which page of the answer.

    `loadable` leaves out what is neither loaded nor loadable at once; a `category`
    leaves out all others, whatever its case.
    """

    query: str = ""
    limit: int = 50
    offset: int = 0
    hidden: bool = False
    loadable: bool = False
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class VersionInfo:
    """A full name; `ways` are all chains that lead to it, empty where it needs none.

    `needs` is what would be loaded first now: what the best way lacks. `deprecated`
    is what the site has something to say of when it is loaded.
    """

    full_name: str
    version: str
    default: bool
    hidden: bool
    loaded: bool
    loadable: bool
    deprecated: bool
    needs: list[str]
    ways: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class FoundModule:
    """A short name that matches; `matched` names the extensions where those did.

    Where these are few, with the versions that the module loaded by default has.
    """

    short_name: str
    summary: str
    category: str
    match: Literal["name", "extension", "summary"]
    matched: list[str]
    versions: list[VersionInfo]


@dataclass(frozen=True, kw_only=True)
class FoundModules:
    """A page of a search's answer; `complete` is false while only names are known.

    `index_revision` tells which reading of the module tree it was found in.
    """

    revision: int
    index_revision: int
    complete: bool
    total: int
    modules: list[FoundModule]


@dataclass(frozen=True, kw_only=True)
class ModuleQuery:
    """Which module to describe."""

    full_name: str


@dataclass(frozen=True, kw_only=True)
class Extension:
    """A package inside a module; `version` is empty where the module does not say it."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class ModuleDetails:
    """All that is known of a full name.

    `dependencies` and `conflicts` are as the modulefile names them; `deprecation`
    is the site's own sentence; `unsupported` are aliases and shell functions that the
    modulefile sets and no session gets.
    """

    full_name: str
    short_name: str
    version: str
    summary: str
    help: str
    whatis: list[str]
    extensions: list[Extension]
    category: str
    url: str
    family: str
    modulefile: str
    default: bool
    hidden: bool
    loaded: bool
    loadable: bool
    needs: list[str]
    ways: list[list[str]]
    versions: list[VersionInfo]
    dependencies: list[str]
    conflicts: list[str]
    deprecation: str
    unsupported: list[str]


@dataclass(frozen=True, kw_only=True)
class ModulefileText:
    """A modulefile as it is on disk; `truncated` where it is longer than what is told."""

    full_name: str
    path: str
    text: str
    truncated: bool


@dataclass(frozen=True, kw_only=True)
class ModulePath:
    """An entry of MODULEPATH; `own` is what the user, not the site or a module, put there."""

    folder: str
    exists: bool
    own: bool


@dataclass(frozen=True, kw_only=True)
class ModulePaths:
    """MODULEPATH, the foremost entry first, at a revision of the environment."""

    revision: int
    entries: list[ModulePath]


@dataclass(frozen=True, kw_only=True)
class ModulePathsRequest:
    """Absolute folders to take out of MODULEPATH, then to put in front of it."""

    use: list[str] = field(default_factory=list)
    unuse: list[str] = field(default_factory=list)
    preview: bool = False


@dataclass(frozen=True, kw_only=True)
class Collection:
    """A collection of modules; the `default` one is what every login shell loads."""

    name: str
    default: bool


@dataclass(frozen=True, kw_only=True)
class Collections:
    """The user's collections, by name; `messages` is what to know of the last step."""

    collections: list[Collection]
    messages: list[Message]


@dataclass(frozen=True, kw_only=True)
class CollectionQuery:
    """Which collection."""

    name: str


@dataclass(frozen=True, kw_only=True)
class CollectionDetails:
    """What a collection holds, as the user loaded it: a name may have no version."""

    name: str
    default: bool
    modules: list[str]


@dataclass(frozen=True, kw_only=True)
class SaveRequest:
    """Keep what is loaded under a name, if need be in the place of what was kept."""

    name: str
    overwrite: bool = False


@dataclass(frozen=True, kw_only=True)
class RenameRequest:
    """Give a collection a name that no other one has."""

    name: str
    new_name: str


@dataclass(frozen=True, kw_only=True)
class RestoreRequest:
    """Load a collection in the place of what is loaded."""

    name: str
    preview: bool = False


@dataclass(frozen=True, kw_only=True)
class ScriptQuery:
    """In which language the script is to be."""

    format: Literal["bash", "python"] = "bash"


@dataclass(frozen=True, kw_only=True)
class Script:
    """A text that loads what is loaded now."""

    format: Literal["bash", "python"]
    text: str


@dataclass(frozen=True, kw_only=True)
class StaleKernel:
    """A kernel that a restart would change; `path` is its notebook's, empty where it has none.

    `revision` is that of the environment which it started with.
    """

    id: str
    name: str
    path: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class StaleProgram:
    """A terminal or an application that would see other modules if it started now."""

    name: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class Stale:
    """What runs in another environment than the one of `revision`, which is the session's now."""

    revision: int
    kernels: list[StaleKernel]
    terminals: list[StaleProgram]
    applications: list[StaleProgram]


@dataclass(frozen=True, kw_only=True)
class TakenOverRequest:
    """Ids of kernels that have taken over the modules of a revision without a restart."""

    kernels: list[str]
    revision: int
