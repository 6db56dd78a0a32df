"""Looking at what may hang: an answer in time, and nothing left behind."""

import asyncio
import errno
import os
import time
from pathlib import Path

import pytest

from jupyterlab_hpc.process import run
from jupyterlab_hpc.storage import looks
from jupyterlab_hpc.storage.look import look
from jupyterlab_hpc.storage.looks import Looker


@pytest.fixture
def lookers(tmp_path):
    """Tell the processes that look at this test's paths now."""

    def is_ours(process):
        try:
            return os.fsencode(tmp_path) in (process / "cmdline").read_bytes()
        except OSError:
            return False

    def found():
        return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and is_ours(p)]

    return found


async def test_what_is_there_and_what_is_not(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "dead").symlink_to("nothing")
    (tmp_path / "loop").symlink_to("loop")
    there = [str(tmp_path / name) for name in ("folder", "file", "link", "dead", "loop", "file/x")]
    folder, file, link, dead, loop, inside = (await Looker(lambda: 60).look(there)).values()
    assert folder.folder and folder.readable and not folder.missing and not folder.hangs
    assert folder.same_as(link) and not folder.same_as(file) and not folder.same_as(None)
    assert file.readable and not file.folder
    assert dead.missing and loop.missing and inside.missing
    assert folder.bytes[0] == os.statvfs(tmp_path).f_blocks * os.statvfs(tmp_path).f_frsize


async def test_odd_names_and_many_of_them(tmp_path):
    names = [f"{i} ü\n'\"" for i in range(250)]
    for name in names[:-1]:
        (tmp_path / name).mkdir()
    seen = await Looker(lambda: 60).look(str(tmp_path / name) for name in names)
    assert [look.missing for look in seen.values()] == [False] * 249 + [True]
    assert not any(look.hangs for look in seen.values())


async def test_what_hangs_does_not_hold_the_others(hanging, tmp_path, lookers):
    looker = Looker(lambda: 3)
    seen = await looker.look([str(hanging), str(tmp_path), str(hanging / "x")])
    assert [look.hangs for look in seen.values()] == [True, False, True]
    assert not lookers()


async def test_what_hangs_is_not_asked_at_each_look(hanging, monkeypatch):
    looker = Looker(lambda: 0.2)
    asked = []

    async def counted(argv, **options):
        asked.append(argv)
        return await run(argv, **options)

    monkeypatch.setattr(looks, "run", counted)
    for _ in range(20):
        assert (await looker.look([str(hanging)]))[str(hanging)].hangs
    assert len(asked) == 1
    looker.forget()
    assert (await looker.look([str(hanging)]))[str(hanging)].hangs
    assert len(asked) == 2


async def test_what_no_signal_ends_is_looked_at_once(hanging, monkeypatch, tmp_path, lookers):
    """A process that no signal ends: here one that our signal does not reach."""
    script = tmp_path / "look.py"
    text = Path(looks.SCRIPT).read_text()
    assert text.count("os.kill(process, signal.SIGKILL)") == 1
    script.write_text(text.replace("os.kill(process, signal.SIGKILL)", "pass"))
    monkeypatch.setattr(looks, "SCRIPT", script)
    monkeypatch.setattr(looks, "PAUSE", -1)
    looker = Looker(lambda: 0.2)
    first = []
    try:
        for _ in range(5):
            assert (await looker.look([str(hanging)]))[str(hanging)].hangs
            first = first or lookers()
            assert lookers() == first and len(first) == 1
    finally:
        for process in lookers():
            os.kill(process, 9)
    until = time.monotonic() + 30
    while lookers() and time.monotonic() < until:
        await asyncio.sleep(0.01)
    # When that one is gone, somebody looks again: it has no arguments any more while it goes.
    until = time.monotonic() + 30
    while not lookers() and time.monotonic() < until:
        assert (await looker.look([str(hanging)]))[str(hanging)].hangs
    assert len(lookers()) == 1
    os.kill(*lookers(), 9)


async def test_a_file_system_that_comes_back(hanging, monkeypatch, tmp_path):
    monkeypatch.setattr(looks, "PAUSE", -1)
    seconds = [0.2]
    looker = Looker(lambda: seconds[0])
    link = tmp_path / "link"
    link.symlink_to(hanging)
    assert (await looker.look([str(link)]))[str(link)].hangs
    link.unlink()
    link.symlink_to(tmp_path)
    seconds[0] = 60
    assert (await looker.look([str(link)]))[str(link)].folder


def test_a_folder_that_is_not_for_us(common_folder, as_user):
    (common_folder / "secret").mkdir(mode=0o700)
    (common_folder / "secret" / "inside").mkdir()

    def looks_right():
        secret = look(str(common_folder / "secret"))
        inside = look(str(common_folder / "secret" / "inside"))
        right = secret["folder"] and not secret["readable"] and inside["errno"] == errno.EACCES
        return 0 if right else 3

    assert as_user(65534, looks_right) == 0
    assert look(str(common_folder / "secret"))["readable"]
