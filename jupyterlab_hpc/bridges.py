"""What a room is told of another one: rooms do not know each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .check.site import Tree
    from .jobs.script import Loading
    from .software.service import SoftwareService


class LoadedModules:
    """What applications and the next session are told of the software room."""

    def __init__(self, software: "SoftwareService") -> None:
        self._software = software

    def loaded(self) -> list[str]:
        """Return the full names of the session's active modules."""
        return [module.full_name for module in self._software.loaded().modules]

    def knows(self, name: str) -> bool:
        """Tell whether the module tree may have a module of that name."""
        index = self._software.catalog.index
        return bool(index.find(name) or index.package(name)) or not index.complete


class KnownTree:
    """What the checks are told of the module tree: what the software room has read."""

    def __init__(self, software: "SoftwareService") -> None:
        self._catalog = software.catalog

    async def tree(self) -> "Tree":
        """Return the tree when it is read."""
        from .check.site import Tree

        await self._catalog.settled()
        index = self._catalog.index
        return Tree(index=index, complete=index.complete, seconds=0.0)


class JobModules:
    """What the jobs room is told of the software room."""

    def __init__(self, software: "SoftwareService") -> None:
        self._software = software

    async def loading(self, names: Sequence[str] | None) -> "Loading | None":
        """Return how modules are loaded in a job; None where there is no module system."""
        from .jobs.script import Loading
        from .tools.nomodules import NoModules

        if isinstance(self._software.tool, NoModules):
            return None
        told = await self._software.loading(names)
        return Loading(names=told.names, folders=told.folders, init=told.init)
