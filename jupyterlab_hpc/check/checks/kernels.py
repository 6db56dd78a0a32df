"""Whether notebooks have a kernel, and the kernels that the user made can start."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.manager import KernelManager
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)
from traitlets.config import Configurable

from ...apps.rundir import try_socket
from ...errors import HPCError
from ...kernels.bases import environment_of, in_venv, probe_python
from ...kernels.models import MadeKernel
from ...sentences import trans
from ..disk import why_in_time, why_unwritable_in_time
from ..models import CheckSentence
from ..outcome import Check, Group, Outcome, broken, named, note, ok, say, warning
from ..site import Site

MEND_IT = say(
    trans.gettext(
        "My Kernels in the command palette repairs it, with modules that are there, or removes it."
    )
)


async def ipykernel(site: Site) -> Sequence[Outcome]:
    """Have Jupyter's own Python import ipykernel, with what the session has loaded."""
    limit = site.parts.kernels.load_timeout
    version, there, words = await probe_python(sys.executable, site.environment, limit)
    if there:
        return ok(say(trans.gettext("Python %1 has ipykernel %2."), version, there))
    if version:
        found = say(trans.gettext("%1 has no ipykernel: there is no Python notebook."), sys.prefix)
        return broken(found, say(trans.gettext("Install it: pip install ipykernel")))
    return broken(
        say(trans.gettext("Jupyter's Python does not run with what the session has loaded.")),
        say(
            trans.gettext(
                "Unload modules that set PYTHONHOME, PYTHONPATH or LD_LIBRARY_PATH, or start "
                "JupyterLab from a shell without them."
            )
        ),
        detail=words,
    )


async def folder(site: Site) -> Sequence[Outcome]:
    """Look whether kernels can be made."""
    path = str(site.parts.kernels.specs.folder)
    why = await why_unwritable_in_time(site.parts.storage.looker, path)
    if why:
        return warning(
            say(trans.gettext("Nothing can be written to %1: no kernel can be made."), path),
            say(
                trans.gettext(
                    "Make room in the home, or set JUPYTER_DATA_DIR to a folder that can be "
                    "written to where JupyterLab is started."
                )
            ),
            detail=why,
        )
    return ok(say(trans.gettext("Kernels can be made in %1."), path))


async def made(site: Site) -> Sequence[Outcome]:
    """Look whether the user's own kernels have all that they start with, and run their Pythons."""
    told = (await site.parts.kernels.kernels()).kernels
    if not told:
        return note(say(trans.gettext("No kernel was made here.")))
    # One after the other: each loads its modules, and the node is the user's own job.
    return [await _made(site, kernel) for kernel in told]


async def _made(site: Site, kernel: MadeKernel) -> Outcome:
    title = named(kernel.display_name)
    if kernel.state != "ok":
        near = [f"{gone.full_name}: {', '.join(gone.near)}" for gone in kernel.gone if gone.near]
        return Outcome(
            state="broken",
            part=kernel.name,
            title=title,
            found=say(kernel.message.template, *kernel.message.arguments),
            cure=MEND_IT,
            detail="\n".join([kernel.folder, *near]),
        )
    if kernel.language.casefold() != "python":
        return _well(kernel, say(trans.gettext("Its modules and its program are there.")))
    try:
        version, there, words = await _probe(site, kernel)
    except HPCError as error:
        return Outcome(
            state="broken",
            part=kernel.name,
            title=title,
            found=say(error.template, *error.arguments),
            cure=MEND_IT,
            detail=error.detail,
        )
    if not there:
        found = (
            say(trans.gettext("Its Python has no ipykernel: it cannot start."))
            if version
            else say(trans.gettext("Its Python does not run: it cannot start."))
        )
        return Outcome(
            state="broken",
            part=kernel.name,
            title=title,
            found=found,
            cure=say(trans.gettext("Install it: %1"), f"{kernel.program} -m pip install ipykernel")
            if version
            else MEND_IT,
            detail=words or kernel.program,
        )
    return _well(
        kernel,
        say(trans.gettext("Its modules are there; Python %1 has ipykernel %2."), version, there),
    )


def _well(kernel: MadeKernel, found: CheckSentence) -> Outcome:
    return Outcome(
        state="ok",
        part=kernel.name,
        title=named(kernel.display_name),
        found=found,
        detail="\n".join([kernel.program, *kernel.modules]),
    )


async def _probe(site: Site, kernel: MadeKernel) -> tuple[str, str, str]:
    """Return what a made kernel's Python says of itself behind its modules; raises HPCError."""
    service = site.parts.kernels
    spec = await asyncio.to_thread(service.specs.find, kernel.name)
    behind = in_venv(await environment_of(spec.recipe, service.load_timeout), kernel.venv)
    return await probe_python(kernel.program, behind, service.load_timeout)


def _set(site: Site, cls: type[Configurable], name: str) -> Any:
    """Return a setting of Jupyter's, also where it was set at a class above; None if unset."""
    values = (site.section(section).get(name) for section in cls.section_names()[::-1])
    return next((value for value in values if value is not None), None)


async def reach(site: Site) -> Sequence[Outcome]:
    """Look whether other users of the node hear what kernels get and answer.

    Messages are signed, so nobody else can have a kernel run anything; but a TCP port of the
    node tells everyone who connects to it all that is run, and what comes of it.
    """
    if _set(site, ServerKernelManager, "transport") == "ipc":
        folder = jupyter_runtime_dir()
        why = ""
        if site.place != "image":
            why = await why_in_time(site.parts.storage.looker, folder, _why_no_socket)
        if why:
            return broken(
                say(trans.gettext("No kernel can start: it can have no socket in %1."), folder),
                say(
                    trans.gettext(
                        "Where JupyterLab is started, set JUPYTER_RUNTIME_DIR to a folder of the "
                        "user's on a local disk, with a short path."
                    )
                ),
                detail=why,
            )
        return ok(say(trans.gettext("Kernels answer on sockets that only their user reaches.")))
    both = (AsyncMappingKernelManager, ServerKernelManager)
    encryption = {_set(site, cls, "transport_encryption") for cls in both} - {None, "disabled"}
    if encryption and hasattr(KernelManager, "transport_encryption"):
        return ok(
            say(trans.gettext("Kernels whose kernelspec says that they can do it are encrypted."))
        )
    return warning(
        say(
            trans.gettext(
                "Kernels answer on TCP ports of the node: whoever else is logged in there can "
                "read what they run and what comes of it."
            )
        ),
        say(
            trans.gettext("Set %1 in the server's configuration."),
            'c.KernelManager.transport = "ipc"',
        ),
    )


def _why_no_socket(folder: str) -> str:
    """Return why a kernel can have no socket in a folder, which Jupyter makes if need be."""
    try:
        # as jupyter_client names them; five a kernel
        try_socket(str(Path(folder, f"kernel-{uuid4()}-ipc-5")))
    except FileNotFoundError:
        pass
    except OSError as error:
        return str(error)
    return ""


GROUP = Group(
    id="kernels",
    title=trans.gettext("Kernels"),
    checks=(
        Check(id="kernels.ipykernel", title=trans.gettext("Python kernel"), look=ipykernel),
        Check(
            id="kernels.reach",
            title=trans.gettext("Kernels on a shared node"),
            look=reach,
            image=True,
        ),
        Check(id="kernels.folder", title=trans.gettext("Folder of kernels"), look=folder),
        Check(id="kernels.made", title=trans.gettext("Made kernel"), look=made, timeout=630.0),
    ),
)
