"""Lmod's own cache, read directly, says what Lmod's spider says; made and read by real Lmod."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_hpc.tools.lmod import Lmod
from jupyterlab_hpc.tools.lmod_cache import SCRIPT, CachePlace, Tree, newest_cache


@pytest.fixture
def site_cache(demo_session, tmp_path):
    """A system cache of the demo's root, and a session whose Lmod knows it."""
    cache, stamp, rc = tmp_path / "cache", tmp_path / "stamp", tmp_path / "lmodrc.lua"
    update = Path(demo_session["LMOD_CMD"]).with_name("update_lmod_system_cache_files")
    subprocess.run(
        ["bash", update, "-d", cache, "-t", stamp, demo_session["MODULEPATH"]],
        check=True,
        # what a session hides is not in its site's cache
        env={**demo_session, "LMOD_MODULERCFILE": ""},
        capture_output=True,
    )
    rc.write_text(f'scDescriptT = {{ {{ dir = "{cache}", timestamp = "{stamp}" }} }}\n')
    return {**demo_session, "LMOD_RC": str(rc), "HOME": str(tmp_path)}


async def read(environment, tool=None):
    tool = tool or Lmod()
    await tool.probe(environment)
    files = await tool.spider(environment)
    return tool, {(file.modulepath, file.full_name): file for file in files}


def from_cache(tool, environment):
    return all(tool.sources(entry) for entry in environment["MODULEPATH"].split(":"))


def without_order(files):
    """Lmod sorts ways by their first module only; a cache also tells aliases."""
    return {
        key: replace(file, ways=tuple(sorted(file.ways)), aliases=()) for key, file in files.items()
    }


async def test_the_cache_says_what_the_spider_says(site_cache):
    with_cache, cached = await read(site_cache)
    without, spidered = await read({**site_cache, "LMOD_IGNORE_CACHE": "yes"})
    assert from_cache(with_cache, site_cache) and not from_cache(without, site_cache)
    assert without_order(cached) == without_order(spidered)
    assert any(len(way) == 3 for file in cached.values() for way in file.ways)
    (hidden,) = [file for (_, name), file in cached.items() if name == "internal/1.0"]
    assert hidden.hidden


async def test_the_cache_tells_other_names(site_cache):
    _, files = await read(site_cache)
    aliases = {alias: f.full_name for f in files.values() for alias in f.aliases}
    assert aliases["gcc/latest"] == "gcc/13.3"


@pytest.fixture
def own_modules(tmp_path):
    folder = tmp_path / "own"
    (folder / "mytool").mkdir(parents=True)
    (folder / "mytool/1.0.lua").write_text('whatis("Description: Mine")\n')
    (folder / "tcltool").mkdir()
    (folder / "tcltool/1.0").write_text('#%Module1.0\nmodule-whatis "Ours, in Tcl"\n')
    return folder


async def test_what_the_cache_does_not_cover_is_read_too(site_cache, own_modules):
    modulepath = f"{own_modules}:{site_cache['MODULEPATH']}"
    tool, files = await read({**site_cache, "MODULEPATH": modulepath})
    assert from_cache(tool, site_cache)
    assert not tool.sources(str(own_modules))
    assert files[str(own_modules), "mytool/1.0"].description == "Mine"
    assert files[str(own_modules), "tcltool/1.0"].description == "Ours, in Tcl"
    assert any(name == "hdf5-mpi/1.14.4" for _, name in files)


async def test_what_a_session_cannot_reach_is_left_out(site_cache, own_modules):
    tool, files = await read({**site_cache, "MODULEPATH": str(own_modules)})
    assert from_cache(tool, site_cache)
    assert {name for _, name in files} == {"mytool/1.0", "tcltool/1.0"}


@pytest.mark.parametrize(
    "damage",
    [
        b"rubbish(",
        b"os.execute('touch /dev/null')",
        b"spiderT = { version = 3 }",
        b"spiderT = { version = 5, ['/x'] = { a = {} } } mrcT = {} mrcMpathT = {} mpathMapT = {}",
        b"\x1bLua\x53garbage",
    ],
)
async def test_a_damaged_cache_is_told_and_the_spider_runs(site_cache, tmp_path, caplog, damage):
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(damage)
    tool, files = await read(site_cache)
    assert not from_cache(tool, site_cache)
    assert any(name == "hdf5-mpi/1.14.4" for _, name in files)
    assert "Lmod's cache was not used" in caplog.text


async def test_a_cache_older_than_its_timestamp_is_not_used(site_cache, tmp_path, caplog):
    later = (tmp_path / "cache/spiderT.lua").stat().st_mtime + 60
    os.utime(tmp_path / "stamp", (later, later))
    tool, files = await read(site_cache)
    assert not from_cache(tool, site_cache)
    assert files
    assert "is older than" in caplog.text


async def test_a_cache_that_is_gone_is_no_harm(site_cache, tmp_path):
    shutil.rmtree(tmp_path / "cache")
    tool, files = await read(site_cache)
    assert files and not from_cache(tool, site_cache)


def test_the_compiled_cache_is_preferred_and_an_empty_one_passed_over(tmp_path):
    place = CachePlace(folder=str(tmp_path))
    assert newest_cache(place, "5.3")[0] == ""
    (tmp_path / "spiderT.lua").write_text("x")
    (tmp_path / "spiderT.luac_5.3").write_text("")
    assert newest_cache(place, "5.3")[0] == str(tmp_path / "spiderT.lua")
    (tmp_path / "spiderT.luac_5.3").write_text("x")
    assert newest_cache(place, "5.3")[0] == str(tmp_path / "spiderT.luac_5.3")


def test_circles_and_aliases_of_aliases_come_to_an_end():
    tree = Tree()
    tree.take(
        [
            b'["folder","/a"]',
            b'["file","/a","x","x/1","/a/x/1.lua","1","","","","","",[],[]]',
            b'["folder","/b"]',
            b'["file","/b","y","y/1","/b/y/1.lua","1","","","","","",[],[]]',
            b'["opens","/b","x/1","/a"]',
            b'["opens","/a","y/1","/b"]',
            b'["alias","latest","newest"]',
            b'["alias","newest","x/1"]',
            b'["alias","p","q"]',
            b'["alias","q","p"]',
        ]
    )
    x, y = tree.modulefiles(["/a"])
    assert (x.ways, y.ways) == ((), ())  # Lmod's own answer where no way has a beginning
    assert set(x.aliases) == {"latest", "newest"}


def test_the_script_is_part_of_the_package():
    assert SCRIPT.is_file()
