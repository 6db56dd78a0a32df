"""Which directories there are links to: what a site says, and what is found. Knows no disk.

A target's variables stand for what the session's environment says; `$GROUP` makes one
target for each of the user's Unix groups.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_type_hints

from ..sentences import trans
from .links import is_name

VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
GROUP = re.compile(r"\$(?:GROUP\b|\{GROUP\})")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A directory of the site.

    `target` and `link` may have variables; `link` is below the home, empty for the
    usual folder. `show` tells whether it is listed where it does not exist; `needs`
    are variables without which it is not there; `per_job` is what ends with the job.
    """

    name: str
    target: str
    title: str = ""
    title_fr: str = ""
    description: str = ""
    description_fr: str = ""
    purge: str = ""
    purge_fr: str = ""
    icon: str = ""
    link: str = ""
    automatic: bool = False
    per_job: bool = False
    show: Literal["always", "found"] = "always"
    needs: tuple[str, ...] = ()


class TargetError(ValueError):
    """An entry of the configuration is not right."""


KINDS: dict[str, Any] = get_type_hints(Target)
NAMES = tuple(field.name for field in fields(Target))


def parse_targets(entries: Iterable[object], key: str) -> tuple[list[Target], list[str]]:
    """Return the targets of a list of dicts, and a sentence for each that is not right.

    `key` is the setting's name, for the sentences.
    """
    targets: dict[str, Target] = {}
    problems = []
    for i, entry in enumerate(entries):
        place = f"{key}[{i}]"
        parsed = _parsed(entry, place)
        if isinstance(parsed, TargetError):
            problems.append(str(parsed))
        elif parsed.name in targets:
            problems.append(f"{place}.name: {parsed.name!r} is there twice")
        else:
            targets[parsed.name] = parsed
    return list(targets.values()), problems


def _parsed(entry: object, key: str) -> Target | TargetError:
    try:
        return _checked_target(_parse(entry, key), key)
    except TargetError as error:
        return error


def _parse(entry: object, key: str) -> Target:
    if not isinstance(entry, Mapping):
        raise TargetError(f"{key}: must be a dict, not {type(entry).__name__}")
    for name in entry:
        if name not in NAMES:
            raise TargetError(f"{key}.{name}: is unknown; known are {', '.join(NAMES)}")
    values: dict[str, Any] = {
        name: _checked(name, value, f"{key}.{name}") for name, value in entry.items()
    }
    for name in ("name", "target"):
        if not values.get(name):
            raise TargetError(f"{key}.{name}: is missing")
    return Target(**values)


def _checked_target(target: Target, key: str) -> Target:
    if not is_name(GROUP.sub("group", target.name)):
        raise TargetError(f"{key}.name: {target.name!r} can't be the name of a link")
    if not target.target.startswith(("/", "~", "$")):
        raise TargetError(f"{key}.target: must be absolute or begin with ~ or a variable")
    if target.link:
        inside = target.link.removeprefix("~/")
        if inside == target.link or not all(is_name(part) for part in _spread(inside)):
            raise TargetError(f"{key}.link: must be ~/NAME or ~/FOLDER/NAME")
    if GROUP.search(target.target) and not GROUP.search(target.name):
        raise TargetError(f"{key}.name: must have $GROUP where the target has it")
    return target


def _spread(link: str) -> list[str]:
    """Return the parts of a link's place; a variable stands for a name."""
    return VARIABLE.sub("variable", link).split("/")


def _checked(name: str, value: object, key: str) -> object:
    if name == "needs":
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise TargetError(f"{key}: must be a list of names of variables")
    if name == "show":
        if value in get_args(KINDS["show"]):
            return value
        raise TargetError(f'{key}: must be "always" or "found"')
    if not isinstance(value, KINDS[name]):
        raise TargetError(f"{key}: must be a {KINDS[name].__name__}, not {type(value).__name__}")
    if isinstance(value, str) and "\0" in value:
        raise TargetError(f"{key}: has a zero byte")
    return value


