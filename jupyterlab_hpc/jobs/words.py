"""What Slurm's words mean, as sentences for people. Pure functions."""

import re
from typing import Literal

from ..errors import HPCError, ToolRefusedError
from ..sentences import fill, trans
from .models import JobSentence, State

# Slurm's states by ours; what is not here is not over.
STATES: dict[str, State] = {
    "PENDING": "pending",
    "CONFIGURING": "pending",
    "REQUEUED": "pending",
    "REQUEUE_FED": "pending",
    "REQUEUE_HOLD": "pending",
    "SPECIAL_EXIT": "pending",
    "RESV_DEL_HOLD": "pending",
    "RUNNING": "running",
    "RESIZING": "running",
    "SIGNALING": "running",
    "STAGE_OUT": "completing",
    "COMPLETING": "completing",
    "SUSPENDED": "suspended",
    "STOPPED": "suspended",
    "COMPLETED": "completed",
    "FAILED": "failed",
    "LAUNCH_FAILED": "failed",
    "BOOT_FAIL": "node-failed",
    "NODE_FAIL": "node-failed",
    "CANCELLED": "cancelled",
    "REVOKED": "cancelled",
    "TIMEOUT": "timeout",
    "DEADLINE": "timeout",
    "OUT_OF_MEMORY": "out-of-memory",
    "PREEMPTED": "preempted",
}
ALIVE: frozenset[State] = frozenset({"pending", "running", "suspended", "completing"})

# Why a job waits. Where a reason has many forms, the longest beginning counts.
REASONS: dict[str, str] = {
    "None": trans.gettext("Slurm has not looked at the job yet."),
    "Priority": trans.gettext("Other jobs are ahead of it in the queue."),
    "Resources": trans.gettext("It is next, but what it asks for is all in use."),
    "Dependency": trans.gettext("It waits for another job."),
    "DependencyNeverSatisfied": trans.gettext(
        "It waits for a job that did not end as it should have: it can never start. Cancel it."
    ),
    "BeginTime": trans.gettext("It may not start before its begin time."),
    "Cleaning": trans.gettext("It is being cleaned up after it ran once, and starts again."),
    "JobArrayTaskLimit": trans.gettext(
        "As many tasks of this array run as the array itself allows."
    ),
    "JobHeldUser": trans.gettext("You hold the job: it starts when you release it."),
    "JobHeldAdmin": trans.gettext("The site's staff holds the job: ask them why."),
    "JobLaunchFailure": trans.gettext(
        "It could not be launched, perhaps because of its file system. Tell the site's staff."
    ),
    "launch failed requeued held": trans.gettext(
        "It could not be launched and is held: tell the site's staff, or cancel it."
    ),
    "Licenses": trans.gettext("It waits for a licence."),
    "NodeDown": trans.gettext("A node that it needs is down."),
    "Nodes required for job are DOWN": trans.gettext(
        "The nodes that it needs are down, being drained, or kept for other jobs."
    ),
    "ReqNodeNotAvail": trans.gettext(
        "The nodes that it needs are down or reserved, perhaps for maintenance. A job that would "
        "end before a maintenance begins can start sooner: ask for less time."
    ),
    "Reservation": trans.gettext("It waits for its reservation."),
    "PartitionDown": trans.gettext("The partition takes no jobs now."),
    "PartitionInactive": trans.gettext("The partition starts no jobs now."),
    "PartitionNodeLimit": trans.gettext(
        "It asks for more nodes than its partition allows, and can never start: cancel it, and "
        "ask for less."
    ),
    "PartitionTimeLimit": trans.gettext(
        "It asks for more time than its partition allows, and can never start: cancel it, and ask "
        "for less."
    ),
    "PartitionConfig": trans.gettext(
        "No node of its partition has what it asks for, and it can never start: cancel it, and "
        "ask for less."
    ),
    "BadConstraints": trans.gettext(
        "No node has what it asks for, and it can never start: cancel it, and ask for less."
    ),
    "AccountNotAllowed": trans.gettext(
        "Its account may not use this partition, and it can never start: cancel it, and choose "
        "another account or partition."
    ),
    "InvalidAccount": trans.gettext(
        "Its account is not valid, and it can never start: cancel it, and choose another."
    ),
    "InvalidQOS": trans.gettext(
        "Its quality of service is not valid, and it can never start: cancel it."
    ),
    "QOSNotAllowed": trans.gettext(
        "Its quality of service may not be used in this partition: it can never start."
    ),
    "AssocGrp": trans.gettext(
        "Your account already uses all that it may at once. The job starts when others of the "
        "account have ended."
    ),
    "AssocGrpBillingMinutes": trans.gettext(
        "Your account has used up its allocation: the job starts when there is a new one."
    ),
    "AssocGrpCPUMinutesLimit": trans.gettext(
        "Your account has used up its allocation: the job starts when there is a new one."
    ),
    "AssocMax": trans.gettext(
        "You already use all that you may with this account. The job starts when others of "
        "yours have ended."
    ),
    "AssocMaxWallDurationPerJobLimit": trans.gettext(
        "It asks for more time than its account allows, and can never start: cancel it, and ask "
        "for less."
    ),
    "QOSGrp": trans.gettext(
        "All that may be used at once in this quality of service is in use. The job starts when "
        "others have ended."
    ),
    "QOSMax": trans.gettext(
        "You already use all that you may at once. The job starts when others of yours have ended."
    ),
    "QOSMaxWallDurationPerJobLimit": trans.gettext(
        "It asks for more time than its quality of service allows, and can never start: cancel "
        "it, and ask for less."
    ),
    "QOSMinCpuNotSatisfied": trans.gettext(
        "It asks for fewer cores than a job must have here, and can never start: cancel it, and "
        "ask for more."
    ),
    "MaxMemPerLimit": trans.gettext(
        "It asks for more memory than is allowed, and can never start: cancel it, and ask for less."
    ),
    "BurstBuffer": trans.gettext("Its burst buffer is being prepared."),
    "Prolog": trans.gettext("Its node is being prepared."),
}

