"""What squeue, sacct, sinfo, sacctmgr and sbatch print, read. Pure functions of text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from .slurm_text import count_gpus, parse_size, parse_time

# Neither can stand in what Slurm says by itself, and the one text of a user, the job's
# name, comes last.
RECORD, FIELD = "\x1e", "\x1f"

# squeue's letters; see `squeue_format`. Not `--json`: before 24.05.1 it tells of all jobs.
_SQUEUE = "iFKTrPaqCmbDVSeLlj"
SQUEUE_FORMAT = RECORD + FIELD.join(f"%{letter}" for letter in _SQUEUE)

# Where jobs write. Only fields of fixed width tell it; one that is filled was cut.
LONGEST_PATH = 1024
_STREAMS = (
    "JobArrayID:64",
    "JobID:20",
    "BatchHost:256",
    "UserName:256",
    "Name:256",
    f"WorkDir:{LONGEST_PATH}",
    f"STDOUT:{LONGEST_PATH}",
    f"STDERR:{LONGEST_PATH}",
)
STREAMS_FORMAT = ",".join(f"{field}{FIELD}" for field in _STREAMS) + RECORD

SACCT_FIELDS = (
    "JobID,State,ExitCode,Submit,Start,End,ElapsedRaw,TotalCPU,MaxRSS,AllocCPUS,ReqMem,NNodes,"
    "Partition,Account,QOS,AllocTRES,JobName"
)

_NOTHING = {"", "N/A", "(null)", "None", "Unknown", "NONE", "NULL", "n/a"}
_STEP_PARTS = 2
_TASKS = re.compile(r"^(\d+)(?:_\[(.*)\]|_(\d+))?$")
_PATTERN = re.compile(r"%(\d*)([AaJjNnstux%])")
_TASK_RANGE = re.compile(r"^(\d+)(?:-(\d+))?(?::(\d+))?$")
_DURATION = re.compile(r"^(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+)(?:\.\d+)?)?$")
_SUBMITTED = re.compile(r"^(\d+)(?:;(.*))?$", re.MULTILINE)
_TEST_ONLY = re.compile(
    r"Job \d+ to start at (\S+)(?: using (\d+) processors)?(?: on nodes (\S+))?"
)
# A site can allow arrays of millions of tasks: nobody counts those one by one.
_MOST_TASKS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class QueuedJob:
    """A job, or one row of an array job, as squeue tells it.

    Times are seconds since the epoch, durations seconds, `memory` bytes; None where there
    is none. `memory` is as it was asked for: of a node or of a core, which squeue does not
    tell. `task` is None for a job that is no array, and for the tasks of an array that wait,
    of which there are `tasks`. `starts_at` of a job that waits is an estimate.
    """

    job_id: str
    array_id: str
    task: int | None
    tasks: int
    state: str
    reason: str
    partition: str
    account: str
    qos: str
    cores: int | None
    memory: int | None
    gpus: int
    nodes: int
    submitted_at: float | None
    starts_at: float | None
    ends_at: float | None
    seconds_left: int | None
    limit: int | None
    name: str


@dataclass(frozen=True, kw_only=True)
class Streams:
    """Where a job or a task writes: absolute paths, empty where that is not told.

    `errors` is empty, too, where the errors go where the output goes.
    """

    output: str = ""
    errors: str = ""


@dataclass(frozen=True, kw_only=True)
class EndedJob:
    """A job or task that ended, as the accounting tells it.

    `exit_code` and `signal` are those of the job's script. `cpu_seconds` of all its
    processes; `memory_peak` of the task that had most, in bytes, None where nobody measured.
    """

    job_id: str
    state: str
    exit_code: int
    signal: int
    submitted_at: float | None
    started_at: float | None
    ended_at: float | None
    elapsed: int
    cpu_seconds: float | None
    memory_peak: int | None
    cores: int
    memory: int | None
    nodes: int
    partition: str
    account: str
    qos: str
    gpus: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Partition:
    """A partition: what its nodes have at most; `max_time` in seconds, None for no limit.

    `memory` is in bytes. `gpus` are types with how many a node has; the type is empty where
    the site names none.
    """

    name: str
    default: bool
    up: bool
    max_time: int | None
    default_time: int | None
    cores: int
    memory: int | None
    gpus: dict[str, int]
    nodes: int


@dataclass(frozen=True, kw_only=True)
class Association:
    """An account that a user may charge; in one partition only where that is named."""

    account: str
    partition: str
    default: bool
    qos: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """When and where a job would start, as `sbatch --test-only` tells."""

    starts_at: float | None
    nodes: str


def is_whole(text: str) -> bool:
    """Tell whether text is squeue's, from its beginning to its end; nothing is no job."""
    before, *records = text.split(RECORD)
    return not before.strip() and all(
        record.endswith("\n") and record.count(FIELD) >= len(_SQUEUE) - 1 for record in records
    )


