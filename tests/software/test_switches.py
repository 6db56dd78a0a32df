"""Purge, reset, module paths and what is protected, over REST, on real Lmod."""

from pathlib import Path

import pytest

DEFAULTS = ["StdEnv/2023", "python/3.11.5", "ipython-kernel/3.11"]


async def change(rest, **body):
    return await rest("software/loaded", method="PATCH", body=body)


async def switch(rest, **body):
    return await rest("software/loaded", method="PUT", body=body)


async def loaded(rest):
    return [m["full_name"] for m in (await rest("software/loaded")).body["modules"]]


class TestPurge:
    async def test_leaves_what_is_sticky(self, rest):
        await change(rest, load=["cmake"])
        answer = await switch(rest, to="purged", confirmed=True)
        assert answer.code == 200
        assert set(answer.body["unloaded"]) > set(DEFAULTS[1:])
        assert answer.body["protected"] == DEFAULTS[1:]
        assert answer.body["revision"] == 2
        assert await loaded(rest) == DEFAULTS[:1]

    async def test_of_protected_modules_wants_a_confirmation(self, rest):
        answer = await switch(rest, to="purged")
        assert (answer.code, answer.body["reason"]) == (409, "conflict")
        assert "python/3.11.5, ipython-kernel/3.11" in answer.body["message"]
        assert await loaded(rest) == DEFAULTS
        assert (await switch(rest, to="purged", preview=True)).body["protected"] == DEFAULTS[1:]
        assert await loaded(rest) == DEFAULTS


class TestReset:
    async def test_leads_back_to_the_default(self, rest):
        await change(rest, load=["StdEnv/2020", "cmake"])
        assert await loaded(rest) != DEFAULTS
        assert (await switch(rest, to="default", preview=True)).body["revision"] == 1
        answer = await switch(rest, to="default")
        assert (answer.code, answer.body["revision"]) == (200, 2)
        assert await loaded(rest) == DEFAULTS

    async def test_without_a_default_is_refused(self, rest, app):
        app.environment.apply({"LMOD_SYSTEM_DEFAULT_MODULES": None})
        answer = await switch(rest, to="default")
        assert (answer.code, answer.body["reason"]) == (422, "tool-refused")
        assert "LMOD_SYSTEM_DEFAULT_MODULES" in answer.body["detail"]
        assert await loaded(rest) == DEFAULTS


@pytest.mark.parametrize("body", [{}, {"to": "x"}, {"to": 1}, {"to": "purged", "preview": "x"}])
async def test_a_switch_to_nothing(rest, body):
    assert (await switch(rest, **body)).code == 400


class TestProtected:
    async def test_unloading_wants_a_confirmation(self, rest):
        answer = await change(rest, unload=["ipython-kernel"])
        assert (answer.code, answer.body["reason"]) == (409, "conflict")
        assert "ipython-kernel/3.11" in answer.body["message"]
        assert await loaded(rest) == DEFAULTS
        answer = await change(rest, unload=["ipython-kernel"], load=["cmake"])
        assert answer.code == 409
        answer = await change(rest, unload=["ipython-kernel"], preview=True)
        assert answer.body["protected"] == ["ipython-kernel/3.11"]
        answer = await change(rest, unload=["ipython-kernel"], confirmed=True)
        assert answer.body["unloaded"] == ["ipython-kernel/3.11"]

    async def test_a_swap_is_told_and_done(self, rest):
        answer = await change(rest, load=["StdEnv/2020"], preview=True)
        assert "StdEnv/2023" in answer.body["protected"]
        assert (await change(rest, load=["StdEnv/2020"])).code == 200

    async def test_is_told_of_each_module(self, rest):
        await change(rest, load=["cmake"])
        modules = (await rest("software/loaded")).body["modules"]
        assert [m["full_name"] for m in modules if m["protected"]] == DEFAULTS

    @pytest.mark.parametrize("hpc_config", [{"SoftwareService": {"protected": ["cmake"]}}])
    async def test_is_what_the_site_says(self, rest):
        await change(rest, load=["cmake"])
        assert (await change(rest, unload=["ipython-kernel"])).code == 200
        assert (await change(rest, unload=["cmake"])).code == 409


class TestModulePaths:
    @pytest.fixture
    def own(self, jp_home_dir):
        folder = jp_home_dir / "my modules"
        (folder / "mine").mkdir(parents=True)
        (folder / "mine" / "1.0.lua").write_text('setenv("MINE", "1")\n')
        return str(folder)

    async def patch(self, rest, **body):
        return await rest("software/modulepaths", method="PATCH", body=body)

    async def folders(self, rest):
        return (await rest("software/modulepaths")).body["entries"]

    async def test_are_used_and_left(self, rest, own):
        site = await self.folders(rest)
        assert all(entry["exists"] and not entry["own"] for entry in site)
        assert (await self.patch(rest, use=[own], preview=True)).body["revision"] == 0
        assert await self.folders(rest) == site

        answer = await self.patch(rest, use=[own + "/"])
        assert answer.code == 200
        assert "MODULEPATH" in answer.body["environment"]["set"]
        assert await self.folders(rest) == [{"folder": own, "exists": True, "own": True}, *site]
        assert (await change(rest, load=["mine"])).body["loaded"] == ["mine/1.0"]

        answer = await self.patch(rest, unuse=[own])
        assert answer.body["inactivated"] == ["mine/1.0"]
        assert await self.folders(rest) == site

    async def test_keep_the_order_that_was_asked_for(self, rest, own, tmp_path):
        other = str(tmp_path)
        await self.patch(rest, use=[own, other])
        assert [e["folder"] for e in await self.folders(rest)][:2] == [own, other]
        answer = await self.patch(rest, use=[other], unuse=[own])
        assert answer.body["revision"] == 2
        assert (await self.folders(rest))[0] == {"folder": other, "exists": True, "own": True}

    async def test_that_are_gone_are_told(self, rest, own):
        await self.patch(rest, use=[own])
        Path(own).rename(own + " elsewhere")
        assert (await self.folders(rest))[0] == {"folder": own, "exists": False, "own": True}
        assert (await self.patch(rest, unuse=[own])).code == 200

    @pytest.mark.parametrize(
        ("folder", "code"),
        [
            ("relative", 400),
            ("-a", 400),
            ("--priority", 400),
            ("", 400),
            ("~", 400),
            ("/tmp:/etc", 400),
            ("/a\nb", 400),
            ("/a\0b", 400),
            ("/\ud800", 400),
            ("/" + "x" * 9999, 400),
            ("/nowhere/at/all", 404),
        ],
    )
    async def test_that_cannot_be(self, rest, folder, code):
        before = await self.folders(rest)
        assert (await self.patch(rest, use=[folder])).code == code
        assert (await self.patch(rest, unuse=[folder])).code == code
        assert (await self.patch(rest)).code == 400
        assert await self.folders(rest) == before
