"""Runs one program and leaves nothing of it behind: a process of its own, beside the server.

Started by `process.py`, which writes one line of JSON to its input, the order:
`argv`, `env`, `cwd`, `grace` (seconds), `folder` (removed at the end), `bridge` (None, or
`socket` and `port`). The input then stays open. When it ends, the program is ended: because
the server closed it, or because the server is gone, by whatever signal.

What the program says goes to the output. The exit code is the program's, 128 and the signal
where a signal ended it, and 127 where it could not be started.

With `bridge` the program runs in user and network namespaces of its own, where it can listen
to TCP without being heard outside; connections to the socket are led to its port. With
`--probe` nothing is run: the exit code tells whether such namespaces can be had.

Knows the standard library only: it is started by its path, without site-packages.
"""

import asyncio
import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

# How long what a program leaves that ends by itself has after a SIGTERM.
LEFTOVERS_GRACE = 2.0
# How often is looked whether it has gone.
LOOK = 0.05
CHUNK = 65536

libc = ctypes.CDLL(None, use_errno=True)


def isolate() -> None:
    """Enter user and network namespaces of our own, with a loopback that works."""
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        Path("/proc/self", name).write_text(text, encoding="ascii")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))


def descendants() -> list[int]:
    """Return the processes that come from this one, zombies left out.

    Linux shows a process whose first thread has ended as a zombie, and what it started as
    its children, as long as another thread of it lives: for a moment at every end.
    """
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - asked often; a Path each is slow
        if not entry.isdigit():
            continue
        with suppress(OSError):
            # The command's name stands in parentheses and may hold anything.
            stat = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()
            threads = int(stat[17])
            if stat[0] not in {b"Z", b"X"} or threads > 1:
                children.setdefault(int(stat[1]), []).append(int(entry))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        ours = children.get(waiting.pop(), [])
        found += ours
        waiting += ours
    return found


class Guardian:
    """One program, from its start until nothing of it is left."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.code: int | None = None
        self.ended = asyncio.Event()
        self.told = asyncio.Event()

    async def run(self) -> int:
        """Run the program; return its exit code when all of it has ended."""
        # Daemons that leave their parents come to us, and not out of our sight.
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.told.set)
        loop.add_signal_handler(signal.SIGINT, self.told.set)
        loop.add_signal_handler(signal.SIGCHLD, self._reap)
        reading, writing = os.pipe()
        try:
            pid = self._start(writing)
        except OSError as error:
            say(f"{error}\n".encode())
            return 127
        finally:
            os.close(writing)
        said = asyncio.create_task(self._relay(reading))
        bridge = await self._bridge() if self.order["bridge"] else None
        waits = {asyncio.create_task(event.wait()) for event in (self.ended, self.told)}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if self.ended.is_set():
            await self._end_leftovers(LEFTOVERS_GRACE)
        else:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGTERM)
            # A script that started it may end at once; it itself has things to save.
            await self._end_leftovers(self.order["grace"], after=self.ended)
        if bridge:
            bridge.close()
        # What the last one wrote is still in the pipe.
        await asyncio.wait({said}, timeout=1)
        return 128 + signal.SIGKILL if self.code is None else self.code

    def _start(self, output: int) -> int:
        def with_us() -> None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

        # Nothing else runs here, no thread either: what makes preexec_fn dangerous.
        program = subprocess.Popen(  # noqa: S603 - the server's order
            self.order["argv"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=self.order["env"],
            cwd=self.order["cwd"],
            start_new_session=True,
            preexec_fn=with_us,  # noqa: PLW1509 - see above
        )
        self.pid = program.pid
        # `_reap` waits for it.
        program.returncode = 0
        return program.pid

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                if pid == self.pid:
                    code = os.waitstatus_to_exitcode(status)
                    self.code = code if code >= 0 else 128 - code
                    self.ended.set()

    async def _relay(self, reading: int) -> None:
        """Hand on what the program says; once nobody listens, only take it away."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb")
        )
        while chunk := await reader.read(CHUNK):
            say(chunk)

    async def _end_leftovers(self, grace: float, after: asyncio.Event | None = None) -> None:
        """End what the program started, daemons of their own sessions too.

        They are told so `after` the program itself has ended, and get SIGKILL with it when
        `grace` seconds have passed.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + grace
        told: set[int] = set()
        # Process numbers start again from below: a child that is read before its parent, which
        # then ends, is nobody's in that look. It is ours in the next one.
        while left := set(descendants() or descendants()):
            if loop.time() >= end:
                _send(left, signal.SIGKILL)
            elif after is None or after.is_set():
                _send(left - told, signal.SIGTERM)
                told |= left
            await asyncio.sleep(LOOK)

    async def _bridge(self) -> asyncio.AbstractServer:
        port = self.order["bridge"]["port"]

        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                writer.close()
                return
            await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
            for end in (writer, inner_writer):
                end.close()

        mask = os.umask(0o177)
        try:
            return await asyncio.start_unix_server(connect, self.order["bridge"]["socket"])
        finally:
            os.umask(mask)


def _send(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy one direction of a connection until it ends."""
    with suppress(ConnectionError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.write_eof()


def say(words: bytes) -> None:
    """Write to the server, which may be gone."""
    with suppress(OSError):
        while words:
            words = words[os.write(1, words) :]


async def guard() -> int:
    """Take the order, run it, and watch whether the server is there."""
    reader = asyncio.StreamReader(limit=2**26)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    guardian = Guardian(json.loads(await reader.readline()))

    async def watch() -> None:
        while await reader.read(CHUNK):
            pass
        guardian.told.set()

    watching = asyncio.create_task(watch())
    try:
        if guardian.order["bridge"]:
            isolate()
        return await guardian.run()
    except OSError as error:
        say(f"{error}\n".encode())
        return 127
    finally:
        watching.cancel()
        shutil.rmtree(guardian.order["folder"], ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--probe"]:
        try:
            isolate()
        except OSError as refusal:
            sys.exit(str(refusal))
        sys.exit(0)
    # Not sys.exit: a thread that still waits for nothing must not keep us.
    os._exit(asyncio.run(guard()))
