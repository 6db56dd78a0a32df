"""The jobs room: over REST, and with a Slurm that can be told what to do."""

import asyncio
import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest

from jupyterlab_hpc.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ToolMissingError,
    ToolRefusedError,
    ToolTimeoutError,
)
from jupyterlab_hpc.jobs.models import JobRequest, OutputQuery, Resources, TasksQuery
from jupyterlab_hpc.jobs.records import Record, Records
from jupyterlab_hpc.jobs.script import Loading
from jupyterlab_hpc.jobs.service import JobsService
from jupyterlab_hpc.jobs.words import EXIT_CODES, REASONS, REFUSALS, explain, why_it_waits
from jupyterlab_hpc.tools.slurm_jobs_text import (
    Association,
    EndedJob,
    Expected,
    Partition,
    QueuedJob,
    Streams,
)
from jupyterlab_hpc.tools.slurm_text import Job

RECORDED = Path(__file__).parents[1] / "recordings" / "slurm-22.05.8"
NOW = 1_800_000_000.0
GIB = 1 << 30


def row(job_id="7", state="RUNNING", **changes):
    usual = {
        "job_id": job_id,
        "array_id": job_id.partition("_")[0],
        "task": None,
        "tasks": 1,
        "state": state,
        "reason": "",
        "partition": "cpu",
        "account": "def-a",
        "qos": "",
        "cores": 2,
        "memory": GIB,
        "gpus": 0,
        "nodes": 1,
        "submitted_at": NOW - 100,
        "starts_at": NOW - 60,
        "ends_at": NOW + 540.5,
        "seconds_left": 540,
        "limit": 600,
        "name": "x",
    }
    return QueuedJob(**{**usual, **changes})


def ended(job_id, state, **changes):
    usual = {
        "job_id": job_id,
        "state": state,
        "exit_code": 0,
        "signal": 0,
        "submitted_at": NOW - 100,
        "started_at": NOW - 60,
        "ended_at": NOW - 10,
        "elapsed": 50,
        "cpu_seconds": 25.0,
        "memory_peak": GIB // 2,
        "cores": 2,
        "memory": GIB,
        "nodes": 1,
        "partition": "cpu",
        "account": "def-a",
        "qos": "",
        "gpus": 0,
        "name": "x",
    }
    return EndedJob(**{**usual, **changes})


class Batch:
    """A Slurm that answers as a test says, and counts."""

    def __init__(self):
        self.job_id = "1"
        self.rows = []
        self.accounted = []
        self.asked = 0
        self.refuse = None
        self.submitted = []
        self.cancelled = []
        self.block = None
        self.there = True
        self.code = (0, 0)
        self.looked = []
        self.located = []
        self.writes = {}

    def present(self):
        return self.there

    def setting(self, name):
        return ""

    def told(self):
        return Job(job_id="1", account="def-b", cores=4, memory=2 * GIB)

    async def own_jobs(self):
        self.asked += 1
        if self.block is not None:
            await self.block.wait()
        if self.refuse:
            raise self.refuse
        return self.rows

    async def streams(self, job_ids):
        self.located.append(list(job_ids))
        return self.writes

    async def look(self, job_id):
        self.looked.append(job_id)
        if job_id == "666":
            raise ForbiddenError("Job %1 is not yours.", job_id)
        if job_id not in {r.job_id for r in self.rows}:
            raise NotFoundError("Slurm no longer knows job %1.", job_id)
        return (Job(job_id=job_id), *self.code, "")

    async def ended(self, job_ids, since):
        return self.accounted

    async def submit(self, script, options=()):
        if self.refuse:
            raise self.refuse
        self.submitted.append((script, list(options)))
        return str(6 + len(self.submitted))

    async def check(self, script, options=()):
        if self.refuse:
            raise self.refuse
        return Expected(starts_at=NOW + 60, nodes="n1")

    async def cancel_job(self, job_id):
        self.cancelled.append(job_id)

    async def partitions(self):
        return [
            Partition(
                name="cpu",
                default=True,
                up=True,
                max_time=7200,
                default_time=None,
                cores=8,
                memory=16 * GIB,
                gpus={"h100": 2, "": 1},
                nodes=3,
            ),
            Partition(
                name="off",
                default=False,
                up=False,
                max_time=None,
                default_time=None,
                cores=1,
                memory=None,
                gpus={},
                nodes=1,
            ),
        ]

    async def accounts(self):
        return [
            Association(account="def-a", partition="", default=False, qos=()),
            Association(account="def-b", partition="", default=True, qos=()),
        ]


