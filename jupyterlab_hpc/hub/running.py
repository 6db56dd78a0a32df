"""What runs in this server, as Jupyter's own managers tell it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_core.utils import ensure_async
from traitlets import TraitError

from .models import RunningKernel, RunningTerminal

LOOK = 0.05  # seconds
LOOKS = 20


def kernels_of(
    kernel_manager: Any, paths: Callable[[], Awaitable[dict[str, str]]]
) -> Callable[[], Awaitable[list[RunningKernel]]]:
    """Return what lists the kernels, with the notebooks that `paths` tells by their ids."""

    async def kernels() -> list[RunningKernel]:
        running = await _listed(kernel_manager)
        places = await paths() if running else {}
        return [
            RunningKernel(
                kernel_id=kernel["id"],
                kernel_name=kernel["name"],
                path=places.get(kernel["id"], ""),
                state=kernel.get("execution_state") or "unknown",
                last_activity=str(kernel.get("last_activity", "")),
            )
            for kernel in running
        ]

    return kernels


async def _listed(kernel_manager: Any, looks: int = LOOKS) -> list[dict[str, Any]]:
    """Return Jupyter Server's own list.

    It fails while a kernel that is being started is known already, but not since when.
    """
    try:
        return list(await ensure_async(kernel_manager.list_kernels()))
    except (AttributeError, TraitError):
        if looks == 1:
            raise
    await asyncio.sleep(LOOK)
    return await _listed(kernel_manager, looks - 1)


def terminals_of(
    terminal_manager: Callable[[], Any],
) -> Callable[[], Awaitable[list[RunningTerminal]]]:
    """Return what lists the terminals.

    `terminal_manager` returns None where there are none: it comes with another extension,
    which may be loaded after this one.
    """

    async def terminals() -> list[RunningTerminal]:
        manager = terminal_manager()
        running = manager.list() if manager else []
        return [
            RunningTerminal(
                terminal=str(terminal["name"]),
                last_activity=str(terminal.get("last_activity", "")),
            )
            for terminal in running
        ]

    return terminals
