r"""Reading what Lmod writes: pure functions of text. Knows no process and no room.

Lmod's `python` output looks like Python but is quoted with Lua's `%q`: a newline
is a backslash and a newline, control bytes are *decimal* escapes (`\9`, `\13`).
So it is neither executed nor parsed as Python but read here, as bytes, because
values need not be UTF-8. Facts: Lmod 8.6.19 and 9.2.9, tried.
"""

import base64
import binascii
import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..memory import uncollected
from .modules import LoadedModule, Modulefile, ModulefilesByName, Remarks, read_whatis

_STATEMENT = re.compile(
    rb"""
      os\.environ\["(?P<set>(?:[^"\\]|\\.)*)"\]\ =\ "(?P<value>(?:[^"\\]|\\.)*)";\n
    | os\.environ\["(?P<unset>(?:[^"\\]|\\.)*)"\]\ =\ ''\ndel\ os\.environ\["(?:[^"\\]|\\.)*"\]\n
    | _mlstatus\ =\ (?P<status>True|False)\n
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-9]{1,3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_LETTERS[b"v"] = b"\v"


def unquote(quoted: bytes) -> bytes:
    """Return the bytes that Lua's `%q` wrote, without the quotes around them."""

    def plain(escape: re.Match[bytes]) -> bytes:
        what = escape.group(1)
        if what.isdigit():
            return bytes([int(what) & 0xFF])
        return _LETTERS.get(what, what)

    return _ESCAPE.sub(plain, quoted)


def _text(value: bytes) -> str:
    """Return a variable as Python holds it in `os.environ`: bytes survive the way back."""
    return value.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, kw_only=True)
