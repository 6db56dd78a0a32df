"""What the room tells of applications: what there is, what is locked, and why."""

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_hpc.apps.unlock import matches, peer_rule

from .conftest import echo, until


async def by_id(rest: Any) -> dict[str, dict[str, Any]]:
    answer = await rest("apps")
    assert answer.code == 200, answer
    return {app["id"]: app for app in answer.body}


async def load(rest: Any, *names: str, unload: tuple[str, ...] = ()) -> None:
    body = {"load": list(names), "unload": list(unload), "confirmed": True}
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code == 200, answer


async def test_what_is_built_in_is_there_and_says_what_it_needs(rest):
    apps = await by_id(rest)
    titles = [app["title"] for app in apps.values() if app["id"] != "echo"]
    assert titles[:4] == ["RStudio", "VS Code", "OpenRefine", "Desktop"]
    rstudio = apps["rstudio"]
    assert rstudio["state"] == "locked"
    assert rstudio["needs"][0] == "rstudio-server"
    assert rstudio["message"] == "RStudio needs the module rstudio-server."
    assert rstudio["template"] == "%1 needs the module %2."
    assert rstudio["url"].endswith("/rstudio/")
    assert (rstudio["started_at"], rstudio["elapsed"], rstudio["exit_code"]) == (None, None, None)


async def test_a_module_unlocks_and_locks_again(rest):
    assert (await by_id(rest))["rstudio"]["state"] == "locked"
    await load(rest, "rstudio-server/4.3")
    rstudio = (await by_id(rest))["rstudio"]
    assert (rstudio["state"], rstudio["needs"], rstudio["message"]) == ("ready", [], "")
    assert rstudio["version"] == "rstudio-server/4.3"
    await load(rest, unload=("rstudio-server/4.3",))
    assert (await by_id(rest))["rstudio"]["state"] == "locked"


async def test_pages_hear_of_what_was_unlocked(rest, app, monkeypatch):

    async def complete() -> bool:
        return (await rest("software/system")).body["index"] == "complete"

    # what is known of the module tree decides what is needed
    await until(complete)
    await by_id(rest)
    heard = []
    monkeypatch.setattr(app.applications, "_on_notice", heard.append)
    await load(rest, "rstudio-server/4.3")
    await until(lambda: heard)
    before = len(heard)
    # which unlocks nothing
    await load(rest, "cmake/3.27.7")
    await by_id(rest)
    assert len(heard) == before


async def test_a_module_whose_program_is_missing_says_so(rest, start):
    await load(rest, "rstudio-server/4.3")
    rstudio = await start("rstudio")
    assert rstudio["state"] == "failed"
    assert rstudio["message"] == "The program rserver is not on the session's PATH."


async def test_one_that_is_locked_does_not_start(rest):
    answer = await rest("apps/rstudio", method="POST", body="")
    assert answer.code == 409
    assert answer.body["message"] == "RStudio needs the module rstudio-server."


async def test_there_is_none_of_that_name(rest):
    for method, body in (("GET", None), ("POST", ""), ("DELETE", None)):
        assert (await rest("apps/nothing", method=method, body=body)).code == 404


@pytest.fixture
def with_program(session_variables, tmp_path):
    """A folder of the session's PATH, where programs can be put."""
    folder = tmp_path / "programs"
    folder.mkdir()
    session_variables["PATH"] = f"{folder}:{session_variables['PATH']}"
    return folder


@pytest.mark.usefixtures("with_program")
async def test_a_program_on_the_path_unlocks(with_program, jp_environ, rest):
    program = with_program / "rserver"
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    rstudio = (await by_id(rest))["rstudio"]
    assert rstudio["state"] == "ready"
    assert rstudio["needs"] == []


@pytest.mark.parametrize(
    "applications",
    [
        {
            "rstudio": {"title": "R Studio", "modules": ["cmake"], "timeout": 7},
            "mine": {"command": ["no-such-program"], "title": "Mine"},
            "wrong": {"command": "one string", "title": "Wrong"},
            "unknown": {"colour": "blue"},
            "vscode": {"environment": {"MORE": "1"}},
        }
    ],
)
async def test_a_site_changes_and_adds(rest, app):
    apps = await by_id(rest)
    rstudio = apps["rstudio"]
    assert (rstudio["title"], rstudio["needs"], rstudio["timeout"]) == ("R Studio", ["cmake"], 7)
    assert apps["mine"]["state"] == "locked"
    assert apps["mine"]["needs"] == []
    assert apps["mine"]["message"] == (
        "Mine is not installed here: the program no-such-program is not on the PATH."
    )
    environment = app.applications.supervised("vscode").spec.environment
    assert environment["MORE"] == "1"
    assert environment["CODE_SERVER_CONFIG"] == "{folder}/config.yaml"
    # the log says what is wrong with them
    assert "wrong" not in apps and "unknown" not in apps


