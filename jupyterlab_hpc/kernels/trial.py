"""Trying a kernel: started for real, where nothing is loaded. Knows no HTTP."""

import asyncio
import json
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from ..errors import ToolMissingError
from ..process import last_words, start
from ..sentences import fill, trans
from .models import KernelMessage, KernelTrial

PROGRAM = str(Path(__file__).with_name("trial_program.py"))
GRACE = 3.0  # seconds for what is left of a kernel to go
PATIENCE = 15.0  # seconds beyond the kernel's own, for what starts and ends it


@dataclass(frozen=True, kw_only=True)
class Try:
    """What to try: the folder that holds the kernelspec, and how long it may take."""

    folder: Path
    name: str
    language: str
    seconds: float


NOTHING = KernelMessage(text="", template="", arguments=[], detail="")


def message(template: str, *arguments: str, detail: str = "") -> KernelMessage:
    """Return a sentence of ours as it travels."""
    return KernelMessage(
        text=fill(template, arguments),
        template=template,
        arguments=list(arguments),
        detail=detail,
    )


def bare_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return what a program has that nobody gave an environment, as in a bare batch job."""
    user = pwd.getpwuid(os.geteuid())
    bare = {
        "HOME": environment.get("HOME", user.pw_dir),
        "USER": user.pw_name,
        "LOGNAME": user.pw_name,
        "SHELL": "/bin/bash",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": environment.get("LANG", "C.UTF-8"),
    }
    if "TMPDIR" in environment:
        bare["TMPDIR"] = environment["TMPDIR"]
    return bare


async def try_kernel(what: Try) -> KernelTrial:
    """Start a kernel, have it add 1 and 1, and end it; nothing of it is left."""
    place = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="jupyterlab-hpc-"))
    try:
        return await _try_in(place, what)
    finally:
        await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)


async def _try_in(place: Path, what: Try) -> KernelTrial:
    order = {
        "folder": str(what.folder),
        "name": what.name,
        "language": what.language,
        "env": bare_environment(),
        "runtime": str(place),
        "seconds": what.seconds,
        "answer": str(place / "answer.json"),
    }
    asked = place / "order.json"
    await asyncio.to_thread(asked.write_text, json.dumps(order), encoding="utf-8")
    words: list[bytes] = []
    started = monotonic()
    try:
        program = await start(
            [sys.executable, PROGRAM, str(asked)],
            env=os.environ,
            cwd=str(place),
            folder=str(place / "guardian"),
            grace=GRACE,
            on_output=words.append,
        )
    except ToolMissingError as error:
        return _failed(message(error.template, *error.arguments, detail=error.detail), started)
    waiting = asyncio.ensure_future(program.wait())
    try:
        await asyncio.wait({waiting}, timeout=what.seconds + PATIENCE)
    finally:  # also where nobody waits for the answer any more
        program.tell_to_end()
        await waiting
    said = last_words(words)
    try:
        answer = json.loads(await asyncio.to_thread((place / "answer.json").read_bytes))
    except (OSError, ValueError):
        return _failed(
            message(trans.gettext("The kernel could not be started at all."), detail=said), started
        )
    return _told(answer, said, started, what)


def _told(answer: dict[str, Any], said: str, started: float, what: Try) -> KernelTrial:
    if answer["ok"]:
        return KernelTrial(
            ok=True,
            program=answer["program"],
            modules=answer["modules"],
            seconds=round(monotonic() - started, 1),
            message=NOTHING,
        )
    words = said or answer["error"]
    if answer["step"] == "sum":
        sentence = message(
            trans.gettext("The kernel started, but 1 + 1 is not 2 to it."), detail=answer["error"]
        )
    elif answer["died"]:
        sentence = message(trans.gettext("The kernel ended when it was started."), detail=words)
    else:
        sentence = message(
            trans.gettext("The kernel did not answer within %1 seconds."),
            f"{what.seconds:g}",
            detail=words,
        )
    return _failed(sentence, started)


def _failed(sentence: KernelMessage, started: float) -> KernelTrial:
    return KernelTrial(
        ok=False,
        program="",
        modules=[],
        seconds=round(monotonic() - started, 1),
        message=sentence,
    )