class PythonOutput:
    """Lmod's answer: variables set (str) and unset (None), and its verdicts in order."""

    environment: Mapping[str, str | None] = field(default_factory=dict)
    statuses: tuple[bool, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether Lmod means this to be applied.

        Exit codes do not tell: 8.6 answers 1 to a warning that is to be applied.
        A refusal has a status but no module table; a crash has neither.
        """
        return bool(self.statuses) and "_ModuleTable_Sz_" in self.environment


def parse_python_output(stdout: bytes) -> PythonOutput:
    """Read what `lmod python …` wrote; lines that a modulefile printed are passed over."""
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
        elif statement["unset"] is not None:
            environment[_text(unquote(statement["unset"]))] = None
        else:
            environment[_text(unquote(statement["set"]))] = _text(unquote(statement["value"]))
        position = statement.end()
    return PythonOutput(environment=environment, statuses=tuple(statuses))


_LUA_TOKEN = re.compile(
    r"""
      \s*(?:
        \[(?P<level>=*)\[(?P<long>.*?)\](?P=level)\]
      | "(?P<string>(?:[^"\\]|\\.)*)"
      | (?P<number>-?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|inf))
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign>[{}\[\]=,;])
      )
    """,
    re.VERBOSE | re.DOTALL,
)
_LUA_WORDS = {"true": True, "false": False, "nil": None}


def _lua_tokens(text: str) -> Iterator[tuple[str, Any]]:
    """Yield `("{", None)` … for signs and `("value", value)` for all else."""
    position = 0
    while position < len(text):
        token = _LUA_TOKEN.match(text, position)
        if token is None:
            if text[position:].strip():
                raise ValueError(f"no Lua data at character {position}")
            return
        position = token.end()
        if token["sign"]:
            yield token["sign"], None
        else:
            yield "value", _lua_value(token)


def _lua_value(token: re.Match[str]) -> str | float | bool | None:
    if token["word"]:
        return _LUA_WORDS.get(token["word"], token["word"])
    if token["number"]:
        number = float(token["number"])
        return int(number) if number.is_integer() else number
    if token["string"] is not None:
        return _text(unquote(token["string"].encode("utf-8", "surrogateescape")))
    return token["long"].removeprefix("\n")


class _LuaTable:
    """A table while it is read: a value may yet turn out to be a key."""

    def __init__(self) -> None:
        self.entries: dict[Any, Any] = {}
        self._position = 1
        self._values: list[Any] = []
        self._keys: list[Any] = []

    def take(self, value: Any) -> None:
        self._values.append(value)

    def name(self) -> None:
        """Take the value before an equals sign for a key."""
        if not self._values:
            raise ValueError("a Lua entry has no key")
        self._keys.append(self._values.pop())

    def close(self) -> None:
        """End an entry: named, or at the next position."""
        if self._keys and self._values:
            self.entries[self._keys.pop()] = self._values.pop()
        elif self._values:
            self.entries[self._position] = self._values.pop()
            self._position += 1


def parse_lua_table(text: str) -> dict[Any, Any]:
    """Read one table of plain Lua data, `name = {…}` or `{…}`; positions count from 1.

    Raises ValueError for anything else: nothing is ever run.
    """
    open_tables: list[_LuaTable] = []
    for kind, value in _lua_tokens(text):
        if kind == "{":
            open_tables.append(_LuaTable())
        elif not open_tables:
            continue  # the name before the table
        elif kind == "}":
            table = open_tables.pop()
            table.close()
            if not open_tables:
                return table.entries
            open_tables[-1].take(table.entries)
        elif kind == "=":
            open_tables[-1].name()
        elif kind in ",;":
            open_tables[-1].close()
        elif kind == "value":
            open_tables[-1].take(value)
        # "[" and "]" only wrap a key, which is a value like any other
    raise ValueError("the text is no Lua table")


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def decode_module_table(environment: Mapping[str, str]) -> dict[Any, Any]:
    """Return Lmod's own record of the session, `_ModuleTable001_` … of `environment`.

    Empty where there is none. Raises ValueError where it is damaged.
    """
    size = environment.get("_ModuleTable_Sz_", "")
    if not size.isdigit():
        return {}
    pieces = "".join(environment.get(f"_ModuleTable{i:03d}_", "") for i in range(1, int(size) + 1))
    try:
        text = base64.b64decode(pieces, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    return parse_lua_table(_text(text))


def is_hidden(full_name: str) -> bool:
    """Whether a name alone hides the module: a part of it starts with a dot."""
    return any(part.startswith(".") for part in full_name.split("/"))


def read_module_table(table: Mapping[Any, Any]) -> list[LoadedModule]:
    """Return the modules of Lmod's record in load order, inactive ones last."""
    rows: list[tuple[bool, int, LoadedModule]] = []
    for short_name, entry in _mapping(table.get("mT")).items():
        properties = _mapping(entry.get("propT"))
        full_name = str(entry.get("fullName", short_name))
        active = entry.get("status") == "active"
        kind = _mapping(entry.get("moduleKindT")).get("kind", "")  # Lmod 9
        module = LoadedModule(
            full_name=full_name,
            short_name=str(short_name),
            modulefile=str(entry.get("fn", "")),
            active=active,
            hidden=kind == "hidden" or is_hidden(full_name),
            sticky="sticky" in _mapping(properties.get("lmod")),
            # another module loaded it, or depends on it
            requested=not (entry.get("stackDepth") or entry.get("ref_count")),
        )
        rows.append((not active, int(entry.get("loadOrder", 0)), module))
    return [module for _, _, module in sorted(rows, key=lambda row: row[:2])]


_DECODER = json.JSONDecoder()
_PIECE = 1 << 20  # bytes


