"""Where the module system is missing, broken or empty, the panel gets a sentence and a cure."""

import asyncio
from pathlib import Path

import pytest

from jupyterlab_hpc.tools import envmod, lmod

GONE = {"LMOD_CMD": None, "LMOD_PKG": None, "MODULESHOME": None, "MODULES_CMD": None}


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
    monkeypatch.setattr(envmod, "USUAL_PLACES", ())


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


@pytest.mark.parametrize("hpc_config", [{"HPCApp": {"module_system": "none"}}])
async def test_modules_that_the_site_has_switched_off(rest):
    assert_told(await system(rest), "none", "module-system-off")
    await assert_nothing_fails(rest)


@pytest.mark.parametrize("changed_variables", [{**GONE, "MODULES_CMD": "/nowhere/modulecmd.tcl"}])
async def test_environment_modules_that_do_not_work(nowhere, rest):
    body = await system(rest)
    assert_told(body, "none", "module-command-fails")
    assert "/nowhere/modulecmd.tcl" in body["detail"]
    assert "Environment Modules" in body["message"]
    await assert_nothing_fails(rest)


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


class TestACountedSpider:
    """The spider is dear: it runs when there is something new to learn, and not again."""

    @pytest.fixture
    def script(self):
        return 'exec "$REAL_SPIDER" "$@"'

    @pytest.fixture
    def changed_variables(self, tmp_path, demo_session):
        (tmp_path / "modulefiles").mkdir()
        return {
            "MODULEPATH": f"{tmp_path / 'modulefiles'}:{demo_session['MODULEPATH']}",
            "REAL_SPIDER": str(Path(demo_session["LMOD_CMD"]).with_name("spider")),
            "SPIDER_RUNS": str(tmp_path / "runs"),
        }

    @pytest.fixture
    def hpc_config(self, fake_tool, demo_session, script):
        fake_tool("spider", f'echo run >> "$SPIDER_RUNS"\n{script}')
        return {
            "Lmod": {"command": str(fake_tool("lmod", f'exec {demo_session["LMOD_CMD"]} "$@"'))}
        }

    def runs(self, tmp_path):
        return (tmp_path / "runs").read_text().count("run")

    async def test_runs_once_while_the_tree_is_the_same(self, rest, tmp_path):
        assert_told_nothing(await system(rest))
        for name in ("gcc/12.3", "openmpi/4.1.5", "scipy-stack"):
            answer = await rest("software/loaded", method="PATCH", body={"load": [name]})
            assert answer.code == 200
            await system(rest)
        assert self.runs(tmp_path) == 1

    @pytest.mark.parametrize("script", ["exit 1", "sleep 60", "echo nonsense", "echo '[]'"])
    async def test_that_fails_is_told_and_not_tried_again(self, rest, app, tmp_path):
        app.software.tool.spider_timeout = 1
        assert_told(await system(rest), "lmod", "tree-not-read")
        for _ in range(5):
            assert_told(await system(rest), "lmod", "tree-not-read")
        found = (await rest("software/modules", query="cmake")).body
        assert (found["total"], found["complete"]) == (1, False)
        assert self.runs(tmp_path) == 1


async def test_what_is_needed_is_what_would_be_loaded(rest):
    await system(rest)
    await rest("software/loaded", method="PATCH", body={"load": ["gcc/13.3"]})
    (found,) = (await rest("software/modules", query="hdf5-mpi")).body["modules"]
    (version,) = found["versions"]
    answer = await rest(
        "software/loaded", method="PATCH", body={"load": ["hdf5-mpi"], "preview": True}
    )
    assert version["needs"] == answer.body["way"] == ["openmpi/5.0.3"]