class Modules:
    async def loading(self, names):
        return Loading(names=["gcc/12.3"] if names is None else names, folders=[])


class World:
    """The room with a clock that stands still until it is moved."""

    def __init__(self, folder):
        self.folder = folder
        self.batch = Batch()
        self.now = NOW
        self.notices = []
        self.room = self.another()

    def another(self, **traits):
        return JobsService(
            batch=self.batch,
            modules=Modules(),
            root=str(self.folder),
            on_notice=self.notices.append,
            clock=lambda: self.now,
            ticks=lambda: self.now,
            state_folder=str(self.folder / "state"),
            **traits,
        )

    def notebook(self, name="a.ipynb", **metadata):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": [], "metadata": metadata, "nbformat": 4}))
        return name

    async def send(self, **request):
        name = request.pop("notebook", None) or self.notebook()
        sent = await self.room.submit(JobRequest(notebook=name, **request))
        self.now += 1
        return sent

    async def later(self, seconds=31):
        self.now += seconds
        return await self.room.jobs()

    def tell(self, name, **said):
        (self.folder / "state" / f"progress-{name}.json").write_text(
            json.dumps({"format": 1, **said})
        )


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


async def test_slurm_is_asked_once_an_interval_for_all_pages(world):
    world.batch.rows = [row()]
    await asyncio.gather(*(world.room.jobs() for _ in range(5)))
    for _ in range(5):
        await world.room.jobs()
    assert world.batch.asked == 1
    jobs = await world.later()
    assert world.batch.asked == 2
    (job,) = jobs.jobs
    assert (job.state, job.sent, job.session) == ("running", False, False)
    assert job.seconds_left == 540 - 31
    assert jobs.ask_again == 30


async def test_a_slurm_that_hangs_delays_an_answer_for_a_moment_only(world, monkeypatch):
    monkeypatch.setattr("jupyterlab_hpc.jobs.service.PATIENCE", 0.05)
    world.batch.block = asyncio.Event()
    first = await world.room.jobs()
    assert first.checked_at is None
    again = await world.later()
    assert world.batch.asked == 1
    assert again.jobs == []
    world.batch.block.set()


async def test_trouble_is_told_with_what_was_known_before(world):
    world.batch.rows = [row()]
    await world.room.jobs()
    world.batch.refuse = ToolTimeoutError("Slurm does not answer.", detail="connect failure")
    jobs = await world.later()
    assert [job.id for job in jobs.jobs] == ["7"]
    (message,) = jobs.messages
    assert "connect failure" in message.detail
    world.batch.refuse = None
    assert (await world.later()).messages == []


async def test_what_is_sent_is_what_was_shown(world):
    request = {"resources": Resources(cores=3), "parameters": {"n": 1}}
    shown = await world.send(**request, preview=True)
    assert shown.job is None
    assert world.batch.submitted == []
    assert not (world.folder / "state").exists()
    sent = await world.send(**request)
    assert world.batch.submitted == [(shown.script, [])]
    assert sent.script == shown.script
    assert sent.job.id == "7"
    assert (sent.modules, sent.modules_of) == (["gcc/12.3"], "session")
    edited = await world.send(script="#!/bin/sh\nmine\n")
    assert world.batch.submitted[1][0] == edited.script == "#!/bin/sh\nmine\n"


