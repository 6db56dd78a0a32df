"""How full the file systems are. Knows quota tools; knows no HTTP."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from traitlets import Dict, Float, List
from traitlets.config import LoggingConfigurable

from ..errors import HPCError
from ..process import run
from ..sentences import trans
from .looks import Look, Looker
from .models import Amount, Quota, Quotas, StorageMessage
from .quota_text import FORMATS, Row
from .states import NOTHING, say
from .targets import expand, is_inside

MOUNTS = Path("/proc/self/mountinfo")
MMLSQUOTA = "/usr/lpp/mmfs/bin"  # where Storage Scale has its programs, seldom in PATH
Level = Literal["unknown", "ok", "warning", "full"]
LEVELS: tuple[Level, ...] = ("unknown", "ok", "warning", "full")  # the worst last
FAILED_AGE = 30.0  # seconds for which it is remembered that a tool had no answer
NAMES = {"name": str, "title": str, "title_fr": str, "path": str, "command": list, "format": str}


@dataclass(frozen=True, kw_only=True)
class Directory:
    """A directory whose file system is of interest; `name` is the link's."""

    name: str
    path: str
    title: str
    title_fr: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file system and the command that tells how full it is; none for statvfs(3).

    `names` are the links that lead there.
    """

    name: str
    title: str
    title_fr: str
    path: str
    command: tuple[str, ...] = ()
    format: str = ""
    names: tuple[str, ...] = ()
    home: bool = False


class StorageQuota(LoggingConfigurable):
    """Asks how full the file systems are, and remembers it for a while."""

    quotas = List(
        Dict(),
        default_value=None,
        allow_none=True,
        help="""The file systems whose use is shown: dicts with the keys name, title, title_fr,
        path, command (a list, with variables) and format: "lfs", "mmlsquota", "quota",
        "diskusage_report" or "beegfs". Without a command the whole file system's use is shown.
        None, the default, means the home and the targets, with the quota tools that are found.""",
    ).tag(config=True)

    timeout = Float(10.0, help="""Seconds that a quota tool may take.""").tag(config=True)

    age = Float(
        300.0, help="""Seconds for which an answer is remembered before a tool is asked again."""
    ).tag(config=True)

    warn_at = Float(
        0.9, help="""The part of a limit from which on the user is warned: 0.9 is 90 %."""
    ).tag(config=True)

    def __init__(
        self,
        *,
        environment: Callable[[], Mapping[str, str]],
        looker: Looker,
        home: str,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self._environment = environment
        self._looker = looker
        self._home = home
        self._known: dict[Entry, tuple[float, list[Quota]]] = {}
        self._lock = asyncio.Lock()
        self.read_settings()

    def read_settings(self) -> None:
        """Take the settings over; `problems` says what in them is not right."""
        entries, problems = [], []
        for i, said in enumerate(self.quotas or []):
            key = f"{type(self).__name__}.quotas[{i}]"
            problem = _problem(said, key)
            if problem:
                problems.append(problem)
                continue
            entries.append(
                Entry(
                    name=said["name"],
                    title=said.get("title", said["name"]),
                    title_fr=said.get("title_fr", ""),
                    path=said.get("path", ""),
                    command=tuple(said.get("command", [])),
                    format=said.get("format", ""),
                )
            )
        self._configured = entries
        self.problems = problems

    async def ask(
        self, directories: Sequence[Directory], *, fresh: bool = False, home: bool = False
    ) -> Quotas:
        """Return how full the file systems of the home and of directories are.

        Equal questions under way are shared; `home` asks for the home alone.
        """
        async with self._lock:
            looks = await self._looker.look([self._home, *(d.path for d in directories)])
            entries = await self._entries([] if home else directories, looks)
            answers = await asyncio.gather(*(self._answer(e, looks, fresh) for e in entries))
        quotas = [quota for answer in answers for quota in answer]
        if home:
            quotas = [quota for quota in quotas if quota.home]
        return Quotas(quotas=sorted(quotas, key=lambda quota: not quota.home))

    async def _entries(
        self, directories: Sequence[Directory], looks: Mapping[str, Look]
    ) -> list[Entry]:
        """Return whom to ask: what the site says, else one tool a file system."""
        if self.quotas is not None:
            return [self._placed(entry, directories) for entry in self._configured]
        environment = self._environment()
        here = Directory(name="", path=self._home, title=trans.gettext("Home"), title_fr="")
        report = shutil.which("diskusage_report", path=environment.get("PATH"))
        if report:
            return [_entry(here, [], command=(report,), format="diskusage_report", home=True)]
        mounts = await asyncio.to_thread(_mounts)
        entries: dict[int, Entry] = {}
        for directory in (here, *directories):
            look = looks[directory.path]
            if look.hangs or look.code:
                continue
            known = entries.get(look.device)
            if known is not None:
                entries[look.device] = replace(known, names=(*known.names, directory.name))
                continue
            kind, source, point = mounts.get(look.device, ("", "", ""))
            command, form = _tool(kind, source, point, environment)
            entries[look.device] = _entry(
                directory,
                [directory] if directory.name else [],
                command=command,
                format=form,
                home=directory is here,
            )
        return list(entries.values())

    def _placed(self, entry: Entry, directories: Sequence[Directory]) -> Entry:
        """Return an entry of the site with its variables replaced and its links named."""
        environment = {"HOME": self._home, **self._environment()}
        path, unset = expand(entry.path, environment)
        path = "" if unset else path
        return replace(
            entry,
            path=path,
            command=tuple(expand(word, environment)[0] for word in entry.command),
            names=tuple(d.name for d in directories if path and is_inside(d.path, path)),
            home=bool(path) and is_inside(self._home, path),
        )

    async def _answer(self, entry: Entry, looks: Mapping[str, Look], fresh: bool) -> list[Quota]:
        at, known = self._known.get(entry, (0.0, []))
        failed = any(quota.message.template for quota in known)
        age = min(self.age, FAILED_AGE) if failed else self.age
        # What costs no process is never old.
        if entry.command and known and not fresh and monotonic() - at < age:
            return known
        if not entry.command:
            look = looks.get(entry.path)
            if look is None and entry.path:
                look = (await self._looker.look([entry.path]))[entry.path]
            return [self._whole(entry, look)]
        quotas = await self._from_tool(entry)
        look = looks.get(entry.path)
        if look is not None and not _limits(quotas):
            # The tool has no limit to tell, or failed: then what the file system says.
            quotas = [replace(self._whole(entry, look), message=quotas[0].message)]
        self._known[entry] = (monotonic(), quotas)
        return quotas

    async def _from_tool(self, entry: Entry) -> list[Quota]:
        program = Path(entry.command[0]).name
        try:
            done = await run(
                entry.command,
                timeout=self.timeout,
                env={**self._environment(), "LC_ALL": "C.UTF-8"},
            )
        except HPCError as error:
            message = say(error.template, *error.arguments, detail=error.detail)
            return [self._unknown(entry, program, message)]
        # `quota` answers 1 where a limit is passed: the table counts, not the code.
        rows = FORMATS[entry.format](done.stdout_text)
        if not rows:
            words = f"{done.stdout_text}{done.stderr_text}".strip()[:2000]
            message = say(trans.gettext("What %1 said could not be read."), program, detail=words)
            return [self._unknown(entry, program, message)]
        return [self._quota(entry, row, program, several=len(rows) > 1) for row in rows]

    def _quota(self, entry: Entry, row: Row, source: str, *, several: bool) -> Quota:
        path = row.filesystem.partition(" ")[0] if several else entry.path
        size, files = _amount(row.bytes), _amount(row.files)
        return Quota(
            name=f"{entry.name}:{row.filesystem}" if several else entry.name,
            title=row.filesystem if several else entry.title,
            title_fr="" if several else entry.title_fr,
            path=path,
            scope=row.scope,
            home=is_inside(self._home, path) if several and path else entry.home,
            names=[] if several else list(entry.names),
            source=source,
            bytes=size,
            files=files,
            level=_worst(self._level(amount, row.grace) for amount in (size, files)),
            grace=row.grace,
            asked_at=_now(),
            message=NOTHING,
        )

    def _level(self, amount: Amount | None, grace: str) -> Level:
        if amount is None:
            return "unknown"
        above = bool(amount.soft) and amount.used > amount.soft
        if (amount.limit and amount.used >= amount.limit) or (above and "expired" in grace):
            return "full"
        limits = [limit for limit in (amount.soft, amount.limit) if limit]
        return "warning" if limits and amount.used >= self.warn_at * min(limits) else "ok"

    def _whole(self, entry: Entry, look: Look | None) -> Quota:
        """Return how full a whole file system is, as df tells it."""
        if look is None or look.hangs or look.code:
            return self._unknown(
                entry,
                "",
                say(
                    trans.gettext("%1 does not answer. Its file system may be down; try later."),
                    entry.path,
                ),
            )
        size, files = _used(look.bytes), _used(look.files)
        full = any(amount is not None and amount.used >= amount.limit for amount in (size, files))
        level = _worst(self._level(amount, "") for amount in (size, files))
        if level == "warning" and not entry.home:
            level = "ok"  # the room of all is no user's to make
        return replace(
            self._unknown(entry, "statvfs", NOTHING),
            scope="system",
            bytes=size,
            files=files,
            level="full" if full else level,
        )

    def _unknown(self, entry: Entry, source: str, message: StorageMessage) -> Quota:
        return Quota(
            name=entry.name,
            title=entry.title,
            title_fr=entry.title_fr,
            path=entry.path,
            scope="user",
            home=entry.home,
            names=list(entry.names),
            source=source,
            bytes=None,
            files=None,
            level="unknown",
            grace="",
            asked_at=_now(),
            message=message,
        )


def _worst(levels: Iterable[Level]) -> Level:
    return max(levels, key=LEVELS.index)


def _amount(numbers: tuple[int, int, int] | None) -> Amount | None:
    return None if numbers is None else Amount(used=numbers[0], soft=numbers[1], limit=numbers[2])


def _used(numbers: tuple[int, int, int]) -> Amount | None:
    """Return what is used of what users can have: what is kept for root is not theirs."""
    size, free, available = numbers
    return Amount(used=size - free, soft=0, limit=size - free + available) if size else None


def _limits(quotas: Iterable[Quota]) -> bool:
    return any(
        amount is not None and (amount.soft or amount.limit)
        for quota in quotas
        for amount in (quota.bytes, quota.files)
    )


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _entry(directory: Directory, others: Iterable[Directory], **values: Any) -> Entry:
    return Entry(
        name=directory.name or "home",
        title=directory.title,
        title_fr=directory.title_fr,
        path=directory.path,
        names=tuple(other.name for other in others),
        **values,
    )


def _tool(
    kind: str, source: str, point: str, environment: Mapping[str, str]
) -> tuple[tuple[str, ...], str]:
    """Return the command that tells a user's quota on a file system, and its format."""
    user = environment.get("USER", "")
    path = environment.get("PATH", "")
    if kind == "lustre" and user and (lfs := shutil.which("lfs", path=path)):
        return (lfs, "quota", "-u", user, point), "lfs"
    if kind == "gpfs" and user:
        program = shutil.which("mmlsquota", path=f"{path}:{MMLSQUOTA}")
        if program:
            return (program, "-Y", "-u", user, Path(source).name), "mmlsquota"
    if kind == "beegfs" and user and (control := shutil.which("beegfs-ctl", path=path)):
        return (control, "--getquota", "--csv", "--uid", user, f"--mount={point}"), "beegfs"
    if kind in {"nfs", "nfs4"} and (quota := shutil.which("quota", path=path)):
        return (quota, "-w", "-p", "-f", point), "quota"
    return (), ""


