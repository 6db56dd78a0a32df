"""Everything that can be loaded, and how to find it. Knows no process and no HTTP."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..tools.modules import Modulefile

Match = Literal["name", "extension", "summary"]

_WORD = re.compile(r"[^\W_]+")

# The order of an answer: how well the name fits comes before what is inside it.
_EXACT, _PREFIX, _WORD_START, _INSIDE, _EXTENSION, _EXTENSION_PART, _SUMMARY = range(7)


@dataclass(frozen=True, kw_only=True)
class Version:
    """A full name with the modulefiles that bear it, one for each folder it stands in."""

    full_name: str
    files: tuple[Modulefile, ...]

    @property
    def first(self) -> Modulefile:
        """Any of the modulefiles: they share name, version and short name."""
        return self.files[0]

    @property
    def ways(self) -> list[list[str]]:
        """The chains that lead to any of the modulefiles, shortest first."""
        ways = {way for file in self.files for way in file.ways}
        return [list(way) for way in sorted(ways, key=lambda way: (len(way), way))]

    @property
    def rank(self) -> str:
        """Where the version stands in Lmod's order."""
        return max(file.rank for file in self.files)

    def file_in(self, modulepath: Sequence[str]) -> Modulefile | None:
        """Return the modulefile that is loaded under this MODULEPATH, if any."""
        places = {file.modulepath: file for file in self.files}
        return next((places[entry] for entry in modulepath if entry in places), None)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A short name with its versions, newest first, and what a search looks at."""

    short_name: str
    folded: str
    versions: tuple[Version, ...]
    words: frozenset[str]
    extensions: dict[str, str]  # folded name: name

    def about(self, modulepath: Sequence[str] = ()) -> Modulefile:
        """Return the modulefile that speaks for the package: the default, where it is known."""
        default = self.default(modulepath)
        return (default or self.versions[0]).first

    def default(self, modulepath: Sequence[str]) -> Version | None:
        """Return what the short name alone loads: of what is loadable, else of all.

        Lmod ranks a marked default above any number.
        """
        visible = [v for v in self.versions if not all(file.hidden for file in v.files)]
        near = [v for v in visible if v.file_in(modulepath)] or visible
        return max(near, key=lambda v: v.rank, default=None)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A package that fits a query: why, and which versions and extensions did."""

    package: Package
    match: Match
    matched: tuple[str, ...]
    versions: tuple[Version, ...]


class ModuleIndex:
    """The modulefiles of a tree by package; immutable, so that a search needs no lock."""

    def __init__(self, files: Iterable[Modulefile] = (), *, complete: bool = False) -> None:
        self.complete = complete
        self.size = 0
        by_name: dict[str, dict[str, list[Modulefile]]] = defaultdict(lambda: defaultdict(list))
        for file in files:
            by_name[file.short_name][file.full_name].append(file)
            self.size += 1
        packages = [_package(name, versions) for name, versions in by_name.items()]
        self._packages = sorted(packages, key=lambda package: (package.folded, package.short_name))
        self._versions = {v.full_name: (p, v) for p in self._packages for v in p.versions}
        self._by_name = {p.short_name: p for p in self._packages}

    @property
    def modulepaths(self) -> Collection[str]:
        """The MODULEPATH entries that hold a modulefile of the index."""
        return {file.modulepath for _, v in self._versions.values() for file in v.files}

    def find(self, full_name: str) -> tuple[Package, Version] | None:
        """Return the package and version of a full name."""
        return self._versions.get(full_name)

    def package(self, short_name: str) -> Package | None:
        """Return the package of a short name."""
        return self._by_name.get(short_name)

    def search(self, query: str, *, hidden: bool = False) -> list[Hit]:
        """Return what fits every word of `query`, best first; all of it where there is none.

        A word with a slash, or a second word that starts with a digit, names
        versions. Hidden modules count only where `hidden` is true.
        """
        name_words, version_words = _split(query)
        hits: list[tuple[int, int, str, Hit]] = []
        for package in self._packages:
            versions = tuple(
                version
                for version in package.versions
                if (hidden or not all(file.hidden for file in version.files))
                and all(word in version.full_name.casefold() for word in version_words)
            )
            if not versions:
                continue
            fit = _fit(package, name_words)
            if fit is not None:
                score, match, matched = fit
                order = (score, len(package.folded) if name_words else 0, package.folded)
                hit = Hit(package=package, match=match, matched=matched, versions=versions)
                hits.append((*order, hit))
        hits.sort(key=lambda row: row[:3])
        return [hit for *_, hit in hits]


def _package(short_name: str, named: dict[str, list[Modulefile]]) -> Package:
    versions = [Version(full_name=name, files=tuple(files)) for name, files in named.items()]
    versions.sort(key=lambda version: version.rank.replace("^", "0"), reverse=True)
    files = [file for version in versions for file in version.files]
    text = {file.description for file in files} | {file.category for file in files}
    for file in files:
        text.update(line.partition(":")[2] for line in file.whatis if _is_keywords(line))
    extensions = {name.partition("/")[0] for file in files for name in file.extensions}
    return Package(
        short_name=short_name,
        folded=short_name.casefold(),
        versions=tuple(versions),
        words=frozenset(word for line in text for word in _WORD.findall(line.casefold())),
        extensions={name.casefold(): name for name in sorted(extensions)},
    )


def _is_keywords(whatis: str) -> bool:
    return whatis.lstrip().casefold().startswith("keyword")


def _split(query: str) -> tuple[list[str], list[str]]:
    names: list[str] = []
    versions: list[str] = []
    for word in query.casefold().split():
        if "/" in word.strip("/"):
            versions.append(word)
            names.append(word.rpartition("/")[0])
        elif names and word[0].isdigit():
            versions.append(word)
        else:
            names.append(word.strip("/"))
    return [name for name in names if name], versions


def _fit(package: Package, words: Sequence[str]) -> tuple[int, Match, tuple[str, ...]] | None:
    """Return how well a package fits all words: the worst word counts."""
    worst = _EXACT
    matched: dict[str, None] = {}
    for word in words:
        score = _fit_word(package, word, matched)
        if score is None:
            return None
        worst = max(worst, score)
    if worst >= _SUMMARY:
        return worst, "summary", ()
    if worst >= _EXTENSION:
        return worst, "extension", tuple(matched)
    return worst, "name", ()


def _fit_word(package: Package, word: str, matched: dict[str, None]) -> int | None:
    """Return how well a package fits one word; extensions that do are added to `matched`."""
    position = package.folded.find(word)
    if position >= 0:
        return _fit_name(package.folded, word, position)
    if word in package.extensions:
        matched[package.extensions[word]] = None
        return _EXTENSION
    inside = [name for folded, name in package.extensions.items() if word in folded]
    if inside and len(word) > 1:
        matched.update(dict.fromkeys(inside))
        return _EXTENSION_PART
    return _SUMMARY if any(known.startswith(word) for known in package.words) else None


def _fit_name(name: str, word: str, position: int) -> int:
    if name == word:
        return _EXACT
    if position == 0:
        return _PREFIX
    return _INSIDE if name[position - 1].isalnum() else _WORD_START
