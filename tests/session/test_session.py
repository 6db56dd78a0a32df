"""The session room: over REST, and with a scheduler that can be told what to do."""

import asyncio
from dataclasses import replace

import pytest

from jupyterlab_hpc.errors import NotFoundError, ToolTimeoutError
from jupyterlab_hpc.session.service import SessionService
from jupyterlab_hpc.session.usage import Usage
from jupyterlab_hpc.tools.nvidia import Gpu
from jupyterlab_hpc.tools.slurm_text import Job

GIB = 1 << 30
NOW = 1_800_000_000.0


class Scheduler:
    """Answers as a test says, and counts."""

    kind = "slurm"

    def __init__(self, *answers, told=None):
        self.answers = list(answers)
        self.asked = 0
        self._told = told or JOB

    def told(self):
        return self._told

    async def job(self):
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            answer = JOB
        if isinstance(answer, Exception):
            raise answer
        return answer


class Outside(Scheduler):
    def told(self):
        return None


JOB = Job(
    job_id="42",
    state="RUNNING",
    node="n1",
    partition="interactive",
    account="def-demo",
    cores=4,
    memory=16 * GIB,
    gpus=0,
    started_at=NOW - 3600,
    ends_at=NOW + 600.9,
)
USAGE = Usage(
    source="job",
    memory=GIB,
    memory_peak=2 * GIB,
    memory_limit=16 * GIB,
    cpu_seconds=7200,
    oom_kills=0,
)


def make(scheduler, usage=USAGE, **traits):
    return SessionService(scheduler=scheduler, usage=lambda: usage, clock=lambda: NOW, **traits)


class Ticks:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def kinds(info):
    return [message.kind for message in info.messages]


async def test_a_job_tells_its_end_and_its_use():
    info = await make(Scheduler(JOB)).session()
    assert (info.job.id, info.job.state, info.job.node) == ("42", "RUNNING", "n1")
    assert (info.job.partition, info.job.account) == ("interactive", "def-demo")
    assert (info.requested.cores, info.requested.memory, info.requested.gpus) == (4, 16 * GIB, 0)
    assert info.seconds_left == 600
    assert info.ends_at == "2027-01-15T08:10:00+00:00"
    assert info.started_at == "2027-01-15T07:00:00+00:00"
    assert info.checked_at == "2027-01-15T08:00:00+00:00"
    assert (info.used.memory, info.used.cores_average) == (GIB, 2.0)
    assert info.warnings == [1800, 600, 120]


@pytest.mark.parametrize(("ends_at", "left"), [(NOW - 20, 0), (NOW + 0.5, 0), (None, None)])
async def test_the_time_left_is_never_negative(ends_at, left):
    job = replace(JOB, ends_at=ends_at)
    info = await make(Scheduler(job, told=job)).session()
    assert info.seconds_left == left


async def test_the_scheduler_is_asked_no_more_often_than_the_site_allows():
    scheduler = Scheduler(JOB)
    service = make(scheduler)
    await asyncio.gather(*(service.session() for _ in range(20)))
    await service.session()
    assert scheduler.asked == 1


async def test_nobody_asks_nothing_is_asked():
    scheduler = Scheduler(JOB)
    service = make(scheduler, query_interval=10)
    await asyncio.sleep(0)
    assert scheduler.asked == 0
    await service.stop()


async def test_a_limit_that_an_administrator_changes_is_noticed():
    scheduler = Scheduler(JOB, replace(JOB, ends_at=NOW + 7200))
    ticks = Ticks()
    service = make(scheduler, ticks=ticks, query_interval=60)
    assert (await service.session()).seconds_left == 600
    ticks.now += 59
    assert (await service.session()).seconds_left == 600
    ticks.now += 1
    assert (await service.session()).seconds_left == 7200
    assert scheduler.asked == 2


async def test_a_scheduler_that_hangs_delays_one_answer_a_little(monkeypatch):
    monkeypatch.setattr("jupyterlab_hpc.session.service.PATIENCE", 0.05)
    hangs = asyncio.Event()
    scheduler = Scheduler(hangs)
    service = make(scheduler)
    first = await service.session()
    assert first.job.id == "42"
    assert first.checked_at is None
    # no second question, and no waiting
    monkeypatch.setattr("jupyterlab_hpc.session.service.PATIENCE", 3600)
    assert (await asyncio.wait_for(service.session(), 30)).seconds_left == 600
    assert scheduler.asked == 1
    hangs.set()
    while (await service.session()).checked_at is None:
        await asyncio.sleep(0.01)
    assert scheduler.asked == 1


async def test_stopping_ends_a_question_that_hangs(monkeypatch):
    monkeypatch.setattr("jupyterlab_hpc.session.service.PATIENCE", 0.01)
    service = make(Scheduler(asyncio.Event()))
    before = asyncio.all_tasks()
    await service.session()
    assert asyncio.all_tasks() - before
    await service.stop()
    assert not asyncio.all_tasks() - before


async def test_trouble_leaves_what_was_known():
    scheduler = Scheduler(JOB, ToolTimeoutError("%1 is slow.", "scontrol"))
    ticks = Ticks()
    service = make(scheduler, ticks=ticks)
    await service.session()
    ticks.now += service.query_interval
    info = await service.session()
    assert info.seconds_left == 600
    assert kinds(info)[0] == "scheduler"
    assert "known before" in info.messages[0].text
    assert info.messages[0].detail == "scontrol is slow."


async def test_a_job_that_slurm_has_forgotten():
    service = make(Scheduler(NotFoundError("No job %1.", "42")))
    assert "ending" in (await service.session()).messages[0].text