async def test_a_notebooks_own_modules_come_first(world):
    name = world.notebook(jupyterlab_hpc={"modules": ["R/4.3"]})
    own = await world.send(notebook=name, preview=True)
    assert (own.modules, own.modules_of) == (["R/4.3"], "notebook")
    session = await world.send(notebook=name, own_modules=False, preview=True)
    assert (session.modules, session.modules_of) == (["gcc/12.3"], "session")
    asked = await world.send(notebook=name, modules=["x/1"], preview=True)
    assert (asked.modules, asked.modules_of) == (["x/1"], "request")
    with pytest.raises(BadRequestError):
        await world.send(notebook=name, modules=["--force"], preview=True)


async def test_sent_jobs_are_known_to_the_next_session(world):
    world.batch.rows = [row()]
    await world.send(email="a@b.ca", resources=Resources(cores=3))
    (file,) = (world.folder / "state").glob("job-*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    next_room = world.another()
    (job,) = (await next_room.jobs()).jobs
    assert (job.id, job.sent, job.name) == ("7", True, "a")
    details = await next_room.job("7")
    assert details.request.resources.cores == 3
    assert details.script.startswith("#!/bin/bash -l")
    choices = await next_room.choices()
    assert choices.resources == Resources(cores=3)
    assert choices.last_email == "a@b.ca"


async def test_an_end_is_noted_once_with_what_the_accounting_tells(world):
    world.batch.rows = [row()]
    await world.send()
    world.tell("7", state="failed", error="cell", cell=3, words="ValueError: x", done=2, total=4)
    world.batch.rows = []
    world.batch.accounted = [ended("7", "FAILED", exit_code=1)]
    notices = len(world.notices)
    (job,) = (await world.later()).jobs
    assert len(world.notices) == notices + 1
    assert (job.state, job.exit_code) == ("failed", 1)
    assert job.sentence.text == "Cell 3 failed: ValueError: x"
    assert (job.progress.done, job.progress.total) == (2, 4)
    assert (job.efficiency.cpu, job.efficiency.memory) == (0.25, 0.5)
    assert job.efficiency.source == "accounting"
    # Slurm forgets it, the record does not
    world.batch.accounted = []
    (job,) = (await world.later(10 * 24 * 3600)).jobs
    assert job.state == "failed"
    await world.later(100 * 24 * 3600)
    assert list((world.folder / "state").glob("*7.json")) == []


async def test_without_accounting_the_controller_and_the_job_itself_tell(world):
    world.batch.rows = [row()]
    await world.send(resources=Resources(cores=2, memory=GIB))
    used = {"cpu_seconds": 10.0, "memory_peak": GIB // 4, "elapsed": 20.0}
    world.tell("7", state="failed", used=used, result=str(world.folder / "a-7.ipynb"))
    world.batch.rows = [row(state="FAILED", reason="NonZeroExitCode")]
    world.batch.code = (73, 0)
    (job,) = (await world.later()).jobs
    assert (job.state, job.exit_code) == ("failed", 73)
    assert job.sentence.template == EXIT_CODES[73]
    assert (job.efficiency.cpu, job.efficiency.memory) == (0.25, 0.25)
    assert job.efficiency.source == "job"
    assert job.result.browse == "a-7.ipynb"


async def test_a_job_that_slurm_forgot_is_what_it_said_itself(world):
    await world.send()
    world.tell("7", state="completed", done=1, total=1)
    (job,) = (await world.later()).jobs
    assert job.state == "completed"
    await world.send()
    jobs = {job.id: job for job in (await world.later()).jobs}
    assert jobs["8"].state == "ended"


async def test_an_array_is_one_job(world):
    world.batch.rows = [
        row("7_[3-10%2]", "PENDING", tasks=8, starts_at=None, reason="JobArrayTaskLimit"),
        row("7_1", "RUNNING", task=1),
        row("7_2", "FAILED", task=2),
    ]
    await world.send(resources=Resources(array="1-10%2"))
    (job,) = (await world.later()).jobs
    assert job.state == "running"
    tasks = job.tasks
    assert (tasks.total, tasks.pending, tasks.running, tasks.failed) == (10, 8, 1, 1)
    # tasks that Slurm forgets meanwhile are remembered
    world.batch.rows = [row(f"7_{n}", "COMPLETED", task=n) for n in range(3, 10)]
    world.batch.rows.append(row("7_10", "RUNNING", task=10))
    await world.later()
    world.tell("7_1", state="completed", done=2, total=2)
    world.batch.rows = [row("7_10", "COMPLETED", task=10)]
    (job,) = (await world.later()).jobs
    assert job.state == "failed"
    tasks = job.tasks
    assert (tasks.total, tasks.completed, tasks.failed, tasks.ended) == (10, 9, 1, 0)


async def test_the_tasks_of_an_array_those_that_failed_first(world):
    world.batch.rows = [
        row("7_[8-1000]", "PENDING", tasks=993, starts_at=None),
        *(row(f"7_{n}", "COMPLETED", task=n) for n in (1, 2, 3)),
        row("7_4", "RUNNING", task=4),
        row("7_5", "FAILED", task=5),
        row("7_6", "TIMEOUT", task=6),
        row("7_7", "CANCELLED", task=7),
    ]
    await world.send(resources=Resources(array="1-1000"))
    result = str(world.folder / "a-7_5.ipynb")
    world.tell(
        "7_5", state="failed", done=2, total=3, cell=3, error="cell", words="E: no", result=result
    )
    said = await world.room.tasks(TasksQuery(id="7", limit=4))
    assert said.began == 7
    assert (said.tasks.total, said.tasks.pending, said.tasks.running) == (1000, 993, 1)
    assert [(task.task, task.state) for task in said.listed] == [
        (6, "timeout"),
        (5, "failed"),
        (7, "cancelled"),
        (4, "running"),
    ]
    failed = said.listed[1]
    assert failed.sentence.text == "Cell 3 failed: E: no"
    assert (failed.progress.done, failed.result.browse) == (2, "a-7_5.ipynb")
    assert failed.output.browse == "a-7_5.log"
    assert said.listed[3].result is None
    # all of a large array is never one answer
    world.batch.rows = [row(f"7_{n}", "COMPLETED", task=n) for n in range(1, 1001)]
    await world.later()
    said = await world.room.tasks(TasksQuery(id="7", limit=10**6))
    assert (said.began, len(said.listed), said.tasks.completed) == (1000, 200, 1000)
    assert (await world.room.tasks(TasksQuery(id="7", limit=-1))).listed == []
    world.batch.rows.append(row("9"))
    await world.later()
    with pytest.raises(BadRequestError):
        await world.room.tasks(TasksQuery(id="9"))


async def test_the_output_of_a_job_that_was_submitted_elsewhere(world):
    log, errors = world.folder / "by hand.out", world.folder / "by hand.err"
    world.batch.rows = [row("9", "PENDING", starts_at=None)]
    world.batch.writes = {"9": Streams(output="")}
    (job,) = (await world.room.jobs()).jobs
    assert (job.output, world.batch.located) == (None, [["9"]])
    part = await world.room.output(OutputQuery(id="9"))
    assert (part.waiting, part.ended) == (True, False)
    # It runs: its node is known now, and with it where it writes.
    world.batch.rows = [row("9")]
    world.batch.writes = {"9": Streams(output=str(log), errors=str(errors))}
    assert (await world.later()).jobs[0].output is None
    assert len(world.batch.located) == 2
    log.write_text("hello")
    errors.write_text("oh")
    (job,) = (await world.room.jobs()).jobs
    assert job.output.browse == "by hand.out"
    for _ in range(3):
        part = await world.room.output(OutputQuery(id="9", offset=0))
    assert (part.text, part.ended, part.has_errors) == ("hello", False, True)
    part = await world.room.output(OutputQuery(id="9", errors=True))
    assert (part.text, part.place.browse) == ("oh", "by hand.err")
    # Slurm knows it no longer: what was opened goes on, and ends
    world.batch.rows = []
    assert (await world.later()).jobs == []
    part = await world.room.output(OutputQuery(id="9", offset=0))
    assert (part.text, part.ended) == ("hello", True)
    # and for none of this it was asked more than for the jobs
    assert (world.batch.asked, len(world.batch.located), world.batch.looked) == (3, 2, [])


async def test_only_files_of_the_user_are_offered_and_read(world, monkeypatch):
    folder, others = world.folder / "folder", world.folder / "others.txt"
    folder.mkdir()
    others.write_text("secret")
    world.batch.rows = [row("1"), row("8"), row("9"), row("10")]
    world.batch.writes = {
        "8": Streams(output=str(folder)),
        "9": Streams(output="/dev/null"),
        "10": Streams(output=str(others)),
    }
    uid = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: uid + 1)
    jobs = (await world.room.jobs()).jobs
    assert [job.output for job in jobs] == [None] * 4
    for job_id, error in (("8", BadRequestError), ("9", BadRequestError), ("10", ForbiddenError)):
        with pytest.raises(error):
            await world.room.output(OutputQuery(id=job_id))
    # nor what the session itself writes: a token of its own may be in it
    assert world.batch.located == [["8", "9", "10"]]


async def test_the_tasks_of_an_array_that_was_submitted_elsewhere(world):
    log = world.folder / "slurm-7_1.out"
    log.write_text("one")
    world.batch.rows = [
        row("7_[2-9]", "PENDING", tasks=8, starts_at=None),
        row("7_1", "FAILED", task=1),
    ]
    world.batch.writes = {"7_1": Streams(output=str(log))}
    (job,) = (await world.room.jobs()).jobs
    assert (job.output, job.tasks.pending, world.batch.located) == (None, 8, [["7"]])
    (task,) = (await world.room.tasks(TasksQuery(id="7"))).listed
    assert (task.state, task.result, task.output.path) == ("failed", None, str(log))
    part = await world.room.output(OutputQuery(id="7_1", offset=0))
    assert part.text == "one"


async def test_a_squeue_that_cannot_tell_where_jobs_write(world):
    async def streams(_):
        raise ToolRefusedError("no such field")

    world.batch.rows = [row("9")]
    world.batch.streams = streams
    jobs = await world.room.jobs()
    assert (jobs.jobs[0].output, jobs.messages) == (None, [])


async def test_slurm_is_not_asked_again_and_again_for_a_job_that_it_does_not_know(world):
    for _ in range(5):
        with pytest.raises(NotFoundError):
            await world.room.output(OutputQuery(id="404"))
    assert world.batch.looked == ["404"]
    world.now += 31
    with pytest.raises(NotFoundError):
        await world.room.output(OutputQuery(id="404"))
    assert world.batch.looked == ["404"] * 2


async def test_cancelling_and_forgetting(world):
    world.batch.rows = [row()]
    await world.send()
    await world.room.remove("7")
    await world.room.remove("7_3")
    assert world.batch.cancelled == ["7", "7_3"]
    world.batch.rows = [row(state="CANCELLED")]
    (job,) = (await world.later()).jobs
    assert job.state == "cancelled"
    assert (await world.room.remove("7")).jobs == []
    assert world.batch.cancelled == ["7", "7_3"]
    # Slurm tells of it for some minutes more
    assert (await world.later()).jobs == []
    world.batch.rows = []
    with pytest.raises(NotFoundError):
        await world.room.remove("7")
    with pytest.raises(ForbiddenError):
        await world.room.remove("666")
    world.batch.rows = [row("1"), row("9", "COMPLETED")]
    await world.later()
    with pytest.raises(ConflictError):
        await world.room.remove("1")
    with pytest.raises(ConflictError):
        await world.room.remove("9")


async def test_the_output_is_followed_by_whole_characters(world):
    world.batch.rows = [row()]
    await world.send()
    log = world.folder / "a-7.log"

    async def read(offset=-1):
        return await world.room.output(OutputQuery(id="7", offset=offset))

    part = await read()
    assert (part.text, part.waiting, part.ended) == ("", True, False)
    log.write_bytes(b"caf\xc3")
    part = await read(0)
    assert (part.text, part.offset, part.size) == ("caf", 3, 4)
    with log.open("ab") as file:
        file.write(b"\xa9\xff!")
    part = await read(part.offset)
    assert (part.text, part.offset, part.size) == ("é\ufffd!", 7, 7)
    log.write_bytes("é".encode() * 100_000)
    part = await read()
    assert set(part.text) == {"é"}
    assert part.start > 0
    assert part.place.browse == "a-7.log"
    log.unlink()
    os.mkfifo(log)
    with pytest.raises(BadRequestError):
        await read()


async def test_what_cannot_be_run(world):
    (world.folder / "bad.ipynb").write_text("{")
    (world.folder / "x.txt").write_text("")
    for name, kind in [
        ("none.ipynb", NotFoundError),
        ("bad.ipynb", BadRequestError),
        ("x.txt", BadRequestError),
        ("", BadRequestError),
        ("a\0.py", BadRequestError),
    ]:
        with pytest.raises(kind):
            await world.room.submit(JobRequest(notebook=name))
    with pytest.raises(BadRequestError):
        await world.send(output_folder="/proc/nowhere")
    (world.folder / "x.py").write_text("")
    with pytest.raises(BadRequestError):
        await world.send(notebook="x.py", arguments="'open")
    with pytest.raises(BadRequestError):
        await world.send(method="convert", parameters={"n": 1})
    assert world.batch.submitted == []


async def test_refusals_are_explained(world):
    detail = (RECORDED / "refused-memory.txt").read_text()
    world.batch.refuse = ToolRefusedError("Slurm did not take the job.", detail=detail)
    for act in (world.room.submit, world.room.check):
        with pytest.raises(ToolRefusedError, match="No node has that much memory") as refused:
            await act(JobRequest(notebook=world.notebook()))
        assert refused.value.detail == detail


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        *(
            ((RECORDED / f"refused-{name}.txt").read_text(), sentence)
            for name, sentence in [
                ("partition", "There is no such partition"),
                ("gpus", "No node has that many cores"),
                ("gres", "There are no such GPUs"),
                ("time", "That is more time than is allowed"),
                ("cores", "That is more cores"),
                ("banana", "A value in the script"),
                ("script", "The script must begin"),
            ]
        ),
        ("Invalid account or account/partition combination specified", "Slurm does not know that"),
        ("Batch job submission failed: Invalid qos specification", "You may not use that quality"),
        ("QOSMaxWallDurationPerJobLimit\nJob violates accounting/QOS policy (...)", "That is more"),
        ("QOSMaxSubmitJobPerUserLimit\nJob violates accounting/QOS policy (...)", "You already"),
        ("Job violates accounting/QOS policy (job submit limit, ...)", "You already have"),
        ("sbatch: unrecognized option '--bogus'", "A line #SBATCH"),
    ],
)
def test_each_refusal(words, sentence):
    assert explain(ToolRefusedError("x", detail=words)).message.startswith(sentence)


