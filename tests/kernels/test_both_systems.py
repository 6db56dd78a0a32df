"""A kernel's modules on Lmod and on Environment Modules, with a bash of their own."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture(params=["lmod", "envmod"])
def system(request):
    return request.param


@pytest.fixture
def session_variables(system, request, tree_session):
    variable = {"lmod": "LMOD_CMD", "envmod": "MODULES_CMD"}[system]
    return tree_session(variable, request.getfixturevalue(f"{system}_command"))


@pytest.fixture
def jp_data_dir(jp_home_dir):
    folder = jp_home_dir / ".local" / "share" / "jupyter"
    folder.mkdir(parents=True)
    return folder


CODE = """
import json, os
print("SEEN", json.dumps({k: os.environ.get(k) for k in
    ("LOADEDMODULES", "TOOL", "COMPILER", "SLURM_JOB_ID")}))
"""


def execute(folder, home, **more):
    """Execute a notebook with the kernel `mine` by nbconvert where nothing else is set."""
    path = folder / "a b.ipynb"
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
            "source": CODE, "id": "one"}  # fmt: skip
    about = {"kernelspec": {"name": "mine", "display_name": "x", "language": "python"}}
    path.write_text(
        json.dumps({"cells": [cell], "metadata": about, "nbformat": 4, "nbformat_minor": 5})
    )
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook", "--stdout",
         "--ExecutePreprocessor.startup_timeout=300", str(path)],
        env={"HOME": str(home), "PATH": os.defpath, **more},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (cell,) = json.loads(done.stdout)["cells"]
    said = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    return json.loads(said.partition("SEEN ")[2])


async def test_a_kernel_has_its_modules_and_no_others(rest, app, jp_home_dir, tmp_path):
    body = {"load": ["compiler/13.2", "tool", "quoting"]}
    assert (await rest("software/loaded", method="PATCH", body=body)).code == 200
    body = {"name": "mine", "display_name": "Mine"}
    answer = await rest("kernels", method="POST", body=body)
    assert answer.code == 200, answer.body
    names = ["compiler/13.2", "tool/1.0", "quoting/1.0"]
    assert answer.body["trial"]["modules"] == names
    seen = execute(tmp_path, jp_home_dir)
    assert seen["LOADEDMODULES"].split(":") == names
    assert (seen["TOOL"], seen["COMPILER"]) == ("1", "thirteen")

    body = {"load": ["compiler/12.3"], "unload": ["compiler/13.2", "tool"], "confirmed": True}
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code == 200, answer.body
    session = {**app.environment.values, "SLURM_JOB_ID": "17"}
    session.pop("HOME")
    seen = execute(tmp_path, jp_home_dir, **session)
    assert seen["LOADEDMODULES"].split(":") == names
    assert (seen["COMPILER"], seen["SLURM_JOB_ID"]) == ("thirteen", "17")


async def test_a_collection(rest):
    await rest("software/loaded", method="PATCH", body={"load": ["tool"]})
    await rest("software/collections", method="PUT", body={"name": "work"})
    await rest("software/loaded", method="PATCH", body={"unload": ["tool"], "confirmed": True})
    body = {"name": "mine", "display_name": "M", "modules": "collection", "collection": "work"}
    answer = await rest("kernels", method="POST", body=body)
    assert answer.code == 200, answer.body
    assert answer.body["trial"]["modules"] == ["tool/1.0"]


@pytest.mark.parametrize("hpc_config", [{"HPCApp": {"module_system": "none"}}])
async def test_where_there_are_no_modules(rest, jp_home_dir, tmp_path):
    body = {"name": "mine", "display_name": "M"}
    answer = await rest("kernels", method="POST", body=body)
    assert answer.code == 200, answer.body
    assert answer.body["kernel"]["modules"] == []
    seen = execute(tmp_path, jp_home_dir, PYTHONPATH="/nowhere", TOOL="2")
    assert seen["TOOL"] == "2"
    lock = (await rest("kernels/lock", method="POST", body={"kernel": "mine"})).body["text"]
    assert "# module system: none\n" in lock
