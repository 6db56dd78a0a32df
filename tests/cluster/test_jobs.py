"""Notebooks as batch jobs of a real Slurm, from a Jupyter server that is a job itself."""

import json
import os
import pwd
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from .conftest import Cluster, Session, until

OVER = {"completed", "failed", "cancelled", "timeout", "out-of-memory", "ended"}
MIB = 1 << 20
CATALOGUE = (
    Path(__file__).parents[2] / "jupyterlab_hpc/locale/fr_FR/LC_MESSAGES/jupyterlab_hpc.json"
)
SMALL = {"time": 600, "cores": 1, "memory": 400 * MIB}


class Jobs:
    """The jobs room of a session, and the home of its user."""

    def __init__(self, session: Session, cluster: Cluster, user: str) -> None:
        self.session = session
        self.cluster = cluster
        self.user = user
        self.home = cluster.homes / user

    def notebook(self, name: str, *cells: str, **metadata: Any) -> str:
        """Write a notebook into the home."""
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        said = {
            "nbformat": 4,
            "nbformat_minor": 4,
            "metadata": {"kernelspec": kernel, **metadata},
            "cells": [
                {
                    "cell_type": "code",
                    "source": text,
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                }
                for text in cells
            ],
        }
        return self.file(name, json.dumps(said))

    def file(self, name: str, text: str) -> str:
        """Write a file into the home, with the folders on its way."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        who = pwd.getpwnam(self.user)
        place = path
        while place != self.home:
            os.chown(place, who.pw_uid, who.pw_gid)
            place = place.parent
        return name

    def send(self, notebook: str, **request: Any) -> Any:
        """Submit, and return the job."""
        body = {"notebook": notebook, "resources": SMALL, **request}
        return self.session.ask("jobs", "POST", body)["job"]

    def job(self, job_id: str) -> Any:
        """Return a job as the room tells it now."""
        return self.session.ask(f"jobs/job?id={job_id}")["job"]

    def until(self, job_id: str, *states: str) -> Any:
        """Wait until the job is in one of the states, and return it."""
        last: Any = {}

        def there() -> bool:
            nonlocal last
            last = self.job(job_id)
            return last["state"] in states

        until(there, f"job {job_id}, which is {last}, to be one of {states}")
        return last

    def over(self, job_id: str) -> Any:
        """Wait until the job has ended, and return it."""
        return self.until(job_id, *OVER)

    def output(self, job_id: str) -> str:
        """Return all that the job has written."""
        return str(self.session.ask(f"jobs/output?id={job_id}&offset=0")["text"])

    def result(self, job: Any) -> Any:
        """Return the executed notebook."""
        return json.loads(Path(job["result"]["path"]).read_text())


def refusal(act: Callable[[], Any]) -> tuple[int, Any]:
    """Return the status and the body of the answer that says no."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        act()
    return refused.value.code, json.loads(refused.value.read())


