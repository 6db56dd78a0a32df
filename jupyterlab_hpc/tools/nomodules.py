"""The module system of a machine that has none: every answer is empty, none is an error."""

from collections.abc import Sequence

from ..errors import ToolMissingError
from ..sentences import trans
from .modules import Changed, Environment, LoadedModule, Modulefile, ModuleTool, Probe, Remarks


class NoModules(ModuleTool):
    """Answers where neither Lmod nor another module system was found, or is wanted."""

    switched_off = False  # by the site

    async def probe(self, environment: Environment) -> Probe:
        """Say that there is no module system, why that may be, and what to do."""
        if self.switched_off:
            return Probe(
                kind="none",
                reason="module-system-off",
                message=trans.gettext("The site has switched environment modules off here."),
                cure=trans.gettext("Ask the site's staff if you need modules in JupyterLab."),
            )
        return Probe(
            kind="none",
            reason="module-command-missing",
            message=trans.gettext("No environment module system was found on this machine."),
            cure=trans.gettext(
                "If the site has Lmod, its staff can start JupyterLab from a shell in which the "
                "module command works, or name Lmod's program in the setting c.Lmod.command."
            ),
        )

    def loaded(self, environment: Environment) -> list[LoadedModule]:
        """Return nothing: no module is loaded."""
        return []

    async def change(
        self, environment: Environment, *, load: Sequence[str], unload: Sequence[str]
    ) -> Changed:
        """Raise ToolMissingError."""
        raise _missing()

    async def available(self, environment: Environment) -> list[Modulefile]:
        """Return nothing: there is no module."""
        return []

    async def spider(self, environment: Environment) -> list[Modulefile]:
        """Return nothing: there is no module."""
        return []

    async def remarks(self, environment: Environment, modulefile: Modulefile) -> Remarks:
        """Return nothing: there is no module."""
        return Remarks()

    async def purge(self, environment: Environment) -> Changed:
        """Raise ToolMissingError."""
        raise _missing()

    async def reset(self, environment: Environment) -> Changed:
        """Raise ToolMissingError."""
        raise _missing()

    async def use(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Raise ToolMissingError."""
        raise _missing()

    async def unuse(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Raise ToolMissingError."""
        raise _missing()

    async def collections(self, environment: Environment) -> list[str]:
        """Return nothing: there is no collection."""
        return []

    async def save_collection(self, environment: Environment, name: str) -> None:
        """Raise ToolMissingError."""
        raise _missing()

    async def restore_collection(self, environment: Environment, name: str) -> Changed:
        """Raise ToolMissingError."""
        raise _missing()

    async def describe_collection(self, environment: Environment, name: str) -> list[str]:
        """Raise ToolMissingError."""
        raise _missing()

    async def rename_collection(self, environment: Environment, name: str, new_name: str) -> None:
        """Raise ToolMissingError."""
        raise _missing()

    async def delete_collection(self, environment: Environment, name: str) -> None:
        """Raise ToolMissingError."""
        raise _missing()


def _missing() -> ToolMissingError:
    return ToolMissingError(
        trans.gettext("No environment module system was found on this machine.")
    )
