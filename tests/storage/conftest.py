"""What the tests of the storage room need: a cluster's directories, and one that hangs."""

import os
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from machine import missing, mount, mounts_are_refused, unmount


@pytest.fixture
def hanging(as_root: None, tmp_path: Path) -> Iterator[Path]:
    """A directory on a file system that never answers: FUSE whose server is silent.

    The kernel waits for the answer to the first request, as it does for an NFS server
    that is gone. Nobody needs libfuse for that.
    """
    if not Path("/dev/fuse").exists():
        if mounts_are_refused("fuse"):
            pytest.skip("this whole machine mounts no fuse")
        missing("/dev/fuse")
    path = tmp_path / "hanging"
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    try:
        mount("fuse", path, f"fd={device},rootmode=40000,user_id=0,group_id=0")
        yield path
    finally:
        unmount(path)
        os.close(device)


@pytest.fixture
def small_disk(as_root: None, tmp_path: Path) -> Iterator[Path]:
    """A directory on a disk of one megabyte."""
    path = tmp_path / "small"
    mount("tmpfs", path, "size=1m,nr_inodes=64,mode=755")
    yield path
    unmount(path)


@pytest.fixture
def common_folder(as_root: None) -> Iterator[Path]:
    """A folder that all users reach; pytest's own are for one user only."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def fill() -> Callable[[Path], None]:
    """Fill a disk."""
    return _fill


def _fill(disk: Path) -> None:
    """Leave no room on a disk, neither for bytes nor for files."""
    block = b"x" * 4096
    with (disk / "big").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(block)
        except OSError:
            pass
    try:
        for i in range(1000):
            (disk / f"small-{i}").touch()
    except OSError:
        pass


@pytest.fixture
def as_user(as_root: None) -> Callable[..., int]:
    """Do something in a child process as another user; the answer is its exit code."""
    return _as_user


def _as_user(user: int, work: Callable[[], Any], timeout: float = 60) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            code = int(work() or 0)
        except BaseException:  # noqa: BLE001 - nothing of pytest may run in the child
            traceback.print_exc()
        finally:
            os._exit(code)
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """The directories of a cluster: scratch, a job's directory, data sets."""
    root = tmp_path / "cluster"
    for name in ("scratch/alice", "local/alice.1.0", "network/datasets/imagenet"):
        (root / name).mkdir(parents=True)
    (root / "scratch/alice/run.out").write_text("42")
    return root


@pytest.fixture
def session_variables(cluster: Path) -> dict[str, str | None]:
    """The variables of a session on that cluster; no module system is needed."""
    return {
        "SCRATCH": str(cluster / "scratch" / "alice"),
        "SLURM_TMPDIR": str(cluster / "local" / "alice.1.0"),
        "SLURM_JOB_ID": "1",
        "SLURM_JOB_END_TIME": None,
        "PROJECT": None,
        "ARCHIVE": None,
        "XDG_STATE_HOME": None,
        "LMOD_CMD": None,
    }


@pytest.fixture
def home(jp_home_dir: Path) -> Path:
    return jp_home_dir


@pytest.fixture
def jp_root_dir(jp_home_dir: Path) -> Path:
    """The file browser shows the home, as on a cluster."""
    return jp_home_dir


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    """Give what does not hang time enough on a busy machine."""
    jp_server_config.setdefault("StorageService", {}).setdefault("look_timeout", 60)
    return jp_server_config
