"""The one door through which this package starts a program."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

from traitlets.log import get_logger

from .errors import ToolMissingError, ToolRefusedError, ToolTimeoutError
from .sentences import trans

# Neither site-packages nor variables of Python: those of modules are not for it.
GUARDIAN = (sys.executable, "-I", "-S", str(Path(__file__).with_name("guardian.py")))
LONGEST_READ = 65536
# Bytes that a program may say: a parser of more would keep the event loop for seconds.
LONGEST_ANSWER = 16 << 20
# What tells of a whole module tree or a whole home, and is read in a thread.
LONGEST_LISTING = 512 << 20
LONGEST_WORDS = 4000  # characters of what a program said before it failed
GRACE = 5.0  # seconds for a killed program to go

Said = tuple[list[bytes], list[bytes]]  # the pieces of its output and of its messages

# The process groups of the programs that run now: what `end_all` ends.
_running: set[int] = set()


def end_all() -> None:
    """End every program that still runs, with its children: the server is going.

    They have sessions of their own, so nothing else would end them.
    """
    for group in _running:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def last_words(pieces: Iterable[bytes]) -> str:
    """Return the end of what a program said, for reading."""
    return b"".join(pieces).decode(errors="replace").strip()[-LONGEST_WORDS:]


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


async def run(
    argv: Sequence[str],
    *,
    timeout: float,
    env: Mapping[str, str],
    stdin: bytes | None = None,
    longest: int = LONGEST_ANSWER,
) -> Completed:
    """Run `argv` without a shell in exactly the environment `env`.

    `stdin` is what it can read, None for nothing. The program and its children
    are ended when `timeout` seconds pass, when it says more than `longest` bytes, or
    when the caller is cancelled. Raises ToolMissingError where the program cannot be
    started, ToolTimeoutError where it takes too long and ToolRefusedError where it
    says too much.
    """
    started = monotonic()
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
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
    said: Said = ([], [])
    try:
        whole = await asyncio.wait_for(_talk(process, stdin, longest, said), timeout)
    except (asyncio.TimeoutError, asyncio.CancelledError) as error:
        _kill(process)
        # What hangs in a file system may not go at all. Python 3.11's wait() returns when the
        # pipes have ended, too, and the end of one that is full is not seen before it is read.
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_talk(process, None, 0, ([], [])), GRACE)
        if isinstance(error, asyncio.CancelledError):
            raise
        raise ToolTimeoutError(
            trans.gettext("%1 did not answer within %2 seconds."),
            argv[0],
            f"{timeout:g}",
            detail=last_words(said[1]),
        ) from error
    finally:
        _running.discard(process.pid)
    code = await process.wait()
    get_logger().debug("%s -> %s in %.2f s", list(argv), code, monotonic() - started)
    if not whole:
        raise ToolRefusedError(
            trans.gettext("%1 said more than %2 MB, which cannot be its answer."),
            argv[0],
            f"{longest >> 20}",
        )
    stdout, stderr = map(b"".join, said)
    return Completed(argv=tuple(argv), code=code, stdout=stdout, stderr=stderr)


async def _talk(
    process: asyncio.subprocess.Process, stdin: bytes | None, longest: int, said: Said
) -> bool:
    """Take in what a program says until it ends; return False where that is longer.

    Then the program is ended.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    *whole, _ = await asyncio.gather(
        _read(process, process.stdout, longest, said[0]),
        _read(process, process.stderr, longest, said[1]),
        _feed(process, stdin),
    )
    await process.wait()
    return all(whole)


async def _read(
    process: asyncio.subprocess.Process,
    stream: asyncio.StreamReader,
    longest: int,
    parts: list[bytes],
) -> bool:
    size = 0
    while part := await stream.read(LONGEST_READ):
        size += len(part)
        if size > longest:
            parts.clear()
            _kill(process)
        else:
            parts.append(part)
    return size <= longest


async def _feed(process: asyncio.subprocess.Process, stdin: bytes | None) -> None:
    if process.stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):  # it did not want to read all
        process.stdin.write(stdin or b"")
        await process.stdin.drain()
    process.stdin.close()


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a program with its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class Guarded:
    """A program that runs until it ends or is told to end, with a guardian beside it.

    See `guardian.py`: nothing of the program outlives the server, however that ends.
    """

    def __init__(
        self, guardian: asyncio.subprocess.Process, on_output: Callable[[bytes], None]
    ) -> None:
        self._guardian = guardian
        self._reading = asyncio.create_task(self._read(on_output))

    async def _read(self, on_output: Callable[[bytes], None]) -> None:
        assert self._guardian.stdout is not None
        while said := await self._guardian.stdout.read(LONGEST_READ):
            on_output(said)

    def tell_to_end(self) -> None:
        """Let the program end: SIGTERM, its grace, then SIGKILL to all that is left."""
        assert self._guardian.stdin is not None
        self._guardian.stdin.close()

    async def wait(self) -> int:
        """Return the exit code when nothing of it is left: 128 and the signal that ended it."""
        await self._reading
        return await self._guardian.wait()


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """A socket that leads to a TCP port that only the program and its guardian see."""

    socket: str
    port: int


async def start(  # noqa: PLR0913 - what a program needs
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: str,
    folder: str,
    grace: float,
    bridge: Bridge | None = None,
    on_output: Callable[[bytes], None],
) -> Guarded:
    """Start `argv` without a shell in exactly the environment `env`.

    `folder` is removed when it has ended; `grace` is how many seconds it has after a
    SIGTERM. Raises ToolMissingError where not even the guardian can be started; that the
    program can't is told by the exit code 127 and its output.
    """
    order = {
        "argv": list(argv),
        "env": dict(env),
        "cwd": cwd,
        "grace": grace,
        "folder": folder,
        "bridge": None if bridge is None else asdict(bridge),
    }
    try:
        guardian = await asyncio.create_subprocess_exec(
            *GUARDIAN,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # A terminal's Ctrl-C is the server's business, which then ends us in order.
            start_new_session=True,
        )
    except OSError as error:
        raise ToolMissingError(
            trans.gettext("%1 cannot be run on this machine."), argv[0], detail=str(error)
        ) from error
    assert guardian.stdin is not None
    guardian.stdin.write(json.dumps(order).encode() + b"\n")
    get_logger().debug("%s started", list(argv))
    return Guarded(guardian, on_output)


async def can_isolate() -> str:
    """Return why no program can have a network of its own here; empty where it can."""
    done = await run([*GUARDIAN, "--probe"], timeout=10, env={})
    return done.stderr_text.strip() if done.code else ""
