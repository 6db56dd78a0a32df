#!/usr/bin/env python3
"""Slurm for the browser tests where there is none: jobs are run at once, here.

Called by the name of the command that it stands for. What it prints is in the form of Slurm
22.05.8, as in tests/recordings; of a job's options it knows name, folder, output, array and
account. A job of the account `def-waits` waits; one of `def-refused` is refused. An array has
1000 tasks, of which two have ended and the others wait. The state is in ~/.fake-slurm.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

STATE = Path.home() / ".fake-slurm"
RECORDED = Path(__file__).resolve().parents[2] / "tests" / "recordings" / "slurm-22.05.8"
RECORD, FIELD = "\x1e", "\x1f"


def stamp(moment: float | None) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) if moment else "N/A"


def directives(script: str) -> dict[str, str]:
    found = {}
    for line in script.splitlines():
        if match := re.match(r"#SBATCH --([\w-]+)=(.*)", line):
            found[match[1]] = shlex.split(match[2])[0]
    return found


def jobs() -> list[dict]:
    found = [json.loads(path.read_text()) for path in STATE.glob("*.json")]
    for job in found:
        code = STATE / f"{job['id']}.code"
        if job["state"] == "RUNNING" and code.exists() and code.read_text():
            job |= {
                "code": int(code.read_text()),
                "state": "COMPLETED" if code.read_text() == "0" else "FAILED",
                "ended": code.stat().st_mtime,
            }
    return sorted(found, key=lambda job: job["id"])


def save(job: dict) -> None:
    new = STATE / f"{job['id']}.new"
    new.write_text(json.dumps(job))
    new.replace(STATE / f"{job['id']}.json")


def sbatch(arguments: list[str]) -> int:
    script = sys.stdin.read()
    said = directives(script)
    if said.get("account") == "def-refused":
        sys.stderr.write((RECORDED / "refused-partition.txt").read_text())
        return 1
    if "--test-only" in arguments:
        sys.stderr.write((RECORDED / "test-only.txt").read_text())
        return 0
    STATE.mkdir(parents=True, exist_ok=True)
    job_id = 1000 + len(list(STATE.glob("*.json")))
    output = Path(said["chdir"], said["output"].replace("%j", str(job_id)))
    job = {
        "id": job_id,
        "name": said["job-name"],
        "account": said.get("account", ""),
        "state": "PENDING" if said.get("account") == "def-waits" else "RUNNING",
        "submitted": time.time(),
        "started": None,
        "ended": None,
        "output": str(output),
        "pid": 0,
        "code": 0,
        "array": said.get("array", ""),
    }
    if job["array"]:
        job["state"] = "PENDING"
        for task in ("1", "2"):
            name = output.name.replace("%A", str(job_id)).replace("%a", task)
            output.with_name(name).write_text(f"this is task {task}\n")
    if job["state"] == "RUNNING":
        file = STATE / f"{job_id}.sh"
        file.write_text(script)
        code = STATE / f"{job_id}.code"
        run = f"bash -l {shlex.quote(str(file))}; echo -n $? > {shlex.quote(str(code))}"
        with output.open("wb") as log:
            process = subprocess.Popen(
                ["bash", "-c", run],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=said["chdir"],
                env={**os.environ, "SLURM_JOB_ID": str(job_id)},
                start_new_session=True,
            )
        job |= {"pid": process.pid, "started": time.time()}
    save(job)
    print(job_id)
    return 0


def tasks(job: dict) -> list[dict]:
    """Return the rows of an array of 1000 tasks: two have ended, the others wait."""
    return [
        job | {"row": f"{job['id']}_1", "task": "1", "state": "COMPLETED"},
        job | {"row": f"{job['id']}_2", "task": "2", "state": "FAILED"},
        job | {"row": f"{job['id']}_[3-1000]", "task": "3-1000"},
    ]


def squeue(arguments: list[str]) -> int:
    known = [row for job in jobs() for row in (tasks(job) if job.get("array") else [job])]
    if any(argument.startswith("--Format=") for argument in arguments):
        for job in known:
            row, output = job.get("row", job["id"]), job["output"]
            said = [row, job["id"], "n1", "u", job["name"], "/", output, output]
            sys.stdout.write("".join(f"{field} {FIELD}" for field in said) + f"{RECORD}\n")
        return 0
    for job in known:
        waits = job["state"] == "PENDING"
        started = job["started"]
        fields = [
            str(job.get("row", job["id"])),
            str(job["id"]),
            job.get("task", "N/A"),
            job["state"],
            "Priority" if waits else "None",
            "cpu",
            job["account"] or "(null)",
            "(null)",
            "1",
            "512M",
            "N/A",
            "1",
            stamp(job["submitted"]),
            stamp(started or job["submitted"] + 7200),
            stamp(job["ended"] or (started or job["submitted"]) + 3600),
            "59:00",
            "1:00:00",
            job["name"],
        ]
        sys.stdout.write(RECORD + FIELD.join(fields) + "\n")
    return 0


def scontrol(arguments: list[str]) -> int:
    for job in jobs():
        if str(job["id"]) == arguments[-1]:
            print(
                f"JobId={job['id']} JobName={job['name']} UserId=u({os.getuid()}) GroupId=u(1) "
                f"JobState={job['state']} Reason=None ExitCode={job['code']}:0 "
                f"StdOut={job['output']} Power="
            )
            return 0
    sys.stderr.write((RECORDED / "show-unknown.txt").read_text())
    return 1


def scancel(arguments: list[str]) -> int:
    for job in jobs():
        if str(job["id"]) == arguments[-1] and job["state"] in {"PENDING", "RUNNING"}:
            if job["pid"]:
                os.killpg(job["pid"], signal.SIGTERM)
            save(job | {"state": "CANCELLED", "ended": time.time()})
    return 0


def sinfo(_: list[str]) -> int:
    sys.stdout.write((RECORDED / "sinfo.txt").read_text().replace("interactive", "cpu"))
    print("gpu|up|1-00:00:00|1:00:00|16|64000|gpu:h100:4|2")
    return 0


def sacctmgr(_: list[str]) -> int:
    for account in ("def-demo", "def-waits", "def-refused"):
        print(f"def-demo|{account}||normal")
    return 0


def sacct(_: list[str]) -> int:
    print("Slurm accounting storage is disabled", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(globals()[Path(sys.argv[0]).name](sys.argv[1:]))
