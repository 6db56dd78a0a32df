"""What Slurm prints, read. Pure functions of text; starts nothing."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone

# Job names may hold spaces and equals signs; they stand between these two keys.
_JOB_NAME = re.compile(r"\bJobName=(.*?) UserId=\S+\(\d+\) GroupId=", re.DOTALL)
_PAIR = re.compile(r"(?:^|\s)([A-Za-z][\w/:&.-]*)=(\S*)")
_SIZE = re.compile(r"([\d.]+)([KMGTP]?)B?n?c?$")
_GPUS = re.compile(r"(?:^|,)(?:gres[:/])?gpu(?=$|[,:=(])((?:[:=][^,:=()]+)*)")
_UNITS = {"": 1 << 20, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50}
_NOTHING = {"", "(null)", "N/A", "None", "Unknown", "NONE"}


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as the scheduler tells it.

    Times are seconds since the epoch, None where there is none: `ends_at` of a job
    without a limit. `memory` is in bytes, of all its nodes; `cores` and `gpus`, too.
    None is what was not told. Texts may be empty.
    """

    job_id: str
    name: str = ""
    state: str = ""
    reason: str = ""
    node: str = ""
    partition: str = ""
    account: str = ""
    qos: str = ""
    cores: int | None = None
    memory: int | None = None
    gpus: int | None = None
    nodes: int = 1
    started_at: float | None = None
    ends_at: float | None = None


def parse_job(text: str) -> Job | None:
    """Return the job of a line of `scontrol show job -o`, printed with TZ=UTC."""
    line = next((line for line in text.splitlines() if line.startswith("JobId=")), "")
    if not line:
        return None
    named = _JOB_NAME.search(line)
    name = named[1] if named else ""
    if named:
        line = line[: named.start(1)] + line[named.end(1) :]
    # Of a key that a comment repeats, the first is Slurm's own.
    found: dict[str, str] = {}
    for key, value in _PAIR.findall(line):
        found.setdefault(key, "" if value in _NOTHING else value)
    nodes = _whole(found.get("NumNodes", "")) or 1
    # Slurm 23.02 and later tell what was asked for and what was given.
    tres = found.get("AllocTRES") or found.get("TRES") or found.get("ReqTRES", "")
    given = dict(pair.split("=", 1) for pair in tres.split(",") if "=" in pair)
    unlimited = found.get("TimeLimit") in {"UNLIMITED", "Partition_Limit"}
    return Job(
        job_id=found["JobId"],
        name=name,
        state=found.get("JobState", ""),
        reason=found.get("Reason", ""),
        node=found.get("NodeList", ""),
        partition=found.get("Partition", ""),
        account=found.get("Account", ""),
        qos=found.get("QOS", ""),
        cores=_whole(given.get("cpu", "")) or _whole(found.get("NumCPUs", "")),
        memory=parse_size(given.get("mem", "")),
        gpus=_gpus(tres, found, nodes),
        nodes=nodes,
        started_at=parse_time(found.get("StartTime", "")),
        ends_at=None if unlimited else parse_time(found.get("EndTime", "")),
    )


def _gpus(tres: str, found: dict[str, str], nodes: int) -> int:
    # Both `gres/gpu=2` and `gres/gpu:h100=2` may be there, for the same GPUs.
    counted = count_gpus(tres)
    per_node = count_gpus(found.get("TresPerNode", ""))
    return counted or per_node * nodes or count_gpus(found.get("TresPerJob", ""))


def count_gpus(gres: str) -> int:
    """Return how many GPUs `gres:gpu:h100:2`, `gres/gpu=2` or `gpu:2(IDX:0-1)` are."""
    total = typed = 0
    for rest in _GPUS.findall(gres):
        *kind, last = re.split("[:=]", rest)[1:] or ["1"]
        number = int(last) if last.isdigit() else 1
        if kind or not last.isdigit():
            typed += number
        else:
            total += number
    return total or typed


def parse_time(text: str) -> float | None:
    """Return the seconds since the epoch of Slurm's UTC time, None where it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return None


def parse_size(text: str) -> int | None:
    """Return the bytes of `1.50G` or `1536M`; a bare number is megabytes, as in Slurm."""
    found = _SIZE.match(text)
    try:
        return round(float(found[1]) * _UNITS[found[2]]) if found else None
    except ValueError:  # "1.2.3"
        return None


def _whole(text: str) -> int | None:
    # `NumNodes=1-1` of a job that waits
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else None