def _entries(output: bytes) -> Iterator[tuple[str, Any, str]]:
    """Yield the entries of a JSON object one by one, each value also as it was written.

    Megabytes read in one piece would keep all other threads waiting meanwhile.
    """
    decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
    text, at, opened = "", 0, False
    if output[:64].strip() == b"[]":
        return
    for start in range(0, len(output) + 1, _PIECE):
        text = text[at:] + decode(output[start : start + _PIECE])
        at = 0
        if not opened:
            text = text.lstrip()
            if not text:
                continue
            if not text.startswith("{"):
                break
            at, opened = 1, True
        while True:
            begins = _between(text, at)
            if text.startswith("}", begins):
                return
            try:
                key, ends = _DECODER.raw_decode(text, begins)
                begins = _between(text, ends, ":")
                value, ends = _DECODER.raw_decode(text, begins)
            except ValueError:
                break  # the rest of it is in the next piece
            yield key, value, text[begins:ends]
            at = ends
    raise ValueError(text[at : at + 200])


def _between(text: str, at: int, sign: str = ",") -> int:
    """Return where the next word begins."""
    while text[at : at + 1].isspace() or text.startswith(sign, at):
        at += 1
    return at


def parse_spider(output: bytes) -> ModulefilesByName:
    """Read `spider -o spider-json`.

    Its shape is `{short name: {modulefile: facts}}`; Lua cannot tell an empty
    object from an empty list, so `[]` stands for either.
    """
    with uncollected():
        texts: dict[str, bytes] = {}
        numbers: dict[str, int] = {}
        for short_name, files, text in _entries(output):
            if files and all(isinstance(facts, dict) for facts in files.values()):
                texts[short_name] = text.encode(errors="surrogatepass")
                numbers[short_name] = len(files)

    def make(short_name: str) -> list[Modulefile]:
        files = json.loads(texts[short_name].decode(errors="surrogatepass"))
        return [_spidered(short_name, path, facts) for path, facts in files.items()]

    return ModulefilesByName(make, numbers)


def _spidered(short_name: str, path: str, facts: Mapping[str, Any]) -> Modulefile:
    """Return a modulefile as spider-json tells it."""
    whatis = tuple(str(line) for line in facts.get("whatis") or ())
    description, category, url = read_whatis(whatis)
    full_name = str(facts.get("fullName", short_name))
    return Modulefile(
        full_name=full_name,
        short_name=short_name,
        path=path,
        modulepath=str(facts.get("mpath", "")),
        rank=str(facts.get("wV", "")),
        hidden=bool(facts.get("hidden")) or is_hidden(full_name),
        description=str(facts.get("Description") or description),
        category=str(facts.get("Category") or category),
        url=str(facts.get("URL") or url),
        family=str(facts.get("family") or ""),
        help=str(facts.get("help") or ""),
        whatis=whatis,
        extensions=tuple(str(e) for e in facts.get("provides") or ()),
        ways=tuple(tuple(str(step) for step in way) for way in facts.get("parentAA") or ()),
    )


_AVAIL_MARKS = re.compile(r"\s*(<[^>]*>|\(@?[^)]*\))\s*$")


def parse_avail(text: str, defaults: str = "") -> list[Modulefile]:
    """Read `-t avail`: a `MODULEPATH entry:` line, then names; `gcc/` is a folder.

    Lmod marks hidden modules with ` <H>` (9) and aliases with `(@gcc/13.2)`.
    The short name is the longest folder line that a name starts with. Versions come in
    Lmod's order, which `rank` keeps; `defaults` is `-t -d avail`, which lists those alone.
    """
    marked = (
        {(file.modulepath, file.full_name) for file in parse_avail(defaults)} if defaults else ()
    )
    found: list[Modulefile] = []
    modulepath = ""
    folders: list[str] = []
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("/") and line.endswith(":"):
            modulepath = line[:-1]
            folders = []
        elif line.endswith("/"):
            folders.append(line)
        elif line and modulepath:
            full_name = line
            while match := _AVAIL_MARKS.search(full_name):
                full_name = full_name[: match.start()]
            if "(@" in line:
                continue
            folder = max((f for f in folders if full_name.startswith(f)), key=len, default="")
            is_default = (modulepath, full_name) in marked
            found.append(
                Modulefile(
                    full_name=full_name,
                    short_name=folder.rstrip("/") or full_name,
                    modulepath=modulepath,
                    rank=f"{'^' if is_default else '0'}{len(found):09d}",
                    hidden=is_hidden(full_name) or "<H>" in line,
                )
            )
    return found


