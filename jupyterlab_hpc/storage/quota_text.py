"""What quota tools print, read into numbers. Pure functions of text.

Each reader returns a row for each file system that the text tells of, and an empty list
for a text that it does not know.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

Scope = Literal["user", "group", "project", "system"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A file system with what is used of it, in bytes and in files.

    Each triple is (used, soft limit, hard limit); 0 means that there is no limit, None
    that the text does not tell. `grace` is the time left above a soft limit.
    """

    filesystem: str
    scope: Scope = "user"
    bytes: tuple[int, int, int] | None = None
    files: tuple[int, int, int] | None = None
    grace: str = ""


UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50, "e": 2**60}
SIZE = re.compile(r"\[?(\d+(?:\.\d+)?)([kmgtpe]?)i?b?\]?\*?", re.IGNORECASE)
NO_GRACE = {"", "-", "none", "0"}
SCOPES: Mapping[str, Scope] = {
    "usr": "user",
    "user": "user",
    "grp": "group",
    "group": "group",
    "prj": "project",
    "project": "project",
    "fileset": "project",
}


Numbers = tuple[tuple[int, int, int], tuple[int, int, int], str]


def parse_lfs(text: str) -> list[Row]:
    """Read `lfs quota [-q] [-h] -u|-g|-p … PATH` of Lustre.

    Numbers are kilobytes unless -h was given; a `*` marks what is above its limit, and
    brackets what some server did not tell exactly.
    """
    return _table(text, unit=1024)


def parse_quota(text: str) -> list[Row]:
    """Read `quota [-w] [-p] [-s]` of Linux: the same table, with graces left out."""
    return _table(text, unit=1024)


def _table(text: str, *, unit: int) -> list[Row]:
    rows: list[Row] = []
    scope: Scope = "user"
    waiting = ""  # a long name has its numbers on the next line
    for line in text.splitlines():
        head = re.match(r"\s*Disk quotas for (\w+) ", line)
        if head:
            scope = SCOPES.get(head.group(1).lower(), "user")
            continue
        words = line.split()
        if not words or words[0] == "Filesystem":
            continue
        if len(words) == 1 and not SIZE.fullmatch(words[0]):
            waiting = words[0]
            continue
        if waiting:
            words = [waiting, *words]
            waiting = ""
        numbers = _numbers(words[1:], unit)
        if numbers is not None:
            rows.append(_row(words[0], scope, numbers))
    return rows


def _row(
    filesystem: str,
    scope: Scope,
    numbers: Numbers,
) -> Row:
    size, files, grace = numbers
    return Row(filesystem=filesystem, scope=scope, bytes=size, files=files, grace=grace)


def _numbers(words: list[str], unit: int) -> Numbers | None:
    """Return both triples and a grace from three numbers, a grace, three numbers, a grace.

    Where no grace runs, `quota` leaves it out unless it was called with -p.
    """
    graces = ["", ""]
    if len(words) == 8:  # noqa: PLR2004 - all of them
        graces = [words[3], words[7]]
        words = [*words[:3], *words[4:7]]
    elif len(words) == 7:  # noqa: PLR2004 - one grace is left out
        at = 3 if _size(words[3]) is None else 6
        graces[at == 6] = words[at]  # noqa: PLR2004
        words = [*words[:at], *words[at + 1 :]]
    sizes = [_size(word, unit) for word in words[:3]] + [_size(word) for word in words[3:]]
    numbers = [size for size in sizes if size is not None]
    if len(words) != 6 or len(numbers) != 6:  # noqa: PLR2004
        return None
    running = [grace for grace in graces if grace not in NO_GRACE]
    return (
        (numbers[0], numbers[1], numbers[2]),
        (numbers[3], numbers[4], numbers[5]),
        ", ".join(running),
    )


def _size(word: str, unit: int = 1) -> int | None:
    """Return the number that a word is; without a letter it counts units."""
    match = SIZE.fullmatch(word)
    if match is None:
        return None
    number, letter = match.groups()
    return round(float(number) * (UNITS[letter.lower()] if letter else unit))


def parse_mmlsquota(text: str) -> list[Row]:
    """Read `mmlsquota -Y` of Storage Scale (GPFS), or the table that it prints without -Y."""
    return _colons(text) or _gpfs_table(text)


def _colons(text: str) -> list[Row]:
    """Read the form for programs: a line of names, then lines of values, in kilobytes."""
    names: list[str] = []
    rows = []
    for line in text.splitlines():
        fields = line.split(":")
        if fields[0] != "mmlsquota" or len(fields) < 3:  # noqa: PLR2004
            continue
        if fields[2] == "HEADER":
            names = fields
            continue
        values = {name: unquote(value) for name, value in zip(names, fields, strict=False)}
        size = _triple(values, "block", 1024)
        if size is None:
            continue
        graces = {values.get("blockGrace", ""), values.get("filesGrace", "")} - NO_GRACE
        rows.append(
            Row(
                filesystem=":".join(
                    filter(None, (values.get("filesystemName"), values.get("filesetname")))
                ),
                scope=SCOPES.get(values.get("quotaType", "").lower(), "user"),
                bytes=size,
                files=_triple(values, "files", 1),
                grace=", ".join(sorted(graces)),
            )
        )
    return rows


