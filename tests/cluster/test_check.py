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
    assert found["kernels.ipykernel"] == found["kernels.folder"] == "ok"
    # c.KernelManager.transport = "ipc" of the example, with homes whose paths allow it
    assert found["kernels.reach"] == "ok"
    for name in ("programs", "accounts", "folder", "runner"):
        assert found[f"jobs.{name}"] == "ok", report
    # asked only where somebody wants to know
    assert found["jobs.trial"] == "skipped"
    wrong = [finding for finding in report["findings"] if finding["state"] == "broken"]
    assert wrong == []


def in_a_job(cluster: Cluster, user: str, *options: str) -> tuple[dict[str, Any], int]:
    """Run the command in a job of the user's; return what it found and its exit code."""
    site, home = cluster.folder / "site", cluster.homes / user
    job = cluster.submit(
        f". {site}/environment.sh\n"
        f"jupyter hpc check --json {' '.join(options)} >findings.json 2>complaints.txt\n"
        "echo $? >code.txt\n",
        "--output=/dev/null",
        "--time=10",
        user=user,
    )
    cluster.wait(job, "COMPLETED")
    assert (home / "complaints.txt").read_text() == ""
    return json.loads((home / "findings.json").read_text()), int((home / "code.txt").read_text())


def test_a_real_slurm_says_whether_it_would_take_a_job(cluster: Cluster, user: str) -> None:
    before = cluster.run("squeue", "-h", "-u", user, "-t", "all", "-o", "%i").stdout.split()
    report, code = in_a_job(cluster, user, "--only=jobs", "--test-job")
    found = states(report)
    assert set(found.values()) == {"ok"} and code == 0, report
    # Nothing was submitted but the job in which it was asked.
    after = cluster.run("squeue", "-h", "-u", user, "-t", "all", "-o", "%i").stdout.split()
    assert len(set(after) - set(before)) == 1


def test_a_job_that_this_cluster_would_not_take(cluster: Cluster, user: str) -> None:
    setting = "--JobsService.options=--constraint=no-such-feature"
    report, code = in_a_job(cluster, user, "--only=jobs.trial", setting)
    (finding,) = report["findings"]
    assert finding["state"] == "broken" and code == 1
    assert "feature" in finding["detail"] and finding["cure"]["text"]


def test_a_kernel_whose_python_is_gone(cluster: Cluster, user: str) -> None:
    folder = cluster.homes / user / ".local/share/jupyter/kernels/lost"
    about = {
        "format": 1, "made_at": "2026-11-21T08:00:00+00:00", "made_by": user, "digest": "0",
        "recipe": {"kind": "none", "folders": [], "load": [], "variables": {}, "modules": {}},
        "program": {"argv": ["/nowhere/bin/python", "{connection_file}"], "env": {}, "venv": ""},
    }  # fmt: skip
    spec = {"display_name": "Lost", "language": "python", "metadata": {"jupyterlab_hpc": about}}
    cluster.run("mkdir", "-p", str(folder), user=user)
    cluster.run("tee", str(folder / "kernel.json"), user=user, stdin=json.dumps(spec))
    try:
        report, code = in_a_job(cluster, user, "--only=kernels")
    finally:
        cluster.run("rm", "-r", str(folder), user=user)
    found = states(report)
    assert found.pop("kernels.made:lost") == "broken" and code == 1
    assert set(found.values()) == {"ok"}


def test_the_command_in_a_job(cluster: Cluster, user: str) -> None:
    report, code = in_a_job(cluster, user)
    found = states(report)
    assert found["scheduler.job"] == found["scheduler.controller"] == "ok"
    # here a shell waits for the command
    assert found["scheduler.signal"] == "note"
    assert found["hub.api"] == "skipped"
    assert code == (1 if report["state"] == "broken" else 0)
