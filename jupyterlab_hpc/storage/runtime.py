"""Somewhere to write for a server whose home is full. Knows no HTTP.

jupyter_server writes small files below the home when it starts, and one for each kernel. Where
they don't fit, it ends, or starts no kernel: then nobody could even look for what to delete.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

BLOCK = b"x" * 16384
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def room_elsewhere(folder: str, environment: Mapping[str, str]) -> str:
    """Return a new folder, for the user alone, where nothing can be written to `folder`.

    Returns an empty text where something can, or where it can't be written elsewhere either.
    """
    if not is_full(folder):
        return ""
    for place in (environment.get("SLURM_TMPDIR", ""), tempfile.gettempdir()):
        if not place or is_full(place):
            continue
        try:
            return tempfile.mkdtemp(prefix="jupyter-runtime-", dir=place)  # 0700
        except OSError:
            continue
    return ""


def is_full(folder: str) -> bool:
    """Tell whether a folder takes no file of the size that a server needs."""
    try:
        handle, name = tempfile.mkstemp(prefix=".room-", dir=folder)
    except OSError as error:
        return error.errno in FULL
    try:
        # NFS tells of a quota when a file is closed; to wait for the disk would be dear.
        with os.fdopen(handle, "wb") as file:
            file.write(BLOCK)
    except OSError as error:
        return error.errno in FULL
    finally:
        Path(name).unlink(missing_ok=True)
    return False


def leave(folder: str) -> None:
    """Remove what `room_elsewhere` made."""
    if folder and Path(folder).name.startswith("jupyter-runtime-"):
        shutil.rmtree(folder, ignore_errors=True)
