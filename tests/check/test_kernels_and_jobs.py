"""`jupyter hpc check` on kernels and batch jobs: each finding is provoked by its real cause."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_hpc.kernels.specs import Made, write
from jupyterlab_hpc.kernels.startscript import Program
from jupyterlab_hpc.tools.recipe import Recipe

from .conftest import everything_below

RECORDED = Path(__file__).parents[1] / "recordings" / "slurm-22.05.8"
NO_MODULES = Recipe(kind="none")
LAUNCHER = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


# Kernels --------------------------------------------------------------------------


@pytest.fixture
def make_kernel(home):
    """Write a kernel of the user's as the kernels room does; the answer is its folder."""

    def make(name, program, recipe=NO_MODULES, language="python", venv=""):
        folder = home / ".local/share/jupyter/kernels" / name
        folder.mkdir(parents=True)
        write(
            Made(
                name=name,
                folder=folder,
                display_name=f"My {name}",
                language=language,
                recipe=recipe,
                program=Program(argv=[str(program), *LAUNCHER], venv=str(venv)),
                made_at="2026-11-21T08:00:00+00:00",
                made_by="alice",
            )
        )
        return folder

    return make


@pytest.fixture
def empty_venv(tmp_path):
    """A virtual environment with nothing in it."""
    folder = tmp_path / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


def demo_recipe(demo, *names):
    """What leads to modules of the demo tree, whose modulefiles are where Lmod found them."""
    return Recipe(
        kind="lmod",
        init=f"{demo['MODULESHOME']}/init/bash",
        folders=demo["MODULEPATH"].split(":"),
        load=list(names),
        modules=dict.fromkeys(names, ""),
    )


def test_made_kernels_that_work_and_that_do_not(hpc_check, demo, home, make_kernel, empty_venv):
    broken = home / "broken-python"
    broken.write_text("#!/bin/sh\necho 'libffi.so.8: cannot open' >&2; exit 127\n")
    broken.chmod(0o755)
    make_kernel("well", sys.executable, demo_recipe(demo, "gcc/12.3"))
    make_kernel("bash", "/bin/bash", language="bash")
    make_kernel("gone", sys.executable, demo_recipe(demo, "gcc/1.0"))
    make_kernel("no-program", "/nowhere/bin/python")
    make_kernel("edited", sys.executable).joinpath("start.sh").write_text("exit 1\n")
    make_kernel("no-script", sys.executable).joinpath("start.sh").unlink()
    make_kernel("empty", empty_venv / "bin/python", venv=empty_venv)
    make_kernel("dead", broken)
    # Its modulefile is there, and the module cannot be loaded.
    lost = Recipe(
        kind="lmod",
        init=f"{demo['MODULESHOME']}/init/bash",
        folders=["/nowhere"],
        load=["gcc/12.3"],
        modules={"gcc/12.3": str(Path(__file__))},
    )
    make_kernel("unloadable", sys.executable, lost)
    before = everything_below(home / ".local")
    told = hpc_check(env=demo, only="kernels.made")
    states = told.states()
    assert states.pop("kernels.made:well") == states.pop("kernels.made:bash") == "ok"
    assert set(states.values()) == {"broken"} and len(states) == 7
    assert told.code == 1
    found = {name.partition(":")[2]: finding for name, finding in told.by_id.items()}
    assert "ipykernel" in found["well"].found.text
    assert found["well"].title.text == "My well"
    # what may take its place
    assert "gcc/1.0" in found["gone"].found.text and "gcc/12.3" in found["gone"].detail
    assert "/nowhere/bin/python" in found["no-program"].found.text
    assert found["edited"].found.text == found["no-script"].found.text
    assert "pip install ipykernel" in found["empty"].cure.text
    assert "cannot open" in found["dead"].detail
    assert "cannot be loaded" in found["unloadable"].found.text
    assert all(finding.cure.text for finding in found.values() if finding.state == "broken")
    assert everything_below(home / ".local") == before


