"""The jobs room's answers: knows batch jobs and their records; knows no HTTP."""

import asyncio
import json
import math
import os
import shlex
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Literal, Protocol

from traitlets import Bool, Float, Integer, List, Unicode, default
from traitlets.config import LoggingConfigurable

from .. import revisions
from ..errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    HPCError,
    NotFoundError,
    ToolMissingError,
    ToolRefusedError,
)
from ..rest.codec import decode
from ..sentences import trans
from ..tools.slurm_jobs_text import Association, EndedJob, Expected, Partition, QueuedJob, Streams
from ..tools.slurm_text import Job
from . import sources
from .assemble import (
    Known,
    began,
    final_of,
    info_of,
    is_over,
    iso,
    output_path,
    place,
    state_of,
    task_of,
    tasks_of,
)
from .models import (
    JobCheck,
    JobChoices,
    JobDetails,
    JobInfo,
    JobOutput,
    JobRequest,
    Jobs,
    JobSentence,
    JobTask,
    JobTasks,
    OutputQuery,
    PartitionChoice,
    Resources,
    State,
    Submission,
    TasksQuery,
)
from .records import Final, Record, Records
from .script import Loading, Plan, batch_script, log_pattern, safe_name
from .words import ALIVE, explain, sentence

# How long an answer waits for Slurm before it tells what is known already.
PATIENCE = 2.0  # seconds
MOST_TASKS = 200  # that one answer lists
# Of as many jobs that were submitted elsewhere it is kept where they write.
MOST_STREAMS = 5000
# As many jobs one question about that may name: a command line has an end.
MOST_NAMED = 500
RUNNER = Path(__file__).with_name("run.py")
GIGABYTE = 1 << 30
HOUR = 3600  # seconds
# How long jobs that ended wait for the accounting before they are noted without it.
LONGEST_ILL = HOUR
DAY = 24 * HOUR


class Batch(Protocol):
    """What sends jobs and knows about them."""

    job_id: str

    def present(self) -> bool:
        """Tell whether there is a batch system at all."""

    def setting(self, name: str) -> str:
        """Return a variable that the session was started with."""

    def told(self) -> Job | None:
        """Return the job that this server is, at no cost."""

    async def own_jobs(self) -> list[QueuedJob]:
        """Ask for the user's jobs; raises HPCError."""

    async def streams(self, job_ids: Sequence[str]) -> dict[str, Streams]:
        """Ask where jobs write, tasks of arrays each; raises HPCError."""

    async def look(self, job_id: str) -> tuple[Job, int, int, str]:
        """Ask for one: it, its exit code, its signal and its output; raises HPCError."""

    async def ended(self, job_ids: Sequence[str], since: float) -> list[EndedJob]:
        """Ask the accounting; raises HPCError."""

    async def submit(self, script: str, options: Sequence[str] = ()) -> str:
        """Send a script, return the job's id; raises HPCError."""

    async def check(self, script: str, options: Sequence[str] = ()) -> Expected:
        """Ask what would become of a script; raises HPCError."""

    async def cancel_job(self, job_id: str) -> None:
        """Cancel a job; raises HPCError."""

    async def partitions(self) -> list[Partition]:
        """Ask for the partitions; raises HPCError."""

    async def accounts(self) -> list[Association]:
        """Ask for the user's accounts; raises HPCError."""


class Modules(Protocol):
    """What the room is told of the session's modules."""

    async def loading(self, names: Sequence[str] | None) -> Loading | None:
        """Return how to load modules in a job, None names for the session's own.

        None where there is no module system.
        """


