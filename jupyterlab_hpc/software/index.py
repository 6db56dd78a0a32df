"""Everything that can be loaded, and how to find it. Knows no process and no HTTP.

Made for 30,000 modulefiles: a search looks at short names (a fourth as many) in one
long string, and a package is made from its row only when it is looked at. As objects
they would be more than the garbage collector can go through in 50 ms.
"""

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal, overload

from ..memory import uncollected
from ..tools.modules import Modulefile, ModulefilesByName
from .terms import Terms, Tokens

Match = Literal["name", "extension", "summary"]

_WORD = re.compile(r"[^\W_]+")

# The order of an answer: how well the name fits comes before what is inside it.
_EXACT, _PREFIX, _WORD_START, _INSIDE, _EXTENSION, _EXTENSION_PART, _SUMMARY = range(7)

_TIERS = _SUMMARY + 1

# A package is sorted as one number: length of the name, place in the alphabet.
_LENGTH = 32
_PLACE = (1 << _LENGTH) - 1

SHORTEST_TYPO = 4  # letters; a shorter word is one edit away from too much
REMEMBERED = 64  # searches: the pages of an answer, and a letter taken back
KEPT = 2000  # packages that were looked at, as objects
KEPT_LIMITS = 4  # what answers are limited to: it is the same until the session changes
MOST_CATEGORIES = 200

# What of a modulefile a list shows; the rest of it is read where one is described.
BRIEF = (
    "full_name", "path", "modulepath", "rank", "hidden", "description", "category", "family",
    "ways", "aliases",
)  # fmt: skip
LONG = ("url", "help", "whatis", "extensions")


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

    def __init__(
        self,
        short_name: str,
        files: Iterable[Modulefile],
        extensions: Iterable[str] | None = None,
    ) -> None:
        """`extensions` are names without versions; where None, the modulefiles tell them."""
        named: dict[str, list[Modulefile]] = defaultdict(list)
        for file in files:
            named[file.full_name].append(file)
        versions = [Version(full_name=name, files=found) for name, found in named.items()]
        versions.sort(key=lambda version: version.rank.replace("^", "0"), reverse=True)
        self.short_name = short_name
        self.folded = short_name.casefold()
        self.versions = tuple(versions)
        self._extensions = (
            None if extensions is None else {name.casefold(): name for name in extensions}
        )
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
    """A package that fits a query: why, and which versions and extensions did.

    The modulefiles of its package know no help, whatis, URL and extensions:
    `ModuleIndex.find` and `package` tell those.
    """

    package: Package
    match: Match
    matched: tuple[str, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True, kw_only=True)
class Only:
    """What an answer is limited to.

    A `category` in any case, empty for all; what can be loaded from a `modulepath`
    or is among `loaded`, None for everything.
    """

    category: str = ""
    modulepath: tuple[str, ...] | None = None
    loaded: frozenset[str] = frozenset()


EVERYTHING = Only()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sought:
    """Which versions count: those of these words, those of these names; None means any.

    `places` are the packages that can have one.
    """

    words: Sequence[str]
    hidden: bool
    names: AbstractSet[str] | None
    places: AbstractSet[int] | None


Tiers = list[set[int]]  # places of packages by score, each in one of the sets


class Hits(Sequence[Hit]):
    """The answer to a search, best first: sorted and made only as far as it is looked at."""

    def __init__(
        self,
        tiers: Sequence[Collection[int]],
        order: Sequence[int],
        make: Callable[[int, int], Hit],
    ) -> None:
        self._tiers = tiers
        self._order = order
        self._make = make
        self._sorted: list[tuple[int, int]] = []  # score and place
        self._sorted_tiers = 0
        self._length = sum(map(len, tiers))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            wanted = range(self._length)[place]
            self._sort(max(wanted, default=-1) + 1)
            return [self._make(*self._sorted[i]) for i in wanted]
        i = range(self._length)[place]
        self._sort(i + 1)
        return self._make(*self._sorted[i])

    def _sort(self, count: int) -> None:
        while len(self._sorted) < count:
            score, order = self._sorted_tiers, self._order
            keys = sorted([order[place] for place in self._tiers[score]])
            self._sorted += [(score, key & _PLACE) for key in keys]
            self._sorted_tiers += 1