def test_who_made_no_kernel(hpc_check):
    assert hpc_check(only="kernels.made").states() == {"kernels.made": "note"}


def test_a_session_in_which_no_python_runs(hpc_check, tmp_path):
    told = hpc_check(only="kernels.ipykernel")
    assert told.states() == {"kernels.ipykernel": "ok"}
    # as a module of another Python sets it
    told = hpc_check(only="kernels.ipykernel", env={"PYTHONHOME": "/nowhere"})
    finding = told.by_id["kernels.ipykernel"]
    assert finding.state == "broken" and "PYTHONHOME" in finding.cure.text and finding.detail
    (tmp_path / "ipykernel.py").write_text("raise ImportError\n")
    told = hpc_check(only="kernels.ipykernel", env={"PYTHONPATH": str(tmp_path)})
    finding = told.by_id["kernels.ipykernel"]
    assert finding.state == "broken" and "pip install ipykernel" in finding.cure.text


def test_a_folder_in_which_no_kernel_can_be_made(hpc_check):
    assert hpc_check(only="kernels.folder").states() == {"kernels.folder": "ok"}
    told = hpc_check(only="kernels.folder", env={"JUPYTER_DATA_DIR": "/proc/nowhere"})
    assert told.states() == {"kernels.folder": "warning"}


# Batch jobs -----------------------------------------------------------------------


@pytest.fixture
def slurm(fake_tool, tmp_path):
    """Make Slurm's programs; the answer is the session's variables.

    `sbatch` is what it does with a job; `asked` in `tmp_path` has the words of each call.
    """

    def make(*, version="slurm 22.05.8", sbatch="exit 0", sinfo="", accounts="", without=()):
        note = f'echo "$0 $*" >> {tmp_path}/asked; [ "$1" = --version ] && echo {version} && exit'
        does = {
            "sbatch": sbatch,
            "squeue": "exit 0",
            "sinfo": sinfo or f"cat {RECORDED}/sinfo.txt",
            # the words of a cluster without accounting
            "sacctmgr": f"echo '{accounts}'"
            if accounts
            else "echo 'You are not running a supported accounting_storage plugin' >&2; exit 1",
        }
        for name, script in does.items():
            if name not in without:
                folder = fake_tool(name, f"{note}\n{script}").parent
        # Programs of the shell, and no other Slurm.
        (tmp_path / "shell").mkdir(exist_ok=True)
        for name in ("cat", "sh"):
            link = tmp_path / "shell" / name
            link.unlink(missing_ok=True)
            link.symlink_to(f"/bin/{name}")
        return {"PATH": f"{folder}:{tmp_path}/shell"}

    return make


def test_jobs_where_all_is_well(hpc_check, slurm, tmp_path):
    env = slurm(accounts="def-alice|def-alice||normal")
    told = hpc_check(env=env, only="jobs")
    states = told.states()
    assert states.pop("jobs.trial") == "skipped"
    assert set(states.values()) == {"ok"}, told.stdout
    assert "def-alice" in told.by_id["jobs.accounts"].detail
    assert "22.05.8" in told.by_id["jobs.programs"].detail
    assert "nbclient" in told.by_id["jobs.runner"].detail
    # It was not asked what it would do with a job.
    assert "--test-only" not in (tmp_path / "asked").read_text()


def test_slurm_that_is_old_or_not_whole(hpc_check, slurm):
    told = hpc_check(env=slurm(version="slurm 19.05.1"), only="jobs.programs")
    finding = told.by_id["jobs.programs"]
    assert finding.state == "warning" and "20.11" in finding.found.text
    told = hpc_check(env=slurm(), only="jobs.programs", config='c.SlurmJobs.squeue = "mysq"')
    finding = told.by_id["jobs.programs"]
    assert finding.state == "broken" and "mysq" in finding.found.text
    told = hpc_check(env=slurm(), only="jobs.programs", config='c.SlurmJobs.sinfo = "mysinfo"')
    assert told.states() == {"jobs.programs": "warning"}


