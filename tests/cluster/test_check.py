"""What the checks find in real sessions: batch jobs of an ordinary user."""

import json
from collections.abc import Callable
from typing import Any

from .conftest import Cluster, Session


def states(report: dict[str, Any]) -> dict[str, str]:
    return {finding["id"]: finding["state"] for finding in report["findings"]}


def test_a_session_that_is_a_job(start_session: Callable[..., Session]) -> None:
    report = start_session("--time=30", "--mem=700M").ask("check")
    found = states(report)
    assert report["place"] == "session"
    assert found["scheduler.programs"] == found["scheduler.controller"] == "ok"
    assert found["scheduler.job"] == "ok"
    # the job's script ends with exec
    assert found["scheduler.signal"] == "ok"
    assert found["session.runtime"] == found["storage.home"] == "ok"
    assert found["software.system"] == found["software.load"] == "ok"


def test_the_command_in_a_job(cluster: Cluster, user: str) -> None:
    site, home = cluster.folder / "site", cluster.homes / user
    job = cluster.submit(
        f". {site}/environment.sh\n"
        "jupyter hpc check --json >findings.json 2>complaints.txt\n"
        "echo $? >code.txt\n",
        "--output=/dev/null",
        "--time=10",
        user=user,
    )
    cluster.wait(job, "COMPLETED")
    report = json.loads((home / "findings.json").read_text())
    found = states(report)
    assert (home / "complaints.txt").read_text() == ""
    assert found["scheduler.job"] == found["scheduler.controller"] == "ok"
    # here a shell waits for the command
    assert found["scheduler.signal"] == "note"
    assert found["hub.api"] == "skipped"
    code = int((home / "code.txt").read_text())
    assert code == (1 if report["state"] == "broken" else 0)
