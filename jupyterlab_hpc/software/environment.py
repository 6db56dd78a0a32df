"""The session's environment: a value held in one place. Knows no module system."""

import asyncio
import os
from collections.abc import Mapping

from traitlets import Bool
from traitlets.config import LoggingConfigurable

from .. import revisions


class SessionEnvironment(LoggingConfigurable):
    """What new kernels, terminals and applications see.

    The server's own `os.environ` stays as it was, so that a module's PYTHONHOME
    or LD_LIBRARY_PATH breaks neither the server nor the module system.
    """

    apply_to_server = Bool(
        False,
        help="""Also change the environment of the server itself, for the sake of other
        extensions that start programs. A module's PYTHONHOME or LD_LIBRARY_PATH can then
        break the server.""",
    ).tag(config=True)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.lock = asyncio.Lock()
        self._values: Mapping[str, str] = dict(os.environ)
        self._touched: dict[str, str | None] = {}
        self._revision = revisions.FIRST
        self._back: Mapping[str, str | None] | None = None

    @property
    def values(self) -> Mapping[str, str]:
        """The environment now; a later change makes a new mapping."""
        return self._values

    @property
    def revision(self) -> int:
        """A number that grows with each change of the environment."""
        return self._revision

    @property
    def back(self) -> Mapping[str, str | None] | None:
        """The changes that undo the last change; None before the first.

        To apply them is a change too, so that they can be undone in their turn.
        """
        return self._back

    def after(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        """Return the environment as `changes` would leave it; None unsets."""
        return _laid_over(self._values, changes)

    def apply(self, changes: Mapping[str, str | None]) -> None:
        """Make `changes` the session's environment; nothing sees half of them."""
        before, self._values = self._values, self.after(changes)
        names = {name for name in changes if before.get(name) != self._values.get(name)}
        if names:
            self._back = {name: before.get(name) for name in sorted(names)}
        self._touched = {**self._touched, **changes}
        self._revision += 1
        if self.apply_to_server:
            for name, value in changes.items():
                if value is None:
                    os.environ.pop(name, None)
                elif name in self._values:
                    os.environ[name] = self._values[name]

    def overlay(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return `environment` with every variable that modules changed as it is now.

        What started with it once can be given the new state at its restart:
        variables that were unset since are removed too.
        """
        return _laid_over(environment, self._touched)

    def changed_since(self, environment: Mapping[str, str]) -> set[str]:
        """Return the variables that what started with `environment` would now see changed.

        A path list that only lost its doubles is not: a load and an unload do that.
        """
        now = self.overlay(environment)
        return {n for n in self._touched if _entries(environment.get(n)) != _entries(now.get(n))}


def _laid_over(environment: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return `environment` with `changes`, as far as a process can have them.

    A modulefile can name `A=B`, and its values can hold a zero byte: no program could
    be started with such an environment, also not the one that would undo it.
    """
    result = dict(environment)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif name and "=" not in name and "\0" not in name:
            result[name] = value.partition("\0")[0]
    return result


def _entries(value: str | None) -> list[str] | None:
    return None if value is None else list(dict.fromkeys(filter(None, value.split(":"))))
