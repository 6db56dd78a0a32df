"""A site's own command that gives a job more time. Knows no room and no HTTP."""

import os
from collections.abc import Mapping

from traitlets import Float, List, Unicode
from traitlets.config import LoggingConfigurable

from ..errors import ToolMissingError, ToolRefusedError
from ..process import run
from ..sentences import trans
from .slurm import outside_the_job

LONGEST_ANSWER = 2000  # characters


class TimeExtension(LoggingConfigurable):
    """Asks for more time with the site's command, and with nothing else."""

    command = List(
        Unicode(),
        default_value=[],
        help="""The program that asks for more time for a session, with its arguments; in each of
        them {job_id} and {user} stand for the session's. Exit code 0 is a yes; what it writes is
        shown to the user. No shell is in between. Empty, the default: nobody is offered more
        time, because Slurm lets no user extend a job.""",
    ).tag(config=True)
    timeout = Float(30.0, help="Seconds to wait for that program.").tag(config=True)

    def __init__(self, *, environment: Mapping[str, str] | None = None, **kwargs: object) -> None:
        """`environment` is what the server was started with."""
        super().__init__(**kwargs)
        self._environment = dict(os.environ if environment is None else environment)

    @property
    def offered(self) -> bool:
        """Whether the site has such a command."""
        return bool(self.command)

    async def ask(self, job_id: str) -> str:
        """Ask for more time; return the command's words.

        Raises ToolMissingError where there is no such command or it cannot be run,
        ToolTimeoutError, and ToolRefusedError with its words where it says no.
        """
        if not self.command:
            raise ToolMissingError(trans.gettext("At this site, sessions cannot be extended."))
        user = self._environment.get("USER", "")
        argv = [word.replace("{job_id}", job_id).replace("{user}", user) for word in self.command]
        done = await run(argv, timeout=self.timeout, env=outside_the_job(self._environment))
        said = "\n".join(filter(None, (done.stdout_text.strip(), done.stderr_text.strip())))[
            :LONGEST_ANSWER
        ]
        if done.code != 0:
            raise ToolRefusedError(trans.gettext("The session was not extended."), detail=said)
        self.log.info("Job %s was extended: %s", job_id, said)
        return said
