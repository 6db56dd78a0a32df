"""What the storage room says and hears over REST. Sizes are in bytes, times in ISO 8601.

Texts of the site come in English and, where it has them, in French (`…_fr`). A sentence
of ours has the `template` and the `arguments` that it is made of.
"""

from dataclasses import dataclass, field
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

    `revision` grows with each change that the server makes; `folder` is where new links go,
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
    the home, `~/NAME` one in the home itself. `target` is absolute and may have
    variables; for a link in the list it may be left out.
    """

    name: str
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkQuery:
    """The name of a link, or its place as in a LinkRequest."""

    name: str


@dataclass(frozen=True, kw_only=True)
class FolderQuery:
    """A folder by its way in the file browser, empty for the one that it begins with."""

    path: str = ""


@dataclass(frozen=True, kw_only=True)
class FolderLink:
    """A symbolic link in a folder.

    `points_to` is what it says. `outside`: it leads out of the home. `ours`: this
    extension made it. `link` is its place below the home, empty where it is not in the
    home itself. `title` and `purge` are of the directory of the site that it leads to or
    into, empty where that is none. `message` says where it leads, or why it leads nowhere.

    States: `linked`; `dangling` it leads to nothing; `unavailable` what it leads to does
    not answer or can't be read.
    """

    name: str
    points_to: str
    state: Literal["linked", "dangling", "unavailable"]
    outside: bool
    ours: bool
    link: str
    title: str
    title_fr: str
    purge: str
    purge_fr: str
    message: StorageMessage


@dataclass(frozen=True, kw_only=True)
class FolderLinks:
    """Which names in a folder are links; `message` tells why that is not known."""

    path: str
    links: list[FolderLink]
    message: StorageMessage


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


@dataclass(frozen=True, kw_only=True)
class LeftQuery:
    """With `sizes` all is added up and the places are told; without it only the state."""

    sizes: bool = True


@dataclass(frozen=True, kw_only=True)
class LeftItem:
    """A file or folder of the job's directory, with all that is below it.

    What `changed` was written in this session; sizes are those of the contents.
    """

    name: str
    folder: bool
    bytes: int
    files: int
    changed_bytes: int
    changed_files: int


@dataclass(frozen=True, kw_only=True)
class CopyPlace:
    """A directory that can be copied to; `free` is null where that is not known."""

    name: str
    path: str
    title: str
    title_fr: str
    purge: str
    purge_fr: str
    home: bool
    free: int | None


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is in the job's directory, which goes when the job ends.

    `items` are the biggest, the biggest first; `more` is how many are not listed.
    `partial`: not all was added up in time. `since` is when the session began.

    States: `none` there is no such directory; `empty`; `found`; `unavailable` it does
    not answer, `message` says that.
    """

    state: Literal["none", "empty", "found", "unavailable"]
    path: str
    title: str
    title_fr: str
    since: str
    bytes: int
    files: int
    changed_bytes: int
    changed_files: int
    partial: bool
    items: list[LeftItem]
    more: int
    places: list[CopyPlace]
    message: StorageMessage


@dataclass(frozen=True, kw_only=True)
class CopyRequest:
    """What to copy from the job's directory, and where to.

    `to` is the name of a CopyPlace. With `changed` only what was written in this session
    is copied; `leave_out` are names of LeftItems. With `resume` the last copy goes on, and
    nothing else is read.
    """

    to: str = ""
    changed: bool = True
    leave_out: list[str] = field(default_factory=list)
    resume: bool = False


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A file that was not copied, and why, in the system's words."""

    path: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Copy:
    """The last copy of the job's directory: how it goes, or what came of it.

    `to` is the new folder, empty before it is made; `browse` the way to it in the file
    browser, null where there is none. `current` is the file being copied. `skipped` are
    the first of `skipped_files`. `resumable`: what is missing can be copied later on.
    """

    state: Literal["idle", "running", "done", "failed", "cancelled"]
    source: str
    to: str
    browse: str | None
    bytes: int
    files: int
    total_bytes: int
    total_files: int
    current: str
    skipped: list[Skipped]
    skipped_files: int
    resumable: bool
    seconds: float
    message: StorageMessage
