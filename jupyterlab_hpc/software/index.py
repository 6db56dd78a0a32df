"""Everything that can be loaded, and how to find it. Knows no process and no HTTP.

Made for 30,000 modulefiles: a search looks at short names (a fourth as many) in one
long string, and a package is looked at only when it stands on the page asked for.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, overload

from ..tools.modules import Modulefile
from .terms import Terms, Tokens

Match = Literal["name", "extension", "summary"]

_WORD = re.compile(r"[^\W_]+")

# The order of an answer: how well the name fits comes before what is inside it.
_EXACT, _PREFIX, _WORD_START, _INSIDE, _EXTENSION, _EXTENSION_PART, _SUMMARY = range(7)

# A hit is sorted as one number: score, length of the name, place in the alphabet.
_SCORE, _LENGTH = 48, 32
_PLACE = (1 << _LENGTH) - 1

SHORTEST_TYPO = 4  # letters; a shorter word is one edit away from too much
REMEMBERED = 64  # searches: the pages of an answer, and a letter taken back


class Version:
    """A full name with the modulefiles that bear it, one for each folder it stands in."""

    __slots__ = ("_ways", "files", "full_name", "hidden", "rank")

    def __init__(self, *, full_name: str, files: Sequence[Modulefile]) -> None:
        self.full_name = full_name
        self.files = tuple(files)
        self.rank = max(file.rank for file in files)
        """Where the version stands in Lmod's order."""
        self.hidden = all(file.hidden for file in files)
        self._ways: tuple[tuple[str, ...], ...] | None = None

    @property
    def first(self) -> Modulefile:
        """Any of the modulefiles: they share name, version and short name."""
        return self.files[0]

    @property
    def ways(self) -> list[list[str]]:
        """The chains that lead to any of the modulefiles, shortest first."""
        if self._ways is None:
            ways = {way for file in self.files for way in file.ways}
            self._ways = tuple(sorted(ways, key=lambda way: (len(way), way)))
        return [list(way) for way in self._ways]

    def file_in(self, modulepath: Sequence[str]) -> Modulefile | None:
        """Return the modulefile that is loaded under this MODULEPATH, if any."""
        if len(self.files) == 1:
            return self.first if self.first.modulepath in modulepath else None
        places = {file.modulepath: file for file in self.files}
        return next((places[entry] for entry in modulepath if entry in places), None)


