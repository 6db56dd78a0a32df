"""The hub room's answers: how this server is stopped. Knows no HTTP of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from traitlets import Enum, Float, List
from traitlets.config import LoggingConfigurable

from ..errors import ConflictError, HPCError, ToolRefusedError
from ..sentences import fill, trans
from ..tools.hub_api import HubApi
from .models import (
    BatchJob,
    Obstacle,
    RunningApplication,
    RunningKernel,
    RunningTerminal,
    ServerInfo,
    Stopping,
    Way,
)

NO_SCOPE_CURE = trans.gettext(
    "Stop the server on the Hub's own page (File menu, Hub Control Panel). Site staff can allow "
    'it here: add "delete:servers!server" to c.Spawner.server_token_scopes in '
    "jupyterhub_config.py."
)
UNREACHABLE_CURE = trans.gettext(
    "Try again in a minute, or stop the server on the Hub's own page (File menu, Hub Control "
    "Panel)."
)

# How long an answer waits for the scheduler's list of jobs.
PATIENCE = 2.0  # seconds

# A scheduler tells of jobs for minutes after their end.
ENDED = {
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "REVOKED",
    "TIMEOUT",
}

LOGOUTS: dict[str, Literal["stops", "leaves", "unknown"]] = {
    "stops": "stops",
    "leaves": "leaves",
    "unknown": "unknown",
}


class Canceller(Protocol):
    """What can end the batch job that this server is."""

    job_id: str

    async def cancel(self) -> None:
        """Cancel the job; raises HPCError."""


class OtherJob(Protocol):
    """A job of the user's, as the scheduler tells it; `state` in the scheduler's words."""

    @property
    def job_id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def state(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What every page of this server is told: it is about to stop, or is not after all."""

    stopping: bool
    job_id: str


async def _none() -> Sequence[OtherJob]:
    return ()


async def _nothing() -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Running:
    """What tells what runs in this server and beside it, and what ends it.

    `jobs` lists all jobs of the user, and raises HPCError; it does not ask the scheduler
    each time.
    `before` does what has to be done before the server ends.
    """

    kernels: Callable[[], Awaitable[Sequence[RunningKernel]]]
    terminals: Callable[[], Awaitable[Sequence[RunningTerminal]]]
    shut_down: Callable[[], Awaitable[None]]
    applications: Callable[[], Sequence[RunningApplication]] = tuple
    jobs: Callable[[], Awaitable[Sequence[OtherJob]]] = _none
    before: Callable[[], Awaitable[None]] = _nothing


