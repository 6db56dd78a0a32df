"""Look at paths, each in a process of its own, and print what was seen as JSON.

    python -IS look.py SECONDS PATH…

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

GRACE = 0.5  # seconds for a killed process to go


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
        "identity": f"{there.st_dev}:{there.st_ino}",
        "device": there.st_dev,
        "block": size.f_frsize,
        "blocks": [size.f_blocks, size.f_bfree, size.f_bavail],
        "files": [size.f_files, size.f_ffree, size.f_favail],
    }


def start(path: str) -> tuple[int, int]:
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
        os.write(writer, json.dumps(look(path)).encode())
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


def main(seconds: float, paths: list[str]) -> None:
    """Look at all paths at once and print the answers that come in time."""
    until = time.monotonic() + seconds
    seen: dict[str, object] = {}
    waiting = {}
    for path in paths:
        process, reader = start(path)
        waiting[reader] = (path, process)
    while waiting and (left := until - time.monotonic()) > 0:
        for reader in select.select(list(waiting), [], [], left)[0]:
            path, process = waiting.pop(reader)
            text = os.read(reader, 65536)
            seen[path] = json.loads(text) if text else None
            os.waitpid(process, 0)
    stuck = {}
    for path, process in waiting.values():
        os.kill(process, signal.SIGKILL)
        if not ends(process):
            stuck[path] = process
    print(json.dumps({"seen": seen, "stuck": stuck}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
