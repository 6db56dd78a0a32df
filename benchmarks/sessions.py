"""Environments of sessions to measure in: the demo's modules, and large trees."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gentree

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
# What a session that has begun knows of its modules.
BOOKKEEPING = ("_ModuleTable", "__LMOD", "LOADEDMODULES", "_LMFILES_", "LMOD_SYSTEM")
USER_CACHES = (".cache/lmod", ".lmod.d")  # below HOME; Lmod writes them where it was slow


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A module tree, and the environment of a session on it with nothing loaded."""

    count: int
    cached: bool
    root: Path
    environment: dict[str, str]

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"{self.count:,}" if self.cached else f"{self.count:,}, no cache"

    def forget(self) -> None:
        """Remove what earlier sessions left: the index, and Lmod's own cache of the user."""
        shutil.rmtree(self.environment["XDG_CACHE_HOME"], ignore_errors=True)
        for cache in USER_CACHES:
            shutil.rmtree(Path(self.environment["HOME"]) / cache, ignore_errors=True)

    def application(self, folder: str) -> str:
        """Return the first module below a folder of the tree that needs no other and is shown."""
        place = self.root / "modules" / folder
        for path in sorted(place.glob("*/*.lua")):
            text = path.read_text()
            if path.name[0] != "." and "depends_on" not in text and "MODULEPATH" not in text:
                return f"{path.parent.name}/{path.stem}"
        raise LookupError(place)


def from_bash(
    script: str, *words: str, environment: dict[str, str] | None = None
) -> dict[str, str]:
    """Return the environment that a script of bash makes."""
    done = subprocess.run(
        ["bash", "-c", f"{script} >&2 && env -0", "bench", *words],
        check=True,
        env=environment,
        stdout=subprocess.PIPE,
    )
    pairs = os.fsdecode(done.stdout).split("\0")
    return dict(pair.split("=", 1) for pair in pairs if pair)


@contextlib.contextmanager
def demo() -> Iterator[dict[str, str]]:
    """Give the environment of a session on the demo's modules, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        yield from_bash('. "$1" "$2"', str(ROOT / "scripts/home.sh"), home)


def unbegun(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a session that knows of no module yet."""
    return {k: v for k, v in environment.items() if not k.startswith(BOOKKEEPING)}


def after_load(environment: dict[str, str], *names: str) -> dict[str, str]:
    """Return the environment of a session in which Lmod has loaded modules."""
    return from_bash('eval "$("$LMOD_CMD" bash load "$@")"', *names, environment=environment)


@contextlib.contextmanager
def trees(
    counts: list[int], without_cache: list[int], folder: str | None, environment: dict[str, str]
) -> Iterator[Iterator[Tree]]:
    """Give the trees one after the other, each made when it is its turn."""
    with contextlib.ExitStack() as stack:
        root = Path(folder or stack.enter_context(tempfile.TemporaryDirectory())).absolute()
        wanted = [(n, True) for n in counts] + [(n, False) for n in without_cache]
        yield (_tree(root, count, cached, unbegun(environment)) for count, cached in wanted)


def _tree(folder: Path, count: int, cached: bool, environment: dict[str, str]) -> Tree:
    """Make a tree and its site cache, unless they are there."""
    root = folder / f"tree{count}"
    modules, cache, stamp, rc = (root / n for n in ("modules", "cache", "stamp", "lmodrc.lua"))
    modulepath = str(modules / "Core")
    if not (root / "made").exists():
        shutil.rmtree(root, ignore_errors=True)
        gentree.make(modules, count)
        (root / "made").touch()
    if cached and not stamp.exists():
        rc.write_text(f"scDescriptT = {{ {{ dir = '{cache}', timestamp = '{stamp}' }} }}\n")
        update = Path(environment["LMOD_CMD"]).with_name("update_lmod_system_cache_files")
        subprocess.run(
            ["bash", update, "-d", cache, "-t", stamp, modulepath],
            check=True,
            env=environment,
            stderr=subprocess.DEVNULL,
        )
    session = {
        **environment,
        "MODULEPATH": modulepath,
        "XDG_CACHE_HOME": str(root / "xdg"),
        "PYTHONPATH": str(ROOT),
    }
    if cached:
        session["LMOD_RC"] = str(rc)
    tree = Tree(count=count, cached=cached, root=root, environment=session)
    tree.forget()
    return tree


def program(environment: dict[str, str], *words: str) -> float:
    """Run a program that tells nothing; return how many milliseconds it took."""
    began = time.perf_counter()
    subprocess.run(
        words, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return (time.perf_counter() - began) * 1000