def expand(text: str, environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return a path with `~` and variables replaced, and the variables that are not set."""
    unset = []

    def value(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        found = environment.get(name, "")
        if not found:
            unset.append(name)
        return found

    if text == "~" or text.startswith("~/"):
        text = "$HOME" + text[1:]
    path = VARIABLE.sub(value, text)
    return (path.rstrip("/") or "/") if path else "", unset


def spread_groups(targets: Sequence[Target], groups: Iterable[str]) -> Iterator[Target]:
    """Yield the targets, one for each group where a target asks for it."""
    names = list(groups)
    for target in targets:
        if not GROUP.search(target.target):
            yield target
            continue
        for group in names:
            literal = group.replace("\\", "\\\\")
            yield replace(
                target,
                name=GROUP.sub(literal, target.name),
                target=GROUP.sub(literal, target.target),
                title=GROUP.sub(literal, target.title),
                title_fr=GROUP.sub(literal, target.title_fr),
                link=GROUP.sub(literal, target.link),
            )


def needs_groups(targets: Iterable[Target]) -> bool:
    """Tell whether any target is one for each group."""
    return any(GROUP.search(target.target) for target in targets)


def is_inside(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or below it, by their names alone."""
    return folder in {"/", path} or path.startswith(folder.rstrip("/") + "/")


def normal(path: str) -> str:
    """Return a path without doubled slashes and dots; `..` stays, as links need it."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return "/" + "/".join(parts) if path.startswith("/") else os.path.normpath(path)


def default_targets(environment: Mapping[str, str]) -> list[Target]:
    """Return what is found on the clusters of the Alliance and of Mila, with their rules.

    Sources: docs.alliancecan.ca, "Scratch purging policy"; docs.mila.quebec, "Storage".
    """
    cluster = environment.get("CC_CLUSTER", "")
    if is_inside(environment.get("SCRATCH", ""), "/network/scratch"):
        purge = trans.gettext("Files that were not used for 90 days are deleted.")
    elif cluster == "nibi":
        purge = ""  # limits instead of deleting
    elif cluster:
        purge = trans.gettext("Files that were not used for 60 days are deleted.")
    else:
        return list(DEFAULTS)
    return [
        replace(target, purge=purge) if target.name == "scratch" else target for target in DEFAULTS
    ]


# What is found on the clusters of the Digital Research Alliance of Canada and of Mila.
DEFAULTS: list[Target] = [
    Target(
        name="slurm_tmpdir",
        target="$SLURM_TMPDIR",
        title=trans.gettext("Temporary directory of this job"),
        description=trans.gettext("Fast disk of the node this session runs on."),
        purge=trans.gettext("Deleted when the job ends: copy what you need before."),
        automatic=True,
        per_job=True,
        show="found",
    ),
    Target(
        name="scratch",
        target="$SCRATCH",
        title=trans.gettext("Scratch"),
        description=trans.gettext("Large and fast, for files of running work; no backup."),
        purge=trans.gettext("Most sites delete old files here."),
        show="found",
    ),
    Target(
        name="project",
        target="$PROJECT",
        title=trans.gettext("Project"),
        description=trans.gettext("Shared with your group."),
        show="found",
    ),
    Target(
        name="project-$GROUP",
        target="/project/$GROUP",
        title=trans.gettext("Project"),
        description=trans.gettext("Shared with your group."),
        show="found",
    ),
    Target(
        name="nearline-$GROUP",
        target="/nearline/$GROUP",
        title=trans.gettext("Nearline"),
        description=trans.gettext("Tape, for what is not used for a while: reading is slow."),
        show="found",
    ),
    Target(
        name="archive",
        target="$ARCHIVE",
        title=trans.gettext("Archive"),
        description=trans.gettext("For results to keep; not made for running work."),
        show="found",
    ),
    Target(
        name="datasets",
        target="/network/datasets",
        title=trans.gettext("Datasets"),
        description=trans.gettext("Curated data sets of the site, to read."),
        show="found",
    ),
    Target(
        name="weights",
        target="/network/weights",
        title=trans.gettext("Weights"),
        description=trans.gettext("Weights of trained models, to read."),
        show="found",
    ),
    Target(
        name="projects",
        target="/network/projects",
        title=trans.gettext("Projects"),
        description=trans.gettext("Shared with your group."),
        show="found",
    ),
]
