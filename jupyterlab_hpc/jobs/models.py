"""What the jobs room says over REST.

Times are ISO 8601 in UTC, durations seconds, sizes bytes. What is not known is null.
"""

from dataclasses import dataclass, field
from typing import Literal

State = Literal[
    "pending",
    "running",
    "suspended",
    "completing",
    "completed",
    "failed",
    "cancelled",
    "timeout",
    "out-of-memory",
    "node-failed",
    "preempted",
    "ended",
]
Method = Literal["execute", "convert"]
Scalar = str | int | float | bool | None
Value = Scalar | list[Scalar]


@dataclass(frozen=True, kw_only=True)
class JobSentence:
    """A sentence for the user: the `template`, its `arguments`, and both as English.

    `detail` is the tool's own words, or empty.
    """

    level: Literal["info", "warning"]
    text: str
    template: str
    arguments: list[str]
    detail: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A file or folder; `browse` is where the file browser has it, null if it does not."""

    path: str
    browse: str | None


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """How many tasks of an array job are in which state; `ended` is without a known outcome."""

    total: int
    pending: int
    running: int
    completed: int
    failed: int
    ended: int


@dataclass(frozen=True, kw_only=True)
class JobProgress:
    """How many code cells are done, of how many; of all tasks of an array that began."""

    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Efficiency:
    """What a job that ended used of what it asked for.

    `cpu` and `memory` are shares of 1; `source` tells who measured: Slurm's accounting, or
    the job itself, which knows the memory of its largest process alone.
    """

    cpu: float | None
    memory: float | None
    cpu_seconds: float | None
    memory_peak: int | None
    source: Literal["accounting", "job"]


@dataclass(frozen=True, kw_only=True)
class JobInfo:
    """A batch job of the user.

    `slurm_state` and `reason` are Slurm's words, `sentence` is what they mean. `starts_at`
    is Slurm's estimate for a job that waits. `sent` tells that it was submitted here, so that
    its source and result are known; `session` that it is this Jupyter session.
    `memory` is what was asked for. `result` is the executed notebook as far as it is written;
    `folder` is where results and output go. `output` of a job that was submitted elsewhere is
    told when it is a file of the user; an array has none, its tasks have.
    """

    id: str
    name: str
    state: State
    slurm_state: str
    reason: str
    sentence: JobSentence | None
    partition: str
    account: str
    cores: int | None
    memory: int | None
    gpus: int
    nodes: int
    time: int | None
    submitted_at: str | None
    starts_at: str | None
    started_at: str | None
    ends_at: str | None
    ended_at: str | None
    seconds_left: int | None
    elapsed: int | None
    exit_code: int | None
    tasks: Tasks | None
    progress: JobProgress | None
    efficiency: Efficiency | None
    source: Place | None
    result: Place | None
    folder: Place | None
    output: Place | None
    sent: bool
    session: bool


@dataclass(frozen=True, kw_only=True)
class JobTask:
    """A task of an array that began, with what there is to open; null for what there is not."""

    task: int
    state: State
    sentence: JobSentence | None
    progress: JobProgress | None
    result: Place | None
    output: Place | None


@dataclass(frozen=True, kw_only=True)
class JobTasks:
    """The tasks of an array, those that failed first; `began` is how many there are to list."""

    id: str
    tasks: Tasks
    began: int
    listed: list[JobTask]


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """The user's jobs, the newest first.

    `available` is false where there is no Slurm. `checked_at` is when Slurm was last heard;
    `ask_again` is how long the page should wait until it asks for this again.
    """

    revision: int
    available: bool
    jobs: list[JobInfo]
    messages: list[JobSentence]
    checked_at: str | None
    ask_again: int


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What a job is to have; null and empty leave it to Slurm.

    `time` is in seconds, `memory` in bytes on each node; `gpu_type` may be empty. `array` is
    Slurm's expression, such as `1-10%2`.
    """

    account: str = ""
    partition: str = ""
    time: int | None = None
    cores: int | None = None
    memory: int | None = None
    gpus: int = 0
    gpu_type: str = ""
    array: str = ""


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """A notebook or script to be run as a batch job.

    `notebook` is where the file browser has it, or an absolute path. `modules` are full names
    in load order, null for the notebook's own list if it has one and `own_modules` is true, else
    for what the session has now.
    `parameters` are for notebooks, `arguments` for scripts, written as in a shell.
    `virtual_environment` and `output_folder` are paths as `notebook` is; without a folder the
    results go beside the notebook. `script` is sent in place of the one that is made of the
    rest. With `preview` nothing is sent.
    """

    notebook: str
    resources: Resources = field(default_factory=Resources)
    modules: list[str] | None = None
    own_modules: bool = True
    method: Method = "execute"
    parameters: dict[str, Value] = field(default_factory=dict)
    arguments: str = ""
    virtual_environment: str = ""
    email: str = ""
    output_folder: str = ""
    script: str | None = None
    preview: bool = False


@dataclass(frozen=True, kw_only=True)
class Submission:
    """The script of a job, and the job if it was sent.

    `options` are given to sbatch beside the script, for what cannot stand in it. `modules`
    are those that the script loads; `modules_of` tells whose list that is.
    """

    script: str
    options: list[str]
    modules: list[str]
    modules_of: Literal["request", "notebook", "session"]
    job: JobInfo | None


@dataclass(frozen=True, kw_only=True)
class JobCheck:
    """What Slurm would do with a job: when and where it would start, as an estimate."""

    starts_at: str | None
    nodes: str
    sentence: JobSentence


@dataclass(frozen=True, kw_only=True)
class PartitionChoice:
    """A partition and what a job can have there at most; null for no known limit."""

    name: str
    default: bool
    time: int | None
    cores: int | None
    memory: int | None
    gpus: int
    gpu_types: list[str]


@dataclass(frozen=True, kw_only=True)
class JobChoices:
    """What a job can ask for, and what to begin with.

    `resources` are those of the last job that was sent, else those of this session.
    """

    accounts: list[str]
    partitions: list[PartitionChoice]
    resources: Resources
    email: bool
    last_email: str
    messages: list[JobSentence]


@dataclass(frozen=True, kw_only=True)
class JobQuery:
    """A job by its id; a task of an array is `ID_TASK`."""

    id: str


@dataclass(frozen=True, kw_only=True)
class TasksQuery:
    """An array by its id, and how many of its tasks to list, 200 at most."""

    id: str
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class JobDetails:
    """A job with what was sent: `request` to send it again, `script` as it went to Slurm."""

    job: JobInfo
    request: JobRequest | None
    script: str


@dataclass(frozen=True, kw_only=True)
class OutputQuery:
    """Where to read on in a job's output, in bytes; negative for the last part of it.

    `errors` asks for what goes to a file of its own where a job has one (`sbatch --error`).
    """

    id: str
    offset: int = -1
    errors: bool = False


@dataclass(frozen=True, kw_only=True)
class JobOutput:
    """A part of a job's output, from byte `start` to before `offset`, of `size` bytes.

    `waiting` tells that there is no output yet, `ended` that there will be no more.
    `has_errors` tells that the job has a file of its own for errors.
    """

    text: str
    start: int
    offset: int
    size: int
    waiting: bool
    ended: bool
    has_errors: bool
    place: Place | None