def says(said: Any, english: str, french: str) -> None:
    """Assert how a sentence or a refusal begins, and that it comes with Slurm's own words."""
    text = said.get("text") or said["message"]
    assert text.startswith(english), said
    translated = json.loads(CATALOGUE.read_text())[said["template"]][0]
    for place, argument in enumerate(said["arguments"], 1):
        translated = translated.replace(f"%{place}", argument)
    plain = translated.replace("\xa0", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    assert plain.startswith(french), plain


@pytest.fixture
def jobs(start_session: Callable[..., Session], cluster: Cluster, user: str) -> Jobs:
    """The jobs room of a running session, which asks Slurm often."""
    folder = cluster.homes / user / ".jupyter"
    folder.mkdir(exist_ok=True)
    who = pwd.getpwnam(user)
    os.chown(folder, who.pw_uid, who.pw_gid)
    config = {"JobsService": {"query_interval": 5}}
    (folder / "jupyter_server_config.json").write_text(json.dumps(config))
    return Jobs(start_session("--time=60", "--mem=1500M"), cluster, user)


def test_a_notebook_is_run_with_the_sessions_modules(jobs: Jobs) -> None:
    jobs.session.ask("software/loaded", "PATCH", {"load": ["gcc/12.3"]})
    name = jobs.notebook(
        "my work/l'été.ipynb",
        "import os\nprint('modules', os.environ.get('LOADEDMODULES'))",
        "print('cwd', os.getcwd())\nprint(sorted(n for n in os.environ if 'HUB' in n))",
        "6 * 7",
    )
    job = jobs.send(name)
    assert job["sent"] and job["name"] == "l_été"
    job = jobs.over(job["id"])
    said = jobs.output(job["id"])
    assert job["state"] == "completed", said
    assert "gcc/12.3" in said
    assert f"cwd {jobs.home}/my work" in said
    assert "[]" in said  # no secret of the Hub
    assert job["exit_code"] == 0
    assert job["progress"] == {"done": 3, "total": 3}
    assert job["result"]["path"] == f"{jobs.home}/my work/l'été-{job['id']}.ipynb"
    cells = jobs.result(job)["cells"]
    assert cells[2]["outputs"][0]["data"]["text/plain"] == ["42"]
    # the notebook itself is as it was
    source = json.loads((jobs.home / name).read_text())
    assert all(cell["outputs"] == [] for cell in source["cells"])
    assert job["efficiency"]["source"] == "accounting"
    assert job["efficiency"]["cpu_seconds"] >= 0


def test_a_failure_is_told_with_its_cell(jobs: Jobs) -> None:
    name = jobs.notebook("fails.ipynb", "1", "2", "raise ValueError('no <b>good</b>')", "4")
    job = jobs.over(jobs.send(name)["id"])
    assert (job["state"], job["exit_code"]) == ("failed", 1)
    assert job["sentence"]["text"] == "Cell 3 failed: ValueError: no <b>good</b>"
    says(job["sentence"], "Cell 3", "La cellule 3 a échoué : ValueError: no <b>good</b>")
    assert job["progress"] == {"done": 2, "total": 4}
    cells = jobs.result(job)["cells"]
    assert cells[2]["outputs"][0]["output_type"] == "error"
    assert cells[3]["outputs"] == []


def test_a_job_that_runs_into_its_limit_keeps_what_it_did(jobs: Jobs) -> None:
    name = jobs.notebook("slow.ipynb", "print('first')", "import time; time.sleep(600)")
    job = jobs.over(jobs.send(name, resources={**SMALL, "time": 60})["id"])
    assert job["state"] == "timeout"
    says(
        job["sentence"],
        "It ran into its time limit in cell 2.",
        "Elle a atteint sa limite de temps dans la cellule 2.",
    )
    assert jobs.result(job)["cells"][0]["outputs"][0]["text"] == ["first\n"]
    assert "what was done so far is kept" in jobs.output(job["id"])


def test_a_job_that_needs_more_memory_than_it_has(jobs: Jobs) -> None:
    if not Path("/sys/fs/cgroup/memory").is_dir():
        pytest.skip("no memory controller: nothing limits the memory of jobs here")
    name = jobs.notebook("big.ipynb", "x = bytearray(50 << 20)", "y = b'1' * (900 << 20)")
    job = jobs.over(jobs.send(name, resources={**SMALL, "memory": 300 * MIB})["id"])
    assert job["state"] == "out-of-memory"
    says(job["sentence"], "It used up its memory.", "Elle a épuisé sa mémoire.")
    assert jobs.result(job)["cells"][0]["execution_count"] == 1


def test_a_job_is_followed_and_cancelled(jobs: Jobs) -> None:
    name = jobs.notebook(
        "live.ipynb", "print('here it is', flush=True)", "import time; time.sleep(600)"
    )
    job_id = jobs.send(name)["id"]
    until(lambda: "here it is" in jobs.output(job_id), "the output of a running job")
    job = jobs.until(job_id, "running")
    assert 0 < job["seconds_left"] <= 600
    until(lambda: jobs.job(job_id)["progress"] == {"done": 1, "total": 2}, "the progress")
    jobs.session.ask(f"jobs/job?id={job_id}", "DELETE")
    job = jobs.over(job_id)
    assert job["state"] == "cancelled"
    assert jobs.result(job)["cells"][0]["outputs"][0]["text"] == ["here it is\n"]
    # once more: it is forgotten, its files are kept
    left = jobs.session.ask(f"jobs/job?id={job_id}", "DELETE")["jobs"]
    assert job_id not in [other["id"] for other in left]
    assert Path(job["result"]["path"]).exists()


def test_a_job_outlives_the_session_and_is_known_to_the_next(
    jobs: Jobs, start_session: Callable[..., Session]
) -> None:
    name = jobs.notebook("long.ipynb", "import time; time.sleep(5)", "print('done')")
    job_id = jobs.send(name)["id"]
    jobs.cluster.run("scancel", jobs.session.job)
    jobs.cluster.wait(jobs.session.job, "CANCELLED", "COMPLETED", "FAILED")
    jobs.session = start_session("--time=60", "--mem=1500M")
    job = jobs.over(job_id)
    assert (job["state"], job["sent"]) == ("completed", True)
    assert "done" in jobs.output(job_id)


def test_an_array_gives_each_task_its_own_result(jobs: Jobs) -> None:
    name = jobs.notebook(
        "array.ipynb",
        "import os\ntask = int(os.environ['SLURM_ARRAY_TASK_ID'])",
        "assert task != 2, 'the second'",
    )
    job_id = jobs.send(name, resources={**SMALL, "array": "1-3"})["id"]
    job = jobs.over(job_id)
    assert job["state"] == "failed"
    assert (job["tasks"]["total"], job["tasks"]["completed"], job["tasks"]["failed"]) == (3, 2, 1)
    assert job["sentence"]["text"] == "Cell 2 failed: AssertionError: the second"
    for task in (1, 2, 3):
        assert (jobs.home / f"array-{job_id}_{task}.ipynb").exists()
        assert "[job] Cell 2 of 2" in jobs.output(f"{job_id}_{task}")
    said = jobs.session.ask(f"jobs/tasks?id={job_id}")
    assert said["began"] == 3
    assert [(task["task"], task["state"]) for task in said["listed"]] == [
        (2, "failed"),
        (1, "completed"),
        (3, "completed"),
    ]
    failed = said["listed"][0]
    assert failed["sentence"]["text"] == "Cell 2 failed: AssertionError: the second"
    assert failed["result"]["path"] == str(jobs.home / f"array-{job_id}_2.ipynb")
    assert failed["output"]["path"] == str(jobs.home / f"array-{job_id}_2.log")


def test_the_output_of_jobs_that_were_submitted_in_a_terminal(jobs: Jobs) -> None:
    def sent(*options: str) -> str:
        script = "echo out; echo err >&2; until [ -e ~/go ]; do sleep 0.2; done; echo more"
        return jobs.cluster.submit(script, "--mem=50M", *options, user=jobs.user)

    (jobs.home / "go").unlink(missing_ok=True)
    jobs.home.joinpath("a b").mkdir(exist_ok=True)
    os.chown(jobs.home / "a b", pwd.getpwnam(jobs.user).pw_uid, -1)
    one = sent("--output=a b/%x-%4j-%u-%N.txt", "--error=%j.err", "--job-name=by hand")
    array = sent("--array=3,5")
    nothing = sent("--output=/dev/null")
    host = os.uname().nodename.partition(".")[0]
    path = jobs.home / f"a b/by hand-{one:>04}-{jobs.user}-{host}.txt"

    def told(job_id: str) -> Any:
        found = [job for job in jobs.session.ask("jobs")["jobs"] if job["id"] == job_id]
        return found[0] if found else {}

    until(lambda: told(one).get("output"), "the output")
    assert told(one)["output"]["path"] == str(path)
    assert not told(one)["sent"]
    until(lambda: jobs.output(one) == "out\n", "what it writes")
    said = jobs.session.ask(f"jobs/output?id={one}&errors=true")
    assert (said["has_errors"], said["ended"]) == (True, False)
    until(
        lambda: jobs.session.ask(f"jobs/output?id={one}&errors=true")["text"] == "err\n",
        "its errors",
    )
    until(lambda: told(array).get("tasks", {}).get("running") == 2, "the tasks")
    until(
        lambda: (
            [
                task["output"] and task["output"]["path"]
                for task in jobs.session.ask(f"jobs/tasks?id={array}")["listed"]
            ]
            == [str(jobs.home / f"slurm-{array}_{task}.out") for task in (3, 5)]
        ),
        "the outputs of the tasks",
    )
    until(lambda: jobs.output(f"{array}_3") == "out\nerr\n", "what a task writes")
    assert told(nothing)["output"] is None
    assert told(jobs.session.job)["output"] is None
    jobs.file("go", "")
    until(lambda: told(one)["state"] == "completed", "the end")
    said = jobs.session.ask(f"jobs/output?id={one}&offset=4")
    assert (said["text"], said["ended"]) == ("more\n", True)
    # Files that are nobody's to show here are refused, whatever a job says of itself.
    code, refused = refusal(lambda: jobs.output(nothing))
    assert (code, refused["message"]) == (400, "/dev/null is no file.")


def test_parameters_and_arguments(jobs: Jobs) -> None:
    name = jobs.notebook("params.ipynb", "print(n * 2, word)")
    job = jobs.over(jobs.send(name, parameters={"n": 21, "word": "a'b\"é"})["id"])
    assert "42 a'b\"é" in jobs.output(job["id"])
    script = jobs.file("run me.py", "import sys; print(sys.argv[1:])")
    job = jobs.over(jobs.send(script, arguments="-x 'a b' \"c'd\"")["id"])
    assert (job["state"], job["result"]) == ("completed", None)
    assert """['-x', 'a b', "c'd"]""" in jobs.output(job["id"])


def test_a_notebook_is_converted_to_a_script_as_the_seeds_do(jobs: Jobs) -> None:
    name = jobs.notebook("seed.ipynb", "n = 6", "print('answer', n * 7)")
    job = jobs.over(jobs.send(name, method="convert")["id"])
    assert job["state"] == "completed", jobs.output(job["id"])
    assert "answer 42" in jobs.output(job["id"])


def test_the_script_that_the_user_edited_is_what_runs(jobs: Jobs) -> None:
    name = jobs.notebook("edited.ipynb", "1")
    body = {"notebook": name, "resources": SMALL, "preview": True}
    script = jobs.session.ask("jobs", "POST", body)["script"]
    assert not jobs.session.ask("jobs", "POST", body)["job"]
    edited = script.replace("#SBATCH --output=edited-%j.log", "#SBATCH --output=mine-%j.txt")
    edited = edited.replace("cd -- ", "echo edited by hand\ncd -- ")
    job = jobs.over(jobs.send(name, script=edited)["id"])
    assert "edited by hand" in jobs.output(job["id"])
    assert job["output"]["path"].endswith(f"/mine-{job['id']}.txt")


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"account": "def-nobody"}, "Slurm does not know that account", "Slurm ne connaît pas ce"),
    ({"partition": "nosuch"}, "There is no such partition here.", "Il n'y a pas de telle"),
    ({"time": 30 * 24 * 3600}, "That is more time than is allowed", "C'est plus de temps que"),
    ({"memory": 4096 << 30}, "No node has that much memory.", "Aucun nœud n'a autant de mémoire."),
    ({"gpus": 64}, "No node has that many cores", "Aucun nœud n'a à la fois autant de cœurs"),
    ({"array": "1-99999999"}, "The array has too many tasks", "Le tableau a trop de tâches"),
]