class JobsService(LoggingConfigurable):
    """Submits notebooks and scripts as batch jobs, and tells what becomes of them."""

    enabled = Bool(True, help="Whether notebooks and scripts can be submitted here.").tag(
        config=True
    )
    query_interval = Float(
        30.0,
        min=5.0,
        help="""The least number of seconds between two questions to Slurm for the user's jobs,
        however many pages are open. It is asked only while a page asks, and when a job was
        submitted or cancelled.""",
    ).tag(config=True)
    choices_interval = Float(
        600.0, help="Seconds for which accounts and partitions are not asked for again."
    ).tag(config=True)
    accounts = List(
        Unicode(), help="The accounts to choose from; empty for those that Slurm tells of the user."
    ).tag(config=True)
    partitions = List(
        Unicode(), help="The partitions to choose from; empty for all that are up."
    ).tag(config=True)
    max_hours = Float(0.0, help="The most hours of a job; 0 for what the partition allows.").tag(
        config=True
    )
    max_cores = Integer(0, help="The most cores of a job; 0 for those of a node.").tag(config=True)
    max_memory_gb = Float(0.0, help="The most memory of a job; 0 for that of a node.").tag(
        config=True
    )
    max_gpus = Integer(-1, help="The most GPUs of a job; 0 for none, -1 for those of a node.").tag(
        config=True
    )
    default_hours = Float(1.0, help="The hours that a first job asks for.").tag(config=True)
    email = Bool(True, help="Whether Slurm can send e-mail about a job here.").tag(config=True)
    options = List(
        Unicode(),
        help="""More options for each job, a line each, as they stand behind #SBATCH:
        ["--constraint=skylake"].""",
    ).tag(config=True)
    keep_days = Integer(
        60, min=1, help="Days for which it is kept what was submitted and how it ended."
    ).tag(config=True)
    state_folder = Unicode(
        help="""Where it is kept what was submitted. Jobs write there how far they are, so it must
        be on a file system of all nodes. The default is jupyterlab_hpc/jobs in XDG_STATE_HOME,
        else in ~/.local/state."""
    ).tag(config=True)
    interpreter = Unicode(
        help="""A Python that has nbclient, by its path on the nodes where jobs run; the default
        is the server's own. Where it is not there, jobs run notebooks with `jupyter nbconvert`.""",
    ).tag(config=True)
    runner = Unicode(
        help="""The path of jupyterlab_hpc/jobs/run.py on the nodes where jobs run; the default is
        the server's own."""
    ).tag(config=True)

    @default("interpreter")
    def _default_interpreter(self) -> str:
        return sys.executable

    @default("runner")
    def _default_runner(self) -> str:
        return str(RUNNER)

    @default("state_folder")
    def _default_state_folder(self) -> str:
        base = os.environ.get("XDG_STATE_HOME", "")
        if not base.startswith("/"):
            base = str(Path("~/.local/state").expanduser())
        return str(Path(base, "jupyterlab_hpc", "jobs"))

    def __init__(  # noqa: PLR0913 - what the room lives on
        self,
        *,
        batch: Batch,
        modules: Modules,
        root: str = "",
        on_notice: Callable[[int], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        **kwargs: object,
    ) -> None:
        """`root` is the folder that the file browser shows, empty for none.

        `on_notice` hears the revision after each change. `clock` gives seconds since the
        epoch, `ticks` those of a clock that never jumps.
        """
        super().__init__(**kwargs)
        self._batch = batch
        self._modules = modules
        self._root = os.path.normpath(Path(root).absolute()) if root else ""
        self._on_notice = on_notice
        self._clock = clock
        self._ticks = ticks
        self.revision = revisions.FIRST
        self._store = Records(Path(self.state_folder))
        self._records: dict[str, Record] | None = None
        self._rows: dict[str, list[QueuedJob]] = {}
        self._forgotten: set[str] = set()  # removed by the user; Slurm may know them yet
        self._unsaved: set[str] = set()  # jobs whose records could not be written
        self._seen: dict[str, dict[str, State]] = {}  # how tasks ended, by job
        # Where jobs of others than us write, by the ids of jobs and tasks; and of which that
        # was asked while they waited, when the node was not known.
        self._streams: dict[str, Streams] = {}
        self._early: set[str] = set()
        # What Slurm said lately of jobs that are in no list, by their ids; in ticks.
        self._looked: dict[str, tuple[float, ForbiddenError | NotFoundError | None]] = {}
        self._heard: float | None = None  # when Slurm answered
        self._asked: float | None = None  # when it was asked, in ticks
        self._trouble: HPCError | None = None
        self._question: asyncio.Task[None] | None = None
        self._choices: tuple[float, list[Association], list[Partition]] | None = None
        self._choosing = asyncio.Lock()
        self._unaccounted: float | None = None  # since when the accounting fails, in ticks
        self._shown: object = None  # what pages were told last

    async def stop(self) -> None:
        """End what runs in the background."""
        if self._question is not None:
            self._question.cancel()
            await asyncio.gather(self._question, return_exceptions=True)

    # --- reading ------------------------------------------------------------------------

    async def jobs(self) -> Jobs:
        """Return the user's jobs; never waits long for Slurm."""
        await self._refresh()
        return await self._answer()

    async def queued(self) -> list[QueuedJob]:
        """Return what Slurm told last of the user's jobs, for all rooms; waits for the first.

        It is asked as for `jobs`, so the answer may be as old as `query_interval`. Raises
        what Slurm's last answer raised; empty where there is no Slurm.
        """
        await self._refresh()
        if self._heard is None and self._question is not None:
            await asyncio.wait({self._question})
        if not self._batch.present():
            return []
        if self._trouble is not None:
            raise self._trouble
        if self._heard is None:
            raise ToolRefusedError(trans.gettext("Slurm did not tell about your jobs."))
        return [row for rows in self._rows.values() for row in rows]

    async def job(self, job_id: str) -> JobDetails:
        """Return a job and what was sent.

        Raises NotFoundError for one that nobody knows, ForbiddenError for one of others.
        """
        await self._refresh()
        base = await self._own(job_id)
        record = (await self._all_records()).get(base)
        return JobDetails(
            job=await asyncio.to_thread(self._info, base, record),
            request=_request(record) if record else None,
            script=record.script if record else "",
        )

    async def tasks(self, query: TasksQuery) -> JobTasks:
        """Return the tasks of an array; raises as `job` does, and BadRequestError for no array."""
        await self._refresh()
        base = await self._own(query.id)
        record = (await self._all_records()).get(base)
        known = await asyncio.to_thread(self._known, base, record)
        if not known.is_array:
            raise BadRequestError(trans.gettext("Job %1 is no array."), base)
        started = began(known)
        most = max(0, min(query.limit, MOST_TASKS))
        return JobTasks(
            id=base,
            tasks=tasks_of(known),
            began=len(started),
            listed=await asyncio.to_thread(
                lambda: [self._task(base, record, *task) for task in started[:most]]
            ),
        )

    async def output(self, query: OutputQuery) -> JobOutput:
        """Return a part of what a job has written; raises as `job` does."""
        # What is over is known to who asks for jobs: Slurm is not asked for the output's sake.
        base = await self._own(query.id)
        record = (await self._all_records()).get(base)
        streams = self._streams.get(query.id, Streams())
        if record is not None:
            streams = Streams(output=output_path(record, query.id))
        path = streams.errors if query.errors else streams.output
        known = Known(job_id=base, rows=self._rows.get(base, []), record=record)
        if record is not None:
            ended = record.final is not None or bool(known.rows and is_over(known))
        else:
            ended = is_over(known)
        part = (
            await asyncio.to_thread(sources.read_part, path, query.offset, own=record is None)
            if path
            else None
        )
        if part is None:
            part = sources.Part(text="", start=0, offset=0, size=-1)
        return JobOutput(
            text=part.text,
            start=part.start,
            offset=part.offset,
            size=max(0, part.size),
            waiting=part.size < 0 and not ended,
            ended=ended,
            has_errors=bool(streams.errors),
            place=place(path, self._root) if path else None,
        )

    async def choices(self) -> JobChoices:
        """Return what a job can ask for; raises HPCError where there is no Slurm."""
        if not self._batch.present():
            raise _no_slurm()
        messages: list[JobSentence] = []
        accounts: list[Association] = []
        partitions: list[Partition] = []
        try:
            accounts, partitions = await self._told_choices()
        except HPCError as error:
            template = trans.gettext(
                "Slurm did not tell its accounts and partitions: the limits are not known."
            )
            said = "\n".join(filter(None, (error.message, error.detail)))
            messages.append(sentence("warning", template, detail=said))
        last = max((await self._all_records()).values(), key=lambda r: r.submitted_at, default=None)
        request = _request(last) if last else None
        names = list(self.accounts) or list(dict.fromkeys(a.account for a in accounts))
        standard = next((a.account for a in accounts if a.default), "")
        offered = [self._partition(p) for p in partitions if self._is_offered(p)]
        return JobChoices(
            accounts=names,
            partitions=offered,
            resources=self._first_resources(request, names, standard),
            email=self.email,
            last_email=request.email if request else "",
            messages=messages,
        )

    # --- acting -------------------------------------------------------------------------

    async def submit(self, request: JobRequest) -> Submission:
        """Make the script of a job and, unless it is a preview, send it.

        Raises BadRequestError and NotFoundError for what cannot be run, ToolRefusedError with
        what Slurm has against it.
        """
        plan, made = await self._made(request)
        if request.preview:
            return made
        self._check_enabled()
        await asyncio.to_thread(sources.make_folder, plan.folder)
        try:
            await asyncio.to_thread(self._store.make_folder)
        except OSError as error:
            self.log.warning("Jobs cannot tell how far they are: %s", error)
        try:
            job_id = await self._batch.submit(made.script, made.options)
        except HPCError as error:
            raise explain(error) from error
        self.log.info("Job %s submitted: %s", job_id, plan.source)
        folder, output = plan.folder, log_pattern(plan)
        if request.script is not None:
            folder, output = await self._where_output_goes(job_id, folder, output)
        record = Record(
            id=job_id,
            submitted_at=self._clock(),
            name=safe_name(plan.source),
            source=plan.source,
            folder=folder,
            output=output,
            request=asdict(replace(request, script=None)),
            script=made.script,
        )
        (await self._all_records())[job_id] = record
        await self._save(record)
        await self._refresh(now=True)
        self._notice()
        info = await asyncio.to_thread(self._info, job_id, self._records_now().get(job_id, record))
        return replace(made, job=info)

    async def check(self, request: JobRequest) -> JobCheck:
        """Ask Slurm what it would do with a job; raises as `submit` does."""
        self._check_enabled()
        plan, made = await self._made(request)
        await asyncio.to_thread(sources.make_folder, plan.folder)
        try:
            expected = await self._batch.check(made.script, made.options)
        except HPCError as error:
            raise explain(error) from error
        return JobCheck(
            starts_at=iso(expected.starts_at),
            nodes=expected.nodes,
            sentence=sentence("info", trans.gettext("Slurm would take this job.")),
        )

    async def remove(self, job_id: str) -> Jobs:
        """Cancel a job that waits or runs; forget one that ended.

        Raises ConflictError for the session itself, and as `job` does.
        """
        base = await self._own(job_id)
        if base == self._batch.job_id:
            raise ConflictError(
                trans.gettext(
                    "Job %1 is this session. Stop it with Stop My Server in the File menu."
                ),
                base,
            )
        record = (await self._all_records()).get(base)
        known = Known(job_id=base, rows=self._rows.get(base, []), record=record)
        if record is not None and record.final is not None and base == job_id:
            self._records_now().pop(base, None)
            self._rows.pop(base, None)
            self._forgotten.add(base)
            await asyncio.to_thread(self._store.forget, base)
        elif known.rows and is_over(known) and record is None:
            raise ConflictError(trans.gettext("Job %1 has ended."), base)
        else:
            await self._batch.cancel_job(job_id)
            self.log.info("Job %s cancelled", job_id)
            await self._refresh(now=True)
        self._notice()
        return await self._answer()

    # --- what Slurm tells ---------------------------------------------------------------

    async def _refresh(self, *, now: bool = False) -> None:
        """Ask Slurm if it may be asked again, or `now`; wait only a moment for the answer."""
        if not self._batch.present():
            await self._all_records()
            return
        if now and self._question is not None:
            # It may have been asked before what was just done.
            await asyncio.wait({self._question}, timeout=PATIENCE)
        ticks = self._ticks()
        due = now or self._asked is None or ticks - self._asked >= self.query_interval
        if self._question is None and due:
            self._asked = ticks
            self._question = asyncio.create_task(self._ask())
            # Only who asked first waits: a controller that hangs delays no other answer.
            await asyncio.wait({self._question}, timeout=PATIENCE)

    async def _ask(self) -> None:
        try:
            asked_at = self._clock()
            rows = await self._batch.own_jobs()
            self._records = self._merged(await asyncio.to_thread(self._store.all))
            self._take(rows)
            await self._locate()
            self._heard, self._trouble = self._clock(), None
            await self._settle(asked_at)
        except HPCError as error:
            self._trouble = error
            self.log.warning("Slurm was asked for the user's jobs: %s", error)
        except Exception as error:
            self._trouble = ToolRefusedError(
                trans.gettext("What %1 said could not be read."), "squeue", detail=str(error)
            )
            self.log.exception("Slurm's answer about the user's jobs could not be read")
        finally:
            self._question = None
        self._tell_changes()

    def _take(self, rows: list[QueuedJob]) -> None:
        self._rows = {}
        self._forgotten &= {row.array_id for row in rows}
        for row in rows:
            if row.array_id in self._forgotten:
                continue
            self._rows.setdefault(row.array_id, []).append(row)
            state = state_of(row.state)
            if row.task is not None and state not in ALIVE:
                self._seen.setdefault(row.array_id, {})[str(row.task)] = state

    async def _locate(self) -> None:
        """Ask where those jobs write that were submitted elsewhere.

        Once when each is new, and once more when it no longer waits: its node is known then.
        """
        rows = [
            row
            for base, rows in self._rows.items()
            if base not in self._records_now() and base != self._batch.job_id
            for row in rows
            if "[" not in row.job_id
        ]
        waiting = {row.job_id for row in rows if state_of(row.state) == "pending"}
        new = {
            row.job_id: row.array_id
            for row in rows
            if row.job_id not in self._streams or row.job_id in self._early - waiting
        }
        bases = list(dict.fromkeys(new.values()))[:MOST_NAMED]
        if bases:
            try:
                found = await self._batch.streams(bases)
            except HPCError as error:
                self.log.info("Where jobs write that were not sent here is not known: %s", error)
                return
            asked = {job_id for job_id, base in new.items() if base in bases}
            self._streams |= {job_id: found.get(job_id, Streams()) for job_id in asked}
            self._early -= asked
            there = {row.job_id for row in rows}
            old = [job_id for job_id in self._streams if job_id not in there]
            for job_id in old[: max(0, len(self._streams) - MOST_STREAMS)]:
                del self._streams[job_id]
        self._early = (self._early | waiting) & self._streams.keys()

    def _merged(self, stored: dict[str, Record]) -> dict[str, Record]:
        """Return what is on disk, with what could not be written there."""
        oldest = self._clock() - self.keep_days * DAY
        kept = {j: r for j, r in stored.items() if r.submitted_at >= oldest}
        for job_id in stored.keys() - kept.keys():
            self._store.forget(job_id)
        unsaved = {j: r for j, r in self._records_now().items() if j in self._unsaved}
        return kept | unsaved

    async def _settle(self, asked_at: float) -> None:
        """Note how jobs ended that Slurm was just asked about: once each."""
        open_ = [
            record
            for record in self._records_now().values()
            if record.final is None
            and record.submitted_at < asked_at
            and is_over(Known(job_id=record.id, rows=self._rows.get(record.id, [])))
        ]
        if not open_:
            return
        since = min(record.submitted_at for record in open_)
        try:
            accounted = await self._batch.ended([record.id for record in open_], since)
            self._unaccounted = None
        except HPCError as error:
            # It may be ill for a while; at some sites it is out of the nodes' reach for good.
            self.log.info("How jobs ended is not told: %s %s", error, error.detail)
            if self._unaccounted is None:
                self._unaccounted = self._ticks()
            if self._ticks() - self._unaccounted < LONGEST_ILL:
                return
            accounted = []
        for record in open_:
            known = await asyncio.to_thread(self._known, record.id, record)
            mine = [job for job in accounted if job.job_id.partition("_")[0] == record.id]
            code = None
            if not mine and known.rows and not known.is_array:
                try:
                    code = (await self._batch.look(record.id))[1:3]
                except HPCError as error:
                    self.log.info("The exit code of job %s is not known: %s", record.id, error)
            await self._close(record, final_of(known, mine, code))

    async def _close(self, record: Record, final: Final) -> None:
        if final.ended_at is None:
            final = replace(final, ended_at=self._clock())
        closed = replace(record, final=final)
        self._records_now()[record.id] = closed
        self._seen.pop(record.id, None)
        await self._save(closed)
        self.log.info("Job %s ended: %s", record.id, final.state)

    async def _save(self, record: Record) -> None:
        try:
            await asyncio.to_thread(self._store.save, record)
            self._unsaved.discard(record.id)
        except OSError as error:
            self._unsaved.add(record.id)
            self.log.warning("Job %s could not be noted: %s", record.id, error)

    def _tell_changes(self) -> None:
        shown = (
            {
                base: sorted((row.job_id, row.state, row.reason) for row in rows)
                for base, rows in self._rows.items()
            },
            {job_id: record.final for job_id, record in self._records_now().items()},
        )
        if self._shown is not None and shown != self._shown:
            self._notice()
        self._shown = shown

    def _notice(self) -> None:
        self.revision += 1
        self._on_notice(self.revision)

    async def _all_records(self) -> dict[str, Record]:
        if self._records is None:
            stored = await asyncio.to_thread(self._store.all)
            if self._records is None:
                self._records = stored
        return self._records

    def _records_now(self) -> dict[str, Record]:
        if self._records is None:
            self._records = {}
        return self._records

    async def _own(self, job_id: str) -> str:
        """Return the id of the whole job; raises where it is not the user's or not there."""
        base = job_id.partition("_")[0]
        told = base in self._rows or job_id in self._streams
        if base not in await self._all_records() and not told:
            if not self._batch.present():
                raise NotFoundError(trans.gettext("There is no job %1."), job_id)
            await self._look_once(job_id)
        return base

    async def _look_once(self, job_id: str) -> None:
        """Look whether a job is there and the user's; what Slurm says is kept for a while."""
        ticks = self._ticks()
        self._looked = {
            j: kept for j, kept in self._looked.items() if ticks - kept[0] < self.query_interval
        }
        if job_id not in self._looked:
            refusal = None
            try:
                await self._batch.look(job_id)
            except (ForbiddenError, NotFoundError) as error:
                refusal = error
            self._looked[job_id] = ticks, refusal
        refusal = self._looked[job_id][1]
        if refusal is not None:
            raise refusal

    # --- what is told -------------------------------------------------------------------

    async def _answer(self) -> Jobs:
        records = await self._all_records()
        ids = {*records, *self._rows}
        infos = await asyncio.to_thread(
            lambda: [self._info(job_id, records.get(job_id)) for job_id in ids]
        )
        infos.sort(key=lambda info: (info.submitted_at or "", len(info.id), info.id), reverse=True)
        available = self._batch.present()
        return Jobs(
            revision=self.revision,
            available=available,
            jobs=infos,
            messages=self._troubles(),
            checked_at=iso(self._heard),
            ask_again=math.ceil(self.query_interval),
        )

    def _troubles(self) -> list[JobSentence]:
        trouble = self._trouble
        if trouble is None:
            return []
        template = trans.gettext(
            "Slurm does not answer. What is shown was known before, and may have changed."
        )
        said = "\n".join(filter(None, (trouble.message, trouble.detail)))
        return [sentence("warning", template, detail=said)]

    def _known(self, job_id: str, record: Record | None) -> Known:
        return Known(
            job_id=job_id,
            rows=self._rows.get(job_id, []),
            record=record,
            told=self._store.progress(job_id) if record else {},
            seen=self._seen.get(job_id, {}),
            output="" if record else self._foreign_output(job_id),
        )

    def _foreign_output(self, job_id: str) -> str:
        path = self._streams.get(job_id, Streams()).output
        return path if path and sources.is_own_file(path) else ""

    def _task(self, base: str, record: Record | None, task: int, state: State) -> JobTask:
        job_id = f"{base}_{task}"
        return task_of(
            task,
            state,
            told=self._store.progress_of(base, task) if record else {},
            output=output_path(record, job_id) if record else self._foreign_output(job_id),
            root=self._root,
        )

    def _info(self, job_id: str, record: Record | None) -> JobInfo:
        return info_of(
            self._known(job_id, record),
            now=self._clock(),
            root=self._root,
            session_id=self._batch.job_id,
        )

    # --- making -------------------------------------------------------------------------

    async def _made(self, request: JobRequest) -> tuple[Plan, Submission]:
        path = sources.resolve(request.notebook, self._root)
        source = await asyncio.to_thread(sources.read_source, path)
        names, whose = self._module_names(request, source)
        loading = await self._modules.loading(names)
        plan = Plan(
            source=path,
            folder=sources.resolve(request.output_folder, self._root)
            if request.output_folder
            else str(Path(path).parent),
            resources=request.resources,
            loading=loading,
            method=request.method,
            language=source.language,
            parameters=request.parameters if source.is_notebook else {},
            arguments=_split(request.arguments) if not source.is_notebook else (),
            virtual_environment=sources.resolve(request.virtual_environment, self._root)
            if request.virtual_environment
            else "",
            email=request.email,
            interpreter=self.interpreter,
            runner=self.runner,
            records=str(self._store.folder),
            options=self.options,
        )
        if request.parameters and request.method == "convert":
            raise BadRequestError(
                trans.gettext("A notebook that is converted to a script cannot have parameters.")
            )
        script, options = batch_script(plan)
        return plan, Submission(
            script=script if request.script is None else request.script,
            options=options,
            modules=list(loading.names) if loading else [],
            modules_of=whose,
            job=None,
        )

    def _module_names(
        self, request: JobRequest, source: sources.Source
    ) -> tuple[list[str] | None, Literal["request", "notebook", "session"]]:
        if request.modules is not None:
            return _checked(request.modules), "request"
        if source.modules is not None and request.own_modules:
            return _checked(source.modules), "notebook"
        return None, "session"

    async def _where_output_goes(self, job_id: str, folder: str, output: str) -> tuple[str, str]:
        """Return where a job of a script that was edited writes its output."""
        try:
            path = (await self._batch.look(job_id))[3]
        except HPCError as error:
            self.log.info("Where job %s writes is not known: %s", job_id, error)
            return folder, output
        expected = {
            str(Path(folder, output.replace("%A", job_id).replace("%j", job_id))),
            str(Path(folder, output)),
        }
        if not path or path in expected:
            return folder, output
        return str(Path(path).parent), Path(path).name

    def _check_enabled(self) -> None:
        if not self.enabled:
            raise ConflictError(trans.gettext("Jobs cannot be submitted from here at this site."))
        if not self._batch.present():
            raise _no_slurm()

    async def _told_choices(self) -> tuple[list[Association], list[Partition]]:
        async with self._choosing:
            kept = self._choices
            if kept is None or self._ticks() - kept[0] >= self.choices_interval:
                partitions, accounts = await asyncio.gather(
                    self._batch.partitions(), self._batch.accounts()
                )
                self._choices = kept = (self._ticks(), accounts, partitions)
            return kept[1], kept[2]

    def _is_offered(self, partition: Partition) -> bool:
        return partition.name in self.partitions if self.partitions else partition.up

    def _partition(self, partition: Partition) -> PartitionChoice:
        most = round(self.max_hours * HOUR) or None
        gpus = max(partition.gpus.values(), default=0)
        memory = round(self.max_memory_gb * GIGABYTE) or None
        return PartitionChoice(
            name=partition.name,
            default=partition.default,
            time=_least(partition.max_time, most),
            cores=_least(partition.cores or None, self.max_cores or None),
            memory=_least(partition.memory, memory),
            gpus=gpus if self.max_gpus < 0 else min(gpus, self.max_gpus),
            gpu_types=sorted(kind for kind in partition.gpus if kind),
        )

    def _first_resources(
        self, last: JobRequest | None, accounts: list[str], standard: str
    ) -> Resources:
        if last is not None:
            return last.resources
        job = self._batch.told()
        account = next(
            (
                name
                for name in (
                    self._batch.setting("SBATCH_ACCOUNT"),
                    job.account if job else "",
                    standard,
                    *accounts,
                )
                if name and (not accounts or name in accounts)
            ),
            "",
        )
        return Resources(
            account=account,
            time=round(self.default_hours * HOUR),
            cores=(job and job.cores) or 1,
            memory=job.memory if job else None,
        )


def _request(record: Record) -> JobRequest | None:
    """Return what was asked for then, None for what an older version kept differently."""
    try:
        return decode(json.dumps(record.request).encode(), JobRequest)
    except BadRequestError:
        return None


def _split(arguments: str) -> list[str]:
    try:
        return shlex.split(arguments)
    except ValueError as error:
        raise BadRequestError(
            trans.gettext("The arguments have a quote without its other one."), detail=str(error)
        ) from error


def _checked(names: list[str]) -> list[str]:
    for name in names:
        if not name or name.startswith("-") or not name.isprintable() or " " in name:
            raise BadRequestError(trans.gettext("%1 is no name of a module."), name)
    return names


def _least(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)


def _no_slurm() -> ToolMissingError:
    return ToolMissingError(
        trans.gettext("There is no Slurm on this machine, so no job can be submitted.")
    )
