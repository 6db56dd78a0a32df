"""Every file that outlasts a session, as an older, a newer and a damaged version left it.

None is read as what it is not, none stops what reads it, and none is lost when this
version writes in its place.
"""

import json
import logging
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from traitlets.log import get_logger

from jupyterlab_hpc.errors import HPCError
from jupyterlab_hpc.jobs import records as jobs
from jupyterlab_hpc.jobs.sources import read_source
from jupyterlab_hpc.kept import ASIDE
from jupyterlab_hpc.kernels import specs
from jupyterlab_hpc.session import keeping
from jupyterlab_hpc.software.index import ModuleIndex
from jupyterlab_hpc.software.index_store import IndexStore
from jupyterlab_hpc.storage import records as storage
from jupyterlab_hpc.tools.modules import Modulefile
from jupyterlab_hpc.tools.recipe import Recipe

MODULES = [Modulefile(full_name="gcc/12", short_name="gcc", rank="12")]


def link(target="/x"):
    return storage.Record(place="scratch", wanted="$SCRATCH", target=target, kind="auto")


def job(name="one"):
    return jobs.Record(
        id="7",
        submitted_at=1.0,
        name=name,
        source="/a.ipynb",
        folder="/",
        output="o",
        request={},
        script="#!/bin/sh",
    )


def links(folder):
    records = storage.Records(folder)
    return SimpleNamespace(
        write=lambda: records.save(link()),
        read=lambda: records.all().get("scratch"),
        others=[lambda: records.save(link("/y")), lambda: records.forget("scratch")],
    )


def batch_jobs(folder):
    records = jobs.Records(folder)
    return SimpleNamespace(
        write=lambda: records.save(job()),
        read=lambda: records.all().get("7"),
        others=[lambda: records.save(job("two"))],
    )


def session(folder):
    file = keeping.RecordFile(folder, "")
    return SimpleNamespace(
        write=lambda: file.write(keeping.Record(session="x", modules=["gcc/12"])),
        read=file.read,
        others=[lambda: file.write(keeping.Record(session="y"))],
    )


KEPT = {"links": links, "batch jobs": batch_jobs, "the session": session}


def newer(said):
    return json.dumps({**said, "format": said["format"] + 1, "more": {"than": "is known"}})


def older(said):
    return json.dumps({**said, "format": 0})


def without(said):
    return json.dumps({key: value for key, value in said.items() if key != "format"})


def cut(said):
    return json.dumps(said)[:-9]


def empty(_):
    return ""


def of_another_shape(said):
    return json.dumps([said])


def with_other_values(said):
    return json.dumps({key: [] if key != "format" else value for key, value in said.items()})


STATES = [newer, older, without, cut, empty, of_another_shape, with_other_values]


@pytest.fixture
def warnings():
    heard = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())
    logger = get_logger()
    logger.addHandler(handler)
    yield heard
    logger.removeHandler(handler)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("kind", KEPT)
def test_what_is_not_understood_is_kept(kind, state, tmp_path, warnings):
    kept = KEPT[kind](tmp_path)
    kept.write()
    assert kept.read() is not None
    (path,) = tmp_path.iterdir()
    for number, act in enumerate(kept.others):
        kept.write()
        text = state(json.loads(path.read_text()))
        path.write_text(text)
        os.utime(path, ns=(1, 1000 + number))
        assert kept.read() is None
        assert path.read_text() == text, "reading changed it"
        act()
        aside = path.with_name(f"{path.name}{ASIDE}{1000 + number}")
        assert aside.read_text() == text
        assert str(path) in warnings[-1] and aside.name in warnings[-1]
    assert len(warnings) == len(kept.others)
    # What was set aside is nobody's record, and does not come back.
    kept.write()
    assert kept.read() is not None
    assert len([name for name in os.listdir(tmp_path) if ASIDE not in name]) == 1


@pytest.mark.parametrize("kind", KEPT)
def test_what_is_understood_is_replaced_without_a_word(kind, tmp_path, warnings):
    kept = KEPT[kind](tmp_path)
    for _ in range(3):
        kept.write()
        for act in kept.others:
            act()
    assert not warnings and len(list(tmp_path.iterdir())) <= 1


