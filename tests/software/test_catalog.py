"""What is known of the tree outlives a session, and follows what changes; with real Lmod."""

import asyncio
import gc
import logging
import os
import stat
import weakref
from contextlib import suppress
from pathlib import Path

import pytest

from jupyterlab_hpc.software import catalog as catalog_module
from jupyterlab_hpc.software.catalog import ModuleCatalog
from jupyterlab_hpc.software.environment import SessionEnvironment
from jupyterlab_hpc.software.index import ModuleIndex
from jupyterlab_hpc.software.index_store import MOST_FILES, IndexStore
from jupyterlab_hpc.tools.lmod import Lmod
from jupyterlab_hpc.tools.modules import Modulefile

TIMES = {"/core": 17}
KEY = ["lmod", "8.6", "1000", "/core"]
FILES = [
    Modulefile(
        full_name="gcc/12",
        short_name="gcc",
        path="/core/gcc/12.lua",
        modulepath="/core",
        rank="12",
        description="Compilers für alle \u2028 \udce9",
        help="line one\nline two",
        whatis=("Description: Compilers",),
        extensions=("libgcc/1",),
        ways=(("StdEnv/1",), ("StdEnv/2", "x/1")),
        aliases=("gcc/latest",),
    ),
    Modulefile(full_name="gcc/11", short_name="gcc", rank="11", hidden=True),
    Modulefile(full_name="R", short_name="R"),
]


@pytest.fixture
def store(tmp_path):
    return IndexStore(str(tmp_path / "cache"))


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "modules"
    write(folder, "first/1.0")
    return folder


