"""Files that outlast a session: what another version wrote, or damage left, is never lost.

Each says the number of its format, and a version reads its own alone. What it does not
understand it leaves; before it writes in that place, it sets the old file aside. Knows no
HTTP, and blocks on the disk.
"""

from pathlib import Path

from traitlets.log import get_logger

ASIDE = ".aside-"


def set_aside(path: Path) -> None:
    """Rename a file that is not understood; none is there, nothing happens. Raises OSError.

    The new name has the time at which it was written: an earlier one is not overwritten.
    """
    try:
        written = path.lstat().st_mtime_ns
    except FileNotFoundError:
        return
    aside = path.with_name(f"{path.name}{ASIDE}{written}")
    try:
        path.rename(aside)
    except FileNotFoundError:  # another session was quicker
        return
    get_logger().warning(
        "%s is damaged or of another version of jupyterlab_hpc, and is kept as %s", path, aside.name
    )
