"""The one face of every environment module system. Knows none of them.

The vocabulary is Lmod's: a *full name* is `gcc/13.2`, its *short name* `gcc`.
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from traitlets import Float
from traitlets.config import LoggingConfigurable

from ..errors import BadRequestError
from ..sentences import trans

Environment = Mapping[str, str]
Kind = Literal["lmod", "envmod", "none"]

LONGEST_NAME = 512


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a module system says of itself.

    `reason` is empty where all is well; else a word for programs, with
    `message` and `cure` for people (whole sentences without arguments, so that
    the page can translate them) and the tool's own words in `detail`.
    """

    kind: Kind
    version: str = ""
    command: str = ""
    reason: str = ""
    message: str = ""
    cure: str = ""
    detail: str = ""


MODULES_MISSING = trans.gettext(
    "Ask the site's staff to set MODULEPATH in the session, or add a folder of modulefiles "
    "with the module use command before JupyterLab starts."
)


def with_modulepath(healthy: Probe, environment: Environment, *, empty: str) -> Probe:
    """Return a probe that also says where MODULEPATH names no folder; `empty` where no entry."""
    folders = modulepath_entries(environment)
    if any(Path(folder).is_dir() for folder in folders):
        return healthy
    return replace(
        healthy,
        reason="modulepath-missing" if folders else "modulepath-empty",
        message=trans.gettext("MODULEPATH names only folders that do not exist.")
        if folders
        else empty,
        cure=MODULES_MISSING,
        detail="\n".join(folders),
    )