def test_refusals_are_explained(jobs: Jobs) -> None:
    name = jobs.notebook("refused.ipynb", "1")
    for resources, english, french in REFUSED:
        request = {"notebook": name, "resources": {**SMALL, **resources}}
        code, said = refusal(lambda body=request: jobs.session.ask("jobs", "POST", body))  # type: ignore[misc]
        assert code == 422
        says(said, english, french)
        assert said["detail"]
        # In fewer words: `sbatch --test-only` tells the reason alone.
        code, said = refusal(lambda body=request: jobs.session.ask("jobs/check", "POST", body))  # type: ignore[misc]
        assert code == 422
        assert said["detail"]


def test_a_name_with_quotes_and_a_line_break_and_once_more_with_changes(jobs: Jobs) -> None:
    name = jobs.notebook('it\'s "odd"\n$(x).ipynb', "print(6 * 7)")
    job = jobs.over(jobs.send(name)["id"])
    assert job["state"] == "completed", jobs.output(job["id"])
    assert "42" in jobs.output(job["id"])
    assert jobs.result(job)["cells"][0]["execution_count"] == 1
    request = jobs.session.ask(f"jobs/job?id={job['id']}")["request"]
    changed = {**request, "resources": {**request["resources"], "time": 1200}}
    again = jobs.over(jobs.session.ask("jobs", "POST", changed)["job"]["id"])
    assert (again["state"], again["time"]) == ("completed", 1200)
    assert again["result"]["path"] != job["result"]["path"]


