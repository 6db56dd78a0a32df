"""The kernelspecs that this extension writes, below the user's Jupyter data. Blocks on the disk.

A kernelspec is a folder with `kernel.json`; ours has the start script beside it, and says
under `metadata` what it was made of.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BadRequestError, ConflictError, NotFoundError
from ..private import private_folder
from ..sentences import trans
from ..tools.recipe import SETTINGS, Recipe
from .startscript import Program, start_script

KEY = "jupyterlab_hpc"
FORMAT = 1
SCRIPT = "start.sh"
SPEC = "kernel.json"
LONGEST_NAME = 64
LONGEST_DISPLAY_NAME = 100
LONGEST_FILE = 1024 * 1024  # bytes
# What Jupyter takes for a name, in small letters: two that differ in those alone are one
# to it. Not a dot in front, which hides a folder.
NAME = re.compile(r"[a-z0-9_][a-z0-9._-]*")
STAGED = ".hpc-new-"
FORGOTTEN = 86400.0  # seconds after which what was left half done is cleared away


@dataclass(frozen=True, kw_only=True)
class Made:
    """A made kernel as its kernelspec tells; `spec` is that of its `kernel.json`.

    `digest` is that of the start script as it was written.
    """

    name: str
    folder: Path
    display_name: str
    language: str
    recipe: Recipe
    program: Program
    made_at: str = ""
    made_by: str = ""
    digest: str = ""
    spec: Mapping[str, Any] = field(default_factory=dict)

    @property
    def script(self) -> Path:
        """The script that starts it."""
        return self.folder / SCRIPT


def check_kernel_name(name: str) -> None:
    """Raise BadRequestError for what can't name a kernel."""
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise BadRequestError(
            trans.gettext(
                "“%1” cannot be a kernel's name: use at most %2 small letters, digits, dots, "
                "hyphens and underscores, and begin with a letter or a digit."
            ),
            name[:LONGEST_NAME],
            str(LONGEST_NAME),
        )


def check_display_name(name: str) -> None:
    """Raise BadRequestError for what can't be shown as a kernel's name."""
    if not name or name != name.strip() or not name.isprintable():
        raise BadRequestError(trans.gettext("“%1” cannot be shown as a kernel's name."), name[:80])
    if len(name) > LONGEST_DISPLAY_NAME:
        raise BadRequestError(
            trans.gettext("A kernel's shown name has at most %1 characters."),
            str(LONGEST_DISPLAY_NAME),
        )


class Specs:
    """The made kernels in a folder of kernelspecs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Made]:
        """Return the made kernels; what others wrote, and what can't be read, is passed over."""
        try:
            entries = sorted(self.folder.iterdir())
        except OSError:
            return []
        return [made for made in map(_read, entries) if made is not None]

    def find(self, name: str) -> Made:
        """Return a made kernel; raises NotFoundError also for a kernel that is not ours."""
        check_kernel_name(name)
        made = _read(self.folder / name)
        if made is None:
            raise NotFoundError(trans.gettext("No kernel named %1 was made here."), name)
        return made

    def refuse_taken(self, name: str, others: Sequence[str] = ()) -> None:
        """Raise ConflictError where a kernel has the name already."""
        with suppress(OSError):
            others = [*others, *os.listdir(self.folder)]  # noqa: PTH208 - names alone
        if name in {other.lower() for other in others}:
            raise ConflictError(
                trans.gettext("There is a kernel named %1 already: nothing was overwritten."), name
            )

    def stage(self, made: Made, logos: Sequence[Path] = ()) -> Made:
        """Write a kernel where Jupyter does not look; `clear` is due afterwards."""
        private_folder(self.folder)
        self._tidy()
        place = Path(tempfile.mkdtemp(prefix=STAGED, dir=self.folder))
        staged = _at(made, place / made.name)
        try:
            staged.folder.mkdir(0o755)  # nobody else changes what it starts
            write(staged)
        except BaseException:
            self.clear(staged)
            raise
        for logo in logos:
            with suppress(OSError):
                shutil.copyfile(logo, staged.folder / logo.name)
                (staged.folder / logo.name).chmod(0o600)
        return staged

    def clear(self, staged: Made) -> None:
        """Clear away what is left of a staged kernel."""
        shutil.rmtree(staged.folder.parent, ignore_errors=True)

    def publish(self, staged: Made) -> Made:
        """Bring a staged kernel to its place in one step; never in the place of another."""
        made = _at(staged, self.folder / staged.name)
        # Its own way to the script, which the staged one had to the staged script.
        _write(staged.folder / SPEC, _json(made))
        try:
            # Of two who do this at once one fails.
            made.folder.mkdir(0o755)
        except FileExistsError:
            self.refuse_taken(made.name, [made.name])
        staged.folder.replace(made.folder)
        return self.find(made.name)

    def remove(self, name: str) -> None:
        """Remove a made kernel, and no other. Raises NotFoundError, OSError."""
        made = self.find(name)
        place = Path(tempfile.mkdtemp(prefix=STAGED, dir=self.folder))
        # Gone at once, also where much is to be deleted.
        made.folder.replace(place / name)
        shutil.rmtree(place, ignore_errors=True)

    def _tidy(self) -> None:
        """Clear away what a server that was killed has left."""
        for left in self.folder.glob(f"{STAGED}*"):
            with suppress(OSError):
                if left.lstat().st_mtime < time.time() - FORGOTTEN:
                    shutil.rmtree(left, ignore_errors=True)