def test_what_nobody_knows_is_told_as_it_is():
    error = ToolRefusedError("Slurm did not take the job.", detail="a plugin of the site says no")
    assert explain(error) is error
    other = ToolTimeoutError("x")
    assert explain(other) is other


@pytest.mark.parametrize(
    ("reason", "template"),
    [
        ("", REASONS["None"]),
        ("Resources", REASONS["Resources"]),
        ("AssocGrpCpuLimit", REASONS["AssocGrp"]),
        ("AssocGrpBillingMinutes", REASONS["AssocGrpBillingMinutes"]),
        ("QOSMaxJobsPerUserLimit", REASONS["QOSMax"]),
        ("DependencyNeverSatisfied", REASONS["DependencyNeverSatisfied"]),
        ("ReqNodeNotAvail, UnavailableNodes:n1", REASONS["ReqNodeNotAvail"]),
        ("Nodes required for job are DOWN, DRAINED", REASONS["Nodes required for job are DOWN"]),
    ],
)
def test_why_a_job_waits(reason, template):
    assert why_it_waits(reason).template == template


def test_a_reason_that_nobody_knows():
    assert why_it_waits("SomethingNew") is None


def test_the_sentences_have_places_for_their_arguments_only():
    for template in [*REASONS.values(), *EXIT_CODES.values(), *(t for _, t in REFUSALS)]:
        assert "%" not in template


