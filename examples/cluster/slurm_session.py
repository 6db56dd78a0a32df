"""A session is a Slurm job: the form, the job, and words for what goes wrong.

JupyterHub's part of the example; runs in the Hub, not in the session. It is
batchspawner's SlurmSpawner with a form that asks for what the job is to have, and
with sentences where the Hub's own pages say only that spawning failed.
"""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from batchspawner import SlurmSpawner
from jinja2 import Environment, FileSystemLoader
from jupyterhub.spawner import SpawnException
from traitlets import Float, Integer, List, Unicode

INTERFACES = {"lab": "/lab", "notebook": "/tree", "terminal": "/terminals/1"}

# What Slurm says of a job that waits (`squeue --Format=Reason`), for people.
WAITING = {
    "None": "The scheduler has not looked at the job yet.",
    "Priority": "Other jobs are ahead of yours in the queue.",
    "Resources": "Your job is next, but the resources that you asked for are all in use.",
    "QOSMaxJobsPerUserLimit": "You already run as many interactive jobs as you may. "
    "Stop another session first.",
    "QOSMaxCpuPerUserLimit": "This takes you over the number of cores that you may use at once.",
    "AssocGrpCpuLimit": "Your account already uses all of its cores.",
    "AssocGrpGRES": "Your account already uses all of its GPUs.",
    "PartitionTimeLimit": "You asked for more time than this partition allows: the job will "
    "never start. Ask for less.",
    "PartitionConfig": "No node has what you asked for: the job will never start. Ask for less.",
    "ReqNodeNotAvail": "The nodes that you need are down or reserved, perhaps for maintenance.",
    "BeginTime": "The job may not start before its begin time.",
    "JobHeldUser": "The job is held by you.",
    "JobHeldAdmin": "The job is held by an administrator.",
    "Licenses": "The job waits for a licence.",
}
# Reasons for which an expected start would be a lie.
NEVER = {"PartitionTimeLimit", "PartitionConfig", "JobHeldUser", "JobHeldAdmin"}

# What sbatch says when it takes no job, for people.
REFUSED = [
    (r"Invalid account", "That account does not exist, or you may not use it here."),
    (
        r"Memory specification|Requested node configuration is not available",
        "No node has that much memory, that many cores or that GPU.",
    ),
    (r"Requested time limit is invalid", "You asked for more time than is allowed."),
    (r"More processors requested", "You asked for more cores than a node has."),
    (
        r"violates accounting/QOS policy",
        "The request is over a limit of your account, or you already have a session.",
    ),
    (
        r"Unable to contact slurm controller",
        "The scheduler does not answer. Please try again later.",
    ),
]


class FormError(ValueError):
    """What was asked for in the form cannot be had."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        # The attribute that JupyterHub's pages show.
        self.jupyterhub_message = message


class SlurmSession(SlurmSpawner):
    """A session whose user chooses account, time, cores, memory, GPUs and user interface."""

    accounts = List(Unicode(), help="Accounts to choose from; empty where the site has none.").tag(
        config=True
    )
    max_hours = Float(8.0, help="The longest session.").tag(config=True)
    max_cores = Integer(8, help="The most cores of a session.").tag(config=True)
    max_memory_gb = Float(16.0, help="The most memory of a session, in GB.").tag(config=True)
    max_gpus = Integer(0, help="The most GPUs of a session; 0 hides the field.").tag(config=True)
    gpu_type = Unicode("", help='The type in `--gres=gpu:TYPE:N`, such as "h100".').tag(config=True)

    req_gres = Unicode("").tag(config=True)

    # `exec`: else the signal that ends a job stops at this shell, and JupyterLab is killed
    # without a warning. Slurm < 23.02 sets no SLURM_JOB_END_TIME; the session asks for it.
    batch_script = Unicode("""#!/bin/bash
