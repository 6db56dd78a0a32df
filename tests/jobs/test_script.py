"""The batch script, run by a real bash with whatever a path can have in it."""

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jupyterlab_hpc.errors import BadRequestError
from jupyterlab_hpc.jobs.models import Resources
from jupyterlab_hpc.jobs.script import (
    Loading,
    Plan,
    batch_script,
    log_pattern,
    safe_name,
    slurm_time,
)

GIB = 1 << 30
# What a file's name can be on a disk whose names are UTF-8.
NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40
).filter(lambda name: name not in {".", ".."} and len(name.encode()) < 120)
ODD = "a b'c\"d\\e$(touch x)`y`\n%j é;&|*?#!~"


def plan(source="/home/a/x.ipynb", **changes):
    usual = {
        "source": source,
        "folder": str(Path(source).parent),
        "resources": Resources(),
        "loading": None,
        "interpreter": "/opt/python",
        "runner": "/opt/run.py",
        "records": "/state",
    }
    return Plan(**{**usual, **changes})


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def run(script, **variables):
    done = subprocess.run(
        ["bash", "-s"],
        check=False,
        input=script.encode(),
        env={"PATH": os.defpath, "SLURM_JOB_ID": "7", "LANG": "C.UTF-8", **variables},
        capture_output=True,
        timeout=60,
    )
    # Not as text, which would take a carriage return for the end of a line.
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A folder, and a program that writes what it is called with to its output."""
    folder = tmp_path_factory.mktemp("room")
    tool = folder / "tool"
    tool.write_text('#!/bin/bash\npwd -P | tr "\\n" "/"; printf "\\0%s" "$@"\n')
    tool.chmod(0o755)
    return folder


SLOW = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@SLOW
@given(folder=NAMES, name=NAMES, words=st.dictionaries(st.just("n"), NAMES, max_size=1))
@example(folder=ODD, name=ODD, words={"n": ODD})
@example(folder="-rf", name="-e", words={})
def test_a_notebook_of_any_name_is_handed_over_as_it_is(room, folder, name, words):
    place = room / folder
    place.mkdir(exist_ok=True)
    tool = str(room / "tool")
    source = str(place / f"{name}.ipynb")
    script, _ = batch_script(
        plan(source, parameters=words, interpreter=tool, runner=tool, records=str(room))
    )
    done = run(script)
    assert (done.returncode, done.stderr) == (0, "")
    where, *said = done.stdout.split("\0")
    assert where == str(place.resolve()).replace("\n", "/") + "/"
    assert said[:2] == ["-E", tool]
    expected = [f"--to={place}", f"--progress={room}"]
    if words:
        expected.append("--parameters=" + json.dumps(words, ensure_ascii=False))
    assert said[2:] == [*expected, "--", f"{name}.ipynb"]


@SLOW
@given(folder=NAMES, name=NAMES, arguments=st.lists(NAMES, max_size=3))
@example(folder=ODD, name=ODD, arguments=[ODD, "-x", "--"])
@example(folder="x", name="-x", arguments=[])
@example(folder="x", name="+x", arguments=[])
def test_a_script_of_any_name_gets_its_arguments(room, folder, name, arguments):
    place = room / folder
    place.mkdir(exist_ok=True)
    file = place / f"{name}.sh"
    file.write_text('printf "%s\\0" "$@"')
    script, _ = batch_script(plan(str(file), arguments=arguments))
    done = run(script)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\0")[: len(arguments)] == arguments


@given(folder=NAMES)
@example(folder=ODD)
def test_no_name_adds_a_line_to_the_options(folder):
    script, options = batch_script(plan(f"/home/{folder}/x.sh"))
    head = script.partition("\n\n")[0].split("\n")
    assert all(line.startswith("#") for line in head)
    names = [line.removeprefix("#SBATCH --").partition("=")[0] for line in head[1:]]
    names += [option.removeprefix("--").partition("=")[0] for option in options]
    assert sorted(names) == ["chdir", "job-name", "output"]


@given(name=NAMES)
def test_the_names_that_slurm_fills_in_are_plain(name):
    safe = safe_name(f"/a/{name}.ipynb")
    assert safe
    assert not set(safe) & set("%/\\ '\"\n$")


def test_all_that_can_be_asked_for():
    resources = Resources(
        account="def-a",
        partition="gpu",
        time=90_000,
        cores=4,
        memory=3 * GIB + 1,
        gpus=2,
        gpu_type="h100",
        array="1-10%2",
    )
    script, options = batch_script(
        plan(
            resources=resources,
            email="a@b.ca",
            options=["--constraint=skylake"],
            loading=Loading(names=["gcc/12.3", "R/4.3"], folders=["/m 1", "/m2"], init="/i/bash"),
            virtual_environment="/home/a/my env",
        )
    )
    assert options == []
    for line in (
        "#SBATCH --job-name=x",
        "#SBATCH --account=def-a",
        "#SBATCH --partition=gpu",
        "#SBATCH --time=1-01:00:00",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=3073M",
        "#SBATCH --gres=gpu:h100:2",
        "#SBATCH --array=1-10%2",
        "#SBATCH --mail-user=a@b.ca",
        "#SBATCH --mail-type=END,FAIL",
        "#SBATCH --output=x-%A_%a.log",
        "#SBATCH --constraint=skylake",
        "    . /i/bash",
        "module --force purge",
        "module use /m2\nmodule use '/m 1'\nmodule load gcc/12.3 R/4.3 || exit",
        ". '/home/a/my env/bin/activate' || exit",
    ):
        assert f"\n{line}\n" in script
    assert script.startswith("#!/bin/bash -l\n")


@pytest.mark.parametrize(
    ("resources", "email"),
    [
        (Resources(account="a b"), ""),
        (Resources(account="a\n#SBATCH --x"), ""),
        (Resources(partition="-p"), ""),
        (Resources(gpus=1, gpu_type="h100,x"), ""),
        (Resources(array="1-"), ""),
        (Resources(array="1-2\n"), ""),
        (Resources(time=0), ""),
        (Resources(cores=-1), ""),
        (Resources(memory=0), ""),
        (Resources(gpus=-1), ""),
        (Resources(), "a@b\n#SBATCH --x"),
        (Resources(), "nobody"),
    ],
)
def test_what_is_no_option_is_refused(resources, email):
    with pytest.raises(BadRequestError):
        batch_script(plan(resources=resources, email=email))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(60, "00:01:00"), (61, "00:02:00"), (3600, "01:00:00"), (90_060, "1-01:01:00")],
)
def test_times(seconds, text):
    assert slurm_time(seconds) == text


def test_a_module_that_does_not_load_ends_the_job(room):
    script, _ = batch_script(
        plan(str(room / "x.sh"), loading=Loading(names=["gone/1"], folders=[]))
    )
    (room / "x.sh").write_text("echo never")
    fake = 'module() { [ "$1" != load ]; }\n'
    done = run(fake + script)
    assert (done.returncode, done.stdout) == (1, "")


def test_where_the_runner_is_not_there_nbconvert_is(room, fake_tool, tmp_path):
    fake_tool("jupyter", 'printf "%s\\n" "$@"')
    source = str(room / "a 'b.ipynb")
    path = f"{tmp_path / 'bin'}:{os.defpath}"
    script, _ = batch_script(plan(source))
    done = run(script, PATH=path)
    assert "progress cannot be told" in done.stderr
    assert done.stdout.splitlines() == [
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        f"--output-dir={room}",
        "--output=a 'b-7",
        "--",
        "a 'b.ipynb",
    ]
    task = run(script, PATH=path, SLURM_ARRAY_JOB_ID="7", SLURM_ARRAY_TASK_ID="3")
    assert "--output=a 'b-7_3" in task.stdout.splitlines()
    with_parameters, _ = batch_script(plan(source, parameters={"n": 1}))
    assert run(with_parameters, PATH=path).returncode == 69


def test_only_known_languages_are_converted():
    with pytest.raises(BadRequestError):
        batch_script(plan(method="convert", language="c++"))
    script, _ = batch_script(plan(method="convert", language="R"))
    assert 'exec Rscript "$1"' in script


def test_the_output_of_an_array_has_its_task():
    assert log_pattern(plan("/a/b c.ipynb")) == "b_c-%j.log"
    assert log_pattern(plan("/a/b.ipynb", resources=Resources(array="1-2"))) == "b-%A_%a.log"
