"""Which module system a session has. Knows all of them, and no room."""

from traitlets.config import Configurable

from .envmod import EnvironmentModules
from .lmod import Lmod
from .modules import Environment, ModuleTool
from .nomodules import NoModules


def module_tool(
    system: str, environment: Environment, *, parent: Configurable | None = None
) -> ModuleTool:
    """Return the tool that is named, or for "auto" the one that the session has.

    What the site has configured or the session's shell has set up comes before what
    merely lies on the machine; Lmod comes before Environment Modules, whose
    variables a shell may have kept from its parent.
    """
    lmod = Lmod(parent=parent)
    envmod = EnvironmentModules(parent=parent)
    none = NoModules(parent=parent)
    none.switched_off = system == "none"
    if system != "auto":
        return {"lmod": lmod, "envmod": envmod}.get(system, none)
    if lmod.command or environment.get("LMOD_CMD"):
        return lmod
    if envmod.command or environment.get("MODULES_CMD"):
        return envmod
    if lmod.found(environment):
        return lmod
    return envmod if envmod.found(environment) else none
