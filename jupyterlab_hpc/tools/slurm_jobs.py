"""The user's batch jobs, asked of Slurm with its own commands. Knows no room and no HTTP."""

import os
import pwd
import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from traitlets import Unicode

from ..errors import (
    ForbiddenError,
    NotFoundError,
    ToolMissingError,
    ToolRefusedError,
    ToolTimeoutError,
)
from ..process import Completed, run
from ..sentences import trans
from .slurm import Slurm
from .slurm_jobs_text import (
    SACCT_FIELDS,
    SQUEUE_FORMAT,
    STREAMS_FORMAT,
    Association,
    EndedJob,
    Expected,
    Partition,
    QueuedJob,
    Streams,
    is_whole,
    parse_associations,
    parse_sacct,
    parse_sinfo,
    parse_squeue,
    parse_streams,
    parse_submitted,
    parse_test_only,
)
from .slurm_text import Job, parse_job

JOB_ID = re.compile(r"^\d+(?:_\d+)?$")

# What a job starts with. All else comes from the login shell of its script, so that it runs
# the same whatever the session had, and the session's secrets stay with the session.
_HANDED_ON = re.compile(r"^(?:HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|SLURM_CONF|SLURM_JWT)$")
_USUAL_PATH = "/usr/local/bin:/usr/bin:/bin"

_GONE = re.compile(r"Invalid job id|Invalid job array", re.IGNORECASE)
_NOT_YOURS = re.compile(r"Access/permission denied|Access denied", re.IGNORECASE)
_NO_ANSWER = re.compile(
    r"Unable to contact slurm controller|Connection refused|Socket timed out|"
    r"Unable to establish (?:controller|configuration)|No route to host|"
    r"backup controllers? .*(?:not responding|standby)",
    re.IGNORECASE,
)
_UNACCOUNTED = re.compile(
    r"accounting storage is disabled|supported accounting_storage plugin", re.IGNORECASE
)
_USER_ID = re.compile(r"\bUserId=\S*\((\d+)\)")
_EXIT_CODE = re.compile(r"\bExitCode=(\d+):(\d+)")
_STDOUT = re.compile(r" StdOut=(.*?)(?= [A-Z][\w/:]*=|\s*$)", re.MULTILINE)
# What stands for the number of a task that has none yet.
_NO_TASK = re.compile(r"4294967294|%a")


