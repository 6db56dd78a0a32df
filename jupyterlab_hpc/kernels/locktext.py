"""A text that tells with which software a notebook ran. Pure functions; knows no disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import join, quote

from ..tools.recipe import Recipe

SYSTEMS = {"lmod": "Lmod", "envmod": "Environment Modules", "none": "none"}
FREEZE = """\
import subprocess, sys
done = subprocess.run(
    [sys.executable, "-m", "pip", "--disable-pip-version-check", "freeze"],
    capture_output=True, text=True,
)
if done.returncode:
    from importlib.metadata import distributions
    names = {d.metadata["Name"]: d.version for d in distributions() if d.metadata["Name"]}
    lines = [f"{name}=={version}" for name, version in sorted(names.items())]
else:
    lines = done.stdout.splitlines()
print("%d.%d.%d" % sys.version_info[:3])
print("\\n".join(lines))
"""

LOCK = """\
# The software of a notebook. Written by jupyterlab_hpc on {date} for {user}.
#
# To have it again, in a terminal; this file is pip's list of the packages:
#
{commands}
#
# module system: {system}
# folders of modules: {folders}
# modules, in load order:
{modules}
# kernel: {kernel}
# program: {program}
# language: {language}
"""

PACKAGES = """\
#
# packages, as `pip freeze` tells them:
{packages}
"""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """What a lock text tells; `python` is empty for a kernel that is not Python's."""

    date: str
    user: str
    recipe: Recipe
    kernel: str
    program: str
    language: str
    python: str
    packages: Sequence[str] = ()


def lock_text(lock: Lock) -> str:
    """Return the text; what is no package is in its comments, so that pip reads it."""
    recipe = lock.recipe
    text = LOCK.format(
        date=lock.date,
        user=lock.user,
        commands=_comment(_commands(lock)),
        system=f"{SYSTEMS[recipe.kind]} {recipe.version}".strip(),
        folders=":".join(recipe.folders) or "none",
        modules=_comment(list(recipe.modules) or ["none"]),
        kernel=lock.kernel,
        program=lock.program,
        language=f"Python {lock.python}" if lock.python else lock.language,
    )
    # Nothing that a name holds may end a comment's line.
    text = "\n".join(line if line.startswith("#") else f"# {line}" for line in text.splitlines())
    if not lock.packages:
        return text + "\n"
    return text + "\n" + PACKAGES.format(packages="\n".join(lock.packages))


def _commands(lock: Lock) -> list[str]:
    recipe = lock.recipe
    lines = []
    if recipe.kind != "none":
        lines.append("module --force purge")
        # each one goes in front of those before
        lines += [f"module use {quote(folder)}" for folder in reversed(recipe.folders)]
        if recipe.load:
            lines.append(f"module load {join(recipe.load)}")
    if lock.packages:
        lines += [
            f"{quote(lock.program)} -m venv ENV",
            "ENV/bin/python -m pip install --no-index -r THIS_FILE",
        ]
    return lines


def _comment(lines: Sequence[str]) -> str:
    return "\n".join(f"#     {line}" for line in lines)
