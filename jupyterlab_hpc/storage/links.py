"""Symbolic links below the home, made and taken away without harm. Knows no HTTP.

Nothing but a symbolic link is ever replaced or removed, whatever changes under our
hands: folders are opened one after the other without following links, names are
looked at and changed relative to what was opened, and what turns out to be something
else after it was moved is put back.
"""

import ctypes
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

LONGEST_NAME = 255  # bytes, as every file system of Linux has it
TRIES = 8

NOREPLACE = 1
EXCHANGE = 2
# What says that the file system, or the kernel, has no such renaming: NFS and Lustre.
UNSUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.ENOTTY, errno.EOPNOTSUPP)

_libc = ctypes.CDLL(None, use_errno=True)


class OccupiedError(OSError):
    """Something that is no symbolic link is there."""


class ElsewhereError(OSError):
    """The folder of a link is no folder of the home, or a link itself."""


@dataclass(frozen=True)
class Entry:
    """What is at a place; `target` is what a symbolic link says, as it says it."""

    kind: str  # "none", "link" or "other"
    target: str = ""


def is_name(name: str) -> bool:
    """Tell whether a file browser can show a file of that name, and a file system have it."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    return (
        0 < length <= LONGEST_NAME
        and name.isprintable()
        and name == name.strip()
        and not name.startswith((".", "-"))
        and "/" not in name
    )


def for_reading(text: str) -> str:
    """Return a name or a path that can travel as JSON; bytes that are no text become `?`."""
    return text.encode(errors="replace").decode()


def entry_at(home: str, place: str) -> Entry:
    """Return what is at a place, a path relative to the home.

    Raises ElsewhereError where its folder is a link or no folder, and OSError.
    """
    try:
        with _folder(home, place) as (folder, name):
            return _entry(folder, name)
    except FileNotFoundError:
        return Entry("none")


def links_in(home: str, folder: str, most: int) -> dict[str, str]:
    """Return what the symbolic links of a folder below the home say, by their places.

    There are `most` of them at most; names that no file browser shows are left out.
    """
    found: dict[str, str] = {}
    # a place in the folder, so that the folder itself is what is opened
    with _folder(home, f"{folder}/x" if folder else "x") as (opened, _), os.scandir(opened) as all_:
        for entry in all_:
            if len(found) < most and entry.is_symlink() and is_name(entry.name):
                place = f"{folder}/{entry.name}" if folder else entry.name
                found[place] = os.readlink(entry.name, dir_fd=opened)
    return dict(sorted(found.items()))


def make(home: str, place: str, target: str, *, make_folder: bool = False) -> str | None:
    """Make a symbolic link, or let the one that is there lead to `target`.

    Returns what the link that was there said, None where there was none. There is no
    moment without a link where the file system can exchange two names. Raises
    OccupiedError, ElsewhereError and OSError.
    """
    with _folder(home, place, make_folder=make_folder) as (folder, name):
        for _ in range(TRIES):
            there = _entry(folder, name)
            if there.kind == "other":
                raise OccupiedError(errno.EEXIST, os.strerror(errno.EEXIST), place)
            if there.kind == "link" and there.target == target:
                return there.target
            try:
                if there.kind == "none":
                    os.symlink(target, name, dir_fd=folder)
                    return None
                _replace(folder, name, target)
            except (FileExistsError, FileNotFoundError):
                continue  # it changed since it was looked at: look again
            return there.target
        raise OccupiedError(errno.EBUSY, os.strerror(errno.EBUSY), place)


def remove(home: str, place: str, *, only: str | None = None) -> bool:
    """Remove a symbolic link, with `only` given just one that says exactly that.

    Returns whether it was removed. Raises OccupiedError, ElsewhereError and OSError.
    """
    try:
        with _folder(home, place) as (folder, name):
            there = _entry(folder, name)
            if there.kind == "none" or (there.kind == "link" and only not in (None, there.target)):
                return False
            if there.kind == "other":
                raise OccupiedError(errno.EEXIST, os.strerror(errno.EEXIST), place)
            aside = _aside(name)
            os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=folder)
            moved = _entry(folder, aside)
            if moved.kind == "link" and only in (None, moved.target):
                os.unlink(aside, dir_fd=folder)
                return True
            _put_back(folder, aside, name)
            if moved.kind == "link":
                return False
            raise OccupiedError(errno.EEXIST, os.strerror(errno.EEXIST), place)
    except FileNotFoundError:
        return False


def _replace(folder: int, name: str, target: str) -> None:
    """Let another link take a link's place.

    Raises OccupiedError, with everything as it was, where it is no link any more.
    """
    aside = _aside(name)
    os.symlink(target, aside, dir_fd=folder)
    try:
        rename_with(folder, aside, name, EXCHANGE)
    except OSError as error:
        os.unlink(aside, dir_fd=folder)
        if error.errno not in UNSUPPORTED:
            raise
        _replace_in_steps(folder, name, target)
        return
    # What was there is aside now.
    if _entry(folder, aside).kind == "link":
        os.unlink(aside, dir_fd=folder)
        return
    rename_with(folder, aside, name, EXCHANGE)
    if _entry(folder, aside) == Entry("link", target):
        os.unlink(aside, dir_fd=folder)
    raise OccupiedError(errno.EEXIST, os.strerror(errno.EEXIST), name)


def _replace_in_steps(folder: int, name: str, target: str) -> None:
    """Do the same where names can't be exchanged; for a moment there is no link.

    A plain renaming would have no such moment, but would destroy a file that
    somebody put there just before.
    """
    aside = _aside(name)
    os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=folder)
    if _entry(folder, aside).kind != "link":
        _put_back(folder, aside, name)
        raise OccupiedError(errno.EEXIST, os.strerror(errno.EEXIST), name)
    try:
        os.symlink(target, name, dir_fd=folder)
    except FileExistsError:
        os.unlink(aside, dir_fd=folder)
        raise
    except OSError:
        _put_back(folder, aside, name)
        raise
    os.unlink(aside, dir_fd=folder)


def _put_back(folder: int, aside: str, name: str) -> None:
    """Give back its name to what was moved aside; never over something else.

    Where another thing has the name by now, a link is dropped and all else keeps the
    name aside. Raises OSError.
    """
    try:
        rename_with(folder, aside, name, NOREPLACE)
    except OSError as error:
        if error.errno in UNSUPPORTED:
            _put_back_in_steps(folder, aside, name)
        elif error.errno != errno.EEXIST:
            raise
        elif _entry(folder, aside).kind == "link":
            os.unlink(aside, dir_fd=folder)


def _put_back_in_steps(folder: int, aside: str, name: str) -> None:
    there = os.stat(aside, dir_fd=folder, follow_symlinks=False)
    if stat.S_ISDIR(there.st_mode):
        # A folder replaces nothing but an empty folder.
        with suppress(FileExistsError, NotADirectoryError):
            os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    try:
        os.link(aside, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        if not stat.S_ISLNK(there.st_mode):
            return
    os.unlink(aside, dir_fd=folder)


def rename_with(folder: int, old: str, new: str, flags: int) -> None:
    """Rename within a folder as renameat2(2) does; Python has no way to it."""
    call = getattr(_libc, "renameat2", None)  # musl has had it since 1.2.6 only
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if call(folder, os.fsencode(old), folder, os.fsencode(new), ctypes.c_uint(flags)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), new)


def _entry(folder: int, name: str) -> Entry:
    """Return what bears a name in a folder, without following it."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            return Entry("link", os.readlink(name, dir_fd=folder))
    except FileNotFoundError:
        return Entry("none")
    except OSError as error:
        if error.errno == errno.EINVAL:  # no link any more
            return Entry("other")
        raise
    return Entry("other")


def _aside(name: str) -> str:
    """Return a hidden name beside another one, short enough for every file system."""
    start = name.encode()[:200].decode(errors="ignore")
    return f".{start}.{secrets.token_hex(6)}"


@contextmanager
def _folder(home: str, place: str, *, make_folder: bool = False) -> Iterator[tuple[int, str]]:
    """Open the folder of a place; yield it and the last part of the place.

    Below the home no link is followed. Raises ElsewhereError and OSError.
    """
    *folders, name = place.split("/")
    opened = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            if make_folder:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=opened)
            try:
                inner = os.open(
                    part,
                    os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC,
                    dir_fd=opened,
                )
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise ElsewhereError(error.errno, os.strerror(error.errno), part) from error
                raise
            os.close(opened)
            opened = inner
        yield opened, name
    finally:
        os.close(opened)