def parse_squeue(text: str) -> list[QueuedJob]:
    """Return the rows of `squeue --format=SQUEUE_FORMAT`, printed with TZ=UTC."""
    found = []
    for record in text.split(RECORD)[1:]:
        fields = record.removesuffix("\n").split(FIELD, len(_SQUEUE) - 1)
        if len(fields) < len(_SQUEUE):
            continue
        said = dict(zip(_SQUEUE, fields, strict=True))
        name = said.pop("j")
        said = {letter: _told(value) for letter, value in said.items()}
        place = _TASKS.match(said["i"])
        if not place:
            continue
        waiting, task = place[2], place[3]
        found.append(
            QueuedJob(
                job_id=said["i"],
                array_id=said["F"] or place[1],
                task=int(task) if task is not None else None,
                tasks=count_tasks(waiting) if waiting is not None else 1,
                state=said["T"],
                reason=said["r"],
                partition=said["P"],
                account=said["a"],
                qos=said["q"],
                cores=_whole(said["C"]),
                memory=parse_size(said["m"]),
                gpus=count_gpus(said["b"]) * (_whole(said["D"]) or 1),
                nodes=_whole(said["D"]) or 1,
                submitted_at=parse_time(said["V"]),
                starts_at=parse_time(said["S"]),
                ends_at=parse_time(said["e"]),
                seconds_left=parse_duration(said["L"]),
                limit=parse_duration(said["l"]),
                name=name,
            )
        )
    return found


def parse_streams(text: str) -> dict[str, Streams]:
    """Return what `squeue --Format=STREAMS_FORMAT` tells, by job; of an array by its tasks."""
    found = {}
    for record in text.split(RECORD):
        fields = record.lstrip("\n").split(FIELD)
        if len(fields) != len(_STREAMS) + 1:
            continue
        job, number, node, user, name, folder = (field.rstrip(" ") for field in fields[:6])
        array, _, task = job.partition("_")
        if task:
            # Slurm 22.05 tells the usual name as that of a job that is no array.
            usual = str(PurePath(folder, f"slurm-{number}.out"))
            fields[6:8] = [
                "slurm-%A_%a.out" if field.rstrip(" ") == usual else field for field in fields[6:8]
            ]
        if not array.isdigit() or (task and not task.isdigit()):
            continue  # tasks that wait have one row
        said = {"A": array, "a": task, "j": number, "J": number, "N": _told(node), "n": "0"}
        said |= {"s": "batch", "t": "0", "u": user, "x": name, "%": "%"}
        output, errors = (stream_path(field, folder, said) for field in fields[6:8])
        found[job] = Streams(output=output, errors="" if errors == output else errors)
    return found


