"""The directories of real jobs: links that follow them, and copies before they go."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Cluster, Session, until

LINK = "slurm_tmpdir"


@pytest.fixture(autouse=True)
def no_link(cluster: Cluster, user: str) -> Iterator[None]:
    """Begin and end without what earlier sessions left in the home."""
    home = cluster.homes / user
    paths = [str(home / LINK), str(home / ".local/state/jupyterlab_hpc/storage")]
    cluster.run("rm", "-rf", *paths, user=user)
    yield
    cluster.cancel()
    cluster.run("rm", "-rf", *paths, user=user)


def job_folder(cluster: Cluster, user: str, session: Session) -> Path:
    return cluster.folder / f"run/scratch/{user}.{session.job}.0"


def test_the_link_follows_the_job(
    start_session: Callable[..., Session], cluster: Cluster, user: str
) -> None:
    link = cluster.homes / user / LINK
    first = start_session("--time=30", "--mem=500M")
    until(link.is_symlink, "the link")
    assert link.readlink() == job_folder(cluster, user, first)
    (told,) = (info for info in first.ask("storage")["links"] if info["name"] == LINK)
    assert (told["state"], told["per_job"], told["ours"]) == ("linked", True, True)

    cluster.cancel()
    until(lambda: not job_folder(cluster, user, first).exists(), "the epilog")
    # The server took its link away, or Slurm ended it before: then the next one renews it.
    second = start_session("--time=30", "--mem=500M")
    now = job_folder(cluster, user, second)
    until(lambda: link.is_symlink() and link.readlink() == now, "the link to the new job")


def test_the_link_of_a_server_that_was_killed_is_renewed(
    start_session: Callable[..., Session], cluster: Cluster, user: str
) -> None:
    link = cluster.homes / user / LINK
    first = start_session("--time=30", "--mem=500M")
    until(link.is_symlink, "the link")
    os.kill(first.process, signal.SIGKILL)
    until(lambda: not cluster.jobs(), "the end of the job")
    until(lambda: not job_folder(cluster, user, first).exists(), "the epilog")
    assert link.readlink() == job_folder(cluster, user, first)
    second = start_session("--time=30", "--mem=500M")
    now = job_folder(cluster, user, second)
    until(lambda: link.readlink() == now, "the link to the new job")


def test_what_is_in_the_jobs_directory_is_copied(
    start_session: Callable[..., Session], cluster: Cluster, user: str
) -> None:
    session = start_session("--time=30", "--mem=500M")
    folder = job_folder(cluster, user, session)
    results = folder / "results.csv"
    cluster.run("cp", "/etc/hostname", str(results), user=user)
    left: dict[str, Any] = session.ask("storage/left")
    assert (left["state"], left["path"]) == ("found", str(folder))
    assert "results.csv" in {item["name"] for item in left["items"]}
    order = {"to": "~", "leave_out": ["runtime"]}
    session.ask("storage/copy", "POST", order)
    done = until(
        lambda: (told := session.ask("storage/copy"))["state"] != "running" and told, "the copy"
    )
    assert done["state"] == "done"
    copy = Path(done["to"])
    assert copy.parent == cluster.homes / user
    assert copy.name.startswith(f"job-{session.job}")
    cluster.cancel()
    until(lambda: not folder.exists(), "the epilog")
    assert [path.name for path in copy.iterdir()] == ["results.csv"]
    assert (copy / "results.csv").read_bytes() == Path("/etc/hostname").read_bytes()
    cluster.run("rm", "-rf", str(copy), user=user)
