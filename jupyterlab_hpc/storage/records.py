"""What this extension made, so that it is known at the next start. Knows no HTTP.

One small file a link, replaced as a whole: two sessions on one home that make
different links do not meet, and of two that make the same one the last wins, as it
does with the link itself.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from ..private import private_folder

FORMAT = 1
LONGEST_FILE = 65536  # bytes

Kind = Literal["own", "asked", "auto", "no"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A link that was made.

    `place` is relative to the home; `wanted` is the target with its variables,
    `target` what the link says. `kind`: "own" is the user's own, "asked" a target of
    the site that the user linked, "auto" one that was linked by itself, "no" one that the
    user does not want to be. `host` and
    `until` (seconds since 1970, 0 unknown) tell where and how long the target of a
    link for one job can be there.
    """

    place: str
    wanted: str
    target: str
    kind: Kind
    per_job: bool = False
    host: str = ""
    until: float = 0.0


class Records:
    """The records in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> dict[str, Record]:
        """Return the records by their places; damaged files are passed over."""
        found = {}
        try:
            paths = sorted(self.folder.glob("link-*.json"))
        except OSError:
            return {}
        for path in paths:
            record = _read(path)
            if record is not None and path == self._path(record.place):
                found[record.place] = record
        return found

    def save(self, record: Record) -> None:
        """Keep a record. Raises OSError."""
        private_folder(self.folder)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")  # 0600
        new = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"format": FORMAT, **asdict(record)}, file)
            new.replace(self._path(record.place))
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def forget(self, place: str) -> None:
        """Drop the record of a place, if there is one. Raises OSError."""
        self._path(place).unlink(missing_ok=True)

    def _path(self, place: str) -> Path:
        name = hashlib.sha256(place.encode(errors="surrogateescape")).hexdigest()[:24]
        return self.folder / f"link-{name}.json"


def _read(path: Path) -> Record | None:
    """Return a record, None for what is damaged or of another format."""
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(LONGEST_FILE))
        if said.pop("format") != FORMAT:
            return None
        record = Record(**said)
    except (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    texts = (record.place, record.wanted, record.target, record.host)
    fits = (
        all(isinstance(text, str) and "\0" not in text for text in texts)
        and record.kind in get_args(Kind)
        and isinstance(record.per_job, bool)
        and isinstance(record.until, (int, float))
    )
    return record if fits and is_place(record.place) else None


def is_place(place: str) -> bool:
    """Tell whether a path leads down from the home, and nowhere else."""
    parts = place.split("/")
    return all(part not in ("", ".", "..") and "\0" not in part for part in parts)
