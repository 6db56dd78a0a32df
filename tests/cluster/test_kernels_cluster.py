"""Kernels made in a session, used in batch jobs of a real Slurm and where no server is."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Cluster, Session
from .test_jobs import Jobs

NAME = "of-modules"
DEFAULTS = "StdEnv/2023:python/3.11.5:ipython-kernel/3.11"
# What a kernel tells of itself, in one line that nothing else writes.
TELL = """\
import os, sys
print("TOLD", os.environ.get("LOADEDMODULES"), os.environ.get("SLURM_JOB_ID"), sys.prefix)"""


@pytest.fixture
def home(cluster: Cluster, user: str) -> Iterator[Path]:
    """The user's home, without what earlier tests made in it."""
    home = cluster.homes / user
    left = [".local/share/jupyter/kernels", ".config/lmod", ".lmod.d", "my env", "own"]
    paths = [str(home / name) for name in left]
    cluster.run("rm", "-rf", *paths, user=user)
    yield home
    cluster.cancel()
    cluster.run("rm", "-rf", *paths, user=user)


def told(text: str) -> list[str]:
    """Return modules, job and Python's folder as the kernel told them."""
    (line,) = [line for line in text.splitlines() if line.startswith("TOLD ")]
    return line.split(maxsplit=3)[1:]


def of_notebook(path: Path) -> list[str]:
    """Return what the kernel told in an executed notebook."""
    (cell,) = json.loads(path.read_text())["cells"]
    return told("".join(cell["outputs"][0]["text"]))


def of_modules(session: Session, _jobs: Jobs) -> dict[str, Any]:
    session.ask("software/loaded", "PATCH", {"load": ["gcc/13.3", "fftw"]})
    return {}


def of_a_collection(session: Session, _jobs: Jobs) -> dict[str, Any]:
    of_modules(session, _jobs)
    session.ask("software/collections", "PUT", {"name": "work"})
    session.ask("software/loaded", "PATCH", {"unload": ["fftw", "gcc"]})
    return {"modules": "collection", "collection": "work"}


def of_a_venv(session: Session, jobs: Jobs) -> dict[str, Any]:
    """Make a virtual environment that sees ipykernel where the session has it."""
    of_modules(session, jobs)
    folder = jobs.home / "my env"
    python = str(jobs.cluster.folder / "venv/bin/python")
    jobs.cluster.run(python, "-m", "venv", "--without-pip", str(folder), user=jobs.user)
    (packages,) = folder.glob("lib/python*/site-packages")
    (there,) = (jobs.cluster.folder / "venv").glob("lib/python*/site-packages")
    jobs.file(str((packages / "there.pth").relative_to(jobs.home)), f"{there}\n")
    return {"venv": str(folder)}


@pytest.mark.parametrize("source", [of_modules, of_a_collection, of_a_venv])
def test_a_made_kernel_runs_in_jobs_and_without_a_server(
    source: Callable[[Session, Jobs], dict[str, Any]],
    start_session: Callable[..., Session],
    cluster: Cluster,
    user: str,
    home: Path,
) -> None:
    session = start_session("--time=60", "--mem=1500M")
    jobs = Jobs(session, cluster, user)
    order = {"name": NAME, "display_name": "Été", **source(session, jobs)}
    made = session.ask("kernels", "POST", order)
    modules = ":".join(made["kernel"]["modules"])
    assert made["trial"]["modules"] == made["kernel"]["modules"]
    assert modules.startswith(f"{DEFAULTS}:gcc/13.3:fftw/")
    prefix = str(home / "my env") if source is of_a_venv else str(cluster.folder / "venv")
    # The session has other modules than the kernel from now on.
    session.ask("software/loaded", "PATCH", {"load": ["gcc/12.3", "cmake"]})

    def done(number: str) -> None:
        said = cluster.wait(number, "COMPLETED", "FAILED", "TIMEOUT", "OUT_OF_MEMORY")
        assert said == "COMPLETED", (home / f"own/l'été-{number}.log").read_text()

    kernelspec = {"name": NAME, "language": "python", "display_name": "Été"}
    name = jobs.notebook("own/l'été.ipynb", TELL, kernelspec=kernelspec)
    number = jobs.send(name)["id"]
    done(number)
    assert of_notebook(home / f"own/l'été-{number}.ipynb") == [modules, number, prefix]

    # From now on there is no server.
    cluster.cancel()
    jupyter = f"{cluster.folder}/venv/bin/jupyter"
    execute = ["nbconvert", "--to", "notebook", "--execute", "--output"]
    script = f'cd own && exec {jupyter} {" ".join(execute)} job "l\'été.ipynb"\n'
    submit = ["sbatch", "--parsable", "--output=own/l'été-%j.log", "--mem=700M"]
    script = f"#!/bin/bash\n{script}"
    number = cluster.run(
        "env", "SBATCH_EXPORT=NONE", "SECRET=of-the-shell", *submit, user=user, stdin=script
    ).stdout.strip()
    done(number)
    assert of_notebook(home / "own/job.ipynb") == [modules, number, prefix]

    # Nor a job, nor any variable but these.
    bare = ["env", "-i", f"HOME={home}", "PATH=/usr/bin:/bin", jupyter]
    listed = cluster.run(*bare, "kernelspec", "list", "--json", user=user).stdout
    assert json.loads(listed)["kernelspecs"][NAME]["spec"]["display_name"] == "Été"
    cluster.run(*bare, *execute, "bare", str(home / name), user=user)
    assert of_notebook(home / "own/bare.ipynb") == [modules, "None", prefix]