@pytest.mark.parametrize("apps_config", [{"ApplicationsService": {"built_in": ["vscode"]}}])
async def test_a_site_leaves_out_what_is_built_in(rest):
    apps = await by_id(rest)
    assert "vscode" in apps
    assert "rstudio" not in apps


def alliance_command(port: int, unix_socket: str, base_url: str) -> list[str]:
    assert port == 0
    assert base_url.endswith("/")
    return echo(where=unix_socket)


PEER = {
    "Lmod": {
        # to the peer upper and lower case are the same here
        "launcher_pins": ["Pinned", 1],
        "launcher_module_map": {"shown": ["cuda/12"]},
    },
    "Tmod": {"launcher_module_map": {"rstudio": ["R"]}},
    "ServerProxy": {
        "servers": {
            "code-server": {"command": echo(), "unix_socket": True, "timeout": 77},
            "pinned": {"command": ["no-such-program"]},
            "shown": {
                "command": ["no-such-program"],
                "launcher_entry": {"title": "Shown", "icon_path": "/nowhere.svg"},
            },
            "called": {"command": alliance_command, "unix_socket": True},
            "port": {"command": echo(where="{port}"), "launcher_entry": {"enabled": False}},
        }
    },
}


@pytest.mark.parametrize("apps_config", [PEER])
class TestPeer:
    """The peer's settings, as the Alliance has them."""

    async def test_server_proxys_servers_are_applications(self, rest):
        apps = await by_id(rest)
        # the same application under another name: one tile, the site's settings
        assert "code-server" not in apps
        vscode = apps["vscode"]
        assert (vscode["timeout"], vscode["state"]) == (77, "ready")
        assert vscode["url"].endswith("/code-server/")
        assert apps["port"]["hidden"] is True
        assert apps["shown"]["title"] == "Shown"

    async def test_pins_and_modules_unlock(self, rest):
        apps = await by_id(rest)
        assert apps["pinned"]["state"] == "ready"
        assert (apps["shown"]["state"], apps["shown"]["needs"]) == ("locked", ["cuda/12"])
        assert apps["rstudio"]["needs"] == ["R"]
        await load(rest, "cuda/12.2", "R/4.3.1")
        apps = await by_id(rest)
        assert (apps["shown"]["state"], apps["rstudio"]["state"]) == ("ready", "ready")

    @pytest.mark.parametrize("name", ["called", "port", "vscode"])
    async def test_they_run(self, rest, start, jp_fetch, app, name):
        started = await start(name)
        assert started["state"] == "running", started
        answer = await jp_fetch(app.applications.path(name), "hello")
        assert json.loads(answer.body)["uri"] == "/hello"
        assert (await rest(f"apps/{name}", method="DELETE")).body["state"] == "ready"


@pytest.mark.parametrize(
    ("rule", "name", "fits"),
    [
        ("gcc", "gcc/12.3", True),
        ("gcc/", "gcc/12.3", True),
        ("gcc", "gcc", True),
        ("gcc", "gcc-libs/12", False),
        ("gcc/12.3", "gcc/12.3", True),
        ("gcc/12", "gcc/12.3", False),
        ("gcc/12*", "gcc/12.3", True),
        ("r", "rstudio/1", False),
        ("R", "r/4.3", True),
        ("tools/perf", "tools/perf/flamegraph/1.0", True),
    ],
)
def test_what_a_rule_names(rule, name, fits):
    assert matches(rule, name) is fits


@pytest.mark.parametrize(
    ("prefix", "name", "fits"),
    [
        ("cuda/12", "cuda/12.2", True),
        ("ansys/", "ansys/2023R2", True),
        ("r", "rust/1.70", False),
        ("rstudio-server", "rstudio-server/4.3", True),
    ],
)
def test_the_peers_prefixes(prefix, name, fits):
    assert matches(peer_rule(prefix), name) is fits


@pytest.mark.parametrize(
    "applications",
    [{"drawn": {"command": [sys.executable], "icon": str(Path(__file__).with_name("icon.svg"))}}],
)
async def test_a_picture_is_given_as_one(rest, jp_fetch):
    assert (await by_id(rest))["drawn"]["icon"].endswith("/jupyterlab-hpc/apps/drawn/icon")
    answer = await jp_fetch("jupyterlab-hpc", "apps", "drawn", "icon")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert (await rest("apps/rstudio/icon")).code == 404
