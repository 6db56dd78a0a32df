"""Look at paths, each in a process of its own, and print what was seen as JSON.

    python -IS look.py SECONDS PATH…
    python -IS look.py SECONDS --links MOST FOLDER

The second form tells of the symbolic links in a folder instead, `MOST` of them at most.
Run by looks.py. A file system that hangs holds the process that looked at it, maybe
for ever, and nothing else: this one answers in time, what did not is missing.
"""

import json
import os
import select
import signal
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

GRACE = 0.5  # seconds for a killed process to go
# jupyter_server makes it wherever a file is saved, and leaves it there when the file goes.
CHECKPOINTS = ".ipynb_checkpoints"


def look(path: str) -> dict[str, object]:
    """Return what a path leads to."""
    try:
        there = os.stat(path)  # noqa: PTH116 - pathlib costs more than all of this
        size = os.statvfs(path)
    except OSError as error:
        return {"errno": error.errno or 1, "why": os.strerror(error.errno or 1)}
    folder = stat.S_ISDIR(there.st_mode)
    return {
        "errno": 0,
        "folder": folder,
        "readable": os.access(path, os.R_OK | os.X_OK if folder else os.R_OK),
        "writable": os.access(path, os.W_OK | os.X_OK if folder else os.W_OK),
        "real": os.path.realpath(path),
        "identity": f"{there.st_dev}:{there.st_ino}",
        "device": there.st_dev,
        "block": size.f_frsize,
        "blocks": [size.f_blocks, size.f_bfree, size.f_bavail],
        "files": [size.f_files, size.f_ffree, size.f_favail],
    }


def links(folder: str, most: int) -> dict[str, object]:
    """Return what the symbolic links in a folder say, and whether it is empty."""
    found: dict[str, str] = {}
    count = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                count += entry.name != CHECKPOINTS
                if len(found) < most and entry.is_symlink():
                    with suppress(OSError):  # gone meanwhile
                        found[entry.name] = os.readlink(entry.path)  # noqa: PTH115
    except OSError as error:
        return {"errno": error.errno or 1, "why": os.strerror(error.errno or 1)}
    return {"errno": 0, "real": os.path.realpath(folder), "count": count, "links": found}


def start(work: Callable[[], dict[str, object]]) -> tuple[int, int]:
    """Start a process that looks; return its id and where it tells."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return process, reader
    try:
        # If it hangs, nobody waits for the end of what it holds open.
        os.close(0)
        os.close(1)
        os.close(2)
        with open(writer, "wb") as told:  # noqa: PTH123 - it is open already
            told.write(json.dumps(work()).encode())
    finally:
        os._exit(0)


def ends(process: int) -> bool:
    """Tell whether a killed process goes: some file systems don't let it."""
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        if os.waitpid(process, os.WNOHANG)[0]:
            return True
        time.sleep(0.005)
    return False


def main(seconds: float, works: dict[str, Callable[[], dict[str, object]]]) -> None:
    """Look at all paths at once and print the answers that come in time."""
    until = time.monotonic() + seconds
    seen: dict[str, object] = {}
    waiting = {}
    for path, work in works.items():
        process, reader = start(work)
        waiting[reader] = (path, process, bytearray())
    while waiting and (left := until - time.monotonic()) > 0:
        for reader in select.select(list(waiting), [], [], left)[0]:
            path, process, text = waiting[reader]
            if more := os.read(reader, 65536):
                text += more
                continue
            del waiting[reader]
            os.close(reader)
            seen[path] = json.loads(text) if text else None
            os.waitpid(process, 0)
    stuck = {}
    for path, process, _ in waiting.values():
        os.kill(process, signal.SIGKILL)
        if not ends(process):
            stuck[path] = process
    print(json.dumps({"seen": seen, "stuck": stuck}))  # noqa: T201 - its answer


if __name__ == "__main__":
    if sys.argv[2] == "--links":
        main(float(sys.argv[1]), {sys.argv[4]: partial(links, sys.argv[4], int(sys.argv[3]))})
    else:
        main(float(sys.argv[1]), {path: partial(look, path) for path in sys.argv[2:]})
