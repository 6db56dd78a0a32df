"""An application's life: started, watched, ended, and nothing left behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from machine import mount, unmount

from jupyterlab_hpc.apps.rundir import LONGEST_ADDRESS, make_folder
from jupyterlab_hpc.apps.supervisor import LONGEST_LINE, MOST_LINES, Output
from jupyterlab_hpc.errors import ToolMissingError
from jupyterlab_hpc.guardian import descendants

from .conftest import echo, folders, lives, until


@pytest.fixture
def place(tmp_path_factory, session_variables):
    """The folder where the applications' folders are."""
    # pytest's own are too deep for a socket
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    session_variables["TMPDIR"] = str(folder)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


async def pid_of(jp_fetch, name="echo"):
    return json.loads((await jp_fetch(name, "where")).body)["pid"]


async def test_one_life(place, jp_environ, rest, start, jp_fetch):
    app = await start("echo")
    assert app["state"] == "running", app
    assert app["elapsed"] is not None and app["started_at"]
    assert "starting" in app["output"]
    (folder,) = folders(place)
    assert (place / folder).stat().st_mode & 0o777 == 0o700
    pid = await pid_of(jp_fetch)
    ended = (await rest("apps/echo", method="DELETE")).body
    assert (ended["state"], ended["message"]) == ("ready", "")
    assert not lives(pid)
    assert folders(place) == []
    # and again, in another folder
    assert (await start("echo"))["state"] == "running"
    assert folders(place) != [folder]


async def test_starting_twice_is_starting_once(place, jp_environ, rest, start, jp_fetch):
    first, second = await asyncio.gather(start("echo"), start("echo"))
    assert first["started_at"] == second["started_at"]
    assert len(folders(place)) == 1


@pytest.mark.parametrize(
    ("applications", "code", "message"),
    [
        ({"echo": {"command": echo("--exit=3"), "title": "E"}}, 3, "E ended with exit code 3."),
        ({"echo": {"command": echo("--exit=0"), "title": "E"}}, 0, "E ended before it was ready."),
        (
            {"echo": {"command": ["/bin/sh", "-c", "no-such-program"], "title": "E"}},
            127,
            "E could not be started: a program or a library is missing.",
        ),
        (
            {"echo": {"command": ["/bin/sh", "-c", "kill -9 $$"], "title": "E"}},
            137,
            "E was ended by the signal SIGKILL.",
        ),
        (
            {"echo": {"command": ["/bin/sleep", "1000"], "title": "E", "timeout": 1}},
            None,
            "E was not ready within 1 seconds and was stopped.",
        ),
        (
            {"echo": {"command": ["{no_such_place}"], "title": "E", "pinned": True}},
            None,
            "E could not be started: the site's settings for it failed.",
        ),
    ],
)
async def test_a_start_that_fails_says_why(place, jp_environ, rest, start, code, message):
    app = await start("echo")
    assert (app["state"], app["message"], app["exit_code"]) == ("failed", message, code)
    if code == 3:
        assert app["output"] == "starting\ncannot go on"
    assert folders(place) == []
    # a failure is forgotten when it has been seen
    assert (await rest("apps/echo", method="DELETE")).body["state"] == "ready"


async def test_a_crash_is_told_and_not_mended(place, jp_environ, rest, start, state, jp_fetch):
    await start("echo")
    pid = await pid_of(jp_fetch)
    with pytest.raises(Exception, match="502"):
        await jp_fetch("echo", "crash")
    app = await state("echo", "failed")
    assert app["message"] == "Echo ended with exit code 3."
    assert app["output"].endswith("libfoo.so.3: cannot open shared object file")
    assert not lives(pid)
    assert folders(place) == []
    assert (await start("echo"))["state"] == "running"


