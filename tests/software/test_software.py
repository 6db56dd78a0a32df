"""The software room over REST, on real Lmod and the demo module tree."""

import asyncio
import json
import os
from pathlib import Path

import pytest

DEFAULTS = ["StdEnv/2023", "python/3.11.5", "ipython-kernel/3.11"]


async def complete(rest):
    """Wait until the whole tree is known."""
    while (await rest("software/system")).body["index"] != "complete":
        await asyncio.sleep(0.02)


async def change(rest, **body):
    return await rest("software/loaded", method="PATCH", body=body)


def full_names(modules):
    return [module["full_name"] for module in modules]


async def test_the_system_says_what_it_is(rest):
    await complete(rest)
    body = (await rest("software/system")).body
    assert body["kind"] == "lmod"
    assert body["version"][0].isdigit()
    assert body["reason"] == body["message"] == body["cure"] == ""
    assert body["modulefiles"] > 30


async def test_the_defaults_are_loaded_in_order_and_told_without_a_process(rest):
    body = (await rest("software/loaded")).body
    assert full_names(body["modules"]) == DEFAULTS
    assert [m["sticky"] for m in body["modules"]] == [True, False, False]
    assert body["inactive"] == []
    assert body["revision"] == 0


async def test_loading_and_unloading(rest):
    answer = await change(rest, load=["scipy-stack/2023b"])
    assert answer.code == 200
    assert answer.body["loaded"] == ["scipy-stack/2023b"]
    assert "PYTHONPATH" in answer.body["environment"]["set"]
    assert not [n for n in answer.body["environment"]["set"] if n.startswith("_ModuleTable")]
    assert answer.body["revision"] == 1
    listed = (await rest("software/loaded")).body
    assert full_names(listed["modules"]) == [*DEFAULTS, "scipy-stack/2023b"]
    assert listed["modules"] == answer.body["modules"]

    answer = await change(rest, unload=["scipy-stack/2023b"])
    assert answer.body["unloaded"] == ["scipy-stack/2023b"]
    assert full_names((await rest("software/loaded")).body["modules"]) == DEFAULTS


async def test_one_request_unloads_and_loads(rest):
    await change(rest, load=["cmake"])
    answer = await change(rest, load=["scipy-stack/2024a"], unload=["cmake"])
    assert len(answer.body["loaded"]) == 1
    assert answer.body["unloaded"][0].startswith("cmake/")


async def test_a_name_that_was_meant_otherwise_gets_near_ones(rest):
    await complete(rest)
    answer = await change(rest, load=["scpiy-stack"])
    assert (answer.code, answer.body["reason"]) == (404, "not-found")
    assert answer.body["arguments"] == ["scpiy-stack", "scipy-stack"]
    assert "did you mean scipy-stack?" in answer.body["message"]


async def test_a_preview_changes_nothing(rest):
    answer = await change(rest, load=["scipy-stack/2023b"], preview=True)
    assert answer.body["preview"] is True
    assert answer.body["loaded"] == ["scipy-stack/2023b"]
    assert answer.body["revision"] == 0
    assert full_names((await rest("software/loaded")).body["modules"]) == DEFAULTS


async def test_what_is_hidden_gets_what_it_needs(rest):
    await complete(rest)
    answer = await change(rest, load=["openrefine/3.4.1"], preview=True)
    assert answer.body["way"] == ["StdEnv/2020"]
    assert {"StdEnv/2020", "openrefine/3.4.1"} <= set(answer.body["loaded"])
    assert "StdEnv/2023" in answer.body["unloaded"]
    answer = await change(rest, load=["hdf5-mpi/1.14.4"])
    assert answer.body["way"] == ["gcc/12.3", "openmpi/4.1.5"]
    assert full_names(answer.body["modules"])[-1] == "hdf5-mpi/1.14.4"


