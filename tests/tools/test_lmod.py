"""What real Lmod's answers are taken for."""

import re
import subprocess

import pytest

from jupyterlab_hpc.software.index import ModuleIndex
from jupyterlab_hpc.tools.lmod import Lmod
from jupyterlab_hpc.tools.modules import modulepath_entries


@pytest.fixture
def tree(demo_session, tmp_path):
    """A session on two folders whose defaults are marked in all the ways of Lmod."""
    names = [
        *("A/plain", "A/numbers/1.9", "A/numbers/1.10", "A/numbers/2.0-beta"),
        *("A/dotversion/1.0", "A/dotversion/1.9", "A/dotversion/2.0", "A/link/1.0", "A/link/2.0"),
        *("A/rc/1.0", "A/rc/2.0", "A/deep/er/1", "A/deep/er/2", "A/both/1.0", "B/both/2.0"),
        *("A/bothmarked/1.0", "A/bothmarked/3.0", "B/bothmarked/2.0"),
    ]
    for name in names:
        file = tmp_path / "tree" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#%Module1.0\n")
    for name in ("A/dotversion", "A/bothmarked"):
        version = tmp_path / "tree" / name / ".version"
        version.write_text('#%Module1.0\nset ModulesVersion "1.0"\n')
    (tmp_path / "tree/A/rc/.modulerc").write_text("#%Module1.0\nmodule-version rc/1.0 default\n")
    (tmp_path / "tree/A/link/default").symlink_to("1.0")
    modulepath = f"{tmp_path}/tree/A:{tmp_path}/tree/B"
    return {**demo_session, "MODULEPATH": modulepath, "HOME": str(tmp_path)}


def loads(environment, name):
    """Return the full name of what Lmod loads."""
    done = subprocess.run(
        [environment["LMOD_CMD"], "python", "load", name],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return re.search(r'\["LOADEDMODULES"\] = "([^"]*)"', done.stdout)[1]


async def test_defaults_are_those_that_a_name_alone_loads(tree):
    bare = {name: value for name, value in tree.items() if not name.startswith("_ModuleTable")}
    bare = {**bare, "LOADEDMODULES": "", "_LMFILES_": ""}
    tool = Lmod()
    folders = bare["MODULEPATH"].split(":")
    names = ModuleIndex(await tool.available(bare))
    spidered = ModuleIndex(await tool.spider(bare))
    for short in ("plain", "numbers", "dotversion", "link", "rc", "deep/er", "both", "bothmarked"):
        loaded = loads(bare, short)
        for index in (names, spidered):
            assert index.package(short).default(folders).full_name == loaded


async def test_names_come_newest_first_as_with_the_spider(tree):
    tool = Lmod()
    names, spidered = (
        [version.full_name for version in ModuleIndex(files).package("numbers").versions]
        for files in (await tool.available(tree), await tool.spider(tree))
    )
    assert names == spidered == ["numbers/2.0-beta", "numbers/1.10", "numbers/1.9"]


async def test_entries_of_modulepath_are_known_however_they_are_written(tree):
    first, second = tree["MODULEPATH"].split(":")
    written = {**tree, "MODULEPATH": f"{first}/::relative:{second}//./"}
    tool = Lmod()
    for files in (await tool.available(written), await tool.spider(written)):
        assert {f.full_name for f in files} >= {"numbers/1.10", "both/2.0"}
        assert {f.modulepath for f in files} <= set(modulepath_entries(written))