def test_jobs_that_are_held_wait_for_others_or_are_requeued(jobs: Jobs) -> None:
    run = jobs.cluster.run
    held = jobs.cluster.submit("exit 1", "--hold", "--mem=50M", user=jobs.user)
    after = jobs.cluster.submit("true", f"--dependency=afterok:{held}", "--mem=50M", user=jobs.user)
    sent = jobs.send(jobs.notebook("again.ipynb", "import time; time.sleep(600)"))["id"]
    says(
        jobs.until(held, "pending")["sentence"],
        "You hold the job: it starts when you release it.",
        "Vous retenez la tâche : elle démarrera quand vous la libérerez.",
    )
    until(lambda: jobs.job(after)["reason"] == "Dependency", "the reason")
    says(jobs.job(after)["sentence"], "It waits for another job.", "Elle attend une autre tâche.")
    run("scontrol", "release", held, user=jobs.user)
    until(lambda: jobs.job(after)["reason"] == "DependencyNeverSatisfied", "the reason")
    says(
        jobs.job(after)["sentence"],
        "It waits for a job that did not end as it should have: it can never start.",
        "Elle attend une tâche qui ne s'est pas terminée comme il fallait",
    )
    # Slurm takes it from its node: it waits, and has not ended.
    until(lambda: jobs.job(sent)["progress"], "the first cell")
    run("scontrol", "requeue", sent, user=jobs.user)
    until(lambda: jobs.job(sent)["reason"] == "BeginTime", "the requeued job")
    job = jobs.job(sent)
    assert (job["state"], job["ended_at"]) == ("pending", None)
    says(job["sentence"], "It may not start before its begin", "Elle ne peut pas démarrer avant")