async def test_the_check_tells_when(world):
    checked = await world.room.check(JobRequest(notebook=world.notebook()))
    assert checked.nodes == "n1"
    assert checked.starts_at is not None
    assert world.batch.submitted == []


async def test_the_choices_and_the_sites_limits(world):
    choices = await world.room.choices()
    assert choices.accounts == ["def-a", "def-b"]
    (cpu,) = choices.partitions
    assert (cpu.name, cpu.time, cpu.cores, cpu.gpus) == ("cpu", 7200, 8, 2)
    assert cpu.gpu_types == ["h100"]
    first = choices.resources
    assert (first.account, first.time, first.cores, first.memory) == ("def-b", 3600, 4, 2 * GIB)
    strict = world.another(
        accounts=["def-x"], partitions=["off"], max_hours=1, max_cores=4, max_memory_gb=2
    )
    choices = await strict.choices()
    assert choices.accounts == ["def-x"]
    (off,) = choices.partitions
    assert (off.name, off.time, off.cores, off.memory, off.gpus) == ("off", 3600, 1, 2 * GIB, 0)
    assert choices.resources.account == "def-x"


async def test_where_there_is_no_slurm(world):
    world.batch.there = False
    jobs = await world.room.jobs()
    assert (jobs.available, jobs.jobs, world.batch.asked) == (False, [], 0)
    assert (await world.send(preview=True)).script
    for act in (world.room.choices(), world.send(), world.room.check(JobRequest(notebook="a"))):
        with pytest.raises(ToolMissingError):
            await act


