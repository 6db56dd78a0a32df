"""Links at the start and at the end of sessions, with real users and real disks."""

import asyncio
import ctypes
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest
from machine import missing
from traitlets.config import Config

from jupyterlab_hpc.errors import ConflictError
from jupyterlab_hpc.storage import looks
from jupyterlab_hpc.storage.models import LinkRequest
from jupyterlab_hpc.storage.records import Record
from jupyterlab_hpc.storage.service import StorageService

TARGETS = [
    {"name": "job", "target": "$SLURM_TMPDIR", "automatic": True, "per_job": True},
    {"name": "data", "target": "$DATA", "automatic": True},
    {"name": "scratch", "target": "$SCRATCH"},
]


class Session:
    """A session of a user, without a server."""

    def __init__(self, home, settings=None, **environment):
        self.environment = {"HOME": str(home), **{k: str(v) for k, v in environment.items()}}
        self.notices = []
        config = Config({"StorageService": {"targets": TARGETS, "look_timeout": 60}})
        config.StorageService.update(settings or {})
        self.storage = StorageService(
            config=config,
            environment=lambda: self.environment,
            root=str(home),
            on_notice=self.notices.append,
        )

    async def start(self):
        self.storage.start()
        await self.storage.started()
        return self

    async def states(self):
        return {link.name: link.state for link in (await self.storage.storage()).links}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def local(tmp_path):
    """Make the directory of a job on the node's disk."""

    def make(job):
        path = tmp_path / "local" / f"alice.{job}.0"
        path.mkdir(parents=True)
        return path

    return make


async def test_the_link_of_the_job_comes_and_goes(home, local):
    session = await Session(home, SLURM_TMPDIR=local(1)).start()
    assert os.readlink(home / "job") == session.environment["SLURM_TMPDIR"]
    assert session.notices == [1]
    await session.storage.stop()
    assert not os.path.lexists(home / "job")
    assert session.storage.records.all() == {}


async def test_the_next_job_takes_the_link_over(home, local):
    first = await Session(home, SLURM_TMPDIR=local(1)).start()
    # It is killed: nothing is removed, and Slurm deletes its directory.
    shutil.rmtree(first.environment["SLURM_TMPDIR"])
    second = await Session(home, SLURM_TMPDIR=local(2)).start()
    assert os.readlink(home / "job") == second.environment["SLURM_TMPDIR"]


async def test_two_sessions_do_not_fight(home, local):
    first = await Session(home, SLURM_TMPDIR=local(1)).start()
    second = await Session(home, SLURM_TMPDIR=local(2)).start()
    there = second.environment["SLURM_TMPDIR"]
    assert os.readlink(home / "job") == there
    assert (await first.states())["job"] == "stale"
    assert os.readlink(home / "job") == there
    # The first one's end leaves alone what is the second one's by now.
    await first.storage.stop()
    assert os.readlink(home / "job") == there
    await second.storage.stop()
    assert not os.path.lexists(home / "job")


async def test_each_session_can_have_a_link_of_its_own(home, local):
    targets = [{**TARGETS[0], "link": "~/job-$SLURM_JOB_ID"}]
    first, second = [
        await Session(home, {"targets": targets}, SLURM_TMPDIR=local(job), SLURM_JOB_ID=job).start()
        for job in (1, 2)
    ]
    assert {"job-1", "job-2"} <= set(os.listdir(home))
    await first.storage.stop()
    assert os.path.lexists(home / "job-2")
    await second.storage.stop()
    assert not {"job-1", "job-2"} & set(os.listdir(home))


async def test_a_dead_link_of_ours_goes_and_another_stays(home, local, tmp_path):
    (tmp_path / "data").mkdir()
    first = await Session(home, SLURM_TMPDIR=local(1), DATA=tmp_path / "data").start()
    await first.storage.link(LinkRequest(name="own", target=str(tmp_path / "data")))
    (home / "theirs").symlink_to("/gone")
    shutil.rmtree(first.environment["SLURM_TMPDIR"])
    shutil.rmtree(tmp_path / "data")
    await Session(home).start()
    # The user's own one stays, dead as it is: only its maker takes it away.
    assert sorted(os.listdir(home)) == [".local", "own", "theirs"]
    assert [r.place for r in first.storage.records.all().values()] == ["own"]


async def test_a_link_to_another_nodes_disk_is_not_taken_for_dead(home, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "node1")
    session = Session(home)
    (home / "job").symlink_to("/localscratch/only/there")
    record = Record(
        place="job",
        wanted="$SLURM_TMPDIR",
        target="/localscratch/only/there",
        kind="auto",
        per_job=True,
        host="node1",
        until=4e9,
    )
    session.storage.records.save(record)
    monkeypatch.setattr(socket, "gethostname", lambda: "node2")
    await session.start()
    assert os.path.lexists(home / "job")
    session.storage.records.save(
        Record(**{**vars(record), "until": 1.0})  # its job's time is over
    )
    await Session(home).start()
    assert not os.path.lexists(home / "job")


async def test_what_is_not_ours_is_left_alone(home, local, tmp_path):
    (home / "job").symlink_to("/by/hand")
    (home / "data").write_text("mine")
    session = await Session(home, SLURM_TMPDIR=local(1), DATA=tmp_path).start()
    assert os.readlink(home / "job") == "/by/hand"
    assert (home / "data").read_text() == "mine"
    assert session.notices == []
    await session.storage.stop()
    assert os.readlink(home / "job") == "/by/hand"


