"""More time by the site's command, the form of a new session, and GPUs that do nothing."""

import asyncio
import json
import sys
from dataclasses import replace

import pytest
from test_session import JOB, NOW, USAGE, Outside, Scheduler, Ticks, kinds, make

from jupyterlab_hpc.errors import (
    ConflictError,
    ToolMissingError,
    ToolRefusedError,
    ToolTimeoutError,
)
from jupyterlab_hpc.tools.extension import TimeExtension
from jupyterlab_hpc.tools.nvidia import Gpu

HUB = {
    "JUPYTERHUB_API_URL": "http://hub:8081/hub/api",
    "JUPYTERHUB_BASE_URL": "/",
    "JUPYTERHUB_USER": "alice",
    "JUPYTERHUB_SERVER_NAME": "",
}
ECHO = [
    sys.executable,
    "-c",
    "import json, os, sys; print(json.dumps([sys.argv[1:], *os.environ]))",
]


async def test_the_sites_command_gets_the_job_and_no_secret():
    tool = TimeExtension(
        command=[*ECHO, "--job={job_id}", "{user}", "{HOME}", "; rm -rf /"],
        environment={
            "USER": "alice",
            "PATH": "/usr/bin:/bin",
            "SLURM_CONF": "/etc/slurm.conf",
            "SLURM_JOB_ID": "42",
            "JUPYTERHUB_API_TOKEN": "secret",
        },
    )
    argv, *names = json.loads(await tool.ask("42"))
    assert argv == ["--job=42", "alice", "{HOME}", "; rm -rf /"]
    assert {"SLURM_CONF", "USER"} <= set(names)
    assert not {"SLURM_JOB_ID", "JUPYTERHUB_API_TOKEN"} & set(names)


async def test_a_refusal_has_the_commands_words(fake_tool):
    no = fake_tool("no", "echo 'Not before Monday.'; echo 'Ask help@site.' >&2; exit 1")
    with pytest.raises(ToolRefusedError) as refused:
        await TimeExtension(command=[str(no)], environment={}).ask("42")
    assert refused.value.detail == "Not before Monday.\nAsk help@site."


async def test_a_command_that_hangs_is_ended(fake_tool):
    hangs = fake_tool("hangs", "exec sleep 1000")
    tool = TimeExtension(command=[str(hangs)], timeout=0.2, environment={"PATH": "/usr/bin:/bin"})
    with pytest.raises(ToolTimeoutError):
        await tool.ask("42")


async def test_without_a_command_nobody_is_offered_more_time():
    none = TimeExtension(environment={})
    for service in (
        make(Scheduler(JOB)),
        make(Scheduler(JOB), more_time=none),
        make(Outside(JOB), more_time=TimeExtension(command=["x"], environment={})),
    ):
        assert (await service.session()).extendable is False
        with pytest.raises(ToolMissingError):
            await service.extend()


async def test_the_scheduler_is_asked_anew_after_an_extension(fake_tool):
    yes = fake_tool("yes", "echo Granted: $1")
    scheduler = Scheduler(JOB, replace(JOB, ends_at=NOW + 7200))
    tool = TimeExtension(command=[str(yes), "{job_id}"], environment={})
    service = make(scheduler, more_time=tool)
    before = await service.session()
    assert (before.extendable, before.seconds_left) == (True, 600)
    assert (await service.extend()).said == "Granted: 42"
    assert (await service.session()).seconds_left == 7200
    assert scheduler.asked == 2


async def test_more_time_is_not_asked_for_twice_at_once():
    class Slow:
        offered = True
        asked = 0
        release = asyncio.Event()

        async def ask(self, job_id):
            self.asked += 1
            await self.release.wait()
            return "yes"

    tool = Slow()
    service = make(Scheduler(JOB), more_time=tool)
    first = asyncio.create_task(service.extend())
    while not tool.asked:
        await asyncio.sleep(0)
    with pytest.raises(ConflictError):
        await service.extend()
    tool.release.set()
    assert (await first).said == "yes"
    assert (await service.extend()).said == "yes"
    assert tool.asked == 2


