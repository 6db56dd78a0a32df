"""Somewhere to write where the home is full."""

from pathlib import Path

import pytest

from jupyterlab_hpc.storage.runtime import leave, room_elsewhere


@pytest.fixture
def spare(tmp_path, monkeypatch):
    (tmp_path / "spare").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spare"))
    return tmp_path / "spare"


def test_a_home_with_room_stays_the_place(tmp_path, spare):
    assert room_elsewhere(str(tmp_path), {}) == ""
    assert list(spare.iterdir()) == []


def test_a_full_home(small_disk, fill, spare, tmp_path):
    fill(small_disk)
    room = Path(room_elsewhere(str(small_disk), {}))
    assert room.parent == spare
    assert room.stat().st_mode & 0o777 == 0o700
    (room / "file").touch()
    leave(str(room))
    assert list(spare.iterdir()) == []
    (tmp_path / "job").mkdir()
    room = room_elsewhere(str(small_disk), {"SLURM_TMPDIR": str(tmp_path / "job")})
    assert Path(room).parent == tmp_path / "job"


def test_nowhere_is_room(small_disk, fill, monkeypatch):
    fill(small_disk)
    monkeypatch.setattr("tempfile.tempdir", str(small_disk))
    assert room_elsewhere(str(small_disk), {"SLURM_TMPDIR": str(small_disk)}) == ""


def test_a_folder_that_is_not_there_is_not_full(tmp_path, spare):
    assert room_elsewhere(str(tmp_path / "nothing"), {}) == ""


def test_nothing_else_is_removed(tmp_path):
    leave("")
    leave(str(tmp_path))
    assert tmp_path.exists()