def write(folder, full_name, text='whatis("Description: one")\n'):
    path = folder / f"{full_name}.lua"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def catalog(demo_session, tree, tmp_path, monkeypatch):
    """Make a catalog of the tree, as a session does; all are stopped at the end."""
    for name in [name for name in os.environ if name.startswith("_ModuleTable")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LMOD_CMD", demo_session["LMOD_CMD"])
    monkeypatch.setenv("MODULEPATH", str(tree))
    monkeypatch.setenv("LMOD_MODULERCFILE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))

    def make(**options):
        options = {"look_interval": 0.0, **options}
        return ModuleCatalog(tool=Lmod(), environment=SessionEnvironment(), **options)

    return make


async def read(catalog):
    """Let a catalog read all, and leave its index."""
    catalog.start()
    await catalog.settled()


def test_what_is_saved_is_what_is_loaded(store):
    saved = ModuleIndex(FILES, complete=True)
    store.save(KEY, saved, TIMES)
    loaded, times = store.load(KEY)
    assert times == TIMES
    assert loaded.complete and loaded.size == 3
    assert loaded.columns == saved.columns
    package, version = loaded.find("gcc/latest")
    assert version.full_name == "gcc/12"
    (file,) = version.files
    assert file.help == "line one\nline two"
    assert file.ways == FILES[0].ways
    assert file.whatis == FILES[0].whatis
    assert file.description == "Compilers für alle \u2028 ?"  # no byte that is not text
    assert [v.full_name for v in package.versions] == ["gcc/12", "gcc/11"]
    assert [hit.package.short_name for hit in loaded.search("libgcc")] == ["gcc"]


def test_only_the_user_can_read_it(store, tmp_path):
    store.save(KEY, ModuleIndex(FILES), TIMES)
    (file,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_another_key_or_form_is_another_index(store, tmp_path, monkeypatch):
    store.save(KEY, ModuleIndex(FILES), TIMES)
    assert store.load([*KEY[:-1], "/other"]) is None
    monkeypatch.setattr("jupyterlab_hpc.software.index_store.FORMAT", 99)
    assert store.load(KEY) is None


def test_damage_anywhere_is_found(store, tmp_path):
    store.save(KEY, ModuleIndex(FILES), TIMES)
    (path,) = (tmp_path / "cache").iterdir()
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with suppress(ValueError):
            assert store.load(KEY) is None
    for length in (0, 1, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:length])
        with pytest.raises(ValueError, match=r".+"):
            store.load(KEY)


def test_two_servers_leave_a_whole_index_and_no_rubbish(store, tmp_path):
    for _ in range(3):
        store.save(KEY, ModuleIndex(FILES), TIMES)
        IndexStore(str(tmp_path / "cache")).save(KEY, ModuleIndex(FILES[:1]), TIMES)
    assert store.load(KEY)[0].size == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_what_is_old_is_to_be_read_again(store, tmp_path):
    store.save(KEY, ModuleIndex(FILES), TIMES)
    (path,) = (tmp_path / "cache").iterdir()
    os.utime(path, (1, 1))
    index, times = store.load(KEY)
    assert index.size == 3 and times == {}


def test_old_indexes_are_forgotten(store, tmp_path):
    for i in range(MOST_FILES + 3):
        store.save([*KEY, str(i)], ModuleIndex(FILES), TIMES)
    assert len(list((tmp_path / "cache").iterdir())) == MOST_FILES
    assert store.load([*KEY, str(MOST_FILES + 2)]) is not None


async def test_the_next_session_starts_from_the_index(catalog, monkeypatch):
    await read(catalog())
    later = catalog()

    async def spider(environment):
        raise AssertionError

    monkeypatch.setattr(later.tool, "spider", spider)
    later.start()
    await later.ready()
    await later.settled()
    assert later.state == "complete"
    assert later.find("first")[1].full_name == "first/1.0"
    await later.stop()


async def test_what_changed_between_sessions_is_read_behind(catalog, tree):
    await read(catalog())
    write(tree, "second/1.0")
    later = catalog()
    await read(later)
    assert later.index.find("second/1.0")


@pytest.mark.parametrize("folder", ["/proc/nowhere", "/dev/full/x", "/dev/null"])
async def test_a_folder_that_cannot_be_written_is_told_once(catalog, caplog, folder):
    it = catalog(index_folder=folder)
    with caplog.at_level(logging.WARNING):
        await read(it)
        await read(it)
    assert it.state == "complete"
    told = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert len([r for r in told if "was not used" in r.getMessage()]) == 1


async def test_a_damaged_index_is_told_and_replaced(catalog, tmp_path, caplog):
    await read(catalog())
    (path,) = (tmp_path / "xdg/jupyterlab_hpc").iterdir()
    good = path.read_bytes()
    path.write_bytes(good[:-9])
    it = catalog()
    await read(it)
    assert it.state == "complete" and it.index.find("first/1.0")
    assert "was not used" in caplog.text
    assert path.read_bytes() == good


async def test_no_folder_means_no_file(catalog, tmp_path):
    await read(catalog(index_folder=""))
    assert not (tmp_path / "xdg").exists()


async def asked_until(catalog, known):
    """Ask as the panel does until something is known, or long enough."""
    for _ in range(3000):
        await catalog.ready()
        if known():
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.mark.parametrize("full_name", ["second/1.0", "first/2.0"])
async def test_a_new_module_is_found_without_a_restart(catalog, tree, full_name):
    it = catalog()
    await read(it)
    write(tree, full_name)
    assert await asked_until(it, lambda: it.index.find(full_name))
    (tree / f"{full_name}.lua").unlink()
    assert await asked_until(it, lambda: not it.index.find(full_name))
    await it.stop()


async def test_the_old_index_goes_when_the_tree_was_read_again(catalog, tree):
    it = catalog()
    await read(it)
    old = weakref.ref(it.index)
    assert len(it.index.search("first")) == 1
    gc.disable()
    try:
        write(tree, "second/1.0")
        await read(it)
        assert it.index.find("second/1.0")
        assert old() is None
    finally:
        gc.enable()


async def test_a_change_while_the_tree_is_read_is_found(catalog, tree, monkeypatch):
    it = catalog()
    spider = it.tool.spider
    waiting = ["first/2.0", "second/1.0"]

    async def followed_by_a_change(values):
        files = await spider(values)
        if waiting:
            write(tree, waiting.pop())
        return files

    monkeypatch.setattr(it.tool, "spider", followed_by_a_change)
    await read(it)
    assert await asked_until(it, lambda: it.index.find("first/2.0"))
    assert it.index.find("second/1.0")
    await it.stop()


@pytest.fixture
def looks(monkeypatch):
    """The lists of what was looked at on the disk."""
    taken = []

    times_of = catalog_module.times_of

    def counted(paths):
        taken.append(paths)
        return times_of(paths)

    monkeypatch.setattr(catalog_module, "times_of", counted)
    return taken


async def test_nothing_is_read_again_where_nothing_changed(catalog, monkeypatch, looks):
    it = catalog()
    await read(it)
    calls = []
    monkeypatch.setattr(it, "start", lambda: calls.append(1))
    for _ in range(20):
        await it.ready()
        await asyncio.sleep(0.01)
    assert not calls
    assert len(looks) > 1


async def test_between_looks_nothing_is_asked_of_the_disk(catalog, looks):
    it = catalog(look_interval=3600.0)
    await read(it)
    for _ in range(5):
        await it.ready()
        await asyncio.sleep(0.01)
    assert len(looks) == 2  # when the reading begins and when it ends


async def test_a_site_with_a_cache_needs_no_look_at_its_folders(
    catalog, tree, tmp_path, monkeypatch
):
    it = catalog()
    await read(it)
    assert set(it.watched()) == {str(tree), str(tree / "first")}
    monkeypatch.setattr(it.tool, "sources", lambda entry: [str(tmp_path / "stamp")])
    assert it.watched() == [str(tmp_path / "stamp")]


def test_the_folder_is_the_users_cache(monkeypatch, tmp_path, catalog):
    assert catalog().index_folder == str(tmp_path / "xdg/jupyterlab_hpc")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert catalog().index_folder == str(Path(tmp_path) / ".cache/jupyterlab_hpc")