# What sbatch says when it takes no job, and what to do then. The first that is found counts.
REFUSALS: list[tuple[str, str]] = [
    (
        r"Invalid account or account/partition",
        trans.gettext(
            "Slurm does not know that account, or you may not use it in that partition. Choose "
            "another account, or ask its owner to add you."
        ),
    ),
    (
        r"Invalid partition|invalid partition specified|No partition specified",
        trans.gettext("There is no such partition here. Choose another one."),
    ),
    (
        r"Memory specification can not be satisfied|memory.*can ?not be satisfied",
        trans.gettext("No node has that much memory. Ask for less, or choose another partition."),
    ),
    (
        r"(?:QOSMax|AssocMax|AssocGrp|QOSGrp|Max)Submit",
        "",
    ),
    (
        r"Requested time limit is invalid|time limit.*(?:exceed|invalid)",
        trans.gettext(
            "That is more time than is allowed, or no time was given. Ask for less, or choose "
            "another partition."
        ),
    ),
    (
        r"Invalid qos|Invalid QOS",
        trans.gettext(
            "You may not use that quality of service. Leave it out, or ask the site's staff."
        ),
    ),
    (
        r"More processors requested than permitted|CPU count .*(?:can not be satisfied|invalid)",
        trans.gettext("That is more cores than a node has. Ask for fewer."),
    ),
    (
        r"Invalid generic resource",
        trans.gettext("There are no such GPUs here. Choose another type, or none."),
    ),
    (
        r"Requested node configuration is not available|Node count specification invalid",
        trans.gettext(
            "No node has that many cores, that much memory and those GPUs at once. Ask for less, "
            "or choose another partition."
        ),
    ),
    (
        r"Invalid job array|array.*(?:invalid|too large|exceed)",
        trans.gettext("The array has too many tasks, or too high a number. Make it smaller."),
    ),
    (
        r"Invalid --time|Invalid --mem|Invalid numeric value|Invalid --\w+ specification",
        trans.gettext("A value in the script is not written as Slurm wants it."),
    ),
    (
        r"unrecognized option|Invalid directive|Unable to process|invalid option",
        trans.gettext("A line #SBATCH of the script has an option that Slurm does not know."),
    ),
    (
        r"does not look like a batch script|Batch script is empty|DOS line breaks",
        trans.gettext("The script must begin with a line such as #!/bin/bash -l."),
    ),
    (
        r"reservation is invalid|Reservation.*(?:invalid|denied)",
        trans.gettext("There is no such reservation, or you may not use it."),
    ),
    (
        r"Access/permission denied|not permitted|User.*not allowed|Invalid user id",
        trans.gettext("You may not submit jobs from here, or not such ones. Ask the site's staff."),
    ),
    (
        r"temporarily unable to accept job|Slurm temporarily|Resource temporarily unavailable",
        trans.gettext("Slurm takes no jobs at the moment. Try again in a few minutes."),
    ),
    (
        r"Pathname of a file, directory or other parameter too long|script.*too large|too big",
        trans.gettext("The script or a path in it is too long for Slurm."),
    ),
]
_TOO_MANY = trans.gettext(
    "You already have as many jobs as you may, or this one is larger or longer than your account "
    "may have. Wait until others have ended, or ask for less."
)
_LONGER = trans.gettext(
    "That is more time than your account or quality of service allows. Ask for less."
)

