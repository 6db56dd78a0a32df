"""Copying what is in the job's directory, on real disks."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_hpc.storage.copies import COPIER

OLD = 1_000_000_000


@pytest.fixture
def job(cluster: Path) -> Path:
    return cluster / "local/alice.1.0"


def fill_job(job: Path) -> None:
    (job / "results/deep").mkdir(parents=True)
    (job / "results/deep/model.bin").write_bytes(b"m" * 5000)
    (job / "results/log.txt").write_text("done")
    (job / "results/latest").symlink_to("deep/model.bin")
    (job / "dataset").mkdir()
    (job / "dataset/images.tar").write_bytes(b"i" * 20000)
    os.utime(job / "dataset/images.tar", (OLD, OLD))
    (job / "empty").mkdir()


async def wait(rest, *, until=("done", "failed", "cancelled")):
    while True:
        answer = await rest("storage/copy")
        assert answer.code == 200
        if answer.body["state"] in until:
            return answer.body
        await asyncio.sleep(0.02)


async def copy(rest, **body):
    begun = await rest("storage/copy", method="POST", body={"to": "scratch", **body})
    assert begun.code == 200, begun.body
    return await wait(rest)


def run_copier(*left_out: str, **order: object) -> list[dict[str, object]]:
    """Run the copier to its end; return what it said."""
    done = subprocess.run(
        [sys.executable, "-IS", COPIER, json.dumps({"since": None, **order}), *left_out],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


class TestLeft:
    async def test_nothing_and_something(self, rest, job, home, cluster):
        (job / ".ipynb_checkpoints").mkdir()
        answer = await rest("storage/left")
        assert (answer.body["state"], answer.body["path"]) == ("empty", str(job))
        fill_job(job)
        glance = (await rest("storage/left", sizes="false")).body
        assert (glance["state"], glance["items"], glance["places"]) == ("found", [], [])
        left = (await rest("storage/left")).body
        assert left["state"] == "found"
        assert not left["partial"]
        items = {item["name"]: item for item in left["items"]}
        assert items["results"]["changed_bytes"] == 5004 + len("deep/model.bin")
        assert items["results"]["changed_files"] == 3
        assert items["dataset"]["bytes"] == 20000
        assert items["dataset"]["changed_files"] == 0
        assert left["changed_files"] == 3
        assert left["files"] == 4
        places = {place["name"]: place for place in left["places"]}
        assert set(places) == {"scratch", "~"}
        assert places["scratch"]["path"] == str(cluster / "scratch/alice")
        assert places["scratch"]["free"] > 0
        assert (places["~"]["path"], places["~"]["home"]) == (str(home), True)

    async def test_a_place_without_permission_is_not_offered(self, rest, job, cluster, monkeypatch):
        if os.geteuid() == 0:
            (cluster / "scratch/alice").rename(cluster / "gone")
            (cluster / "scratch/alice").write_text("a file")
        else:
            (cluster / "scratch/alice").chmod(0o500)
        fill_job(job)
        left = (await rest("storage/left")).body
        assert [place["name"] for place in left["places"]] == ["~"]

    async def test_a_directory_that_is_not_there(self, rest, job):
        job.rmdir()
        assert (await rest("storage/left")).body["state"] == "none"


class TestCopy:
    async def test_what_changed_goes_into_a_new_folder(self, rest, job, cluster):
        assert (await rest("storage/copy")).body["state"] == "idle"
        fill_job(job)
        (cluster / "scratch/alice/job-1").mkdir()
        (cluster / "scratch/alice/job-1/mine").write_text("precious")
        done = await copy(rest)
        to = cluster / "scratch/alice/job-1 (2)"
        assert (done["state"], done["to"]) == ("done", str(to))
        assert (done["files"], done["total_files"]) == (3, 3)
        assert done["bytes"] == done["total_bytes"] == 5004 + len("deep/model.bin")
        assert (to / "results/deep/model.bin").read_bytes() == b"m" * 5000
        assert (to / "results/latest").readlink() == Path("deep/model.bin")
        assert sorted(path.name for path in to.iterdir()) == ["results"]
        assert [path.name for path in (cluster / "scratch/alice/job-1").iterdir()] == ["mine"]
        assert not done["resumable"]
        again = await rest("storage/copy", method="POST", body={"resume": True})
        assert (again.code, again.body["reason"]) == (409, "conflict")

    async def test_all_but_what_is_left_out(self, rest, job, cluster, home):
        fill_job(job)
        done = await copy(rest, to="~", changed=False, leave_out=["results"])
        assert (done["state"], done["browse"]) == ("done", "job-1")
        assert sorted(p.name for p in (home / "job-1").iterdir()) == ["dataset", "empty"]
        assert (home / "job-1/dataset/images.tar").stat().st_size == 20000

    async def test_nothing_that_changed(self, rest, job, cluster):
        (job / "old").write_text("x")
        os.utime(job / "old", (OLD, OLD))
        failed = await copy(rest)
        assert (failed["state"], failed["resumable"]) == ("failed", False)
        assert failed["message"]["text"] == "There is nothing to copy."
        assert os.listdir(cluster / "scratch/alice") == ["run.out"]

    async def test_a_place_that_is_not_offered(self, rest, job):
        fill_job(job)
        refused = await rest("storage/copy", method="POST", body={"to": "/etc"})
        assert (refused.code, refused.body["reason"]) == (404, "not-found")

    async def test_what_can_not_be_read_is_told(self, rest, job, cluster):
        fill_job(job)
        os.mkfifo(job / "pipe")
        bad = os.fsencode(job) + b"/\xff.bin"
        Path(os.fsdecode(bad)).write_bytes(b"x")
        done = await copy(rest)
        assert done["state"] == "done"
        names = os.listdir(os.fsencode(done["to"]))
        assert sorted(names) == [b"results", b"\xff.bin"]

    async def test_cancelled_and_gone_on_with(self, rest, job, cluster):
        with (job / "big").open("wb") as file:
            file.truncate(3 * 2**30)  # takes no room here, and long to copy
        (job / "a").write_text("small")
        await rest("storage/copy", method="POST", body={"to": "scratch"})
        second = await rest("storage/copy", method="POST", body={"to": "scratch"})
        assert second.code == 409
        while (await rest("storage/copy")).body["bytes"] < 100:
            await asyncio.sleep(0.01)
        ended = (await rest("storage/copy", method="DELETE")).body
        assert (ended["state"], ended["resumable"]) == ("cancelled", True)
        to = Path(ended["to"])
        assert [path.name for path in to.iterdir()] == ["a"]
        before = (to / "a").stat().st_ino
        (job / "big").write_bytes(b"b" * 1000)
        assert (await rest("storage/copy", method="POST", body={"resume": True})).code == 200
        done = await wait(rest)
        assert (done["state"], done["to"]) == ("done", str(to))
        assert (done["files"], done["bytes"]) == (2, 1005)
        assert (to / "a").stat().st_ino == before
        assert sorted(path.name for path in to.iterdir()) == ["a", "big"]


class TestFullDisk:
    async def test_a_place_without_room_is_told_before(self, rest, job, cluster, small_disk):
        scratch = cluster / "scratch/alice"
        (scratch / "run.out").unlink()
        scratch.rmdir()
        scratch.symlink_to(small_disk)
        (job / "big").write_bytes(b"b" * 2**21)
        failed = await copy(rest)
        assert failed["state"] == "failed"
        assert failed["message"]["text"].startswith("There is not enough room in ")
        assert os.listdir(failed["to"]) == []

    def test_full_in_the_middle_and_gone_on_with(self, job, small_disk):
        # More files than the disk has inodes: that is not seen before.
        for i in range(100):
            (job / f"{i:03}").write_text(str(i))
        said = run_copier(source=str(job), parent=str(small_disk), name="copy")
        assert said[-1]["end"] == "full"
        to = said[0]["to"]
        copied = os.listdir(to)
        assert 0 < len(copied) < 100
        assert not [name for name in copied if name.startswith(".")]
        for i in range(50, 100):
            (job / f"{i:03}").unlink()
        said = run_copier(source=str(job), into=to)
        assert said[-1]["end"] == "done"
        assert said[-1]["done"][1] == 50

    def test_what_is_there_needs_no_room_again(self, job, small_disk):
        (job / "big").write_bytes(b"b" * 600_000)
        said = run_copier(source=str(job), parent=str(small_disk), name="copy")
        assert said[-1]["end"] == "done"
        to = said[0]["to"]
        (job / "more").write_bytes(b"m" * 200_000)
        # Both together have no room any more; what is lacking has.
        room = os.statvfs(to).f_bavail * os.statvfs(to).f_frsize
        assert 200_000 < room < 800_000
        said = run_copier(source=str(job), into=to)
        assert (said[-1]["end"], said[-1]["done"][1]) == ("done", 2)
        (job / "most").write_bytes(b"m" * 900_000)
        said = run_copier(source=str(job), into=to)
        assert said[-1]["end"] == "room"
        assert sorted(os.listdir(to)) == ["big", "more"]

    def test_a_copy_of_another_size_is_no_copy(self, job, tmp_path):
        """What was cut short is younger than what it was made of: its size tells."""
        to = tmp_path / "to"
        to.mkdir()
        for name, text in (("whole", "whole"), ("cut", "cu"), ("longer", "longer and more")):
            (job / name).write_text(name)
            os.utime(job / name, (OLD, OLD))
            (to / name).write_text(text)
        inode = (to / "whole").stat().st_ino
        said = run_copier(source=str(job), into=str(to))
        assert (said[-1]["end"], said[-1]["done"]) == ("done", [14, 3])
        assert (to / "whole").stat().st_ino == inode
        for name in ("cut", "longer"):
            assert (to / f"{name} (2)").read_text() == name
        assert sorted(os.listdir(to)) == ["cut", "cut (2)", "longer", "longer (2)", "whole"]


class TestNothingIsOverwritten:
    def test_names_that_are_taken(self, job, tmp_path):
        (job / "a.txt").write_text("new")
        (job / "noend").write_text("new")
        (job / "link").symlink_to("a.txt")
        to = tmp_path / "to"
        to.mkdir()
        for name in ("a.txt", "noend", "link"):
            (to / name).write_text("something else")
            os.utime(to / name, (OLD, OLD))
        (to / "a (2).txt").mkdir()
        said = run_copier(source=str(job), into=str(to))
        assert said[-1]["end"] == "done"
        assert (to / "a.txt").read_text() == "something else"
        assert (to / "a (3).txt").read_text() == "new"
        assert (to / "noend (2)").read_text() == "new"
        assert (to / "link (2)").is_symlink()

    def test_a_folder_where_a_file_is(self, job, tmp_path):
        (job / "d").mkdir()
        (job / "d/x").write_text("x")
        to = tmp_path / "to"
        to.mkdir()
        (to / "d").write_text("mine")
        said = run_copier(source=str(job), into=str(to), since=0.0)
        assert said[-1] == {"end": "done", "why": "", "done": [0, 0], "count": 1}
        said = run_copier(source=str(job), into=str(to))
        assert said[-1] == {"end": "done", "why": "", "done": [0, 0], "count": 2}
        assert (to / "d").read_text() == "mine"

    def test_no_link_is_followed(self, job, tmp_path):
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret").write_text("s")
        (job / "way").symlink_to(outside)
        said = run_copier(source=str(job), parent=str(tmp_path), name="to")
        assert (tmp_path / "to/way").is_symlink()
        assert said[-1]["done"][1] == 1
