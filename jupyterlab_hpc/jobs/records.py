"""What was submitted here, so that it is found when page and session are gone. Knows no HTTP.

One small file a job, replaced as a whole and readable by the user alone: two sessions on
one home do not meet. Beside each is what its tasks tell of their progress; see `run.py`.
"""

import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..private import private_folder

FORMAT = 1
LONGEST_RECORD = 4 << 20  # bytes; the script is in it
LONGEST_PROGRESS = 65536  # bytes
# Of an array's tasks, as many are asked how far they are.
MOST_TASKS = 1000

_NAME = re.compile(r"^job-(\d+)\.json$")


@dataclass(frozen=True, kw_only=True)
class Final:
    """How a job ended; times are seconds since the epoch, None is what nobody told.

    `cores` and `memory` (bytes) are what it had. `tasks` are the final states of an array's
    tasks, by their numbers.
    """

    state: str
    slurm_state: str = ""
    exit_code: int | None = None
    signal: int = 0
    started_at: float | None = None
    ended_at: float | None = None
    elapsed: int | None = None
    cpu_seconds: float | None = None
    memory_peak: int | None = None
    cores: int | None = None
    memory: int | None = None
    accounted: bool = False
    tasks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A job that was submitted here; paths are absolute.

    `request` is the JobRequest as JSON has it. `output` is a name in `folder` as Slurm
    fills it in, with `%j`, `%A` and `%a`.
    """

    id: str
    submitted_at: float
    name: str
    source: str
    folder: str
    output: str
    request: dict[str, Any]
    script: str
    final: Final | None = None


class Records:
    """The records in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make_folder(self) -> None:
        """Make the folder, of the user alone. Raises OSError."""
        private_folder(self.folder)

    def all(self) -> dict[str, Record]:
        """Return the records by their jobs' ids; damaged files are passed over."""
        found = {}
        try:
            paths = list(self.folder.iterdir())
        except OSError:
            return {}
        for path in paths:
            match = _NAME.match(path.name)
            record = _read(path) if match else None
            if match and record is not None and record.id == match[1]:
                found[record.id] = record
        return found

    def save(self, record: Record) -> None:
        """Keep a record. Raises OSError."""
        self.make_folder()
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")  # 0600
        new = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
                json.dump({"format": FORMAT, **asdict(record)}, file)
            new.replace(self._path(record.id))
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def forget(self, job_id: str) -> None:
        """Drop the record of a job and its progress, if there are any."""
        with suppress(OSError):
            self._path(job_id).unlink()
        for path in self._progress_files(job_id):
            with suppress(OSError):
                path.unlink()

    def progress(self, job_id: str) -> dict[str, dict[str, Any]]:
        """Return what the job and its tasks tell, by task; the task of no array is empty."""
        found = {}
        for path in self._progress_files(job_id)[:MOST_TASKS]:
            said = _json(path, LONGEST_PROGRESS)
            if said.get("format") == FORMAT:
                task = path.stem.removeprefix(f"progress-{job_id}").removeprefix("_")
                found[task] = said
        return found

    def progress_of(self, job_id: str, task: int) -> dict[str, Any]:
        """Return what one task of an array tells; empty for nothing."""
        said = _json(self.folder / f"progress-{job_id}_{task}.json", LONGEST_PROGRESS)
        return said if said.get("format") == FORMAT else {}

    def _progress_files(self, job_id: str) -> list[Path]:
        with suppress(OSError):
            return sorted(
                path
                for path in self.folder.glob(f"progress-{job_id}*.json")
                if re.fullmatch(rf"progress-{job_id}(?:_\d+)?", path.stem)
            )
        return []

    def _path(self, job_id: str) -> Path:
        return self.folder / f"job-{job_id}.json"


def _json(path: Path, longest: int) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(longest))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _read(path: Path) -> Record | None:
    """Return a record, None for what is damaged or of another format."""
    said = _json(path, LONGEST_RECORD)
    if said.pop("format", None) != FORMAT:
        return None
    try:
        final = said.pop("final")
        record = Record(**said, final=None if final is None else Final(**final))
        texts = (record.id, record.name, record.source, record.folder, record.output, record.script)
        fits = (
            all(isinstance(text, str) and "\0" not in text for text in texts)
            and isinstance(record.submitted_at, (int, float))
            and isinstance(record.request, dict)
            and (record.final is None or isinstance(record.final.state, str))
        )
    except (TypeError, LookupError, AttributeError):
        return None
    return record if fits else None
