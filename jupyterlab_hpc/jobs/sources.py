"""Notebooks and scripts on disk, and the output of jobs. Blocks: called in threads."""

import codecs
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from ..errors import BadRequestError, ForbiddenError, NotFoundError
from ..sentences import trans
from .script import INTERPRETERS, NOTEBOOK

LONGEST_OUTPUT = 128 << 10  # bytes of one answer
_CONTINUATION = range(0x80, 0xC0)  # bytes that do not begin a character of UTF-8


@dataclass(frozen=True, kw_only=True)
class Source:
    """A notebook or script; `modules` is a notebook's own list, None where it has none."""

    path: str
    is_notebook: bool
    language: str = ""
    modules: list[str] | None = None


def resolve(path: str, root: str) -> str:
    """Return the absolute path of what the file browser has at `path`, or of an absolute one.

    Raises BadRequestError for what is no path.
    """
    if not path or "\0" in path:
        raise BadRequestError(trans.gettext("Which file? No path was given."))
    inside = os.path.normpath(Path(root or "/", path.lstrip("/")))
    if path.startswith("/") and not os.path.lexists(inside):
        return os.path.normpath(path)
    return inside


def read_source(path: str) -> Source:
    """Look at what is to be run. Raises NotFoundError and BadRequestError."""
    suffix = PurePath(path).suffix.lower()
    if suffix != NOTEBOOK and suffix not in INTERPRETERS:
        raise BadRequestError(
            trans.gettext("Only notebooks and scripts (%1) can be submitted."),
            ", ".join(INTERPRETERS),
        )
    try:
        if not Path(path).is_file():
            raise NotFoundError(trans.gettext("There is no file %1."), path)
        if suffix != NOTEBOOK:
            return Source(path=path, is_notebook=False)
        notebook = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise BadRequestError(
            trans.gettext("%1 cannot be read."), path, detail=str(error)
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadRequestError(
            trans.gettext("%1 is no notebook."), path, detail=str(error)
        ) from error
    metadata = _dict(notebook, "metadata")
    kernel, language = _dict(metadata, "kernelspec"), _dict(metadata, "language_info")
    modules = _dict(metadata, "jupyterlab_hpc").get("modules")
    if not isinstance(modules, list) or not all(isinstance(name, str) for name in modules):
        modules = None
    return Source(
        path=path,
        is_notebook=True,
        language=str(kernel.get("language") or language.get("name") or "python"),
        modules=modules,
    )


def make_folder(path: str) -> None:
    """Make the folder of the results. Raises BadRequestError where nothing can go there."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(f"{path}: permission denied")
    except OSError as error:
        raise BadRequestError(
            trans.gettext("Nothing can be written to %1. Choose another folder for the results."),
            path,
            detail=str(error),
        ) from error


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a file; `start` and `offset` are where it begins and ends, in bytes."""

    text: str
    start: int
    offset: int
    size: int


def is_own_file(path: str) -> bool:
    """Tell whether that is a file of the user who can read it."""
    try:
        about = Path(path).stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(about.st_mode) and about.st_uid == os.getuid() and os.access(path, os.R_OK)


def read_part(path: str, offset: int, *, own: bool = False) -> Part | None:
    """Return what a file has from `offset` on, or its end; None where there is none yet.

    A character that is written in part is left for the next time. Raises BadRequestError;
    `own` asks for a file of the user's own, and raises ForbiddenError for others.
    """
    try:
        # A FIFO would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadRequestError(
            trans.gettext("%1 cannot be read."), path, detail=str(error)
        ) from error
    about = os.fstat(handle)
    regular = stat.S_ISREG(about.st_mode)
    if not regular or (own and about.st_uid != os.getuid()):
        os.close(handle)
        if regular:
            raise ForbiddenError(trans.gettext("The file %1 is not yours."), path)
        raise BadRequestError(trans.gettext("%1 is no file."), path)
    with os.fdopen(handle, "rb") as file:
        size = about.st_size
        start = max(0, size - LONGEST_OUTPUT) if offset < 0 else min(offset, size)
        file.seek(start)
        data = file.read(LONGEST_OUTPUT)
    if offset < 0 and start:
        while data and data[0] in _CONTINUATION:
            data, start = data[1:], start + 1
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(data)
    waiting = len(decoder.getstate()[0])
    return Part(text=text, start=start, offset=start + len(data) - waiting, size=size)


def _dict(said: Any, name: str) -> dict[str, Any]:
    value = said.get(name) if isinstance(said, dict) else None
    return value if isinstance(value, dict) else {}
