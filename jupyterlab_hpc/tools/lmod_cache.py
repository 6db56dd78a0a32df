"""What Lmod's spider caches hold, and what follows from it. Pure but for `newest_cache`.

The facts come as JSON lines from `lmod_cache.lua`, so that no long answer has to be
read in one piece: the server goes on answering meanwhile.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..memory import uncollected
from .lmod_text import is_hidden
from .modules import Modulefile, ModulefilesByName, read_whatis

SCRIPT = Path(__file__).with_suffix(".lua")
MOST_WAYS = 200  # ways to one folder; circles of modules could make any number


@dataclass(frozen=True, kw_only=True)
class CachePlace:
    """A folder with a cache, and the file that is touched when the modules change."""

    folder: str
    timestamp: str = ""


@dataclass(kw_only=True)
class Tree:
    """What caches know: modulefiles by short name, and what opens which MODULEPATH entry.

    `files` has the lines about each short name's modulefiles as they came, with the entry
    they stand in. `opens` maps an entry to the full names that open it, each with the
    entries it stands in. What is taken in first counts.
    """

    files: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    opens: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)

    def take(self, lines: Iterable[bytes]) -> None:
        """Add what `lmod_cache.lua dump` told; an entry that is known stays as it is.

        Raises ValueError or LookupError for what it can't have told.
        """
        with uncollected():
            known = frozenset(self.folders)
            shared: dict[str, str] = {}
            for line in lines:
                kind, *facts = json.loads(line.decode(errors="replace"))
                if kind == "file":
                    if facts[0] not in known:
                        folder = shared.setdefault(facts[0], facts[0])
                        self.files.setdefault(facts[1], []).append((folder, line))
                elif kind == "folder":
                    self.folders.add(facts[0])
                elif kind == "opens":
                    folder, full_name, opened_from = facts
                    self.opens.setdefault(folder, {}).setdefault(full_name, set()).add(opened_from)
                elif kind == "hidden":
                    self.hidden.add(facts[0])
                else:
                    self.aliases.setdefault(facts[0], facts[1])

    def modulefiles(self, modulepath: Sequence[str]) -> ModulefilesByName:
        """Return what can be reached from a MODULEPATH, with the ways to it."""
        reached = _reached(modulepath, self.opens, self.folders)
        meant: dict[str, list[str]] = defaultdict(list)
        for alias in self.aliases:
            if name := self._meaning(alias):
                meant[name].append(alias)
        ways = {folder: _ways(folder, self.opens, reached) for folder in self.folders & reached}

        def make(short_name: str) -> list[Modulefile]:
            return [
                self._modulefile(json.loads(line.decode(errors="replace"))[1:], ways, meant)
                for folder, line in self.files[short_name]
                if folder in ways
            ]

        numbers = {
            short_name: sum(folder in ways for folder, _ in lines)
            for short_name, lines in self.files.items()
        }
        return ModulefilesByName(make, {name: n for name, n in numbers.items() if n})

    def _meaning(self, alias: str) -> str:
        """Follow an alias that may mean another one."""
        name = alias
        for _ in range(10):
            name = self.aliases.get(name, "")
            if name not in self.aliases:
                break
        return name

    def _modulefile(
        self,
        facts: Sequence[Any],
        ways: Mapping[str, tuple[tuple[str, ...], ...]],
        meant: Mapping[str, Sequence[str]],
    ) -> Modulefile:
        folder, short, full, path, rank, *told, family, text, whatis, extensions = facts
        description, category, url = (
            word or read for word, read in zip(told, read_whatis(whatis), strict=True)
        )
        return Modulefile(
            full_name=full,
            short_name=short,
            path=path,
            modulepath=folder,
            rank=rank,
            hidden=full in self.hidden or path in self.hidden or is_hidden(full),
            description=description,
            category=category,
            url=url,
            family=family,
            help=text,
            whatis=tuple(whatis),
            extensions=tuple(extensions),
            ways=ways[folder],
            aliases=tuple(meant.get(full, ())),
        )


def _reached(
    modulepath: Collection[str],
    opens: dict[str, dict[str, set[str]]],
    folders: Collection[str],
) -> set[str]:
    """Return the entries that a session can come to, as Lmod's spider keeps them."""
    reached = set(modulepath)
    while True:
        more = {
            folder
            for folder in folders
            if folder not in reached
            and any(reached & entries for entries in opens.get(folder, {}).values())
        }
        if not more:
            return reached
        reached |= more


def _ways(
    folder: str, opens: dict[str, dict[str, set[str]]], reached: Collection[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the chains of full names that open an entry, as Lmod's spider tells them."""

    def chains(entry: str, behind: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        openers = opens.get(entry)
        if not openers:
            yield behind
            return
        for full_name, entries in openers.items():
            if full_name not in behind:
                for opened_from in entries:
                    if not behind or opened_from in reached:
                        yield from chains(opened_from, (full_name, *behind))
                    else:
                        yield from chains(opened_from, behind)

    if not opens.get(folder):
        return ()
    found: dict[tuple[str, ...], None] = {}
    for chain in chains(folder, ()):
        found[chain] = None
        if len(found) >= MOST_WAYS:
            break
    return tuple(sorted(found))


def newest_cache(place: CachePlace, lua_version: str) -> tuple[str, str]:
    """Return the cache file that Lmod would read at a place, and why it can't be used.

    A timestamp that is newer than the cache means that the modules changed since.
    """
    folder = Path(place.folder)
    for name in (
        f"spiderT.luac_{lua_version}",
        f"spiderT.old.luac_{lua_version}",
        "spiderT.lua",
        "spiderT.old.lua",
    ):
        try:
            cache = (folder / name).stat()
        except OSError:
            continue
        if not cache.st_size:
            continue
        try:
            changed = Path(place.timestamp).stat().st_mtime if place.timestamp else 0.0
        except OSError:
            changed = 0.0
        if cache.st_mtime < changed:
            return "", f"{folder / name} is older than {place.timestamp}"
        return str(folder / name), ""
    return "", f"{folder} holds no cache file"
