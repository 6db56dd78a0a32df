"""The links in a folder that the file browser shows, on a real file system."""

import os
import socket
from pathlib import Path

import pytest


@pytest.fixture
def hpc_config():
    return {
        "StorageService": {
            "look_timeout": 60,
            "targets": [
                {
                    "name": "scratch",
                    "target": "$SCRATCH",
                    "title": "Scratch",
                    "title_fr": "Espace scratch",
                    "purge": "Files older than 60 days are deleted.",
                },
                {"name": "results", "target": "$SCRATCH/results", "title": "Results"},
            ],
        }
    }


@pytest.fixture
def ask(rest):
    async def folder(path: str = ""):
        answer = await rest("storage/folder", path=path)
        assert answer.code == 200, answer.body
        return {link["name"]: link for link in answer.body["links"]}

    return folder


async def test_what_links_there_are(rest, ask, home, cluster):
    (home / "work").mkdir()
    (home / "work/data.csv").write_text("1")
    (home / "inside").symlink_to("work/data.csv")
    (home / "dead").symlink_to("/nowhere/at/all")
    (home / "loop").symlink_to("loop")
    (home / "sets").symlink_to(cluster / "network/datasets")
    (home / "chain").symlink_to("sets/imagenet")
    (home / ".hidden").symlink_to("/nowhere")
    (cluster / "scratch/alice/results").mkdir()
    (home / "out").symlink_to(cluster / "scratch/alice/results")
    assert (await rest("storage/links", method="PUT", body={"name": "scratch"})).code == 200

    links = await ask()
    assert {
        name: (link["state"], link["outside"], link["ours"]) for name, link in links.items()
    } == {
        "chain": ("linked", True, False),
        "dead": ("dangling", True, False),
        "inside": ("linked", False, False),
        "loop": ("dangling", False, False),
        "out": ("linked", True, False),
        "scratch": ("linked", True, True),
        "sets": ("linked", True, False),
    }
    assert links["dead"]["points_to"] == "/nowhere/at/all"
    assert links["dead"]["message"]["text"] == "dead leads to /nowhere/at/all, which is not there."
    assert links["inside"]["message"]["text"] == "Link to work/data.csv."
    assert links["chain"]["message"]["text"] == "Link to sets/imagenet, outside your home."
    assert (links["scratch"]["title_fr"], links["out"]["title"]) == ("Espace scratch", "Results")
    assert links["scratch"]["purge"] == "Files older than 60 days are deleted."
    assert links["sets"]["title"] == ""
    assert all(link["link"] == name for name, link in links.items())


async def test_a_folder_below_and_one_behind_a_link(ask, home, cluster):
    (home / "work").mkdir()
    (home / "work/dead").symlink_to("../gone")
    (home / "way").symlink_to("work")
    (home / "scratch").symlink_to(cluster / "scratch/alice")
    (cluster / "scratch/alice/dead").symlink_to("gone")
    (cluster / "scratch/alice/back").symlink_to(home / "work")
    (below,) = (await ask("work")).values()
    assert (below["link"], below["outside"]) == ("work/dead", False)
    (behind,) = (await ask("way")).values()
    assert behind["link"] == "work/dead"
    outside = await ask("scratch")
    assert {name: link["link"] for name, link in outside.items()} == {"back": "", "dead": ""}
    assert [link["outside"] for link in outside.values()] == [False, True]


async def test_what_may_not_be_read(ask, home, cluster):
    (home / "socket").symlink_to(cluster / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(cluster / "socket"))
        assert (await ask())["socket"]["state"] == "linked"
    if os.geteuid() != 0:
        (cluster / "network").chmod(0)
        (home / "closed").symlink_to(cluster / "network/datasets")
        assert (await ask())["closed"]["state"] == "unavailable"
        (cluster / "network").chmod(0o700)


async def test_names_with_odd_bytes(rest, ask, home):
    (home / "odd").symlink_to(os.fsdecode(b"/gone\xff"))
    (home / os.fsdecode(b"odd\xff")).symlink_to("/gone")
    (home / "two\nlines").symlink_to("/gone")
    links = await ask()
    assert list(links) == ["odd"]
    assert links["odd"]["points_to"] == "/gone?"
    answer = await rest("storage")
    assert [info["points_to"] for info in answer.body["links"] if info["own"]] == ["/gone?"]


@pytest.mark.parametrize("path", ["../etc", "a/../../etc", "a/./b", "a//b"])
async def test_what_is_no_folder(rest, path):
    answer = await rest("storage/folder", path=path)
    assert (answer.code, answer.body["reason"]) == (400, "bad-request")


async def test_a_folder_that_is_not_there(rest, home):
    (home / "file").write_text("")
    for path in ("gone", "file"):
        answer = await rest("storage/folder", path=path)
        assert (answer.code, answer.body["reason"]) == (404, "not-found")


async def test_what_hangs(rest, app, ask, home, hanging):
    app.storage.look_timeout = 0.5
    (home / "hangs").symlink_to(hanging)
    (home / "inside").symlink_to("gone")
    links = await ask()
    assert {name: link["state"] for name, link in links.items()} == {
        "hangs": "unavailable",
        "inside": "dangling",
    }
    assert "does not answer" in links["hangs"]["message"]["text"]
    answer = await rest("storage/folder", path="hangs")
    assert answer.code == 200
    assert "does not answer" in answer.body["message"]["text"]


class TestPlacesInTheHomeItself:
    """With a folder of links, `~/NAME` is still a place in the home."""

    @pytest.fixture
    def hpc_config(self):
        return {"StorageService": {"look_timeout": 60, "targets": [], "folder": "~/links"}}

    async def test_made_and_removed(self, rest, home, cluster):
        body = {"name": "~/here", "target": str(cluster)}
        assert (await rest("storage/links", method="PUT", body=body)).code == 200
        assert (home / "here").is_symlink()
        body = {"name": "~/here", "target": str(cluster / "network")}
        assert (await rest("storage/links", method="PUT", body=body)).code == 200
        assert (home / "here").readlink() == cluster / "network"
        (home / "links").mkdir()
        (home / "links/here").symlink_to("/gone")
        assert (await rest("storage/links", method="DELETE", name="~/here")).code == 200
        assert not (home / "here").is_symlink()
        assert Path(home / "links/here").is_symlink()
