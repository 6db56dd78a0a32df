"""What the machine of the tests has and lets us do: nothing is passed over in CI unsaid."""

import ctypes
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

_libc = ctypes.CDLL(None, use_errno=True)
_DETACH = 2


def missing(tool: str) -> None:
    """Skip on a laptop without a tool; in CI its absence is an error."""
    not_run(f"{tool} is not on this machine")


def not_run(reason: str) -> None:
    """Skip on a laptop what can't be tested there; in CI that is an error."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def mount(kind: str, path: Path, options: str) -> None:
    """Mount a file system on a folder.

    Skips where the kernel mounts nothing for anybody on this machine, which is found out by
    trying; any other refusal is an error in CI.
    """
    path.mkdir(exist_ok=True)
    why = _mount(kind, path, options)
    if not why:
        return
    if mounts_are_refused(kind):
        pytest.skip(f"this whole machine mounts no {kind}: {why}")
    not_run(f"{kind} can't be mounted: {why}")


def mounts_are_refused(kind: str) -> bool:
    """Tell whether not even root can mount here, or the kernel has no such file system."""
    known = {line.split()[-1] for line in Path("/proc/filesystems").read_text().splitlines()}
    if kind not in known:
        return True
    with tempfile.TemporaryDirectory() as folder:
        if _mount("tmpfs", Path(folder), "size=64k"):
            return True
        unmount(Path(folder))
    return False


def _mount(kind: str, path: Path, options: str) -> str:
    """Return why the kernel did not mount; empty where it did."""
    words = (kind.encode(), os.fsencode(path), kind.encode(), 0, options.encode())
    return "" if _libc.mount(*words) == 0 else os.strerror(ctypes.get_errno())


def unmount(path: Path) -> None:
    """Take a file system away, also where it is in use."""
    _libc.umount2(os.fsencode(path), _DETACH)


def namespaces_are_refused() -> bool:
    """Tell whether this kernel gives us no user namespace with a network, whoever asks."""
    command = ["unshare", "--user", "--map-root-user", "--net", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode != 0