@dataclass(kw_only=True, slots=True)
class Columns:
    """What a search looks at, apart from the packages: each term with its packages' places.

    `versions` are the full names of each package, `hidden` those that are hidden;
    `folders` are the folders that hold modulefiles, by MODULEPATH entry, and `within`
    what stands there: places among all `versions`, `count` in number.
    """

    short_names: list[str] = field(default_factory=list)
    versions: list[list[str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, list[int]] = field(default_factory=dict)
    words: dict[str, list[int]] = field(default_factory=dict)
    categories: dict[str, list[int]] = field(default_factory=dict)
    folders: dict[str, list[str]] = field(default_factory=dict)
    within: dict[str, list[int]] = field(default_factory=dict)
    count: int = 0
    size: int = 0

    def add(self, package: Package) -> None:
        """Add the package that stands behind all others in the alphabet."""
        place = len(self.short_names)
        self.short_names.append(package.short_name)
        self.versions.append([version.full_name for version in package.versions])
        self.hidden += [version.full_name for version in package.versions if version.hidden]
        for version in package.versions:
            for entry in {file.modulepath for file in version.files}:
                self.within.setdefault(entry, []).append(self.count)
            self.count += 1
        for category in {file.category.strip() for file in package.files} - {""}:
            self.categories.setdefault(category, []).append(place)
        for extension in package.extensions:
            self.extensions.setdefault(extension, []).append(place)
        text: set[str] = set()
        places: set[tuple[str, str]] = set()
        for file in package.files:
            self.size += 1
            places.add((file.modulepath, posixpath.dirname(file.path)))
            text.update((file.description, file.category))
            text.update(line.partition(":")[2] for line in file.whatis if _is_keywords(line))
            self.aliases.update(dict.fromkeys(file.aliases, file.full_name))
        for word in {word for line in text for word in _WORD.findall(line.casefold())}:
            self.words.setdefault(word, []).append(place)
        for entry, folder in sorted(places):
            self.folders.setdefault(entry, []).append(folder)


class ModuleIndex:
    """The modulefiles of a tree by package; what it answers never changes."""

    def __init__(self, files: Iterable[Modulefile] = (), *, complete: bool = False) -> None:
        with uncollected():
            if not isinstance(files, ModulefilesByName):
                named: dict[str, list[Modulefile]] = defaultdict(list)
                for file in files:
                    named[file.short_name].append(file)
                numbers = {name: len(found) for name, found in named.items()}
                files = ModulefilesByName(named.__getitem__, numbers)
            brief: list[bytes] = []
            long: list[bytes] = []
            columns = Columns()
            for name in sorted(files.short_names, key=lambda name: (name.casefold(), name)):
                package = Package(name, files.of(name))
                columns.add(package)
                rows = _rows(package)
                brief.append(rows[0])
                long.append(rows[1])
            self.take(columns, brief, long, complete=complete)

    def take(
        self, columns: Columns, brief: Sequence[bytes], long: Sequence[bytes], *, complete: bool
    ) -> None:
        """Become what another index was: its columns and two rows for each package."""
        self.complete = complete
        self.size = columns.size
        self.columns = columns
        self.brief = brief
        self.long = long
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
        self._full_names = list(chain.from_iterable(columns.versions))
        self.categories, self._categories = _by_category(columns.categories)
        self._folded_versions = ["\n".join(names).casefold() for names in columns.versions]
        hidden = self._hidden = frozenset(columns.hidden)
        self._partly_hidden = {self._by_full_name[name] for name in hidden}
        self._hidden_packages = frozenset(
            place for place in self._partly_hidden if hidden.issuperset(columns.versions[place])
        )
        self._everything = {
            False: sorted(set(range(len(folded))) - self._hidden_packages),
            True: list(range(len(folded))),
        }
        self._remembered: dict[tuple[str, bool, Only], Hits] = {}
        self._limits: dict[tuple[bool, Only], _Sought] = {}
        self._brief_packages: dict[int, Package] = {}
        self._packages: dict[int, Package] = {}

    def warm(self) -> None:
        """Make ready what only a search with a typing error needs."""
        self._tokens = Tokens(
            token
            for terms in (self._names.terms, self._extensions.terms)
            for term in terms
            for token in (term, *_WORD.findall(term))
        )

    @property
    def modulepaths(self) -> Collection[str]:
        """The MODULEPATH entries that hold a modulefile of the index."""
        return self.columns.folders.keys()

    def files(self) -> Iterator[Modulefile]:
        """Yield all modulefiles, without help, whatis, URL and extensions."""
        return chain.from_iterable(_package(row).files for row in self.brief)

    def find(self, full_name: str) -> tuple[Package, Version] | None:
        """Return the package and version of a full name, or of a name that means one."""
        full_name = self.columns.aliases.get(full_name, full_name)
        place = self._by_full_name.get(full_name)
        if place is None:
            return None
        package = self._at(place)
        return package, next(v for v in package.versions if v.full_name == full_name)

    def package(self, short_name: str) -> Package | None:
        """Return the package of a short name."""
        place = self._by_name.get(short_name)
        return None if place is None else self._at(place)

    def near(self, name: str, most: int = 5) -> list[str]:
        """Return short names that `name` may have been meant to be."""
        word = name.rpartition("/")[0] or name
        return [hit.package.short_name for hit in self.search(word)[:most]]

    def search(self, query: str, *, hidden: bool = False, only: Only = EVERYTHING) -> Sequence[Hit]:
        """Return what fits every word of `query`, best first; all of it where there is none.

        A word with a slash, or a second word that starts with a digit, names
        versions. Hidden modules count only where `hidden` is true. Packages that
        have no version left by `only` are left out. Where nothing fits, one typing
        error in a word is forgiven.
        """
        key = (" ".join(query.casefold().split()), hidden, only)
        hits = self._remembered.get(key)
        if hits is None:
            hits = self._search(*key)
            _forget(self._remembered, REMEMBERED)
            self._remembered[key] = hits
        return hits

    def _at(self, place: int) -> Package:
        package = self._packages.get(place)
        if package is None:
            _forget(self._packages, KEPT)
            package = self._packages[place] = _package(self.brief[place], self.long[place])
        return package

    def _briefly_at(self, place: int) -> Package:
        package = self._brief_packages.get(place)
        if package is None:
            _forget(self._brief_packages, KEPT)
            package = self._brief_packages[place] = _package(self.brief[place])
        return package

    def _search(self, query: str, hidden: bool, only: Only) -> Hits:
        names, versions = _split(query)
        sought = replace(self._limited(hidden, only), words=versions)
        if not names:
            everything = self._everything[hidden]
            if sought.places is not None:
                everything = [p for p in everything if p in sought.places]
            if versions:
                everything = [p for p in everything if self._shows(p, sought)]
            return Hits([everything], range(len(self._order)), self._maker([], sought))
        hits = self._hits([[name] for name in names], sought)
        if not hits and versions and not any("/" in word for word in versions):
            names = [*names, *versions]  # a name such as `blast 2go`
            sought = replace(sought, words=[])
            hits = self._hits([[name] for name in names], sought)
        if not hits:
            meant = [self._meant(name) for name in names]
            if any(words != [name] for words, name in zip(meant, names, strict=True)):
                hits = self._hits(meant, sought)
        return hits

    def _limited(self, hidden: bool, only: Only) -> _Sought:
        """Return what `only` leaves; every search under the same modules asks the same."""
        sought = self._limits.get((hidden, only))
        if sought is None:
            if len(self._limits) >= KEPT_LIMITS:
                self._limits.clear()
                self._remembered.clear()  # they hold limits, which are 2 MB at 30,000
            sought = self._limits[hidden, only] = self._limit(hidden, only)
        return sought

    def _limit(self, hidden: bool, only: Only) -> _Sought:
        names: AbstractSet[str] | None = None
        places: AbstractSet[int] | None = None
        if only.modulepath is not None:
            within, full_names = self.columns.within, self._full_names
            names = {full_names[i] for entry in only.modulepath for i in within.get(entry, ())}
            names |= only.loaded & self._by_full_name.keys()
            visible = names if hidden else names - self._hidden
            places = {self._by_full_name[name] for name in visible}
        if only.category:
            alike: AbstractSet[int] = self._categories.get(
                only.category.strip().casefold(), frozenset()
            )
            places = alike if places is None else places & alike
        return _Sought(words=(), hidden=hidden, names=names, places=places)

    def _hits(self, words: Sequence[Sequence[str]], sought: _Sought) -> Hits:
        """Return the packages that fit one of each list of words and have a version to show."""
        first, *others = [_best([self._fit(word) for word in same]) for same in words]
        for other in others:
            first = _worst(first, other)
        hidden = sought.hidden
        if not hidden:
            first = [tier - self._hidden_packages for tier in first]
        if sought.places is not None:
            first = [tier & sought.places for tier in first]
        if sought.words:
            texts, word = self._folded_versions, sought.words[0]
            first = [{p for p in tier if word in texts[p]} for tier in first]
            if (
                len(sought.words) > 1
                or sought.names is not None
                or not (hidden or self._partly_hidden.isdisjoint(chain(*first)))
            ):
                first = [{p for p in tier if self._shows(p, sought)} for tier in first]
        return Hits(first, self._order, self._maker(words, sought))

    def _maker(self, words: Sequence[Sequence[str]], sought: _Sought) -> Callable[[int, int], Hit]:
        versions, hidden, names = sought.words, sought.hidden, sought.names

        def make(score: int, place: int) -> Hit:
            package = self._briefly_at(place)
            shown = package.versions
            if versions or names is not None or (not hidden and place in self._partly_hidden):
                shown = tuple(
                    version
                    for version in shown
                    if (hidden or not version.hidden)
                    and (names is None or version.full_name in names)
                    and _has(version.full_name, versions)
                )
            matched = _matched(package, words) if score in {_EXTENSION, _EXTENSION_PART} else ()
            return Hit(package=package, match=_match(score), matched=matched, versions=shown)

        return make

    def _shows(self, place: int, sought: _Sought) -> bool:
        """Whether a version of a package is sought and may be shown."""
        names = self.columns.versions[place]
        if not sought.hidden and place in self._partly_hidden:
            names = [name for name in names if name not in self._hidden]
        if sought.names is not None:
            names = [name for name in names if name in sought.names]
        return any(_has(name, sought.words) for name in names)

    def _fit(self, word: str) -> Tiers:
        """Return how well packages fit one word.

        One letter is the beginning of a name: inside names it would find most of them.
        """
        tiers: Tiers = [set() for _ in range(_TIERS)]
        tiers[_EXACT].update(self._names.exact(word))
        if len(word) == 1:
            tiers[_PREFIX].update(*self._names.beginning(word))
        else:
            for name, at, places in self._names.inside(word):
                tiers[_fit_name(name, word, at)].update(places)
            tiers[_EXTENSION].update(self._extensions.exact(word))
            tiers[_EXTENSION_PART].update(*[p for _, _, p in self._extensions.inside(word)])
            tiers[_SUMMARY].update(*self._words.beginning(word))
        return _apart(tiers)

    def _meant(self, word: str) -> list[str]:
        """Return what a word that fits nothing may have been meant to be."""
        if len(word) < SHORTEST_TYPO or any(self._fit(word)):
            return [word]
        if self._tokens is None:
            self.warm()
        return (self._tokens.near(word) if self._tokens else None) or [word]


def _by_category(
    categories: Mapping[str, Collection[int]],
) -> tuple[list[str], dict[str, set[int]]]:
    """Return the commonest categories in order, and the packages of each, without its case."""
    alike: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    for name, places in sorted(categories.items(), key=lambda item: (-len(item[1]), item[0])):
        alike.setdefault(name.casefold(), set()).update(places)
        names.setdefault(name.casefold(), name)
    commonest = sorted(alike, key=lambda folded: len(alike[folded]), reverse=True)
    return [names[folded] for folded in sorted(commonest[:MOST_CATEGORIES])], alike


def _forget(remembered: dict[Any, Any], most: int) -> None:
    """Make room for one more where there are `most`, of what came first."""
    if len(remembered) >= most:
        del remembered[next(iter(remembered))]


def _rows(package: Package) -> tuple[bytes, bytes]:
    """Return a package as two lines of JSON: what a list shows, and the rest."""
    files = list(package.files)
    brief = [[getattr(file, name) for name in BRIEF] for file in files]
    long = [[getattr(file, name) for name in LONG] for file in files]
    extensions = list(package.extensions.values())
    return _line([package.short_name, extensions, brief]), _line(long)


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _package(brief: bytes, long: bytes = b"") -> Package:
    """Return the package of two rows; without the second it knows what a list shows."""
    short_name, extensions, rows = json.loads(brief)
    texts = json.loads(long) if long else [()] * len(rows)
    files = []
    for row, text in zip(rows, texts, strict=True):
        full_name, path, entry, rank, hidden, description, category, family, ways, aliases = row
        url, help_, whatis, inside = text or ("", "", (), ())
        files.append(
            Modulefile(
                full_name=full_name,
                short_name=short_name,
                path=path,
                modulepath=entry,
                rank=rank,
                hidden=hidden,
                description=description,
                category=category,
                family=family,
                ways=tuple([tuple(way) for way in ways]),
                aliases=tuple(aliases),
                url=url,
                help=help_,
                whatis=tuple(whatis),
                extensions=tuple(inside),
            )
        )
    return Package(short_name, files, extensions)


def _apart(tiers: Tiers) -> Tiers:
    """Return the tiers with each place in the best of them only."""
    seen: set[int] = set()
    for tier in tiers:
        tier.difference_update(seen)
        seen |= tier
    return tiers


def _best(fits: Sequence[Tiers]) -> Tiers:
    """Return the packages that any word fits, each with what its best word makes of it."""
    if len(fits) == 1:
        return fits[0]
    return _apart([set().union(*same) for same in zip(*fits, strict=True)])


def _worst(left: Tiers, right: Tiers) -> Tiers:
    """Return the packages that both words fit, each with what its worse word makes of it."""
    tiers: Tiers = []
    so_far_left: set[int] = set()
    so_far_right: set[int] = set()
    for a, b in zip(left, right, strict=True):
        tiers.append((a & so_far_right) | (b & so_far_left) | (a & b))
        so_far_left |= a
        so_far_right |= b
    return tiers


def _has(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold() if words else text
    return all(word in folded for word in words)


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
