"""A folder for each start of an application, where its socket is. Knows no application."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import ToolMissingError
from ..sentences import trans

SOCKET = "s"
# The kernel has room for 108 bytes, one of them a zero.
LONGEST_ADDRESS = 107
PREFIX = "jupyterlab-hpc-"
# What applications write there themselves: configurations, databases of a few pages.
ROOM = 2**18


def places(environment: Mapping[str, str], configured: str) -> list[str]:
    """Return the folders to try, the best first: what ends with the job, then what is local."""
    if configured:
        return [configured]
    wanted = [
        environment.get("TMPDIR", ""),
        environment.get("XDG_RUNTIME_DIR", ""),
        tempfile.gettempdir(),
        "/tmp",  # noqa: S108 - mkdtemp makes it ours alone
        "/var/tmp",  # noqa: S108
    ]
    return [place for place in dict.fromkeys(wanted) if Path(place).is_absolute()]


def make_folder(wanted: Iterable[str]) -> str:
    """Return a new folder of mode 0700 that can hold a socket; blocks on the disk.

    The first place that is short enough, has room and knows sockets is taken: a parallel
    file system may not. Raises ToolMissingError where there is none, with each reason.
    """
    refusals = []
    for place in wanted:
        try:
            folder = tempfile.mkdtemp(prefix=PREFIX, dir=place)
        except OSError as error:
            refusals.append(f"{place}: {error.strerror}")
            continue
        try:
            try_socket(str(Path(folder, SOCKET)))
            _try_room(Path(folder, SOCKET))
        except OSError as error:
            refusals.append(f"{place}: {error.strerror or error}")
            shutil.rmtree(folder, ignore_errors=True)
        else:
            return folder
    raise ToolMissingError(
        trans.gettext("No folder can hold the application's socket."), detail="\n".join(refusals)
    )


def try_socket(address: str) -> None:
    """Make a socket and remove it; raises OSError where that cannot be. Blocks."""
    if len(os.fsencode(address)) > LONGEST_ADDRESS:
        raise OSError(f"longer than a socket's address may be ({LONGEST_ADDRESS} bytes)")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as tried:
        tried.bind(address)
    Path(address).unlink()


def _try_room(path: Path) -> None:
    """Raise OSError where the disk is full: an empty file, or a socket, can be made there."""
    path.write_bytes(bytes(ROOM))
    path.unlink()
