"""What Slurm says of jobs, recorded, and its commands, replaced."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.errors import (
    ForbiddenError,
    NotFoundError,
    ToolMissingError,
    ToolRefusedError,
    ToolTimeoutError,
)
from jupyterlab_hpc.tools.slurm_jobs import SlurmJobs
from jupyterlab_hpc.tools.slurm_jobs_text import (
    FIELD,
    RECORD,
    SACCT_FIELDS,
    SQUEUE_FORMAT,
    STREAMS_FORMAT,
    Streams,
    count_tasks,
    parse_associations,
    parse_cpu_time,
    parse_duration,
    parse_gres,
    parse_sacct,
    parse_sinfo,
    parse_squeue,
    parse_streams,
    parse_submitted,
    parse_test_only,
    stream_path,
)
from jupyterlab_hpc.tools.slurm_text import parse_time

RECORDED = Path(__file__).parents[1] / "recordings" / "slurm-22.05.8"
GIB = 1 << 30
MIB = 1 << 20


def recorded(name):
    return (RECORDED / f"{name}.txt").read_text()


# --- squeue -----------------------------------------------------------------------------


def test_the_rows_of_squeue():
    jobs = {job.job_id: job for job in parse_squeue(recorded("squeue"))}
    assert list(jobs) == [
        "14_3", "14_2", "14_1", "18", "15", "19", "20_[3-19:2%1]", "22", "20_1", "21",
    ]  # fmt: skip
    gpu = jobs["21"]
    assert (gpu.name, gpu.state, gpu.partition) == ("gpu", "RUNNING", "interactive")
    assert (gpu.cores, gpu.memory, gpu.gpus, gpu.nodes) == (2, GIB, 1, 1)
    assert gpu.ends_at - gpu.starts_at == 300
    assert gpu.seconds_left == 300
    assert gpu.limit == 300
    assert (gpu.account, gpu.qos, gpu.reason) == ("", "", "")
    assert gpu.submitted_at == parse_time("2026-11-21T11:02:49")
    assert (gpu.array_id, gpu.task, gpu.tasks) == ("21", None, 1)
    failed = jobs["19"]
    assert (failed.state, failed.reason, failed.name) == ("FAILED", "NonZeroExitCode", "a b|c")


def test_a_name_of_two_lines_is_one_job():
    jobs = {job.job_id: job for job in parse_squeue(recorded("squeue"))}
    assert jobs["22"].name == "two\nlines"
    assert (jobs["22"].state, jobs["22"].reason) == ("PENDING", "JobHeldUser")
    assert jobs["22"].starts_at is None


def test_the_tasks_of_an_array():
    jobs = {job.job_id: job for job in parse_squeue(recorded("squeue"))}
    waiting, running = jobs["20_[3-19:2%1]"], jobs["20_1"]
    assert (waiting.array_id, waiting.task, waiting.tasks) == ("20", None, 9)
    assert (running.array_id, running.task, running.tasks) == ("20", 1, 1)


def test_where_jobs_write_is_where_slurm_wrote_it():
    streams = parse_streams(recorded("streams"))
    # as listed in the README of the recordings
    assert {job: said.output.removeprefix("/home/alice/") for job, said in streams.items()} == {
        "1": "slurm-1.out",
        "2": "a-2-na me-alice-n1.txt",
        "3_1": "arr-3_1-8.log",
        "3_2": "arr-3_2-3.log",
        "4_1": "slurm-4_1.out",
        "4_2": "slurm-4_2.out",
        "5": "sub dir/c%j.txt",
        "6": "%x-0-0-batch-6.txt",
        "7": "/dev/null",
        "10": "%x-%j.txt",
        "11": "n0.t0.sbatch.J11.b%b.txt",
        "12": "p0000000012-sbatch-12.txt",
        "13": "u%U-%q.txt",
        "14": "x00000.txt",
        "15": "back\\%j.txt",
        "16": "mid\\x%j.txt",
        "17_3": "b%b-003-17.txt",
    }
    assert {job: said.errors for job, said in streams.items() if said.errors} == {
        "2": "/home/alice/b-0002.err"
    }


@pytest.mark.parametrize(
    ("told", "folder", "path"),
    [
        ("out.txt", "/w", "/w/out.txt"),
        ("out.txt", "", ""),
        ("/w/%N.txt", "/w", ""),  # no node yet
        ("(null)", "/w", ""),
        ("", "/w", ""),
        ("/" + "x" * 1023, "/w", ""),  # cut
        ("/" + "x" * 1022 + " ", "/w", "/" + "x" * 1022),
        ("/w/50%", "/w", "/w/50%"),
        ("/w/%99999999999j", "/w", "/w/0000000007"),
    ],
)
def test_a_path_that_is_not_known_is_none(told, folder, path):
    assert stream_path(told, folder, {"j": "7", "N": ""}) == path


@given(st.text())
def test_no_answer_about_outputs_is_too_odd(text):
    assert isinstance(parse_streams(text), dict)
    said = FIELD.join(["7", "7", "n1", "u", text, "/w", text, text, RECORD])
    assert all(isinstance(told, Streams) for told in parse_streams(said).values())


@pytest.mark.parametrize(
    ("expression", "tasks"),
    [
        ("1-10", 10),
        ("1-10%3", 10),
        ("3-19:2", 9),
        ("1,5,7-9", 5),
        ("0-4:3", 2),
        ("1-3,5,...", 4),
        ("", 1),
        ("9-1", 1),
        ("0-99999999999999999999", 10_000_000),
    ],
)
def test_counting_tasks(expression, tasks):
    assert count_tasks(expression) == tasks


@given(st.text())
def test_no_text_breaks_the_parsers(text):
    parse_squeue(RECORD + text)
    parse_squeue(RECORD + text.replace("\n", FIELD))
    parse_sacct(text.replace(" ", "|"))
    parse_sinfo(text)
    parse_associations(text)
    parse_submitted(text)
    parse_test_only(text)
    parse_duration(text)
    parse_cpu_time(text)
    parse_gres(text)
    count_tasks(text)


@given(st.text(st.characters(exclude_characters=RECORD + "\0", exclude_categories=["Cs"])))
def test_any_name_of_a_job_is_kept(name):
    fields = SQUEUE_FORMAT.removeprefix(RECORD).split(FIELD)
    row = FIELD.join(["7", *["N/A"] * (len(fields) - 2), name])
    (job,) = parse_squeue(f"{RECORD}{row}\n")
    assert job.name == name


# --- the other tools ----------------------------------------------------------------------

# As Slurm 22.05.8 with slurmdbd tells a job, its steps, and a task that was cancelled.
AT = "2026-01-05T10:"
SACCT = "\n".join(
    "|".join(fields)
    for fields in [
        ["41", "COMPLETED", "0:0", f"{AT}00:00", f"{AT}00:10", f"{AT}10:10", "600", "00:19:12.250",
         "", "4", "4G", "1", "cpu", "chem", "normal",
         "billing=4,cpu=4,gres/gpu=1,mem=4G,node=1", "a|b"],
        ["41.batch", "COMPLETED", "0:0", f"{AT}00:10", f"{AT}00:10", f"{AT}10:10", "600",
         "00:19:12.250", "1048576K", "4", "", "1", "", "chem", "", "cpu=4,mem=4G,node=1", "batch"],
        ["41.extern", "COMPLETED", "0:0", f"{AT}00:10", f"{AT}00:10", f"{AT}10:10", "600",
         "00:00:00", "512", "4", "", "1", "", "chem", "", "cpu=4", "extern"],
        ["42_3", "CANCELLED by 1001", "0:15", f"{AT}00:00", f"{AT}00:10", f"{AT}00:20", "10",
         "00:00:00", "", "1", "1G", "1", "cpu", "chem", "normal", "cpu=1,mem=1G", "x"],
    ]
)  # fmt: skip


def test_sacct_tells_what_was_used():
    done, cancelled = parse_sacct(SACCT)
    assert (done.job_id, done.state, done.exit_code, done.name) == ("41", "COMPLETED", 0, "a|b")
    assert (done.elapsed, done.cpu_seconds, done.memory_peak) == (600, 1152.25, GIB)
    assert (done.cores, done.memory, done.gpus, done.nodes) == (4, 4 * GIB, 1, 1)
    assert (cancelled.job_id, cancelled.state, cancelled.signal) == ("42_3", "CANCELLED", 15)
    assert cancelled.memory_peak is None
    assert SACCT_FIELDS.count(",") == SACCT.splitlines()[1].count("|")


def test_sinfo_tells_what_nodes_have():
    (partition,) = parse_sinfo(recorded("sinfo"))
    assert (partition.name, partition.default, partition.up) == ("interactive", True, True)
    assert (partition.max_time, partition.default_time) == (8 * 3600, 3600)
    assert (partition.cores, partition.memory) == (8, 21694 * MIB)
    assert partition.gpus == {"h100": 2}


def test_nodes_that_differ_are_one_partition():
    text = (
        "big*|up|infinite|n/a|16|64000|(null)|3\n"
        "big*|up|infinite|n/a|64+|256000+|gpu:a100:4(S:0-1),gpu:2|2\n"
    )
    (partition,) = parse_sinfo(text)
    assert (partition.cores, partition.memory, partition.nodes) == (64, 256000 * MIB, 5)
    assert partition.gpus == {"a100": 4, "": 2}
    assert partition.max_time is None


def test_accounts():
    text = "chem|chem||normal,long\nchem|physics|gpu|normal\n|||\n"
    chem, physics = parse_associations(text)
    assert (chem.account, chem.default, chem.qos) == ("chem", True, ("normal", "long"))
    assert (physics.account, physics.default, physics.partition) == ("physics", False, "gpu")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2-12:00:00", 216000),
        ("12:00:00", 43200),
        ("30:00", 1800),
        ("1-00", 86400),
        ("2-3:04", 183840),
        ("15", 900),
        ("UNLIMITED", None),
        ("INVALID", None),
        ("", None),
    ],
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("01:02:03", 3723.0), ("02:03.5", 123.5), ("1-02:03:04", 93784.0), ("", None), ("7", None)],
)
def test_cpu_times(text, seconds):
    assert parse_cpu_time(text) == seconds


def test_what_sbatch_answers():
    assert parse_submitted("1556\n") == "1556"
    assert parse_submitted("sbatch: a site's word\n1556;graham\n") == "1556"
    assert parse_submitted("") == ""
    expected = parse_test_only(recorded("test-only"))
    assert expected.starts_at == parse_time("2026-11-21T12:02:50")
    assert expected.nodes == "localhost"
    assert parse_test_only("allocation failure: Invalid account") is None


# --- the commands -------------------------------------------------------------------------


@pytest.fixture
def slurm(fake_tool, tmp_path):
    """Make a Slurm of shell scripts, given as the lines of each."""

    def make(variables=None, **tools):
        for name, script in tools.items():
            fake_tool(name, script)
        environment = {
            "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
            "HOME": str(tmp_path),
            **(variables or {}),
        }
        programs = {name: str(tmp_path / "bin" / name) for name in tools}
        return SlurmJobs(environment=environment, timeout=30, **programs)

    return make


async def test_one_question_for_all_own_jobs(slurm, tmp_path):
    tool = slurm(squeue=f'echo "$@" >> {tmp_path}/asked; cat {RECORDED}/squeue.txt')
    assert len(await tool.own_jobs()) == 10
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith("--me --states=all --noheader --format=")
    assert asked.count("--me") == 1


async def test_one_question_where_jobs_write(slurm, tmp_path):
    tool = slurm(squeue=f'echo "$@" > {tmp_path}/args; cat {RECORDED}/streams.txt')
    assert (await tool.streams(["1", "17"]))["1"].output == "/home/alice/slurm-1.out"
    arguments = (tmp_path / "args").read_text()
    assert "--me" in arguments
    assert "--jobs=1,17 " in arguments
    assert f"--Format={STREAMS_FORMAT}" in arguments
    with pytest.raises(NotFoundError):
        await tool.streams(["1;ls"])


async def test_a_job_is_submitted_with_nothing_of_the_session(slurm, tmp_path):
    tool = slurm(
        {"JUPYTERHUB_API_TOKEN": "secret", "SLURM_MEM_PER_NODE": "1024", "SBATCH_EXPORT": "NONE",
         "LANG": "fr_CA.UTF-8", "SLURM_CONF": "/etc/slurm.conf", "PYTHONHOME": "/x"},
        sbatch=f"env > {tmp_path}/env; cat > {tmp_path}/script; echo '42;graham'",
    )  # fmt: skip
    assert await tool.submit("#!/bin/bash\né\n", ["--chdir=/a b"]) == "42"
    assert (tmp_path / "script").read_text() == "#!/bin/bash\né\n"
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names - {"PWD", "SHLVL", "_"} == {"HOME", "LANG", "PATH", "SLURM_CONF"}


REFUSED = sorted(path.stem for path in RECORDED.glob("refused-*.txt"))


@pytest.mark.parametrize("name", REFUSED)
async def test_a_refusal_has_slurms_own_words(slurm, name):
    tool = slurm(sbatch=f"cat {RECORDED}/{name}.txt >&2; exit 1")
    with pytest.raises(ToolRefusedError) as refused:
        await tool.submit("#!/bin/sh\n")
    assert refused.value.detail == recorded(name).strip()
    with pytest.raises(ToolRefusedError):
        await tool.check("#!/bin/sh\n")


async def test_a_controller_that_is_down_is_told(slurm):
    words = "Batch job submission failed: Unable to contact slurm controller (connect failure)"
    tool = slurm(sbatch=f"echo 'sbatch: error: {words}' >&2; exit 1")
    with pytest.raises(ToolTimeoutError) as refused:
        await tool.submit("#!/bin/sh\n")
    assert words in refused.value.detail


async def test_the_check_tells_when_it_would_start(slurm, tmp_path):
    tool = slurm(sbatch=f'echo "$@" > {tmp_path}/asked; cat {RECORDED}/test-only.txt >&2')
    assert (await tool.check("#!/bin/sh\n", ["--x"])).nodes == "localhost"
    assert (tmp_path / "asked").read_text().split() == ["--test-only", "--x"]


async def test_a_job_of_somebody_else_is_refused(slurm):
    line = recorded("failed").replace("UserId=jobsa(1003)", "UserId=other(64321)").replace("'", "")
    tool = slurm(
        scontrol=f"cat <<'END'\n{line}END",
        scancel="echo 'scancel: error: Kill job error on job id 7: Access/permission denied' >&2\n"
        "exit 210",
    )
    with pytest.raises(ForbiddenError):
        await tool.look("19")
    with pytest.raises(ForbiddenError):
        await tool.cancel_job("7")


async def test_an_own_job_is_looked_at(slurm):
    line = recorded("failed").replace("jobsa(1003)", f"me({os.getuid()})")
    tool = slurm(scontrol=f"cat <<'END'\n{line}END")
    job, code, signal, output = await tool.look("19")
    assert (job.state, code, signal) == ("FAILED", 3, 0)
    assert output == "/home/jobsa/slurm-19.out"


async def test_unknown_jobs(slurm):
    tool = slurm(
        scontrol=f"cat {RECORDED}/show-unknown.txt >&2; exit 1", scancel="echo never; exit 1"
    )
    with pytest.raises(NotFoundError):
        await tool.look("999999")
    for no_id in ("", "--me", "7 8", "all", "7;8", "7\n"):
        with pytest.raises(NotFoundError):
            await tool.cancel_job(no_id)


async def test_without_accounting_there_are_no_accounts(slurm):
    tool = slurm(
        sacct="echo 'Slurm accounting storage is disabled' >&2; exit 1",
        sacctmgr="echo 'You are not running a supported accounting_storage plugin' >&2; exit 1",
    )
    assert await tool.accounts() == []
    assert await tool.ended(["7"], 0.0) == []
    bare = slurm()
    bare.sacct, bare.sacctmgr = "/nowhere/sacct", "/nowhere/sacctmgr"
    assert await bare.accounts() == []
    assert await bare.ended(["7"], 0.0) == []


async def test_the_accounting_is_asked_from_the_day_of_submission(slurm, tmp_path):
    (tmp_path / "said").write_text(SACCT)
    tool = slurm(sacct=f'echo "$@" > {tmp_path}/asked; cat {tmp_path}/said')
    assert len(await tool.ended(["41", "42"], 1767607200.0)) == 2
    asked = (tmp_path / "asked").read_text()
    assert "--starttime=2026-01-05T09:00:00" in asked
    assert "--jobs=41,42" in asked


async def test_without_slurm(slurm):
    tool = SlurmJobs(environment={"PATH": "/nowhere"}, sbatch="sbatch-x", squeue="/nowhere/squeue")
    assert not tool.present()
    with pytest.raises(ToolMissingError):
        await tool.own_jobs()
    with pytest.raises(ToolMissingError):
        await tool.submit("#!/bin/sh\n")
