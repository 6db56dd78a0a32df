"""Whether the session can tell what it uses, and has the room that a server needs."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from ...errors import HPCError
from ...process import run
from ...sentences import trans
from ...session.usage import read_usage
from ..disk import why_unwritable_in_time
from ..outcome import Check, Group, Outcome, broken, note, ok, refused, say, skipped, warning
from ..site import Site


async def usage(site: Site) -> Sequence[Outcome]:
    """Look whose use of memory and cores can be told."""
    told = await asyncio.to_thread(read_usage)
    in_job = bool(site.parts.slurm.job_id)
    if told.source == "job":
        return ok(say(trans.gettext("The job's own use of memory and cores can be read.")))
    if told.source == "cgroup":
        return ok(say(trans.gettext("The use of the control group around the server can be read.")))
    if not in_job:
        return note(
            say(trans.gettext("No control group limits this: the use of the machine is shown."))
        )
    return warning(
        say(
            trans.gettext(
                "The job has no control group of its own: what is shown is of other programs too."
            )
        ),
        say(
            trans.gettext(
                "In slurm.conf, ProctrackType=proctrack/cgroup and TaskPlugin=task/cgroup give "
                "each job one."
            )
        ),
        detail=await asyncio.to_thread(_own_groups),
    )


def _own_groups() -> str:
    try:
        return Path("/proc/self/cgroup").read_text(errors="replace")
    except OSError as error:
        return str(error)


async def gpus(site: Site) -> Sequence[Outcome]:
    """Look whether GPUs of the job can be asked how busy they are."""
    told = site.parts.slurm.told()
    if told is None or not told.gpus:
        return skipped(say(trans.gettext("This session has no GPU.")))
    smi = site.parts.gpus
    if not smi.command:
        return note(
            say(trans.gettext("GPUs are not asked how busy they are.")),
            say(trans.gettext("c.NvidiaSmi.command is empty.")),
        )
    cure = say(
        trans.gettext(
            "Put nvidia-smi on the PATH where JupyterLab is started, or name it in "
            "c.NvidiaSmi.command. GPUs of other makers have no such program."
        )
    )
    try:
        done = await run([smi.command, "-L"], timeout=smi.timeout, env=dict(os.environ))
    except HPCError as error:
        return refused(error, cure, "warning")
    if done.code or not done.stdout:
        return warning(
            say(trans.gettext("The GPUs cannot be asked how busy they are.")),
            cure,
            detail=f"{done.stdout_text}{done.stderr_text}".strip(),
        )
    return ok(
        say(trans.gettext("GPUs that can be asked: %1"), len(done.stdout_text.splitlines())),
        detail=done.stdout_text.strip(),
    )


async def runtime(site: Site) -> Sequence[Outcome]:
    """Look whether Jupyter can write the small files that each server and kernel needs."""
    folder = jupyter_runtime_dir()
    why = await why_unwritable_in_time(site.parts.storage.looker, folder)
    if why:
        return broken(
            say(trans.gettext("Nothing can be written to %1: kernels cannot start."), folder),
            say(
                trans.gettext(
                    "Make room in the home, or set JUPYTER_RUNTIME_DIR to a folder on a local "
                    "disk where JupyterLab is started."
                )
            ),
            detail=why,
        )
    return ok(say(trans.gettext("Jupyter can write to %1."), folder))


async def connection(site: Site) -> Sequence[Outcome]:
    """Say what no program on this side can tell."""
    del site
    return skipped(
        say(
            trans.gettext(
                "Whether the way from the browser lets websockets through cannot be told from here."
            )
        ),
        say(
            trans.gettext(
                "Open a terminal in JupyterLab: if it stays empty, a proxy between browser and "
                "server does not pass websockets on."
            )
        ),
    )


GROUP = Group(
    id="session",
    title=trans.gettext("Session"),
    checks=(
        Check(id="session.usage", title=trans.gettext("Memory and cores"), look=usage),
        Check(id="session.gpus", title=trans.gettext("GPUs"), look=gpus),
        Check(id="session.runtime", title=trans.gettext("Jupyter's own files"), look=runtime),
        Check(
            id="session.connection",
            title=trans.gettext("Connection to the browser"),
            look=connection,
        ),
    ),
)