def stream_path(told: str, folder: str, said: Mapping[str, str]) -> str:
    """Return the absolute path that sbatch's pattern means; empty where it cannot be known.

    `told` is as squeue prints it, in a field of fixed width, with or without what Slurm fills
    in itself; `said` is what stands for each letter, `%4j` is one with four digits at least.
    """
    pattern = told.rstrip(" ")
    if (len(told) >= LONGEST_PATH and pattern == told) or pattern in _NOTHING:
        return ""
    # A backslash means that nothing is filled in.
    known = True

    def value(match: re.Match[str]) -> str:
        nonlocal known
        text = said.get(match[2], "")
        known = known and bool(text)
        return text.zfill(min(int(match[1] or 0), 10)) if text.isdigit() else text

    path = re.sub(r"\\(.)", r"\1", pattern) if "\\" in pattern else _PATTERN.sub(value, pattern)
    if not known or not (path.startswith("/") or folder.startswith("/")):
        return ""
    return path if path.startswith("/") else f"{folder.rstrip('/')}/{path}"


def count_tasks(expression: str) -> int:
    """Return how many tasks `1-10,15,20-30:5%4` are; squeue cuts long ones with `...`."""
    total = 0
    for part in expression.partition("%")[0].split(","):
        found = _TASK_RANGE.match(part.strip())
        if found:
            first, last, step = int(found[1]), int(found[2] or found[1]), int(found[3] or 1)
            total += max(0, (last - first) // max(1, step) + 1)
    return min(max(1, total), _MOST_TASKS)


def parse_sacct(text: str) -> list[EndedJob]:
    """Return the jobs of `sacct --parsable2 --noheader --format=SACCT_FIELDS`, in UTC.

    The steps of a job are told for what they used alone. Jobs that have not ended are told,
    too: their `state` says so.
    """
    jobs: dict[str, EndedJob] = {}
    names = SACCT_FIELDS.split(",")
    for line in text.splitlines():
        fields = line.split("|", len(names) - 1)
        if len(fields) < len(names):
            continue
        said = dict(zip(names, fields, strict=True))
        job_id, dot, _ = said["JobID"].partition(".")
        peak = parse_size_of_use(said["MaxRSS"])
        if dot:
            job = jobs.get(job_id)
            if job is not None and peak is not None and peak > (job.memory_peak or -1):
                jobs[job_id] = _with_peak(job, peak)
            continue
        code, _, signal = said["ExitCode"].partition(":")
        tres = said["AllocTRES"]
        given = dict(pair.split("=", 1) for pair in tres.split(",") if "=" in pair)
        jobs[job_id] = EndedJob(
            job_id=job_id,
            # "CANCELLED by 1001"
            state=said["State"].split(" ")[0].rstrip("+"),
            exit_code=_whole(code) or 0,
            signal=_whole(signal) or 0,
            submitted_at=parse_time(said["Submit"]),
            started_at=parse_time(said["Start"]),
            ended_at=parse_time(said["End"]),
            elapsed=_whole(said["ElapsedRaw"]) or 0,
            cpu_seconds=parse_cpu_time(said["TotalCPU"]),
            memory_peak=peak,
            cores=_whole(said["AllocCPUS"]) or 0,
            memory=parse_size(given.get("mem", "")),
            nodes=_whole(said["NNodes"]) or 1,
            partition=said["Partition"],
            account=said["Account"],
            qos=said["QOS"],
            gpus=count_gpus(tres),
            name=said["JobName"],
        )
    return list(jobs.values())


def _with_peak(job: EndedJob, peak: int) -> EndedJob:
    return EndedJob(**{**vars(job), "memory_peak": peak})


def parse_sinfo(text: str) -> list[Partition]:
    """Return the partitions of `sinfo --noheader --format='%P|%a|%l|%L|%c|%m|%G|%D'`.

    sinfo tells a partition with different nodes in one line each.
    """
    found: dict[str, Partition] = {}
    for line in text.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 8 or not fields[0].rstrip("*"):  # noqa: PLR2004 - letters above
            continue
        name = fields[0].rstrip("*")
        before = found.get(name)
        cores, memory = _whole(fields[4]) or 0, parse_size(fields[5].rstrip("+"))
        gpus = parse_gres(fields[6])
        nodes = _whole(fields[7]) or 0
        if before is not None:
            cores = max(cores, before.cores)
            memory = max(memory or 0, before.memory or 0) or None
            gpus = {
                kind: max(gpus.get(kind, 0), before.gpus.get(kind, 0))
                for kind in (*before.gpus, *gpus)
            }
            nodes += before.nodes
        found[name] = Partition(
            name=name,
            default=fields[0].endswith("*"),
            up=fields[1] == "up",
            max_time=parse_duration(fields[2]),
            default_time=parse_duration(fields[3]),
            cores=cores,
            memory=memory,
            gpus=gpus,
            nodes=nodes,
        )
    return list(found.values())


def parse_gres(text: str) -> dict[str, int]:
    """Return the GPUs of a node by type: `gpu:h100:2(S:0-1),gpu:1,fpga:1`."""
    found: dict[str, int] = {}
    for part in re.sub(r"\([^)]*\)", "", text).split(","):
        kind, *rest = part.split(":")
        if kind != "gpu":
            continue
        number = int(rest[-1]) if rest and rest[-1].isdigit() else 1
        named = [word for word in rest if not word.isdigit()]
        name = named[0] if named else ""
        found[name] = found.get(name, 0) + number
    return found


def parse_associations(text: str) -> list[Association]:
    """Return the accounts of `sacctmgr --parsable2 --noheader show user … withassoc`.

    The fields: DefaultAccount, Account, Partition, QOS.
    """
    found = []
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) != 4 or not fields[1]:  # noqa: PLR2004 - the fields above
            continue
        default, account, partition, qos = fields
        found.append(
            Association(
                account=account,
                partition=partition,
                default=account == default,
                qos=tuple(name for name in qos.split(",") if name),
            )
        )
    return found