async def test_a_site_can_switch_it_off(world):
    world.room.enabled = False
    with pytest.raises(ConflictError):
        await world.send()


async def test_a_record_that_cannot_be_written_is_kept_in_mind(world):
    (world.folder / "state").write_text("no folder")
    world.batch.rows = [row()]
    await world.send()
    (job,) = (await world.later()).jobs
    assert job.sent


def test_damaged_records_are_passed_over(tmp_path):
    records = Records(tmp_path)
    good = Record(
        id="7", submitted_at=1.0, name="x", source="/x", folder="/", output="o", request={},
        script="",
    )  # fmt: skip
    records.save(good)
    for number, text in enumerate(["", "[]", "{}", '{"format": 2}', '{"format": 1, "final": 3}']):
        (tmp_path / f"job-{number}.json").write_text(text)
    (tmp_path / "job-8.json").write_text((tmp_path / "job-7.json").read_text())
    (tmp_path / "progress-7.json").write_text("no")
    (tmp_path / "progress-71.json").write_text('{"format": 1, "state": "x"}')
    assert records.all() == {"7": good}
    assert records.progress("7") == {}
    records.save(replace(good, name="y"))
    assert records.all()["7"].name == "y"
    records.forget("7")
    assert records.all() == {}


# --- over REST --------------------------------------------------------------------------