#SBATCH --output={{homedir}}/.jupyterhub-session-%j.log
#SBATCH --job-name=jupyterlab
#SBATCH --chdir={{homedir}}
#SBATCH --export={{keepvars}}
{% if account %}#SBATCH --account={{account}}
{% endif %}{% if partition %}#SBATCH --partition={{partition}}
{% endif %}#SBATCH --time={{runtime}}
#SBATCH --mem={{memory}}
#SBATCH --cpus-per-task={{nprocs}}
{% if gres %}#SBATCH --gres={{gres}}
{% endif %}{% if options %}#SBATCH {{options}}
{% endif %}
{{prologue}}
exec {{cmd}}
""").tag(config=True)

    # State, reason and expected start in one query: the explanation costs none of its own.
    batch_query_cmd = Unicode("squeue -h -j {job_id} -o '%r|%S|%T %B'").tag(config=True)
    state_pending_re = Unicode(r"\|(?:PENDING|CONFIGURING)\b").tag(config=True)
    state_running_re = Unicode(r"\|(?:RUNNING|COMPLETING)\b").tag(config=True)
    startup_poll_interval = Float(2.0).tag(config=True)

    def _options_form_default(self) -> str:
        folder = Path(__file__).parent / "templates"
        # The values are numbers of the configuration and names of accounts.
        pages = Environment(loader=FileSystemLoader(folder), autoescape=True)
        return pages.get_template("session_form.html").render(
            accounts=self.accounts,
            max_hours=self.max_hours,
            max_cores=self.max_cores,
            max_memory_gb=self.max_memory_gb,
            max_gpus=self.max_gpus,
        )

    def options_from_form(self, formdata: dict[str, list[str]]) -> dict[str, Any]:
        return self.checked({name: values[0] for name, values in formdata.items() if values})

    def checked(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what the job is to have, or raise FormError.

        Runs again at the start: over the REST API, nothing goes through the form, and
        all options go into the job's script.
        """
        account = str(asked.get("account", self.accounts[0] if self.accounts else ""))
        if account and account not in self.accounts:
            raise FormError(f"{account!r} is not one of your accounts.")
        interface = str(asked.get("interface", "lab"))
        if interface not in INTERFACES:
            raise FormError(f"There is no user interface {interface!r}.")

        def number(name: str, label: str, usual: float, least: float, most: float) -> float:
            try:
                value = float(asked.get(name, usual))
            except (TypeError, ValueError):
                raise FormError(f"{label}: please give a number.") from None
            if not least <= value <= most:
                raise FormError(f"{label}: between {least:g} and {most:g}, please.")
            return value

        return {
            "account": account,
            "hours": number("hours", "Time in hours", 1, 1 / 60, self.max_hours),
            "cores": int(number("cores", "Cores", 1, 1, self.max_cores)),
            "memory_gb": number("memory_gb", "Memory in GB", 2, 0.25, self.max_memory_gb),
            "gpus": int(number("gpus", "GPUs", 0, 0, self.max_gpus)),
            "interface": interface,
        }

    def get_req_subvars(self) -> dict[str, Any]:
        asked = self.user_options or self.checked({})
        gpu = f"gpu:{self.gpu_type}:" if self.gpu_type else "gpu:"
        return super().get_req_subvars() | {
            "runtime": str(max(1, round(asked["hours"] * 60))),  # minutes
            "nprocs": str(asked["cores"]),
            "memory": f"{round(asked['memory_gb'] * 1024)}M",
            "gres": f"{gpu}{asked['gpus']}" if asked["gpus"] else self.req_gres,
        }

    def explain(self) -> tuple[str, str]:
        """Return why the job waits, as Slurm says it and for people; empty if it does not."""
        found = re.match(r"([^|]*)\|([^|]*)\|(\w+)", self.job_status or "")
        if not found or found[3] != "PENDING":
            return "", ""
        reason, start = found[1], found[2]
        text = WAITING.get(re.split(r"[ ,]", reason)[0], "")
        if start not in {"N/A", ""} and reason not in NEVER:
            text += f" Expected start: {start.replace('T', ' ')} (an estimate)."
        return reason, text.strip() or reason

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Say how far the job is, each thing once."""
        said = None
        while True:
            if self.state_isrunning():
                yield {"progress": 60, "message": f"Job {self.job_id} runs; JupyterLab starts."}
                return
            event = {"progress": 5, "message": "The job is being submitted."}
            if self.state_ispending():
                reason, text = self.explain()
                message = f"Job {self.job_id} waits ({reason}). {text}"
                event = {"progress": 20, "message": message}
            if event["message"] != said:
                said = event["message"]
                yield event
            await asyncio.sleep(1)

    async def start(self) -> Any:
        """Submit the job and wait for JupyterLab; say why where it does not come."""
        self.user_options = self.checked(self.user_options)
        self.default_url = INTERFACES[self.user_options["interface"]]
        try:
            # Before the Hub's own time-out, which knows no reason.
            return await asyncio.wait_for(super().start(), max(1, self.start_timeout - 3))
        except asyncio.TimeoutError:
            reason, text = self.explain()
            if reason:
                message = (
                    f"Job {self.job_id} did not start within {self.start_timeout} s and was "
                    f"cancelled. Slurm's reason is {reason}: {text}"
                )
            else:
                message = (
                    f"Job {self.job_id} runs, but JupyterLab did not answer within "
                    f"{self.start_timeout} s. See ~/.jupyterhub-session-{self.job_id}.log."
                )
            raise failure(message) from None
        except RuntimeError as error:  # what sbatch said, or that the job has gone
            for pattern, text in REFUSED:
                if re.search(pattern, str(error)):
                    raise failure(f"Slurm took no job. {text}", str(error)) from None
            raise failure(str(error)) from None


def failure(message: str, detail: str = "") -> SpawnException:
    """Make the exception whose words the Hub's pages show."""
    words = html.escape(message)
    if detail:
        words += f"<br><pre>{html.escape(detail)}</pre>"
    error = SpawnException(message, reason="slurm", message_html=words, log_message=message)
    # JupyterHub 6.1's pages read these two, and not the exception's own.
    error.jupyterhub_message = message
    error.jupyterhub_html_message = words
    return error
