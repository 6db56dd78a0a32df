"""The cluster is what the other tests take it for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import Cluster, Session, until


def test_a_job_uses_one_of_the_own_accounts(cluster: Cluster, user: str) -> None:
    job = cluster.submit("sleep 600", "--output=/dev/null", "--account=rrg-demo", user=user)
    cluster.wait(job, "RUNNING")
    other = cluster.users[1]
    refused = cluster.run(
        "sbatch",
        f"--account=def-{other}",
        "--output=/dev/null",
        "--wrap=true",
        user=user,
        check=False,
    )
    assert "Invalid account" in refused.stderr
    refused = cluster.run("scancel", job, user=other, check=False)
    assert "Access/permission denied" in refused.stderr


def test_what_a_job_used_is_told_after_its_end(cluster: Cluster, user: str) -> None:
    job = cluster.submit("sleep 1", "--output=/dev/null", user=user)
    cluster.wait(job, "COMPLETED")
    columns = "--format=account,state,ncpus,reqmem"

    def told() -> str:
        done = cluster.run("sacct", "-nPX", "-j", job, columns, user=user)
        return done.stdout.strip()

    # Slurm 22.05 says "16?" for the memory until slurmdbd has heard all of the job.
    until(lambda: told() == f"def-{user}|COMPLETED|1|512M", "sacct")


def test_each_job_has_a_scratch_folder_that_goes_with_it(cluster: Cluster, user: str) -> None:
    said = cluster.homes / user / "scratch-of-the-job"
    said.unlink(missing_ok=True)
    job = cluster.submit(
        f'touch "$SLURM_TMPDIR/mine" && echo "$SLURM_TMPDIR" >{said} && sleep 600',
        "--output=/dev/null",
        user=user,
    )
    text = until(lambda: said.exists() and said.read_text().strip(), "the job's word")
    folder = Path(text)
    assert job in folder.name
    assert (folder / "mine").exists()
    cluster.cancel()
    until(lambda: not folder.exists(), "the epilog")


def test_a_server_runs_as_a_job(start_session: Callable[..., Session], cluster: Cluster) -> None:
    session = start_session("--time=30", "--mem=700M", "--account=rrg-demo")
    job: dict[str, Any] = session.ask("session")["job"]
    assert job["id"] == session.job
    assert job["account"] == "rrg-demo"
