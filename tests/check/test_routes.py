"""The checks in a running server: over REST, about the session itself."""

import json
from pathlib import Path

import pytest

from jupyterlab_hpc.settings import folder_settings

LOOK = {"StorageService": {"look_timeout": 60.0}}


@pytest.fixture
def hpc_config():
    return LOOK


async def test_a_session_is_checked(rest):
    answer = await rest("check")
    assert answer.code == 200
    report = answer.body
    assert report["schema"] == 1
    found = {finding["id"]: finding for finding in report["findings"]}
    assert found["installation.server"]["found"]["template"] == "The server side runs."
    assert found["software.system"]["state"] == "ok"
    assert found["software.tree"]["state"] == "ok"
    assert found["applications.sockets"]["state"] in {"ok", "note"}
    assert [group["id"] for group in report["groups"]][:2] == ["installation", "configuration"]
    assert {f["group"] for f in report["findings"]} <= {g["id"] for g in report["groups"]}


async def test_a_check_changes_nothing_of_the_session(rest):
    before = (await rest("software/loaded")).body
    await rest("check")
    assert (await rest("software/loaded")).body == before


async def test_the_bundle_holds_no_token_of_the_server(rest, jp_serverapp):
    answer = await rest("check/bundle")
    assert answer.code == 200
    text = answer.body["text"]
    assert answer.body["file_name"].startswith("jupyter-hpc-check-")
    assert "== Findings" in text and "software.system" in text
    token = jp_serverapp.identity_provider.token
    assert token and token not in text
    cookie = jp_serverapp.cookie_secret
    assert cookie.decode(errors="replace") not in text and cookie.hex() not in text
    assert (await rest("check/bundle", names="maybe")).code == 400


@pytest.fixture
def site_file(jp_config_dir):
    folder = Path(jp_config_dir) / "jupyter_server_config.d"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.json").write_text(
        json.dumps({"Slurm": {"timeout": 7.5, "scontrol": "from-folder"}, "ServerApp": {"port": 1}})
    )
    return folder


@pytest.mark.parametrize("hpc_config", [{**LOOK, "Slurm": {"scontrol": "from-elsewhere"}}])
async def test_settings_of_ours_in_the_folder_count(site_file, app):
    slurm = app.config.Slurm
    assert slurm.timeout == 7.5
    assert slurm.scontrol == "from-elsewhere", "all other places come first"
    assert app.serverapp.port != 1


def test_a_file_in_the_folder_that_is_no_json_is_passed_over(tmp_path):
    for path, text in (("a", "{"), ("b", "[1]"), ("c", '{"Slurm": {"timeout": 1}, "X": {"y": 1}}')):
        folder = tmp_path / path / "jupyter_server_config.d"
        folder.mkdir(parents=True)
        (folder / "x.json").write_text(text)
    paths = [str(tmp_path / name) for name in "abcd"]
    assert folder_settings(paths, {"Slurm"}) == {"Slurm": {"timeout": 1}}
