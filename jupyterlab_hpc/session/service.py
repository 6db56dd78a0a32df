"""The session room's answers. Knows the job and the kernel's files; knows no HTTP."""

import asyncio
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Literal, Protocol
from urllib.parse import quote

from traitlets import Bool, Float, Integer, List, Unicode
from traitlets.config import LoggingConfigurable

from ..errors import ConflictError, HPCError, NotFoundError, ToolMissingError
from ..sentences import fill, trans
from ..tools.nvidia import Gpu
from ..tools.slurm_text import Job
from .models import (
    GpuUse,
    MoreTime,
    Requested,
    SessionInfo,
    SessionJob,
    SessionMessage,
    Used,
)
from .usage import Usage, cores_here, read_usage

GIGABYTE = 1 << 30
# How long an answer waits for the scheduler before it tells what is known already.
PATIENCE = 2.0  # seconds
# Below this, nobody is charged much for too much.
WORTH_ADVICE = 2 * GIGABYTE
# A longer time without a look says nothing of what GPUs did; a page asks every 5 minutes.
LONGEST_GAP = 400.0  # seconds
# Looks at GPUs below which nothing is said of them: one is only a moment.
FEWEST_LOOKS = 3


class Scheduler(Protocol):
    """What knows the job that this server is."""

    kind: str

    def told(self) -> Job | None:
        """Return what is known without asking; None outside a job."""

    async def job(self) -> Job:
        """Ask for the job; raises HPCError."""


class Gpus(Protocol):
    """What knows how busy the GPUs of the session are."""

    async def gpus(self) -> list[Gpu]:
        """Ask; an empty list where it cannot be told."""


class TimeGiver(Protocol):
    """What asks for more time, if the site lets anybody."""

    @property
    def offered(self) -> bool:
        """Whether anybody may ask."""

    async def ask(self, job_id: str) -> str:
        """Ask, and return what was answered; raises HPCError."""


