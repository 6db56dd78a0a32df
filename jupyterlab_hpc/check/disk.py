"""Whether a folder can be written to, found out by doing so. Leaves nothing."""

import asyncio
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..storage.looks import Looker

# What a quota of blocks notices.
BLOCK = b"x" * 16384


def why_unwritable(folder: str) -> str:
    """Return why nothing can be written to a folder; empty where something can. Blocks.

    A folder that is not there yet is looked at through the one that it would be made in.
    """
    place = Path(folder)
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(BLOCK)
            file.flush()
            os.fsync(file.fileno())  # NFS tells of a quota no sooner
    except OSError as error:
        return error.strerror or str(error)
    return ""


async def why_unwritable_in_time(looker: Looker, folder: str) -> str:
    """Return the same; does not wait for a file system that hangs."""
    return await why_in_time(looker, folder, why_unwritable)


async def why_in_time(looker: Looker, folder: str, why: Callable[[str], str]) -> str:
    """Return what `why`, which blocks, says of a folder; of one that hangs, that it does."""
    look = (await looker.look([folder]))[folder]
    if look.hangs:
        return os.strerror(errno.ETIMEDOUT)
    return await asyncio.to_thread(why, folder)
