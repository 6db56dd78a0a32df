"""Kernels as other programs start them: in processes of their own, with what they are given."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXECUTE = """
import sys
from jupyter_client.manager import start_new_kernel

def hear(message):
    content = message["content"]
    print(content.get("text", ""), "\\n".join(content.get("traceback", ())), end="")

# Ports are chosen before the kernel takes them: another program can be quicker.
for attempt in range(3):
    try:
        manager, client = start_new_kernel(kernel_name=sys.argv[1], startup_timeout=90)
        break
    except RuntimeError:
        if attempt == 2:
            raise
try:
    client.execute_interactive(sys.argv[2], allow_stdin=False, output_hook=hear)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
"""


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
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def in_kernel(bare: dict[str, str]) -> Callable[..., str]:
    """Run code in a kernel that jupyter_client starts with just these variables."""

    def run(kernel: str, code: str, environment: dict[str, str] | None = None) -> str:
        return said_by([sys.executable, "-c", EXECUTE, kernel, code], environment or bare).strip()

    return run


@pytest.fixture
def nbconvert(bare: dict[str, str], tmp_path: Path) -> Callable[[str, str], str]:
    """Execute a notebook of one cell by `jupyter nbconvert` where nothing else is set."""

    def execute(kernel: str, code: str) -> str:
        path = tmp_path / "it is a «test»'s.ipynb"
        cell = {
            "cell_type": "code",
            "execution_count": None,
            "id": "one",
            "metadata": {},
            "outputs": [],
            "source": code,
        }
        about = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
        notebook = {"cells": [cell], "metadata": about, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(notebook))
        said = said_by(
            [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "notebook",
             "--stdout", "--ExecutePreprocessor.startup_timeout=300", str(path)],
            bare,
        )  # fmt: skip
        (cell,) = json.loads(said)["cells"]
        return "".join("".join(output.get("text", "")) for output in cell["outputs"]).strip()

    return execute
