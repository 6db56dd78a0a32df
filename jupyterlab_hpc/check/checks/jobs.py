"""Whether notebooks can be sent as batch jobs, and what runs them in the job is there."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ...errors import HPCError, ToolMissingError
from ...jobs.models import Resources
from ...jobs.script import check as check_resources
from ...jobs.words import explain
from ...kernels.trial import bare_environment
from ...process import run
from ...sentences import trans
from ..disk import why_unwritable_in_time
from ..outcome import (
    NOTHING,
    Check,
    Group,
    Outcome,
    broken,
    note,
    ok,
    refused,
    say,
    skipped,
    warning,
)
from ..site import Site

# The rooms' options and formats are those of this version on.
OLDEST = (20, 11)
# What the trial asks for: a minute of a core, which every partition can give.
MINUTE = 60  # seconds
SWITCHED_OFF = say(trans.gettext("Jobs cannot be submitted from here at this site."))
NO_SLURM = say(trans.gettext("Slurm is not on this machine."))
# Runs the runner's own imports, and none of its work.
PROBE = """\
import runpy, sys
runpy.run_path(sys.argv[1], run_name="probe")
from importlib.metadata import version
print("nbclient", version("nbclient"), sys.version.split()[0])
"""


def _not_here(site: Site) -> list[Outcome]:
    """Return why nothing can be told of jobs; empty where something can."""
    if not site.parts.jobs.enabled:
        return skipped(SWITCHED_OFF)
    return [] if site.parts.batch.present() else skipped(NO_SLURM)


async def programs(site: Site) -> Sequence[Outcome]:
    """Look whether jobs can be sent and listed, with a Slurm that is not too old."""
    batch = site.parts.batch
    if not site.parts.jobs.enabled:
        return skipped(SWITCHED_OFF)
    wanted = {"sbatch": batch.sbatch, "squeue": batch.squeue, "sinfo": batch.sinfo}
    there = {name: batch.place_of(program) for name, program in wanted.items()}
    lacking = [wanted[name] for name, place in there.items() if not place]
    if len(lacking) == len(wanted) and not batch.job_id:
        return skipped(NO_SLURM)
    if lacking:
        found = say(trans.gettext("Not on the PATH: %1"), ", ".join(lacking))
        cure = say(
            trans.gettext(
                "Put them on the PATH where JupyterLab is started, or name them in "
                "c.SlurmJobs.sbatch, c.SlurmJobs.squeue and c.SlurmJobs.sinfo; with "
                "c.JobsService.enabled = False nobody is offered to submit jobs."
            )
        )
        # Without sinfo the limits of a job are not known; all else works.
        least = not (there["sbatch"] and there["squeue"])
        return broken(found, cure) if least else warning(found, cure)
    try:
        said = [f"{place}: {await batch.version(place)}" for place in there.values()]
    except HPCError as error:
        return refused(
            error,
            say(
                trans.gettext(
                    "Do sbatch --version and squeue --version work in a terminal on this node? "
                    "They need the cluster's slurm.conf."
                )
            ),
            "warning",
        )
    old = [line for line in said if _is_old(line)]
    if old:
        return warning(
            say(trans.gettext("This Slurm is older than %1.%2."), *OLDEST),
            say(trans.gettext("Lists of jobs may be incomplete here. Name newer programs.")),
            detail="\n".join(said),
        )
    return ok(say(trans.gettext("Jobs can be sent and listed.")), detail="\n".join(said))


def _is_old(line: str) -> bool:
    numbers = line.rpartition(" ")[2].split(".")[:2]
    if len(numbers) < len(OLDEST) or not all(number.isdigit() for number in numbers):
        return False
    return tuple(map(int, numbers)) < OLDEST


async def accounts(site: Site) -> Sequence[Outcome]:
    """Ask for the accounts and partitions that a user chooses from."""
    if away := _not_here(site):
        return away
    told = await site.parts.jobs.choices()
    cure = say(
        trans.gettext(
            "Ask the site which account to charge. Staff: is the user in Slurm's accounting "
            "(sacctmgr show assoc)? c.JobsService.accounts and .partitions name some."
        )
    )
    if told.messages:
        first = told.messages[0]
        return warning(say(first.template, *first.arguments), cure, detail=first.detail)
    partitions = [partition.name for partition in told.partitions]
    detail = f"accounts={','.join(told.accounts) or '-'}\npartitions={','.join(partitions) or '-'}"
    if not partitions:
        found = say(trans.gettext("There is no partition to choose from: no job would run."))
        return broken(found, cure, detail=detail)
    if not told.accounts:
        return note(
            say(trans.gettext("There is no account to choose from: jobs are sent without one.")),
            cure,
            detail=detail,
        )
    found = say(trans.gettext("Accounts to choose from: %1"), len(told.accounts))
    return ok(found, detail=detail)


async def folder(site: Site) -> Sequence[Outcome]:
    """Look whether it can be kept what was submitted."""
    if away := _not_here(site):
        return away
    path = site.parts.jobs.state_folder
    why = await why_unwritable_in_time(site.parts.storage.looker, path)
    if why:
        return warning(
            say(
                trans.gettext("Nothing can be written to %1: jobs do not tell how far they are."),
                path,
            ),
            say(
                trans.gettext(
                    "Make room in the home, or name a folder that all nodes have in "
                    "c.JobsService.state_folder."
                )
            ),
            detail=why,
        )
    return ok(say(trans.gettext("What was submitted is kept in %1."), path))


async def runner(site: Site) -> Sequence[Outcome]:
    """Have the interpreter of jobs import what runs notebooks, with nothing else set."""
    if not site.parts.jobs.enabled:
        return skipped(SWITCHED_OFF)
    jobs = site.parts.jobs
    cure = say(
        trans.gettext(
            "Name a Python with nbclient in c.JobsService.interpreter, and the runner as the "
            "nodes see it in c.JobsService.runner. Until then jobs need jupyter nbconvert from "
            "their modules."
        )
    )
    if not await asyncio.to_thread(Path(jobs.runner).is_file):
        found = say(trans.gettext("%1 is not there."), jobs.runner)
        return warning(found, cure)
    try:
        done = await run(
            [jobs.interpreter, "-E", "-c", PROBE, jobs.runner], timeout=25.0, env=bare_environment()
        )
    except HPCError as error:
        return refused(error, cure, "warning")
    if done.code:
        return warning(
            say(trans.gettext("%1 cannot run notebooks."), jobs.interpreter),
            cure,
            detail=done.stderr_text.strip(),
        )
    return ok(
        say(trans.gettext("%1 can run notebooks."), jobs.interpreter),
        detail=f"{done.stdout_text.strip()}\n{jobs.runner}",
    )


async def trial(site: Site) -> Sequence[Outcome]:
    """Ask Slurm whether it would take a job of a minute, where somebody wants to know."""
    if away := _not_here(site):
        return away
    if not site.test_job:
        return skipped(
            say(trans.gettext("Slurm is not asked, unless you say so.")),
            say(trans.gettext("jupyter hpc check --test-job asks it; nothing is submitted.")),
        )
    jobs = site.parts.jobs
    first = (await jobs.choices()).resources
    resources = Resources(account=first.account, partition=first.partition, time=MINUTE, cores=1)
    check_resources(resources, "")
    wanted = {"account": resources.account, "partition": resources.partition}
    options = ["--time=1", *(f"--{name}={value}" for name, value in wanted.items() if value)]
    lines = ["#!/bin/bash", *(f"#SBATCH {option}" for option in jobs.options), "true", ""]
    try:
        expected = await site.parts.batch.check("\n".join(lines), options)
    except ToolMissingError as error:
        return refused(error, NOTHING)
    except HPCError as error:
        return refused(
            explain(error),
            say(
                trans.gettext(
                    "Try it in a terminal: sbatch --test-only %1 --wrap=true. Partition, account "
                    "and c.JobsService.options must be those of this cluster."
                ),
                " ".join(options),
            ),
        )
    return ok(
        say(trans.gettext("Slurm would take a job of one minute.")),
        detail=f"{' '.join(options)}\n{expected.nodes}".strip(),
    )


GROUP = Group(
    id="jobs",
    title=trans.gettext("Batch jobs"),
    checks=(
        Check(id="jobs.programs", title=trans.gettext("Programs"), look=programs),
        Check(id="jobs.accounts", title=trans.gettext("Accounts"), look=accounts, timeout=60.0),
        Check(id="jobs.folder", title=trans.gettext("Folder of the jobs"), look=folder),
        Check(id="jobs.runner", title=trans.gettext("Runner of notebooks"), look=runner),
        Check(
            id="jobs.trial", title=trans.gettext("A job of one minute"), look=trial, timeout=90.0
        ),
    ),
)
