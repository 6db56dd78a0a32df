"""What the links in a folder are, and how that is said. Knows no disk and no HTTP."""

import os.path
from collections.abc import Iterable, Mapping
from typing import Literal

from ..sentences import trans
from .links import for_reading
from .looks import Folder, Look
from .models import FolderLink, StorageMessage
from .records import Record
from .states import HANGS, Place, say
from .targets import Target, is_inside, normal

NO_TARGET = Target(name="", target="")


def links_of(
    folder: Folder,
    looks: Mapping[str, Look],
    *,
    home: str,
    places: Iterable[Place],
    records: Mapping[str, Record],
) -> list[FolderLink]:
    """Return what is known of the links in a folder; `looks` are by their names.

    `home` is its path without links.
    """
    known = [place for place in places if place.path and not place.own]
    below = folder.real[len(home.rstrip("/")) + 1 :] if is_inside(folder.real, home) else None
    found = []
    for name, said in sorted(folder.links.items()):
        place = "" if below is None else f"{below}/{name}".lstrip("/")
        look = looks[name]
        # Only by the names: a link to a link is where the last one leads.
        end = look.real or normal(os.path.normpath(os.path.join(folder.real, said)))  # noqa: PTH118
        outside = not is_inside(end, home)
        target = _target_of(known, [said, end])
        record = records.get(place)
        found.append(
            FolderLink(
                name=name,
                points_to=for_reading(said),
                state=_state(look),
                outside=outside,
                ours=record is not None and record.target == said,
                link=place,
                title=target.title,
                title_fr=target.title_fr,
                purge=target.purge,
                purge_fr=target.purge_fr,
                message=_why(name, said, look, outside=outside),
            )
        )
    return found


def _state(look: Look) -> Literal["linked", "dangling", "unavailable"]:
    if look.missing:
        return "dangling"
    return "linked" if look.readable and not look.hangs else "unavailable"


def _why(name: str, said: str, look: Look, *, outside: bool) -> StorageMessage:
    if look.hangs:
        return say(HANGS, said)
    if look.missing:
        return say(trans.gettext("%1 leads to %2, which is not there."), name, said)
    if not look.readable:
        return say(trans.gettext("You may not read %1."), said, detail=look.why)
    if outside:
        return say(trans.gettext("Link to %1, outside your home."), said)
    return say(trans.gettext("Link to %1."), said)


def _target_of(places: Iterable[Place], paths: Iterable[str]) -> Target:
    """Return the directory of the site that a path is or is in, the innermost one."""
    around = [
        place for place in places if any(is_inside(path, place.path) for path in paths if path)
    ]
    return max(around, key=lambda place: len(place.path)).target if around else NO_TARGET
