"""The index on disk, so that the next session starts with it. Knows no process and no HTTP.

A file is a line that says what it is, a line that says when what it was read from had
changed, a line for each column, then two lines for each package: first all that lists
show, then all the rest. It is the user's alone to read, and
replaced as a whole: two servers on one home write the same thing, and the last one wins.
Those of another version of this extension have other names, and neither spoils the other's.
"""

import hashlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..private import private_folder
from .index import Columns, ModuleIndex

FORMAT = 3
LONGEST_AGE = 86400  # seconds; a modulefile can change without a trace in its folder
COLUMNS = tuple(column.name for column in fields(Columns))
MOST_FILES = 8  # a user has a few values of MODULEPATH, each its own file


class IndexStore:
    """Indexes in a folder, each under what it depends on."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def load(self, key: Sequence[str]) -> tuple[ModuleIndex, dict[str, int]] | None:
        """Return the index saved under a key and its times; None where nothing was saved.

        No times come with what is old. Raises OSError where it cannot be read and
        ValueError where it is damaged.
        """
        path = self._path(key)
        try:
            age = time.time() - path.stat().st_mtime
            head, _, body = path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        said = _mapping(head)
        if said.get("format") != FORMAT or said.get("key") != list(key):
            return None
        if said.get("sum") != zlib.crc32(body):
            raise ValueError("its sum is wrong")
        times, *lines = body.split(b"\n")
        columns, rows = lines[: len(COLUMNS)], lines[len(COLUMNS) :]
        count = len(rows) // 2
        index = ModuleIndex()
        try:
            # one after the other: a long one keeps all other threads waiting
            values = {name: json.loads(line) for name, line in zip(COLUMNS, columns, strict=True)}
            seen = dict(_mapping(times))
            index.take(Columns(**values), rows[:count], rows[count:], complete=True)
        except (TypeError, LookupError, AttributeError) as error:
            raise ValueError(str(error)) from error
        return index, seen if age < LONGEST_AGE else {}

    def save(self, key: Sequence[str], index: ModuleIndex, times: Mapping[str, int]) -> None:
        """Save an index and when its sources changed; forget the oldest of many.

        Raises OSError.
        """
        columns = [_line(getattr(index.columns, name)) for name in COLUMNS]
        body = b"\n".join([_line(times), *columns, *index.brief, *index.long])
        head = {"format": FORMAT, "key": list(key), "sum": zlib.crc32(body)}
        private_folder(self._folder)
        path = self._path(key)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")  # 0600
        new = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(head).encode() + b"\n")
                file.write(body)
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        self._forget()

    def _path(self, key: Sequence[str]) -> Path:
        name = hashlib.sha256(json.dumps([FORMAT, *key]).encode()).hexdigest()[:24]
        return self._folder / f"index-{name}.jsonl"

    def _forget(self) -> None:
        files = [(path.stat().st_mtime, path) for path in self._folder.glob("index-*.jsonl")]
        for _, path in sorted(files, reverse=True)[MOST_FILES:]:
            path.unlink(missing_ok=True)


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _mapping(line: bytes) -> Mapping[str, Any]:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise ValueError("a line is not what it should be")  # noqa: TRY004 - damage, as all of it
    return value
