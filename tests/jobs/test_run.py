"""The program that runs a notebook in a job, as a job runs it, with a real kernel."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.jobs import run as runner

RUN = Path(runner.__file__)
PATIENCE = 300  # seconds


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return answer


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Run a notebook of the given cells; answers exit code, output, result and progress."""
    monkeypatch.setenv("SLURM_JOB_ID", "42")
    (tmp_path / "to").mkdir()
    (tmp_path / "told").mkdir()

    def start(*cells, options=(), kernel="python3", name="a b"):
        notebook = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": kernel, "language": "python", "display_name": "P"}},
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        )
        source = tmp_path / f"{name}.ipynb"
        nbformat.write(notebook, source)
        return subprocess.Popen(
            [
                *(sys.executable, "-E", str(RUN), f"--to={tmp_path / 'to'}"),
                *(f"--progress={tmp_path / 'told'}", *options, "--", source.name),
            ],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def whole(*cells, **options):
        process = start(*cells, **options)
        said, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, said

    whole.start = start
    whole.result = lambda name="a b-42.ipynb": nbformat.read(tmp_path / "to" / name, as_version=4)
    whole.progress = lambda: json.loads((tmp_path / "told" / "progress-42.json").read_text())
    return whole


def test_cells_are_run_where_the_notebook_is(job, tmp_path):
    code, said = job("import os\nprint(os.getcwd())", "", "print('é')\n6 * 7")
    assert code == 0, said
    assert str(tmp_path) in said
    assert "[job] Cell 2 of 2" in said
    assert "42" in said
    assert job.result().cells[2].outputs[1].data["text/plain"] == "42"
    assert job.result().metadata.jupyterlab_hpc.job.id == "42"
    told = job.progress()
    assert (told["state"], told["done"], told["total"]) == ("completed", 2, 2)
    assert told["used"]["cpu_seconds"] > 0
    assert told["used"]["memory_peak"] > 1 << 20
    # the notebook itself is as it was
    source = nbformat.read(tmp_path / "a b.ipynb", as_version=4)
    assert all(not cell.outputs for cell in source.cells)


def test_no_other_user_hears_the_kernel(job, tmp_path, monkeypatch):
    usual = Path(tempfile.mkdtemp(dir="/tmp"))
    too_long = tmp_path / ("d" * 100)  # for the address of a socket
    too_long.mkdir()
    for folder in (usual, too_long):
        monkeypatch.setenv("TMPDIR", str(folder))
        code, said = job(
            "import json, os, stat",
            "from ipykernel.connect import get_connection_file",
            "about = json.load(open(get_connection_file()))",
            "place, _, name = about['ip'].rpartition('/')",
            "mode = os.stat(place).st_mode & 0o777",
            "print('found', about['transport'], oct(mode), place)",
            "stat.S_ISSOCK(os.stat(f\"{place}/{name}-{about['iopub_port']}\").st_mode)",
        )
        assert code == 0, said
        found = re.search(r"^found ipc 0o700 (/\S*)$", said, re.MULTILINE)
        assert found, said
        assert job.result().cells[-1].outputs[0].data["text/plain"] == "True"
        place = Path(found[1])
        assert (place.parent == usual) == (folder == usual)
        assert not place.exists()
        assert "without encryption" not in said
    usual.rmdir()


def test_without_a_place_for_sockets_there_are_ports(monkeypatch, tmp_path):
    def refuse(*_):
        raise OSError("Operation not supported")

    monkeypatch.setattr(runner.socket.socket, "bind", refuse)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert runner.sockets_folder() is None
    assert list(tmp_path.iterdir()) == []
    manager = runner.Kernels(kernel_name="python3")
    assert (manager.transport, manager.connection_file) == ("tcp", "")


def test_a_failing_cell_ends_it_and_is_told(job):
    code, said = job("1", "raise ValueError('no')", "print('never')")
    assert code == 1
    assert "ValueError: no" in said
    assert "never" not in said
    assert "\x1b" not in said
    told = job.progress()
    assert (told["state"], told["error"], told["cell"], told["done"]) == ("failed", "cell", 2, 1)
    assert told["words"] == "ValueError: no"
    assert job.result().cells[1].outputs[0].output_type == "error"


def test_an_earlier_result_is_never_overwritten(job, tmp_path):
    (tmp_path / "to" / "a b-42.ipynb").write_text("mine")
    assert job("1")[0] == 0
    assert (tmp_path / "to" / "a b-42.ipynb").read_text() == "mine"
    assert job.result("a b-42-2.ipynb").cells[0].outputs


def test_parameters_stand_where_papermill_puts_them(job):
    parameters = json.dumps({"n": 5, "word": "a'b", "flags": [True, None]})
    code, said = job("print(n, word, flags)", options=[f"--parameters={parameters}"])
    assert code == 0, said
    assert "5 a'b [True, None]" in said
    assert "Cell 1 of 1" in said
    assert job.result().cells[0].metadata.tags == ["injected-parameters"]


def test_what_was_done_is_kept_when_slurm_ends_the_job(job):
    process = job.start("print('first')", "import time; time.sleep(600)")
    try:
        until(lambda: "Cell 2" in process.stdout.readline(), "cell 2")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 143
    assert job.result().cells[0].outputs[0].text == "first\n"
    assert job.progress()["state"] == "stopped"


def test_the_progress_of_quick_cells_is_told_in_the_end(job, tmp_path):
    process = job.start("1", "2", "import time; time.sleep(600)")
    try:
        told = tmp_path / "told" / "progress-42.json"
        until(told.exists, "the progress")
        until(lambda: job.progress()["done"] == 2, "two cells")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def test_a_kernel_that_dies_and_one_that_is_not_there(job):
    code, _ = job("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert code == 4
    assert job.progress()["error"] == "kernel-died"
    code, said = job("1", kernel="nosuch")
    assert code == 3
    assert "There is no kernel nosuch" in said


def test_a_python_of_a_virtual_environment(job, tmp_path):
    python = tmp_path / "venv-python"
    python.write_text(f'#!/bin/sh\nexport OTHER=yes\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    code, said = job("import os; print(os.environ['OTHER'])", options=[f"--python={python}"])
    assert code == 0, said
    assert "yes" in said


def test_no_notebook_and_no_room(job, tmp_path):
    (tmp_path / "bad.ipynb").write_text("no")
    done = subprocess.run(
        [sys.executable, "-E", str(RUN), f"--to={tmp_path}", str(tmp_path / "bad.ipynb")],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 66
    code, said = job("1", options=["--to=/proc/nowhere"])
    assert code == 73
    assert "cannot be written" in said


def test_a_full_output_does_not_hide_the_exit_code(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-E", str(RUN), f"--to={tmp_path}", str(tmp_path / "none.ipynb")],
            stdout=full,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    assert done.returncode == 66


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.floats(allow_nan=False))


@given(st.one_of(VALUES, st.lists(VALUES)))
def test_python_reads_what_is_written(value):
    said = {}
    text = runner.assignments({"x": value}, "python")
    if "inf" not in repr(value):
        exec(text, said)
        assert said["x"] == value


def test_other_languages():
    values = {"a": 'q"$x', "b": True, "c": None, "d": [1, False]}
    assert runner.assignments(values, "R").splitlines()[1:] == [
        'a <- "q\\"$x"',
        "b <- TRUE",
        "c <- NULL",
        "d <- list(1, FALSE)",
    ]
    assert runner.assignments(values, "julia").splitlines()[1:] == [
        'a = "q\\"\\$x"',
        "b = true",
        "c = nothing",
        "d = [1, false]",
    ]
    with pytest.raises(ValueError, match="cannot be given"):
        runner.assignments({"a": 1}, "c++")
    with pytest.raises(ValueError, match="no name"):
        runner.assignments({"a; import os": 1}, "python")


def test_the_name_of_a_task():
    assert runner.job_name({"SLURM_JOB_ID": "9"}) == "9"
    tasks = {"SLURM_JOB_ID": "9", "SLURM_ARRAY_JOB_ID": "7", "SLURM_ARRAY_TASK_ID": "3"}
    assert runner.job_name(tasks) == "7_3"
    assert runner.job_name({}) == str(os.getpid())
