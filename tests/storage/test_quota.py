"""How full file systems are, over REST: real disks, and tools that stand for real ones."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from jupyterlab_hpc.process import run

LFS = """
echo "$@" >> "$CALLS"
cat <<'END'
Disk quotas for usr alice (uid 1234):
     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace
        /scratch  %s 1000 2000 - 10 0 100 -
END
"""


@pytest.fixture
def calls(tmp_path):
    return tmp_path / "calls"


@pytest.fixture
def session_variables(session_variables, calls, tmp_path):
    return {
        **session_variables,
        "CALLS": str(calls),
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "USER": "alice",
    }


async def ask(rest, **query):
    answer = await rest("storage/quota", **query)
    assert answer.code == 200, answer.body
    return {quota["name"]: quota for quota in answer.body["quotas"]}


def configure(app, **entry):
    """Set the file systems as a site would, after the server has started."""
    quota = app.storage.quota
    quota.quotas = [{"name": "scratch", "title": "Scratch", "path": "$SCRATCH", **entry}]
    quota.read_settings()
    assert quota.problems == []


class TestWholeFileSystems:
    async def test_the_home_as_it_is(self, rest, home):
        home_quota = (await ask(rest))["home"]
        disk = os.statvfs(home)
        assert home_quota["scope"] == "system"
        assert home_quota["home"] and home_quota["path"] == str(home)
        size = home_quota["bytes"]
        # Other tests write to that disk too.
        available = disk.f_bavail * disk.f_frsize
        assert abs(size["limit"] - size["used"] - available) < 2**32
        assert home_quota["level"] in ("ok", "warning")

    async def test_one_for_each_file_system(self, rest, app, small_disk):
        app.environment.apply({"SCRATCH": str(small_disk)})
        quotas = await ask(rest)
        assert list(quotas) == ["home", "scratch"]
        assert quotas["home"]["names"] == ["slurm_tmpdir"]
        assert quotas["scratch"]["bytes"]["limit"] == 2**20
        assert quotas["scratch"]["level"] == "ok"
        assert quotas["scratch"]["files"]["limit"] == 64
        assert list(await ask(rest, home=True)) == ["home"]

    async def test_it_is_what_df_tells(self, rest, app, small_disk):
        app.environment.apply({"SCRATCH": str(small_disk)})
        (small_disk / "file").write_bytes(b"x" * 100_000)
        told = (await ask(rest))["scratch"]
        columns = "--output=used,avail,iused,iavail"
        df = ["df", "--block-size=1", columns, str(small_disk)]
        done = await run(df, timeout=60, env={"PATH": os.defpath})
        used, free, files, files_free = map(int, done.stdout.split()[-4:])
        assert told["bytes"] == {"used": used, "soft": 0, "limit": used + free}
        assert told["files"] == {"used": files, "soft": 0, "limit": files + files_free}

    async def test_a_full_one(self, rest, app, small_disk, fill):
        app.environment.apply({"SCRATCH": str(small_disk)})
        fill(small_disk)
        assert (await ask(rest))["scratch"]["level"] == "full"

    async def test_one_that_hangs(self, rest, app, hanging):
        app.storage.look_timeout = 3
        app.environment.apply({"SCRATCH": str(hanging)})
        quotas = await ask(rest)
        assert list(quotas) == ["home"]
        configure(app)
        (quota,) = (await ask(rest)).values()
        assert (quota["level"], quota["bytes"]) == ("unknown", None)
        assert "does not answer" in quota["message"]["text"]


class TestTools:
    @pytest.mark.parametrize(
        ("used", "level"), [(1, "ok"), (950, "warning"), (1500, "warning"), (2000, "full")]
    )
    async def test_the_level(self, rest, app, fake_tool, used, level):
        fake_tool("lfs", LFS % used)
        configure(app, command=["lfs", "quota", "-u", "$USER", "/scratch"], format="lfs")
        quota = (await ask(rest))["scratch"]
        assert quota["level"] == level
        assert quota["bytes"] == {"used": used * 1024, "soft": 1000 * 1024, "limit": 2000 * 1024}
        assert quota["files"] == {"used": 10, "soft": 0, "limit": 100}
        assert (quota["source"], quota["scope"]) == ("lfs", "user")
        assert quota["names"] == ["scratch"]

    async def test_it_is_asked_once_for_many_pages(self, rest, app, fake_tool, calls):
        fake_tool("lfs", LFS % 1)
        configure(app, command=["lfs", "quota", "-u", "$USER", "/scratch"], format="lfs")
        await asyncio.gather(*(ask(rest) for _ in range(10)))
        assert calls.read_text() == "quota -u alice /scratch\n"
        await ask(rest, fresh=True)
        assert len(calls.read_text().splitlines()) == 2
        app.storage.quota.age = 0
        await ask(rest)
        assert len(calls.read_text().splitlines()) == 3

    @pytest.mark.parametrize(
        ("script", "said"),
        [
            ("echo '<b>what</b>'; echo is this >&2; exit 3", "What lfs said could not be read."),
            ("sleep 60", "did not answer within 0.5 seconds."),
            ("head -c 100000 /dev/urandom", "What lfs said could not be read."),
        ],
    )
    async def test_one_that_does_not_work(self, rest, app, fake_tool, script, said):
        fake_tool("lfs", script)
        app.storage.quota.timeout = 0.5 if "sleep" in script else 60
        configure(app, command=["lfs", "quota"], format="lfs", path="/nowhere")
        quota = (await ask(rest))["scratch"]
        assert (quota["level"], quota["bytes"]) == ("unknown", None)
        assert quota["message"]["text"].endswith(said)
        assert (quota["message"]["detail"] == "<b>what</b>\nis this") == ("what" in script)

    async def test_one_that_is_not_there(self, rest, app):
        configure(app, command=["no-such-tool"], format="lfs", path="/nowhere")
        quota = (await ask(rest))["scratch"]
        assert quota["message"]["text"] == "no-such-tool cannot be run on this machine."

    async def test_one_that_has_nothing_to_tell_gives_way_to_the_file_system(
        self, rest, app, fake_tool
    ):
        fake_tool("quota", "echo 'Disk quotas for user alice (uid 1): none'")
        configure(app, command=["quota"], format="quota", path="$HOME")
        quota = (await ask(rest))["scratch"]
        assert (quota["scope"], quota["source"]) == ("system", "statvfs")
        assert quota["bytes"]["limit"] > 0

    async def test_one_that_tells_of_many(self, rest, app, fake_tool, home):
        fake_tool(
            "diskusage_report",
            f"echo '{home} (user alice) 46 GB/47 GB 25/500k';"
            "echo '/project (group def-a) 1 GB/9 GB 2/500k'",
        )
        quotas = await ask(rest)
        assert [q["level"] for q in quotas.values()] == ["warning", "ok"]
        assert next(iter(quotas)) == f"home:{home}"
        assert [q["home"] for q in quotas.values()] == [True, False]
        assert len(await ask(rest, home=True)) == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("x", ": must be a dict"),
        ({"name": "x"}, ": must have a path or a command"),
        ({"path": "/"}, ".name: is missing"),
        ({"name": "x", "path": "/", "colour": 1}, ".colour: is unknown; known are name, title"),
        ({"name": "x", "command": "lfs quota"}, ".command: must be a list"),
        (
            {"name": "x", "command": ["lfs", 1], "format": "lfs"},
            ".command: must be a list of words",
        ),
        ({"name": "x", "command": ["lfs"]}, ".format: must be one of lfs, mmlsquota"),
    ],
)
async def test_what_is_not_right_is_told_by_its_key(rest, app, entry, said):
    quota = app.storage.quota
    if isinstance(entry, dict):
        quota.quotas = [entry]
        quota.read_settings()
        assert quota.problems[0].startswith(f"StorageQuota.quotas[0]{said}")


class TestUsage:
    async def until_done(self, rest):
        while (answer := await rest("storage/usage")).body["state"] == "running":
            await asyncio.sleep(0.02)
        return answer.body

    async def test_the_biggest_come_first(self, rest, app, home):
        (home / "big" / "inside").mkdir(parents=True)
        (home / "big" / "inside" / "file").write_bytes(b"x" * 3_000_000)
        (home / "middle").write_bytes(b"x" * 1_000_000)
        os.link(home / "middle", home / "again")
        (home / "elsewhere").symlink_to("/usr")
        assert (await rest("storage/usage")).body["state"] == "idle"
        assert (await rest("storage/usage", method="POST", body="")).body["state"] == "running"
        said = await self.until_done(rest)
        assert said["state"] == "done"
        paths = [item["path"] for item in said["items"]]
        assert paths[:2] == ["big", "big/inside"]
        assert len({"middle", "again"} & set(paths[:3])) == 1
        assert said["items"][1]["bytes"] >= 3_000_000
        assert 4_000_000 <= said["bytes"] < 6_000_000

    async def test_it_ends_in_time(self, rest, app, home, monkeypatch):
        for i in range(600):
            (home / str(i)).touch()
        app.storage.usage.timeout = 0
        await rest("storage/usage", method="POST", body="")
        said = await self.until_done(rest)
        assert said["state"] == "partial"
        assert 0 < said["files"] < 600

    async def test_it_can_be_cancelled(self, rest, app, monkeypatch, tmp_path):
        from jupyterlab_hpc.storage import usage

        script = tmp_path / "walk.py"
        script.write_text("import time; time.sleep(600)")
        monkeypatch.setattr(usage, "SCRIPT", script)
        await rest("storage/usage", method="POST", body="")
        assert (await rest("storage/usage", method="POST", body="")).body["state"] == "running"
        answer = await rest("storage/usage", method="DELETE")
        assert answer.body["state"] == "cancelled"
        assert (await rest("storage/usage")).body["state"] == "cancelled"

    @pytest.mark.parametrize("script", ["import sys; sys.exit('no')", "print('{')"])
    async def test_it_fails_in_words(self, rest, monkeypatch, tmp_path, script):
        from jupyterlab_hpc.storage import usage

        (tmp_path / "walk.py").write_text(script)
        monkeypatch.setattr(usage, "SCRIPT", tmp_path / "walk.py")
        await rest("storage/usage", method="POST", body="")
        said = await self.until_done(rest)
        assert said["state"] == "failed"
        assert said["message"]["text"] == "Your home could not be added up."

    async def test_a_home_that_hangs(self, rest, app, hanging, monkeypatch):
        from jupyterlab_hpc.storage import usage

        monkeypatch.setattr(usage, "GRACE", 0.5)
        monkeypatch.setattr(app.storage.usage, "_home", str(hanging))
        app.storage.usage.timeout = 0.1
        await rest("storage/usage", method="POST", body="")
        said = await self.until_done(rest)
        assert said["state"] == "failed"
        assert Path(sys.executable).name in said["message"]["text"]
