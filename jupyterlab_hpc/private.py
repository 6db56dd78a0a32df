"""Folders of the user alone, whatever the umask. Knows no room."""

from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, for the user alone. Raises OSError.

    `mkdir(mode=0o700, parents=True)` does that for the last one only: where the umask lets
    the group write, its members could put another folder in the place of that one.
    """
    for path in reversed((folder, *folder.parents)):
        if not path.is_dir():
            path.mkdir(mode=0o700, exist_ok=True)