async def test_a_family_swap_is_told(rest):
    await complete(rest)
    await change(rest, load=["gcc/12.3", "openmpi/4.1.5"])
    answer = await change(rest, load=["intel/2023.2"])
    assert answer.body["loaded"] == ["intel/2023.2"]
    assert answer.body["unloaded"] == ["gcc/12.3"]
    assert answer.body["inactivated"] == ["openmpi/4.1.5"]
    assert full_names(answer.body["inactive"]) == ["openmpi/4.1.5"]
    assert answer.body["inactive"][0]["needs"] == ["gcc/12.3"]
    assert answer.body["messages"][0]["level"] == "info"
    answer = await change(rest, load=["gcc/12.3"])
    assert answer.body["activated"] == ["openmpi/4.1.5"]


async def test_a_sticky_module_stays_and_that_is_told(rest):
    answer = await change(rest, unload=["StdEnv/2023"])
    assert answer.code == 200
    assert answer.body["kept"] == ["StdEnv/2023"]
    assert answer.body["unloaded"] == []
    assert answer.body["revision"] == 0


async def test_a_warning_is_applied_and_told(rest):
    answer = await change(rest, load=["warns/1.0"])
    assert answer.body["loaded"] == ["warns/1.0"]
    assert [m["level"] for m in answer.body["messages"]] == ["warning"]


@pytest.mark.parametrize("name", ["broken/1.0", "broken-syntax/1.0", "needs-gcc/1.0"])
async def test_a_refusal_changes_nothing_and_says_why(rest, name):
    answer = await change(rest, load=["scipy-stack", name])
    assert (answer.code, answer.body["reason"]) == (422, "tool-refused")
    assert name in answer.body["message"]
    assert answer.body["detail"]
    assert full_names((await rest("software/loaded")).body["modules"]) == DEFAULTS


@pytest.mark.parametrize(
    "name",
    [
        "x; touch owned",
        "-purge",
        "--force",
        "-",
        "$(touch owned)",
        "`touch owned`",
        "../../etc/passwd",
        "/etc/passwd",
        "gcc/../../x",
        "~root",
        "a\nb",
        "a\0b",
        "",
        " ",
        "x" * 10_000,
        "\ud800",
        "no-such-module",
        "gcc/99",
    ],
)
@pytest.mark.parametrize("verb", ["load", "unload"])
async def test_hostile_and_unknown_names_change_nothing(rest, jp_root_dir, name, verb):
    await complete(rest)
    answer = await rest(
        "software/loaded", method="PATCH", body=json.dumps({verb: [name]}, ensure_ascii=True)
    )
    assert answer.code in (400, 404, 422), answer.body
    assert answer.body["message"]
    assert full_names((await rest("software/loaded")).body["modules"]) == DEFAULTS
    assert not list(Path.cwd().glob("owned")) + list(jp_root_dir.glob("**/owned"))


@pytest.mark.parametrize("body", [{}, {"load": [], "unload": []}, {"load": ["a"] * 101}])
async def test_a_request_that_names_nothing_or_too_much(rest, body):
    assert (await change(rest, **body)).code == 400


async def test_a_search_finds_names_extensions_and_what_is_hidden(rest):
    await complete(rest)
    body = (await rest("software/modules", query="scipy")).body
    assert body["modules"][0]["short_name"] == "scipy-stack"
    assert body["modules"][0]["match"] == "name"
    assert [v["full_name"] for v in body["modules"][0]["versions"] if v["default"]] == [
        "scipy-stack/2023b"
    ]
    (found,) = [
        m
        for m in (await rest("software/modules", query="numpy")).body["modules"]
        if m["short_name"] == "scipy-stack"
    ]
    assert (found["match"], found["matched"]) == ("extension", ["numpy 1.25.2"])

    (found,) = (await rest("software/modules", query="openrefine")).body["modules"]
    (version,) = found["versions"]
    assert version["full_name"] == "openrefine/3.4.1"
    assert not version["loadable"]
    assert version["ways"] == [["StdEnv/2020"]]

    (found,) = (await rest("software/modules", query="hdf5-mpi")).body["modules"]
    assert ["StdEnv/2023", "gcc/12.3", "openmpi/4.1.5"] in found["versions"][0]["ways"]


