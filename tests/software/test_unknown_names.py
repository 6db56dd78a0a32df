"""A name that no module bears is refused at once; one that Lmod knows never is."""

import asyncio
from pathlib import Path

import pytest

PACKAGES, VERSIONS = 300, 10


@pytest.fixture
def tree(tmp_path):
    """3,000 modulefiles, names that only Lmod knows, and what only another module opens."""
    root = tmp_path / "tree"
    for number in range(PACKAGES):
        folder = root / "Core" / f"package{number}"
        folder.mkdir(parents=True)
        for version in range(VERSIONS):
            (folder / f"{version}.1.lua").touch()
    gcc = root / "Core" / "gcc"
    gcc.mkdir()
    inner = root / "Compiler" / "fftw"
    inner.mkdir(parents=True)
    for version in ("12.3", "13.2"):
        (gcc / f"{version}.lua").write_text(f'prepend_path("MODULEPATH", "{inner.parent}")\n')
    (gcc / ".modulerc").write_text("#%Module\nmodule-version gcc/12.3 default older\n")
    (gcc / ".9.1.lua").touch()
    (inner / "3.3.lua").touch()
    (root / "rc").write_text(
        "#%Module\nmodule-alias compiler gcc/13.2\nmodule-version gcc/13.2 latest\n"
    )
    return root


@pytest.fixture
def calls(tmp_path):
    """Return what Lmod was asked for, one command a line."""
    told = tmp_path / "calls"
    return lambda: told.read_text().splitlines()


@pytest.fixture
def session_variables(demo_session, tree):
    bookkeeping = ("_ModuleTable", "LOADEDMODULES", "_LMFILES_", "LMOD_SYSTEM", "LMOD_FAMILY")
    kept = {k: None if k.startswith(bookkeeping) else v for k, v in demo_session.items()}
    return {**kept, "MODULEPATH": str(tree / "Core"), "LMOD_MODULERCFILE": str(tree / "rc")}


@pytest.fixture
def spider(demo_session):
    """What reading the tree does; override by parametrizing."""
    return f'exec {Path(demo_session["LMOD_CMD"]).with_name("spider")} "$@"'


@pytest.fixture
def hpc_config(fake_tool, tmp_path, demo_session, spider):
    real = Path(demo_session["LMOD_CMD"])
    script = f'[ "$1" = python ] && echo "$@" >>{tmp_path / "calls"}\nexec {real} "$@"'
    fake_tool("spider", spider)
    return {"Lmod": {"command": str(fake_tool("lmod", script))}}


async def change(rest, *names, **more):
    return await rest("software/loaded", method="PATCH", body={"load": names, **more})


async def complete(rest):
    while (await rest("software/system")).body["index"] != "complete":
        await asyncio.sleep(0.02)


async def test_is_refused_without_a_search_of_the_tree(rest, calls):
    await complete(rest)
    for name, near in (
        ("no-such-module", ""),
        ("package7/99", "package7"),
        ("pakcage7", "package7"),
        ("fftw/9", "fftw"),
        ("compiler/1", ""),
    ):
        for preview in (True, False):
            answer = await change(rest, "gcc", name, preview=preview)
            assert (answer.code, answer.body["reason"]) == (404, "not-found"), name
            assert answer.body["arguments"][0] == name
            assert near in answer.body["arguments"][1]
    assert not [call for call in calls() if call.startswith("python load")]
    assert (await rest("software/loaded")).body["revision"] == 0


async def test_what_lmod_knows_is_never_refused(rest, tree):
    await complete(rest)
    (tree / "Core" / "package3" / "new.lua").touch()
    (tree / "Core" / "brand-new").mkdir()
    (tree / "Core" / "brand-new" / "1.0.lua").touch()
    (tree / "Core" / "gcc" / ".8.0.lua").touch()
    for name, meant in {
        "gcc/latest": "gcc/13.2",
        "gcc/older": "gcc/12.3",
        "gcc/default": "gcc/12.3",
        "gcc/": "gcc/12.3",
        "gcc/13": "gcc/13.2",
        "gcc": "gcc/12.3",
        "gcc/.9.1": "gcc/.9.1",
        "gcc/.8.0": "gcc/.8.0",
        "compiler": "gcc/13.2",
        "package3/new": "package3/new",
        "package4/7": "package4/7.1",
        "brand-new": "brand-new/1.0",
        "brand-new/1.0": "brand-new/1.0",
        "fftw": "fftw/3.3",
        "fftw/3.3": "fftw/3.3",
    }.items():
        answer = await change(rest, name, preview=True)
        assert answer.code == 200, (name, answer.body)
        assert meant in answer.body["loaded"], name


async def test_what_other_modules_hide_is_loaded_before_all_is_known(rest, app):
    assert app.software.catalog.state != "complete"
    answer = await change(rest, "fftw/3.3")
    assert answer.code == 200, answer.body
    assert answer.body["way"][0].startswith("gcc/")
    assert app.software.catalog.state == "complete"


@pytest.mark.parametrize("spider", ["exec sleep 600"])
async def test_what_is_loadable_does_not_wait_for_that(rest, app):
    assert (await change(rest, "package3/3.1")).code == 200
    assert app.software.catalog.state != "complete"


@pytest.mark.parametrize("spider", ["exec sleep 600"])
@pytest.mark.parametrize("name", ["fftw/3.3", "no-such-module"])
async def test_the_wait_has_an_end(rest, app, name):
    app.software.tool.timeout = 5
    answer = await change(rest, name)
    assert (answer.code, answer.body["reason"]) in ((422, "tool-refused"), (504, "tool-timeout"))
    assert (await rest("software/loaded")).body["revision"] == 0