class SessionService(LoggingConfigurable):
    """Tells how long the session lasts, and what it uses."""

    query_interval = Float(
        300.0,
        min=10.0,
        help="""The least number of seconds between two questions to the scheduler, however many
        pages are open. It is asked only while a page asks; between two answers, time is
        counted without it.""",
    ).tag(config=True)
    page_interval = Integer(
        15, min=5, help="Seconds after which a visible Session panel asks for what is used."
    ).tag(config=True)
    warnings = List(
        Integer(min=0),
        default_value=[1800, 600, 120],
        help="Seconds before the end of the session when the page warns; empty for never.",
    ).tag(config=True)
    advice = Bool(True, help="Say when much more was asked for than was used.").tag(config=True)
    advice_after = Float(
        900.0, help="Seconds after the start before which no advice is given."
    ).tag(config=True)

    gpu_idle_share = Float(
        0.05, min=0, max=1, help="The share of a GPU below which it counts as idle."
    ).tag(config=True)
    gpu_idle_after = Float(
        900.0,
        min=60,
        help="Seconds for which all GPUs of a session must have been idle before it is said.",
    ).tag(config=True)
    new_session_url = Unicode(
        "{spawn}",
        help="""Where "Carry On in a New Session" leads when this one has been stopped. {spawn} is
        the Hub's page for another server of the same name; {account}, {partition}, {hours},
        {cores}, {memory_gb}, {gpus} and {user} are the session's own. Beware: with a query
        ("?account=…") JupyterHub shows no form, it starts a server at once; behind a "#" the
        values reach a script of the form's page, as in examples/cluster. Empty: not offered.""",
    ).tag(config=True)

    def __init__(  # noqa: PLR0913 - what a session is asked of
        self,
        *,
        scheduler: Scheduler,
        gpus: Gpus | None = None,
        more_time: TimeGiver | None = None,
        environment: Mapping[str, str] | None = None,
        usage: Callable[[], Usage] = read_usage,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        **kwargs: object,
    ) -> None:
        """`usage` may block: it is called in a thread.

        `environment` is what the server was started with. `clock` gives seconds since the
        epoch, `ticks` those of a clock that never jumps.
        """
        super().__init__(**kwargs)
        self._scheduler = scheduler
        self._gpus = gpus
        self._more_time = more_time
        self._environment = dict(os.environ if environment is None else environment)
        self._extending = False
        self._idle = _Idle()
        self._usage = usage
        self._clock = clock
        self._ticks = ticks
        self._job = scheduler.told()
        self._heard: float | None = None  # when the scheduler answered
        self._asked: float | None = None  # when it was asked, in ticks
        self._trouble: HPCError | None = None
        self._question: asyncio.Task[None] | None = None
        self._last_cpu: tuple[float, float] | None = None  # ticks, CPU seconds

    async def stop(self) -> None:
        """End what runs in the background."""
        if self._question is not None:
            self._question.cancel()
            await asyncio.gather(self._question, return_exceptions=True)

    async def session(self) -> SessionInfo:
        """Return what is known of the session; never waits long for the scheduler."""
        await self._refresh()
        usage = await asyncio.to_thread(self._usage)
        gpus = await self._gpus.gpus() if self._gpus and self._job and self._job.gpus else []
        job, now = self._job, self._clock()
        requested = Requested(
            cores=(job and job.cores) or cores_here(),
            memory=(job and job.memory) or usage.memory_limit,
            gpus=(job.gpus or 0) if job else 0,
        )
        used = self._used(usage, gpus, now)
        ends_at = job.ends_at if job else None
        return SessionInfo(
            job=self._info(job) if job else None,
            started_at=_iso(job.started_at) if job else None,
            ends_at=_iso(ends_at),
            seconds_left=None if ends_at is None else max(0, math.floor(ends_at - now)),
            requested=requested,
            used=used,
            messages=[
                *self._troubles(),
                *_killed(used, requested),
                *self._idle_gpus(used),
                *self._advice(used, now),
            ],
            checked_at=_iso(self._heard),
            warnings=sorted(set(self.warnings), reverse=True),
            ask_again=self.page_interval,
            extendable=self._extendable,
            new_session_url=self._new_session_url(requested),
        )

    async def extend(self) -> MoreTime:
        """Ask for more time with the site's command.

        The scheduler is asked anew afterwards, whenever it was asked last: that is at most
        one question for each time that a user asks. Raises ToolMissingError where the site
        has no such command or this is no job, ConflictError while it is being asked, and
        what the command raises.
        """
        if self._more_time is None or self._job is None or not self._extendable:
            raise ToolMissingError(trans.gettext("At this site, sessions cannot be extended."))
        if self._extending:
            raise ConflictError(trans.gettext("More time is being asked for already."))
        self._extending = True
        try:
            said = await self._more_time.ask(self._job.job_id)
        finally:
            self._extending = False
        self._asked = None
        await self._refresh()
        return MoreTime(said=said)

    @property
    def _extendable(self) -> bool:
        return self._job is not None and self._more_time is not None and self._more_time.offered

    def _new_session_url(self, requested: Requested) -> str:
        """Return the Hub's form, with this session's values; empty where there is no Hub."""
        said = self._environment
        user, name = said.get("JUPYTERHUB_USER", ""), said.get("JUPYTERHUB_SERVER_NAME", "")
        if not user or not said.get("JUPYTERHUB_API_URL"):
            return ""
        base = said.get("JUPYTERHUB_HOST", "") + said.get("JUPYTERHUB_BASE_URL", "/")
        spawn = f"{base}hub/spawn"
        if name:
            spawn += f"/{quote(user, safe='')}/{quote(name, safe='')}"
        job = self._job
        hours = ""
        if job and job.started_at is not None and job.ends_at is not None:
            hours = f"{(job.ends_at - job.started_at) / 3600:.2f}".rstrip("0").rstrip(".")
        memory = f"{requested.memory / GIGABYTE:.2f}" if requested.memory else ""
        values = {
            "account": job.account if job else "",
            "partition": job.partition if job else "",
            "hours": hours,
            "cores": str(requested.cores),
            "memory_gb": memory.rstrip("0").rstrip("."),
            "gpus": str(requested.gpus),
            "user": user,
        }
        url = self.new_session_url
        for key, value in values.items():
            url = url.replace("{" + key + "}", quote(value, safe=""))
        return url.replace("{spawn}", spawn)

    async def _refresh(self) -> None:
        """Ask the scheduler if it may be asked again; wait only a moment for the answer."""
        if self._job is None:
            return
        now = self._ticks()
        due = self._asked is None or now - self._asked >= self.query_interval
        if self._question is None and due:
            self._asked = now
            self._question = asyncio.create_task(self._ask())
            # Only who asked first waits: a scheduler that hangs delays no other answer.
            await asyncio.wait({self._question}, timeout=PATIENCE)

    async def _ask(self) -> None:
        try:
            job = await self._scheduler.job()
        except HPCError as error:
            self._trouble = error
            self.log.warning("The scheduler was asked for the session's job: %s", error)
        except Exception:
            self.log.exception("The scheduler's answer could not be read")
        else:
            self._job, self._trouble, self._heard = job, None, self._clock()
        finally:
            self._question = None

    def _info(self, job: Job) -> SessionJob:
        return SessionJob(
            id=job.job_id,
            name=job.name,
            scheduler=self._scheduler.kind,
            state=job.state,
            node=job.node,
            nodes=job.nodes,
            partition=job.partition,
            account=job.account,
            qos=job.qos,
            cores=job.cores,
            memory=job.memory,
            gpus=job.gpus,
        )

    def _used(self, usage: Usage, gpus: list[Gpu], now: float) -> Used:
        moment = self._ticks()
        cores = None
        if self._last_cpu is not None and moment - self._last_cpu[0] > 0:
            spent = usage.cpu_seconds - self._last_cpu[1]
            cores = round(max(0.0, spent / (moment - self._last_cpu[0])), 2)
        # Two questions at once would measure nothing: the older sample stays.
        if self._last_cpu is None or moment - self._last_cpu[0] >= 1:
            self._last_cpu = (moment, usage.cpu_seconds)
        average = None
        started_at = self._job.started_at if self._job else None
        if started_at is not None and now > started_at and usage.source != "machine":
            average = round(usage.cpu_seconds / (now - started_at), 2)
        return Used(
            source=usage.source,
            cores=cores,
            cores_average=average,
            memory=usage.memory,
            memory_peak=usage.memory_peak,
            gpus=[
                GpuUse(
                    name=gpu.name,
                    busy=gpu.busy,
                    memory=gpu.memory,
                    memory_total=gpu.memory_total,
                )
                for gpu in gpus
            ],
            oom_kills=usage.oom_kills,
        )

    def _troubles(self) -> list[SessionMessage]:
        trouble = self._trouble
        if trouble is None:
            return []
        template = trans.gettext(
            "The scheduler does not answer. What is shown was known before, and may have changed."
        )
        if isinstance(trouble, NotFoundError):
            template = trans.gettext("The scheduler no longer knows this job: it is ending.")
        said = "\n".join(filter(None, (trouble.message, trouble.detail)))
        return [_message("scheduler", "warning", template, detail=said)]

    def _idle_gpus(self, used: Used) -> list[SessionMessage]:
        """Say that the session's GPUs do nothing, when that has lasted."""
        shares = [gpu.busy for gpu in used.gpus if gpu.busy is not None]
        if not shares or len(shares) < len(used.gpus):
            self._idle = _Idle()
            return []
        self._idle = self._idle.after(max(shares), self._ticks(), self.gpu_idle_share)
        idle = self._idle
        if not self.advice or idle.looks < FEWEST_LOOKS or idle.seconds < self.gpu_idle_after:
            return []
        template = trans.gettext(
            "You asked for GPUs (%1), and for %2 minutes none of them was more than %3 % busy "
            "whenever this page looked. Nobody else can use them meanwhile: a session without "
            "GPUs costs you less."
        )
        minutes = str(int(idle.seconds // 60))
        return [
            _message("gpus", "info", template, str(len(shares)), minutes, f"{idle.most * 100:.0f}")
        ]

    def _advice(self, used: Used, now: float) -> list[SessionMessage]:
        """Say how much less would do, where the kernel's own peak leaves no doubt."""
        job = self._job
        if not self.advice or job is None or used.source != "job" or job.started_at is None:
            return []
        if now - job.started_at < self.advice_after:
            return []
        said = []
        peak, asked = used.memory_peak, job.memory
        if peak is not None and asked is not None and job.nodes == 1 and asked >= WORTH_ADVICE:
            enough = max(1, math.ceil(peak * 1.25 / GIGABYTE)) * GIGABYTE
            if enough * 2 <= asked:
                template = trans.gettext(
                    "You asked for %1 of memory and have used at most %2 so far: %3 would have "
                    "done. What you ask for is taken from your share, used or not."
                )
                sizes = (_size(asked), _size(peak), _size(enough))
                said.append(_message("advice", "info", template, *sizes))
        average = used.cores_average
        if average is not None and job.cores and job.cores > 1 and average * 4 < job.cores:
            template = trans.gettext(
                "You asked for %1 cores and have kept %2 of them busy on average so far."
            )
            said.append(_message("advice", "info", template, str(job.cores), f"{average:.1f}"))
        return said


@dataclass(frozen=True, kw_only=True)
class _Idle:
    """For how long GPUs were idle whenever somebody looked; `most` is a share of 1."""

    since: float = 0.0
    until: float = 0.0
    looks: int = 0
    most: float = 0.0

    @property
    def seconds(self) -> float:
        return self.until - self.since

    def after(self, busy: float, now: float, limit: float) -> "_Idle":
        """Return what holds after another look."""
        if busy >= limit:
            return _Idle()
        if not self.looks or now - self.until > LONGEST_GAP:
            return _Idle(since=now, until=now, looks=1, most=busy)
        return replace(self, until=now, looks=self.looks + 1, most=max(self.most, busy))


def _killed(used: Used, requested: Requested) -> list[SessionMessage]:
    if not used.oom_kills or requested.memory is None:
        return []
    template = trans.gettext(
        "A kernel or another program was killed because the session's %1 of memory were used up. "
        "Programs killed since the session began: %2. Kernels that you no longer need can be shut "
        "down; more memory needs a new session."
    )
    size = _size(requested.memory)
    return [_message("killed", "warning", template, size, str(used.oom_kills))]


def _message(
    kind: Literal["advice", "gpus", "killed", "scheduler"],
    level: Literal["info", "warning"],
    template: str,
    *arguments: str,
    detail: str = "",
) -> SessionMessage:
    return SessionMessage(
        kind=kind,
        level=level,
        text=fill(template, arguments),
        template=template,
        arguments=list(arguments),
        detail=detail,
    )


def _size(size: int) -> str:
    """Return a size as it is asked for: in GB of 1024³ bytes, as Slurm counts."""
    if size < GIGABYTE:
        return f"{size / (1 << 20):.0f} MB"
    return f"{size / GIGABYTE:.1f}".removesuffix(".0") + " GB"


def _iso(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(math.floor(moment), timezone.utc).isoformat()
