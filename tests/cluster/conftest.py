"""The cluster that scripts/test_cluster.sh brought up, for tests on a real Slurm.

Collected only where the environment says where that cluster is.
"""

import json
import os
import pwd
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

collect_ignore_glob = [] if "CLUSTER_URL" in os.environ else ["test_*.py"]

PATIENCE = 180.0  # seconds for anything that a busy machine does in one


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Ask until the answer is true, and return it."""
    end = time.monotonic() + patience
    while not (answer := condition()):
        assert time.monotonic() < end, f"gave up waiting for {what}"
        time.sleep(0.1)
    return answer


@dataclass(frozen=True)
class Cluster:
    """Slurm and JupyterHub on this machine; asks and acts as its users, or as root."""

    folder: Path
    homes: Path
    url: str
    password: str
    users: tuple[str, ...]

    def environment(self, user: str) -> dict[str, str]:
        """Return what a user's shell on the cluster has."""
        return {
            "HOME": str(self.homes / user) if user != "root" else "/root",
            "USER": user,
            "LOGNAME": user,
            "LANG": "C.UTF-8",
            "PATH": f"{self.folder}/venv/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "SLURM_CONF": str(self.folder / "etc/slurm.conf"),
        }

    def run(
        self, *argv: str, user: str = "root", check: bool = True, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as a user, in the user's home."""
        environment = self.environment(user)
        who = pwd.getpwnam(user)
        become = ["setpriv", f"--reuid={user}", f"--regid={who.pw_gid}", "--init-groups"]
        done = subprocess.run(
            [*become, *argv],
            input=stdin,
            env=environment,
            cwd=environment["HOME"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert not check or done.returncode == 0, f"{argv}: {done.returncode}\n{done.stderr}"
        return done

    def submit(self, script: str, *options: str, user: str) -> str:
        """Submit a job with the given script below its first line; return its number."""
        text = f"#!/bin/bash\n{script}\n"
        return self.run("sbatch", "--parsable", *options, user=user, stdin=text).stdout.strip()

    def state(self, job: str) -> str:
        """Return the job's state; empty where Slurm knows it no longer."""
        asked = self.run("squeue", "-h", "-j", job, "-t", "all", "-o", "%T", check=False)
        return asked.stdout.strip()

    def wait(self, job: str, *states: str) -> str:
        """Wait until the job is in one of the states, and return it."""
        return str(
            until(lambda: (now := self.state(job)) in states and now, f"job {job}: {states}")
        )

    def jobs(self, *users: str) -> list[str]:
        """Return the numbers of the users' jobs that have not ended."""
        names = ",".join(users or self.users)
        return self.run("squeue", "-h", "-u", names, "-o", "%i").stdout.split()

    def cancel(self, *users: str) -> None:
        """Cancel all jobs of the users, and wait until none is left."""
        for user in users or self.users:
            self.run("scancel", "-u", user)
        until(lambda: not self.jobs(*users), "the jobs' end")


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The cluster; root may do all on it."""
    folder = Path(os.environ["CLUSTER_DIR"])
    return Cluster(
        folder=folder,
        homes=Path(os.environ["CLUSTER_HOMES"]),
        url=os.environ["CLUSTER_URL"],
        password=os.environ["CLUSTER_PASSWORD"],
        users=tuple(os.environ["CLUSTER_USERS"].split()),
    )


@pytest.fixture
def user(cluster: Cluster) -> Iterator[str]:
    """An ordinary user, who has no job before and none after."""
    name = cluster.users[0]
    cluster.cancel()
    yield name
    cluster.cancel()


@dataclass(frozen=True)
class Session:
    """A Jupyter server that runs as a job."""

    job: str
    url: str
    token: str
    process: int

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Return what a route below jupyterlab-hpc/ answers; raise where it refuses."""
        request = urllib.request.Request(
            f"{self.url}jupyterlab-hpc/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.loads(response.read() or "null")


SERVER = """
. {site}/environment.sh
export JUPYTER_RUNTIME_DIR=$SLURM_TMPDIR/runtime
exec jupyter server --no-browser --ServerApp.ip=127.0.0.1 --ServerApp.port=0
"""


@pytest.fixture
def start_session(cluster: Cluster, user: str) -> Callable[..., Session]:
    """Start a Jupyter server as a job with the given options of sbatch; ended after the test."""

    def start(*options: str) -> Session:
        log = "--output=server.log"
        script = SERVER.format(site=cluster.folder / "site")
        job = cluster.submit(script, log, *options, user=user)
        cluster.wait(job, "RUNNING")
        runtime = cluster.folder / f"run/scratch/{user}.{job}.0/runtime"

        def answers() -> Session | None:
            for file in runtime.glob("jpserver-*.json"):
                said = json.loads(file.read_text() or "{}")
                if said.get("port"):
                    return Session(job, said["url"], said["token"], said["pid"])
            said = cluster.state(job)
            assert said == "RUNNING", (cluster.homes / user / "server.log").read_text()
            return None

        session: Session = until(answers, "the server")
        until(lambda: _listens(session), "the server's answer")
        return session

    return start


def _listens(session: Session) -> bool:
    try:
        session.ask("session")
    except ConnectionError:
        return False
    except OSError as error:  # URLError wraps what happened
        if isinstance(error, urllib.request.HTTPError):
            raise
        return False
    return True
