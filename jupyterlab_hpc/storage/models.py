"""What the storage room says and hears over REST. Sizes are in bytes, times in ISO 8601.

Texts of the site come in English and, where it has them, in French (`…_fr`). A sentence
of ours has the `template` and the `arguments` that it is made of.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class StorageMessage:
    """A sentence for people, empty where there is nothing to say."""

    text: str
    template: str
    arguments: list[str]
    detail: str


@dataclass(frozen=True, kw_only=True)
class LinkInfo:
    """A directory and the link that leads to it.

    `target` is where the link should lead, empty where that is not known; `wanted` the
    same with its variables; `points_to` where it leads now, empty where it is none.
    `link` is the place of the link below the home. `browse` is the way to the directory
    in the file browser, null where there is none. `own` is what the user added, `ours`
    what this extension made. `message` tells why the state is what it is.

    States: `absent` no link, but it can be made; `linked`; `dangling` it leads to
    nothing; `stale` it leads elsewhere; `occupied` something else has its name;
    `unavailable` the directory does not answer, can't be read or is not there.
    """

    name: str
    target: str
    state: Literal["absent", "linked", "dangling", "stale", "occupied", "unavailable"]
    wanted: str
    points_to: str
    link: str
    browse: str | None
    title: str
    title_fr: str
    description: str
    description_fr: str
    purge: str
    purge_fr: str
    icon: str
    own: bool
    ours: bool
    automatic: bool
    per_job: bool
    message: StorageMessage


@dataclass(frozen=True, kw_only=True)
class Storage:
    """The directories of the site and the user's own; `problems` are for site staff.

    `revision` counts the changes that this server made; `folder` is where new links go,
    below the home, empty for the home itself. `browse` is the way to the home in the file
    browser, empty where that shows the home, null where there is none.
    """

    revision: int
    home: str
    browse: str | None
    folder: str
    links: list[LinkInfo]
    problems: list[str]


@dataclass(frozen=True, kw_only=True)
class LinkRequest:
    """A link to make or to mend.

    `name` is that of a link in the list, or a new one; with slashes it is a place below
    the home. `target` is absolute and may have variables; for a link in the list it may
    be left out.
    """

    name: str
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkQuery:
    """The name of a link."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much is used, in bytes or in files; `limit` is 0 where there is none.

    `soft` is the limit that may be passed for a while, 0 where there is none.
    """

    used: int
    soft: int
    limit: int


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How full a file system is.

    `scope` tells whose limit it is: "system" is the whole file system, where no quota is
    known. `names` are the links that lead there. `level` is "full" from 100 % on.
    `grace` is the time left above the soft limit, in the tool's words.
    """

    name: str
    title: str
    title_fr: str
    path: str
    scope: Literal["user", "group", "project", "system"]
    home: bool
    names: list[str]
    source: str
    bytes: Amount | None
    files: Amount | None
    level: Literal["ok", "warning", "full", "unknown"]
    grace: str
    asked_at: str
    message: StorageMessage


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """The file systems, the home first."""

    quotas: list[Quota]


@dataclass(frozen=True, kw_only=True)
class QuotaQuery:
    """With `fresh` the tools are asked again; `home` asks for the home alone."""

    fresh: bool = False
    home: bool = False


@dataclass(frozen=True, kw_only=True)
class BigItem:
    """A file or folder in the home with all that is below it; `path` is below the home."""

    path: str
    folder: bool
    bytes: int
    files: int


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What is big in the home; `items` are the biggest, the biggest first.

    "partial" is an answer cut off by its time limit.
    """

    state: Literal["idle", "running", "done", "partial", "cancelled", "failed"]
    bytes: int
    files: int
    items: list[BigItem]
    seconds: float
    message: StorageMessage
