"""What Lmod and Environment Modules have in common, over REST, on one tree of Tcl modulefiles."""

import asyncio
import json
from pathlib import Path

import pytest


@pytest.fixture(params=["lmod", "envmod"])
def system(request):
    return request.param


@pytest.fixture
def session_variables(system, request, tree_session):
    variable = {"lmod": "LMOD_CMD", "envmod": "MODULES_CMD"}[system]
    command = request.getfixturevalue(f"{system}_command")
    return tree_session(variable, command)


@pytest.fixture
def loaded(rest):
    async def names():
        return [m["full_name"] for m in (await rest("software/loaded")).body["modules"]]

    return names


async def complete(rest):
    while (await rest("software/system")).body["index"] != "complete":
        await asyncio.sleep(0.02)


async def test_the_system_says_what_it_is(rest, system):
    await complete(rest)
    body = (await rest("software/system")).body
    assert (body["kind"], body["reason"]) == (system, "")
    assert body["version"][0].isdigit()


async def test_loading_and_unloading(ask, loaded, app):
    answer = await ask(load=["tool/1.0"])
    assert (answer.code, answer.body["loaded"]) == (200, ["tool/1.0"])
    assert answer.body["environment"]["set"] == ["TOOL"]
    assert answer.body["revision"] == 1
    assert app.environment.values["TOOL"] == "1"
    answer = await ask(unload=["tool"])
    assert (answer.code, answer.body["unloaded"]) == (200, ["tool/1.0"])
    assert answer.body["environment"] == {"set": [], "unset": ["TOOL"]}
    assert "TOOL" not in app.environment.values
    assert await loaded() == []


async def test_a_short_name_loads_the_default(ask, loaded, app):
    await ask(load=["compiler"])
    assert await loaded() == ["compiler/12.3"]
    assert app.environment.values["PATH"].startswith("/nowhere/compiler/12.3/bin:")


async def test_one_request_unloads_what_is_in_the_way_and_loads(ask, loaded):
    await ask(load=["rival/1.0"])
    refusal = await ask(load=["compiler/13.2", "tool"])
    assert (refusal.code, refusal.body["reason"]) == (409, "in-the-way")
    assert refusal.body["arguments"] == ["compiler/13.2, tool", "rival/1.0"]
    assert "rival" in refusal.body["detail"]
    assert await loaded() == ["rival/1.0"]
    answer = await ask(unload=["rival/1.0"], load=["compiler/13.2", "tool"])
    assert answer.body["unloaded"] == ["rival/1.0"]
    assert answer.body["loaded"] == ["compiler/13.2", "tool/1.0"]
    assert await loaded() == ["compiler/13.2", "tool/1.0"]


async def test_a_loaded_module_that_forbids_another_is_in_its_way(
    ask, rest, loaded, system, tmp_path
):
    file = tmp_path / "more" / "alone" / "1.0"
    file.parent.mkdir(parents=True)
    file.write_text("#%Module\nconflict tool\n")
    used = {"use": [str(tmp_path / "more")]}
    await rest("software/modulepaths", method="PATCH", body=used)
    await ask(load=["alone/1.0"])
    answer = await ask(load=["tool/1.0"])
    if system == "lmod" and answer.code == 200:
        return  # before 8.7 Lmod asks the module alone that is loaded
    assert (answer.code, answer.body["reason"]) == (409, "in-the-way")
    assert answer.body["arguments"] == ["tool/1.0", "alone/1.0"]
    assert await loaded() == ["alone/1.0"]


async def test_a_preview_changes_nothing(ask, loaded):
    answer = await ask(load=["tool"], preview=True)
    assert answer.body["loaded"] == ["tool/1.0"]
    assert answer.body["revision"] == 0
    assert await loaded() == []