async def test_loadable_follows_what_is_loaded(rest):
    await complete(rest)

    async def loadable():
        (found,) = (await rest("software/modules", query="openmpi/4.1.5")).body["modules"]
        return [v["loadable"] for v in found["versions"] if v["full_name"] == "openmpi/4.1.5"]

    assert await loadable() == [False]
    await change(rest, load=["gcc/12.3"])
    assert await loadable() == [True]


async def test_a_search_in_what_can_be_loaded_now_or_is_loaded(rest):
    await complete(rest)

    async def found(**query):
        body = (await rest("software/modules", **query)).body
        assert body["total"] == len(body["modules"])
        return {m["short_name"]: [v["full_name"] for v in m["versions"]] for m in body["modules"]}

    assert await found(query="hdf5-mpi", loadable="true") == {}
    await change(rest, load=["gcc/12.3", "openmpi/4.1.5"])
    assert await found(query="hdf5-mpi", loadable="true") == {"hdf5-mpi": ["hdf5-mpi/1.14.4"]}
    everything = (await rest("software/modules", limit=500)).body["modules"]
    assert await found(limit=500, loadable="true") == {
        module["short_name"]: names
        for module in everything
        if (names := [v["full_name"] for v in module["versions"] if v["loadable"] or v["loaded"]])
    }
    assert set(await found(limit=500, category="MATH")) == {
        module["short_name"] for module in everything if module["category"] == "math"
    }
    assert await found(query="gcc", category="math") == {}


async def test_the_categories_are_told_when_all_is_known(rest, app):
    body = (await rest("software/system")).body
    while body["index"] != "complete":
        assert body["categories"] == []
        await asyncio.sleep(0.01)
        body = (await rest("software/system")).body
    assert "math" in body["categories"]
    assert body["categories"] == sorted(body["categories"], key=str.casefold)


async def test_what_is_to_go_is_told_in_a_list_too(rest):
    await complete(rest)
    for name, deprecated in (("oldtool", True), ("newtool", False)):
        found = (await rest("software/modules", query=name)).body["modules"][0]
        assert [v["deprecated"] for v in found["versions"]] == [deprecated]


class TestWays:
    """hdf5-mpi can be reached with gcc/12.3 and openmpi/4.1.5, or gcc/13.3 and openmpi/5.0.3."""

    @pytest.mark.parametrize(
        ("load", "way"),
        [
            (["hdf5-mpi"], ["gcc/12.3", "openmpi/4.1.5"]),
            (["gcc/13.3", "openmpi/5.0.3", "hdf5-mpi/1.14.4"], []),
            (["gcc/13.3", "hdf5-mpi"], ["openmpi/5.0.3"]),
            (["StdEnv/2023", "gcc/13.3", "openmpi/5.0.3", "hdf5-mpi/1.14.4"], []),
            (["openmpi/5.0.3", "hdf5-mpi"], ["gcc/13.3"]),
            (["gcc/12.3", "openmpi", "hdf5-mpi"], []),
        ],
    )
    @pytest.mark.parametrize("before", [[], ["gcc/12.3", "openmpi/4.1.5"]])
    async def test_is_chosen_by_naming_it(self, rest, load, way, before):
        await complete(rest)
        if before:
            assert (await change(rest, load=before)).code == 200
            way = [step for step in way if step not in before]
        answer = await change(rest, load=load)
        assert answer.code == 200, answer.body
        assert answer.body["way"] == way
        loaded = full_names(answer.body["modules"])
        chosen = [name for name in loaded if name.startswith(("gcc/", "openmpi/"))]
        assert chosen == (
            ["gcc/13.3", "openmpi/5.0.3"]
            if any(name.endswith(("/13.3", "/5.0.3")) for name in load)
            else ["gcc/12.3", "openmpi/4.1.5"]
        )
        assert loaded.count("hdf5-mpi/1.14.4") == 1

    async def test_that_is_named_behind_is_still_loaded_before(self, rest):
        await complete(rest)
        answer = await change(rest, load=["hdf5-mpi", "gcc/12.3"])
        assert answer.code == 200, answer.body
        assert answer.body["way"] == ["openmpi/4.1.5"]