def test_e_mail_is_sent_when_a_job_begins_and_ends(jobs: Jobs) -> None:
    email = "alice@example.org"
    name = jobs.notebook("mails.ipynb", "1/0")
    body = {"notebook": name, "resources": SMALL, "email": email, "preview": True}
    script = jobs.session.ask("jobs", "POST", body)["script"]
    edited = script.replace("--mail-type=END,FAIL", "--mail-type=BEGIN,END,FAIL")
    assert edited != script
    fails = jobs.send(name, email=email, script=edited)["id"]
    ends = jobs.send(jobs.notebook("mailed.ipynb", "1"), email=email)["id"]
    none = jobs.send(jobs.notebook("quiet.ipynb", "1"))["id"]
    log = jobs.cluster.folder / "run/log/mail.log"

    def told(job_id: str) -> list[str]:
        lines = log.read_text().splitlines()
        return [line for line in lines if f"Job_id={job_id} " in line]

    until(lambda: len(told(fails)) == 2 and told(ends), "the e-mails")
    began, failed = told(fails)
    assert "Began" in began
    assert "Failed" in failed
    (ended,) = told(ends)
    assert "Ended" in ended
    assert all(line.endswith(f" {email}") for line in (began, failed, ended))
    jobs.over(none)
    assert told(none) == []


def test_the_check_tells_when_a_job_would_start(jobs: Jobs) -> None:
    name = jobs.notebook("checked.ipynb", "1")
    said = jobs.session.ask("jobs/check", "POST", {"notebook": name, "resources": SMALL})
    assert said["starts_at"]
    says(said["sentence"], "Slurm would take this job.", "Slurm accepterait cette tâche.")


