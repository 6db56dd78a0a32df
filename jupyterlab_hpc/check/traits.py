"""What is wrong with settings of our classes: unknown names, near names, wrong values."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from traitlets import HasTraits, TraitError, TraitType
from traitlets.config import Config, Configurable
from traitlets.config.loader import DeferredConfig, LazyConfigValue

# What the peer has in a section that is ours too, and what the applications room takes over.
PEERS = {"Lmod": ("launcher_pins", "launcher_module_map")}
# A class of somebody else may well be called something like one of ours.
ALIKE_CLASS = 0.85
ALIKE_TRAIT = 0.6


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A setting that does not do what it is meant to.

    `key` is as in a configuration file, without `c.`; `near` what may have been meant, empty
    where nothing is like it; `wanted` the kind of value that it takes, and `words` what is
    wrong with the one that it has, both in traitlets' words.
    """

    kind: Literal["class", "trait", "value"]
    key: str
    near: str = ""
    wanted: str = ""
    words: str = ""


def problems(config: Config, classes: Sequence[type[Configurable]]) -> list[Problem]:
    """Return what is wrong with the settings of these classes, in the order of the sections."""
    ours = {cls.__name__: cls for cls in classes}
    folded = {name.casefold(): name for name in ours}
    found: list[Problem] = []
    for section, settings in config.items():
        if not isinstance(settings, Mapping):
            continue
        if section in ours:
            found += _in_section(section, settings, ours[section])
        elif near := _near_class(section, folded):
            found.append(Problem(kind="class", key=section, near=near))
    return found


def without_problems(config: Config, found: Sequence[Problem]) -> Config:
    """Return the settings without those that no object could be made of."""
    left = Config(config)
    for problem in found:
        if problem.kind == "value":
            section, _, name = problem.key.partition(".")
            left[section] = Config({k: v for k, v in left[section].items() if k != name})
    return left


def _near_class(section: str, folded: Mapping[str, str]) -> str:
    alike = get_close_matches(section.casefold(), folded, 1, ALIKE_CLASS)
    return folded[alike[0]] if alike else ""


def _in_section(
    section: str, settings: Mapping[str, Any], cls: type[Configurable]
) -> list[Problem]:
    # The names that a file may use: those of the class and of what it is made of.
    traits = cls.class_traits(config=True)
    found = []
    for name, value in settings.items():
        key = f"{section}.{name}"
        if name in PEERS.get(section, ()):
            continue
        if name not in traits:
            alike = get_close_matches(name, traits, 1, ALIKE_TRAIT)
            near = f"{section}.{alike[0]}" if alike else ""
            found.append(Problem(kind="trait", key=key, near=near))
            continue
        if isinstance(value, (LazyConfigValue, DeferredConfig)):
            continue
        try:
            _try(section, name, traits[name], value)
        except (TraitError, ValueError, TypeError) as error:
            found.append(
                Problem(
                    kind="value",
                    key=key,
                    wanted=traits[name].info(),
                    words=str(error),
                )
            )
    return found


def _try(section: str, name: str, trait: TraitType[Any, Any], value: Any) -> None:
    """Give a value to a trait that belongs to nobody; raises what traitlets raises."""
    tried = type(section, (HasTraits,), {name: copy(trait)})
    setattr(tried(), name, value)