async def test_an_answer_that_breaks_the_parser_breaks_nothing(caplog):
    service = make(Scheduler(KeyError("JobId")))
    assert (await service.session()).job.id == "42"


async def test_a_kernel_that_was_killed_is_explained():
    info = await make(Scheduler(JOB), replace(USAGE, oom_kills=2)).session()
    (message,) = [m for m in info.messages if m.kind == "killed"]
    assert message.arguments == ["16 GB", "2"]
    assert "16 GB of memory were used up" in message.text


async def test_advice_comes_when_the_kernel_is_sure():
    service = make(Scheduler(JOB))
    (message,) = (await service.session()).messages
    assert message.arguments == ["16 GB", "2 GB", "3 GB"]
    # not in the first minutes, not near what was used, not where it is switched off
    early = replace(JOB, started_at=NOW - 60)
    for other in (
        make(Scheduler(early, told=early)),
        make(Scheduler(JOB), replace(USAGE, memory_peak=7 * GIB)),
        make(Scheduler(JOB), replace(USAGE, memory_peak=None)),
        make(Scheduler(JOB), advice=False),
        make(Scheduler(JOB), replace(USAGE, source="cgroup")),
    ):
        assert (await other.session()).messages == []
    idle = await make(Scheduler(JOB), replace(USAGE, cpu_seconds=360)).session()
    assert idle.messages[1].arguments == ["4", "0.1"]


class Gpus:
    def __init__(self):
        self.asked = 0

    async def gpus(self):
        self.asked += 1
        return [Gpu(name="H100", busy=0.5, memory=GIB, memory_total=80 * GIB)]


async def test_gpus_are_asked_only_where_the_job_has_some():
    gpus = Gpus()
    assert (await make(Scheduler(JOB), gpus=gpus).session()).used.gpus == []
    assert gpus.asked == 0
    job = replace(JOB, gpus=1)
    (told,) = (await make(Scheduler(job), gpus=gpus).session()).used.gpus
    assert (told.name, told.busy, told.memory_total) == ("H100", 0.5, 80 * GIB)


async def test_outside_a_job_the_rest_is_told():
    scheduler = Outside(JOB)
    usage = replace(USAGE, source="machine")
    info = await make(scheduler, usage).session()
    assert info.job is None
    assert (info.seconds_left, info.ends_at, info.messages) == (None, None, [])
    assert info.requested.cores >= 1
    assert info.requested.memory == 16 * GIB
    assert info.used.memory == GIB
    assert scheduler.asked == 0


async def test_the_cores_in_use_are_those_since_the_last_question():
    ticks = Ticks()
    used = iter([100.0, 100.0, 125.0])
    service = SessionService(
        scheduler=Outside(JOB),
        usage=lambda: replace(USAGE, source="machine", cpu_seconds=next(used)),
        ticks=ticks,
    )
    assert (await service.session()).used.cores is None
    # at the same moment nothing can be said, and nothing is forgotten
    assert (await service.session()).used.cores is None
    ticks.now += 10
    assert (await service.session()).used.cores == 2.5


async def test_the_route_outside_a_job(rest):
    answer = await rest("session")
    assert answer.code == 200
    assert answer.body["job"] is None
    assert answer.body["seconds_left"] is None
    assert answer.body["used"]["memory"] > 0
    assert answer.body["requested"]["cores"] >= 1


@pytest.fixture
def in_a_job(fake_tool, tmp_path):
    answer = tmp_path / "job.txt"
    answer.write_text(
        "JobId=42 JobName=lab UserId=u(1) GroupId=g(1) Account=def-demo JobState=RUNNING "
        "TimeLimit=UNLIMITED StartTime=2026-01-01T00:00:00 EndTime=Unknown Partition=p "
        "NodeList=n1 NumNodes=1 NumCPUs=2 TRES=cpu=2,mem=2G,node=1\n"
    )
    return fake_tool("scontrol", f'[ "$4" = 42 ] && cat {answer}')


@pytest.fixture
def session_variables(demo_session, request):
    return {**demo_session, "SLURM_JOB_ID": getattr(request, "param", None)}


@pytest.fixture
def hpc_config(in_a_job):
    return {"Slurm": {"scontrol": str(in_a_job)}}


@pytest.mark.parametrize("session_variables", ["42"], indirect=True)
async def test_the_route_in_a_job(rest):
    body = (await rest("session")).body
    assert body["job"]["id"] == "42"
    assert body["job"]["scheduler"] == "slurm"
    assert body["job"]["account"] == "def-demo"
    assert body["job"]["memory"] == 2 * GIB
    assert body["started_at"] == "2026-01-01T00:00:00+00:00"
    assert body["ends_at"] is None
    assert body["seconds_left"] is None


@pytest.fixture
def hanging(in_a_job, tmp_path):
    """A scontrol that does not answer for a minute, and tells how often it was asked."""
    asked = tmp_path / "asked"
    in_a_job.write_text(f"#!/bin/sh\necho asked >> {asked}\nexec sleep 60\n")
    return asked


@pytest.mark.parametrize("session_variables", ["42"], indirect=True)
async def test_slurm_that_hangs_for_a_minute_harms_nothing(rest, hanging, jp_fetch):
    begun = asyncio.get_running_loop().time()
    answers = await asyncio.gather(
        *(rest("session") for _ in range(5)), jp_fetch("api", "status"), rest("software/loaded")
    )
    assert [answer.code for answer in answers] == [200] * 7
    assert answers[0].body["job"]["id"] == "42"
    again = await asyncio.gather(*(rest("session") for _ in range(20)))
    assert {answer.code for answer in again} == {200}
    # far from the minute, whatever else this machine does
    assert asyncio.get_running_loop().time() - begun < 45
    assert hanging.read_text().splitlines() == ["asked"]
