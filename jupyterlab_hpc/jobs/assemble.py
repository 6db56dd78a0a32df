"""A job as the page shows it, of what Slurm, the record and the job itself tell. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path, PurePath
from typing import Any, cast

from ..tools.slurm_jobs_text import EndedJob, QueuedJob, count_tasks
from .models import (
    Efficiency,
    JobInfo,
    JobProgress,
    JobSentence,
    JobTask,
    Place,
    State,
    Tasks,
)
from .records import Final, Record
from .words import ALIVE, STATES, how_it_ended, why_it_waits

# Of an array, the state of the whole is that of the worst of its tasks.
WORST_FIRST: Sequence[State] = (
    "out-of-memory",
    "timeout",
    "failed",
    "node-failed",
    "preempted",
    "cancelled",
    "ended",
    "completed",
)
# Of its tasks those come first that somebody has to look at.
_LISTED_FIRST: Sequence[State] = (
    *(state for state in WORST_FIRST if state not in {"ended", "completed"}),
    "running",
    "completing",
    "suspended",
    "ended",
    "completed",
)
Told = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that is known of one job.

    `rows` are squeue's, `told` what its tasks tell of their progress, `seen` how tasks ended
    as far as this server saw it. `output` is where a job writes that was submitted elsewhere,
    empty where there is nothing to show.
    """

    job_id: str
    rows: Sequence[QueuedJob] = ()
    record: Record | None = None
    told: Told = field(default_factory=dict)
    seen: Mapping[str, State] = field(default_factory=dict)
    output: str = ""

    @property
    def is_array(self) -> bool:
        """Whether the job has tasks."""
        if self.record is not None and self.record.request.get("resources", {}).get("array"):
            return True
        return any(row.task is not None or "_" in row.job_id for row in self.rows)


def state_of(slurm_state: str) -> State:
    """Return our word for Slurm's; one of a later Slurm is taken for a job that runs."""
    return STATES.get(slurm_state, "running")


def task_states(known: Known) -> dict[str, State]:
    """Return the states of an array's tasks as far as they are known, without those that wait."""
    states: dict[str, State] = {}
    for task, said in known.told.items():
        states[task] = {"completed": "completed", "failed": "failed", "stopped": "ended"}.get(  # type: ignore[assignment]
            str(said.get("state")), "ended"
        )
    states.update(known.seen)
    for row in known.rows:
        if row.task is not None:
            states[str(row.task)] = state_of(row.state)
    return states


def is_over(known: Known) -> bool:
    """Tell whether Slurm says that nothing of the job waits or runs."""
    return not any(state_of(row.state) in ALIVE for row in known.rows)


def final_of(known: Known, accounted: Sequence[EndedJob], code: tuple[int, int] | None) -> Final:
    """Return how a job ended that is over.

    `accounted` is what the accounting tells of it and its tasks, `code` the exit code and
    signal of a job that the controller still knows.
    """
    ended = [job for job in accounted if state_of(job.state) not in ALIVE]
    used = [said["used"] for said in known.told.values() if isinstance(said.get("used"), dict)]
    tasks: dict[str, State] = {}
    if known.is_array:
        tasks = {t: "ended" if s in ALIVE else s for t, s in task_states(known).items()}
        for job in ended:
            task = job.job_id.partition("_")[2]
            if task.isdigit():
                tasks[task] = state_of(job.state)
        states = list(tasks.values())
    elif ended:
        states = [state_of(ended[0].state)]
    elif known.rows:
        states = [state_of(known.rows[0].state)]
    else:
        said = str(next(iter(known.told.values()), {}).get("state"))
        states = ["completed" if said == "completed" else "failed" if said == "failed" else "ended"]
    slurm_states = [*(job.state for job in ended), *(row.state for row in known.rows)]
    started = [*_there(j.started_at for j in ended), *_there(r.starts_at for r in known.rows)]
    ends = [*_there(j.ended_at for j in ended), *_there(r.ends_at for r in known.rows)]
    took = [job.elapsed for job in ended]
    if not took:
        took = [math.ceil(u["elapsed"]) for u in used if "elapsed" in u]
        if not took and started and ends and not known.is_array:
            took = [max(0, round(ends[0] - started[0]))]
    spent = [*_there(j.cpu_seconds for j in ended)] or [u.get("cpu_seconds", 0.0) for u in used]
    peaks = [*_there(j.memory_peak for j in ended)] or [u.get("memory_peak", 0) for u in used]
    first = ended[0] if ended else None
    row = known.rows[0] if known.rows else None
    exit_code, signal = (first.exit_code, first.signal) if first else code or (None, 0)
    return Final(
        state=next((state for state in WORST_FIRST if state in states), "ended"),
        slurm_state=slurm_states[0] if slurm_states and not known.is_array else "",
        exit_code=None if known.is_array else exit_code,
        signal=0 if known.is_array else signal,
        started_at=min(started, default=None),
        ended_at=max(ends, default=None),
        elapsed=sum(took) if took else None,
        cpu_seconds=sum(spent) if spent else None,
        memory_peak=max(peaks, default=None),
        cores=(first.cores if first else row.cores if row else None) or _asked(known, "cores"),
        memory=(first.memory if first else None) or _asked(known, "memory"),
        accounted=bool(ended),
        tasks=cast("dict[str, str]", tasks),
    )