@pytest.mark.parametrize("name", ["broken/1.0", "needs/1.0", "rival/1.0"])
async def test_a_refusal_changes_nothing_and_says_why(ask, loaded, app, name):
    await ask(load=["compiler/12.3"])
    before = app.environment.values
    answer = await ask(load=["tool/1.0", name], unload=[])
    refused = (409, "in-the-way") if name == "rival/1.0" else (422, "tool-refused")
    assert (answer.code, answer.body["reason"]) == refused
    assert answer.body["message"] and answer.body["detail"]
    assert app.environment.values == before
    answer = await ask(load=["tool/1.0", "broken/1.0"], unload=["compiler/12.3"])
    assert answer.code == 422
    assert app.environment.values == before
    assert await loaded() == ["compiler/12.3"]


@pytest.mark.parametrize("verb", ["load", "unload"])
@pytest.mark.parametrize(
    "name",
    ["x; touch owned", "$(touch owned)", "[exec touch owned]", "-f", "--all", "../tool/1.0",
     "/etc/passwd", "a\nb", "a\0b", "", "\ud800", "no-such-module", "tool/99"],
)  # fmt: skip
async def test_hostile_and_unknown_names_change_nothing(rest, loaded, jp_root_dir, name, verb):
    await complete(rest)
    body = json.dumps({verb: [name]}, ensure_ascii=True)
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code in (400, 404, 422), answer.body
    assert await loaded() == []
    assert not list(Path.cwd().glob("owned")) + list(jp_root_dir.glob("**/owned"))


async def test_changes_at_the_same_time_do_not_lose_each_other(ask, loaded):
    names = ["tool/1.0", "compiler/12.3", "kernel/1.0", "quoting/1.0", "secret/.1.0"]
    answers = await asyncio.gather(*(ask(load=[name]) for name in names))
    assert [answer.code for answer in answers] == [200] * len(names)
    assert {answer.body["revision"] for answer in answers} == set(range(1, len(names) + 1))
    assert set(await loaded()) == set(names)


async def test_a_search_finds_names_and_summaries(rest):
    await complete(rest)
    (found,) = (await rest("software/modules", query="compil 13")).body["modules"]
    assert (found["short_name"], found["match"]) == ("compiler", "name")
    found = (await rest("software/modules", query="spectral")).body["modules"]
    assert [(m["short_name"], m["match"]) for m in found] == [("tool", "summary")]
    (found,) = (await rest("software/modules", query="compiler")).body["modules"][:1]
    assert [v["full_name"] for v in found["versions"]] == [
        "compiler/13.2", "compiler/12.3", "compiler/9.4",
    ]  # fmt: skip
    assert [v["full_name"] for v in found["versions"] if v["default"]] == ["compiler/12.3"]
    assert all(v["loadable"] for v in found["versions"])
    assert found["category"] == "compiler"
    for hidden, total in (("false", 0), ("true", 1)):
        assert (await rest("software/modules", query="secret", hidden=hidden)).body[
            "total"
        ] == total


async def test_details(rest):
    await complete(rest)
    body = (await rest("software/module", full_name="compiler/13.2")).body
    assert body["summary"] == "The thirteenth compiler"
    assert (body["category"], body["url"]) == ("compiler", "https://example.org/compiler")
    assert body["modulefile"].endswith("/modulefiles/compiler/13.2")
    assert body["conflicts"] == ["rival"]
    assert body["loadable"] and not body["default"]
    body = (await rest("software/module", full_name="needs/1.0")).body
    assert body["dependencies"] == ["nobody-has-this"]
    assert (await rest("software/module", full_name="no-such")).code == 404


async def test_values_of_every_kind_arrive_in_the_session(ask, app):
    await ask(load=["quoting/1.0"])
    assert app.environment.values["QUOTING"] == "it's \"quoted\"\nsecond \\ \\' $(id)"
    assert app.environment.values["ENDS"] == "back\\"
    assert app.environment.values["AFTER"] == "after"


