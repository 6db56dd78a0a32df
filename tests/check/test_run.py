"""Checks are run so that none can stop another, and one run serves all who ask."""

import asyncio
import os
import pwd
import tempfile
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyterlab_hpc.check import bundle as bundle_module
from jupyterlab_hpc.check import run as run_module
from jupyterlab_hpc.check.checks import GROUPS
from jupyterlab_hpc.check.disk import why_unwritable
from jupyterlab_hpc.check.models import BundleQuery
from jupyterlab_hpc.check.outcome import Check, Group, broken, ok, say
from jupyterlab_hpc.check.run import run_checks, select, worst
from jupyterlab_hpc.check.service import CheckService
from jupyterlab_hpc.errors import ToolRefusedError

SITE = SimpleNamespace(place="session")


async def well(_):
    return ok(say("Well."))


def check(look, name, **more):
    return Check(id=f"g.{name}", title=name, look=look, **more)


@pytest.fixture
def findings(monkeypatch):
    async def run(*checks, site=SITE):
        groups = [Group(id="g", title="G", checks=checks)]
        monkeypatch.setattr("jupyterlab_hpc.check.run.select", lambda _: groups)
        report = await run_checks(site)
        return report, {finding.id: finding for finding in report.findings}

    return run


async def test_a_check_that_fails_hides_no_other(findings):
    async def fails(_):
        raise ZeroDivisionError("by zero")

    async def refuses(_):
        raise ToolRefusedError("The tool said %1.", "no", detail="words")

    async def bad(_):
        return broken(say("Bad."), say("Mend it."))

    report, found = await findings(
        check(fails, "fails"), check(refuses, "refuses"), check(well, "well"), check(bad, "bad")
    )
    assert found["g.fails"].state == "warning"
    assert "ZeroDivisionError: by zero" in found["g.fails"].detail
    assert found["g.refuses"].found.text == "The tool said no."
    assert found["g.refuses"].detail == "words"
    assert found["g.well"].state == "ok"
    assert report.state == "broken"


async def test_a_check_that_hangs_is_ended(findings):
    ended = asyncio.Event()

    async def hangs(_):
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    _, found = await findings(check(hangs, "hangs", timeout=0.1), check(well, "well"))
    assert found["g.hangs"].state == "broken"
    assert "0.1 seconds" in found["g.hangs"].found.text
    assert found["g.well"].state == "ok"
    assert ended.is_set()


async def test_in_an_image_a_check_that_tells_nothing_is_not_run(findings):
    async def never(_):
        raise AssertionError

    _, found = await findings(
        check(never, "never"), check(well, "well", image=True), site=SimpleNamespace(place="image")
    )
    assert found["g.never"].state == "skipped"
    assert found["g.well"].state == "ok"


def test_checks_are_chosen_by_their_id_or_their_group():
    (group,) = select(["hub.scope"])
    assert [c.id for c in group.checks] == ["hub.scope"]
    assert [g.id for g in select(["hub", "storage"])] == ["hub", "storage"]
    assert select([]) == list(GROUPS)
    with pytest.raises(KeyError):
        select(["hub.nothing"])


def test_ids_are_unique_and_begin_with_their_group():
    ids = [c.id for g in GROUPS for c in g.checks]
    assert len(ids) == len(set(ids))
    assert all(c.id.startswith(f"{g.id}.") for g in GROUPS for c in g.checks)


def test_the_worst_state_is_that_of_the_whole():
    assert worst(["ok", "skipped", "note"]) == "note"
    assert worst(["warning", "broken", "ok"]) == "broken"
    assert worst([]) == "skipped"


class Runs:
    """Checks that run until they are released, and how often they began and were ended."""

    def __init__(self):
        self.began = self.ended = 0
        self.release = asyncio.Event()

    async def __call__(self, site, **_):
        self.began += 1
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.ended += 1
            raise
        return f"report {self.began}"


async def until(condition):
    while not condition():
        await asyncio.sleep(0.01)


@pytest.fixture
def runs(monkeypatch, jp_asyncio_loop):
    runs = Runs()
    monkeypatch.setattr(run_module, "run_checks", runs)
    return runs


async def test_who_asks_meanwhile_gets_the_same_answer(runs):
    service = CheckService(site=lambda: None)
    asked = [asyncio.create_task(service.report()) for _ in range(3)]
    await until(lambda: runs.began)
    runs.release.set()
    assert await asyncio.gather(*asked) == ["report 1"] * 3
    assert await service.report() == "report 2"


async def test_checks_end_when_nobody_waits_any_more(runs):
    service = CheckService(site=lambda: None)
    first, second = (asyncio.create_task(service.report()) for _ in range(2))
    await until(lambda: runs.began)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert not runs.ended
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await until(lambda: runs.ended)
    # and begin anew for who comes next, at once
    runs.release.set()
    assert await service.report() == "report 2"
    await service.stop()


async def test_the_bundle_is_of_the_last_run(runs, monkeypatch):
    runs.release.set()
    made = []
    monkeypatch.setattr(
        bundle_module, "make_bundle", lambda report, site, names: made.append((report, names))
    )
    service = CheckService(site=lambda: None)
    await service.bundle(BundleQuery())
    await service.bundle(BundleQuery(names=True))
    assert made == [("report 1", False), ("report 1", True)]


def as_another_user(function, *arguments):
    """Return what a function answers to a user who may write nowhere of ours."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 warns where there are threads; the child only tries to write.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                nobody = pwd.getpwnam("nobody")
                os.setgroups([])
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
            os.write(writer, function(*arguments).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        return told.read()


@pytest.mark.parametrize("below", ["", "not/there/yet"])
def test_a_folder_that_cannot_be_written_to(below):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        assert as_another_user(why_unwritable, f"{folder}/{below}") == os.strerror(13)
        Path(folder).chmod(0o777)
        assert as_another_user(why_unwritable, f"{folder}/{below}") == ""
        assert os.listdir(folder) == []
