"""`%module` in IPython: modules for the running kernel. Knows the module systems; no server."""

import asyncio
import importlib
import os
import sys
import sysconfig
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

from IPython.core.error import UsageError

from .errors import HPCError, ToolRefusedError
from .sentences import trans
from .tools.choose import module_tool
from .tools.modules import (
    Changed,
    LoadedModule,
    Modulefile,
    ModuleTool,
    modulepath_entries,
)

Answer = TypeVar("Answer")

HEED = 0.2  # seconds after which an interrupt is heeded at the latest

USAGE = """\
%module load NAME...     load modules into this kernel
%module unload NAME...   unload them
%module purge            unload all but sticky ones
%module exactly NAME...  load these and no others, in this order
%module list             tell what is loaded
%module avail [WORD...]  tell what can be loaded now
%module spider WORD...   tell what can be loaded in any way; looks into summaries too
"""


class ModuleMagic:
    """The line magic: asks the module system, and changes `os.environ` and `sys.path`."""

    def __init__(self, tool: ModuleTool) -> None:
        self.tool = tool
        self._tree: tuple[str, Collection[Modulefile]] = ("", ())

    def module(self, line: str) -> None:
        """Load, unload, purge, exactly, list, avail or spider: modules for this kernel."""
        verbs: dict[str, Callable[[Sequence[str]], None]] = {
            "load": self._load,
            "unload": self._unload,
            "purge": self._purge,
            "exactly": self._exactly,
            "list": self._list,
            "avail": self._avail,
            "spider": self._spider,
        }
        verb, *words = line.split() or [""]
        if verb not in verbs:
            raise UsageError(USAGE)
        try:
            verbs[verb](words)
        except HPCError as error:
            raise UsageError("\n".join(filter(None, (error.message, error.detail)))) from None

    def _load(self, names: Sequence[str]) -> None:
        self._change(self.tool.change(_environment(), load=_some(names), unload=()))

    def _unload(self, names: Sequence[str]) -> None:
        self._change(self.tool.change(_environment(), load=(), unload=_some(names)))

    def _purge(self, _: Sequence[str]) -> None:
        self._change(self.tool.purge(_environment()))

    def _exactly(self, names: Sequence[str]) -> None:
        """Leave what both lists begin with, so that a list that is right costs nothing.

        The rest goes and comes again in its new order, which is that of PATH, too.
        """
        modules = self.tool.loaded(_environment())
        kept = _common(names, [module for module in modules if module.active])
        load = names[len(kept) :]
        unload = [module.full_name for module in reversed(modules) if module not in kept]
        if load or unload:
            self._change(self.tool.change(_environment(), load=load, unload=unload), exactly=names)

    def _change(
        self, asked: Coroutine[Any, Any, Changed], *, exactly: Sequence[str] | None = None
    ) -> None:
        """Do what is asked; where it leads to other modules than `exactly` named, nothing."""
        before = self._loaded()
        answer = wait_for(asked)
        if exactly is not None:
            self._check(exactly, answer)
        apply(answer.environment)
        after = self._loaded()
        if answer.messages:
            print(answer.messages)
        for what, names in (
            ("Unloaded", [name for name in before if name not in after]),
            ("Loaded", [name for name in after if name not in before]),
        ):
            if names:
                print(f"{what}: {', '.join(names)}")
        if before == after:
            print("What is loaded did not change.")

    def _check(self, names: Sequence[str], answer: Changed) -> None:
        """Raise ToolRefusedError where an answer leads to other modules than the named ones."""
        after = {**_environment(), **answer.environment}
        values = {name: value for name, value in after.items() if value is not None}
        modules = [module for module in self.tool.loaded(values) if module.active]
        if len(modules) != len(names) or len(_common(names, modules)) != len(names):
            raise ToolRefusedError(
                trans.gettext(
                    "Not just these modules would be loaded, but %1. Nothing was changed."
                ),
                " ".join(module.full_name for module in modules),
                detail=answer.messages,
            )

    def _loaded(self) -> list[str]:
        return [m.full_name for m in self.tool.loaded(_environment()) if m.active]

    def _list(self, _: Sequence[str]) -> None:
        modules = self.tool.loaded(_environment())
        _tell([_marked(module) for module in modules], "Nothing is loaded.")

    def _avail(self, words: Sequence[str]) -> None:
        files = wait_for(self.tool.available(_environment()))
        names = {f.full_name for f in files if not f.hidden and _fits(f.full_name, words)}
        _tell(sorted(names), "No such module can be loaded now.")

    def _spider(self, words: Sequence[str]) -> None:
        """Read the tree once for each MODULEPATH: it takes from a second to a minute."""
        _some(words)
        modulepath = os.environ.get("MODULEPATH", "")
        if self._tree[0] != modulepath or not self._tree[1]:
            self._tree = (modulepath, wait_for(self.tool.spider(_environment())))
        reachable = modulepath_entries(os.environ)
        lines = {
            _described(file, loadable=file.modulepath in reachable)
            for file in self._tree[1]
            if not file.hidden
            and _fits(" ".join((file.full_name, file.description, *file.extensions)), words)
        }
        _tell(sorted(lines), "No module fits.")


