"""Undoing the last change, over REST, on real Lmod."""

from pathlib import Path

import pytest

DEFAULTS = ["StdEnv/2023", "python/3.11.5", "ipython-kernel/3.11"]
MODULEFILES = str(Path(__file__).parents[1] / "modulefiles")


async def change(rest, **body):
    return await rest("software/loaded", method="PATCH", body=body)


async def undo(rest, **options):
    return await rest("software/loaded", method="PUT", body={"to": "previous", **options})


async def loaded(rest):
    return [m["full_name"] for m in (await rest("software/loaded")).body["modules"]]


async def test_there_is_nothing_to_undo_at_first(rest):
    assert (await rest("software/loaded")).body["undoable"] is False
    assert (await change(rest, load=["cmake"], preview=True)).body["undoable"] is False
    for preview in (True, False):
        answer = await undo(rest, preview=preview)
        assert (answer.code, answer.body["reason"]) == (404, "not-found")
        assert answer.body["message"] == "There is no change to undo."
    await change(rest, load=["broken/1.0"])
    assert (await rest("software/loaded")).body["undoable"] is False


async def test_an_undo_brings_back_what_was_and_an_undo_of_it_redoes(rest, app):
    await app.software.catalog.settled()
    before = dict(app.environment.values)
    answer = await change(rest, load=["hdf5-mpi/1.14.4", "unicode/1.0"])
    assert answer.body["undoable"] is True
    after = dict(app.environment.values)
    # no process: Lmod is not there
    app.software.tool.command = "/nowhere/lmod"
    answer = await undo(rest, preview=True)
    assert answer.code == 200
    assert "hdf5-mpi/1.14.4" in answer.body["unloaded"]
    assert app.environment.values == after

    answer = await undo(rest)
    assert (answer.code, answer.body["revision"]) == (200, 2)
    assert set(answer.body["unloaded"]) >= {"hdf5-mpi/1.14.4", "unicode/1.0"}
    assert answer.body["loaded"] == []
    assert answer.body["undoable"] is True
    assert app.environment.values == before
    assert await loaded(rest) == DEFAULTS

    answer = await undo(rest)
    assert (answer.code, answer.body["revision"]) == (200, 3)
    assert set(answer.body["loaded"]) >= {"hdf5-mpi/1.14.4", "unicode/1.0"}
    assert app.environment.values == after
    app.software.tool.command = ""
    assert (await change(rest, unload=["hdf5-mpi"])).code == 200


async def test_only_the_last_change_is_undone(rest, app):
    await change(rest, load=["cmake"])
    between = dict(app.environment.values)
    await change(rest, load=["git-lfs"])
    await change(rest, load=["broken/1.0"])  # changes nothing
    await change(rest, load=["scipy-stack"], preview=True)
    await undo(rest)
    assert app.environment.values == between


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("software/loaded", "PUT", {"to": "purged", "confirmed": True}),
        ("software/loaded", "PUT", {"to": "default"}),
        ("software/collections/restore", "POST", {"name": "work"}),
        (
            "software/modulepaths",
            "PATCH",
            {"use": [MODULEFILES]},
        ),
        ("software/loaded", "PATCH", {"load": ["intel/2023.2"]}),
    ],
)
async def test_whatever_the_change_was(rest, app, path, method, body):
    assert (await rest("software/collections", method="PUT", body={"name": "work"})).code == 200
    await change(rest, load=["gcc/12.3", "openmpi/4.1.5"])
    before = dict(app.environment.values)
    assert (await rest(path, method=method, body=body)).code == 200
    assert app.environment.values != before
    assert (await undo(rest)).code == 200
    assert app.environment.values == before
    assert (await undo(rest, confirmed=True)).code == 200
    assert app.environment.values != before


async def test_what_the_session_may_need_is_not_lost_unasked(rest):
    await change(rest, unload=["ipython-kernel"], confirmed=True)
    await undo(rest)
    assert await loaded(rest) == DEFAULTS
    answer = await undo(rest)
    assert (answer.code, answer.body["reason"]) == (409, "conflict")
    assert answer.body["arguments"] == ["ipython-kernel/3.11"]
    assert await loaded(rest) == DEFAULTS
    assert (await undo(rest, preview=True)).body["protected"] == ["ipython-kernel/3.11"]
    assert (await undo(rest, confirmed=True)).code == 200
    assert await loaded(rest) == DEFAULTS[:2]


async def test_kernels_of_modules_come_and_go(rest):
    assert (await change(rest, load=["demo-kernel"])).body["kernels_changed"] is True
    assert (await undo(rest)).body["kernels_changed"] is True