class HubService(LoggingConfigurable):
    """Stops this server and its job."""

    fallbacks = List(
        Enum(("server", "job")),
        default_value=[],
        help="""What may be done where JupyterHub does not let this server stop itself, in this
        order: "server" ends the server, with which its job ends; "job" cancels the job. The Hub
        notices at its next poll. Empty, the default, means nothing.""",
    ).tag(config=True)
    logout = Enum(
        tuple(LOGOUTS),
        "unknown",
        help="""What "Log Out" does to a running server at this site: "stops" where
        c.JupyterHub.shutdown_on_logout is True, "leaves" where it is False. The page says so.""",
    ).tag(config=True)
    delay = Float(
        0.2,
        min=0,
        help="Seconds between the answer to the page and the stop, so that the answer arrives.",
    ).tag(config=True)

    def __init__(
        self,
        *,
        hub: HubApi,
        job: Canceller,
        running: Running,
        on_notice: Callable[[Notice], None] = lambda _: None,
        **kwargs: object,
    ) -> None:
        """`on_notice` tells every page."""
        super().__init__(**kwargs)
        self._hub = hub
        self._job = job
        self._running = running
        self._on_notice = on_notice
        self._question: asyncio.Task[None] | None = None
        self._jobs: list[BatchJob] | None = None
        self._may_stop: bool | None = None  # as the Hub said; a token's scopes do not change
        self._work: asyncio.Task[None] | None = None
        self._failure: Obstacle | None = None

    async def stop(self) -> None:
        """End what runs in the background: the server goes, and with it the question."""
        for task in (self._work, self._question):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def server(self, *, jobs: bool = False) -> ServerInfo:
        """Return how this server can be stopped, what runs in it, and perhaps beside it."""
        (way, obstacle), kernels, terminals, others = await asyncio.gather(
            self._way(),
            self._running.kernels(),
            self._running.terminals(),
            self._others() if jobs else _unasked(),
        )
        return ServerInfo(
            hub=self._hub.present,
            user=self._hub.user,
            server_name=self._hub.server_name,
            job_id=self._job.job_id,
            way=way,
            obstacle=self._failure or obstacle,
            stopping=self._work is not None,
            logout=LOGOUTS[self.logout],
            kernels=list(kernels),
            terminals=list(terminals),
            applications=list(self._running.applications()),
            jobs=others,
        )

    async def _others(self) -> list[BatchJob] | None:
        """Return the user's other jobs, None where they are not told in time."""
        if self._question is None:
            self._jobs = None
            self._question = asyncio.create_task(self._ask_for_jobs())
        await asyncio.wait({self._question}, timeout=PATIENCE)
        return self._jobs

    async def _ask_for_jobs(self) -> None:
        try:
            self._jobs = [
                BatchJob(job_id=job.job_id, name=job.name, state=job.state)
                for job in await self._running.jobs()
                if job.job_id != self._job.job_id and job.state not in ENDED
            ]
        except HPCError as error:
            self.log.warning("The scheduler was asked for the user's jobs: %s", error)
        except Exception:
            self.log.exception("The user's jobs could not be listed")
        finally:
            self._question = None

    async def stop_server(self) -> Stopping:
        """Begin to stop this server and its job, and say what will happen.

        The Hub answers only when this process is gone. So its leave is asked for
        first, and the stop itself begins when the page has had its answer.
        Raises ConflictError where stopping has begun, and ToolRefusedError with the cure,
        or what reaching the Hub raises, where there is no way.
        """
        if self._work is not None:
            raise ConflictError(trans.gettext("This server is being stopped already."))
        way, obstacle = await self._way()
        if self._work is not None:  # another page was quicker
            raise ConflictError(trans.gettext("This server is being stopped already."))
        if way == "none":
            assert obstacle is not None
            raise ToolRefusedError(
                obstacle.template,
                *obstacle.arguments,
                detail="\n".join(filter(None, (obstacle.cure, obstacle.detail))),
            )
        self._failure = None
        self._work = asyncio.create_task(self._stop(way))
        # Before the answer: the other pages are not to take the end for a mishap.
        self._tell(stopping=True)
        template, *arguments = self._promise(way)
        self.log.info("Stopping this server (%s)", way)
        return Stopping(
            way=way,
            job_id=self._job.job_id,
            message=fill(template, tuple(arguments)),
            template=template,
            arguments=arguments,
        )

    async def _way(self) -> tuple[Way, Obstacle | None]:
        """Return the best way to stop that is open, and what is in the way of a better one."""
        obstacle: Obstacle | None
        if not self._hub.present:
            obstacle = _obstacle(
                "no-hub",
                trans.gettext("This server was not started by a JupyterHub."),
                cure=trans.gettext("File menu, Shut Down ends it."),
            )
        else:
            try:
                if self._may_stop is None:
                    self._may_stop = await self._hub.may_stop()
            except HPCError as error:
                obstacle = _obstacle_of(error, UNREACHABLE_CURE)
            else:
                if self._may_stop:
                    return "hub", None
                obstacle = _obstacle(
                    "no-scope",
                    trans.gettext("JupyterHub does not let this server stop itself."),
                    cure=NO_SCOPE_CURE,
                )
        for fallback in self.fallbacks:
            if fallback == "server":
                return "server", obstacle
            if self._job.job_id:
                return "job", obstacle
        return "none", obstacle

    def _tell(self, *, stopping: bool) -> None:
        self._on_notice(Notice(stopping=stopping, job_id=self._job.job_id))

    async def _prepare(self) -> None:
        """Do what comes before the end, for a moment and whatever comes of it."""
        before = asyncio.ensure_future(self._running.before())
        await asyncio.wait({before}, timeout=PATIENCE)
        if not before.done():
            before.cancel()
        elif error := before.exception():
            self.log.warning("Before the stop: %s", error)

    async def _stop(self, way: Way) -> None:
        await asyncio.gather(asyncio.sleep(self.delay), self._prepare())
        try:
            if way == "hub":
                answer = await self._hub.stop()
                # 204: gone, 202: going. Else the page, if it still asks, is told.
                if answer.status >= 300:  # noqa: PLR2004 - HTTP's refusals
                    self._may_stop = None
                    self._fail(
                        ToolRefusedError(
                            trans.gettext("JupyterHub refused to stop this server."),
                            detail=f"{answer.status} {answer.message}".strip(),
                        )
                    )
                else:
                    return  # still `stopping`: the signal is on its way
            elif way == "server":
                await self._running.shut_down()
                return
            else:
                await self._job.cancel()
                return
        except HPCError as error:
            self._fail(error)
        self._work = None

    def _fail(self, error: HPCError) -> None:
        self._failure = _obstacle_of(error, UNREACHABLE_CURE)
        self._tell(stopping=False)
        self.log.warning("This server was not stopped: %s %s", error, error.detail)

    def _promise(self, way: Way) -> tuple[str, ...]:
        job_id = self._job.job_id
        if way == "hub" and job_id:
            return (
                trans.gettext("JupyterHub stops this server and cancels its job %1."),
                job_id,
            )
        if way == "hub":
            return (trans.gettext("JupyterHub stops this server."),)
        if way == "server" and job_id:
            return (
                trans.gettext(
                    "This server ends, and with it its job %1. JupyterHub notices within a minute."
                ),
                job_id,
            )
        if way == "server":
            return (trans.gettext("This server ends. JupyterHub notices within a minute."),)
        return (
            trans.gettext("Job %1 is cancelled. JupyterHub notices within a minute."),
            job_id,
        )


async def _unasked() -> None:
    return None


def _obstacle(reason: str, template: str, *, cure: str, detail: str = "") -> Obstacle:
    return Obstacle(
        reason=reason, message=template, template=template, arguments=[], cure=cure, detail=detail
    )


def _obstacle_of(error: HPCError, cure: str) -> Obstacle:
    return Obstacle(
        reason=error.reason,
        message=error.message,
        template=error.template,
        arguments=list(error.arguments),
        cure=cure,
        detail=error.detail,
    )
