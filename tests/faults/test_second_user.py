"""A session where the umask lets the group write, and another member of that group.

The session is a real server that has done what it does: modules, collections, links, jobs,
kernels, an application. The other user is another user id of the same group.
"""

import asyncio
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .broken import Broken

# ruff: noqa: SLF001 - a running server has no setting for its programs

STRANGER = 65534  # nobody: some other user, who is on every machine
SECRET = "hub-token-that-nobody-sees"
ECHO = Path(__file__).parents[1] / "apps" / "echo_app.py"


@pytest.fixture
def tmp_path(as_root: None) -> Iterator[Path]:
    """A folder that all users reach; pytest's own are for one user only."""
    with tempfile.TemporaryDirectory(prefix="node-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def umask() -> Iterator[None]:
    """A site where groups share what they make."""
    before = os.umask(0o002)
    yield
    os.umask(before)


@pytest.fixture
def session_variables(
    umask: None, demo_session: dict[str, str], tmp_path: Path
) -> dict[str, str | None]:
    place = tmp_path / "tmp"
    place.mkdir()
    place.chmod(0o1777)
    return {
        **demo_session,
        "TMPDIR": str(place),
        "JUPYTERHUB_API_TOKEN": SECRET,
        "SLURM_JOB_ID": "1",
        "XDG_CACHE_HOME": None,
        "XDG_STATE_HOME": None,
    }


@pytest.fixture
def jp_root_dir(jp_home_dir: Path) -> Path:
    """The file browser shows the home, as on a cluster."""
    return jp_home_dir


@pytest.fixture
def jp_runtime_dir(tmp_path: Path) -> Path:
    """As Jupyter makes it: what is in it is not kept from others one by one."""
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def hpc_config() -> dict[str, Any]:
    command = [sys.executable, str(ECHO), "{unix_socket}"]
    return {
        "ApplicationsService": {"applications": {"echo": {"command": command, "title": "Echo"}}},
        "KernelsService": {"trial_timeout": 0.1},
        # what docs/install.md and the check "kernels.reach" ask sites for
        "KernelManager": {"transport": "ipc"},
    }


def look_around(folders: list[Path], sockets: list[str]) -> list[tuple[str, str]]:
    """Return what the other user finds, as stranger.pl tells it."""
    user = [f"--reuid={STRANGER}", f"--regid={os.getgid()}", "--clear-groups"]
    script = Path(__file__).with_name("stranger.pl").read_text()
    done = subprocess.run(
        ["setpriv", *user, "perl", "-e", script, *map(str, folders), "--", *sockets],
        check=True,
        capture_output=True,
        text=True,
        errors="replace",
        env={"PATH": os.defpath},
    )
    lines = (line.partition(" ") for line in done.stdout.splitlines())
    return [(what, where) for what, _, where in lines]


def unix_sockets() -> list[str]:
    """Return the addresses of this machine's unix sockets that have a path."""
    lines = Path("/proc/net/unix").read_text().splitlines()[1:]
    return sorted({line.split()[7] for line in lines if len(line.split()) > 7})


def sockets_of_kernels(folder: Path) -> list[str]:
    """Return the addresses of the sockets that kernels answer on, below a folder."""
    return [a for a in unix_sockets() if a.startswith(str(folder)) and "-ipc-" in a]


async def use_everything(app: Any, rest: Any, home: Path, tmp_path: Path) -> None:
    """Do what a session does that leaves something."""
    sbatch = Broken(tmp_path / "slurm", "sbatch", "echo 24")
    squeue = Broken(tmp_path / "slurm2", "squeue", "true")
    app.jobs._batch.sbatch, app.jobs._batch.squeue = str(sbatch.path), str(squeue.path)
    app.jobs._batch.present = lambda: True
    (home / "a.py").write_text("print(1)\n")
    await app.software.catalog.settled()
    kept = {"page": "1", "files": ["a.py"], "active": "a.py"}
    for method, path, body in (
        ("PATCH", "software/loaded", {"load": ["cmake"]}),
        ("PUT", "software/collections", {"name": "mine"}),
        ("PUT", "storage/links", {"name": "elsewhere", "target": "/usr"}),
        ("PUT", "session/kept", kept),
        ("POST", "jobs", {"notebook": "a.py", "modules": []}),
        (
            "POST",
            "kernels",
            {"name": "mine", "display_name": "Mine", "modules": "none", "keep": True},
        ),
        ("POST", "apps/echo", None),
    ):
        answer = await rest(path, method=method, body="" if body is None else body)
        assert answer.code in {200, 202}, (path, answer)
    while (await rest("apps/echo")).body["state"] != "running":
        pass
    await app.serverapp.kernel_manager.start_kernel()
    while len(sockets_of_kernels(tmp_path)) < 5:
        await asyncio.sleep(0.1)
    await app.software.catalog.settled()
    await app.carry.stop()


async def test_another_member_of_the_group_finds_nothing(
    app: Any, rest: Any, jp_home_dir: Path, jp_serverapp: Any, tmp_path: Path
) -> None:
    home = jp_home_dir
    await use_everything(app, rest, home, tmp_path)
    jp_serverapp.write_server_info_file()
    made = [
        path
        for path in tmp_path.rglob("*")
        if not path.is_symlink()
        and {"jupyterlab_hpc", "mine"} & set(path.parts)
        # Lmod's own way to keep collections
        and ".lmod.d" not in path.parts
    ]
    assert {"jobs", "mine"} <= {path.name for path in made}
    assert any(path.name.startswith("index-") for path in made)
    assert any(path.name.startswith("link-") for path in made)
    assert any(path.name.startswith("session") for path in made)
    (folder,) = (tmp_path / "tmp").glob("jupyterlab-hpc-*")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    ours = [address for address in unix_sockets() if str(tmp_path) in address]
    assert len(ours) == 1 + len(sockets_of_kernels(tmp_path))
    found = look_around([tmp_path], ours)
    reads = {Path(where) for what, where in found if what == "R"}
    writes = {Path(where) for what, where in found if what == "W"}

    # That it can look is shown by what all may read, and what the group may write.
    assert home / "a.py" in reads
    assert home / "a.py" in writes
    private = {path for path in made if "mine" not in path.parts}
    assert not reads & private
    assert not writes & set(made)
    for path in reads:
        assert SECRET not in path.read_text(errors="replace"), path
        assert app.serverapp.identity_provider.token not in path.read_text(errors="replace"), path
    # Nothing on the way to what is private can be put aside.
    for path in made:
        for above in path.parents:
            if above not in {home, home.parent} and tmp_path in above.parents:
                assert above not in writes, above
    assert not [where for what, where in found if what == "C"]
    assert not [where for what, where in found if what == "E"]
    arguments = [where for what, where in found if what == "A"]
    assert any(str(ECHO) in words for words in arguments)
    token = app.serverapp.identity_provider.token
    assert not [words for words in arguments if SECRET in words or (token and token in words)]