# What became of jobs that did not end by themselves.
ENDS: dict[State, str] = {
    "timeout": trans.gettext("It ran into its time limit. Ask for more time."),
    "out-of-memory": trans.gettext("It used up its memory. Ask for more, or use less."),
    "node-failed": trans.gettext("A node failed: this was not the job's fault. Send it again."),
    "preempted": trans.gettext("It had to make room for a job with more rights."),
}

# Slurm's signal of a job whose output file it could not open; the exit code is 0.
NO_OUTPUT = 53

# What run.py and Slurm mean by the codes that a job ends with.
EXIT_CODES: dict[int, str] = {
    3: trans.gettext(
        "The notebook's kernel could not be started. Load the module that brings it, or choose "
        "another kernel."
    ),
    4: trans.gettext(
        "The notebook's kernel died. Was its memory used up? Ask for more, or use less."
    ),
    66: trans.gettext("The notebook could not be read when the job began."),
    69: trans.gettext("The parameters could not be given to the notebook on that node."),
    73: trans.gettext(
        "The result could not be written: is the disk or your quota full? Make room, or choose "
        "another folder."
    ),
    126: trans.gettext("A program of the script may not be run."),
    127: trans.gettext(
        "A program of the script was not found: is the module loaded that brings it?"
    ),
}


def explain(error: HPCError) -> HPCError:
    """Return a refusal of sbatch with what it means, and Slurm's words as its detail."""
    if not isinstance(error, ToolRefusedError):
        return error
    said = error.detail
    # Both are "Job violates accounting/QOS policy"; the line before tells which.
    if re.search(r"MaxWallDuration", said):
        return ToolRefusedError(_LONGER, detail=said)
    for pattern, template in REFUSALS:
        if re.search(pattern, said, re.IGNORECASE):
            return ToolRefusedError(template or _TOO_MANY, detail=said)
    if re.search(r"violates accounting/QOS policy", said):
        return ToolRefusedError(_TOO_MANY, detail=said)
    return error


def why_it_waits(reason: str) -> JobSentence | None:
    """Return why a job waits, None where its reason is one that nobody explained here."""
    reason = reason or "None"
    known = max((word for word in REASONS if reason.startswith(word)), key=len, default="")
    if not known:
        return None
    return sentence("info", REASONS[known], detail=reason)


def sentence(
    level: Literal["info", "warning"], template: str, *arguments: str, detail: str = ""
) -> JobSentence:
    """Return a sentence as it travels."""
    return JobSentence(
        level=level,
        text=fill(template, arguments),
        template=template,
        arguments=list(arguments),
        detail=detail,
    )


def how_it_ended(  # noqa: PLR0911 - an answer a case
    state: State, exit_code: int | None, signal: int, told: dict[str, object]
) -> JobSentence | None:
    """Return what became of a job: by its state, its exit code, and what run.py told."""
    words = str(told.get("words", ""))
    cell = told.get("cell")
    if state == "timeout" and isinstance(cell, int):
        template = trans.gettext("It ran into its time limit in cell %1. Ask for more time.")
        return sentence("warning", template, str(cell))
    if state in ENDS:
        return sentence("warning", ENDS[state], detail=words)
    if state != "failed":
        return None
    if told.get("error") == "cell" and isinstance(cell, int):
        said = words.partition("\n")[0]
        return sentence("warning", trans.gettext("Cell %1 failed: %2"), str(cell), said)
    if exit_code in EXIT_CODES:
        return sentence("warning", EXIT_CODES[exit_code], detail=words)
    if exit_code == 0 and signal == NO_OUTPUT:
        template = trans.gettext(
            "Slurm could not write the job's output: is the disk or your quota full, or the folder "
            "gone?"
        )
        return sentence("warning", template)
    if signal:
        return sentence("warning", trans.gettext("It was ended by signal %1."), str(signal))
    if exit_code:
        template = trans.gettext("It ended with exit code %1; its output may tell why.")
        return sentence("warning", template, str(exit_code))
    return None