async def test_a_socket_that_was_left_is_in_nobodys_way(place, jp_environ, rest, start, jp_fetch):
    # as a server leaves it that was ended together with its guardian
    old = place / "jupyterlab-hpc-oldone"
    old.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(old / "s"))
    await start("echo")
    pid = await pid_of(jp_fetch)
    os.kill(pid, signal.SIGKILL)

    async def failed() -> bool:
        return (await rest("apps/echo")).body["state"] == "failed"

    await until(failed)
    assert (await rest("apps/echo")).body["message"] == "Echo was ended by the signal SIGKILL."
    assert folders(place) == [old.name]
    assert (await start("echo"))["state"] == "running"


async def test_a_slow_start_is_followed(tmp_path, rest, state, app):
    go = tmp_path / "go"
    app.applications.supervised("echo").spec.command = echo(f"--wait-for={go}")
    first = (await rest("apps/echo", method="POST", body="")).body
    assert (first["state"], first["timeout"]) == ("starting", 120)

    async def said() -> dict[str, Any] | None:
        told = (await rest("apps/echo")).body
        assert told["state"] == "starting"
        return told if told["output"] and told["elapsed"] > first["elapsed"] else None

    assert (await until(said))["output"] == "starting"
    go.touch()
    running = await state("echo", "running", "failed")
    assert running["state"] == "running", running
    assert running["elapsed"] > first["elapsed"]


async def test_one_that_ends_well_can_be_started_again(rest, start, state, jp_fetch):
    await start("echo")
    with pytest.raises(Exception, match="502"):
        await jp_fetch("echo", "crash", params={"code": 0})
    app = await state("echo", "ready")
    assert (app["exit_code"], app["message"]) == (0, "")
    assert (await start("echo"))["state"] == "running"


@pytest.mark.parametrize("applications", [{"echo": {"command": echo("--stubborn"), "grace": 0.5}}])
async def test_what_does_not_end_is_ended(place, jp_environ, rest, start, jp_fetch):
    await start("echo")
    pid = await pid_of(jp_fetch)
    assert (await rest("apps/echo", method="DELETE")).body["state"] == "ready"
    assert not lives(pid)
    assert folders(place) == []


async def test_all_ends_where_a_room_fails_at_the_end(
    place, jp_environ, rest, start, jp_fetch, jp_serverapp, monkeypatch
):
    await start("echo")
    pid = await pid_of(jp_fetch)
    (hpc,) = jp_serverapp.extension_manager.extension_apps["jupyterlab_hpc"]
    monkeypatch.setattr(hpc.applications, "_tell_news", lambda: 1 / 0)
    hpc.applications.look()
    monkeypatch.setattr(hpc.backends, "close", lambda: 1 / 0)
    monkeypatch.setattr(hpc.log, "exception", lambda *_: None)  # a test that logs one fails
    ended = []
    end_of_software = hpc.software.stop

    async def end():
        ended.append("software")
        await end_of_software()

    monkeypatch.setattr(hpc.software, "stop", end)
    await hpc.stop_extension()
    assert not lives(pid)
    assert folders(place) == []
    assert ended == ["software"]


async def test_daemons_end_too(tmp_path, rest, start, app):
    found = tmp_path / "daemon"
    app.applications.supervised("echo").spec.command = echo(f"--daemon={found}")
    await start("echo")
    daemon = int(await until(lambda: found.exists() and found.read_text()))
    assert lives(daemon)
    await rest("apps/echo", method="DELETE")
    assert not lives(daemon)


async def test_one_has_time_to_save(tmp_path, rest, start, app):
    saved = tmp_path / "saved"
    app.applications.supervised("echo").spec.command = echo(f"--saves={saved}")
    await start("echo")
    await rest("apps/echo", method="DELETE")
    assert saved.read_text() == "saved"


async def test_one_that_is_ending_is_not_asked_any_more(tmp_path, rest, start, state, app, browse):
    saved = tmp_path / "saved"
    app.applications.supervised("echo").spec.command = echo(f"--saves={saved}")
    await start("echo")
    ending = asyncio.create_task(rest("apps/echo", method="DELETE"))
    await state("echo", "stopping")
    async with browse() as browser:
        # a new page would only break at once
        async with browser.ask("echo/", headers={"Accept": "text/html"}) as answer:
            assert "start.js" in await answer.text()
        async with browser.ask("echo/x") as answer:
            assert answer.status == 503
    assert (await rest("apps/echo", method="POST", body="")).code == 409
    assert (await ending).body["state"] == "ready"
    assert saved.exists()