@pytest.fixture
def hpc_config(tmp_path):
    names = ("sbatch", "squeue", "scontrol", "scancel", "sinfo", "sacct", "sacctmgr")
    return {
        "SlurmJobs": {name: str(tmp_path / "bin" / name) for name in names},
        "JobsService": {"state_folder": str(tmp_path / "state")},
    }


async def test_a_preview_over_rest_needs_no_slurm(rest, jp_root_dir):
    (jp_root_dir / "a b.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    answer = await rest(
        "jobs", method="POST", body={"notebook": "a b.ipynb", "preview": True, "resources": {}}
    )
    assert answer.code == 200
    assert "module load" in answer.body["script"]
    assert answer.body["modules_of"] == "session"
    answer = await rest("jobs")
    assert (answer.body["available"], answer.body["jobs"]) == (False, [])
    refused = await rest("jobs", method="POST", body={"notebook": "a b.ipynb"})
    assert (refused.code, refused.body["reason"]) == (503, "tool-missing")
    assert (await rest("jobs/choices")).code == 503
    assert (await rest("jobs/job", id="7")).code == 404
    assert (await rest("jobs", method="POST", body={"notebook": "none.py"})).code == 404


async def test_jobs_over_rest(rest, fake_tool, jp_root_dir, tmp_path):
    (jp_root_dir / "a.sh").write_text("echo")
    fake_tool("sbatch", "cat > /dev/null; echo 21")
    fake_tool("squeue", f"cat {RECORDED}/squeue.txt")
    fake_tool("sinfo", f"cat {RECORDED}/sinfo.txt")
    sent = await rest("jobs", method="POST", body={"notebook": "a.sh"})
    assert sent.code == 200
    assert (sent.body["job"]["id"], sent.body["job"]["state"]) == ("21", "running")
    jobs = (await rest("jobs")).body["jobs"]
    assert [job["id"] for job in jobs if job["sent"]] == ["21"]
    array = next(job for job in jobs if job["id"] == "20")
    assert (array["tasks"]["pending"], array["tasks"]["running"]) == (9, 1)
    (tmp_path / "x").write_text("")
    (jp_root_dir / "a-21.log").write_text("hello")
    output = await rest("jobs/output", id="21", offset="0")
    assert output.body["text"] == "hello"
    details = (await rest("jobs/job", id="21")).body
    assert details["request"]["notebook"] == "a.sh"
    assert (await rest("jobs/choices")).body["partitions"][0]["name"] == "interactive"
    fake_tool("sbatch", f"cat > /dev/null; cat {RECORDED}/refused-partition.txt >&2; exit 1")
    refused = await rest("jobs", method="POST", body={"notebook": "a.sh"})
    assert (refused.code, refused.body["reason"]) == (422, "tool-refused")
    assert refused.body["message"].startswith("There is no such partition")


SQUEUE = which("squeue")


@pytest.mark.parametrize(
    "real",
    [False, pytest.param(True, marks=pytest.mark.skipif(not SQUEUE, reason="no Slurm"))],
    ids=["recorded", "real"],
)
async def test_slurm_is_asked_once_for_all_rooms(rest, fake_tool, tmp_path, real):
    count = tmp_path / "count"
    fake_tool("sbatch", "exit 1")
    answer = f'exec {SQUEUE} "$@"' if real else f"cat {RECORDED}/squeue.txt"
    fake_tool("squeue", f"echo >> {count}\n{answer}")
    told = await asyncio.gather(
        *(rest("jobs") for _ in range(3)), *(rest("hub/server", jobs="true") for _ in range(3))
    )
    assert [answer.code for answer in told] == [200] * 6
    assert (await rest("hub/server", jobs="true")).code == 200
    assert (await rest("jobs")).code == 200
    assert count.read_text() == "\n"
    if not real:
        listed = (await rest("hub/server", jobs="true")).body["jobs"]
        assert {job["job_id"] for job in listed} & {job["id"] for job in told[0].body["jobs"]}
