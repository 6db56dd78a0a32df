"""Slurm, asked with its own commands. Knows no room and no HTTP."""

import os
from collections.abc import Mapping

from traitlets import Float, Unicode
from traitlets.config import LoggingConfigurable

from ..errors import NotFoundError, ToolRefusedError
from ..process import Completed, run
from ..sentences import trans
from .slurm_text import Job, parse_job

# How `scontrol` and `scancel` find the cluster; all else of these kinds is of the job
# and would change what they do, or is a secret that is none of their business.
_KEPT = {"SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_JWT"}
_OF_THE_JOB = ("SLURM_", "SBATCH_", "SRUN_", "SQUEUE_", "SCONTROL_", "JUPYTERHUB_", "JPY_")

# Slurm sets these in a job from 23.02 on.
_START, _END = "SLURM_JOB_START_TIME", "SLURM_JOB_END_TIME"
# A job without a limit is said to end in a year.
_FOR_EVER = 360 * 24 * 3600.0  # seconds


class Slurm(LoggingConfigurable):
    """The Slurm of the job that this server is, by any version from 20.11 on."""

    kind = "slurm"

    scontrol = Unicode("scontrol", help="Slurm's scontrol program.").tag(config=True)
    scancel = Unicode("scancel", help="Slurm's scancel program.").tag(config=True)
    timeout = Float(
        20.0, help="Seconds to wait for an answer of Slurm. Nothing else waits meanwhile."
    ).tag(config=True)

    def __init__(self, *, environment: Mapping[str, str] | None = None, **kwargs: object) -> None:
        """`environment` is what the server was started with."""
        super().__init__(**kwargs)
        self._environment = dict(os.environ if environment is None else environment)
        self.job_id = self._environment.get("SLURM_JOB_ID", "")

    def told(self) -> Job | None:
        """Return what the job's own variables tell, at no cost; None outside a job."""
        if not self.job_id:
            return None
        said = self._environment
        started_at, ends_at = _number(said.get(_START)), _number(said.get(_END))
        if started_at and ends_at and ends_at - started_at > _FOR_EVER:
            ends_at = None
        cores = _number(said.get("SLURM_CPUS_ON_NODE"))
        memory = _number(said.get("SLURM_MEM_PER_NODE"))
        if memory is None and cores:
            per_core = _number(said.get("SLURM_MEM_PER_CPU"))
            memory = per_core * cores if per_core else None
        gpus = _number(said.get("SLURM_GPUS_ON_NODE"))
        return Job(
            job_id=self.job_id,
            name=said.get("SLURM_JOB_NAME", ""),
            state="RUNNING",
            node=said.get("SLURM_JOB_NODELIST", ""),
            partition=said.get("SLURM_JOB_PARTITION", ""),
            account=said.get("SLURM_JOB_ACCOUNT", ""),
            qos=said.get("SLURM_JOB_QOS", ""),
            cores=int(cores) if cores else None,
            memory=int(memory) << 20 if memory else None,
            gpus=int(gpus) if gpus else 0,
            started_at=started_at,
            ends_at=ends_at,
        )

    async def job(self) -> Job:
        """Return the job as Slurm knows it now: one query, of this job alone.

        `squeue --json` tells more, but before 24.05.1 it tells of every job of the
        cluster. Raises ToolMissingError, ToolTimeoutError, NotFoundError where Slurm
        knows the job no longer, and ToolRefusedError for what else it says.
        """
        done = await self._run(self.scontrol, "show", "job", "-o", self.job_id)
        job = parse_job(done.stdout_text)
        if done.code == 0 and job is not None:
            return job
        if "Invalid job id" in done.stderr_text:
            raise NotFoundError(
                trans.gettext("Slurm no longer knows job %1."),
                self.job_id,
                detail=done.stderr_text.strip(),
            )
        raise ToolRefusedError(
            trans.gettext("Slurm did not tell about job %1."),
            self.job_id,
            detail=done.stderr_text.strip(),
        )

    async def cancel(self) -> None:
        """Cancel the own job; raises as `job` does."""
        done = await self._run(self.scancel, self.job_id)
        if done.code != 0:
            raise ToolRefusedError(
                trans.gettext("Slurm did not cancel job %1."),
                self.job_id,
                detail=done.stderr_text.strip(),
            )

    async def _run(self, *argv: str, stdin: bytes | None = None) -> Completed:
        kept = outside_the_job(self._environment)
        pinned = {"LC_ALL": "C", "TZ": "UTC", "SLURM_TIME_FORMAT": "standard"}
        return await run(argv, timeout=self.timeout, env=kept | pinned, stdin=stdin)


def outside_the_job(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what is the job's own, and without the Hub's secrets."""
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT or not name.startswith(_OF_THE_JOB)
    }


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