async def test_what_a_script_starts_has_time_to_save(tmp_path, rest, start, app):
    """The script ends at the SIGTERM; what it started, such as java, goes on."""
    saved, pid = tmp_path / "saved", tmp_path / "pid"
    command = " ".join(echo(f"--saves={saved}", where="$1"))
    script = f"{command} & echo $! > {pid}; wait"
    app.applications.supervised("echo").spec.command = [
        *("/bin/sh", "-c", script, "sh", "{unix_socket}")
    ]
    await start("echo")
    await rest("apps/echo", method="DELETE")
    assert saved.read_text() == "saved"
    assert not lives(int(pid.read_text()))


async def test_a_start_can_be_stopped(tmp_path, rest, state, app):
    app.applications.supervised("echo").spec.command = echo(f"--wait-for={tmp_path / 'never'}")
    assert (await rest("apps/echo", method="POST", body="")).body["state"] == "starting"
    assert (await rest("apps/echo", method="DELETE")).body["state"] == "ready"


async def test_an_application_gets_the_session_and_no_secret(
    rest, start, jp_fetch, monkeypatch, app
):
    body = {"load": ["cmake/3.27.7"], "unload": []}
    await rest("software/loaded", method="PATCH", body=body)
    app.environment.apply({"JUPYTERHUB_API_TOKEN": "secret", "MINE": "1"})
    started = await start("echo")
    assert "cmake/3.27.7" in started["modules"]
    told = json.loads((await jp_fetch("echo", "where")).body)
    assert "cmake/3.27.7" in told["modules"]
    assert "MINE" in told["environment"]
    assert "JUPYTERHUB_API_TOKEN" not in told["environment"]
    # what is changed afterwards it does not have, and that is told
    assert not (await rest("apps/echo")).body["environment_changed"]
    body = {"load": [], "unload": ["cmake/3.27.7"], "confirmed": True}
    await rest("software/loaded", method="PATCH", body=body)
    assert (await rest("apps/echo")).body["environment_changed"]
    stale = (await rest("software/stale")).body
    assert [program["name"] for program in stale["applications"]] == ["echo"]


@pytest.mark.parametrize(
    "applications",
    [{"echo": {"command": echo(), "unlocked_by": ["no-such"], "modules": ["cmake"], "title": "E"}}],
)
async def test_one_whose_module_is_unloaded_goes_on(rest, start, jp_fetch):
    await rest("software/loaded", method="PATCH", body={"load": ["cmake/3.27.7"], "unload": []})
    started = await start("echo")
    assert (started["state"], started["version"]) == ("running", "cmake/3.27.7")
    body = {"load": [], "unload": ["cmake/3.27.7"], "confirmed": True}
    await rest("software/loaded", method="PATCH", body=body)
    running = (await rest("apps/echo")).body
    assert (running["state"], running["message"], running["needs"]) == ("running", "", [])
    assert (running["environment_changed"], running["version"]) == (True, "cmake/3.27.7")
    assert "cmake/3.27.7" in json.loads((await jp_fetch("echo", "where")).body)["modules"]
    # once it has ended it is locked, and says so
    ended = (await rest("apps/echo", method="DELETE")).body
    assert (ended["state"], ended["message"]) == ("locked", "E needs the module cmake.")
    assert (await rest("apps/echo", method="POST", body="")).code == 409