def _mounts() -> dict[int, tuple[str, str, str]]:
    """Return kind, source and mount point of the file systems by their device numbers."""
    found = {}
    try:
        lines = MOUNTS.read_text(errors="replace").splitlines()
    except OSError:
        return {}
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, kind_source = before.split(), after.split()
        major, _, minor = fields[2].partition(":")
        found[os.makedev(int(major), int(minor))] = (kind_source[0], kind_source[1], fields[4])
    return found


def _problem(said: object, key: str) -> str:
    """Return what is wrong with an entry of the setting, empty where nothing is."""
    if not isinstance(said, Mapping):
        return f"{key}: must be a dict"
    for name, value in said.items():
        if name not in NAMES:
            return f"{key}.{name}: is unknown; known are {', '.join(NAMES)}"
        if not isinstance(value, NAMES[name]):
            return f"{key}.{name}: must be a {NAMES[name].__name__}"
    command = said.get("command", [])
    wrong = {
        f"{key}.name: is missing": not said.get("name"),
        f"{key}: must have a path or a command": not command and not said.get("path"),
        f"{key}.command: must be a list of words": not all(
            isinstance(word, str) and word for word in command
        ),
        f"{key}.format: must be one of {', '.join(FORMATS)}": command
        and said.get("format") not in FORMATS,
    }
    return next((problem for problem, is_wrong in wrong.items() if is_wrong), "")