async def test_the_answer_comes_in_pages(rest):
    await complete(rest)
    whole = (await rest("software/modules", limit=500)).body
    assert whole["total"] == len(whole["modules"])
    parts = []
    for offset in range(0, whole["total"], 7):
        part = (await rest("software/modules", limit=7, offset=offset)).body
        assert part["total"] == whole["total"]
        parts += part["modules"]
    assert parts == whole["modules"]


async def test_names_that_are_no_patterns_and_hidden_ones(rest):
    await complete(rest)
    for query, expected in {"libstdc++": "libstdc++", "gtk+": "gtk+", "a.b.c": "a.b.c"}.items():
        found = (await rest("software/modules", query=query)).body["modules"]
        assert found[0]["short_name"] == expected
    for hidden, total in (("false", 0), ("true", 1)):
        body = (await rest("software/modules", query="secret-tool", hidden=hidden)).body
        assert body["total"] == total


async def test_before_the_tree_is_read_names_are_there(rest, monkeypatch):
    body = (await rest("software/modules", query="cmake")).body
    assert body["modules"][0]["short_name"] == "cmake"


async def test_details_tell_all(rest):
    await complete(rest)
    body = (await rest("software/module", full_name="scipy-stack/2023b")).body
    assert {"name": "numpy", "version": "1.25.2"} in body["extensions"]
    assert body["help"]
    assert body["whatis"]
    assert body["url"].startswith("http")
    assert body["modulefile"].endswith("scipy-stack/2023b.lua")
    assert body["default"] and body["loadable"] and not body["loaded"]
    loadable = {v["full_name"]: v["loadable"] for v in body["versions"]}
    assert loadable["scipy-stack/2023b"] and loadable["scipy-stack/2024a"]

    assert "python" in " ".join(
        (await rest("software/module", full_name="ipython-kernel/3.11")).body["dependencies"]
    )
    conflicting = (await rest("software/module", full_name="conflicting/1.0")).body
    assert conflicting["conflicts"] == ["scipy-stack"]
    old = (await rest("software/module", full_name="oldtool/1.0")).body
    assert "deprecated" in old["deprecation"]
    assert (await rest("software/module", full_name="cmake")).body["default"]


async def test_details_of_what_other_modules_hide(rest):
    await complete(rest)
    body = (await rest("software/module", full_name="hdf5-mpi/1.14.4")).body
    assert not body["loadable"]
    assert ["StdEnv/2023", "gcc/12.3", "openmpi/4.1.5"] in body["ways"]


