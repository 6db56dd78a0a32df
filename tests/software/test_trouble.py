"""Where the module system is missing, broken or empty, the panel gets a sentence and a cure."""

import asyncio

import pytest

from jupyterlab_hpc.tools import lmod

GONE = {"LMOD_CMD": None, "LMOD_PKG": None, "MODULESHOME": None}


@pytest.fixture
def changed_variables():
    """What one test changes in the demo's session; override by parametrizing."""
    return {}


@pytest.fixture
def session_variables(demo_session, changed_variables):
    return {**demo_session, **changed_variables}


@pytest.fixture
def nowhere(monkeypatch):
    monkeypatch.setattr(lmod, "USUAL_PLACES", ())


async def system(rest):
    """Return the answer once nothing is being read any more."""
    while True:
        answer = await rest("software/system")
        assert answer.code == 200
        if answer.body["index"] in ("complete", "failed"):
            return answer.body
        await asyncio.sleep(0.02)


def assert_told(body, kind, reason):
    assert (body["kind"], body["reason"]) == (kind, reason)
    assert body["message"].endswith(".")
    assert body["cure"].endswith(".")


def assert_told_nothing(body):
    assert (body["reason"], body["message"], body["cure"]) == ("", "", "")


async def assert_nothing_fails(rest):
    assert (await rest("software/loaded")).code == 200
    assert (await rest("software/modules")).code == 200
    assert (await rest("software/module", full_name="gcc")).code == 404


@pytest.mark.parametrize("changed_variables", [{**GONE, "LOADEDMODULES": None}])
async def test_no_module_system(nowhere, rest):
    assert_told(await system(rest), "none", "module-command-missing")
    await assert_nothing_fails(rest)
    answer = await rest("software/loaded", method="PATCH", body={"load": ["gcc"]})
    assert (answer.code, answer.body["reason"]) == (503, "tool-missing")
    assert (await rest("software/modules")).body["total"] == 0


@pytest.mark.parametrize("changed_variables", [{**GONE, "MODULES_CMD": "/usr/lib/modulecmd.tcl"}])
async def test_another_module_system(nowhere, rest):
    body = await system(rest)
    assert_told(body, "none", "module-system-unknown")
    assert body["detail"] == "/usr/lib/modulecmd.tcl"


@pytest.mark.parametrize(
    "script",
    ["exit 1", "echo nonsense; echo nonsense >&2", "echo '{\"configT\": []}' >&2", "kill -9 $$"],
)
class TestABrokenLmod:
    @pytest.fixture
    def hpc_config(self, fake_tool, script):
        return {"Lmod": {"command": str(fake_tool("lmod", script))}}

    async def test_says_so(self, rest):
        body = await system(rest)
        assert_told(body, "none", "module-command-fails")
        assert "lmod" in body["detail"]
        await assert_nothing_fails(rest)
        answer = await rest("software/loaded", method="PATCH", body={"load": ["gcc"]})
        assert (answer.code, answer.body["reason"]) == (422, "tool-refused")
        assert answer.body["message"] == "Lmod ended without an answer. Nothing was changed."

    async def test_is_noticed_when_it_is_mended(self, rest, app):
        assert_told(await system(rest), "none", "module-command-fails")
        app.software.tool.command = ""
        while (await rest("software/system")).body["index"] != "complete":
            await asyncio.sleep(0.02)
        assert_told_nothing(await system(rest))
        assert (await rest("software/modules", query="cmake")).body["total"] == 1


@pytest.mark.parametrize("hpc_config", [{"Lmod": {"command": "/nowhere/lmod"}}])
async def test_an_lmod_that_is_not_there(rest):
    body = await system(rest)
    assert_told(body, "none", "module-command-fails")
    assert "/nowhere/lmod" in body["detail"]
    await assert_nothing_fails(rest)
    answer = await rest("software/loaded", method="PATCH", body={"load": ["gcc"]})
    assert (answer.code, answer.body["reason"]) == (503, "tool-missing")


@pytest.mark.parametrize("hpc_config", [{"Lmod": {"timeout": 0.5}}])
async def test_an_lmod_that_hangs(rest, app, fake_tool):
    await system(rest)
    app.software.tool.command = str(fake_tool("lmod", "sleep 60"))
    answer = await rest("software/loaded", method="PATCH", body={"load": ["cmake"]})
    assert (answer.code, answer.body["reason"]) == (504, "tool-timeout")
    app.software.tool.command = ""
    app.software.tool.timeout = 60
    assert (await rest("software/loaded", method="PATCH", body={"load": ["cmake"]})).code == 200


@pytest.mark.parametrize(
    ("changed_variables", "reason"),
    [
        ({"MODULEPATH": ""}, "modulepath-empty"),
        ({"MODULEPATH": None}, "modulepath-empty"),
        ({"MODULEPATH": "/nowhere/a:/nowhere/b"}, "modulepath-missing"),
    ],
)
async def test_no_module_tree(rest, reason):
    assert_told(await system(rest), "lmod", reason)
    await assert_nothing_fails(rest)


class TestAnEmptyModuleTree:
    @pytest.fixture
    def changed_variables(self, tmp_path):
        (tmp_path / "empty").mkdir()
        return {"MODULEPATH": str(tmp_path / "empty"), "LOADEDMODULES": None}

    async def test_says_so(self, rest):
        assert_told(await system(rest), "lmod", "no-modulefile")
        await assert_nothing_fails(rest)