class SlurmJobs(Slurm):
    """Asks for, submits and cancels jobs of the user that this server runs as."""

    squeue = Unicode("squeue", help="Slurm's squeue program.").tag(config=True)
    sbatch = Unicode("sbatch", help="Slurm's sbatch program.").tag(config=True)
    sacct = Unicode("sacct", help="Slurm's sacct program; empty where it is not to be used.").tag(
        config=True
    )
    sacctmgr = Unicode(
        "sacctmgr", help="Slurm's sacctmgr program; empty where it is not to be used."
    ).tag(config=True)
    sinfo = Unicode("sinfo", help="Slurm's sinfo program.").tag(config=True)

    def present(self) -> bool:
        """Tell whether Slurm's commands are on this machine; says nothing about a cluster."""
        return bool(self._find(self.sbatch) and self._find(self.squeue))

    def place_of(self, program: str) -> str:
        """Return where a program is on the PATH; empty where it is not."""
        return self._find(program)

    async def version(self, program: str) -> str:
        """Return what one of Slurm's programs says of its version: `slurm 23.11.4`.

        No question to the controller. Raises ToolRefusedError where it has no configuration,
        and as `own_jobs` does.
        """
        done = await self._run(program, "--version")
        if done.code != 0:
            raise self._refusal(done, trans.gettext("Slurm did not tell its version."))
        return done.stdout_text.strip()

    def setting(self, name: str) -> str:
        """Return a variable of Slurm that the session was started with, such as its account."""
        return self._environment.get(name, "")

    async def own_jobs(self) -> list[QueuedJob]:
        """Return the user's jobs that wait or run, and those that ended minutes ago.

        One question to the controller. Raises ToolMissingError, ToolTimeoutError, and
        ToolRefusedError for what else it says.
        """
        done = await self._run(
            self.squeue, "--me", "--states=all", "--noheader", f"--format={SQUEUE_FORMAT}"
        )
        if done.code != 0:
            raise self._refusal(done, trans.gettext("Slurm did not tell about your jobs."))
        if not is_whole(done.stdout_text):
            raise _unreadable(self.squeue, done)
        return parse_squeue(done.stdout_text)

    async def streams(self, job_ids: Sequence[str]) -> dict[str, Streams]:
        """Return where jobs write that the controller still knows; raises as `own_jobs` does.

        One question to the controller for all; of an array the tasks that began.
        """
        done = await self._run(
            self.squeue,
            "--me",
            "--states=all",
            "--noheader",
            f"--jobs={','.join(check_id(job_id) for job_id in job_ids)}",
            f"--Format={STREAMS_FORMAT}",
        )
        if done.code != 0:
            raise self._refusal(done, trans.gettext("Slurm did not tell about your jobs."))
        return parse_streams(done.stdout_text)

    async def look(self, job_id: str) -> tuple[Job, int, int, str]:
        """Return a job that the controller still knows, its exit code, signal and output.

        The output is a path, with `%a` for the number of a task; empty where it is not told.
        Raises NotFoundError for one that it does not know, ForbiddenError for one of somebody
        else, and as `own_jobs` does.
        """
        done = await self._run(self.scontrol, "show", "job", "-o", check_id(job_id))
        job = parse_job(done.stdout_text)
        if done.code != 0 or job is None:
            raise self._refusal(done, trans.gettext("Slurm did not tell about your jobs."), job_id)
        owner = _USER_ID.search(done.stdout_text)
        if owner is not None and int(owner[1]) != os.getuid():
            raise ForbiddenError(trans.gettext("Job %1 is not yours."), job_id)
        code = _EXIT_CODE.search(done.stdout_text)
        output = _STDOUT.search(done.stdout_text)
        return (
            job,
            int(code[1]) if code else 0,
            int(code[2]) if code else 0,
            _NO_TASK.sub("%a", output[1]) if output else "",
        )

    async def ended(self, job_ids: Sequence[str], since: float) -> list[EndedJob]:
        """Return what the accounting tells of jobs and their tasks; empty where there is none.

        `since` is when the first of them was submitted, in seconds since the epoch: without
        it sacct tells of today alone. Raises ToolTimeoutError, and ToolRefusedError where
        there is an accounting that does not tell: asked later, it may.
        """
        if not self.sacct or not job_ids:
            return []
        start = datetime.fromtimestamp(max(0, since - 3600), timezone.utc)
        try:
            done = await self._run(
                self.sacct,
                "--noheader",
                "--parsable2",
                f"--format={SACCT_FIELDS}",
                f"--starttime={start:%Y-%m-%dT%H:%M:%S}",
                f"--jobs={','.join(check_id(job_id) for job_id in job_ids)}",
            )
        except ToolMissingError:
            return []
        if self._no_accounting(
            done, trans.gettext("Slurm's accounting did not tell of your jobs.")
        ):
            return []
        found = parse_sacct(done.stdout_text)
        if not found and done.stdout.strip():
            raise _unreadable(self.sacct, done)
        return found

    async def submit(self, script: str, options: Sequence[str] = ()) -> str:
        """Hand a script to Slurm and return the job's id.

        `options` are sbatch's and come before those in the script. Raises ToolRefusedError
        with sbatch's words, ToolTimeoutError where the controller is not there, and
        ToolMissingError.
        """
        done = await self._sbatch(script, "--parsable", *options)
        job_id = parse_submitted(done.stdout_text) if done.code == 0 else ""
        if not job_id:
            raise self._refusal(done, trans.gettext("Slurm did not take the job."))
        return job_id

    async def check(self, script: str, options: Sequence[str] = ()) -> Expected:
        """Ask whether Slurm would take a script, and when it would run; raises as `submit`."""
        done = await self._sbatch(script, "--test-only", *options, TZ="UTC")
        expected = parse_test_only(done.stderr_text)
        if done.code != 0 or expected is None:
            raise self._refusal(done, trans.gettext("Slurm would not take the job."))
        return expected

    async def cancel_job(self, job_id: str) -> None:
        """Cancel a job or one task of it.

        Raises ForbiddenError for a job of somebody else, and as `own_jobs` does. scancel says
        nothing about a job that has ended or never was.
        """
        done = await self._run(self.scancel, check_id(job_id))
        if done.code != 0:
            raise self._refusal(done, trans.gettext("Slurm did not cancel the job."), job_id)

    async def partitions(self) -> list[Partition]:
        """Return the partitions that the user sees; raises as `own_jobs` does."""
        done = await self._run(self.sinfo, "--noheader", "--format=%P|%a|%l|%L|%c|%m|%G|%D")
        if done.code != 0:
            raise self._refusal(done, trans.gettext("Slurm did not tell its partitions."))
        found = parse_sinfo(done.stdout_text)
        if not found and done.stdout.strip():
            raise _unreadable(self.sinfo, done)
        return found

    async def accounts(self) -> list[Association]:
        """Return the accounts that the user may charge; empty where there is no accounting.

        Raises ToolTimeoutError, and ToolRefusedError as `ended` does.
        """
        if not self.sacctmgr:
            return []
        user = pwd.getpwuid(os.getuid()).pw_name
        try:
            done = await self._run(
                self.sacctmgr,
                "--noheader",
                "--parsable2",
                "--readonly",
                "show",
                "user",
                f"name={user}",
                "withassoc",
                "format=DefaultAccount,Account,Partition,QOS",
            )
        except ToolMissingError:
            return []
        if self._no_accounting(done, trans.gettext("Slurm did not tell your accounts.")):
            return []
        found = parse_associations(done.stdout_text)
        if not found and done.stdout.strip():
            raise _unreadable(self.sacctmgr, done)
        return found

    async def _sbatch(self, script: str, *options: str, **more: str) -> Completed:
        sbatch = self._find(self.sbatch)
        kept = {n: value for n, value in self._environment.items() if _HANDED_ON.match(n)}
        folder = str(Path(sbatch).parent)
        path = _USUAL_PATH if folder in _USUAL_PATH.split(":") else f"{folder}:{_USUAL_PATH}"
        return await run(
            (sbatch or self.sbatch, *options),
            timeout=self.timeout,
            env={"HOME": pwd.getpwuid(os.getuid()).pw_dir, **kept, "PATH": path, **more},
            stdin=script.encode(errors="surrogateescape"),
        )

    def _no_accounting(self, done: Completed, template: str) -> bool:
        """Tell whether a cluster says that it keeps no accounts; raise for other refusals."""
        if done.code == 0:
            return False
        if _UNACCOUNTED.search(f"{done.stdout_text}{done.stderr_text}"):
            return True
        raise self._refusal(done, template)

    def _find(self, program: str) -> str:
        return shutil.which(program, path=self._environment.get("PATH", _USUAL_PATH)) or ""

    def _refusal(
        self, done: Completed, template: str, job_id: str = ""
    ) -> ToolRefusedError | ToolTimeoutError | NotFoundError | ForbiddenError:
        said = done.stderr_text.strip()
        if _NO_ANSWER.search(said):
            return ToolTimeoutError(
                trans.gettext(
                    "Slurm does not answer: its controller is down or out of reach. Jobs that run "
                    "go on meanwhile. Try again in a few minutes."
                ),
                detail=said,
            )
        if job_id and _NOT_YOURS.search(said):
            return ForbiddenError(trans.gettext("Job %1 is not yours."), job_id, detail=said)
        if job_id and _GONE.search(said):
            return NotFoundError(
                trans.gettext("Slurm no longer knows job %1."), job_id, detail=said
            )
        return ToolRefusedError(template, detail=said)


def _unreadable(program: str, done: Completed) -> ToolRefusedError:
    words = f"{done.stdout_text[:2000]}{done.stderr_text}".strip()
    return ToolRefusedError(
        trans.gettext("What %1 said could not be read."), Path(program).name, detail=words
    )


def check_id(job_id: str) -> str:
    """Return a job's id as it is; raises NotFoundError for what is none."""
    if not JOB_ID.fullmatch(job_id):
        raise NotFoundError(trans.gettext("There is no job %1."), job_id)
    return job_id