@dataclass(frozen=True, kw_only=True)
class LoadedModule:
    """A module of the session as the environment itself tells it.

    `conflicts` are short or full names that it forbids beside itself, where the environment
    tells them.
    """

    full_name: str
    short_name: str
    modulefile: str
    active: bool
    hidden: bool = False
    sticky: bool = False
    requested: bool = True
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Modulefile:
    """One modulefile of the tree; there may be tens of thousands.

    `modulepath` is the MODULEPATH entry it stands under; `ways` are the chains
    of full names, each of which opens that entry; `rank` orders the versions of
    a short name as Lmod does, a marked default highest; `extensions` are
    `name/version`; `aliases` are other names that mean this one, such as `gcc/latest`.
    """

    full_name: str
    short_name: str
    path: str = ""
    modulepath: str = ""
    rank: str = ""
    hidden: bool = False
    description: str = ""
    category: str = ""
    url: str = ""
    family: str = ""
    help: str = ""
    whatis: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The part of the full name behind the short name; empty where there is none."""
        return self.full_name.removeprefix(self.short_name).lstrip("/")


_WHATIS_KEY = re.compile(
    r"\s*(description|category|url|homepage)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL
)
_OTHER_KEY = re.compile(
    r"\s*(?:name|version|keywords?|licen[cs]e|vendor|extensions|icon)\s*:", re.IGNORECASE
)


def read_whatis(lines: Iterable[str]) -> tuple[str, str, str]:
    """Return description, category and URL as the first line that has it says.

    Modulefiles in Tcl often have one line without a key: it describes.
    """
    said: dict[str, str] = {}
    plain: list[str] = []
    for line in lines:
        if match := _WHATIS_KEY.match(line):
            said.setdefault(match[1].lower(), match[2].strip())
        elif not _OTHER_KEY.match(line):
            plain.append(line.strip())
    return (
        said.get("description") or " ".join(plain),
        said.get("category", ""),
        said.get("url") or said.get("homepage", ""),
    )


class ModulefilesByName(Collection[Modulefile]):
    """Modulefiles that are made when they are looked at, one short name after the other.

    All at once they would take 100 MB of a server's memory at 30,000.
    """

    def __init__(
        self, make: Callable[[str], Sequence[Modulefile]], numbers: Mapping[str, int]
    ) -> None:
        """`numbers` tells how many modulefiles a short name has, `make` makes them."""
        self.of = make
        self._numbers = numbers

    @property
    def short_names(self) -> Collection[str]:
        """The short names that have a modulefile."""
        return self._numbers.keys()

    def __len__(self) -> int:
        return sum(self._numbers.values())

    def __iter__(self) -> Iterator[Modulefile]:
        return (file for short_name in self._numbers for file in self.of(short_name))

    def __contains__(self, file: object) -> bool:
        return isinstance(file, Modulefile) and file in self.of(file.short_name)


@dataclass(frozen=True, kw_only=True)
class Remarks:
    """What no list of modules tells: other modules as the modulefile names them.

    `families` are those of which one module at a time can be loaded;
    `deprecation` is what the site says of the module, empty where it says nothing;
    `unsupported` are the aliases and shell functions that it sets, which are no part of
    an environment.
    """

    dependencies: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    deprecation: str = ""
    unsupported: tuple[str, ...] = ()


Level = Literal["info", "warning", "error"]


@dataclass(frozen=True, kw_only=True)
class Words:
    """A message of the tool, word for word."""

    level: Level
    text: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """An answer that can be applied: variables to set (str) and to unset (None).

    `messages` is what the tool said to the user; `warned` is true where it
    called that a warning; `words` is the same, taken apart, where the tool's own
    marks allow that.
    """

    environment: Mapping[str, str | None] = field(default_factory=dict)
    messages: str = ""
    warned: bool = False
    words: tuple[Words, ...] = ()


def modulepath_entries(environment: Mapping[str, str | None]) -> list[str]:
    """Return the folders of MODULEPATH, in order, as the module systems write them.

    Empty entries name none. `/opt/modules/` is `/opt/modules`, and `~` the home.
    """
    return list(dict.fromkeys(written_entries(environment).values()))


def written_entries(environment: Mapping[str, str | None]) -> dict[str, str]:
    """Return the entries of MODULEPATH as they stand there, each with the folder it names."""
    home = environment.get("HOME") or "~"
    named = {}
    for entry in (environment.get("MODULEPATH") or "").split(":"):
        plain = re.sub(r"^~(?=/|$)", lambda _: home, entry.strip())
        if plain:
            named[entry] = re.sub(r"(?:/\.?(?=/|$))+", "", plain) or "/"
    return named


def check_name(name: str) -> None:
    """Raise BadRequestError for what can't name a module on any system.

    Names go to the tool as single arguments and never through a shell; this
    keeps out what the tool would take for an option or for a path.
    """
    if not name or len(name) > LONGEST_NAME:
        raise BadRequestError(
            trans.gettext("A module's name has between 1 and %1 characters."), str(LONGEST_NAME)
        )
    if (
        name.startswith(("-", "/", "~"))
        or ".." in name.split("/")
        or not name.isprintable()
        or name != name.strip()
    ):
        raise BadRequestError(trans.gettext("“%1” cannot be a module's name."), name[:80])


# Not as first character what hides a file or leads elsewhere, nowhere a separator
# of folders; a name that ends in ~ is a copy that the tool keeps.
COLLECTION_NAME = re.compile(r"[^./~\-][^/\0-\x1f]*(?<!~)")
LONGEST_COLLECTION_NAME = 100


def check_collection_name(name: str) -> None:
    """Raise BadRequestError for what can't name a collection.

    The name becomes a file's name, and Lmod writes `../../evil` where that leads.
    """
    if len(name) > LONGEST_COLLECTION_NAME:
        raise BadRequestError(
            trans.gettext("A collection's name has at most %1 characters."),
            str(LONGEST_COLLECTION_NAME),
        )
    if not COLLECTION_NAME.fullmatch(name) or not name.isprintable() or name != name.strip():
        raise BadRequestError(trans.gettext("“%1” cannot be a collection's name."), name)


class ModuleTool(LoggingConfigurable):
    """A module system: it answers from an environment and changes nothing itself."""

    timeout = Float(
        60.0, help="Seconds that one command of the module system may take to change modules."
    ).tag(config=True)
    spider_timeout = Float(
        600.0, help="Seconds that reading the whole module tree may take, in the background."
    ).tag(config=True)

    @abstractmethod
    async def probe(self, environment: Environment) -> Probe:
        """Return what is here and whether it works; never raises for what is not."""

    @abstractmethod
    def loaded(self, environment: Environment) -> list[LoadedModule]:
        """Return the modules of `environment` in load order, without a process."""

    @abstractmethod
    async def change(
        self, environment: Environment, *, load: Sequence[str], unload: Sequence[str]
    ) -> Changed:
        """Return what one command answers that unloads, then loads.

        Raises ToolRefusedError with the tool's words where nothing is to be applied.
        """

    async def has(self, environment: Environment, name: str) -> bool:
        """Return whether a load would find the name in MODULEPATH; true where that is not told.

        It must not read the whole tree: Lmod does, where a load finds nothing.
        """
        del environment, name
        return True

    @abstractmethod
    async def available(self, environment: Environment) -> list[Modulefile]:
        """Return what can be loaded at once, with little more than names: the quick answer."""

    @abstractmethod
    async def spider(self, environment: Environment) -> Collection[Modulefile]:
        """Return every modulefile that can be reached in any way: the slow answer."""

    def sources(self, modulepath_entry: str) -> Sequence[str]:
        """Return files that change when what `spider` told of a MODULEPATH entry does.

        Empty where only the folders themselves can tell.
        """
        del modulepath_entry
        return ()

    def deprecated(self, modulefile: Modulefile) -> bool:
        """Whether the site has something to say of a modulefile at a load; costs no process."""
        del modulefile
        return False

    @abstractmethod
    async def remarks(self, environment: Environment, modulefile: Modulefile) -> Remarks:
        """Return what a modulefile needs, what it does not get on with, and the site's word."""

    # Changes of more than named modules, each by one command, none applied here.

    @abstractmethod
    async def purge(self, environment: Environment) -> Changed:
        """Return what unloads everything but sticky modules."""

    @abstractmethod
    async def reset(self, environment: Environment) -> Changed:
        """Return what leads back to the site's default modules."""

    @abstractmethod
    async def use(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Return what puts absolute folders in front of MODULEPATH, the first one foremost."""

    @abstractmethod
    async def unuse(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Return what takes folders out of MODULEPATH."""

    async def base_modulepath(self, environment: Environment) -> list[str]:
        """Return MODULEPATH as it is without any loaded module."""
        after = {**environment, **(await self.purge(environment)).environment}
        return modulepath_entries(after)

    # Collections: what is loaded, kept under a name in the user's home.

    @abstractmethod
    async def collections(self, environment: Environment) -> list[str]:
        """Return the names of the user's collections, sorted."""

    @abstractmethod
    async def save_collection(self, environment: Environment, name: str) -> None:
        """Keep what is loaded under a name, over what was kept there."""

    @abstractmethod
    async def restore_collection(self, environment: Environment, name: str) -> Changed:
        """Return what loads a collection in the place of what is loaded."""

    @abstractmethod
    async def describe_collection(self, environment: Environment, name: str) -> list[str]:
        """Return the full names that a collection holds, in load order."""

    @abstractmethod
    async def rename_collection(self, environment: Environment, name: str, new_name: str) -> None:
        """Give a collection another name.

        Raises NotFoundError where there is none, ConflictError where the new name is
        taken: nothing is ever overwritten.
        """

    @abstractmethod
    async def delete_collection(self, environment: Environment, name: str) -> None:
        """Remove a collection; the tool may keep a copy under another name."""