def test_two_versions_do_not_spoil_each_others_index(tmp_path, monkeypatch):
    key, times = ["lmod"], {"/core": 1}
    ours = IndexStore(str(tmp_path))
    ours.save(key, ModuleIndex(MODULES), times)
    (path,) = tmp_path.iterdir()
    before = path.read_bytes()
    with monkeypatch.context() as newer_version:
        newer_version.setattr("jupyterlab_hpc.software.index_store.FORMAT", 1000)
        assert ours.load(key) is None
        ours.save(key, ModuleIndex([*MODULES, Modulefile(full_name="R", short_name="R")]), times)
        assert ours.load(key)[0].size == 2
    assert path.read_bytes() == before
    assert ours.load(key)[0].size == 1


def progress(**said):
    return json.dumps({"format": 1, "state": "running", "done": 1, "total": 2, **said})


@pytest.mark.parametrize("text", ["", "{", "[]", progress(format=2), progress(format=None)])
def test_a_jobs_progress_in_another_form_is_passed_over(tmp_path, text):
    records = jobs.Records(tmp_path)
    (tmp_path / "progress-7.json").write_text(text)
    (tmp_path / "progress-7_1.json").write_text(progress())
    assert set(records.progress("7")) == {"1"}


@pytest.mark.parametrize(
    ("ours", "modules"),
    [
        ({"modules": ["gcc/12"]}, ["gcc/12"]),
        ({"format": 1, "modules": ["gcc/12"]}, ["gcc/12"]),
        ({"format": 2, "modules": ["gcc/12"]}, None),
        ({"format": 2, "modules": [{"name": "gcc"}]}, None),
        ({"format": "x", "modules": ["gcc/12"]}, None),
        ([], None),
    ],
)
def test_a_notebook_of_another_form_asks_for_no_modules(tmp_path, ours, modules):
    notebook = tmp_path / "a.ipynb"
    text = json.dumps({"metadata": {"jupyterlab_hpc": ours}, "cells": []})
    notebook.write_text(text)
    assert read_source(str(notebook)).modules == modules
    assert notebook.read_text() == text


def kernel(folder: Path) -> specs.Made:
    return specs.Made(
        name="mine",
        folder=folder / "mine",
        display_name="Mine",
        language="python",
        recipe=Recipe(kind="lmod", command="/lmod", load=["gcc/12"]),
        program=specs.Program(argv=["python"]),
    )


@pytest.mark.parametrize("state", [newer, older, without, cut], ids=lambda state: state.__name__)
def test_a_kernel_of_another_version_stays_a_kernel(tmp_path, state):
    ours = specs.Specs(tmp_path)
    ours.publish(ours.stage(kernel(tmp_path)))
    assert ours.find("mine")
    path = tmp_path / "mine" / specs.SPEC
    spec = json.loads(path.read_text())
    if state is cut:
        text = cut(spec)
    else:
        spec["metadata"][specs.KEY] = json.loads(state(spec["metadata"][specs.KEY]))
        text = json.dumps(spec)
    path.write_text(text)
    script = (tmp_path / "mine" / specs.SCRIPT).read_bytes()
    assert ours.all() == []
    for act in (
        lambda: ours.find("mine"),
        lambda: ours.remove("mine"),
        lambda: ours.refuse_taken("mine"),
        lambda: ours.publish(ours.stage(kernel(tmp_path))),
    ):
        with pytest.raises(HPCError):
            act()
    assert path.read_text() == text
    assert (tmp_path / "mine" / specs.SCRIPT).read_bytes() == script


def test_all_that_we_write_is_in_this_file():
    """Who adds a file with a number adds it to the table."""
    package = Path(specs.__file__).parents[1]
    numbered = {
        f"{path.parent.name}/{path.name}"
        for path in package.rglob("*.py")
        if any(line.startswith("FORMAT = ") for line in path.read_text().splitlines())
    }
    assert numbered == {
        "jobs/records.py",
        "jobs/run.py",
        "jobs/sources.py",
        "kernels/specs.py",
        "session/keeping.py",
        "software/index_store.py",
        "storage/records.py",
    }
