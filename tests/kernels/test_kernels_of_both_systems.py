"""A kernel's modules on Lmod and on Environment Modules, with a bash of their own."""

import json

import pytest


@pytest.fixture(params=["lmod", "envmod"])
def system(request):
    return request.param


@pytest.fixture
def session_variables(system, request, tree_session):
    variable = {"lmod": "LMOD_CMD", "envmod": "MODULES_CMD"}[system]
    return tree_session(variable, request.getfixturevalue(f"{system}_command"))


CODE = """
import json, os
names = ("LOADEDMODULES", "TOOL", "COMPILER", "SLURM_JOB_ID")
print(json.dumps([os.environ.get(name) for name in names]))
"""


async def test_a_kernel_has_its_modules_and_no_others(rest, app, bare, in_kernel, nbconvert):
    body = {"load": ["compiler/13.2", "tool", "quoting"]}
    assert (await rest("software/loaded", method="PATCH", body=body)).code == 200
    body = {"name": "mine", "display_name": "Mine"}
    answer = await rest("kernels", method="POST", body=body)
    assert answer.code == 200, answer.body
    names = ["compiler/13.2", "tool/1.0", "quoting/1.0"]
    assert answer.body["trial"]["modules"] == names
    seen = [":".join(names), "1", "thirteen", None]
    assert json.loads(nbconvert("mine", CODE)) == seen

    body = {"load": ["compiler/12.3"], "unload": ["compiler/13.2", "tool"], "confirmed": True}
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code == 200, answer.body
    session = {**app.environment.values, **bare, "SLURM_JOB_ID": "17"}
    assert json.loads(in_kernel("mine", CODE, session)) == [*seen[:3], "17"]


async def test_a_collection(rest):
    await rest("software/loaded", method="PATCH", body={"load": ["tool"]})
    await rest("software/collections", method="PUT", body={"name": "work"})
    await rest("software/loaded", method="PATCH", body={"unload": ["tool"], "confirmed": True})
    body = {"name": "mine", "display_name": "M", "modules": "collection", "collection": "work"}
    answer = await rest("kernels", method="POST", body=body)
    assert answer.code == 200, answer.body
    assert answer.body["trial"]["modules"] == ["tool/1.0"]


@pytest.mark.parametrize("system", ["lmod"], indirect=True)
@pytest.mark.parametrize("hpc_config", [{"HPCApp": {"module_system": "none"}}])
async def test_where_there_are_no_modules(rest, bare, in_kernel):
    body = {"name": "mine", "display_name": "M"}
    answer = await rest("kernels", method="POST", body=body)
    assert answer.code == 200, answer.body
    assert answer.body["kernel"]["modules"] == []
    code = "import os; print(os.environ.get('TOOL'), os.environ.get('PYTHONPATH'))"
    others = {**bare, "PYTHONPATH": "/nowhere", "TOOL": "2"}
    assert in_kernel("mine", code, others) == "2 None"
    lock = (await rest("kernels/lock", method="POST", body={"kernel": "mine"})).body["text"]
    assert "# module system: none\n" in lock
