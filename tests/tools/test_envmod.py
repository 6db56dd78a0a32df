"""The real Environment Modules behind the face of every module system."""

import pytest

from jupyterlab_hpc.errors import BadRequestError, NotFoundError, ToolRefusedError
from jupyterlab_hpc.tools.choose import module_tool
from jupyterlab_hpc.tools.envmod import EnvironmentModules
from jupyterlab_hpc.tools.lmod import Lmod
from jupyterlab_hpc.tools.nomodules import NoModules


@pytest.fixture
def session(envmod_command, tree_session, tmp_path):
    """The variables of a session; its tree has modules of its own beside the shared ones."""
    own = tmp_path / "own"
    for name, text in {
        "keep/1.0": "module-tag sticky keep\nsetenv KEEP 1",
        "user/1.0": "prereq helper\nsetenv USER_MODULE 1",
        "helper/1.0": "setenv HELPER 1",
        "flat": "setenv FLAT 1",
        "libs/1.0": "prepend-path LD_LIBRARY_PATH /nowhere/lib\nsetenv LD_PRELOAD /nowhere/x.so",
        "soft/1.0": "setenv SOFT 1",
        "opens/1.0": f"module use {tmp_path}/more",
        "shut/1.0": "setenv SHUT 1",
        ".modulerc": "module-hide --soft soft",
    }.items():
        file = own / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#%Module\n{text}\n")
    (tmp_path / "more").mkdir()
    variables = tree_session("MODULES_CMD", envmod_command)
    variables["MODULEPATH"] = f"{own}:{variables['MODULEPATH']}"
    return {name: value for name, value in variables.items() if value is not None}


@pytest.fixture
def tool():
    return EnvironmentModules()


def after(session, answer):
    merged = {**session, **answer.environment}
    return {name: value for name, value in merged.items() if value is not None}


async def load(tool, session, *names):
    return after(session, await tool.change(session, load=names, unload=()))


def names(tool, session):
    return [m.full_name for m in tool.loaded(session)]


async def test_one_process_unloads_and_loads(tool, session, tmp_path, fake_tool):
    session = await load(tool, session, "rival")
    log = tmp_path / "log"
    path = fake_tool("count", f'echo "$@" >>{log}; exec {session["MODULES_CMD"]} "$@"')
    counted = {**session, "MODULES_CMD": str(path)}
    answer = await tool.change(counted, load=["compiler"], unload=["rival"])
    assert log.read_text() == "python ml -rival/1.0 compiler\n"
    assert names(tool, after(session, answer)) == ["compiler/12.3"]


async def test_a_name_like_an_option_is_unloaded_apart_and_all_or_nothing(tool, session):
    session = await load(tool, session, "flat")
    answer = await tool.change(session, load=["helper"], unload=["flat"])
    assert names(tool, after(session, answer)) == ["helper/1.0"]
    assert answer.environment["FLAT"] is None
    with pytest.raises(ToolRefusedError):
        await tool.change(session, load=["broken"], unload=["flat"])


async def test_what_is_loaded_for_another_is_told_and_goes_with_it(tool, session):
    session = await load(tool, session, "user")
    assert [(m.full_name, m.requested) for m in tool.loaded(session)] == [
        ("helper/1.0", False),
        ("user/1.0", True),
    ]
    answer = await tool.change(session, load=(), unload=["user/1.0"])
    assert names(tool, after(session, answer)) == []


async def test_loading_twice_changes_nothing(tool, session):
    session = await load(tool, session, "helper")
    answer = await tool.change(session, load=["helper"], unload=())
    assert answer.environment == {}


async def test_sticky_ones_survive_a_purge_and_refuse_to_be_unloaded(tool, session):
    session = await load(tool, session, "keep", "user")
    assert [m.sticky for m in tool.loaded(session)] == [True, False, False]
    answer = await tool.purge(session)
    assert names(tool, after(session, answer)) == ["keep/1.0"]
    assert answer.warned
    with pytest.raises(ToolRefusedError, match="keep") as refused:
        await tool.change(session, load=(), unload=["keep"])
    assert "sticky" in refused.value.detail


async def test_libraries_of_modules_do_not_reach_the_tool_and_are_not_lost(tool, session):
    session = await load(tool, session, "libs")
    assert session["LD_LIBRARY_PATH"] == "/nowhere/lib"
    session = {**session, "LD_LIBRARY_PATH": "/other:/nowhere/lib"}
    session = after(session, await tool.change(session, load=["helper"], unload=()))
    assert session["LD_LIBRARY_PATH"] == "/other:/nowhere/lib"
    session = after(session, await tool.change(session, load=(), unload=["libs"]))
    assert session["LD_LIBRARY_PATH"] == "/other"
    assert "LD_PRELOAD" not in session
    assert not [name for name in session if "QUAR" in name]


async def test_the_spider_tells_hidden_ones_and_summaries(tool, session):
    files = {file.full_name: file for file in await tool.spider(session)}
    assert files["soft/1.0"].hidden and files["secret/.1.0"].hidden
    assert not files["tool/1.0"].hidden
    assert files["tool/1.0"].description == "Sorts spectral lines"
    assert files["quoting/1.0"].description == 'It says "hello",\nand so on'
    assert files["flat"].short_name == "flat"
    assert files["broken/1.0"].description == ""
    quick = {file.full_name for file in await tool.available(session)}
    assert quick == {name for name, file in files.items() if not file.hidden}