def parse_submitted(text: str) -> str:
    """Return the job id of `sbatch --parsable`, which may name a cluster; empty for none."""
    found = _SUBMITTED.search(text)
    return found[1] if found else ""


def parse_test_only(text: str) -> Expected | None:
    """Return what `sbatch --test-only` expects, None where it refused; printed with TZ=UTC."""
    found = _TEST_ONLY.search(text)
    return Expected(starts_at=parse_time(found[1]), nodes=found[3] or "") if found else None


def parse_duration(text: str) -> int | None:
    """Return the seconds of `2-12:00:00`, `12:00:00`, `30:00` or `2-12`.

    None for what has none: UNLIMITED, INVALID, NOT_SET. A number alone is minutes.
    """
    found = _DURATION.match(text.strip())
    if not found:
        return None
    days, *rest = found.groups()
    numbers = [int(number) for number in rest if number is not None]
    if days is not None:
        hours, minutes, seconds = [*numbers, 0, 0][:3]
    elif len(numbers) == 1:
        hours, minutes, seconds = 0, numbers[0], 0
    elif len(numbers) == _STEP_PARTS:
        hours, minutes, seconds = 0, *numbers
    else:
        hours, minutes, seconds = numbers
    return ((int(days or 0) * 24 + hours) * 60 + minutes) * 60 + seconds


def parse_cpu_time(text: str) -> float | None:
    """Return the seconds of sacct's `01:02:03`, `02:03.456` or `1-02:03:04`."""
    seconds = parse_duration(text) if ":" in text else None
    if seconds is None:
        return None
    _, dot, fraction = text.partition(".")
    return seconds + (float(f"0.{fraction}") if dot and fraction.isdigit() else 0.0)


def parse_size_of_use(text: str) -> int | None:
    """Return the bytes of sacct's `MaxRSS`: a bare number is bytes there."""
    return int(text) if text.isdigit() else parse_size(text)


def _told(value: str) -> str:
    return "" if value.strip() in _NOTHING else value.strip()


def _whole(text: str) -> int | None:
    # `8+` of nodes that differ, `1-1` of a job that waits
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else None
