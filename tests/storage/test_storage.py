"""The storage room over REST, on a real file system."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from jupyterlab_hpc.storage.records import Record, Records

SITE = [
    {
        "name": "scratch",
        "target": "$SCRATCH",
        "title": "Scratch",
        "title_fr": "Scratch (fr)",
        "purge": "Files older than 60 days are deleted.",
        "purge_fr": "Les fichiers de plus de 60 jours sont supprimés.",
    },
    {"name": "datasets", "target": "$CLUSTER/network/datasets", "link": "~/links/datasets"},
    {"name": "work", "target": "$WORK"},
    {"name": "job", "target": "$SLURM_TMPDIR", "automatic": True, "per_job": True},
]


@pytest.fixture
def session_variables(session_variables, cluster):
    return {**session_variables, "CLUSTER": str(cluster), "WORK": None}


@pytest.fixture
def hpc_config():
    return {"StorageService": {"targets": SITE, "look_timeout": 60}}


@pytest.fixture
def links(rest):
    """Ask for the links; the answer is a dict by name."""

    async def ask():
        answer = await rest("storage")
        assert answer.code == 200
        return {link["name"]: link for link in answer.body["links"]}

    return ask


async def put(rest, name, **body):
    return await rest("storage/links", method="PUT", body={"name": name, **body})


async def delete(rest, name):
    return await rest("storage/links", method="DELETE", name=name)


class TestStates:
    async def test_all_of_them(self, rest, app, links, home, cluster):
        await app.storage.started()
        found = await links()
        assert list(found) == ["scratch", "datasets", "work", "job"]
        assert {name: link["state"] for name, link in found.items()} == {
            "scratch": "absent",
            "datasets": "absent",
            "work": "unavailable",
            "job": "linked",
        }
        assert found["work"]["message"]["text"] == "$WORK is not set in this session."
        scratch = found["scratch"]
        assert scratch["target"] == str(cluster / "scratch/alice")
        assert scratch["purge_fr"].startswith("Les fichiers")
        assert (scratch["link"], scratch["browse"], scratch["ours"]) == ("scratch", None, False)

        (home / "scratch").symlink_to("/somewhere/else")
        (home / "links").mkdir()
        (home / "links" / "datasets").write_text("mine")
        found = await links()
        assert found["scratch"]["state"] == "stale"
        assert found["scratch"]["points_to"] == "/somewhere/else"
        assert found["datasets"]["state"] == "occupied"

        (home / "scratch").unlink()
        (home / "scratch").symlink_to(cluster / "scratch/alice")
        (cluster / "scratch/alice/run.out").unlink()
        (cluster / "scratch/alice").rmdir()
        found = await links()
        assert found["scratch"]["state"] == "dangling"
        assert "is not there" in found["scratch"]["message"]["text"]
        assert found["scratch"]["browse"] is None

    async def test_the_same_directory_by_another_way_is_linked(self, links, home, cluster):
        (cluster / "alias").symlink_to("scratch")
        (home / "scratch").symlink_to(cluster / "alias/alice")
        assert (await links())["scratch"]["state"] == "linked"

    async def test_a_target_that_is_a_directory_in_the_home(self, rest, app, links, home):
        (home / "scratch").mkdir()
        app.environment.apply({"SCRATCH": str(home / "scratch")})
        scratch = (await links())["scratch"]
        assert (scratch["state"], scratch["browse"]) == ("linked", "scratch")
        assert (await put(rest, "scratch")).code == 409
        assert (await delete(rest, "scratch")).code == 409
        assert (home / "scratch").is_dir()

    async def test_the_folder_of_links_is_a_link(self, rest, links, home, tmp_path):
        (home / "links").symlink_to(tmp_path)
        datasets = (await links())["datasets"]
        assert datasets["state"] == "occupied"
        answer = await put(rest, "datasets")
        assert answer.code == 409
        assert "is a link itself" in answer.body["message"]
        assert not (tmp_path / "datasets").exists()

    async def test_a_target_that_hangs(self, rest, app, links, home, hanging):
        app.storage.look_timeout = 3
        app.environment.apply({"WORK": str(hanging)})
        found = await links()
        assert found["work"]["state"] == "unavailable"
        assert "does not answer" in found["work"]["message"]["text"]
        assert found["scratch"]["state"] == "absent"
        answer = await put(rest, "work")
        assert (answer.code, answer.body["reason"]) == (504, "tool-timeout")
        (home / "work").symlink_to(hanging)
        assert (await links())["work"]["state"] == "unavailable"
        # Taking the link away touches nothing that hangs.
        assert (await delete(rest, "work")).code == 200
        assert not os.path.lexists(home / "work")

    async def test_many_pages_at_a_hanging_target(self, rest, app, hanging):
        app.storage.look_timeout = 0.5
        app.environment.apply({"WORK": str(hanging)})
        answers = await asyncio.gather(*(rest("storage") for _ in range(40)))
        assert {answer.code for answer in answers} == {200}
        # and the threads of the server are free for others
        await asyncio.wait_for(asyncio.to_thread(lambda: None), 30)


class TestStrays:
    async def test_dead_links_that_nobody_told_of_are_listed(self, rest, home, links, tmp_path):
        (home / "alice.9.0").symlink_to("/localscratch/alice.9.0")
        (home / "relative").symlink_to("nowhere/at/all")
        (home / "good").symlink_to(tmp_path)
        (home / ".hidden").symlink_to("/gone")
        found = await links()
        assert {"alice.9.0", "relative"} <= set(found)
        assert not {"good", ".hidden"} & set(found)
        dead = found["alice.9.0"]
        assert (dead["state"], dead["own"], dead["ours"]) == ("dangling", True, False)
        assert dead["points_to"] == "/localscratch/alice.9.0"
        assert (await delete(rest, "alice.9.0")).code == 200
        assert not os.path.lexists(home / "alice.9.0")
        assert "alice.9.0" not in await links()

    async def test_very_many_links(self, home, links):
        for i in range(500):
            (home / f"dead-{i}").symlink_to("/gone")
        assert len(await links()) < 100


class TestLink:
    async def test_a_target_of_the_site(self, rest, home, cluster):
        answer = await put(rest, "scratch")
        assert answer.code == 200
        assert (answer.body["state"], answer.body["browse"]) == ("linked", "scratch")
        assert answer.body["ours"] and not answer.body["own"]
        assert (home / "scratch" / "run.out").read_text() == "42"
        assert os.readlink(home / "scratch") == str(cluster / "scratch/alice")

    @pytest.mark.parametrize("target", ["$SCRATCH", "", None])
    async def test_its_target_may_be_named(self, rest, home, cluster, target):
        body = {} if target is None else {"target": target}
        assert (await put(rest, "scratch", **body)).code == 200
        body = {"target": str(cluster / "scratch/alice")}
        assert (await put(rest, "scratch", **body)).code == 200
        assert (await put(rest, "scratch", target="/etc")).code == 409

    async def test_in_a_folder_that_is_not_there_yet(self, rest, home):
        answer = await put(rest, "datasets")
        assert (answer.code, answer.body["browse"]) == (200, "links/datasets")
        assert (home / "links/datasets/imagenet").is_dir()

    async def test_mends(self, rest, home, cluster):
        (home / "scratch").symlink_to("/gone")
        answer = await put(rest, "scratch")
        assert (answer.code, answer.body["state"]) == (200, "linked")
        assert os.readlink(home / "scratch") == str(cluster / "scratch/alice")

    @pytest.mark.parametrize("kind", ["file", "folder"])
    async def test_never_over_anything_else(self, rest, home, links, kind):
        path = home / "scratch"
        path.write_text("mine") if kind == "file" else path.mkdir()
        for answer in (await put(rest, "scratch"), await delete(rest, "scratch")):
            assert (answer.code, answer.body["reason"]) == (409, "conflict")
            assert "it is left alone" in answer.body["message"]
        assert path.is_dir() if kind == "folder" else path.read_text() == "mine"
        assert (await links())["scratch"]["state"] == "occupied"

    async def test_one_of_ones_own(self, rest, home, links, tmp_path):
        (tmp_path / "mine").mkdir()
        answer = await put(rest, "my data", target=str(tmp_path / "mine"))
        assert answer.code == 200
        assert answer.body["own"] and answer.body["state"] == "linked"
        assert (await links())["my data"]["browse"] == "my data"
        # The same name leads elsewhere now.
        (tmp_path / "other").mkdir()
        assert (await put(rest, "my data", target=str(tmp_path / "other"))).code == 200
        assert os.readlink(home / "my data") == str(tmp_path / "other")
        answer = await delete(rest, "my data")
        assert answer.code == 200
        assert "my data" not in {link["name"] for link in answer.body["links"]}
        assert not os.path.lexists(home / "my data")
        assert (tmp_path / "other").is_dir()

    async def test_one_of_ones_own_in_another_folder(self, rest, home, links, tmp_path):
        (home / "work").mkdir()
        answer = await put(rest, "work/data", target=str(tmp_path))
        assert (answer.code, answer.body["browse"]) == (200, "work/data")
        assert (await put(rest, "nowhere/data", target=str(tmp_path))).code == 404
        assert (await delete(rest, "work/data")).code == 200
        assert not os.path.lexists(home / "work" / "data")

    async def test_one_whose_variable_changes(self, rest, app, home, links, cluster):
        await put(rest, "mine", target="$SCRATCH/../alice")
        (cluster / "scratch/bob").mkdir()
        app.environment.apply({"SCRATCH": str(cluster / "scratch/bob")})
        assert (await links())["mine"]["state"] == "linked"
        await put(rest, "plain", target="$SCRATCH")
        app.environment.apply({"SCRATCH": str(cluster / "scratch/alice")})
        assert (await links())["plain"]["state"] == "stale"
        assert (await put(rest, "plain")).body["state"] == "linked"
        assert os.readlink(home / "plain") == str(cluster / "scratch/alice")

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, 400),
            ({"name": 5}, 400),
            ({"name": "x"}, 400),
            ({"name": "x", "target": "relative"}, 400),
            ({"name": "x", "target": "$NOT_SET/y"}, 400),
            ({"name": "x", "target": "/no/such/place"}, 404),
            ({"name": "x", "target": "/a\0b"}, 400),
            ({"name": "x", "target": "/" + "a" * 5000}, 400),
            ({"name": "../x", "target": "/etc"}, 400),
            ({"name": "/etc/x", "target": "/etc"}, 400),
            ({"name": "a/../../x", "target": "/etc"}, 400),
            ({"name": ".bashrc", "target": "/etc"}, 400),
            ({"name": ".ssh/x", "target": "/etc"}, 400),
            ({"name": "-rf", "target": "/etc"}, 400),
            ({"name": "", "target": "/etc"}, 400),
            ({"name": "\ud800", "target": "/etc"}, 400),
            ({"name": "work"}, 404),
        ],
    )
    async def test_what_makes_no_sense(self, rest, home, body, code):
        was = sorted(os.listdir(home))
        answer = await rest("storage/links", method="PUT", body=body)
        assert answer.code == code, answer.body
        assert answer.body["message"]
        assert sorted(set(os.listdir(home)) - {".local", "job"}) == sorted(
            set(was) - {".local", "job"}
        )

    async def test_not_to_itself(self, rest, app, home):
        app.environment.apply({"SCRATCH": str(home / "scratch")})
        (home / "scratch").symlink_to("/etc")
        assert (await put(rest, "scratch")).code == 409
        assert os.readlink(home / "scratch") == "/etc"


class TestUnlink:
    async def test_only_the_link(self, rest, home, cluster):
        await put(rest, "scratch")
        answer = await delete(rest, "scratch")
        assert answer.code == 200
        assert not os.path.lexists(home / "scratch")
        assert (cluster / "scratch/alice/run.out").read_text() == "42"

    async def test_a_link_that_nobody_told_of(self, rest, home):
        (home / "old").symlink_to("/gone")
        assert (await delete(rest, "old")).code == 200
        assert not os.path.lexists(home / "old")

    @pytest.mark.parametrize(
        ("name", "code"),
        [("nothing", 404), ("../x", 400), ("/etc/mtab", 400), ("", 400), ("a/b", 404)],
    )
    async def test_what_is_not_there(self, rest, name, code):
        assert (await delete(rest, name)).code == code

    async def test_without_a_name(self, rest):
        assert (await rest("storage/links", method="DELETE")).code == 400


class TestSettings:
    @pytest.mark.parametrize(
        "hpc_config",
        [
            {
                "StorageService": {
                    "targets": [{"name": "x", "target": "/tmp", "colour": "red"}],
                    "folder": "/etc",
                }
            }
        ],
    )
    async def test_what_is_wrong_is_told_and_the_rest_works(self, rest, home):
        body = (await rest("storage")).body
        assert [problem.split(":")[0] for problem in body["problems"]] == [
            "StorageService.targets[0].colour",
            "StorageService.folder",
        ]
        assert body["links"] == []
        assert (await put(rest, "tmp", target="/tmp")).code == 200

    @pytest.mark.parametrize("hpc_config", [{"StorageService": {"folder": "~/links"}}])
    async def test_the_defaults_show_what_is_there(self, rest, app, home, links):
        await app.storage.started()
        found = await links()
        assert {"slurm_tmpdir", "scratch"} <= set(found)
        assert not {"project", "archive"} & set(found)
        assert found["slurm_tmpdir"]["state"] == "linked"
        assert found["slurm_tmpdir"]["browse"] == "links/slurm_tmpdir"
        assert (await put(rest, "mine", target="/etc")).body["link"] == "links/mine"

    @pytest.mark.parametrize(
        "hpc_config", [{"StorageService": {"more_targets": [{"name": "etc", "target": "/etc"}]}}]
    )
    async def test_more_than_the_defaults(self, links):
        found = await links()
        assert found["etc"]["state"] == "absent"
        assert "scratch" in found


class TestEvents:
    async def test_every_page_hears_of_a_change(self, rest, jp_serverapp, app):
        await app.storage.started()
        heard = []

        async def listener(logger, schema_id, data):
            heard.append((schema_id, data))

        jp_serverapp.event_logger.add_listener(
            schema_id="https://schema.jupyter.org/jupyterlab_hpc/storage/v1", listener=listener
        )
        await put(rest, "scratch")
        await delete(rest, "scratch")
        await delete(rest, "nothing")
        for _ in range(1000):
            if len(heard) == 2:
                break
            await asyncio.sleep(0.01)
        revisions = [data["revision"] for _, data in heard]
        assert revisions == sorted(set(revisions)) and len(revisions) == 2


class TestRecords:
    def record(self, place, **values):
        return Record(**{"place": place, "wanted": "$X", "target": "/x", "kind": "auto", **values})

    def test_damage_is_passed_over(self, tmp_path):
        records = Records(tmp_path)
        records.save(self.record("a"))
        records.save(self.record("b", kind="own"))
        (good,) = [p for p in tmp_path.iterdir() if '"a"' in p.read_text()]
        for i, text in enumerate(
            [b"", b"{", b"[]", b"5", b"\xff\xfe", b'{"format": 9}', b"[" * 100000]
        ):
            (tmp_path / f"link-{i}.json").write_bytes(text)
        whole = json.loads(good.read_text())
        for i, change in enumerate(
            [{"place": "../../etc/passwd"}, {"kind": "root"}, {"until": "x"}, {"more": 1}]
        ):
            (tmp_path / f"link-x{i}.json").write_text(json.dumps({**whole, **change}))
        # A right record in a file of another name was put there by nobody of ours.
        (tmp_path / "link-z.json").write_text(good.read_text())
        (tmp_path / "link-dir.json").mkdir()
        assert set(records.all()) == {"a", "b"}

    def test_without_a_folder(self, tmp_path):
        records = Records(tmp_path / "none")
        assert records.all() == {}
        records.forget("a")
        (tmp_path / "file").write_text("x")
        assert Records(tmp_path / "file").all() == {}

    def test_two_sessions_lose_nothing(self, tmp_path):
        one, other = Records(tmp_path), Records(tmp_path)
        for i in range(20):
            one.save(self.record(f"one-{i}"))
            other.save(self.record(f"other-{i}"))
            other.save(self.record("both", target="/other"))
            one.save(self.record("both", target="/one"))
        assert len(one.all()) == 41
        assert other.all()["both"].target == "/one"
        assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("link-")) == []

    async def test_damage_is_no_harm(self, rest, app, home, links):
        await put(rest, "scratch")
        for path in Path(app.storage.state_folder).iterdir():
            path.write_bytes(b"\0\1")
        scratch = (await links())["scratch"]
        assert (scratch["state"], scratch["ours"]) == ("linked", False)
        assert (await put(rest, "scratch")).body["ours"]
