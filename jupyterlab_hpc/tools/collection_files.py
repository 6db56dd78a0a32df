"""Renames the files in which module systems keep collections. Knows no module system.

Neither Lmod nor Environment Modules has a command for it, and neither writes a
collection's name into its file.
"""

import asyncio
import errno
import os
from collections.abc import Iterable
from pathlib import Path

from ..errors import ConflictError, NotFoundError, ToolRefusedError
from ..sentences import trans

# What a file system answers that has no hard links, and what Linux answers where
# they are forbidden (fs.protected_hardlinks).
NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS}


async def rename_collection_file(
    folders: Iterable[Path], name: str, new_name: str, suffix: str
) -> None:
    """Rename `name` with its suffix in each folder that has it.

    Raises NotFoundError where none has it, ConflictError where one has the new
    name, ToolRefusedError where a folder can't be changed.
    """
    await asyncio.to_thread(_rename, list(folders), name, new_name, suffix)


def _rename(folders: Iterable[Path], name: str, new_name: str, suffix: str) -> None:
    found = [folder for folder in folders if (folder / f"{name}{suffix}").is_file()]
    missing = NotFoundError(trans.gettext("There is no collection named %1."), name)
    if not found:
        raise missing
    taken = ConflictError(trans.gettext("The collection %1 exists."), new_name)
    if any(os.path.lexists(folder / f"{new_name}{suffix}") for folder in folders):
        raise taken
    try:
        for folder in found:
            _move(folder / f"{name}{suffix}", folder / f"{new_name}{suffix}")
    except FileExistsError as error:
        raise taken from error
    except FileNotFoundError as error:
        raise missing from error
    except OSError as error:
        raise ToolRefusedError(
            trans.gettext(
                "The collection %1 was not renamed, because its folder cannot be changed."
            ),
            name,
            detail=str(error),
        ) from error


def _move(old: Path, new: Path) -> None:
    """Rename, or raise FileExistsError: unlike os.rename, which overwrites.

    At each moment the collection stands under one of the names at least.
    """
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
    else:
        old.unlink()
        return
    new.touch(exist_ok=False)
    try:
        old.replace(new)
    except OSError:
        new.unlink()
        raise
