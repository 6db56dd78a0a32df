"""Whether the packages fit, and the page and the server side are there and enabled."""

import asyncio
import json
import platform
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from importlib.metadata import entry_points as all_entry_points
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from ...sentences import trans
from ..catalogue import catalogue_file
from ..outcome import Check, Group, Outcome, broken, note, ok, say, skipped, warning
from ..site import Site

PACKAGE = "jupyterlab-hpc"
PAGE = "jupyterlab_hpc"
OLDEST_PYTHON = (3, 10)
# The page needs one of them, the server side none.
FRONTENDS = ("jupyterlab", "notebook")
# And by what name each is disabled: a plugin whose id does not begin with its package's
# goes by that id alone.
OTHER_PAGES = {
    "@jupyterhub/jupyter-server-proxy": "@jupyterhub/jupyter-server-proxy",
    "@cmd-ntrf/jupyterlab-lmod": "jupyterlab_lmod",
}
PEER = "jupyterlmod"


async def python(site: Site) -> Sequence[Outcome]:
    """Look at Python's version."""
    del site
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return broken(
            say(trans.gettext("Python %1 is too old."), version),
            say(trans.gettext("Python 3.10 or newer is needed.")),
        )
    return ok(say(trans.gettext("Python %1"), version), detail=sys.executable)


def _wanted() -> dict[str, SpecifierSet]:
    """Return which versions of other packages this one was made for, as it says itself."""
    try:
        said = distribution(PACKAGE).requires or []
    except PackageNotFoundError:  # a source tree that nobody installed
        return {}
    wanted = {}
    for line in said:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        needed = requirement.marker is None
        if needed or requirement.name in FRONTENDS:
            wanted[requirement.name] = requirement.specifier
    return wanted


def _version(name: str) -> str:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return ""


async def versions(site: Site) -> Sequence[Outcome]:
    """Look whether the packages that this one works with have versions that it knows."""
    del site
    wanted = await asyncio.to_thread(_wanted)
    found = []
    there = {name: _version(name) for name in wanted}
    for name, versions_known in wanted.items():
        version = there[name]
        if version and not versions_known.contains(version, prereleases=True):
            found.append(
                Outcome(
                    state="broken",
                    part=name,
                    found=say(
                        trans.gettext(
                            "%1 %2 is not among the versions that this extension knows: %3."
                        ),
                        name,
                        version,
                        versions_known,
                    ),
                    cure=say(
                        trans.gettext('Install another version: pip install "%1"'),
                        f"{name}{versions_known}",
                    ),
                )
            )
        elif not version and name not in FRONTENDS:
            found.append(
                Outcome(
                    state="broken",
                    part=name,
                    found=say(trans.gettext("%1 is not installed."), name),
                    cure=say(
                        trans.gettext('Install another version: pip install "%1"'),
                        f"{name}{versions_known}",
                    ),
                )
            )
    if not any(there.get(name) for name in FRONTENDS):
        found += warning(
            say(trans.gettext("Neither JupyterLab nor Notebook is installed here.")),
            say(
                trans.gettext(
                    "Install this extension into the environment that runs the users' servers."
                )
            ),
        )
    said = "\n".join(f"{name} {version}" for name, version in there.items() if version)
    return found or ok(
        say(trans.gettext("The versions of all packages are known to work.")), detail=said
    )


def _copies() -> list[Distribution]:
    seen: dict[str, Distribution] = {}
    for found in distributions(name=PACKAGE):
        place = str(Path(str(found.locate_file(""))).resolve())
        seen.setdefault(place, found)
    return list(seen.values())


async def copies(site: Site) -> Sequence[Outcome]:
    """Look for another copy of this package, such as one below the user's home."""
    del site
    found = await asyncio.to_thread(_copies)
    places = [f"{copy.version}  {copy.locate_file('')}" for copy in found]
    if len(found) > 1:
        return warning(
            say(trans.gettext("This extension is installed more than once; the first one counts.")),
            say(
                trans.gettext(
                    "Remove the others: pip uninstall jupyterlab-hpc, in the environment of each."
                )
            ),
            detail="\n".join(places),
        )
    return ok(say(trans.gettext("One copy is installed.")), detail="\n".join(places))