def test_the_choices_are_those_of_the_user(jobs: Jobs) -> None:
    said = jobs.session.ask("jobs/choices")
    assert f"def-{jobs.user}" in said["accounts"]
    (partition,) = [p for p in said["partitions"] if p["name"] == "interactive"]
    assert partition["time"] == 8 * 3600
    assert partition["gpu_types"] == ["h100"]
    assert said["resources"]["cores"] >= 1


def test_nobody_sees_or_cancels_the_jobs_of_others(jobs: Jobs) -> None:
    other = jobs.cluster.users[1]
    job = jobs.cluster.submit("sleep 600", "--output=/dev/null", user=other)
    jobs.cluster.wait(job, "RUNNING")
    assert job not in [own["id"] for own in jobs.session.ask("jobs")["jobs"]]
    for method in ("GET", "DELETE"):
        code, said = refusal(lambda m=method: jobs.session.ask(f"jobs/job?id={job}", m))  # type: ignore[misc]
        assert (code, said["message"]) == (403, f"Job {job} is not yours.")
    assert jobs.cluster.state(job) == "RUNNING"
    code, said = refusal(lambda: jobs.session.ask("jobs/job?id=9999999"))
    assert code == 404
    # nor is the session cancelled by mistake
    code, said = refusal(lambda: jobs.session.ask(f"jobs/job?id={jobs.session.job}", "DELETE"))
    assert code == 409


@pytest.fixture
def stopped_controller(cluster: Cluster) -> Iterator[Callable[[], None]]:
    """Stop slurmctld in its tracks; it goes on after the test."""
    pid = int((cluster.folder / "run/slurmctld.pid").read_text())

    def stop() -> None:
        os.kill(pid, 19)  # SIGSTOP: it takes connections and never answers

    yield stop
    os.kill(pid, 18)
    until(lambda: cluster.run("squeue", "-h", check=False).returncode == 0, "the controller")


def test_a_queue_that_does_not_answer_is_told(
    jobs: Jobs, stopped_controller: Callable[[], None]
) -> None:
    name = jobs.notebook("waits.ipynb", "import time; time.sleep(600)")
    job_id = jobs.send(name)["id"]
    jobs.until(job_id, "running")
    stopped_controller()

    def troubled() -> bool:
        started = time.monotonic()
        said = jobs.session.ask("jobs")
        assert time.monotonic() - started < 60
        # what was known is shown meanwhile
        assert job_id in [job["id"] for job in said["jobs"]]
        return bool(said["messages"])

    until(troubled, "the message")
    (message,) = jobs.session.ask("jobs")["messages"]
    says(message, "Slurm does not answer. What is", "Slurm ne répond pas. Ce qui est affiché")
    code, said = refusal(
        lambda: jobs.session.ask("jobs", "POST", {"notebook": name, "resources": SMALL})
    )
    assert code == 504, said


def test_a_disk_that_is_full(jobs: Jobs) -> None:
    folder = jobs.home / "small disk"
    folder.mkdir(exist_ok=True)
    jobs.cluster.run("mount", "-t", "tmpfs", "-o", "size=400k,mode=777", "tmpfs", str(folder))
    try:
        name = jobs.notebook(
            "fills.ipynb", "print('before')", "from IPython.display import HTML; HTML('x' * 900000)"
        )
        job = jobs.over(jobs.send(name, output_folder=str(folder))["id"])
        assert (job["state"], job["exit_code"]) == ("failed", 73)
        says(
            job["sentence"],
            "The result could not be written",
            "Le résultat n'a pas pu être écrit : le disque",
        )
        with suppress(OSError), (folder / "full").open("wb", buffering=0) as file:
            while file.write(b"1" * 4096):
                pass
        job = jobs.over(jobs.send(name, output_folder=str(folder))["id"])
        assert job["state"] == "failed"
        assert "written" in job["sentence"]["text"], job["sentence"]
    finally:
        jobs.cluster.run("umount", "--lazy", str(folder))
