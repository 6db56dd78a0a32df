"""What to load, and in which order, to get what was asked for. Knows no process."""

from collections.abc import Callable, Collection, Sequence

from ..tools.modules import Modulefile
from .index import Package, Version

Find = Callable[[str], tuple[Package, Version] | None]
Needs = Callable[[Version, Collection[str]], list[str]]


class LoadPlan:
    """Names to load in their order, each behind what must be loaded before it.

    What is named earlier counts as loaded, so that who names steps chooses the way.
    """

    def __init__(
        self,
        *,
        find: Find,
        needs: Needs,
        modulepath: Sequence[str],
        loaded: Collection[str],
        unload: Collection[str] = (),
    ) -> None:
        """Take full names that are `loaded` and full or short ones that are to be unloaded.

        `needs` chooses among the ways to a version.
        """
        self._find = find
        self._needs = needs
        self._modulepath = modulepath
        self._before = set(loaded)
        self._held = {
            short_name: name
            for name in loaded
            if (short_name := self._short_name(name)) not in unload and name not in unload
        }
        self._steps: dict[str, None] = {}
        self._drop_the_closed()

    @property
    def steps(self) -> list[str]:
        """What to load, in order."""
        return list(self._steps)

    def add(self, name: str) -> None:
        """Plan to load a module; what is not known the module system may know."""
        version = self._meaning(name)
        if version is not None:
            if not any(map(self._is_open, version.files)):
                for step in self._needs(version, self._held.values()):
                    self._take(step)
                    self._hold(step)
            self._take(name)
            self._hold(version.full_name)
        else:
            self._take(name)

    def _take(self, name: str) -> None:
        self._steps.setdefault(name)

    def _hold(self, full_name: str) -> None:
        """Count a module as loaded; another version of it goes, with what that had opened."""
        self._held[self._short_name(full_name)] = full_name
        self._drop_the_closed()

    def _drop_the_closed(self) -> None:
        while True:
            closed = [
                short_name
                for short_name, name in self._held.items()
                if (found := self._find(name)) and self._went(found[1])
            ]
            if not closed:
                return
            for short_name in closed:
                del self._held[short_name]

    def _meaning(self, name: str) -> Version | None:
        """Return the version that a name means once all that comes before it is loaded."""
        found = self._find(name)
        if found is None:
            return None
        package, version = found
        if name != package.short_name or any(map(self._is_open, version.files)):
            return version
        visible = [version for version in package.versions if not version.hidden]
        near = [v for v in visible if v.ways and not self._needs(v, self._held.values())]
        return max(near, key=lambda version: version.rank, default=version)

    def _went(self, version: Version) -> bool:
        return any(map(self._is_closed, version.files)) and not any(
            map(self._is_open, version.files)
        )

    def _is_open(self, file: Modulefile) -> bool:
        return file.modulepath in self._modulepath and not self._is_closed(file)

    def _is_closed(self, file: Modulefile) -> bool:
        """Whether the modules that opened the folder of a modulefile are going."""
        return self._opened(file, self._before) and not self._opened(file, self._held.values())

    @staticmethod
    def _opened(file: Modulefile, loaded: Collection[str]) -> bool:
        return any(all(step in loaded for step in way) for way in file.ways)

    def _short_name(self, full_name: str) -> str:
        found = self._find(full_name)
        return found[0].short_name if found else full_name.rpartition("/")[0] or full_name