@pytest.fixture
def session_variables(demo_session):
    return {**demo_session, "SLURM_JOB_ID": None}


async def test_the_route_where_the_site_has_no_command(rest):
    answer = await rest("session/extension", method="POST", body={})
    assert answer.code == 503
    assert answer.body["message"] == "At this site, sessions cannot be extended."


@pytest.mark.parametrize(
    ("template", "more", "url"),
    [
        ("{spawn}", {}, "/hub/spawn"),
        ("{spawn}", {"JUPYTERHUB_BASE_URL": "/jupyter/"}, "/jupyter/hub/spawn"),
        ("{spawn}", {"JUPYTERHUB_SERVER_NAME": "my gpu"}, "/hub/spawn/alice/my%20gpu"),
        ("{spawn}", {"JUPYTERHUB_HOST": "https://hub.site"}, "https://hub.site/hub/spawn"),
        ("{spawn}", {"JUPYTERHUB_API_URL": ""}, ""),
        ("", {}, ""),
        (
            (
                "{spawn}#account={account}&hours={hours}&cores={cores}&memory_gb={memory_gb}"
                "&gpus={gpus}&partition={partition}&user={user}&other={other}"
            ),
            {},
            (
                "/hub/spawn#account=def-demo&hours=1.17&cores=4&memory_gb=16&gpus=0"
                "&partition=interactive&user=alice&other={other}"
            ),
        ),
    ],
)
async def test_the_form_of_a_new_session(template, more, url):
    service = make(Scheduler(JOB), environment=HUB | more, new_session_url=template)
    assert (await service.session()).new_session_url == url


async def test_values_cannot_break_out_of_the_address():
    job = replace(JOB, account="a&b#c{cores}", started_at=None)
    service = make(
        Scheduler(job, told=job),
        environment=HUB,
        new_session_url="{spawn}#account={account}&hours={hours}",
    )
    info = await service.session()
    assert info.new_session_url == "/hub/spawn#account=a%26b%23c%7Bcores%7D&hours="


class Gpus:
    def __init__(self):
        self.busy = [0.0]

    async def gpus(self):
        return [Gpu(name="H100", busy=b, memory=None, memory_total=None) for b in self.busy]


@pytest.fixture
def idle():
    gpus, ticks = Gpus(), Ticks()
    job = replace(JOB, gpus=1)
    quiet = replace(USAGE, memory_peak=None)
    service = make(Scheduler(job, told=job), quiet, gpus=gpus, ticks=ticks)

    async def look(seconds, *busy):
        ticks.now += seconds
        gpus.busy = list(busy)
        info = await service.session()
        return [message for message in info.messages if message.kind == "gpus"]

    return look


async def test_gpus_that_do_nothing_for_long_are_told(idle):
    for _ in range(60):
        assert await idle(15, 0.0, 0.03) == []
    (message,) = await idle(15, 0.0, 0.0)
    assert message.arguments == ["2", "15", "3"]
    assert message.level == "info"
    # one that works at last ends it
    assert await idle(15, 0.0, 0.5) == []
    assert await idle(15, 0.0, 0.0) == []


async def test_rare_looks_are_enough_and_a_gap_is_not(idle):
    for _ in range(3):
        assert await idle(300, 0.0) == []
    assert await idle(300, 0.0)
    # the page was hidden: who knows what the GPU did
    assert await idle(3600, 0.0) == []


async def test_gpus_that_tell_nothing_are_not_idle(idle):
    for _ in range(100):
        assert await idle(60, None) == []
    for _ in range(100):
        assert await idle(60) == []


async def test_a_site_that_wants_no_advice_gets_none():
    gpus, ticks = Gpus(), Ticks()
    job = replace(JOB, gpus=1)
    service = make(Scheduler(job, told=job), gpus=gpus, ticks=ticks, advice=False)
    for _ in range(100):
        ticks.now += 60
        assert kinds(await service.session()) == []
