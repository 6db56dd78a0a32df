"""Whether Slurm is there and answers, and what it says of this session's job."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic, time

from ...errors import HPCError, NotFoundError
from ...sentences import trans
from ..outcome import Check, Group, Outcome, broken, note, ok, refused, say, skipped, warning
from ..site import Site

SLOW = 2.0  # seconds
# What runs a step of a job, and what may stand between it and the server.
STEP = "slurmstepd"
SHELLS = {"bash", "sh", "dash", "zsh", "ksh", "tcsh", "csh"}
NO_SLURM = say(trans.gettext("Slurm is not on this machine."))


async def programs(site: Site) -> Sequence[Outcome]:
    """Look whether Slurm's programs are on the PATH of the server."""
    slurm = site.parts.slurm
    path = os.environ.get("PATH")
    wanted = [slurm.scontrol, slurm.scancel]
    there = {name: shutil.which(name, path=path) for name in wanted}
    lacking = [name for name, place in there.items() if not place]
    if not lacking:
        return ok(
            say(trans.gettext("Slurm's programs are there.")),
            detail="\n".join(str(place) for place in there.values()),
        )
    found = say(trans.gettext("Not on the PATH: %1"), ", ".join(lacking))
    cure = say(
        trans.gettext(
            "Put Slurm's programs on the PATH where JupyterLab is started, or name them in "
            "c.Slurm.scontrol and c.Slurm.scancel."
        )
    )
    if slurm.job_id:
        return broken(found, cure)
    if len(lacking) == len(wanted):
        return note(
            NO_SLURM,
            say(
                trans.gettext(
                    "Where sessions are batch jobs, run this check in one. Elsewhere all is well: "
                    "there is no time left to show."
                )
            ),
        )
    return warning(found, cure)


def _there(site: Site) -> bool:
    return shutil.which(site.parts.slurm.scontrol, path=os.environ.get("PATH")) is not None


async def controller(site: Site) -> Sequence[Outcome]:
    """Ask Slurm's controller whether it is up, and measure how soon it says so."""
    if not _there(site):
        return skipped(NO_SLURM)
    started = monotonic()
    cure = say(
        trans.gettext(
            "Until Slurm answers again, sessions show what was known before, and jobs cannot be "
            "sent. Try scontrol ping on this node; is slurm.conf the cluster's?"
        )
    )
    try:
        said = await site.parts.slurm.ping()
    except HPCError as error:
        return refused(error, cure)
    seconds = monotonic() - started
    found = say(trans.gettext("Slurm's controller answered within %1 s."), f"{seconds:.2f}")
    if seconds > SLOW:
        return warning(
            found,
            say(trans.gettext("Slurm is busy: pages wait for it a moment longer.")),
            detail=said,
        )
    return ok(found, detail=said)


async def job(site: Site) -> Sequence[Outcome]:
    """Ask Slurm about the job that this session is."""
    slurm = site.parts.slurm
    if not slurm.job_id:
        return skipped(
            say(trans.gettext("This is no batch job.")),
            say(trans.gettext("Run this check in a terminal of a session to see more.")),
        )
    try:
        told = await slurm.job()
    except NotFoundError as error:
        return refused(
            error,
            say(
                trans.gettext(
                    "Was SLURM_JOB_ID taken over from another job? Start JupyterLab with the "
                    "environment of its own job."
                )
            ),
        )
    except HPCError as error:
        return refused(
            error, say(trans.gettext("Try scontrol show job %1 on this node."), slurm.job_id)
        )
    detail = (
        f"{told.state} {told.node} partition={told.partition} account={told.account} "
        f"cores={told.cores} memory={told.memory} gpus={told.gpus}"
    )
    if told.ends_at is None:
        return note(
            say(trans.gettext("Job %1 has no end: no time left is shown."), told.job_id),
            say(trans.gettext("A time limit of the partition would give it one.")),
            detail=detail,
        )
    ends = datetime.fromtimestamp(told.ends_at, timezone.utc).isoformat(timespec="minutes")
    if told.ends_at < time():
        return warning(
            say(trans.gettext("Job %1 should have ended at %2."), told.job_id, ends),
            say(trans.gettext("Is the clock of this node right?")),
            detail=detail,
        )
    return ok(say(trans.gettext("Job %1 ends at %2."), told.job_id, ends), detail=detail)


def ancestors(pid: int, proc: Path = Path("/proc")) -> list[str]:
    """Return the names of a process's ancestors, its parent first. Reads files."""
    names = []
    _, pid = _name_and_parent(pid, proc)
    while pid > 1:
        name, pid = _name_and_parent(pid, proc)
        names.append(name)
    return names


def _name_and_parent(pid: int, proc: Path) -> tuple[str, int]:
    """Return a process's name and its parent; 0 where that can't be told."""
    try:
        text = (proc / str(pid) / "stat").read_text(errors="replace")
        # A name may hold spaces and brackets.
        before, _, after = text.rpartition(")")
        return before.partition("(")[2], int(after.split()[1])
    except (OSError, ValueError, IndexError):
        return "", 0


async def signal(site: Site) -> Sequence[Outcome]:
    """Look whether the end of the job is told to JupyterLab, or to a shell that keeps it."""
    if not site.parts.slurm.job_id:
        return skipped(say(trans.gettext("This is no batch job.")))
    above = await asyncio.to_thread(ancestors, os.getpid())
    if STEP not in above:
        return skipped(say(trans.gettext("What started this cannot be told.")))
    first = above[above.index(STEP) - 1] if above.index(STEP) else ""
    detail = " < ".join(above[: above.index(STEP) + 1])
    if first in SHELLS or first.startswith("slurm_script"):
        return note(
            say(
                trans.gettext(
                    "The job's script waits for JupyterLab: where Slurm uses proctrack/cgroup, "
                    "JupyterLab does not hear that the job ends."
                )
            ),
            say(
                trans.gettext(
                    "Start it with exec or srun at the end of the script: then links of the job "
                    "are removed, and applications are ended in order."
                )
            ),
            detail=detail,
        )
    return ok(say(trans.gettext("JupyterLab hears that the job ends.")), detail=detail)


GROUP = Group(
    id="scheduler",
    title=trans.gettext("Slurm"),
    checks=(
        Check(id="scheduler.programs", title=trans.gettext("Programs"), look=programs),
        Check(id="scheduler.controller", title=trans.gettext("Controller"), look=controller),
        Check(id="scheduler.job", title=trans.gettext("This session's job"), look=job),
        Check(id="scheduler.signal", title=trans.gettext("End of the job"), look=signal),
    ),
)
