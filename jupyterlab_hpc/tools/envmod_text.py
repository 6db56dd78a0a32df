r"""Reading what Environment Modules writes: pure functions of text. Knows no process and no room.

Its `python` output looks like Python but is not: a value stands between single
quotes in which only the quote is escaped, so newlines and backslashes are raw
(`'back\'` is a value that ends in a backslash). Its JSON is not JSON either
where a text has quotes or newlines. So both are read here, never executed.
Facts: Environment Modules 5.2.0, tried.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .modules import LoadedModule, Modulefile, Remarks

# What may follow a value. It decides whether `\'` and a newline are a backslash and
# the end, or a quote and more text: the tool writes both alike.
_NEXT = rb"(?:os\.environ\['|del\ os\.environ\['|_mlstatus\ =\ |\Z)"
_STATEMENT = re.compile(
    rb"""
      os\.environ\['(?P<set>[^\n]*?)'\]\ =\ '(?P<value>(?:
          [^'\\]
        | \\'(?!\nNEXT)
        | \\(?!')
        | \\(?='\nNEXT)
      )*)'\n
    | del\ os\.environ\['(?P<unset>[^\n]*)'\]\n
    | _mlstatus\ =\ (?P<status>True|False)\n
    """.replace(b"NEXT", _NEXT),
    re.VERBOSE,
)


def _text(value: bytes) -> str:
    """Return a variable as Python holds it in `os.environ`: bytes survive the way back."""
    return value.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, kw_only=True)
class PythonOutput:
    """An answer: variables set (str) and unset (None), and the verdicts in order.

    Where there was nothing to do there is no verdict at all. The exit code is 0
    for a refusal too, and what is set then is what came before the refusal.
    """

    environment: Mapping[str, str | None] = field(default_factory=dict)
    statuses: tuple[bool, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether any part of what was asked for was not done."""
        return not all(self.statuses)


def parse_python_output(stdout: bytes) -> PythonOutput:
    """Read what `modulecmd python …` wrote; lines that a modulefile printed are passed over."""
    environment: dict[str, str | None] = {}
    statuses: list[bool] = []
    position = 0
    while position < len(stdout):
        statement = _STATEMENT.match(stdout, position)
        if statement is None:
            newline = stdout.find(b"\n", position)
            position = len(stdout) if newline < 0 else newline + 1
            continue
        if statement["status"]:
            statuses.append(statement["status"] == b"True")
        elif statement["unset"] is not None:  # follows an assignment of ''
            environment[_text(statement["unset"])] = None
        else:
            value = statement["value"].replace(rb"\'", b"'")
            environment[_text(statement["set"])] = _text(value)
        position = statement.end()
    return PythonOutput(environment=environment, statuses=tuple(statuses))


def parse_version(text: str) -> str:
    """Read `--version`; empty where that is something else."""
    match = re.search(r"^Modules Release (\S+)", text, re.MULTILINE)
    return match[1] if match else ""


def short_name(full_name: str) -> str:
    """Return the folder part of a full name, or all of it where it has no version."""
    return full_name.rpartition("/")[0] or full_name


def _is_hidden(full_name: str) -> bool:
    return any(part.startswith(".") for part in full_name.split("/"))


def read_loaded(environment: Mapping[str, str]) -> list[LoadedModule]:
    """Return the modules that the tool's own variables name, in load order.

    `__MODULES_LMTAG` is `module&tag&tag:module&tag`, and `__MODULES_LMCONFLICT` is like it.
    """
    names = environment.get("LOADEDMODULES", "").split(":")
    files = environment.get("_LMFILES_", "").split(":")
    tags = _told_of_each(environment.get("__MODULES_LMTAG", ""))
    conflicts = _told_of_each(environment.get("__MODULES_LMCONFLICT", ""))
    return [
        LoadedModule(
            full_name=name,
            short_name=short_name(name),
            modulefile=files[i] if i < len(files) else "",
            active=True,
            hidden=_is_hidden(name) or not _HIDDEN_TAGS.isdisjoint(tags.get(name, ())),
            sticky=not _STICKY_TAGS.isdisjoint(tags.get(name, ())),
            requested="auto-loaded" not in tags.get(name, ()),
            conflicts=tuple(conflicts.get(name, ())),
        )
        for i, name in enumerate(names)
        if name
    ]


def _told_of_each(text: str) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for entry in text.split(":"):
        name, *of_name = entry.split("&")
        told.setdefault(name, []).extend(of_name)
    return told


_HIDDEN_TAGS = frozenset({"hidden", "hidden-loaded"})
_STICKY_TAGS = frozenset({"sticky", "super-sticky"})

_NUMBER = re.compile(r"\d+")


def rank_of(full_name: str, *, default: bool = False) -> str:
    """Return a text that sorts as the tool's `lsort -dictionary` does: numbers as numbers.

    A mark of a default stands in the place of the first `0`, as in Lmod's order.
    """
    version = full_name.removeprefix(short_name(full_name)).lstrip("/")
    padded = _NUMBER.sub(lambda number: number[0].zfill(12), version.casefold())
    return f"^{padded}" if default else f"0{padded}"


_FOLDER = re.compile(r'"(?P<folder>[^"\n]+)": \{\n')
_MODULE = re.compile(
    r'"(?P<name>[^"\n]+)": \{ "name": "(?P=name)", "type": "(?P<type>[^"\n]*)", (?P<rest>.*)\}'
)
_WHATIS = re.compile(
    r'"(?P<name>[^"\n]+)": \{ "name": "(?P=name)", "whatis": \[(?P<lines>.*?)\]\}(?=,?\n["}])',
    re.DOTALL,
)
_COLLECTION = re.compile(r'"(?P<name>[^"\n]+)": \{ "name": "(?P=name)", "target": "')


def _in_folders(text: str, entry: "re.Pattern[str]") -> Iterator[tuple[str, "re.Match[str]"]]:
    """Yield each entry with the MODULEPATH folder above it."""
    folder = ""
    for match in re.finditer(f"(?:{_FOLDER.pattern})|(?:{entry.pattern})", text, entry.flags):
        if match["folder"] is not None:
            folder = match["folder"]
        elif folder:
            yield folder, match


def _listed(rest: str, key: str) -> list[str]:
    match = re.search(rf'"{key}": \[([^\]]*)\]', rest)
    return re.findall(r'"([^"]*)"', match[1]) if match else []


def is_whole(text: str) -> bool:
    """Tell whether the answer to `--json` has its end; an empty tree answers `{}` or nothing."""
    return not text.strip() or text.rstrip().endswith("}")


def parse_avail(text: str) -> list[Modulefile]:
    """Read `avail --json`: `{folder: {full name: facts}}`; aliases and folders are left out.

    It is read entry by entry, because what modulefiles print stands between them.
    """
    found = []
    for folder, match in _in_folders(text, _MODULE):
        if match["type"] != "modulefile":
            continue
        full_name = match["name"]
        path = re.search(r'"pathname": "([^"\n]*)"', match["rest"])
        tags = set(_listed(match["rest"], "tags"))
        found.append(
            Modulefile(
                full_name=full_name,
                short_name=short_name(full_name),
                path=path[1] if path else "",
                modulepath=folder,
                rank=rank_of(full_name, default="default" in _listed(match["rest"], "symbols")),
                hidden=_is_hidden(full_name) or "hidden" in tags,
            )
        )
    return found


def parse_whatis(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read `whatis --json`: the lines of each `(folder, full name)`.

    5.2 escapes nothing inside the quotes, so a line that holds `", "` comes out as two.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for folder, match in _in_folders(text, _WHATIS):
        lines = match["lines"].strip()
        if not lines:
            continue
        try:
            told = [str(line) for line in json.loads(f"[{lines}]", strict=False)]
        except ValueError:
            told = lines.removeprefix('"').removesuffix('"').split('", "')
        found[folder, match["name"]] = tuple(told)
    return found


_WORD = re.compile(r"\{([^{}]*)\}|\"([^\"]*)\"|(\S+)")
_RELATION = re.compile(
    r"^(prereq(?:-any|-all)?|depends-on(?:-any)?|always-load|conflict|family|module"
    r"|set-alias|set-function)"
    r"\s+(.*)$"
)
_LOADS = frozenset({"load", "add", "load-any", "try-load"})


def _names(text: str) -> list[str]:
    words = ["".join(groups) for groups in _WORD.findall(text)]
    return [word for word in words if word and not word.startswith("-")]


def parse_show(text: str) -> Remarks:
    """Read `show`: the modulefile's commands, one a line, their words apart."""
    dependencies: dict[str, None] = {}
    conflicts: dict[str, None] = {}
    families: dict[str, None] = {}
    unsupported: dict[str, None] = {}
    for line in text.splitlines():
        match = _RELATION.match(line)
        if match is None:
            continue
        names = _names(match[2])
        if match[1] == "conflict":
            conflicts.update(dict.fromkeys(names))
        elif match[1] == "family":
            families.update(dict.fromkeys(names))
        elif match[1].startswith("set-"):
            unsupported.update(dict.fromkeys(names[:1]))
        elif match[1] != "module":
            dependencies.update(dict.fromkeys(names))
        elif names and names[0] in _LOADS:
            dependencies.update(dict.fromkeys(names[1:]))
    return Remarks(
        dependencies=tuple(dependencies),
        conflicts=tuple(conflicts),
        families=tuple(families),
        unsupported=tuple(unsupported),
    )


def parse_collections(text: str) -> list[str]:
    """Read `savelist --json`: the names, sorted."""
    return sorted(match["name"] for match in _COLLECTION.finditer(text))


def parse_collection(text: str) -> list[str]:
    """Read `saveshow`: what its `module load` lines name, in load order."""
    loads = (line for line in text.splitlines() if line.startswith("module load "))
    return [name for line in loads for name in _names(line.removeprefix("module load "))]


def is_warning(text: str) -> bool:
    """Whether the tool called something that it said a warning."""
    return re.search(r"^\s*(?:Module )?WARNING:", text, re.MULTILINE) is not None