async def test_what_the_user_took_away_stays_away(home, local, tmp_path):
    environment = {"SLURM_TMPDIR": local(1), "DATA": tmp_path}
    session = await Session(home, **environment).start()
    await session.storage.unlink("data")
    await session.storage.unlink("job")
    again = await Session(home, **environment).start()
    assert sorted(os.listdir(home)) == [".local"]
    await again.storage.link(LinkRequest(name="data"))
    (home / "data").unlink()
    await Session(home, **environment).start()
    assert os.path.lexists(home / "data")


async def test_it_can_be_switched_off(home, local):
    session = await Session(home, {"automatic": False}, SLURM_TMPDIR=local(1)).start()
    await session.storage.link(LinkRequest(name="job"))
    await session.storage.stop()
    assert os.path.lexists(home / "job")


async def test_the_start_does_not_wait_for_what_hangs(home, local, hanging):
    session = Session(home, {"look_timeout": 3}, SLURM_TMPDIR=local(1), DATA=hanging)
    session.storage.start()
    await session.storage.started()
    assert os.path.lexists(home / "job")
    assert not os.path.lexists(home / "data")


async def test_the_end_does_not_wait_for_the_start(home, hanging):
    session = Session(home, {"look_timeout": 30}, DATA=hanging)
    session.storage.start()
    await asyncio.sleep(0)
    await asyncio.wait_for(session.storage.stop(), 20)


class TestDisks:
    async def test_a_full_home(self, small_disk, local, fill):
        home = small_disk / "home"
        session = Session(home, SLURM_TMPDIR=local(1))
        session.storage.records.folder.mkdir(parents=True)
        fill(small_disk)
        await session.start()
        with pytest.raises(ConflictError, match="Your home is full, so job was not made"):
            await session.storage.link(LinkRequest(name="job"))
        assert (await session.states())["job"] == "absent"
        assert os.listdir(home) == [".local"]
        # A little room is enough for a link, though not for the record of it.
        (small_disk / "small-0").unlink()
        await session.storage.link(LinkRequest(name="job"))
        assert (await session.states())["job"] == "linked"
        assert session.storage.records.all() == {}
        await session.storage.unlink("job")
        assert os.listdir(home) == [".local"]

    async def test_a_home_that_can_only_be_read(self, small_disk, local):
        session = Session(small_disk, SLURM_TMPDIR=local(1))
        (small_disk / "scratch").symlink_to("/old")
        remount, readonly = 32, 1
        libc = ctypes.CDLL(None)
        assert libc.mount(None, os.fsencode(small_disk), None, remount | readonly, None) == 0
        await session.start()
        for name in ("job", "scratch"):
            with pytest.raises(ConflictError, match="You may not change the folder of"):
                await session.storage.unlink("scratch")
            session.environment["SCRATCH"] = "/"
            with pytest.raises(ConflictError, match="You may not change the folder of"):
                await session.storage.link(LinkRequest(name=name))
        assert os.readlink(small_disk / "scratch") == "/old"


OWNER, OTHER = 54321, 54322


class TestUsers:
    @pytest.fixture
    def homes(self, common_folder, monkeypatch):
        """Homes of two users; the second's group can read the first's folder `shared`."""
        if not Path("/usr/bin/python3").exists():
            missing("/usr/bin/python3, which other users can run,")
        for name, user in (("owner", OWNER), ("other", OTHER)):
            (common_folder / name).mkdir(mode=0o711)
            os.chown(common_folder / name, user, user)
        script = common_folder / "look.py"
        script.write_text(looks.SCRIPT.read_text())
        monkeypatch.setattr(looks, "SCRIPT", script)
        monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
        monkeypatch.chdir("/")
        return common_folder

    def session(self, home, work, **environment):
        async def live():
            session = await Session(home, **environment).start()
            return await work(session)

        return lambda: asyncio.run(live())

    def test_the_owner_of_a_home(self, homes, as_user):
        (homes / "job").mkdir()

        async def work(session):
            await session.storage.link(LinkRequest(name="own", target="/tmp"))
            states = await session.states()
            return 0 if states == expected else 4

        expected = {"job": "linked", "own": "linked"}
        expected |= {"data": "unavailable", "scratch": "unavailable"}
        assert as_user(OWNER, self.session(homes / "owner", work, SLURM_TMPDIR=homes / "job")) == 0
        assert (homes / "owner" / "own").lstat().st_uid == OWNER
        assert Path(homes / "owner/.local/state/jupyterlab_hpc/storage").stat().st_mode & 0o77 == 0

    def test_what_the_user_may_not_read(self, homes, as_user):
        (homes / "secret").mkdir(mode=0o700)

        async def work(session):
            states = await session.states()
            try:
                await session.storage.link(LinkRequest(name="scratch"))
            except ConflictError as error:
                return 0 if states["scratch"] == "unavailable" and "not read" in str(error) else 4
            return 5

        environment = {"SCRATCH": homes / "secret"}
        assert as_user(OWNER, self.session(homes / "owner", work, **environment)) == 0
        assert not os.path.lexists(homes / "owner" / "scratch")

    def test_another_user_can_neither_see_nor_change(self, homes, as_user):
        (homes / "owner" / "scratch").symlink_to("/old")

        async def work(session):
            asked = await asyncio.gather(
                session.storage.link(LinkRequest(name="scratch")),
                session.storage.unlink("scratch"),
                session.storage.link(LinkRequest(name="new", target="/tmp")),
                return_exceptions=True,
            )
            return 0 if all("You may not change" in str(said) for said in asked) else 4

        assert as_user(OTHER, self.session(homes / "owner", work, SCRATCH="/tmp")) == 0
        assert os.readlink(homes / "owner" / "scratch") == "/old"
        assert sorted(os.listdir(homes / "owner")) == ["scratch"]
