"""Collections over REST, on real Lmod."""

import asyncio
from pathlib import Path

import pytest

DEFAULTS = ["StdEnv/2023", "python/3.11.5", "ipython-kernel/3.11"]


async def change(rest, **body):
    return await rest("software/loaded", method="PATCH", body=body)


async def save(rest, **body):
    return await rest("software/collections", method="PUT", body=body)


async def restore(rest, **body):
    return await rest("software/collections/restore", method="POST", body=body)


async def names(rest):
    return [c["name"] for c in (await rest("software/collections")).body["collections"]]


async def loaded(rest):
    return [m["full_name"] for m in (await rest("software/loaded")).body["modules"]]


async def test_are_saved_described_restored_and_deleted(rest):
    assert await names(rest) == []
    await change(rest, load=["cmake", "scipy-stack/2023b"])
    answer = await save(rest, name="my work, été")
    assert answer.code == 200
    assert answer.body == {
        "collections": [{"name": "my work, été", "default": False}],
        "messages": [],
    }
    described = (await rest("software/collection", name="my work, été")).body
    assert described["modules"][-1] == "scipy-stack/2023b"
    was = await loaded(rest)
    await change(rest, unload=["cmake", "scipy-stack"])

    answer = await restore(rest, name="my work, été", preview=True)
    assert answer.body["preview"] is True
    assert await loaded(rest) == DEFAULTS
    answer = await restore(rest, name="my work, été")
    assert answer.code == 200
    assert "scipy-stack/2023b" in answer.body["loaded"]
    assert await loaded(rest) == was

    answer = await rest("software/collections", method="DELETE", name="my work, été")
    assert answer.body["collections"] == []
    assert (await restore(rest, name="my work, été")).code == 404


async def test_are_not_overwritten_by_accident(rest):
    await save(rest, name="work")
    await change(rest, load=["cmake"])
    answer = await save(rest, name="work")
    assert (answer.code, answer.body["reason"]) == (409, "conflict")
    assert "work" in answer.body["message"]
    described = (await rest("software/collection", name="work")).body["modules"]
    assert described == DEFAULTS
    assert (await save(rest, name="work", overwrite=True)).code == 200
    described = (await rest("software/collection", name="work")).body["modules"]
    assert len(described) == 4


async def test_the_default_one_is_loaded_by_every_login_shell(rest):
    answer = await save(rest, name="default")
    assert answer.body["collections"] == [{"name": "default", "default": True}]
    (message,) = answer.body["messages"]
    assert message["level"] == "warning"
    assert "login shell" in message["text"]
    assert "login shell" in (await save(rest, name="default")).body["message"]


async def test_what_is_gone_is_told_and_the_rest_is_loaded(rest, jp_home_dir):
    folder = jp_home_dir / "modules"
    for name in ("mine", "other"):
        (folder / name).mkdir(parents=True)
        (folder / name / "1.0.lua").write_text("")
    await rest("software/modulepaths", method="PATCH", body={"use": [str(folder)]})
    await change(rest, load=["mine", "other"])
    await save(rest, name="both")
    await change(rest, unload=["mine", "other"])
    (folder / "mine" / "1.0.lua").unlink()
    answer = await restore(rest, name="both")
    assert answer.code == 200
    assert answer.body["loaded"] == ["other/1.0"]
    assert "warning" in [message["level"] for message in answer.body["messages"]]
    assert any("mine" in message["text"] for message in answer.body["messages"])


async def rename(rest, name, new_name):
    body = {"name": name, "new_name": new_name}
    return await rest("software/collections/rename", method="POST", body=body)


async def test_are_renamed(rest):
    await save(rest, name="work")
    await save(rest, name="other")
    await change(rest, load=["cmake"])
    answer = await rename(rest, "work", "été, 2")
    assert answer.code == 200
    assert await names(rest) == [c["name"] for c in answer.body["collections"]]
    assert await names(rest) == ["other", "été, 2"]
    described = await rest("software/collection", name="été, 2")
    assert described.body["modules"] == DEFAULTS
    assert (await rest("software/collection", name="work")).code == 404
    answer = await restore(rest, name="été, 2")
    assert answer.body["unloaded"] == ["cmake/3.27.7"]


async def test_renaming_overwrites_nothing(rest):
    await save(rest, name="work")
    await change(rest, load=["cmake"])
    await save(rest, name="other")
    for new_name in ("other", "work"):
        answer = await rename(rest, "work", new_name)
        assert (answer.code, answer.body["reason"]) == (409, "conflict")
        assert new_name in answer.body["message"]
    assert (await rest("software/collection", name="work")).body["modules"] == DEFAULTS
    assert len((await rest("software/collection", name="other")).body["modules"]) == 4


