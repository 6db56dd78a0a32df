"""Add up what is in a folder, and print the sums as JSON.

    python -IS walk.py SECONDS FOLDER [SINCE]

Run by usage.py and, with `SINCE` (seconds since 1970), by copies.py: then sizes are those of
the contents instead of what they take on the disk, and what has changed since is added up,
too. Always at the lowest priority. Links are not followed and other file systems not
entered. What is not counted when the time is over is left out, and that is told.
"""

import json
import os
import stat
import sys
import time
from collections.abc import Iterator

DEPTH = 2  # of the folders whose sums are told
CHECK = 256  # files between two looks at the clock


class Walk:
    """Sums of bytes and files by the first parts of their paths."""

    def __init__(self, folder: bytes, until: float, since: float | None) -> None:
        self.folder = folder
        self.since = since
        self.until = until
        self.sums: dict[tuple[bytes, ...], list[int]] = {(): [0, 0, 0, 0]}
        self.folders: set[tuple[bytes, ...]] = set()
        self.seen: set[tuple[int, int]] = set()
        self.partial = False

    def run(self) -> None:
        """Add up all that can be reached in time."""
        device = os.stat(self.folder).st_dev  # noqa: PTH116
        waiting: list[tuple[bytes, ...]] = [()]
        count = 0
        while waiting and not self.partial:
            path = waiting.pop()
            for entry in self.entries(path):
                count += 1
                if count % CHECK == 0 and time.monotonic() > self.until:
                    self.partial = True
                    break
                try:
                    there = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                below = (*path, entry.name)
                folder = entry.is_dir(follow_symlinks=False)
                if folder and there.st_dev != device:
                    continue
                if folder:
                    waiting.append(below)
                    self.folders.add(below[:DEPTH])
                self.add(below, there)

    def entries(self, path: tuple[bytes, ...]) -> Iterator["os.DirEntry[bytes]"]:
        """Yield what is in a folder, nothing where it can't be read."""
        try:
            with os.scandir(os.path.join(self.folder, *path)) as entries:  # noqa: PTH118
                yield from entries
        except OSError:
            return

    def add(self, path: tuple[bytes, ...], there: os.stat_result) -> None:
        """Add a file to the sums of the folders that it is in; one with two names once."""
        if there.st_nlink > 1 and not stat.S_ISDIR(there.st_mode):
            name = (there.st_dev, there.st_ino)
            if name in self.seen:
                return
            self.seen.add(name)
        folder = stat.S_ISDIR(there.st_mode)
        size = 0 if folder else there.st_size
        changed = self.since is not None and not folder and there.st_mtime >= self.since
        for depth in range(min(len(path), DEPTH) + 1):
            total = self.sums.setdefault(path[:depth], [0, 0, 0, 0])
            total[0] += there.st_blocks * 512 if self.since is None else size
            total[1] += self.since is None or not folder
            if changed:
                total[2] += size
                total[3] += 1

    def answer(self) -> dict[str, object]:
        """Return the sums in a form that is JSON."""
        return {
            "partial": self.partial,
            "sums": [
                [os.fsdecode(b"/".join(path)), path in self.folders, *total]
                for path, total in self.sums.items()
            ],
        }


def main(seconds: float, folder: str, since: float | None = None) -> None:
    """Add up and print."""
    os.nice(19)
    walk = Walk(os.fsencode(folder), time.monotonic() + seconds, since)
    walk.run()
    print(json.dumps(walk.answer()))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2], *map(float, sys.argv[3:]))
