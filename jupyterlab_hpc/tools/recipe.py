"""What leads from nothing to a set of modules, in any bash. Knows the module systems' shells.

Nothing here asks a module system: a recipe is made of what others have learned.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shlex import join, quote

from .modules import Kind

# What a site sets for its module system in the files of login shells. Where there is no
# login shell, as in a batch job without an environment, a recipe sets it.
SETTINGS = {
    "lmod": (
        "LMOD_ADMIN_FILE",
        "LMOD_DISABLE_SAME_NAME_AUTOSWAP",
        "LMOD_EXACT_MATCH",
        "LMOD_MODULERC",
        "LMOD_MODULERCFILE",
        "LMOD_PACKAGE_PATH",
        "LMOD_RC",
        "LMOD_SITE_NAME",
        "LMOD_SITEPACKAGE_LOCATION",
        "LMOD_SYSHOST",
        "LMOD_SYSTEM_NAME",
        "MODULERCFILE",
    ),
    "envmod": (
        "MODULERCFILE",
        "MODULES_ADVANCED_VERSION_SPEC",
        "MODULES_AUTO_HANDLING",
        "MODULES_EXTENDED_DEFAULT",
        "MODULES_ICASE",
        "MODULES_IMPLICIT_DEFAULT",
        "MODULES_SITECONFIG",
    ),
    "none": (),
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A set of modules, and all that is needed to load it where nothing is known of modules.

    `load` are the names to load, in order, on a MODULEPATH of `folders`; `modules` are the
    full names that are active then, dependencies included, in load order, each with its
    modulefile. `init` is the file that defines `module` for bash, `command` the module
    system's program where there is no such file. `variables` are set before.
    """

    kind: Kind
    version: str = ""
    command: str = ""
    init: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    folders: Sequence[str] = ()
    load: Sequence[str] = ()
    modules: Mapping[str, str] = field(default_factory=dict)


def site_variables(
    kind: Kind, environment: Mapping[str, str], more: Sequence[str] = ()
) -> dict[str, str]:
    """Return the site's settings of its module system, and what `more` names."""
    return {
        name: environment[name] for name in sorted({*SETTINGS[kind], *more}) if name in environment
    }


def init_file(environment: Mapping[str, str]) -> str:
    """Return the file that defines `module` for bash; empty where there is none. Blocks."""
    init = Path(environment.get("MODULESHOME") or "/nowhere", "init", "bash")
    return str(init) if init.is_file() else ""


# The caller's modules go through the module system itself, which knows what each of them
# set. Where it cannot run with their libraries, all but a few variables are left behind.
LEAVE = """\
if [ -n "${{LOADEDMODULES-}}" ]; then
    hpc_modules </dev/null >&2
    module --force purge </dev/null >&2
    if [ -n "${{LOADEDMODULES-}}" ]; then
        hpc_kept=(PATH=/usr/local/bin:/usr/bin:/bin)
        for hpc_name in HOME USER LOGNAME SHELL LANG LC_ALL TZ TERM TMPDIR DISPLAY \\
            ${{!CUDA_VISIBLE@}} ${{!IPYTHON@}} ${{!JPY_@}} ${{!JUPYTER@}} \\
            ${{!SLURM@}} ${{!XDG_@}}; do
            [ -z "${{!hpc_name+set}}" ] || hpc_kept+=("$hpc_name=${{!hpc_name}}")
        done
        exec env -i "${{hpc_kept[@]}}" {again}
    fi
fi
"""

SETUP = """\
unset BASH_ENV ENV
{variables}hpc_modules() {{
    {define}
}}
{leave}hpc_modules </dev/null >&2
[ -z "${{LOADEDMODULES-}}" ] || module --force purge </dev/null >&2
unset LOADEDMODULES _LMFILES_ ${{!_ModuleTable@}} ${{!__LMOD@}} ${{!__MODULES_@}} ${{!LMOD_FAMILY@}}
{clean}export MODULEPATH={modulepath}
{load}hpc_missing=
for hpc_name in {expected}; do
    case ":${{LOADEDMODULES-}}:" in
        *":$hpc_name:"*) ;;
        *) hpc_missing="$hpc_missing $hpc_name" ;;
    esac
done
if [ -n "$hpc_missing" ]; then
    echo "Modules that were not loaded:$hpc_missing" >&2
    exit 1
fi
"""

# Of whoever starts it: they would lead to another Python's packages.
CLEAN = "unset JUPYTER_PATH PYTHONHOME PYTHONPATH VIRTUAL_ENV\n"

WITHOUT = "unset BASH_ENV ENV\n{variables}{clean}"


def bash_setup(recipe: Recipe, *, again: str) -> str:
    """Return lines of bash after which just the recipe's modules are loaded, or it has exited.

    `again` are the words of a command that starts them anew in a smaller environment.
    """
    variables = "".join(
        f"export {name}={quote(value)}\n" for name, value in recipe.variables.items()
    )
    if recipe.kind == "none":
        return WITHOUT.format(variables=variables, clean=CLEAN)
    return SETUP.format(
        variables=variables,
        define=_definition(recipe),
        leave=LEAVE.format(again=again),
        clean=CLEAN,
        modulepath=quote(os.pathsep.join(recipe.folders)),
        load=f"module load {join(recipe.load)} </dev/null >&2\n" if recipe.load else "",
        expected=join(recipe.modules),
    )


def _definition(recipe: Recipe) -> str:
    """Return bash that defines the function `module`."""
    if recipe.init:
        return f". {quote(recipe.init)}"
    return f'module() {{ eval "$({quote(recipe.command)} bash "$@")"; }}'