SERVE = """
import asyncio, os, sys
from jupyterlab_hpc import process

async def main():
    said = bytearray()
    program = await process.start(
        sys.argv[2:], env=dict(os.environ), cwd="/", folder=sys.argv[1], grace=5,
        on_output=said.extend,
    )
    while b"listens" not in said:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await program.wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_nothing_outlives_the_server(tmp_path, number):
    """The server ends by a signal that it may not even see."""
    saved, folder, found = tmp_path / "saved", tmp_path / "folder", tmp_path / "daemon"
    folder.mkdir()
    command = [*echo(f"--saves={saved}", f"--daemon={found}", where=str(folder / "s"))]
    program = f"{' '.join(command)} & echo listens; echo $! > {tmp_path}/pid; wait"
    server = subprocess.Popen(  # noqa: ASYNC220 - it is to run beside
        [sys.executable, "-c", textwrap.dedent(SERVE), str(folder), "/bin/sh", "-c", program],
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    await until(lambda: (folder / "s").exists() and found.exists())
    pids = [int((tmp_path / name).read_text()) for name in ("pid", "daemon")]
    assert all(lives(pid) for pid in pids)
    server.send_signal(number)
    server.wait()
    server.stdout.close()
    await until(lambda: not any(lives(pid) for pid in pids) and not folder.exists())
    # it was told to end, and had time to
    assert saved.read_text() == "saved"


WITHOUT_ITS_FIRST_THREAD = """
import ctypes, subprocess, sys, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""


def test_a_program_whose_first_thread_has_ended_is_seen():
    parent = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_ITS_FIRST_THREAD], stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    try:
        asyncio.run(until(lambda: not lives(parent.pid)))  # as Linux shows it
        assert {parent.pid, child} <= set(descendants())
    finally:
        os.kill(child, signal.SIGKILL)
        parent.kill()
        parent.communicate()
    assert parent.pid not in descendants()


def test_a_folder_is_one_that_can_hold_a_socket(tmp_path):
    long = tmp_path / ("x" * LONGEST_ADDRESS)
    long.mkdir()
    short = subprocess.check_output(["mktemp", "-d"], text=True).strip()
    try:
        folder = make_folder(["/nowhere", str(long), short])
        assert Path(folder).parent == Path(short)
        assert len(os.fsencode(f"{folder}/s")) <= LONGEST_ADDRESS
    finally:
        subprocess.run(["rm", "-rf", short], check=True)
    with pytest.raises(ToolMissingError) as refusal:
        make_folder(["/nowhere", str(long)])
    assert "/nowhere: No such file" in refusal.value.detail
    assert "longer than" in refusal.value.detail
    assert list(long.iterdir()) == []


async def test_a_long_tmpdir_is_passed_over(tmp_path, rest, start, app):
    long = tmp_path / ("x" * LONGEST_ADDRESS)
    long.mkdir()
    app.environment.apply({"TMPDIR": str(long)})
    assert (await start("echo"))["state"] == "running"


@pytest.fixture(params=["size=64k", "nr_inodes=1"])
def full(request, as_root, tmp_path):
    """A folder on a disk that has no room for bytes, or none for files."""
    disk = tmp_path / "disk"
    mount("tmpfs", disk, request.param)
    yield disk
    unmount(disk)


async def test_a_full_tmpdir_is_passed_over(full, rest, start, app):
    app.environment.apply({"TMPDIR": str(full)})
    assert (await start("echo"))["state"] == "running"
    assert list(full.iterdir()) == []


async def test_a_full_disk_is_told(full, rest, start, app):
    app.applications.folder = str(full)
    started = await start("echo")
    assert started["message"] == "No folder can hold the application's socket."
    assert started["output"] == f"{full}: No space left on device"
    assert list(full.iterdir()) == []


async def test_no_place_for_a_socket_is_told(tmp_path, rest, start, app):
    app.applications.folder = str(tmp_path / "nowhere")
    started = await start("echo")
    assert started["message"] == "No folder can hold the application's socket."
    assert "nowhere" in started["output"]


def test_output_is_bounded_and_readable():
    output = Output()
    output.take(b"\x1b[31mred\x1b[0m\n 10%\r 20%\r 30%\n")
    output.take(b"caf" + b"\xff" + b"\x07 half a")
    output.take(b" line")
    assert output.text == "red\n 30%\ncaf� half a line"
    output.take(b"x" * 10**6 + b"\n" + b"y\n" * 10**4)
    lines = output.text.split("\n")
    assert len(lines) <= MOST_LINES and max(map(len, lines)) <= LONGEST_LINE
