"""The programs that a kernel can be built on. Knows kernelspecs and Pythons; no HTTP."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shlex import join, quote
from typing import Any, Literal

from ..errors import BadRequestError, ConflictError, HPCError, ToolRefusedError
from ..process import run
from ..sentences import trans
from ..tools.recipe import Recipe, bash_setup
from .models import KernelBase, VenvInfo
from .specs import KEY, SPEC
from .startscript import CONNECTION_FILE, Program
from .trial import NOTHING, bare_environment, message

IPYKERNEL = ("-m", "ipykernel_launcher", "-f", CONNECTION_FILE)
# jupyter_client runs its own Python for these names.
PYTHONS = ("python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info))
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PROBE = """\
import json, sys
try:
    import ipykernel
    version = ipykernel.__version__
except ImportError:
    version = ""
print(json.dumps({"python": "%d.%d.%d" % sys.version_info[:3], "ipykernel": version}))
"""
LOGOS = ("logo-svg.svg", "logo-64x64.png", "logo-32x32.png")
LONGEST_LOGO = 1024 * 1024  # bytes
LONGEST_PATH = 1024
# Where people keep their virtual environments, below the home.
USUAL_FOLDERS = ("", ".virtualenvs", "envs", "venvs", ".venvs", "ENV", "virtualenvs")
MOST_LOOKED_AT = 500
MOST_VENVS = 50


@dataclass(frozen=True, kw_only=True)
class Base:
    """A kernel to build on, as its kernelspec has it; `argv` begins with an absolute path."""

    id: str
    origin: Literal["module", "jupyter"]
    spec: Mapping[str, Any]
    argv: Sequence[str]
    folder: Path | None = None
    logos: Sequence[Path] = field(default_factory=tuple)

    @property
    def about(self) -> KernelBase:
        """The base as the page knows it."""
        return KernelBase(
            id=self.id,
            display_name=str(self.spec.get("display_name") or self.id),
            language=str(self.spec.get("language") or ""),
            program=self.argv[0],
            origin=self.origin,
        )

    @property
    def program(self) -> Program:
        """What runs as the kernel."""
        env = self.spec.get("env") or {}
        return Program(
            argv=list(self.argv),
            env={k: str(v) for k, v in env.items() if VARIABLE.fullmatch(str(k))},
        )


async def environment_of(recipe: Recipe, timeout: float) -> dict[str, str]:
    """Return the environment that a kernel has behind a recipe's modules, from bash itself.

    Raises ToolRefusedError with the module system's words where they are not loaded.
    """
    # Not among the words of the command, which are logged.
    script = bash_setup(recipe, again="/bin/false") + "exec env -u HPC_SETUP -0\n"
    done = await run(
        ["/bin/bash", "--noprofile", "--norc", "-c", 'eval "$HPC_SETUP"'],
        timeout=timeout,
        env={**bare_environment(), "HPC_SETUP": script},
    )
    if done.code:
        raise ToolRefusedError(
            trans.gettext("The modules cannot be loaded where nothing is loaded yet."),
            detail=done.stderr_text.strip(),
        )
    pairs = os.fsdecode(done.stdout).split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def in_venv(environment: Mapping[str, str], folder: str) -> dict[str, str]:
    """Return an environment with a virtual environment in front, as the start script has it."""
    if not folder:
        return dict(environment)
    path = f"{folder}/bin:{environment.get('PATH', '')}"
    return {**environment, "VIRTUAL_ENV": folder, "PATH": path}


def module_bases(environment: Mapping[str, str], python: str) -> list[Base]:
    """Return the kernels that modules bring through JUPYTER_PATH. Blocks on the disk.

    `python` runs those that only say "python".
    """
    found: dict[str, Base] = {}
    for entry in environment.get("JUPYTER_PATH", "").split(os.pathsep):
        for name, folder, spec in _kernelspecs(Path(entry, "kernels")) if entry else ():
            argv = _argv(spec, folder, environment, python)
            if name not in found and argv:
                found[name] = Base(
                    id=f"module:{name}",
                    origin="module",
                    spec=spec,
                    argv=argv,
                    folder=folder,
                    logos=_logos(folder),
                )
    return list(found.values())


def jupyter_bases(
    known: Mapping[str, Mapping[str, Any]],
    session: Mapping[str, str],
    environment: Mapping[str, str],
    python: str,
) -> list[Base]:
    """Return Jupyter's own kernels, without those that modules bring and that we made.

    `known` is what a KernelSpecManager tells; `session` is the session's environment.
    """
    brought = {
        str(Path(entry, "kernels")) for entry in session.get("JUPYTER_PATH", "").split(os.pathsep)
    }
    found = []
    for name, about in sorted(known.items()):
        folder = Path(about["resource_dir"])
        spec = about["spec"]
        if str(folder.parent) in brought or KEY in (spec.get("metadata") or {}):
            continue
        argv = _argv(spec, folder, environment, python)
        if argv:
            found.append(
                Base(
                    id=f"jupyter:{name}",
                    origin="jupyter",
                    spec=spec,
                    argv=argv,
                    folder=folder,
                    logos=_logos(folder),
                )
            )
    return found


def python_base(python: str, version: str) -> Base:
    """Return the kernel of a Python that has ipykernel."""
    spec = {
        "display_name": f"Python {version}",
        "language": "python",
        "metadata": {"debugger": True},
    }
    return Base(id=f"python:{python}", origin="module", spec=spec, argv=[python, *IPYKERNEL])


def brought_python(environment: Mapping[str, str]) -> str:
    """Return the Python that modules put on PATH; empty where they bring none. Blocks."""
    before = set(bare_environment()["PATH"].split(os.pathsep))
    entries = [e for e in environment.get("PATH", "").split(os.pathsep) if e and e not in before]
    path = os.pathsep.join(entries)
    return (
        path and (shutil.which("python3", path=path) or shutil.which("python", path=path))
    ) or ""


async def probe_python(
    python: str, environment: Mapping[str, str], timeout: float
) -> tuple[str, str, str]:
    """Return the versions of a Python and of its ipykernel, and what it said if it is broken."""
    try:
        done = await run([python, "-c", PROBE], timeout=timeout, env=environment)
        told = json.loads(done.stdout.strip().splitlines()[-1])
        return str(told["python"]), str(told["ipykernel"]), ""
    except (ValueError, LookupError, TypeError):
        return "", "", done.stderr_text.strip() or f"{python}: {done.code}"
    except HPCError as error:
        return "", "", f"{error.message}\n{error.detail}"


def checked_path(text: str) -> Path:
    """Return the absolute folder that a user means, or raise BadRequestError."""
    if not text or len(text) > LONGEST_PATH or any(ord(c) < ord(" ") for c in text):
        raise BadRequestError(
            trans.gettext("“%1” cannot be the folder of a virtual environment."), text[:80]
        )
    path = Path(text)
    if text == "~" or text.startswith("~/"):
        path = Path(os.environ.get("HOME", "/"), text[2:])
    if not path.is_absolute():
        path = Path(os.environ.get("HOME", "/"), path)
    return Path(os.path.normpath(path))


async def look_at_venv(text: str, recipe: Recipe, pip: Sequence[str], timeout: float) -> VenvInfo:
    """Return what a folder is as a virtual environment that is used with modules."""
    folder = checked_path(text)
    python = folder / "bin" / "python"

    def info(state: Any, sentence: Any = NOTHING, **more: str) -> VenvInfo:
        facts = {"python": "", "ipykernel": "", "command": "", **more}
        return VenvInfo(folder=str(folder), state=state, message=sentence, **facts)

    # Not Path.is_dir: it raises for names that are too long.
    if not await asyncio.to_thread(os.path.isdir, folder):
        return info("missing", message(trans.gettext("There is no folder %1."), str(folder)))
    if not await asyncio.to_thread(os.path.lexists, python):
        return info(
            "no-python",
            message(
                trans.gettext("%1 is no virtual environment: it has no bin/python."), str(folder)
            ),
        )
    environment = in_venv(await environment_of(recipe, timeout), str(folder))
    version, ipykernel, words = await probe_python(str(python), environment, timeout)
    if not version:
        return info(
            "broken",
            message(
                trans.gettext(
                    "The Python of %1 does not run with these modules. Was it made with others?"
                ),
                str(folder),
                detail=words,
            ),
        )
    if not ipykernel:
        return info(
            "no-ipykernel",
            message(
                trans.gettext("%1 has no ipykernel, which every Python kernel needs."),
                str(folder),
            ),
            python=version,
            command=install_command(folder, recipe, pip),
        )
    return info("ok", python=version, ipykernel=ipykernel)


def install_command(folder: Path, recipe: Recipe, pip: Sequence[str]) -> str:
    """Return what to type in a terminal to have ipykernel in a virtual environment."""
    load = [join(["module", "load", *recipe.load])] if recipe.load else []
    return "\n".join([*load, f"{quote(str(folder / 'bin' / 'python'))} -m pip install {join(pip)}"])


def find_venvs(home: Path) -> list[str]:
    """Return the virtual environments in the usual places, by path. Blocks on the disk.

    It looks into so many folders at most, and never deeper.
    """
    found: set[str] = set()
    looked = 0
    for place in USUAL_FOLDERS:
        with suppress(OSError):
            for entry in os.scandir(home / place):
                looked += 1
                if looked > MOST_LOOKED_AT or len(found) >= MOST_VENVS:
                    return sorted(found)
                if Path(entry.path, "pyvenv.cfg").is_file():
                    found.add(entry.path)
    return sorted(found)


def choose(bases: Iterable[Base], wanted: str) -> Base:
    """Return the base with an id; where none is wanted the first one of Python, or the first."""
    known = list(bases)
    fit = [base for base in known if base.id == wanted] if wanted else known
    if not fit:
        raise ConflictError(
            trans.gettext("No kernel %1 is there with these modules."), wanted or "python"
        )
    return next((base for base in fit if base.about.language == "python"), fit[0])


def _kernelspecs(folder: Path) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        with suppress(OSError, ValueError):
            spec = json.loads((entry / SPEC).read_bytes())
            if isinstance(spec, dict):
                yield entry.name.lower(), entry, spec


def _argv(
    spec: Mapping[str, Any], folder: Path, environment: Mapping[str, str], python: str
) -> list[str]:
    """Return a kernel's words with its program found and all places but one filled in.

    Empty where the program is not there: then the kernel can't start.
    """
    argv = spec.get("argv")
    if not isinstance(argv, list) or not argv or not all(isinstance(w, str) for w in argv):
        return []
    words = [w.replace("{resource_dir}", str(folder)).replace("{prefix}", sys.prefix) for w in argv]
    program = python
    if words[0] not in PYTHONS:
        program = shutil.which(words[0], path=environment.get("PATH", "")) or ""
    return [program, *words[1:]] if program else []


def _logos(folder: Path) -> list[Path]:
    logos = []
    for name in LOGOS:
        with suppress(OSError):
            if (folder / name).stat().st_size <= LONGEST_LOGO:
                logos.append(folder / name)
    return logos
