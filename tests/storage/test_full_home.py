"""A home without any room: JupyterLab starts all the same, and this extension says why."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress

import pytest

START = 120  # seconds; on a busy machine


@pytest.fixture
def lab(small_disk, fill, tmp_path):
    """A real JupyterLab whose home is full; the answer asks it."""
    home = small_disk / "home"
    # A home that was used before. In one without the first of these folders jupyter_server
    # itself gives up before it loads any extension, unless JUPYTER_RUNTIME_DIR is elsewhere.
    for name in (".local/share/jupyter/runtime", ".ipython/profile_default", ".jupyter"):
        (home / name).mkdir(parents=True)
    (home / ".jupyter" / "migrated").touch()
    fill(small_disk)
    socket = tmp_path / "lab.sock"
    config = tmp_path / "config.py"
    config.write_text(
        "c.IdentityProvider.token = 'secret'\n"
        "c.ServerApp.open_browser = False\n"
        f"c.ServerApp.sock = {str(socket)!r}\n"
        "c.ServerApp.allow_root = True\n"
        "c.LabApp.extension_manager = 'readonly'\n"
        "c.LabApp.news_url = None\n"
        "c.Lmod.command = '/nowhere/lmod'\n"
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON", "XDG_", "SLURM_"))
    }
    (tmp_path / "tmp").mkdir()
    environment["TMPDIR"] = str(tmp_path / "tmp")
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--config", str(config)],
            cwd=home,
            env={**environment, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    yield Lab(small_disk, socket, process, log)
    process.terminate()
    try:
        process.wait(60)
    finally:
        process.kill()
        process.wait()
    assert list((tmp_path / "tmp").glob("jupyter-runtime-*")) == []


class Lab:
    def __init__(self, disk, socket, process, log):
        self.disk = disk
        self.socket = socket
        self.process = process
        self.log = log

    async def ask(self, path, method="GET", body=None):
        """Ask over the server's socket; return the code and the body."""
        reader, writer = await asyncio.open_unix_connection(str(self.socket))
        data = b"" if body is None else json.dumps(body).encode()
        writer.write(
            f"{method} {path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: token secret\r\n"
            f"Content-Length: {len(data)}\r\n\r\n".encode()
            + data
        )
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        await writer.wait_closed()
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    async def until_up(self):
        for _ in range(START * 10):
            assert self.process.poll() is None, self.log.read_text()
            with suppress(OSError):
                return await self.ask("/api/status")
            await asyncio.sleep(0.1)
        raise AssertionError(self.log.read_text())


async def test_a_full_home(lab):
    assert (await lab.until_up())[0] == 200
    code, page = await lab.ask("/lab")
    assert code == 200 and b"jupyter-config-data" in page
    code, body = await lab.ask("/jupyterlab-hpc/storage/quota?home=true")
    assert code == 200
    (home,) = json.loads(body)["quotas"]
    assert (home["level"], home["home"]) == ("full", True)
    code, body = await lab.ask("/jupyterlab-hpc/storage")
    assert code == 200
    code, body = await lab.ask(
        "/jupyterlab-hpc/storage/links", "PUT", {"name": "x", "target": "/tmp"}
    )
    assert code == 409
    assert "Your home is full" in json.loads(body)["message"]
    # A kernel starts: its connection file is elsewhere.
    code, body = await lab.ask("/api/kernels", "POST", {"name": "python3"})
    assert code == 201, lab.log.read_text()
    # What is big can be found, and once it is gone there is room for the link.
    assert (await lab.ask("/jupyterlab-hpc/storage/usage", "POST"))[0] == 200
    for path in (lab.disk / "big", *lab.disk.glob("small-*")):
        path.unlink()
    code, body = await lab.ask(
        "/jupyterlab-hpc/storage/links", "PUT", {"name": "x", "target": "/tmp"}
    )
    assert code == 200, body
