"""What the state of a link is, and how it is said. Knows no disk and no HTTP."""

import errno
import os
from dataclasses import dataclass
from typing import Literal

from ..errors import ConflictError, HPCError, NotFoundError
from ..sentences import fill, trans
from .links import ElsewhereError, Entry, OccupiedError, for_reading
from .looks import Look
from .models import StorageMessage
from .records import Record
from .targets import Target

State = Literal["absent", "linked", "dangling", "stale", "occupied", "unavailable"]
HANGS = trans.gettext("%1 does not answer. Its file system may be down; try later.")
NOTHING = StorageMessage(text="", template="", arguments=[], detail="")


def say(template: str, *arguments: str, detail: str = "") -> StorageMessage:
    """Return a sentence as it travels."""
    readable = tuple(map(for_reading, arguments))
    return StorageMessage(
        text=fill(template, readable),
        template=template,
        arguments=list(readable),
        detail=for_reading(detail),
    )


@dataclass(frozen=True, kw_only=True)
class Place:
    """A target in this session: where its link is and where that should lead.

    `unset` are the variables that it lacks.
    """

    target: Target
    link: str
    path: str
    unset: tuple[str, ...] = ()
    own: bool = False
    record: Record | None = None


def state_of(
    place: Place, entry: Entry | OSError, look: Look | None, through: Look | None
) -> tuple[State, StorageMessage]:
    """Return the state of a link and why it is that.

    `look` is what was seen at the target, `through` what was seen at the link's end;
    None where nobody looked.
    """
    if isinstance(entry, OSError):
        error = said_by_disk(entry, place.link)
        return (
            "occupied" if isinstance(entry, ElsewhereError) else "unavailable",
            say(error.template, *error.arguments, detail=error.detail),
        )
    if look is not None and look.readable and look.same_as(through):
        return "linked", NOTHING
    if entry.kind == "other":
        return "occupied", say(
            trans.gettext("%1 is no link but a file or a folder; it is left alone."), place.link
        )
    trouble = trouble_with(place, look)
    if entry.kind == "none":
        return ("absent", NOTHING) if trouble is None else ("unavailable", trouble)
    return _state_of_link(place, entry, trouble, is_dead=_is_dead(look, through))


def _is_dead(look: Look | None, through: Look | None) -> bool:
    """Tell whether a link leads to nothing, and would after it was mended."""
    return through is not None and through.missing and (look is None or look.missing)


def _state_of_link(
    place: Place, entry: Entry, trouble: StorageMessage | None, *, is_dead: bool
) -> tuple[State, StorageMessage]:
    if is_dead:
        return "dangling", say(
            trans.gettext("%1 leads to %2, which is not there."), place.link, entry.target
        )
    if entry.target == place.path:
        return ("linked", NOTHING) if trouble is None else ("unavailable", trouble)
    if not place.path:
        return "stale", say(
            trans.gettext("%1 leads to %2; where it should lead is not known in this session."),
            place.link,
            entry.target,
        )
    return "stale", say(
        trans.gettext("%1 leads to %2 instead of %3."), place.link, entry.target, place.path
    )


def trouble_with(place: Place, look: Look | None) -> StorageMessage | None:
    """Return why a target is of no use now, None where it is."""
    if place.unset:
        return say(trans.gettext("%1 is not set in this session."), f"${place.unset[0]}")
    if look is None:
        return say(trans.gettext("%1 is no absolute path."), place.target.target)
    if look.hangs:
        return say(HANGS, place.path)
    if look.missing:
        return say(trans.gettext("There is no %1."), place.path)
    if look.code or not look.readable:
        return say(trans.gettext("You may not read %1."), place.path, detail=look.why)
    return None


def said_by_disk(error: OSError, link: str) -> HPCError:
    """Return what a failure of the disk means to the user."""
    words = os.strerror(error.errno) if error.errno else str(error)
    if isinstance(error, OccupiedError):
        return ConflictError(
            trans.gettext("%1 is no link but a file or a folder; it is left alone."), link
        )
    if isinstance(error, ElsewhereError):
        return ConflictError(
            trans.gettext("The folder of %1 is a link itself, or no folder: nothing was changed."),
            link,
            detail=words,
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ConflictError(
            trans.gettext("Your home is full, so %1 was not made. Delete something there first."),
            link,
            detail=words,
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ConflictError(
            trans.gettext("You may not change the folder of %1."), link, detail=words
        )
    if error.errno == errno.ENOENT:
        return NotFoundError(trans.gettext("The folder of %1 does not exist."), link)
    return ConflictError(trans.gettext("%1 could not be changed."), link, detail=words)
