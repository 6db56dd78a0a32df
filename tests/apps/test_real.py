"""Real applications, and what another user of the machine can do to them."""

import asyncio
import os
import shutil
import signal
import socket
import stat
import struct
import subprocess
import tempfile
from pathlib import Path

import aiohttp
import pytest
from machine import missing, namespaces_are_refused, not_run
from yarl import URL

from .conftest import echo, until

CODE_SERVER = Path(__file__).parents[2] / ".code-server" / "bin" / "code-server"
# nobody: some other user, who is on every machine
STRANGER = 65534


CONNECT = "exit(IO::Socket::UNIX->new(Peer => $ARGV[0]) ? 0 : 7)"


def stranger_reaches(address: str) -> bool:
    """Tell whether another user gets a connection to a socket; skips where we may not ask."""
    if os.geteuid() != 0:
        not_run("only root can become another user")

    def asked(path: str) -> int:
        # perl is part of each Debian, and no user's own
        user = [f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups"]
        command = ["setpriv", *user, "perl", "-MIO::Socket::UNIX", "-e", CONNECT, path]
        return subprocess.run(command, check=False).returncode

    # one that all may use shows that it can be done
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as open_:
        Path(folder).chmod(0o755)
        open_.bind(f"{folder}/s")
        Path(folder, "s").chmod(0o777)
        open_.listen()
        assert asked(f"{folder}/s") == 0
    answer = asked(address)
    assert answer in {0, 7}
    return answer == 0


def display_opens(display: str) -> bool:
    """Tell whether an X server lets somebody in who has not its cookie."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"/tmp/.X11-unix/X{display.lstrip(':')}")
        client.sendall(b"l\0" + struct.pack("<5H", 11, 0, 0, 0, 0))
        return client.recv(1) == b"\1"


def listeners(pids: set[int]) -> set[str]:
    """Return the TCP sockets of this machine's network that some processes listen on."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = link.readlink().name
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    lines = [
        line.split()
        for file in ("tcp", "tcp6")
        for line in Path("/proc/net", file).read_text().splitlines()[1:]
    ]
    return {line[1] for line in lines if line[3] == "0A" and line[9] in inodes}


def processes_of(folder: str) -> set[int]:
    """Return the processes whose arguments or environment name an application's folder."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if folder.encode() in words:
            found.add(int(entry.name))
    return found


async def skip_without_namespaces(rest, name: str) -> None:
    """Skip where the kernel, or a container around us, has no user namespaces for anybody."""
    app = (await rest(f"apps/{name}")).body
    if app["state"] == "locked":
        assert await asyncio.to_thread(namespaces_are_refused), app["output"]
        pytest.skip(f"this whole machine has no user namespaces: {app['output']}")


@pytest.fixture
def with_rserver(session_variables, tmp_path):
    """A stand-in for RStudio Server on the session's PATH: no registry has the real one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "rserver"
    shutil.copy(Path(__file__).with_name("rserver_standin.py"), program)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    session_variables["PATH"] = f"{folder}:{session_variables['PATH']}"
    session_variables["R_HOME"] = "/usr/lib/R"


async def test_rstudio_is_started_as_rsession_proxy_does(
    with_rserver,
    jp_environ,
    start,
    browse,
    jp_base_url,
    app,
):
    started = await start("rstudio")
    assert started["state"] == "running", started
    address = app.applications.address("rstudio").socket
    assert listeners(processes_of(str(Path(address).parent))) == set()
    assert not stranger_reaches(address)
    async with browse() as browser:
        address = "rstudio/"
        for _ in range(4):
            async with browser.ask(address) as answer:
                browser.cookies |= {k: morsel.value for k, morsel in answer.cookies.items()}
                if answer.status != 302:
                    break
                led = URL(answer.headers["Location"], encoded=True)
                assert led.raw_path.startswith(jp_base_url)
                address = led.raw_path_qs.removeprefix(jp_base_url)
        assert answer.status == 200
        async with browser.ask("rstudio/") as answer:
            assert "RStudio" in await answer.text()
        headers = {"X-RS-CSRF-Token": browser.cookies["rs-csrf-token"]}
        async with browser.ask("rstudio/rpc/client_init", "POST", headers=headers) as answer:
            assert await answer.json(content_type=None) == {"R_HOME": "/usr/lib/R"}


async def test_vscode_listens_on_a_socket_of_the_users_alone(
    session_variables,
    monkeypatch,
    rest,
    start,
    app,
    browse,
):
    if not CODE_SERVER.exists():
        missing("code-server (scripts/codeserver.sh)")
    app.environment.apply({"PATH": f"{CODE_SERVER.parent}:{app.environment.values['PATH']}"})
    app.applications.look()
    started = await start("vscode")
    assert started["state"] == "running", started
    address = app.applications.address("vscode").socket
    folder = str(Path(address).parent)
    assert stat.S_IMODE(Path(address).stat().st_mode) == 0o600
    pids = processes_of(folder)
    assert pids
    assert listeners(pids) == set()
    async with browse() as browser, browser.ask("vscode/healthz") as answer:
        assert answer.status == 200
    assert not stranger_reaches(address)
    await rest("apps/vscode", method="DELETE")
    await until(lambda: not processes_of(folder))
    assert not Path(folder).exists()


@pytest.mark.parametrize(
    "applications",
    [{"echo": {"command": echo(where="{port}"), "listens": "tcp", "title": "Echo"}}],
)
async def test_what_knows_tcp_alone_is_heard_by_nobody_else(rest, start, app, browse):
    await skip_without_namespaces(rest, "echo")
    started = await start("echo")
    assert started["state"] == "running", started
    address = app.applications.address("echo").socket
    assert stat.S_IMODE(Path(address).stat().st_mode) == 0o600
    async with browse() as browser:
        async with browser.ask("echo/x", "POST", data="body") as answer:
            told = await answer.json(content_type=None)
        assert told["body"] == "body"
        ws = await browser.open("echo/socket")
        await ws.receive_str()
        await ws.send_str("through the bridge")
        assert await ws.receive_str() == "through the bridge"
        await ws.close()
        async with browser.ask("echo/big?size=20000000") as answer:
            assert len(await answer.read()) == 20_000_000
    # it listens, but not in this machine's network
    assert listeners({told["pid"]}) == set()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", 8080)
    assert not stranger_reaches(address)


@pytest.mark.parametrize(
    "applications",
    [{"echo": {"command": echo(where="{port}"), "listens": "tcp", "title": "Echo"}}],
)
@pytest.mark.parametrize("allowed", [False, True])
async def test_without_namespaces_tcp_is_the_sites_decision(rest, start, app, allowed, monkeypatch):
    await rest("apps")
    monkeypatch.setattr(app.applications, "_no_isolation", "Operation not permitted")
    app.applications.allow_tcp = allowed
    echoing = (await rest("apps/echo")).body
    if allowed:
        assert (await start("echo"))["state"] == "running"
        assert app.applications.address("echo").port
    else:
        assert echoing["state"] == "locked"
        assert "every user of this machine" in echoing["message"]
        assert echoing["output"] == "Operation not permitted"
        assert (await rest("apps/echo", method="POST", body="")).code == 409


async def test_openrefine_saves_and_ends(tmp_path, rest, start, app, browse):
    if not (shutil.which("refine") or shutil.which("openrefine")):
        missing("OpenRefine")
    await skip_without_namespaces(rest, "openrefine")
    app.environment.apply({"HOME": str(tmp_path)})
    started = await start("openrefine")
    assert started["state"] == "running", started
    folder = str(Path(app.applications.address("openrefine").socket).parent)
    async with browse() as browser:
        async with browser.ask("openrefine/command/core/get-csrf-token") as answer:
            token = (await answer.json(content_type=None))["token"]
        form = aiohttp.FormData({"project-name": "Test", "format": "text/line-based"})
        form.add_field("project-file", b"one\ntwo\n", filename="a.txt")
        path = f"openrefine/command/core/create-project-from-upload?csrf_token={token}"
        async with browser.ask(path, "POST", data=form) as answer:
            assert answer.status == 302, await answer.text()
            assert "project=" in answer.headers["Location"]
    assert listeners(processes_of(f"{tmp_path}/.local")) == set()
    assert not stranger_reaches(app.applications.address("openrefine").socket)
    await rest("apps/openrefine", method="DELETE")
    # it writes what it has when it is told to end
    assert list((tmp_path / ".local/share/openrefine").glob("*.project/data.zip"))
    assert not Path(folder).exists()


@pytest.fixture
def with_vnc(app, tmp_path):
    """A desktop whose session writes down which display it has and then waits."""
    if not (shutil.which("Xvnc") or shutil.which("Xtigervnc")):
        missing("TigerVNC")
    session = tmp_path / "session"
    session.write_text(f"#!/bin/sh\necho $DISPLAY $1 > {tmp_path}/display\nexec sleep 1000\n")
    session.chmod(0o700)
    spec = app.applications.supervised("desktop").spec
    # as a site names its own window manager
    spec.session = [str(session), "{geometry}"]
    return spec


def pids_of(folder: str, command: bytes) -> list[int]:
    """Return the processes of an application that were started with a command."""
    return [
        pid for pid in processes_of(folder) if Path(f"/proc/{pid}/cmdline").read_bytes() == command
    ]


SLEEPS = b"sleep\x001000\x00"


async def test_a_desktop_listens_on_a_socket_and_ends_with_its_session(
    tmp_path, rest, start, state, app, with_vnc
):
    started = await start("desktop")
    assert started["state"] == "running", started
    address = app.applications.address("desktop").socket
    assert stat.S_IMODE(Path(address).stat().st_mode) == 0o600
    folder = str(Path(address).parent)
    pids = processes_of(folder)
    assert listeners(pids) == set()
    display, geometry = (await until(lambda: _read(tmp_path / "display"))).split()
    assert geometry == "1680x1050"
    assert not display_opens(display)
    assert not stranger_reaches(address)
    # logging out ends it well, and it can be started again
    sleeping = await until(lambda: pids_of(folder, SLEEPS))
    os.kill(sleeping[0], signal.SIGTERM)
    ended = await state("desktop", "ready", "failed")
    assert (ended["state"], ended["exit_code"]) == ("ready", 0), ended
    assert not Path(folder).exists()
    assert not processes_of(folder)
    again = await start("desktop")
    assert again["state"] == "running", again
    # told to end, it ends well, too
    assert (await rest("apps/desktop", method="DELETE")).body["state"] == "ready"


# What TigerVNC knows and TurboVNC does not, and how it says who it is.
TURBOVNC = """#!/bin/sh
[ "$1" = -version ] && echo "TurboVNC Server (Xvnc) 64-bit v3.1.1" && exit
for word in "$@"; do
    case $word in
    -rfbport | -AlwaysShared | -AcceptSetDesktopSize)
        echo "Unrecognized option: $word"
        exit 1
        ;;
    esac
done
touch "{here}/asked"
exec {real} "$@" -rfbport -1
"""


async def test_a_desktop_that_a_module_brings_may_be_turbovncs(
    tmp_path, rest, start, app, with_vnc
):
    real = shutil.which("Xvnc") or shutil.which("Xtigervnc")
    brought = tmp_path / "turbovnc" / "bin"
    brought.mkdir(parents=True)
    before = tmp_path / "empty"
    before.mkdir()
    for name in ("sh", "sleep", "touch", "xkbcomp", "setxkbmap"):
        if found := shutil.which(name):
            (before / name).symlink_to(found)
    app.environment.apply({"PATH": str(before)})
    app.applications.look()
    assert (await rest("apps/desktop")).body["state"] == "locked"
    program = brought / "Xvnc"
    program.write_text(TURBOVNC.format(here=tmp_path, real=real))
    program.chmod(0o700)
    # as a module changes the session's environment
    app.environment.apply({"PATH": f"{brought}:{before}"})
    app.applications.look()
    assert (await rest("apps/desktop")).body["state"] == "ready"
    started = await start("desktop")
    assert started["state"] == "running", started
    assert (tmp_path / "asked").exists()
    await until(lambda: _read(tmp_path / "display"))


async def test_a_desktop_without_a_session_says_so(rest, start, with_vnc):
    with_vnc.session = ["no-such-window-manager"]
    started = await start("desktop")
    assert started["state"] == "failed"
    assert started["message"] == (
        "Desktop could not be started: a program or a library is missing."
    )
    assert started["output"] == "no-such-window-manager is not on the PATH"


def _read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""
