"""Copy a folder into a new one and tell how that goes, a line of JSON at a time.

    python -IS copier.py ORDER [NAME…]

Run by copies.py. `ORDER` is JSON: `source`; `parent` and `name` of the folder to make, or
`into`, one that an earlier run made, to go on there; `since`, seconds since 1970, where only
what was changed from then on is to be copied, else null. What is named is left out.

Nothing is ever overwritten: a file gets its name when it is complete, and only if nothing
has that name. Symbolic links are copied as links, other file systems are not entered.
"""

import errno
import hashlib
import json
import os
import signal
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn

CHUNK = 4 * 1024 * 1024
EVERY = 0.25  # seconds between two lines of progress
MOST_SKIPPED = 50  # files that were not copied and are told of by name
TRIES = 1000
# What no other file can be copied to either.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Stop(Exception):  # noqa: N818 - an end, maybe a good one
    """The copying ends here, for a reason that is told."""

    def __init__(self, reason: str, why: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.why = why


class Copying:
    """One run."""

    def __init__(self, order: dict[str, Any], left_out: set[str]) -> None:
        self.source: str = order["source"]
        self.since: float = -1.0 if order["since"] is None else order["since"]
        self.left_out = left_out
        self.into: str = order.get("into", "")
        self.parent: str = order.get("parent", "")
        self.name: str = order.get("name", "")
        self.device = os.stat(self.source).st_dev
        self.bytes = 0
        self.files = 0
        self.skipped = 0
        self.told = 0.0
        self.made: set[str] = set()

    def run(self) -> None:
        """Copy all, and tell what came of it."""
        if self.into:
            if not os.path.isdir(self.into):
                raise Stop("gone", self.into)
        else:
            self.into = self.new_folder()
        tell(to=self.into)
        total, files, done = 0, 0, 0
        for path, there in self.files_in(""):
            total += there.st_size
            files += 1
            if self.is_done(path, there):
                done += there.st_size
        if not files and self.since >= 0:
            with suppress(OSError):  # one of an earlier run is not empty
                os.rmdir(self.into)
            raise Stop("nothing")
        tell(total=[total, files])
        room = os.statvfs(self.into)
        if total - done > room.f_bavail * room.f_frsize:
            raise Stop("room", str(room.f_bavail * room.f_frsize))
        for path, there in self.files_in("", make=True):
            self.progress(path)
            self.one(path, there)

    def new_folder(self) -> str:
        """Make the folder that all goes into; another name where its name is taken."""
        for name in names(self.name):
            path = os.path.join(self.parent, name)
            try:
                os.mkdir(path)
            except FileExistsError:
                continue
            except OSError as error:
                raise Stop("full" if error.errno in FULL else "refused", str(error)) from error
            return path
        raise Stop("refused", os.strerror(errno.EEXIST))

    def files_in(self, path: str, *, make: bool = False) -> Iterator[tuple[str, os.stat_result]]:
        """Yield what is to be copied, by its path below the source.

        With `make` folders are made, the empty ones too where all is copied.
        """
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            for name in self.entries(folder, tell_it=make):
                below = os.path.join(folder, name)
                if below in self.left_out:
                    continue
                try:
                    there = os.lstat(self.at(below))
                except OSError:
                    continue  # gone meanwhile
                if stat.S_ISDIR(there.st_mode):
                    if there.st_dev == self.device and not self.is_copy(there):
                        waiting.append(below)
                        if make and self.since < 0:
                            self.empty_folder(below)
                elif there.st_mtime < self.since:
                    continue
                elif stat.S_ISREG(there.st_mode) or stat.S_ISLNK(there.st_mode):
                    yield below, there

    def is_copy(self, there: os.stat_result) -> bool:
        """Tell whether a folder is the one that is copied to: a link may lead back here."""
        return os.path.samestat(there, os.stat(self.into))

    def entries(self, folder: str, *, tell_it: bool) -> list[str]:
        try:
            return sorted(os.listdir(self.at(folder)))
        except OSError as error:
            if tell_it:
                self.skip(folder, error)
            return []

    def at(self, path: str) -> str:
        return os.path.join(self.source, path) if path else self.source

    def to(self, path: str) -> str:
        return os.path.join(self.into, path) if path else self.into

    def folder(self, path: str) -> None:
        """Make a folder and those that it is in."""
        if not path or path in self.made:
            return
        self.folder(os.path.dirname(path))
        try:
            os.mkdir(self.to(path))
        except FileExistsError:
            if not stat.S_ISDIR(os.lstat(self.to(path)).st_mode):
                raise
        except OSError as error:
            if error.errno in FULL:
                raise Stop("full", str(error)) from error
            raise
        self.made.add(path)

    def empty_folder(self, path: str) -> None:
        """Make a folder in which there may be no file; where it can't be that is told."""
        try:
            self.folder(path)
        except OSError as error:
            self.skip(path, error)

    def is_done(self, path: str, there: os.stat_result) -> bool:
        """Tell whether an earlier run copied a file that has not changed since."""
        try:
            copy = os.lstat(self.to(path))
        except OSError:
            return False
        same_kind = stat.S_IFMT(copy.st_mode) == stat.S_IFMT(there.st_mode)
        return same_kind and copy.st_size == there.st_size and copy.st_mtime >= there.st_mtime

    def one(self, path: str, there: os.stat_result) -> None:
        """Copy a file or a link; what can't be read is skipped and told."""
        if self.is_done(path, there):
            self.bytes += there.st_size
            self.files += 1
            return
        before = self.bytes
        try:
            self.folder(os.path.dirname(path))
            if stat.S_ISLNK(there.st_mode):
                self.link(path)
                self.bytes += there.st_size
            else:
                self.file(path, there)
            self.files += 1
        except OSError as error:
            self.bytes = before
            if error.errno in FULL:
                raise Stop("full", str(error)) from error
            self.skip(path, error)

    def link(self, path: str) -> None:
        said = os.readlink(self.at(path))
        for name in names(self.to(path)):
            try:
                os.symlink(said, name)
            except FileExistsError:
                continue
            return

    def file(self, path: str, there: os.stat_result) -> None:
        aside = self.to(f".jupyterlab_hpc-{hashlib.sha256(os.fsencode(path)).hexdigest()[:24]}")
        reading = os.open(self.at(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if os.path.lexists(aside):
                os.unlink(aside)  # of a run that was killed
            mode = stat.S_IMODE(there.st_mode) & 0o777 | 0o600
            writing = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            try:
                try:
                    while chunk := os.read(reading, CHUNK):
                        self.write(writing, chunk, path)
                finally:
                    os.close(writing)  # where NFS tells that the disk is full
                self.name_it(aside, self.to(path))
            finally:
                if os.path.lexists(aside):
                    os.unlink(aside)
        finally:
            os.close(reading)

    def write(self, writing: int, chunk: bytes, path: str) -> None:
        left = memoryview(chunk)
        while left:
            written = os.write(writing, left)
            left = left[written:]
            self.bytes += written
        self.progress(path)

    def name_it(self, aside: str, wanted: str) -> None:
        """Give a complete file its name, or one that nothing has."""
        for name in names(wanted):
            try:
                os.link(aside, name)
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                    raise
                # A file system without second names.
                if os.path.lexists(name):
                    continue
                os.rename(aside, name)
            return

    def skip(self, path: str, error: OSError) -> None:
        self.skipped += 1
        if self.skipped <= MOST_SKIPPED:
            tell(skipped=[path or os.path.basename(self.source), error.strerror])

    def progress(self, path: str) -> None:
        now = time.monotonic()
        if now - self.told >= EVERY:
            self.told = now
            tell(done=[self.bytes, self.files], current=path)


def names(wanted: str) -> Iterator[str]:
    """Yield a name, then others like it."""
    yield wanted
    folder, base = os.path.split(wanted)
    start, dot, end = base.rpartition(".")
    if not start:
        start, dot, end = base, "", ""
    for number in range(2, TRIES):
        yield os.path.join(folder, f"{start} ({number}){dot}{end}")


def tell(**said: object) -> None:
    """Print a line."""
    print(json.dumps(said), flush=True)  # noqa: T201 - its answer


def end(*_: object) -> NoReturn:
    """Leave in order, so that nothing half done stays."""
    raise SystemExit(1)


def main() -> None:
    """Copy, and tell the end."""
    signal.signal(signal.SIGTERM, end)
    os.nice(10)
    copying: Copying | None = None
    reason, why = "done", ""
    try:
        copying = Copying(json.loads(sys.argv[1]), set(sys.argv[2:]))
        copying.run()
    except Stop as stop:
        reason, why = stop.reason, stop.why
    except OSError as error:
        reason, why = "failed", str(error)
    done = [copying.bytes, copying.files] if copying else [0, 0]
    tell(end=reason, why=why, done=done, count=copying.skipped if copying else 0)


if __name__ == "__main__":
    main()
