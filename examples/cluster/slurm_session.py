"""A session is a Slurm job: the form, the job, and words for what goes wrong.

JupyterHub's part of the example; runs in the Hub, not in the session. It is
batchspawner's SlurmSpawner with a form that asks for what the job is to have, and
with sentences where the Hub's own pages say only that spawning failed.
"""

import asyncio
import html
import math
import re
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from batchspawner import SlurmSpawner
from jinja2 import Environment, FileSystemLoader
from tornado.web import HTTPError
from traitlets import Float, Integer, List, Unicode
from words import Words, joined, refused, waiting

try:
    from jupyterhub.spawner import SpawnException as SpawnError
except ImportError:  # before JupyterHub 6

    class SpawnError(HTTPError):
        """What newer JupyterHubs have for a spawn that is refused."""

        def __init__(self, message: str, **_: str) -> None:
            super().__init__(400, message)
            self.lines = message

        def __str__(self) -> str:
            # All that the form's page gets of it; templates/spawn.html makes both languages of it.
            return self.lines


INTERFACES = {"lab": "/lab", "notebook": "/tree", "terminal": "/terminals/1"}

SUBMITTING = Words("The job is being submitted.", "La tâche est soumise.")
RUNS = Words(
    "Job {job} runs; JupyterLab starts.", "La tâche {job} s'exécute\u202f; JupyterLab démarre."
)
WAITS = Words("Job {job} waits ({reason}).", "La tâche {job} attend ({reason}).")
CANCELLED = Words(
    "Job {job} did not start within {seconds} s and was cancelled. Slurm's reason is {reason}.",
    "La tâche {job} n'a pas démarré en {seconds} s et a été annulée. "
    "La raison selon Slurm est {reason}.",
)
ASKED = Words(
    "You asked for {asked}: less time, fewer cores or no GPU often starts sooner.",
    "Vous avez demandé {asked}\u00a0: moins de temps, moins de cœurs ou aucun GPU, "
    "et la session démarre souvent plus tôt.",
)
HOURS = Words("{hours:g} h", "{hours:g} h")
CORES = Words("cores: {cores}", "cœurs\u00a0: {cores}")
MEMORY = Words("{memory_gb:g} GB of memory", "{memory_gb:g} Go de mémoire")
GPUS = Words("GPUs: {gpus}", "GPU\u00a0: {gpus}")
OTHERS = Words(
    "You have other jobs: {jobs}. They may be what this one waits for; stop those that you "
    "need no longer.",
    "Vous avez d'autres tâches\u00a0: {jobs}. Celle-ci les attend peut-être\u202f; "
    "arrêtez celles dont vous n'avez plus besoin.",
)
STATUS = Words(
    "Whether the cluster has a problem: {url}", "Si la grappe a un problème\u00a0: {url}"
)
SILENT = Words(
    "Job {job} runs, but JupyterLab did not answer within {seconds} s. See {log}.",
    "La tâche {job} s'exécute, mais JupyterLab n'a pas répondu en {seconds} s. Voyez {log}.",
)
NO_JOB = Words("Slurm took no job.", "Slurm n'a pas accepté la tâche.")
NO_ACCOUNT = Words(
    "{account} is not one of your accounts.", "{account} n'est pas un de vos comptes."
)
NO_INTERFACE = Words("There is no user interface {name}.", "Il n'y a pas d'interface {name}.")
NO_NUMBER = Words("{label}: please give a number.", "{label}\u00a0: veuillez donner un nombre.")
NO_RANGE = Words(
    "{label}: between {least:g} and {most:g}, please.",
    "{label}\u00a0: entre {least:g} et {most:g}, s'il vous plaît.",
)
LABELS = {
    "hours": Words("Time in hours", "Temps en heures"),
    "cores": Words("Cores", "Cœurs"),
    "memory_gb": Words("Memory in GB", "Mémoire en Go"),
    "gpus": Words("GPUs", "GPU"),
}


class FormError(ValueError):
    """What was asked for in the form cannot be had."""

    def __init__(self, words: Words) -> None:
        super().__init__("\n".join(words))
        # The attributes that JupyterHub's pages show; the form shows the first alone.
        self.jupyterhub_message = words.en
        self.jupyterhub_html_message = words.html()