def _triple(values: Mapping[str, str], kind: str, unit: int) -> tuple[int, int, int] | None:
    found = [values.get(f"{kind}{name}", "") for name in ("Usage", "Quota", "Limit")]
    if not all(value.isascii() and value.isdigit() for value in found):
        return None
    used, soft, hard = (int(value) * unit for value in found)
    return used, soft, hard


def _gpfs_table(text: str) -> list[Row]:
    """Read the form for people: block limits, a bar, file limits."""
    rows = []
    for line in text.splitlines():
        left, bar, right = line.partition("|")
        words, others = left.split(), right.split()
        if not bar or len(words) < 7 or len(others) < 4:  # noqa: PLR2004
            continue
        # a fileset stands between the file system and the kind
        kinds = [i for i, word in enumerate(words) if word in {"USR", "GRP", "FILESET"}]
        if not kinds:
            continue
        at = kinds[0]
        sizes = [_size(word, 1024) for word in words[at + 1 : at + 4]]
        counts = [_size(word) for word in others[:3]]
        if None in (*sizes, *counts) or len(sizes) < 3:  # noqa: PLR2004
            continue
        used, soft, hard = (size or 0 for size in sizes)
        files, soft_files, hard_files = (count or 0 for count in counts)
        graces = [" ".join(words[at + 5 :]), others[4] if len(others) > 4 else ""]  # noqa: PLR2004
        rows.append(
            Row(
                filesystem=":".join(words[:at]),
                scope=SCOPES[words[at].lower()],
                bytes=(used, soft, hard),
                files=(files, soft_files, hard_files),
                grace=", ".join(grace for grace in graces if grace not in NO_GRACE),
            )
        )
    return rows


REPORT = re.compile(
    r"\s*(?P<path>\S+)\s+\((?P<scope>user|group|project)\s+(?P<who>[^)]*)\)\s+"
    r"(?P<used>[\d.]+)\s*(?P<used_unit>[kKMGTPE]?)i?B?\s*/\s*"
    r"(?P<limit>[\d.]+)\s*(?P<limit_unit>[kKMGTPE]?)i?B?\s+"
    r"(?P<files>[\d.]+)\s*(?P<files_unit>[kKMG]?)\s*/\s*"
    r"(?P<most>[\d.]+)\s*(?P<most_unit>[kKMG]?)\s*$"
)
THOUSANDS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


def parse_report(text: str) -> list[Row]:
    """Read `diskusage_report` of the Alliance's clusters: a line for each space."""
    rows = []
    for line in text.splitlines():
        match = REPORT.match(line)
        if match is None:
            continue

        def number(name: str, units: Mapping[str, int], match: re.Match[str] = match) -> int:
            return round(float(match[name]) * units[match[f"{name}_unit"].lower()])

        rows.append(
            Row(
                filesystem=f"{match['path']} ({match['who']})"
                if match["scope"] == "group"
                else match["path"],
                scope=SCOPES[match["scope"]],
                bytes=(number("used", UNITS), 0, number("limit", UNITS)),
                files=(number("files", THOUSANDS), 0, number("most", THOUSANDS)),
            )
        )
    return rows


POOL = re.compile(r"Quota information for storage pool (?P<pool>.+?) \(ID: \d+\):\s*$")
BEEGFS_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?:(?P<unit>[KMGTPE])i?B|Byte|B)?")
BEEGFS_UNITS = {unit.upper(): size for unit, size in UNITS.items()}


def parse_beegfs(text: str) -> list[Row]:
    """Read `beegfs-ctl --getquota [--csv] --uid|--gid …` of BeeGFS, with a part for each pool.

    Files are those that BeeGFS makes of the users' files on its servers, which its limits count.
    A `+` marks a number that some server did not tell, `-` one that none did.
    """
    rows = []
    pool = ""
    for line in text.splitlines():
        head = POOL.match(line.strip())
        if head:
            pool = head["pool"]
            continue
        fields = [field.strip() for field in line.replace("||", "|").split("|")]
        if len(fields) == 1:
            fields = [field.strip() for field in line.split(",")]
        if len(fields) != 6 or not fields[1].isdecimal():  # noqa: PLR2004 - its columns
            continue
        used, limit = _beegfs_size(fields[2]), _beegfs_size(fields[3])
        if used is None or limit is None:
            continue
        files, most = _beegfs_size(fields[4].rstrip("+")), _beegfs_size(fields[5])
        rows.append(
            Row(
                filesystem=pool or fields[0],
                bytes=(used, 0, limit),
                files=None if files is None or most is None else (files, 0, most),
            )
        )
    return rows


def _beegfs_size(text: str) -> int | None:
    """Return the number of `601.03 GiB`, `1024 Byte` or `1024`; 0 for no limit."""
    if text == "unlimited":
        return 0
    match = BEEGFS_SIZE.fullmatch(text)
    if match is None:
        return None
    return round(float(match["number"]) * BEEGFS_UNITS[match["unit"] or ""])


FORMATS: Mapping[str, Callable[[str], list[Row]]] = {
    "lfs": parse_lfs,
    "mmlsquota": parse_mmlsquota,
    "quota": parse_quota,
    "diskusage_report": parse_report,
    "beegfs": parse_beegfs,
}
