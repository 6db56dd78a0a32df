"""Whether applications can start: programs, modules, sockets, namespaces, the desktop."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from ...apps import desktop
from ...apps.models import Application
from ...apps.rundir import make_folder, places
from ...errors import HPCError
from ...process import can_isolate
from ...sentences import trans
from ..outcome import Check, Group, Outcome, broken, named, note, ok, refused, say, skipped, warning
from ..site import Site

PAGE = Path(desktop.__file__).with_name("page") / "novnc" / "core" / "rfb.js"


async def tiles(site: Site) -> Sequence[Outcome]:
    """Look, for each application, whether its program or a module that brings it is there."""
    service = site.parts.applications
    if not service.ids:  # there is no server that has done so
        service.open()
    applications = await service.every()
    if not applications:
        return note(say(trans.gettext("No application is offered.")))
    return [await _tile(site, application) for application in applications]


async def _tile(site: Site, application: Application) -> Outcome:
    title = named(application.title)
    if application.state != "locked":
        return Outcome(
            state="ok",
            part=application.id,
            title=title,
            found=say(trans.gettext("%1 can be started."), application.title),
        )
    found = say(application.template, *application.arguments)
    if application.needs:
        there = await _modules(site, application.needs)
        if there is None:
            return Outcome(
                state="skipped",
                part=application.id,
                title=title,
                found=say(trans.gettext("Which modules there are could not be told.")),
            )
        if there:
            return Outcome(
                state="ok",
                part=application.id,
                title=title,
                found=say(
                    trans.gettext("%1 is unlocked by the module %2."), application.title, there[0]
                ),
            )
        found = say(
            trans.gettext("%1 is not here: neither its program nor a module named %2."),
            application.title,
            ", ".join(application.needs),
        )
    configured = application.id in site.parts.applications.applications
    return Outcome(
        # A site need not have what is offered by default.
        state="warning" if configured or application.output else "note",
        part=application.id,
        title=title,
        found=found,
        cure=say(
            trans.gettext(
                "Name the modules that bring it in c.ApplicationsService.applications, or leave it "
                "out of c.ApplicationsService.built_in."
            )
        )
        if not application.output
        else say(trans.gettext("See the check of networks of their own.")),
        detail=application.output,
    )


async def _modules(site: Site, names: Sequence[str]) -> list[str] | None:
    """Return those of the names that the tree has; None where that can't be told."""
    try:
        tree = await site.parts.modules.tree()
    except HPCError:
        return None
    index = tree.index
    there = [name for name in names if index.find(name) or index.package(name)]
    # The beginning of a name, such as `cuda/12`, is what a rule may be.
    there += [
        name
        for name in names
        if name not in there and any(f.full_name.startswith(name) for f in index.files())
    ]
    return there if there or tree.complete else None


async def sockets(site: Site) -> Sequence[Outcome]:
    """Make a socket where applications would have theirs, and remove it."""
    service = site.parts.applications
    wanted = places(site.environment, service.folder)
    cure = say(
        trans.gettext(
            "Sockets need a folder on a local disk with a short path (107 bytes with the socket's "
            "name): set TMPDIR, or c.ApplicationsService.folder."
        )
    )
    try:
        folder = await asyncio.to_thread(make_folder, wanted)
    except HPCError as error:
        return refused(error, cure)
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    taken = str(Path(folder).parent)
    if taken != wanted[0]:
        return note(
            say(trans.gettext("Sockets are made in %1: %2 cannot hold them."), taken, wanted[0]),
            cure,
        )
    return ok(say(trans.gettext("Sockets can be made in %1."), taken))


async def isolation(site: Site) -> Sequence[Outcome]:
    """Look whether a program can have a network of its own, as OpenRefine needs."""
    service = site.parts.applications
    if service.allow_tcp:
        return note(
            say(
                trans.gettext(
                    "c.ApplicationsService.allow_tcp is set: every user of the machine can reach "
                    "applications that listen on a port."
                )
            )
        )
    if "openrefine" not in service.built_in and not any(
        told.get("listens") == "tcp" for told in service.applications.values()
    ):
        return skipped(say(trans.gettext("No application needs a network of its own.")))
    why = await can_isolate()
    if why:
        return warning(
            say(
                trans.gettext(
                    "Programs cannot have a network of their own here, so OpenRefine stays locked."
                )
            ),
            say(
                trans.gettext(
                    "Allow user namespaces: sysctl user.max_user_namespaces=15000 (and, where it "
                    "is there, kernel.unprivileged_userns_clone=1)."
                )
            ),
            detail=why,
        )
    return ok(say(trans.gettext("Programs can have a network of their own.")))


async def remote_desktop(site: Site) -> Sequence[Outcome]:
    """Look whether the desktop has all that it needs."""
    if "desktop" not in site.parts.applications.built_in:
        return skipped(say(trans.gettext("The site offers no desktop.")))
    if not await asyncio.to_thread(PAGE.exists):
        return broken(
            say(trans.gettext("The page that shows a desktop (noVNC) is missing.")),
            say(trans.gettext("Install it again: pip install --force-reinstall jupyterlab-hpc")),
            detail=str(PAGE),
        )
    path = site.environment.get("PATH")
    server = next((p for name in desktop.SERVERS if (p := shutil.which(name, path=path))), "")
    if not server:
        return skipped(say(trans.gettext("No VNC server is on the PATH; a module may bring one.")))
    session = next(
        (p for known in desktop.SESSIONS if (p := shutil.which(known[0], path=path))), ""
    )
    if not session:
        return warning(
            say(trans.gettext("There is a VNC server, but no desktop: neither XFCE nor MATE.")),
            say(trans.gettext("Install XFCE on the nodes: xfce4-session, xfwm4, xfdesktop4.")),
            detail=server,
        )
    return ok(say(trans.gettext("A desktop can be shown.")), detail=f"{server}\n{session}")


GROUP = Group(
    id="applications",
    title=trans.gettext("Applications"),
    checks=(
        Check(
            id="applications.tile", title=trans.gettext("Application"), look=tiles, timeout=630.0
        ),
        Check(id="applications.sockets", title=trans.gettext("Sockets"), look=sockets),
        Check(
            id="applications.isolation",
            title=trans.gettext("Networks of their own"),
            look=isolation,
        ),
        Check(
            id="applications.desktop",
            title=trans.gettext("Programs of the desktop"),
            look=remote_desktop,
        ),
    ),
)