def _pages() -> list[tuple[Path, dict[str, Any]]]:
    """Return the copies of the page, the one that counts first."""
    found = []
    for folder in jupyter_path("labextensions"):
        about = Path(folder, PAGE, "package.json")
        try:
            told = json.loads(about.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(told, dict):
            found.append((about.parent, told))
    return found


async def page(site: Site) -> Sequence[Outcome]:
    """Look whether the page is there, was built, and has the version of the server side."""
    del site
    found = await asyncio.to_thread(_pages)
    again = say(trans.gettext("Install it again: pip install --force-reinstall jupyterlab-hpc"))
    if not found:
        return broken(
            say(trans.gettext("JupyterLab does not find the page of this extension.")),
            again,
            detail="\n".join(jupyter_path("labextensions")),
        )
    folder, told = found[0]
    built = told.get("jupyterlab", {}).get("_build", {}).get("load", "")
    if not built or not await asyncio.to_thread(Path(folder, built).exists):
        return broken(
            say(trans.gettext("The page of this extension was not built.")),
            again,
            detail=str(folder),
        )
    version, mine = str(told.get("version", "")), _version(PACKAGE)
    places = "\n".join(f"{other.get('version')}  {place}" for place, other in found)
    if mine and version != mine:
        return broken(
            say(trans.gettext("The page has version %1, the server side has %2."), version, mine),
            say(
                trans.gettext(
                    "Remove the older one; an installation below the home comes before "
                    "that of the site."
                )
            ),
            detail=places,
        )
    if len(found) > 1:
        return warning(
            say(trans.gettext("The page is installed more than once; the first one counts.")),
            say(
                trans.gettext(
                    "Remove the older one; an installation below the home comes before "
                    "that of the site."
                )
            ),
            detail=places,
        )
    return ok(say(trans.gettext("The page is there, version %1."), version), detail=places)


def _page_config() -> dict[str, Any] | None:
    """Return what JupyterLab tells its page, None where there is no JupyterLab."""
    try:
        from jupyterlab.commands import get_app_dir
        from jupyterlab_server.config import get_page_config
    except ImportError:
        return None
    told = get_page_config(jupyter_path("labextensions"), str(Path(get_app_dir(), "settings")))
    return dict(told)


async def enabled(site: Site) -> Sequence[Outcome]:
    """Look whether the page, or a part of it, was disabled."""
    del site
    config = await asyncio.to_thread(_page_config)
    if config is None:
        return skipped(
            say(trans.gettext("Only JupyterLab can tell, and it is not installed here."))
        )
    disabled = [str(name) for name in config.get("disabledExtensions") or []]
    mine = [name for name in disabled if name == PAGE or name.startswith(f"{PAGE}:")]
    if PAGE in mine:
        return broken(
            say(trans.gettext("The page of this extension is disabled.")),
            say(trans.gettext("Enable it: jupyter labextension enable jupyterlab_hpc")),
        )
    if mine:
        return note(
            say(trans.gettext("Parts of the page are disabled: %1"), ", ".join(mine)),
            say(trans.gettext("To enable one: jupyter labextension enable, and its name")),
        )
    return ok(say(trans.gettext("The page is enabled, all parts of it.")))


def _server_extensions(config_path: Sequence[str]) -> dict[str, bool]:
    from jupyter_server.extension.config import ExtensionConfigManager

    manager: Any = ExtensionConfigManager(read_config_path=list(config_path))
    return dict(manager.get_jpserver_extensions())


async def server_side(site: Site) -> Sequence[Outcome]:
    """Look whether Jupyter Server loads the server side."""
    if site.live:
        return ok(say(trans.gettext("The server side runs.")))
    try:
        found = await asyncio.to_thread(_server_extensions, site.config_path)
    except (OSError, ValueError) as error:
        return broken(
            say(
                trans.gettext(
                    "A file in jupyter_server_config.d is no JSON: Jupyter Server does not start."
                )
            ),
            say(trans.gettext("Correct it or remove it.")),
            detail=str(error),
        )
    set_here = site.section("ServerApp").get("jpserver_extensions")
    if isinstance(set_here, dict):
        found |= set_here
    if not found.get(PAGE):
        return broken(
            say(trans.gettext("The server side of this extension is not enabled.")),
            say(trans.gettext("Enable it: jupyter server extension enable jupyterlab_hpc")),
            detail="\n".join(site.config_path),
        )
    return ok(say(trans.gettext("The server side is enabled.")))


async def conflicts(site: Site) -> Sequence[Outcome]:
    """Look for other extensions that would do the same a second time."""
    config = await asyncio.to_thread(_page_config)
    there = {str(ext.get("name")) for ext in (config or {}).get("federated_extensions") or []}
    disabled = set((config or {}).get("disabledExtensions") or [])
    found = [
        Outcome(
            state="warning",
            part=name,
            found=say(
                trans.gettext(
                    "The page %1 is enabled too: tiles or panels are doubled, and two of them "
                    "change the modules."
                ),
                name,
            ),
            cure=say(trans.gettext('Disable it: jupyter labextension disable "%1"'), plugin),
        )
        for name, plugin in OTHER_PAGES.items()
        if name in there and plugin not in disabled
    ]
    peer = _version(PEER)
    if peer:
        extensions = {}
        with suppress(OSError, ValueError):  # told by another check
            extensions = await asyncio.to_thread(_server_extensions, site.config_path)
        if extensions.get(PEER):
            found.append(
                Outcome(
                    state="note",
                    part=PEER,
                    found=say(
                        trans.gettext(
                            "jupyter-lmod %1 is installed too. What its routes "
                            "load is not seen here."
                        ),
                        peer,
                    ),
                    cure=say(trans.gettext("Where nothing needs it: pip uninstall jupyterlmod")),
                )
            )
    return found or ok(say(trans.gettext("No other extension does the same.")))


async def french(site: Site) -> Sequence[Outcome]:
    """Look whether users can choose French."""
    del site
    if not await asyncio.to_thread(catalogue_file("fr_FR").exists):
        return warning(
            say(trans.gettext("The French texts of this extension are missing.")),
            say(trans.gettext("Install it again: pip install --force-reinstall jupyterlab-hpc")),
        )
    packs = await asyncio.to_thread(
        lambda: {point.name for point in all_entry_points(group="jupyterlab.languagepack")}
    )
    if not any(re.match("fr([_-]|$)", name) for name in packs):
        return note(
            say(
                trans.gettext(
                    "JupyterLab's French language pack is not installed: users cannot "
                    "choose French."
                )
            ),
            say(trans.gettext("pip install jupyterlab-language-pack-fr-FR")),
        )
    return ok(say(trans.gettext("French can be chosen.")))


GROUP = Group(
    id="installation",
    title=trans.gettext("Installation"),
    checks=(
        Check(id="installation.python", title=trans.gettext("Python"), look=python, image=True),
        Check(
            id="installation.versions",
            title=trans.gettext("Versions of packages"),
            look=versions,
            image=True,
        ),
        Check(
            id="installation.copies",
            title=trans.gettext("Other copies"),
            look=copies,
            image=True,
        ),
        Check(id="installation.page", title=trans.gettext("Page"), look=page, image=True),
        Check(
            id="installation.enabled",
            title=trans.gettext("Page enabled"),
            look=enabled,
            image=True,
        ),
        Check(
            id="installation.server",
            title=trans.gettext("Server side"),
            look=server_side,
            image=True,
        ),
        Check(
            id="installation.conflicts",
            title=trans.gettext("Other extensions"),
            look=conflicts,
            image=True,
        ),
        Check(id="installation.french", title=trans.gettext("French"), look=french, image=True),
    ),
)
