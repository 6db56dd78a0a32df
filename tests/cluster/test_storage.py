"""The link to the job's own directory, on real jobs."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import Cluster, Session, until

OPTIONS = ("--time=30", "--mem=700M")


def test_the_link_follows_the_sessions(
    start_session: Callable[..., Session], cluster: Cluster, user: str
) -> None:
    link = cluster.homes / user / "slurm_tmpdir"

    def leads_to(session: Session) -> bool:
        return link.is_symlink() and Path(os.readlink(link)).name == f"{user}.{session.job}.0"

    first = start_session(*OPTIONS)
    until(lambda: leads_to(first), "the link of the first session")
    folder = Path(os.readlink(link))
    assert folder.is_dir()
    place = _place(first, "slurm_tmpdir")
    assert place["state"] == "linked"
    assert place["target"] == str(folder)

    # The end of the job takes the directory; the end of the server takes the link.
    cluster.cancel()
    until(lambda: not folder.exists(), "the epilog")
    until(lambda: not link.is_symlink(), "the end of the link")

    # A server that is killed leaves its link, which leads nowhere; the next one's is right.
    second = start_session(*OPTIONS)
    until(lambda: leads_to(second), "the link of the second session")
    folder = Path(os.readlink(link))
    os.kill(second.process, signal.SIGKILL)
    until(lambda: not cluster.jobs(), "the end of the job")
    until(lambda: not folder.exists(), "the epilog")
    assert leads_to(second)
    third = start_session(*OPTIONS)
    until(lambda: leads_to(third), "the link of the third session")
    assert Path(os.readlink(link)).is_dir()


def _place(session: Session, name: str) -> Any:
    links = session.ask("storage")["links"]
    return next(link for link in links if link["name"] == name)