async def test_kernels_follow_jupyter_path(ask, app, jp_fetch, session_variables):
    folder = Path(session_variables["HPC_TEST_KERNELS"]) / "kernels" / "from-a-module"
    folder.mkdir(parents=True)
    spec = {"argv": ["true"], "display_name": "From a module", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))

    async def kernels():
        return json.loads((await jp_fetch("api", "kernelspecs")).body)["kernelspecs"]

    assert "from-a-module" not in await kernels()
    assert (await ask(load=["kernel"])).body["kernels_changed"]
    assert "from-a-module" in await kernels()
    assert (await ask(unload=["kernel"])).body["kernels_changed"]
    assert "from-a-module" not in await kernels()


async def test_a_purge(rest, ask, loaded):
    await ask(load=["compiler", "tool"])
    answer = await rest("software/loaded", method="PUT", body={"to": "purged"})
    assert answer.code == 200, answer.body
    assert set(answer.body["unloaded"]) == {"compiler/12.3", "tool/1.0"}
    assert await loaded() == []


async def test_collections(rest, ask, loaded):
    await ask(load=["compiler/13.2", "tool"])
    answer = await rest("software/collections", method="PUT", body={"name": "mine"})
    assert answer.code in (200, 201, 204), answer.body
    await rest("software/loaded", method="PUT", body={"to": "purged"})
    answer = await rest("software/collections/restore", method="POST", body={"name": "mine"})
    assert answer.code == 200, answer.body
    assert await loaded() == ["compiler/13.2", "tool/1.0"]
    body = {"name": "mine", "new_name": "yours"}
    answer = await rest("software/collections/rename", method="POST", body=body)
    assert [c["name"] for c in answer.body["collections"]] == ["yours"]
    answer = await rest("software/collections/rename", method="POST", body=body)
    assert (answer.code, answer.body["reason"]) == (404, "not-found")
    body = {"name": "yours", "new_name": "mine"}
    answer = await rest("software/collections/rename", method="POST", body=body)
    assert answer.code == 200, answer.body
    assert (await rest("software/collection", name="mine")).body["modules"][0] == "compiler/13.2"
    answer = await rest("software/collections", method="PUT", body={"name": "../evil"})
    assert answer.code == 400
    assert "mine" in str((await rest("software/collections")).body)
    answer = await rest("software/collections", method="DELETE", name="mine")
    assert "mine" not in str((await rest("software/collections")).body)


async def test_what_only_a_shell_can_have_is_told(rest, ask, tmp_path):
    (tmp_path / "more" / "shell").mkdir(parents=True)
    (tmp_path / "more" / "shell" / "1.0").write_text(
        "#%Module\nset-alias ll {ls -l}\nsetenv SHELLS 1\n"
    )
    body = {"use": [str(tmp_path / "more")]}
    assert (await rest("software/modulepaths", method="PATCH", body=body)).code == 200
    await complete(rest)
    answer = await rest("software/module", full_name="shell/1.0")
    while answer.code == 404:  # it is not read yet
        await asyncio.sleep(0.02)
        answer = await rest("software/module", full_name="shell/1.0")
    assert answer.body["unsupported"] == ["ll"]
    assert (await rest("software/module", full_name="tool/1.0")).body["unsupported"] == []
    assert (await ask(load=["shell"])).body["environment"]["set"] == ["SHELLS"]


async def test_module_paths(rest, ask, loaded, tmp_path):
    more = tmp_path / "more"
    (more / "extra").mkdir(parents=True)
    (more / "extra" / "1.0").write_text("#%Module\nsetenv EXTRA 1\n")
    answer = await rest("software/modulepaths", method="PATCH", body={"use": [str(more)]})
    assert answer.code == 200, answer.body
    await ask(load=["extra"])
    assert await loaded() == ["extra/1.0"]
    await ask(unload=["extra"])
    await rest("software/modulepaths", method="PATCH", body={"unuse": [str(more)]})
    while (await rest("software/modules", query="extra")).body["total"]:
        await asyncio.sleep(0.05)
