"""Whether what the site has set is understood."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from traitlets import TraitError

from ...apps.specs import Spec
from ...sentences import trans
from ...settings import folder_files
from ..outcome import Check, Group, Outcome, ok, say
from ..site import Site
from ..traits import Problem, problems

CORRECT_IT = say(trans.gettext("Correct it in the configuration file, and restart the server."))


async def files(site: Site) -> Sequence[Outcome]:
    """Look whether all configuration files could be read."""
    if site.unreadable:
        return [
            Outcome(
                state="broken",
                part=Path(name).name,
                found=say(trans.gettext("%1 could not be read: its settings do not count."), name),
                cure=CORRECT_IT,
                detail=why,
            )
            for name, why in site.unreadable
        ]
    others = await asyncio.to_thread(folder_files, site.config_path)
    names = [*site.files, *map(str, others)]
    if not names:
        return ok(say(trans.gettext("No configuration file is there; the defaults count.")))
    return ok(
        say(trans.gettext("Configuration files that were read: %1"), len(names)),
        detail="\n".join(names),
    )


async def settings(site: Site) -> Sequence[Outcome]:
    """Look for settings that are unknown or have wrong values."""
    found = problems(site.config, site.classes)
    if not found:
        number = sum(len(site.section(cls.__name__)) for cls in site.classes)
        return ok(say(trans.gettext("Settings of this extension that are set: %1"), number))
    return [_told(problem) for problem in found]


def _told(problem: Problem) -> Outcome:
    key = f"c.{problem.key}"
    if problem.kind == "value":
        found = say(
            trans.gettext("The value of %1 cannot be used: it must be %2."), key, problem.wanted
        )
    else:
        found = say(trans.gettext("There is no setting %1: it has no effect."), key)
    cure = CORRECT_IT
    if problem.near:
        cure = say(trans.gettext("Was %1 meant?"), f"c.{problem.near}")
    return Outcome(
        # What cannot be used keeps the extension from starting.
        state="broken" if problem.kind == "value" else "warning",
        part=problem.key,
        found=found,
        cure=cure,
        detail=problem.words,
    )


async def applications(site: Site) -> Sequence[Outcome]:
    """Look for applications that the site has got wrong."""
    service = site.parts.applications
    wrong = {name: _wrong(name, told) for name, told in service.applications.items()}
    found = [
        Outcome(
            state="broken",
            part=name,
            found=say(trans.gettext("The application %1 is left out."), name),
            cure=CORRECT_IT,
            detail=why,
        )
        for name, why in wrong.items()
        if why
    ]
    return found or ok(
        say(
            trans.gettext("Applications that the site has configured: %1"),
            len(service.applications),
        )
    )


def _wrong(name: str, told: Any) -> str:
    try:
        Spec(**{"title": name, **told})
    except (TraitError, TypeError) as error:
        return str(error)
    return ""


async def storage(site: Site) -> Sequence[Outcome]:
    """Look for directories and quotas that the site has got wrong."""
    service = site.parts.storage
    if service.problems:
        return [
            Outcome(
                state="broken",
                part=str(i),
                found=say(trans.gettext("A directory or a quota of the site is left out.")),
                cure=CORRECT_IT,
                detail=problem,
            )
            for i, problem in enumerate(service.problems, 1)
        ]
    return ok(say(trans.gettext("The directories and quotas are understood.")))


async def module_system(site: Site) -> Sequence[Outcome]:
    """Look whether a program that the site has named is there."""
    found = []
    for section in ("Lmod", "EnvironmentModules"):
        command = site.section(section).get("command", "")
        if isinstance(command, str) and command:
            look = (await site.parts.storage.looker.look([command]))[command]
            if look.hangs or look.code:
                found.append(
                    Outcome(
                        state="broken",
                        part=section,
                        found=say(
                            trans.gettext("%1 names %2, which is not there."),
                            f"c.{section}.command",
                            command,
                        ),
                        cure=CORRECT_IT,
                        detail=look.why,
                    )
                )
    return found or ok(say(trans.gettext("The programs that are named are there.")))


GROUP = Group(
    id="configuration",
    title=trans.gettext("Configuration"),
    checks=(
        Check(
            id="configuration.files",
            title=trans.gettext("Configuration files"),
            look=files,
            image=True,
        ),
        Check(
            id="configuration.settings",
            title=trans.gettext("Settings"),
            look=settings,
            image=True,
        ),
        Check(
            id="configuration.applications",
            title=trans.gettext("Settings of applications"),
            look=applications,
            image=True,
        ),
        Check(
            id="configuration.storage",
            title=trans.gettext("Settings of directories"),
            look=storage,
            image=True,
        ),
        Check(
            id="configuration.programs",
            title=trans.gettext("Programs that the settings name"),
            look=module_system,
        ),
    ),
)
