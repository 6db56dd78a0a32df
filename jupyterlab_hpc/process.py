"""The one door through which this package starts a program."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from traitlets.log import get_logger

from .errors import ToolMissingError, ToolTimeoutError
from .sentences import trans

GRACE = 5.0  # seconds for a killed program to go

# The process groups of the programs that run now: what `end_all` ends.
_running: set[int] = set()


def end_all() -> None:
    """End every program that still runs, with its children: the server is going.

    They have sessions of their own, so nothing else would end them.
    """
    for group in _running:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


@dataclass(frozen=True, kw_only=True)
class Completed:
    """A program that ran to its end.

    `code` is negative where a signal ended it. The output is bytes: values of
    environment variables need not be UTF-8.
    """

    argv: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def stdout_text(self) -> str:
        """The output for reading; bytes that are not UTF-8 are shown as �."""
        return self.stdout.decode(errors="replace")

    @property
    def stderr_text(self) -> str:
        """The messages for reading; bytes that are not UTF-8 are shown as �."""
        return self.stderr.decode(errors="replace")


async def run(argv: Sequence[str], *, timeout: float, env: Mapping[str, str]) -> Completed:
    """Run `argv` without a shell in exactly the environment `env`.

    The program and its children are ended when `timeout` seconds pass or the
    caller is cancelled. Raises ToolMissingError where the program cannot be
    started and ToolTimeoutError where it takes too long.
    """
    started = monotonic()
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=env,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # not there, not executable, a list too long
        raise ToolMissingError(
            trans.gettext("%1 cannot be run on this machine."), argv[0], detail=str(error)
        ) from error
    _running.add(process.pid)
    try:
        stdout, stderr = await asyncio.wait_for(process.communicate(), timeout)
    except (asyncio.TimeoutError, asyncio.CancelledError) as error:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        # What hangs in a file system may not go at all.
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE)
        if isinstance(error, asyncio.CancelledError):
            raise
        raise ToolTimeoutError(
            trans.gettext("%1 did not answer within %2 seconds."), argv[0], f"{timeout:g}"
        ) from error
    finally:
        _running.discard(process.pid)
    code = await process.wait()
    get_logger().debug("%s -> %s in %.2f s", list(argv), code, monotonic() - started)
    return Completed(argv=tuple(argv), code=code, stdout=stdout, stderr=stderr)
