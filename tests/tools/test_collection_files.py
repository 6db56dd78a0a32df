"""Renaming the files of collections: nothing is overwritten and nothing is lost."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from jupyterlab_hpc.errors import ConflictError, NotFoundError, ToolRefusedError
from jupyterlab_hpc.tools.collection_files import rename_collection_file


@pytest.fixture(params=["links", "no links"])
def folder(request, tmp_path, monkeypatch):
    if request.param == "no links":

        def refuse(*_arguments, **_options):
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
    folder = tmp_path / "collections"
    folder.mkdir()
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


async def test_a_file_gets_another_name(folder):
    (folder / "a").write_text("1")
    (folder / "a~").write_text("0")
    await rename_collection_file([folder, folder / "none"], "a", "b", "")
    assert contents(folder) == {"b": "1", "a~": "0"}


async def test_only_the_file_of_this_system_is_meant(folder):
    (folder / "a").write_text("1")
    (folder / "a.cluster1").write_text("2")
    (folder / "b").write_text("3")
    await rename_collection_file([folder], "a", "b", ".cluster1")
    assert contents(folder) == {"a": "1", "b.cluster1": "2", "b": "3"}


@pytest.mark.parametrize("new_name", ["a", "b", "dangling"])
async def test_nothing_is_overwritten(folder, new_name):
    (folder / "a").write_text("1")
    (folder / "b").write_text("2")
    (folder / "dangling").symlink_to("nowhere")
    with pytest.raises(ConflictError):
        await rename_collection_file([folder], "a", new_name, "")
    (folder / "dangling").unlink()
    assert contents(folder) == {"a": "1", "b": "2"}


async def test_a_name_that_is_taken_in_the_other_folder_is_taken(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (folder / "a").write_text("1")
    (other / "b").write_text("2")
    with pytest.raises(ConflictError):
        await rename_collection_file([folder, other], "a", "b", "")
    assert contents(folder) == {"a": "1"}


@pytest.mark.parametrize("folders", [["none"], ["."], []])
async def test_what_is_not_there(folder, folders):
    (folder / "a").mkdir()
    with pytest.raises(NotFoundError):
        await rename_collection_file([folder / name for name in folders], "a", "b", "")


async def test_a_link_stays_a_link(folder, tmp_path):
    shared = tmp_path / "shared"
    shared.write_text("1")
    (folder / "a").symlink_to(shared)
    await rename_collection_file([folder], "a", "b", "")
    assert (folder / "b").readlink() == shared
    assert contents(folder) == {"b": "1"}


async def test_two_that_want_one_name_at_the_same_time(folder):
    """Whatever the order: one gets it, the other keeps its own."""
    for round_ in range(50):
        (folder / "a").write_text("a")
        (folder / "b").write_text("b")
        answers = await asyncio.gather(
            *(rename_collection_file([folder], name, "new", "") for name in "ab"),
            return_exceptions=True,
        )
        assert sorted(type(answer).__name__ for answer in answers) == [
            "ConflictError",
            "NoneType",
        ], round_
        assert sorted(contents(folder).values()) == ["a", "b"]
        (folder / "new").unlink()


async def test_a_name_that_is_taken_between_the_look_and_the_step(folder, monkeypatch):
    (folder / "a").write_text("1")
    (folder / "b").write_text("2")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(ConflictError):
        await rename_collection_file([folder], "a", "b", "")
    assert contents(folder) == {"a": "1", "b": "2"}


async def test_a_folder_that_cannot_be_changed(folder, monkeypatch):
    (folder / "a").write_text("1")

    def refuse(*_arguments, **_options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for name in ("link", "rename", "replace"):
        monkeypatch.setattr(os, name, refuse)
    with pytest.raises(ToolRefusedError) as refused:
        await rename_collection_file([folder], "a", "b", "")
    assert "a was not renamed" in refused.value.message
    assert refused.value.detail
    assert contents(folder) == {"a": "1"}