class TestAModulefile:
    @pytest.fixture
    def session_variables(self, demo_session, tmp_path):
        (tmp_path / "own" / "mine").mkdir(parents=True)
        return {**demo_session, "MODULEPATH": f"{tmp_path}/own:{demo_session['MODULEPATH']}"}

    @pytest.fixture
    def mine(self, session_variables, tmp_path):
        path = tmp_path / "own" / "mine" / "1.0.lua"
        path.write_text('whatis("mine")\n')
        return path

    async def ask(self, rest, full_name="mine/1.0"):
        return await rest("software/modulefile", full_name=full_name)

    async def test_is_told_as_it_is(self, mine, rest):
        await complete(rest)
        text = 'whatis("\xe9t\xe9 \U0001f389 <b>")\n'
        mine.write_text(text)
        assert (await self.ask(rest)).body == {
            "full_name": "mine/1.0", "path": str(mine), "text": text, "truncated": False,
        }  # fmt: skip
        assert (await self.ask(rest, "mine")).body["full_name"] == "mine/1.0"
        mine.write_bytes(b"\xff\x00a")
        assert (await self.ask(rest)).body["text"] == "\ufffd\0a"

    async def test_of_what_other_modules_hide(self, rest):
        await complete(rest)
        body = (await self.ask(rest, "hdf5-mpi/1.14.4")).body
        assert body["path"].endswith("hdf5-mpi/1.14.4.lua")
        assert "whatis" in body["text"]

    async def test_that_is_long_is_cut_between_two_characters(self, mine, rest):
        await complete(rest)
        for size, text, truncated in (
            (262144, "x" * 262144, False),
            (262145, "x" * 262144, True),
        ):
            mine.write_text("x" * size)
            body = (await self.ask(rest)).body
            assert (body["text"], body["truncated"]) == (text, truncated)
        mine.write_text("x" * 262143 + "\xe9")
        body = (await self.ask(rest)).body
        assert (body["text"], body["truncated"]) == ("x" * 262143, True)

    async def test_that_cannot_be_read_is_told(self, mine, rest):
        await complete(rest)
        mine.unlink()
        answer = await self.ask(rest)
        assert (answer.code, answer.body["detail"]) == (404, "No such file or directory")
        assert answer.body["arguments"] == [str(mine)]
        mine.mkdir()
        assert (await self.ask(rest)).code == 404
        mine.rmdir()
        os.mkfifo(mine)
        assert (await self.ask(rest)).code == 404

    @pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd", "", "-x"])
    async def test_is_never_another_file(self, rest, name):
        await complete(rest)
        assert (await self.ask(rest, name)).code == 400
        assert (await self.ask(rest, "etc/passwd")).code == 404


@pytest.mark.parametrize(
    ("name", "code"), [("no-such", 404), ("-x", 400), ("../x", 400), ("", 400), ("x" * 9999, 400)]
)
async def test_details_of_nothing(rest, name, code):
    await complete(rest)
    assert (await rest("software/module", full_name=name)).code == code
    assert (await rest("software/module")).code == 400


async def test_help_with_html_is_text(rest):
    await complete(rest)
    answer = await rest("software/module", full_name="html-help/1.0")
    assert "<img src=x onerror=" in answer.body["help"]


async def test_values_of_every_kind_arrive_in_the_session(rest, app):
    await change(rest, load=["unicode/1.0"])
    values = app.environment.values
    assert values["DEMO_QUOTES"] == r"""it's "quoted" with \ and $HOME and `date`"""
    assert values["DEMO_NEWLINE"] == "first line\nsecond line"
    assert values["DEMO_TAB"] == "left\tright"
    assert values["DEMO_UNICODE"] == "été 🎉"


async def test_changes_at_the_same_time_do_not_lose_each_other(rest):
    names = ["cmake", "git-lfs", "scipy-stack", "cuda/12.2", "unversioned", "R/4.3.1"]
    answers = await asyncio.gather(*(change(rest, load=[name]) for name in names))
    assert [answer.code for answer in answers] == [200] * len(names)
    assert len({answer.body["revision"] for answer in answers}) == len(names)
    loaded = (await rest("software/loaded")).body["modules"]
    assert {m["short_name"] for m in loaded} >= {name.split("/")[0] for name in names}


async def test_pages_are_told(rest, app, jp_serverapp):
    told = []

    async def listen(logger, schema_id, data):
        told.append(data)

    jp_serverapp.event_logger.add_listener(
        schema_id="https://schema.jupyter.org/jupyterlab_hpc/software/v1", listener=listen
    )
    await complete(rest)
    await change(rest, load=["demo-kernel"])
    await jp_serverapp.event_logger.gather_listeners()
    assert told[-1] == {
        "revision": 1,
        "index": "complete",
        "index_revision": app.software.catalog.revision,
        "kernels_changed": True,
        "stale_changed": False,
    }