def test_programs_of_slurm_without_a_configuration(hpc_check, fake_tool):
    for name in ("sbatch", "squeue", "sinfo"):
        tool = fake_tool(name, "echo 'fatal: Could not establish a configuration' >&2; exit 1")
    told = hpc_check(env={"PATH": str(tool.parent)}, only="jobs.programs")
    finding = told.by_id["jobs.programs"]
    assert finding.state == "warning" and "establish" in finding.detail


def test_no_account_and_no_partition(hpc_check, slurm):
    assert hpc_check(env=slurm(), only="jobs.accounts").states() == {"jobs.accounts": "note"}
    told = hpc_check(env=slurm(sinfo=":"), only="jobs.accounts")
    assert told.states() == {"jobs.accounts": "broken"}
    down = slurm(sinfo="echo 'Unable to contact slurm controller' >&2; exit 1")
    told = hpc_check(env=down, only="jobs.accounts")
    finding = told.by_id["jobs.accounts"]
    assert finding.state == "warning" and "Unable to contact" in finding.detail


def test_records_that_cannot_be_kept(hpc_check, slurm):
    env = {**slurm(), "XDG_STATE_HOME": "/proc/nowhere"}
    assert hpc_check(env=env, only="jobs.folder").states() == {"jobs.folder": "warning"}


def test_a_python_that_runs_no_notebook(hpc_check, empty_venv):
    def finding(config):
        return hpc_check(only="jobs.runner", config=config).by_id["jobs.runner"]

    poor = finding(f'c.JobsService.interpreter = "{empty_venv}/bin/python"')
    assert poor.state == "warning" and "nbformat" in poor.detail
    gone = finding('c.JobsService.interpreter = "/nowhere/python"')
    assert gone.state == "warning" and gone.cure.text
    assert finding('c.JobsService.runner = "/nowhere/run.py"').state == "warning"


def test_slurm_is_asked_about_a_job_where_somebody_wants_to_know(hpc_check, slurm, tmp_path):
    env = slurm(
        sbatch=f"cat > {tmp_path}/script; cat {RECORDED}/test-only.txt >&2",
        accounts="def-alice|def-alice||normal",
    )
    config = 'c.JobsService.options = ["--constraint=skylake"]'
    for words, only in ((["--test-job"], "jobs"), ([], "jobs.trial")):
        (tmp_path / "asked").unlink(missing_ok=True)
        told = hpc_check(*words, env=env, only=only, config=config)
        assert told.states()["jobs.trial"] == "ok", told.stdout
        asked = (tmp_path / "asked").read_text().splitlines()
        (trial,) = [line for line in asked if "--test-only" in line]
        assert "--time=1" in trial and "--account=def-alice" in trial
        assert "#SBATCH --constraint=skylake" in (tmp_path / "script").read_text()


def test_a_job_that_slurm_would_not_take(hpc_check, slurm):
    env = slurm(sbatch=f"cat > /dev/null; cat {RECORDED}/refused-partition.txt >&2; exit 1")
    told = hpc_check("--test-job", env=env, only="jobs")
    finding = told.by_id["jobs.trial"]
    assert told.code == 1 and finding.state == "broken"
    assert "partition" in finding.detail and "--test-only" in finding.cure.text


def test_jobs_that_the_site_does_not_want(hpc_check):
    told = hpc_check(only="jobs", config="c.JobsService.enabled = False")
    assert set(told.states().values()) == {"skipped"}


def test_the_json_of_the_new_groups_is_as_of_all(hpc_check):
    said = json.loads(hpc_check(only="kernels.folder,jobs.folder").stdout)
    assert said["schema"] == 1
    assert [group["id"] for group in said["groups"]] == ["kernels", "jobs"]
    assert Path(said["findings"][0]["found"]["arguments"][0]).is_absolute()