def _environment() -> dict[str, str]:
    return dict(os.environ)


def _some(words: Sequence[str]) -> Sequence[str]:
    if not words:
        raise UsageError(USAGE)
    return words


def _common(names: Sequence[str], modules: Sequence[LoadedModule]) -> list[LoadedModule]:
    """Return those modules with which both lists begin."""
    pairs = zip(names, modules, strict=False)
    same = takewhile(lambda pair: pair[0] in {pair[1].full_name, pair[1].short_name}, pairs)
    return [module for _, module in same]


def _fits(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word.casefold() in folded for word in words)


def _marked(module: LoadedModule) -> str:
    marks = ["inactive"] * (not module.active) + ["sticky"] * module.sticky
    return f"{module.full_name} ({', '.join(marks)})" if marks else module.full_name


def _described(file: Modulefile, *, loadable: bool) -> str:
    told = f"{file.full_name}: {file.description}" if file.description else file.full_name
    if loadable or not file.ways:
        return told
    way = min(file.ways, key=lambda way: (len(way), way))
    return f"{told}\n    needs {' '.join(way)}"


def _tell(lines: Sequence[str], nothing: str) -> None:
    print("\n".join(lines) or nothing)


def wait_for(asked: Coroutine[Any, Any, Answer]) -> Answer:
    """Return an answer in a kernel, whose own loop runs already: from a loop in a thread.

    An interrupt of the kernel ends what was asked.
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(asked)

    def work() -> Answer:
        asyncio.set_event_loop(loop)
        try:
            return loop.run_until_complete(task)
        finally:
            loop.close()

    with ThreadPoolExecutor(1) as thread:
        try:
            answer = thread.submit(work)
            while not answer.done():
                # Python heeds an interrupt that comes right before it waits only when
                # the wait ends.
                wait([answer], timeout=HEED)
            return answer.result()
        except KeyboardInterrupt:
            with suppress(RuntimeError):  # it ended in the meantime
                loop.call_soon_threadsafe(task.cancel)
            raise


def apply(changes: Mapping[str, str | None]) -> None:
    """Change this process' environment, and `sys.path` as PYTHONPATH changes."""
    old = os.environ.get("PYTHONPATH", "")
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    new = os.environ.get("PYTHONPATH", "")
    if new != old:
        sys.path[:] = path_after(sys.path, _folders(old), _folders(new))
        importlib.invalidate_caches()


def path_after(path: Sequence[str], old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return a `sys.path` in which `new` of PYTHONPATH takes the place of `old`.

    That place is right before Python's own library; what the user put in front
    of it stays in front, and what is behind is left alone.
    """
    stdlib = sysconfig.get_path("stdlib")
    own = [i for i, entry in enumerate(path) if entry == stdlib or _is_zip(entry)]
    end = min(own, default=len(path))
    front = [entry for entry in path[:end] if entry not in {*old, *new}]
    return [*front, *new, *path[end:]]


def _is_zip(entry: str) -> bool:
    return Path(entry).name == f"python{sys.version_info[0]}{sys.version_info[1]}.zip"


def _folders(pythonpath: str) -> list[str]:
    return [entry for entry in pythonpath.split(os.pathsep) if entry]


def register(ipython: Any) -> None:
    """Give `%module` to an IPython shell; its configuration reaches the module system."""
    magic = ModuleMagic(module_tool("auto", os.environ, parent=ipython))
    ipython.register_magic_function(magic.module, "line", "module")