_RELATION = re.compile(
    r"^\s*(depends_on(?:_any)?|prereq(?:_any)?|always_load|load(?:_any)?|conflict|family)\((.*)\)\s*;?\s*$"
)
_OF_A_SHELL = re.compile(r'^\s*set_(?:alias|shell_function)\("((?:[^"\\]|\\.)*)"')
_RELATION_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"')


def parse_show(text: str) -> Remarks:
    """Read `show`: the modulefile's calls, one a line, Tcl modulefiles turned into Lua."""
    dependencies: dict[str, None] = {}
    conflicts: dict[str, None] = {}
    families: dict[str, None] = {}
    unsupported: dict[str, None] = {}
    for line in text.splitlines():
        if match := _RELATION.match(line):
            into = {"conflict": conflicts, "family": families}.get(match[1], dependencies)
            into.update(dict.fromkeys(_RELATION_NAME.findall(match[2])))
        elif match := _OF_A_SHELL.match(line):
            unsupported.setdefault(match[1])
    return Remarks(
        dependencies=tuple(dependencies),
        conflicts=tuple(conflicts),
        families=tuple(families),
        unsupported=tuple(unsupported),
    )


def parse_admin_list(text: str) -> list[tuple[str, str]]:
    """Read the site's `admin.list`: `pattern|pattern: message`, ended by a blank line."""
    entries: list[tuple[str, str]] = []
    keys: list[str] = []
    lines: list[str] = []
    for raw in [*text.splitlines(), ""]:
        line = raw.rstrip()
        if line.startswith("#"):
            continue
        if not line.strip():
            entries += [(key, "\n".join(lines).strip()) for key in keys]
            keys, lines = [], []
        elif keys:
            lines.append(line)
        elif ":" in line:
            names, _, first = line.partition(":")
            keys = [name.strip() for name in names.split("|")]
            lines = [first]
    return entries


class AdminList:
    """What the site says of modules when they are loaded, by name or by modulefile."""

    def __init__(self, text: str = "") -> None:
        """Take the text of the site's `admin.list`."""
        self._entries = parse_admin_list(text)
        self._told: dict[tuple[str, str], str] = {}

    def message(self, full_name: str, path: str) -> str:
        """Return what Lmod says at a load of a modulefile, empty where it says nothing."""
        key = (full_name, path)
        if key not in self._told:
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            self._told[key] = self._find(full_name, path)
        return self._told[key]

    def _find(self, full_name: str, path: str) -> str:
        for pattern, message in self._entries:
            about = path if pattern.startswith("/") else full_name
            if pattern == about or lua_finds(pattern, about):
                return message
        return ""


MOST_TOLD = 5000  # modulefiles; a page of results has a few hundred

_LUA_CLASSES = {"a": "[A-Za-z]", "d": r"\d", "l": "[a-z]", "s": r"\s", "u": "[A-Z]", "w": r"\w"}
_LUA_PATTERN = re.compile(r"%(.)|(\[[^\]]+\])|([.^$*+?])|(-)|(.)", re.DOTALL)


def lua_finds(pattern: str, text: str) -> bool:
    """Whether Lua's `text:find(pattern)` finds anything; a damaged pattern finds nothing."""
    regex = _from_lua(pattern)
    return regex is not None and regex.search(text) is not None


@lru_cache(maxsize=1024)
def _from_lua(pattern: str) -> re.Pattern[str] | None:
    def as_python(item: re.Match[str]) -> str:
        escaped, group, same, lazily, literal = item.groups()
        if escaped:
            return _LUA_CLASSES.get(escaped, re.escape(escaped))
        return group or same or ("*?" if lazily else re.escape(literal))

    try:
        return re.compile(_LUA_PATTERN.sub(as_python, pattern))
    except re.error:
        return None
