"""Slurm's answers, recorded, and its commands, replaced."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.errors import (
    NotFoundError,
    ToolMissingError,
    ToolRefusedError,
    ToolTimeoutError,
)
from jupyterlab_hpc.tools.slurm import Slurm
from jupyterlab_hpc.tools.slurm_text import count_gpus, parse_job, parse_size, parse_time

RECORDED = Path(__file__).parents[1] / "recordings" / "slurm-22.05.8"
GIB = 1 << 30


def recorded(name):
    return (RECORDED / f"{name}.txt").read_text()


def test_a_running_job():
    job = parse_job(recorded("running"))
    assert job.job_id == "1"
    assert job.name == "jupyterlab"
    assert job.state == "RUNNING"
    assert job.node == "localhost"
    assert job.partition == "interactive"
    assert job.account == "rrg-demo"
    assert job.qos == ""
    assert (job.cores, job.memory, job.gpus, job.nodes) == (2, round(1.5 * GIB), 1, 1)
    assert job.ends_at - job.started_at == 1800


def test_a_job_without_a_limit_has_no_end():
    job = parse_job(recorded("unlimited"))
    assert job.started_at is not None
    assert job.ends_at is None


def test_names_and_comments_cannot_pretend():
    job = parse_job(recorded("named"))
    assert job.name == "a b EndTime=x"
    assert job.state == "PENDING"
    assert job.reason == "JobHeldUser"
    assert (job.cores, job.memory, job.gpus) == (1, 100 << 20, 0)
    assert (job.started_at, job.ends_at) == (None, None)


# What Slurm 23.02 and later print in place of TRES=, from its source.
NEWER = (
    "JobId=7 JobName=lab UserId=u(1) GroupId=g(1) JobState=RUNNING Reason=None "
    "TimeLimit=1-00:00:00 StartTime=2026-03-01T00:00:00 EndTime=2026-03-02T00:00:00 "
    "NumNodes=2 NumCPUs=8 ReqTRES=cpu=4,mem=8G,node=2,billing=4,gres/gpu=2 "
    "AllocTRES=cpu=8,mem=16G,node=2,billing=8,gres/gpu=2,gres/gpu:h100=2 "
    "TresPerNode=gres/gpu:h100:1"
)


def test_newer_slurm_tells_what_was_given():
    job = parse_job(NEWER)
    assert (job.cores, job.memory, job.gpus, job.nodes) == (8, 16 * GIB, 2, 2)
    assert job.ends_at == parse_time("2026-03-02T00:00:00")
    # a job that waits has been given nothing yet
    waits = NEWER.replace(
        "AllocTRES=cpu=8,mem=16G,node=2,billing=8,gres/gpu=2,gres/gpu:h100=2", "AllocTRES=(null)"
    )
    assert parse_job(waits).memory == 8 * GIB


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("gres:gpu:h100:2", 2),
        ("gres:gpu:2", 2),
        ("gres/gpu=4", 4),
        ("cpu=8,mem=1G,gres/gpu=3,gres/gpu:h100=3", 3),
        ("cpu=8,gres/gpu:h100=1,gres/gpu:a100=2", 3),
        ("gpu:a100:1,gpu:h100:2", 3),
        ("gres:gpu", 1),
        ("gres:gpu:h100", 1),
        ("gpu:h100:2(IDX:0-1)", 2),
        ("N/A", 0),
        ("", 0),
        ("gres/gpumem=40G,cpu=1", 0),
    ],
)
def test_gpus_are_counted(text, number):
    assert count_gpus(text) == number


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1.50G", round(1.5 * GIB)),
        ("1536M", round(1.5 * GIB)),
        ("1536", round(1.5 * GIB)),
        ("2T", 2048 * GIB),
        ("512K", 512 << 10),
        ("", None),
        ("1.2.3", None),
        ("lots", None),
    ],
)
def test_sizes(text, size):
    assert parse_size(text) == size


@given(st.text())
def test_no_text_breaks_the_parser(text):
    assert parse_job(text) is None or text.lstrip().startswith("JobId=")


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=80))
def test_no_name_changes_the_rest(name):
    line = recorded("running").replace("JobName=jupyterlab", f"JobName={name}")
    if name.isprintable() and " UserId=" not in name:
        assert parse_job(line) == _named(name)


def _named(name):
    job = parse_job(recorded("running"))
    return type(job)(**{**job.__dict__, "name": name})


INSIDE = {
    "PATH": "/usr/bin:/bin",
    "SLURM_JOB_ID": "42",
    "SLURM_CONF": "/etc/slurm/slurm.conf",
    "SLURM_CLUSTERS": "other",
    "SLURM_TIME_FORMAT": "relative",
    "SLURM_CPUS_ON_NODE": "4",
    "SLURM_MEM_PER_CPU": "512",
    "SLURM_GPUS_ON_NODE": "2",
    "SLURM_JOB_PARTITION": "interactive",
    "SLURM_JOB_NODELIST": "n1",
    "JUPYTERHUB_API_TOKEN": "secret",
}


def test_the_jobs_variables_tell_what_they_can():
    job = Slurm(environment=INSIDE).told()
    assert (job.job_id, job.node, job.partition) == ("42", "n1", "interactive")
    assert (job.cores, job.memory, job.gpus) == (4, 2 * GIB, 2)
    assert job.ends_at is None
    timed = INSIDE | {"SLURM_JOB_START_TIME": "1000", "SLURM_JOB_END_TIME": "4600"}
    assert Slurm(environment=timed).told().ends_at == 4600
    for_ever = timed | {"SLURM_JOB_END_TIME": str(1000 + 365 * 24 * 3600)}
    assert Slurm(environment=for_ever).told().ends_at is None
    assert Slurm(environment={}).told() is None


async def test_slurm_is_asked_for_this_job_alone_in_a_clean_environment(fake_tool, tmp_path):
    seen = tmp_path / "seen"
    answer = tmp_path / "answer"
    answer.write_text(recorded("running").replace("JobId=1 ", "JobId=42 "))
    tool = fake_tool("scontrol", f'echo "$@" > {seen}; env >> {seen}; cat {answer}')
    job = await Slurm(environment=INSIDE, scontrol=str(tool)).job()
    assert job.job_id == "42"
    arguments, *variables = seen.read_text().splitlines()
    assert arguments == "show job -o 42"
    said = dict(line.split("=", 1) for line in variables)
    assert said["SLURM_CONF"] == INSIDE["SLURM_CONF"]
    assert (said["TZ"], said["SLURM_TIME_FORMAT"]) == ("UTC", "standard")
    assert not {"SLURM_CLUSTERS", "SLURM_JOB_ID", "JUPYTERHUB_API_TOKEN"} & set(said)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1", NotFoundError),
        ("echo 'Unable to contact slurm controller' >&2; exit 1", ToolRefusedError),
        ("echo nonsense", ToolRefusedError),
        ("exec sleep 60", ToolTimeoutError),
    ],
)
async def test_what_slurm_refuses(fake_tool, script, error):
    slurm = Slurm(environment=INSIDE, scontrol=str(fake_tool("scontrol", script)), timeout=0.5)
    with pytest.raises(error):
        await slurm.job()


async def test_no_slurm_at_all():
    with pytest.raises(ToolMissingError):
        await Slurm(environment=INSIDE, scontrol="/nowhere/scontrol").job()


async def test_cancelling(fake_tool, tmp_path):
    seen = tmp_path / "seen"
    tool = fake_tool("scancel", f'echo "$@" > {seen}')
    await Slurm(environment=INSIDE, scancel=str(tool)).cancel()
    assert seen.read_text() == "42\n"
    tool = fake_tool("denied", "echo 'Access/permission denied' >&2; exit 210")
    with pytest.raises(ToolRefusedError) as refused:
        await Slurm(environment=INSIDE, scancel=str(tool)).cancel()
    assert refused.value.detail == "Access/permission denied"
    assert json.dumps(refused.value.arguments) == '["42"]'
