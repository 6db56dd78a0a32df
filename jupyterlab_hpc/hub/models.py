"""What the hub room says over REST. Times are ISO 8601 with a zone."""

from dataclasses import dataclass
from typing import Literal

# How the server is stopped: by JupyterHub, by itself, or by cancelling its job.
Way = Literal["hub", "server", "job", "none"]


@dataclass(frozen=True, kw_only=True)
class RunningKernel:
    """A kernel of this server; `path` is its notebook or empty, `state` as Jupyter has it."""

    kernel_id: str
    kernel_name: str
    path: str
    state: str
    last_activity: str


@dataclass(frozen=True, kw_only=True)
class RunningTerminal:
    """A terminal of this server."""

    terminal: str
    last_activity: str


@dataclass(frozen=True, kw_only=True)
class RunningApplication:
    """An application of this server, such as RStudio."""

    application: str
    title: str


@dataclass(frozen=True, kw_only=True)
class BatchJob:
    """A job of the user's that goes on without this server; `state` as the scheduler has it."""

    job_id: str
    name: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ServerRequest:
    """What to tell of this server; the batch jobs are asked of the scheduler."""

    jobs: bool = False


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why the server cannot be stopped, or was not: a sentence and its cure.

    Each is a template with its arguments, and English text.
    """

    reason: str
    message: str
    template: str
    arguments: list[str]
    cure: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class ServerInfo:
    """Whether and how this server can be stopped, and what runs in it.

    `job_id` is empty where the server is no batch job. `server_name` is empty for the
    default server. `obstacle` is null where all is well; with a `way` other than "none"
    it tells why that way and not JupyterHub's. `stopping` is true when stopping has begun.
    `logout` tells what JupyterHub's "Log Out" does to this server, as the site says.
    `jobs` are the user's others, null where they were not asked for or not told in time.
    """

    hub: bool
    user: str
    server_name: str
    job_id: str
    way: Way
    obstacle: Obstacle | None
    stopping: bool
    logout: Literal["stops", "leaves", "unknown"]
    kernels: list[RunningKernel]
    terminals: list[RunningTerminal]
    applications: list[RunningApplication]
    jobs: list[BatchJob] | None


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """Stopping has begun; the server is gone within seconds, or minutes at the worst.

    `message` tells what happens to server and job.
    """

    way: Way
    job_id: str
    message: str
    template: str
    arguments: list[str]