class SlurmSession(SlurmSpawner):
    """A session whose user chooses account, time, cores, memory, GPUs and user interface."""

    accounts = List(
        Unicode(), help="Accounts to choose from; empty: those that `accounts_cmd` tells."
    ).tag(config=True)
    accounts_cmd = Unicode(
        "sacctmgr -nP show association user={username} format=account",
        help="Prints the user's accounts, one a line. Empty where the site has none.",
    ).tag(config=True)
    others_cmd = Unicode(
        "squeue -h -u {username} -o '%i (%j)'",
        help="""Prints the user's jobs, one a line: asked once at the start of a session, to say
        which others there are when it has to wait. Empty: not asked.""",
    ).tag(config=True)
    status_url = Unicode("", help="The page where the site tells of problems.").tag(config=True)
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known_accounts: list[str] = []
        self._others: list[str] = []

    def _options_form_default(self) -> Callable[[Any], Awaitable[str]]:
        return type(self).form

    async def form(self) -> str:
        """Return the form's fields as HTML."""
        folder = Path(__file__).parent / "templates"
        # The values are numbers of the configuration and names of accounts.
        pages = Environment(loader=FileSystemLoader(folder), autoescape=True)
        return pages.get_template("session_form.html").render(
            accounts=await self.usable_accounts(),
            max_hours=self.max_hours,
            max_cores=self.max_cores,
            max_memory_gb=self.max_memory_gb,
            max_gpus=self.max_gpus,
        )

    async def usable_accounts(self) -> list[str]:
        """Return the accounts to choose from; where Slurm does not tell, those it told last."""
        if self.accounts or not self.accounts_cmd:
            return list(self.accounts)
        told = await self.ask(self.accounts_cmd)
        if told:
            self._known_accounts = list(dict.fromkeys(told))
        return self._known_accounts

    async def ask(self, command: str) -> list[str]:
        """Return the lines that a command of Slurm's prints, as the user; none where it fails."""
        prefix = self.exec_prefix.format(username=self.user.name)
        command = command.format(username=shlex.quote(self.user.name))
        try:
            asked = self.run_command(f"{prefix} {command}", env=self.get_env())
            return (await asyncio.wait_for(asked, 10)).split("\n")
        except (RuntimeError, asyncio.TimeoutError) as error:
            self.log.warning("%s: %s", command, error)
            return []

    async def options_from_form(self, formdata: dict[str, list[str]]) -> dict[str, Any]:
        return self.checked(
            {name: values[0] for name, values in formdata.items() if values},
            await self.usable_accounts(),
        )

    def checked(self, asked: dict[str, Any], accounts: list[str]) -> dict[str, Any]:
        """Return what the job is to have, or raise FormError.

        Runs again at the start: over the REST API, nothing goes through the form, and
        all options go into the job's script.
        """
        account = str(asked.get("account") or (accounts[0] if accounts else ""))
        if account and account not in accounts:
            raise FormError(NO_ACCOUNT.filled(account=repr(account)))
        interface = str(asked.get("interface", "lab"))
        if interface not in INTERFACES:
            raise FormError(NO_INTERFACE.filled(name=repr(interface)))

        def number(name: str, usual: float, least: float, most: float) -> float:
            try:
                value = float(asked.get(name, usual))
            except (TypeError, ValueError):
                value = math.nan
            said = NO_NUMBER if math.isnan(value) else NO_RANGE
            if not least <= value <= most:
                labels = LABELS[name]
                raise FormError(
                    Words(
                        said.en.format(label=labels.en, least=least, most=most),
                        said.fr.format(label=labels.fr, least=least, most=most),
                    )
                )
            return value

        return {
            "account": account,
            "hours": number("hours", 1, 1 / 60, self.max_hours),
            "cores": int(number("cores", 1, 1, self.max_cores)),
            "memory_gb": number("memory_gb", 2, 0.25, self.max_memory_gb),
            "gpus": int(number("gpus", 0, 0, self.max_gpus)),
            "interface": interface,
        }

    def get_req_subvars(self) -> dict[str, Any]:
        asked = self.user_options or self.checked({}, [])
        gpu = f"gpu:{self.gpu_type}:" if self.gpu_type else "gpu:"
        return super().get_req_subvars() | {
            "runtime": str(max(1, round(asked["hours"] * 60))),  # minutes
            "nprocs": str(asked["cores"]),
            "memory": f"{round(asked['memory_gb'] * 1024)}M",
            "gres": f"{gpu}{asked['gpus']}" if asked["gpus"] else self.req_gres,
        }

    def reason(self) -> tuple[str, Words] | None:
        """Return why the job waits, as Slurm says it and for people; None if it does not."""
        found = re.match(r"([^|]*)\|([^|]*)\|(\w+)", self.job_status or "")
        if not found or found[3] != "PENDING":
            return None
        return found[1], waiting(found[1], found[2])

    def facts(self) -> Words:
        """Return what was asked for, and what else of the user's is in the queue."""
        asked = self.user_options
        parts = [HOURS, CORES, MEMORY, *([GPUS] if asked["gpus"] else [])]
        told = [part.filled(**asked) for part in parts]
        wish = Words(
            ASKED.en.format(asked=", ".join(part.en for part in told)),
            ASKED.fr.format(asked=", ".join(part.fr for part in told)),
        )
        others = OTHERS.filled(jobs=", ".join(self._others)) if self._others else None
        return joined(wish, others)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Say how far the job is, each thing once."""
        said = None
        while True:
            if self.state_isrunning():
                yield event(60, RUNS.filled(job=self.job_id))
                return
            now = 5, SUBMITTING
            if found := self.reason():
                reason, words = found
                facts = None if reason == "None" else self.facts()
                waits = WAITS.filled(job=self.job_id, reason=reason)
                now = 20, joined(waits, words, facts)
            if now != said:
                said = now
                yield event(*now)
            await asyncio.sleep(1)

    async def start(self) -> Any:
        """Submit the job and wait for JupyterLab; say why where it does not come."""
        self.user_options = self.checked(self.user_options, await self.usable_accounts())
        self.default_url = INTERFACES[self.user_options["interface"]]
        self._others = await self.ask(self.others_cmd) if self.others_cmd else []
        starting = asyncio.ensure_future(super().start())
        try:
            # Before the Hub's own time-out, which knows no reason.
            await asyncio.wait({starting}, timeout=max(1, self.start_timeout - 3))
            if not starting.done():
                raise failure(self.too_late())
            return starting.result()
        except RuntimeError as error:  # what sbatch said, or that the job has gone
            said = str(error)
            meaning = refused(said)
            if meaning:
                raise failure(joined(NO_JOB, meaning), said) from None
            raise failure(Words(said, said)) from None
        finally:
            if not starting.done():
                state = self.get_state()
                starting.cancel()
                await asyncio.wait({starting})
                # batchspawner takes a question that is given up for a job that has gone, and
                # forgets the job, which the Hub is about to cancel.
                self.load_state(state)

    def too_late(self) -> Words:
        """Return why the session did not come in time."""
        facts = {"job": self.job_id, "seconds": self.start_timeout}
        found = self.reason()
        if not found:
            return SILENT.filled(log=f"~/.jupyterhub-session-{self.job_id}.log", **facts)
        reason, words = found
        status = STATUS.filled(url=self.status_url) if self.status_url else None
        return joined(CANCELLED.filled(reason=reason, **facts), words, self.facts(), status)


def event(progress: int, words: Words) -> dict[str, Any]:
    """Return what the Hub's pending page shows."""
    return {"progress": progress, "message": words.en, "html_message": words.html()}


def failure(words: Words, detail: str = "") -> SpawnError:
    """Make the exception whose words the Hub's pages show."""
    page = words.html()
    for line in detail.splitlines():
        # The pages put all into a <p>, which takes no <pre>.
        page += f"<br><code>{html.escape(line)}</code>"
    error = SpawnError(words.en, reason="slurm", message_html=page, log_message=words.en)
    # JupyterHub 6.1's pages read these two, and not the exception's own.
    error.jupyterhub_message = words.en
    error.jupyterhub_html_message = page
    error.lines = "\n".join([*(" ".join(text.split()) for text in words), *detail.splitlines()])
    return error