async def test_module_paths(tool, session, tmp_path):
    folders = [str(tmp_path / "a b"), str(tmp_path / "c")]
    changed = after(session, await tool.use(session, folders))
    assert changed["MODULEPATH"] == ":".join([*folders, session["MODULEPATH"]])
    back = after(changed, await tool.unuse(changed, folders))
    assert back["MODULEPATH"] == session["MODULEPATH"]
    # as a profile may have written them
    changed["MODULEPATH"] = f"{folders[0]}//:{folders[1]}/:{session['MODULEPATH']}"
    back = after(changed, await tool.unuse(changed, folders))
    assert back["MODULEPATH"] == session["MODULEPATH"]
    for folder in ("relative", "--append", ""):
        with pytest.raises(BadRequestError):
            await tool.use(session, [folder])


async def test_collections_are_kept_listed_restored_and_removed(tool, session, tmp_path):
    assert await tool.collections(session) == []
    session = await load(tool, session, "compiler", "tool")
    await tool.save_collection(session, "my work")
    await tool.save_collection(session, "alpha")
    assert await tool.collections(session) == ["alpha", "my work"]
    assert await tool.describe_collection(session, "my work") == ["compiler/12.3", "tool/1.0"]
    purged = after(session, await tool.purge(session))
    assert names(tool, purged) == []
    restored = after(purged, await tool.restore_collection(purged, "my work"))
    assert names(tool, restored) == ["compiler/12.3", "tool/1.0"]
    await tool.delete_collection(session, "my work")
    assert await tool.collections(session) == ["alpha"]
    for ask in (tool.restore_collection, tool.describe_collection, tool.delete_collection):
        with pytest.raises(ToolRefusedError):
            await ask(session, "my work")


async def test_collections_of_a_target_are_renamed_apart(tool, session):
    session = await load(tool, session, "tool")
    await tool.save_collection(session, "everywhere")
    here = {**session, "MODULES_COLLECTION_TARGET": "cluster1"}
    await tool.save_collection(here, "mine")
    await tool.rename_collection(here, "mine", "everywhere")
    assert await tool.collections(here) == ["everywhere"]
    with pytest.raises(NotFoundError):
        await tool.rename_collection(here, "mine", "other")
    with pytest.raises(ToolRefusedError):
        await tool.rename_collection(here, "everywhere", "__init__")
    assert await tool.describe_collection(session, "everywhere") == ["tool/1.0"]


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "", ".", "..", "-f", "a/b", "~x", "a\nb"])
async def test_collections_stay_in_their_folder(tool, session, tmp_path, name):
    await tool.save_collection(session, "mine")
    before = sorted(tmp_path.rglob("*"))
    for ask in (
        tool.save_collection,
        tool.restore_collection,
        tool.describe_collection,
        tool.delete_collection,
    ):
        with pytest.raises(BadRequestError):
            await ask(session, name)
    for names in (("mine", name), (name, "mine")):
        with pytest.raises(BadRequestError):
            await tool.rename_collection(session, *names)
    assert sorted(tmp_path.rglob("*")) == before


async def test_a_reset_without_a_record_of_the_start_is_refused(tool, session):
    session = await load(tool, session, "helper")
    with pytest.raises(ToolRefusedError):
        await tool.reset(session)


async def test_a_reset_leads_back_to_the_start(tool, session):
    start = session["MODULEPATH"].split(":")
    record = ":".join(["module use --append " + folder for folder in start] + ["module load keep"])
    session = {**await load(tool, session, "keep", "helper"), "__MODULES_LMINIT": record}
    session = after(session, await tool.reset(session))
    assert names(tool, session) == ["keep/1.0"]
    assert session["MODULEPATH"].split(":") == start


async def test_the_probe(tool, session, fake_tool):
    probe = await tool.probe(session)
    assert (probe.kind, probe.reason) == ("envmod", "")
    assert probe.version.split(".")[0] >= "5"
    for broken in ("exit 1", "echo nonsense >&2", "kill -9 $$"):
        path = str(fake_tool("modulecmd.tcl", broken))
        probe = await tool.probe({**session, "MODULES_CMD": path})
        assert (probe.kind, probe.reason) == ("none", "module-command-fails")
    probe = await tool.probe({**session, "MODULEPATH": ""})
    assert (probe.kind, probe.reason) == ("envmod", "modulepath-empty")
    probe = await tool.probe({**session, "MODULEPATH": "/nowhere"})
    assert (probe.kind, probe.reason) == ("envmod", "modulepath-missing")


async def test_a_tool_that_dies_changes_nothing(tool, session, fake_tool):
    path = str(fake_tool("modulecmd.tcl", "echo \"os.environ['A'] = 'b'\"; kill -9 $$"))
    with pytest.raises(ToolRefusedError, match="without an answer"):
        await tool.change({**session, "MODULES_CMD": path}, load=["tool"], unload=())


@pytest.mark.parametrize(
    ("system", "variables", "kind"),
    [
        ("auto", {"LMOD_CMD": "/l"}, Lmod),
        ("auto", {"MODULES_CMD": "/m"}, EnvironmentModules),
        ("auto", {"LMOD_CMD": "/l", "MODULES_CMD": "/m"}, Lmod),
        ("envmod", {"LMOD_CMD": "/l"}, EnvironmentModules),
        ("lmod", {"MODULES_CMD": "/m"}, Lmod),
        ("none", {"LMOD_CMD": "/l", "MODULES_CMD": "/m"}, NoModules),
    ],
)
def test_which_system_is_taken(system, variables, kind):
    assert type(module_tool(system, variables)) is kind
