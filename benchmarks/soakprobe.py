"""A server extension for the soak: tells what is alive inside of the server.

Only `benchmarks/soak.py` enables it, in a home of its own.
"""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from tornado import web

if TYPE_CHECKING:
    from types import CodeType

PLACES = 25  # of those that allocate most
_before: list[tracemalloc.Snapshot] = []


class ProbeHandler(APIHandler):
    """What is alive."""

    @web.authenticated
    def get(self) -> None:
        """Answer tasks, threads and objects, after a full collection; with `types=1` of each type.

        Where tracemalloc runs, also where more was allocated than at the last such answer.
        """
        for _ in range(3):  # what finalizers let go of is found by the next run
            gc.collect()
        objects = gc.get_objects()
        told: dict[str, Any] = {
            "tasks": Counter(_name(task) for task in asyncio.all_tasks()),
            "threads": Counter(
                thread.name.rstrip("0123456789") for thread in threading.enumerate()
            ),
            "objects": len(objects),
        }
        if self.get_query_argument("types", ""):
            told["types"] = Counter(f"{type(o).__module__}.{type(o).__qualname__}" for o in objects)
            told["grown"] = _grown()
        self.finish(json.dumps(told))


def _name(task: asyncio.Task[Any]) -> str:
    code: CodeType | None = getattr(task.get_coro(), "cr_code", None)
    return f"{code.co_filename.rpartition('/')[2]}:{code.co_name}" if code else "?"


def _grown() -> list[str]:
    """Return where more is allocated than the last time; nothing where tracemalloc is off."""
    if not tracemalloc.is_tracing():
        return []
    now = tracemalloc.take_snapshot()
    grown = [str(s) for s in now.compare_to(_before[0], "lineno")[:PLACES]] if _before else []
    _before[:] = [now]
    return grown


def _load_jupyter_server_extension(server: Any) -> None:
    server.web_app.add_handlers(".*", [(f"{server.base_url}soak-probe", ProbeHandler)])


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "soakprobe"}]