def info_of(known: Known, *, now: float, root: str, session_id: str) -> JobInfo:
    """Return a job as the page shows it; `root` is what the file browser shows."""
    record = known.record
    final = record.final if record else None
    lead = _lead(known.rows)
    state = _state(known, final)
    alive = state in ALIVE
    running = state != "pending"
    sentence: JobSentence | None = None
    if state == "pending":
        sentence = why_it_waits(lead.reason if lead else "")
    elif final is not None:
        sentence = _ended(known, state, final)
    progress = _progress(known)
    source = result = folder = output = None
    if record is not None:
        source = place(record.source, root)
        folder = place(record.folder, root)
        if not known.is_array:
            output = place(output_path(record, record.id), root)
            result = _result(next(iter(known.told.values()), {}), root)
    elif known.output:
        output = place(known.output, root)
    ends_at = lead.ends_at if lead and alive and running else None
    ended_at = final.ended_at if final else lead.ends_at if lead and not alive else None
    started_at = final.started_at if final else lead.starts_at if lead and running else None
    return JobInfo(
        id=known.job_id,
        name=record.name if record else lead.name if lead else "",
        state=state,
        slurm_state=lead.state if lead else final.slurm_state if final else "",
        reason=lead.reason if lead else "",
        sentence=sentence,
        partition=(lead.partition if lead else "") or _text(known, "partition"),
        account=(lead.account if lead else "") or _text(known, "account"),
        cores=(lead.cores if lead else None) or _asked(known, "cores"),
        memory=_asked(known, "memory") or (lead.memory if lead else None),
        gpus=(lead.gpus if lead else 0) or _asked(known, "gpus") or 0,
        nodes=lead.nodes if lead else 1,
        time=(lead.limit if lead else None) or _asked(known, "time"),
        submitted_at=iso(record.submitted_at if record else lead.submitted_at if lead else None),
        starts_at=iso(lead.starts_at) if lead and state == "pending" else None,
        started_at=iso(started_at),
        ends_at=iso(ends_at),
        ended_at=iso(ended_at),
        seconds_left=None if ends_at is None else max(0, math.floor(ends_at - now)),
        elapsed=_elapsed(final, lead, now),
        exit_code=final.exit_code if final else None,
        tasks=_tasks(known, final) if known.is_array else None,
        progress=progress,
        efficiency=_efficiency(final) if final else None,
        source=source,
        result=result,
        folder=folder,
        output=output,
        sent=record is not None,
        session=known.job_id == session_id,
    )


def tasks_of(known: Known) -> Tasks:
    """Return how many tasks of an array are in which state."""
    return _tasks(known, known.record.final if known.record else None)


def began(known: Known) -> list[tuple[int, State]]:
    """Return the tasks of an array that began, with their states: those that failed first."""
    final = known.record.final if known.record else None
    states = cast("Mapping[str, State]", final.tasks) if final else task_states(known)
    order = {state: place for place, state in enumerate(_LISTED_FIRST)}
    tasks = [(int(t), s) for t, s in states.items() if t.isdigit() and s in order]
    return sorted(tasks, key=lambda task: (order[task[1]], task[0]))


def task_of(task: int, state: State, *, told: Mapping[str, Any], output: str, root: str) -> JobTask:
    """Return a task as the page shows it; `output` is where it writes, empty for nowhere."""
    counts = (told.get("done"), told.get("total"))
    return JobTask(
        task=task,
        state=state,
        sentence=how_it_ended(state, None, 0, dict(told)),
        progress=JobProgress(done=counts[0], total=counts[1])
        if isinstance(counts[0], int) and isinstance(counts[1], int)
        else None,
        result=_result(told, root),
        output=place(output, root) if output else None,
    )


