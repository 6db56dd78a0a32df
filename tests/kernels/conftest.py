"""Kernels as other programs start them: in processes of their own, with what they are given."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

NAME = re.compile(r"[\w.-]+")  # of a package, before its versions
CHANNELS = ("shell", "iopub", "stdin", "hb", "control")

EXECUTE = """
import json, sys
from jupyter_client.manager import KernelManager

def hear(message):
    content = message["content"]
    print(content.get("text", ""), "\\n".join(content.get("traceback", ())), end="")

name, code, ports, environment = sys.argv[1:]
manager = KernelManager(kernel_name=name, cache_ports=False, **json.loads(ports))
manager.start_kernel(env=json.loads(environment))
client = manager.client()
client.start_channels()
try:
    client.wait_for_ready(timeout=300)
    client.execute_interactive(code, allow_stdin=False, output_hook=hear)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""


@pytest.fixture
def ports() -> Iterator[dict[str, int]]:
    """A kernel's ports that no other program is given meanwhile.

    jupyter_client chooses them before the kernel takes them; where one is gone by then,
    ipykernel 7 hangs for ever. Who asks for a port by its number still gets these.
    """
    with ExitStack() as held:
        found = {}
        for channel in CHANNELS:
            place = held.enter_context(socket.socket())
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            place.bind(("127.0.0.1", 0))
            found[f"{channel}_port"] = place.getsockname()[1]
        yield found


@pytest.fixture
def jp_data_dir(jp_home_dir: Path) -> Path:
    """Where Jupyter looks when nothing tells it where."""
    folder = jp_home_dir / ".local" / "share" / "jupyter"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def bare(jp_home_dir: Path) -> dict[str, str]:
    """What a program has in a bare batch job."""
    return {"HOME": str(jp_home_dir), "PATH": os.defpath}


def said_by(argv: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        argv,
        env=environment,
        cwd=environment["HOME"],  # not where our sources are
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def in_kernel(bare: dict[str, str], ports: dict[str, int]) -> Callable[..., str]:
    """Run code in a kernel that jupyter_client starts with just these variables."""

    def run(
        kernel: str,
        code: str,
        environment: dict[str, str] | None = None,
        python: str = sys.executable,
    ) -> str:
        given = json.dumps(environment or bare)
        argv = [python, "-c", EXECUTE, kernel, code, json.dumps(ports), given]
        return said_by(argv, bare).strip()

    return run


@pytest.fixture
def other_python(tmp_path: Path) -> str:
    """A virtual environment with jupyter_client and what that needs: nothing of ours."""
    folder = tmp_path / "other"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    wanted, found = ["jupyter_client"], set()
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        with suppress(PackageNotFoundError):  # what only other systems need
            here = distribution(name)
            for top in {file.parts[0] for file in here.files or ()} - {"..", "__pycache__"}:
                if not (packages / top).exists():
                    (packages / top).symlink_to(str(here.locate_file(top)))
            needs = [text for text in here.requires or () if "extra ==" not in text]
            wanted += [NAME.match(text)[0] for text in needs]  # type: ignore[index]
    return str(folder / "bin" / "python")


@pytest.fixture
def nbconvert(bare: dict[str, str], ports: dict[str, int], tmp_path: Path) -> Callable[..., str]:
    """Execute a notebook of one cell by `jupyter nbconvert` where nothing else is set."""

    def execute(kernel: str, code: str, language: str = "python") -> str:
        path = tmp_path / "it is a «test»'s.ipynb"
        cell = {
            "cell_type": "code",
            "execution_count": None,
            "id": "one",
            "metadata": {},
            "outputs": [],
            "source": code,
        }
        about = {"kernelspec": {"name": kernel, "display_name": kernel, "language": language}}
        notebook = {"cells": [cell], "metadata": about, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(notebook))
        said = said_by(
            [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "notebook",
             "--stdout", "--ExecutePreprocessor.startup_timeout=300",
             "--KernelManager.cache_ports=False",
             *(f"--KernelManager.{name}={port}" for name, port in ports.items()), str(path)],
            bare,
        )  # fmt: skip
        (cell,) = json.loads(said)["cells"]
        return "".join("".join(output.get("text", "")) for output in cell["outputs"]).strip()

    return execute