def write(made: Made) -> None:
    """Write script and kernelspec, each replaced as a whole. Raises OSError."""
    _write(made.script, start_script(made.name, made.recipe, made.program))
    _write(made.folder / SPEC, _json(made))


def rewrite(made: Made) -> None:
    """Write the kernelspec alone: what the script is stays. Raises OSError."""
    _write(made.folder / SPEC, _json(made, made.digest))


def is_damaged(made: Made) -> bool:
    """Tell whether the start script is not the one that was written. Blocks."""
    try:
        return _digest(made.script.read_bytes()) != made.digest
    except OSError:
        return True


def _at(made: Made, folder: Path) -> Made:
    values = {name: getattr(made, name) for name in Made.__dataclass_fields__}
    return Made(**{**values, "folder": folder})


def _json(made: Made, digest: str = "") -> str:
    """Return the text of `kernel.json`; the digest is that of the script it would have now."""
    spec = dict(made.spec)
    script = start_script(made.name, made.recipe, made.program)
    metadata = dict(spec.get("metadata") or {})
    metadata[KEY] = {
        "format": FORMAT,
        "modules": list(made.recipe.modules),
        "made_at": made.made_at,
        "made_by": made.made_by,
        "digest": digest or _digest(script.encode(errors="surrogateescape")),
        "recipe": asdict(made.recipe),
        "program": asdict(made.program),
    }
    spec |= {
        "argv": ["/bin/bash", str(made.script), "{connection_file}"],
        "display_name": made.display_name,
        "language": made.language,
        "metadata": metadata,
    }
    return json.dumps(spec, indent=1) + "\n"


def _digest(script: bytes) -> str:
    return hashlib.sha256(script).hexdigest()


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        # A path need not be UTF-8.
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(folder: Path) -> Made | None:
    """Return what a folder holds; None where that is not a kernel of ours."""
    try:
        # A link may lead to a folder that is not ours to change.
        if folder.is_symlink() or not NAME.fullmatch(folder.name):
            return None
        with (folder / SPEC).open("rb") as file:
            spec = json.loads(file.read(LONGEST_FILE))
        ours = spec["metadata"][KEY]
        if ours["format"] != FORMAT:
            return None
        made = Made(
            name=folder.name,
            folder=folder,
            display_name=spec["display_name"],
            language=spec["language"],
            recipe=Recipe(**ours["recipe"]),
            program=Program(**ours["program"]),
            made_at=ours["made_at"],
            made_by=ours["made_by"],
            digest=ours["digest"],
            spec=spec,
        )
    except (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    return made if _fits(made) else None


def _fits(made: Made) -> bool:
    """Tell whether what a file said has the shape that we write."""
    recipe, program = made.recipe, made.program
    texts = (
        made.display_name,
        made.language,
        made.made_at,
        made.made_by,
        made.digest,
        recipe.version,
        recipe.command,
        recipe.init,
        program.venv,
    )
    lists = (recipe.folders, recipe.load, program.argv)
    tables = (recipe.variables, recipe.modules, program.env)
    return (
        recipe.kind in SETTINGS
        and all(isinstance(text, str) for text in texts)
        and all(
            isinstance(items, list) and all(isinstance(item, str) for item in items)
            for items in lists
        )
        and all(
            isinstance(table, dict) and all(isinstance(v, str) for v in table.values())
            for table in tables
        )
        and bool(program.argv)
    )