async def test_renaming_what_is_not_there(rest):
    answer = await rename(rest, "nothing", "work")
    assert (answer.code, answer.body["reason"]) == (404, "not-found")
    assert "nothing" in answer.body["message"]


@pytest.mark.parametrize("new_name", ["with.dot", "system", "__x"])
async def test_renaming_to_what_lmod_would_not_list(rest, new_name):
    await save(rest, name="work")
    assert (await rename(rest, "work", new_name)).code == 422
    assert await names(rest) == ["work"]


async def test_renaming_to_the_default_tells_what_that_means(rest):
    await save(rest, name="work")
    answer = await rename(rest, "work", "default")
    assert answer.body["collections"] == [{"name": "default", "default": True}]
    assert "login shell" in answer.body["messages"][0]["text"]


async def test_renaming_and_saving_at_the_same_time_lose_nothing(rest):
    await save(rest, name="a")
    answers = await asyncio.gather(
        rename(rest, "a", "c"), save(rest, name="c"), rename(rest, "a", "d"), save(rest, name="b")
    )
    assert sorted(answer.code for answer in answers)[:2] == [200, 200]
    listed = await names(rest)
    assert "b" in listed
    assert {"c", "d"} & set(listed)
    for name in listed:
        assert (await rest("software/collection", name=name)).body["modules"] == DEFAULTS


BAD_NAMES = [
    "../../evil",
    "a/b",
    "/etc/passwd",
    ".hidden",
    "..",
    "~",
    "~root",
    "copy~",
    "-x",
    "--force",
    "",
    " ",
    " x",
    "a\nb",
    "a\0b",
    "\ud800",
    "x" * 101,
]


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_a_name_that_leads_elsewhere_is_refused(rest, jp_home_dir, name):
    before = sorted(jp_home_dir.parent.rglob("*"))
    assert (await save(rest, name=name)).code == 400
    assert (await save(rest, name=name, overwrite=True)).code == 400
    assert (await restore(rest, name=name)).code == 400
    assert (await rename(rest, name, "work")).code == 400
    assert (await rename(rest, "work", name)).code == 400
    if name.isprintable() and name == name.strip():
        assert (await rest("software/collection", name=name)).code == 400
        assert (await rest("software/collections", method="DELETE", name=name)).code == 400
    assert [p for p in sorted(jp_home_dir.parent.rglob("*")) if p.name != ".cache"] == [
        p for p in before if p.name != ".cache"
    ]
    assert await loaded(rest) == DEFAULTS


@pytest.mark.parametrize("name", ["with.dot", "system"])
async def test_names_that_lmod_keeps_for_itself(rest, name):
    answer = await save(rest, name=name)
    assert (answer.code, answer.body["reason"]) == (422, "tool-refused")
    assert answer.body["detail"]
    assert (await restore(rest, name=name)).code == 404


@pytest.mark.parametrize("name", ["nothing", "default"])
async def test_of_nothing(rest, name):
    assert (await restore(rest, name=name)).code == 404
    assert (await rest("software/collection", name=name)).code == 404
    assert (await rest("software/collections", method="DELETE", name=name)).code == 404
    assert (await rest("software/collections", method="DELETE")).code == 400
    assert await loaded(rest) == DEFAULTS


async def test_have_a_suffix_where_the_site_names_its_systems(rest, app):
    await save(rest, name="everywhere")
    app.environment.apply({"LMOD_SYSTEM_NAME": "cluster1"})
    assert await names(rest) == []
    assert (await save(rest, name="here")).code == 200
    assert await names(rest) == ["here"]
    assert (await save(rest, name="here")).code == 409
    assert (await restore(rest, name="here")).code == 200
    assert (await rename(rest, "here", "everywhere")).code == 200
    assert await names(rest) == ["everywhere"]
    assert (await rename(rest, "everywhere", "here")).code == 200
    assert (await rest("software/collections", method="DELETE", name="here")).code == 200


async def test_a_link_that_leads_out_is_not_followed_by_deleting(rest, jp_home_dir, tmp_path):
    await save(rest, name="work")
    (file,) = [p for p in jp_home_dir.rglob("work") if p.is_file()]
    elsewhere = tmp_path / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    assert (await rest("software/collections", method="DELETE", name="work")).code == 200
    assert elsewhere.read_text().startswith("-- ")
    assert not file.is_symlink()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write to")
async def test_a_home_that_cannot_be_written(rest, app):
    app.environment.apply({"HOME": "/proc"})
    answer = await save(rest, name="work")
    assert (answer.code, answer.body["reason"]) == (422, "tool-refused")
    assert "work" in answer.body["message"]
    assert await names(rest) == []