def place(path: str, root: str) -> Place:
    """Return a path with where the file browser has it."""
    inside = root and (path == root or path.startswith(root.rstrip("/") + "/"))
    browse = str(PurePath(path).relative_to(root)) if inside else None
    return Place(path=path, browse="" if browse == "." else browse)


def output_path(record: Record, job_id: str) -> str:
    """Return where a job or one of its tasks writes its output."""
    array, _, task = job_id.partition("_")
    name = record.output.replace("%A", array).replace("%a", task).replace("%j", array)
    return str(Path(record.folder, name))


def iso(moment: float | None) -> str | None:
    """Return a moment as it travels."""
    if moment is None:
        return None
    return datetime.fromtimestamp(math.floor(moment), timezone.utc).isoformat()


def _lead(rows: Sequence[QueuedJob]) -> QueuedJob | None:
    """Return the row that stands for all: one that runs, else one that waits."""
    order = {"running": 0, "completing": 1, "suspended": 2, "pending": 3}
    return min(rows, key=lambda row: order.get(state_of(row.state), 4), default=None)


def _state(known: Known, final: Final | None) -> State:
    if final is not None:
        return cast("State", final.state)
    lead = _lead(known.rows)
    if lead is not None:
        return state_of(lead.state)
    # Slurm was not heard since: what the job tells itself, or nothing yet.
    return "running" if known.told else "pending"


def _tasks(known: Known, final: Final | None) -> Tasks:
    states = cast("dict[str, State]", final.tasks) if final else task_states(known)
    waiting = 0 if final else sum(r.tasks for r in known.rows if r.task is None)
    counted = list(states.values())
    failed = sum(state not in ALIVE and state not in {"completed", "ended"} for state in counted)
    expression = _text(known, "array")
    total = max(count_tasks(expression) if expression else 0, len(counted) + waiting)
    running = sum(state in ALIVE and state != "pending" for state in counted)
    pending = waiting + sum(state == "pending" for state in counted)
    completed = counted.count("completed")
    return Tasks(
        total=total,
        pending=pending,
        running=running,
        completed=completed,
        failed=failed,
        ended=max(0, total - pending - running - completed - failed),
    )


def _progress(known: Known) -> JobProgress | None:
    counts = [
        (said["done"], said["total"])
        for said in known.told.values()
        if isinstance(said.get("done"), int) and isinstance(said.get("total"), int)
    ]
    if not counts:
        return None
    return JobProgress(done=sum(done for done, _ in counts), total=sum(all_ for _, all_ in counts))


def _ended(known: Known, state: State, final: Final) -> JobSentence | None:
    if known.is_array:
        # One task that tells why stands for those that failed as it did.
        said = [told for told in known.told.values() if told.get("state") == "failed"]
        return how_it_ended(state, None, 0, dict(said[0]) if said else {})
    told = next(iter(known.told.values()), {})
    return how_it_ended(state, final.exit_code, final.signal, dict(told))


def _elapsed(final: Final | None, lead: QueuedJob | None, now: float) -> int | None:
    if final is not None:
        return final.elapsed
    if lead is None or lead.starts_at is None or state_of(lead.state) == "pending":
        return None
    until = now if state_of(lead.state) in ALIVE else lead.ends_at or now
    return max(0, math.floor(until - lead.starts_at))


def _efficiency(final: Final) -> Efficiency | None:
    if final.cpu_seconds is None and final.memory_peak is None:
        return None
    cpu = memory = None
    if final.cpu_seconds is not None and final.elapsed and final.cores:
        cpu = round(min(1.0, final.cpu_seconds / (final.elapsed * final.cores)), 3)
    if final.memory_peak and final.memory:
        memory = round(final.memory_peak / final.memory, 3)
    return Efficiency(
        cpu=cpu,
        memory=memory,
        cpu_seconds=final.cpu_seconds,
        memory_peak=final.memory_peak,
        source="accounting" if final.accounted else "job",
    )


def _result(told: Mapping[str, Any], root: str) -> Place | None:
    said = told.get("result")
    return place(said, root) if isinstance(said, str) and said else None


def _asked(known: Known, name: str) -> int | None:
    value = known.record.request.get("resources", {}).get(name) if known.record else None
    return value if isinstance(value, int) else None


def _text(known: Known, name: str) -> str:
    value = known.record.request.get("resources", {}).get(name) if known.record else None
    return value if isinstance(value, str) else ""


def _there(values: Any) -> list[Any]:
    return [value for value in values if value is not None]
