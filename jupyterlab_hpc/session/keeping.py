"""What a session had loaded and open, kept for the user's next one. Knows no HTTP.

One small file in the user's data folder for each name of a server: a session and the
next one of that name follow each other, and two of different names do not meet.
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from ..private import private_folder

FORMAT = 1
LONGEST_FILE = 1 << 20  # bytes
LATEST = 1e11  # seconds since 1970: the year 5138
MOST = 200  # modules, and files, that are kept


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a session had; `session` is a name that no other session has.

    `modules` are full names in load order, `files` paths below the server's root.
    `saved_at` is in seconds since 1970.
    """

    session: str
    job_id: str = ""
    saved_at: float = 0.0
    modules: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    active: str = ""


class RecordFile:
    """The record in a folder, for servers of one name."""

    def __init__(self, folder: Path, server_name: str) -> None:
        name = quote(server_name, safe="").replace(".", "%2E")
        self.path = folder / f"session{'-' if name else ''}{name}.json"

    def read(self) -> Record | None:
        """Return the record, None where there is none or it is damaged."""
        try:
            with self.path.open("rb") as file:
                said = json.loads(file.read(LONGEST_FILE))
            if said.pop("format") != FORMAT:
                return None
            record = Record(**said)
        except (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
            return None
        texts = [record.session, record.job_id, record.active]
        lists = (record.modules, record.files)
        if not all(isinstance(names, list) for names in lists):
            return None
        texts += [*record.modules, *record.files]
        fits = all(isinstance(text, str) and "\0" not in text for text in texts)
        dated = isinstance(record.saved_at, (int, float)) and 0 <= record.saved_at < LATEST
        return record if fits and dated else None

    def write(self, record: Record) -> None:
        """Put a record in the place of what is there. Raises OSError."""
        folder = self.path.parent
        private_folder(folder)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")  # 0600
        new = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"format": FORMAT, **asdict(record)}, file)
            new.replace(self.path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def forget(self) -> None:
        """Remove the record. Raises OSError."""
        self.path.unlink(missing_ok=True)