class Package:
    """A short name with its versions, newest first, and the extensions inside them."""

    __slots__ = ("_default", "_extensions", "folded", "short_name", "versions")

    def __init__(self, short_name: str, files: Iterable[Modulefile]) -> None:
        named: dict[str, list[Modulefile]] = defaultdict(list)
        for file in files:
            named[file.full_name].append(file)
        versions = [Version(full_name=name, files=found) for name, found in named.items()]
        versions.sort(key=lambda version: version.rank.replace("^", ""), reverse=True)
        self.short_name = short_name
        self.folded = short_name.casefold()
        self.versions = tuple(versions)
        self._extensions: dict[str, str] | None = None
        self._default: tuple[tuple[str, ...], Version | None] | None = None

    @property
    def files(self) -> Iterator[Modulefile]:
        """The modulefiles of all versions."""
        return (file for version in self.versions for file in version.files)

    @property
    def extensions(self) -> dict[str, str]:
        """The names of the extensions without their versions, by their folded form."""
        if self._extensions is None:
            names = {name.partition("/")[0] for file in self.files for name in file.extensions}
            self._extensions = {name.casefold(): name for name in sorted(names)}
        return self._extensions

    def about(self, modulepath: Sequence[str] = ()) -> Modulefile:
        """Return the modulefile that speaks for the package: the default, where it is known."""
        default = self.default(modulepath)
        return (default or self.versions[0]).first

    def default(self, modulepath: Sequence[str]) -> Version | None:
        """Return what the short name alone loads: of what is loadable, else of all.

        Lmod ranks a marked default above any number.
        """
        where = tuple(modulepath)
        if self._default is None or self._default[0] != where:
            visible = [version for version in self.versions if not version.hidden]
            near = [version for version in visible if version.file_in(where)] or visible
            self._default = where, max(near, key=lambda version: version.rank, default=None)
        return self._default[1]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A package that fits a query: why, and which versions and extensions did."""

    package: Package
    match: Match
    matched: tuple[str, ...]
    versions: tuple[Version, ...]


class Hits(Sequence[Hit]):
    """The answer to a search, best first; a hit is made when it is looked at."""

    def __init__(self, order: Sequence[int], make: Callable[[int], Hit]) -> None:
        self._order = order
        self._make = make

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self._make(key) for key in self._order[place]]
        return self._make(self._order[place])


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """What a search looks at, apart from the packages: each term with its packages' places.

    `versions` are the full names of each package, `hidden` those that are hidden.
    """

    short_names: list[str]
    versions: list[list[str]]
    hidden: list[str]
    aliases: dict[str, str]
    extensions: dict[str, list[int]]
    words: dict[str, list[int]]
    modulepaths: list[str]
    size: int


class ModuleIndex:
    """The modulefiles of a tree by package; what it answers never changes."""

    def __init__(self, files: Iterable[Modulefile] = (), *, complete: bool = False) -> None:
        named: dict[str, list[Modulefile]] = defaultdict(list)
        for file in files:
            named[file.short_name].append(file)
        made = [Package(name, found) for name, found in named.items()]
        made.sort(key=lambda package: (package.folded, package.short_name))
        self._take(columns_of(made), made.__getitem__, complete=complete)

    @classmethod
    def of(cls, columns: Columns, package: Callable[[int], Package]) -> "ModuleIndex":
        """Return a complete index from what another one knew; packages are asked for late."""
        index = cls.__new__(cls)
        index._take(columns, package, complete=True)
        return index

    def _take(self, columns: Columns, package: Callable[[int], Package], *, complete: bool) -> None:
        self.complete = complete
        self.size = columns.size
        self.columns = columns
        self.at = package
        folded = [name.casefold() for name in columns.short_names]
        names: dict[str, list[int]] = {}
        for place, name in enumerate(folded):
            names.setdefault(name, []).append(place)
        self._names = Terms(names)
        self._extensions = Terms(columns.extensions)
        self._words = Terms(columns.words)
        self._tokens: Tokens | None = None
        self._order = [len(name) << _LENGTH | place for place, name in enumerate(folded)]
        self._by_name = {name: place for place, name in enumerate(columns.short_names)}
        self._by_full_name = {
            full_name: place
            for place, full_names in enumerate(columns.versions)
            for full_name in full_names
        }
        hidden = self._hidden = frozenset(columns.hidden)
        self._hidden_packages = frozenset(
            place for place, names in enumerate(columns.versions) if hidden.issuperset(names)
        )
        self._remembered: dict[tuple[str, bool], Hits] = {}

    @property
    def modulepaths(self) -> Collection[str]:
        """The MODULEPATH entries that hold a modulefile of the index."""
        return self.columns.modulepaths

    def find(self, full_name: str) -> tuple[Package, Version] | None:
        """Return the package and version of a full name, or of a name that means one."""
        full_name = self.columns.aliases.get(full_name, full_name)
        place = self._by_full_name.get(full_name)
        if place is None:
            return None
        package = self.at(place)
        return package, next(v for v in package.versions if v.full_name == full_name)

    def package(self, short_name: str) -> Package | None:
        """Return the package of a short name."""
        place = self._by_name.get(short_name)
        return None if place is None else self.at(place)

    def near(self, name: str, most: int = 5) -> list[str]:
        """Return short names that `name` may have been meant to be."""
        word = name.rpartition("/")[0] or name
        return [hit.package.short_name for hit in self.search(word)[:most]]

    def search(self, query: str, *, hidden: bool = False) -> Sequence[Hit]:
        """Return what fits every word of `query`, best first; all of it where there is none.

        A word with a slash, or a second word that starts with a digit, names
        versions. Hidden modules count only where `hidden` is true. Where nothing
        fits, one typing error in a word is forgiven.
        """
        key = (" ".join(query.casefold().split()), hidden)
        hits = self._remembered.get(key)
        if hits is None:
            hits = self._search(*key)
            while len(self._remembered) >= REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[key] = hits
        return hits

    def _search(self, query: str, hidden: bool) -> Hits:
        names, versions = _split(query)
        if not names:
            everything = range(len(self._order))
            return self._hits(dict.fromkeys(everything, 0), [], versions, hidden)
        hits = self._hits(self._fit(names), [[name] for name in names], versions, hidden)
        if not hits and versions and not any("/" in word for word in versions):
            names, versions = [*names, *versions], []  # a name such as `blast 2go`
            hits = self._hits(self._fit(names), [[name] for name in names], versions, hidden)
        if not hits:
            meant = [self._meant(name) for name in names]
            fits = [_best(map(self._fit_word, words)) for words in meant]
            hits = self._hits(_worst(fits), meant, versions, hidden)
        return hits

    def _hits(
        self,
        scores: dict[int, int],
        words: Sequence[Sequence[str]],
        versions: Sequence[str],
        hidden: bool,
    ) -> Hits:
        """Return the packages with a score that have a version to show, sorted."""
        if not hidden:
            scores = {p: score for p, score in scores.items() if p not in self._hidden_packages}
        if versions:
            scores = {p: s for p, s in scores.items() if self._shown(p, versions, hidden)}
        if words:
            order = self._order
            sorted_ = sorted([score << _SCORE | order[p] for p, score in scores.items()])
        else:
            sorted_ = sorted(scores)

        def make(key: int) -> Hit:
            package = self.at(key & _PLACE)
            if hidden and not versions:
                shown = package.versions
            else:
                names = self._shown(key & _PLACE, versions, hidden)
                shown = tuple(v for v in package.versions if v.full_name in names)
            score = key >> _SCORE
            matched = _matched(package, words) if score in {_EXTENSION, _EXTENSION_PART} else ()
            return Hit(package=package, match=_match(score), matched=matched, versions=shown)

        return Hits(sorted_, make)

    def _shown(self, place: int, words: Sequence[str], hidden: bool) -> list[str]:
        """Return the full names of a package that are to be shown and fit the words."""
        return [
            name
            for name in self.columns.versions[place]
            if (hidden or name not in self._hidden)
            and all(word in name.casefold() for word in words)
        ]

    def _fit(self, words: Sequence[str]) -> dict[int, int]:
        """Return how well packages fit all words."""
        return _worst([self._fit_word(word) for word in words])

    def _fit_word(self, word: str) -> dict[int, int]:
        """Return how well packages fit one word: what fits better is written over the rest.

        One letter is the beginning of a name: inside names it would find most of them.
        """
        found: dict[int, int] = {}
        if len(word) > 1:
            for places in self._words.beginning(word):
                found.update(dict.fromkeys(places, _SUMMARY))
            for _, _, places in self._extensions.inside(word):
                found.update(dict.fromkeys(places, _EXTENSION_PART))
            found.update(dict.fromkeys(self._extensions.exact(word), _EXTENSION))
            for name, at, places in self._names.inside(word):
                found.update(dict.fromkeys(places, _fit_name(name, word, at)))
        else:
            for places in self._names.beginning(word):
                found.update(dict.fromkeys(places, _PREFIX))
            found.update(dict.fromkeys(self._names.exact(word), _EXACT))
        return found

    def _meant(self, word: str) -> list[str]:
        """Return what a word that fits nothing may have been meant to be."""
        if len(word) < SHORTEST_TYPO or self._fit_word(word):
            return [word]
        if self._tokens is None:
            self._tokens = Tokens(
                token
                for terms in (self._names.terms, self._extensions.terms)
                for term in terms
                for token in (term, *_WORD.findall(term))
            )
        return self._tokens.near(word) or [word]


def columns_of(packages: Sequence[Package]) -> Columns:
    """Return what a search looks at."""
    extensions: dict[str, list[int]] = defaultdict(list)
    words: dict[str, list[int]] = defaultdict(list)
    aliases: dict[str, str] = {}
    size = 0
    for place, package in enumerate(packages):
        for extension in package.extensions:
            extensions[extension].append(place)
        text: set[str] = set()
        for file in package.files:
            size += 1
            text.update((file.description, file.category))
            text.update(line.partition(":")[2] for line in file.whatis if _is_keywords(line))
            for alias in file.aliases:
                aliases[alias] = file.full_name
        for word in {word for line in text for word in _WORD.findall(line.casefold())}:
            words[word].append(place)
    return Columns(
        short_names=[package.short_name for package in packages],
        versions=[[v.full_name for v in package.versions] for package in packages],
        hidden=[v.full_name for package in packages for v in package.versions if v.hidden],
        aliases=aliases,
        extensions=dict(extensions),
        words=dict(words),
        modulepaths=sorted({f.modulepath for package in packages for f in package.files}),
        size=size,
    )


def _is_keywords(whatis: str) -> bool:
    return whatis.lstrip().casefold().startswith("keyword")


def _split(query: str) -> tuple[list[str], list[str]]:
    names: list[str] = []
    versions: list[str] = []
    for word in query.split():
        if "/" in word.strip("/"):
            versions.append(word)
            names.append(word.rpartition("/")[0])
        elif names and word[0].isdigit():
            versions.append(word)
        else:
            names.append(word.strip("/"))
    return [name for name in names if name], versions


def _worst(fits: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """Return the packages that every word fits, each with what its worst word makes of it."""
    few, *others = sorted(fits, key=len)
    return {
        place: max(score, *(fit[place] for fit in others)) if others else score
        for place, score in few.items()
        if all(place in fit for fit in others)
    }


def _best(fits: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Return the packages that any word fits, each with what its best word makes of it."""
    found: dict[int, int] = {}
    for fit in fits:
        for place, score in fit.items():
            found[place] = min(score, found.get(place, score))
    return found


def _match(score: int) -> Match:
    return "summary" if score >= _SUMMARY else "extension" if score >= _EXTENSION else "name"


def _matched(package: Package, words: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the extensions that the words fit which the name does not; exact ones alone."""
    matched: dict[str, None] = {}
    for word in (word for alternatives in words for word in alternatives):
        if word in package.folded:
            continue
        if exact := package.extensions.get(word):
            matched[exact] = None
        else:
            inside = (name for folded, name in package.extensions.items() if word in folded)
            matched.update(dict.fromkeys(inside))
    return tuple(matched)


def _fit_name(name: str, word: str, position: int) -> int:
    if name == word:
        return _EXACT
    if position == 0:
        return _PREFIX
    return _INSIDE if name[position - 1].isalnum() else _WORD_START
