"""What the session room says over REST.

Times are ISO 8601 in UTC, durations seconds, sizes bytes. What is not known is null.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class SessionJob:
    """The batch job that this server is; texts are empty where the scheduler has none.

    `cores`, `memory` and `gpus` are what the job was given, on all its nodes.
    """

    id: str
    name: str
    scheduler: str
    state: str
    node: str
    nodes: int
    partition: str
    account: str
    qos: str
    cores: int | None
    memory: int | None
    gpus: int | None


@dataclass(frozen=True, kw_only=True)
class GpuUse:
    """A GPU of the session; `busy` is a share of 1."""

    name: str
    busy: float | None
    memory: int | None
    memory_total: int | None


@dataclass(frozen=True, kw_only=True)
class Requested:
    """What the session may use: the job's, else what holds for this process."""

    cores: int
    memory: int | None
    gpus: int


@dataclass(frozen=True, kw_only=True)
class Used:
    """What the session uses.

    `source` tells whose use it is: of the job's cgroup, of another cgroup, of the
    processes of this server, or of the whole machine. `cores` is how many are busy,
    since the last question or on average since the start.
    `memory` leaves out the file cache, `memory_peak` may count it.
    """

    source: Literal["job", "cgroup", "processes", "machine"]
    cores: float | None
    cores_average: float | None
    memory: int
    memory_peak: int | None
    gpus: list[GpuUse]
    oom_kills: int


@dataclass(frozen=True, kw_only=True)
class SessionMessage:
    """A sentence for the user: the `template`, its `arguments`, and both as English."""

    kind: Literal["advice", "gpus", "killed", "scheduler"]
    level: Literal["info", "warning"]
    text: str
    template: str
    arguments: list[str]
    detail: str


@dataclass(frozen=True, kw_only=True)
class SessionInfo:
    """The session: its job or null, its time, and what it uses of what it may use.

    `seconds_left` is never negative, and null where there is no end or none is known.
    `checked_at` is when the scheduler was last heard. `warnings` are the seconds before
    the end when the page should warn; `ask_again` is how long the page should wait until
    it asks for this again. `extendable`: the site has a command that asks for more time.
    `new_session_url` is the Hub's form for another session like this one, or empty.
    """

    job: SessionJob | None
    started_at: str | None
    ends_at: str | None
    seconds_left: int | None
    requested: Requested
    used: Used
    messages: list[SessionMessage]
    checked_at: str | None
    warnings: list[int]
    ask_again: int
    extendable: bool
    new_session_url: str


@dataclass(frozen=True, kw_only=True)
class MoreTime:
    """More time was given; `said` are the words of the site's command."""

    said: str


@dataclass(frozen=True, kw_only=True)
class KeepRequest:
    """What a page has open: paths of files, in order, and the one in front.

    `page` is a name that no other page has. `final` is true when the session is about to end.
    """

    files: list[str]
    active: str = ""
    page: str = ""
    final: bool = False


@dataclass(frozen=True, kw_only=True)
class LastSession:
    """What the session before this one had loaded (full names, in load order) and open."""

    saved_at: str
    job_id: str
    modules: list[str]
    files: list[str]
    active: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What can be carried on with: null where there is nothing, or it was decided."""

    last: LastSession | None
