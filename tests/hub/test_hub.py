"""Stopping the server: over REST, with a Hub that answers as JupyterHub 5 and 6 do."""

import asyncio
import json
import os
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from traitlets import TraitError

from jupyterlab_hpc.errors import ConflictError, ToolRefusedError
from jupyterlab_hpc.hub.models import RunningApplication
from jupyterlab_hpc.hub.service import HubService, Notice, Running
from jupyterlab_hpc.jobs.service import JobsService
from jupyterlab_hpc.tools.hub_api import HubApi, may_stop
from jupyterlab_hpc.tools.slurm_jobs import SlurmJobs

GOOD = ["access:servers!server=alice/", "delete:servers!server=alice/", "users:activity!user=alice"]
BARE = ["access:servers!server=alice/", "users:activity!user=alice"]


class Hub:
    """A JupyterHub as seen from a session: `answer` may block, or be a status."""

    def __init__(self):
        self.scopes = GOOD
        self.deleted = []
        self.tokens = set()
        self.user_status = 200
        self.delete_status = 204
        self.release = threading.Event()
        self.release.set()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def reply(self, status, body=None):
                said = json.dumps(body).encode() if body is not None else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                with suppress(OSError):  # who asked has gone
                    self.wfile.write(said)

            def do_GET(self):
                hub.tokens.add(self.headers["Authorization"])
                assert self.path == "/hub/api/user"
                hub.release.wait(30)
                body = {"scopes": hub.scopes} if hub.user_status == 200 else {"message": "No."}
                self.reply(hub.user_status, body)

            def do_DELETE(self):
                hub.tokens.add(self.headers["Authorization"])
                hub.deleted.append(self.path)
                hub.release.wait(120)
                refusal = {"status": hub.delete_status, "message": "Not authorized."}
                self.reply(hub.delete_status, None if hub.delete_status < 300 else refusal)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/hub/api"

    def close(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hub():
    hub = Hub()
    yield hub
    hub.close()


class Job:
    def __init__(self, job_id="42"):
        self.job_id = job_id
        self.cancelled = 0

    async def cancel(self):
        self.cancelled += 1


def environment(url, name=""):
    return {
        "JUPYTERHUB_API_URL": url,
        "JUPYTERHUB_API_TOKEN": "the-token",
        "JUPYTERHUB_USER": "alice",
        "JUPYTERHUB_SERVER_NAME": name,
    }


async def none():
    return []


@pytest.fixture
def make(hub, jp_asyncio_loop):
    made = []

    def service(url=None, name="", job=None, ended=None, timeout=10, told=None, **more):
        async def shut_down():
            ended.append(True)

        api = HubApi(environment=environment(url or hub.url, name), timeout=timeout)
        beside = {key: more.pop(key) for key in ("applications", "jobs", "before") if key in more}
        running = Running(kernels=none, terminals=none, shut_down=shut_down, **beside)
        options = {"delay": 0, **more}
        if told is not None:
            options["on_notice"] = told.append
        made.append(HubService(hub=api, job=job or Job(), running=running, **options))
        return made[-1]

    yield service
    hub.release.set()
    for each in made:
        jp_asyncio_loop.run_until_complete(each.stop())


async def until(condition):
    async def wait():
        while not condition():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(wait(), 30)


@pytest.mark.parametrize(
    ("scopes", "name", "may"),
    [
        (GOOD, "", True),
        (GOOD, "gpu", False),
        (BARE, "", False),
        (["delete:servers!server=alice/gpu"], "gpu", True),
        (["delete:servers!server=alice/gpu"], "", False),
        (["delete:servers!user=alice"], "gpu", True),
        (["delete:servers!user=bob", "delete:servers!server=bob/"], "", False),
        (["delete:servers"], "x", True),
        (["admin:servers!user=alice"], "", True),
    ],
)
def test_scopes(scopes, name, may):
    assert may_stop(scopes, "alice", name) is may


async def test_the_hub_stops_the_server_after_the_answer(hub, make):
    service = make()
    before = await service.server()
    assert (before.hub, before.way, before.obstacle, before.stopping) == (True, "hub", None, False)
    assert (before.user, before.server_name, before.job_id) == ("alice", "", "42")
    said = await service.stop_server()
    assert said.way == "hub"
    assert said.message == "JupyterHub stops this server and cancels its job 42."
    # the stop itself comes after the answer
    assert hub.deleted == []
    await until(lambda: hub.deleted)
    assert hub.deleted == ["/hub/api/users/alice/server"]
    assert hub.tokens == {"token the-token"}
    assert (await service.server()).stopping is True


async def test_a_named_server_is_stopped_by_its_name(hub, make):
    hub.scopes = ["delete:servers!server=alice/my server"]
    await make(name="my server").stop_server()
    await until(lambda: hub.deleted)
    assert hub.deleted == ["/hub/api/users/alice/servers/my%20server"]


async def test_twice_is_once(hub, make):
    hub.release.clear()
    service = make()
    asking = asyncio.gather(service.stop_server(), service.stop_server(), return_exceptions=True)
    hub.release.set()
    answers = await asking
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 1
    with pytest.raises(ConflictError):
        await service.stop_server()
    await until(lambda: hub.deleted)
    assert len(hub.deleted) == 1


async def test_without_the_scope_there_is_a_cure_and_nothing_is_stopped(hub, make):
    hub.scopes = BARE
    job = Job()
    service = make(job=job)
    info = await service.server()
    assert info.way == "none"
    assert info.obstacle.reason == "no-scope"
    assert "delete:servers!server" in info.obstacle.cure
    with pytest.raises(ToolRefusedError) as refused:
        await service.stop_server()
    assert "delete:servers!server" in refused.value.detail
    assert (hub.deleted, job.cancelled) == ([], 0)
    assert (await service.server()).stopping is False


async def test_with_the_sites_consent_the_server_ends_itself(hub, make):
    hub.scopes = BARE
    ended = []
    service = make(ended=ended, fallbacks=["server", "job"])
    info = await service.server()
    assert (info.way, info.obstacle.reason) == ("server", "no-scope")
    assert "its job 42" in (await service.stop_server()).message
    await until(lambda: ended)
    assert hub.deleted == []


async def test_with_the_sites_consent_the_job_is_cancelled(hub, make):
    hub.scopes = BARE
    job = Job()
    assert (await make(job=job, fallbacks=["job"]).stop_server()).way == "job"
    await until(lambda: job.cancelled)
    # where there is no job, there is nothing to cancel
    assert (await make(job=Job(""), fallbacks=["job"]).server()).way == "none"


ENDING = """
import asyncio, os, sys
from jupyterlab_hpc.tools.hub_api import HubApi

async def main():
    stopping = asyncio.create_task(HubApi(environment=dict(os.environ)).stop())
    await asyncio.to_thread(sys.stdin.readline)  # the Hub has the question
    stopping.cancel()

asyncio.run(main())
"""


async def test_the_server_ends_while_the_hub_waits_for_its_end(hub):
    hub.release.clear()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        ENDING,
        stdin=asyncio.subprocess.PIPE,
        env={**os.environ, **environment(hub.url)},
    )
    await until(lambda: hub.deleted)
    # The Hub still holds its answer back.
    await asyncio.wait_for(process.communicate(b"\n"), 30)
    assert process.returncode == 0


async def test_a_hub_that_cannot_be_reached(make):
    info = await make(url="http://127.0.0.1:9/hub/api").server()
    assert info.way == "none"
    assert info.obstacle.reason == "tool-missing"
    assert "cannot be reached" in info.obstacle.message
    assert info.obstacle.cure


async def test_a_hub_that_hangs(hub, make):
    hub.release.clear()
    info = await make(timeout=0.2).server()
    assert info.obstacle.reason == "tool-timeout"
    assert info.obstacle.arguments == ["0.2"]


async def test_a_token_that_the_hub_has_forgotten(hub, make):
    hub.user_status = 403
    info = await make().server()
    assert info.obstacle.reason == "tool-refused"
    assert info.obstacle.detail == "403 No."


async def test_a_refusal_after_the_answer_is_told_to_who_asks_again(hub, make):
    hub.delete_status = 403
    service = make()
    await service.stop_server()
    while (info := await service.server()).stopping:
        await asyncio.sleep(0.01)
    assert info.obstacle.message == "JupyterHub refused to stop this server."
    assert info.obstacle.detail == "403 Not authorized."
    # and it can be tried again
    hub.delete_status = 204
    await service.stop_server()
    await until(lambda: len(hub.deleted) == 2)


async def test_a_stop_that_takes_long_is_no_failure(hub, make):
    hub.delete_status = 202
    service = make()
    await service.stop_server()
    await until(lambda: hub.deleted)
    info = await service.server()
    assert (info.stopping, info.obstacle) == (True, None)


async def test_the_sites_proxy_is_not_the_way_to_its_hub(hub, make, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert (await make().server()).way == "hub"


async def test_an_address_that_is_none(make):
    info = await make(url="file:///etc/passwd").server()
    assert info.obstacle.arguments == ["file:///etc/passwd"]


async def test_applications_are_listed(make):
    rstudio = RunningApplication(application="rstudio", title="RStudio")
    assert (await make(applications=lambda: [rstudio]).server()).applications == [rstudio]


class Jobs:
    """A scheduler's list of the user's jobs, which can be made slow or to fail."""

    def __init__(self):
        self.asked = 0
        self.release = asyncio.Event()
        self.release.set()
        self.error = None

    async def __call__(self):
        self.asked += 1
        await self.release.wait()
        if self.error:
            raise self.error
        return [
            SimpleNamespace(job_id="42", name="jupyterlab", state="RUNNING"),
            SimpleNamespace(job_id="43", name="train", state="PENDING"),
            SimpleNamespace(job_id="41", name="done", state="COMPLETED"),
        ]


async def test_jobs_that_go_on_are_listed_where_they_are_asked_for(make):
    jobs = Jobs()
    service = make(jobs=jobs)
    assert (await service.server()).jobs is None
    assert jobs.asked == 0
    told = (await service.server(jobs=True)).jobs
    # neither this session's own nor what has ended
    assert [(job.job_id, job.name, job.state) for job in told] == [("43", "train", "PENDING")]


async def test_who_asks_for_jobs_at_the_same_time_shares_the_answer(make):
    jobs = Jobs()
    service = make(jobs=jobs)
    told = await asyncio.gather(*(service.server(jobs=True) for _ in range(10)))
    assert [len(info.jobs) for info in told] == [1] * 10
    assert jobs.asked == 1


async def test_a_list_of_jobs_that_hangs_delays_nothing(make, monkeypatch):
    monkeypatch.setattr("jupyterlab_hpc.hub.service.PATIENCE", 0.05)
    jobs = Jobs()
    jobs.release.clear()
    service = make(jobs=jobs)
    info = await asyncio.wait_for(service.server(jobs=True), 30)
    assert (info.way, info.jobs) == ("hub", None)
    assert (await service.server(jobs=True)).jobs is None
    assert jobs.asked == 1
    jobs.release.set()
    while (await service.server(jobs=True)).jobs is None:
        await asyncio.sleep(0.01)


async def test_a_question_for_jobs_that_hangs_ends_with_the_server(make, monkeypatch):
    monkeypatch.setattr("jupyterlab_hpc.hub.service.PATIENCE", 0.01)
    jobs = Jobs()
    jobs.release.clear()
    service = make(jobs=jobs)
    before = asyncio.all_tasks()
    await service.server(jobs=True)
    assert asyncio.all_tasks() - before
    await service.stop()
    assert not asyncio.all_tasks() - before


@pytest.mark.parametrize("error", [ToolRefusedError("No."), KeyError("JobId")])
async def test_a_list_of_jobs_that_fails_is_no_failure(make, error):
    jobs = Jobs()
    jobs.error = error
    info = await make(jobs=jobs).server(jobs=True)
    assert (info.way, info.jobs) == ("hub", None)


async def test_every_page_is_told_before_the_stop(hub, make):
    told = []
    service = make(told=told)
    await service.stop_server()
    assert told == [Notice(stopping=True, job_id="42")]
    assert hub.deleted == []
    await until(lambda: hub.deleted)
    assert len(told) == 1


async def test_every_page_is_told_when_it_was_not_stopped(hub, make):
    hub.delete_status = 403
    told = []
    await make(told=told).stop_server()
    await until(lambda: len(told) == 2)
    assert told[1] == Notice(stopping=False, job_id="42")


async def test_what_comes_before_the_stop_is_done_before_it(hub, make):
    seen = []

    async def before():
        seen.append(list(hub.deleted))

    await make(before=before).stop_server()
    await until(lambda: hub.deleted)
    assert seen == [[]]


async def test_what_comes_before_the_stop_cannot_keep_it(hub, make, monkeypatch, caplog):
    monkeypatch.setattr("jupyterlab_hpc.hub.service.PATIENCE", 0.05)

    async def hangs():
        await asyncio.Event().wait()

    async def fails():
        raise OSError("the disk is full")

    await make(before=hangs).stop_server()
    await until(lambda: len(hub.deleted) == 1)
    await make(before=fails).stop_server()
    await until(lambda: len(hub.deleted) == 2)


async def test_the_real_question_for_jobs_fits(make, fake_tool, tmp_path):
    def queued(batch):
        return JobsService(batch=batch, modules=None, state_folder=str(tmp_path)).queued

    nothing = SlurmJobs(squeue="/nowhere/squeue", sbatch="/nowhere/sbatch", environment={})
    assert (await make(jobs=queued(nothing)).server(jobs=True)).jobs == []
    down = fake_tool("squeue", "echo 'slurm_load_jobs error' >&2; exit 1")
    broken = SlurmJobs(squeue=str(down), sbatch=str(down), environment={})
    assert (await make(jobs=queued(broken)).server(jobs=True)).jobs is None


@pytest.fixture
def session_variables(demo_session, request):
    # The server that is tested must not take itself for the one of a Hub.
    return {**demo_session, "JUPYTERHUB_API_URL": None, "SLURM_JOB_ID": None}


@pytest.mark.parametrize("terminals", [True])
async def test_the_route_without_a_hub(rest, jp_serverapp, jp_fetch):
    await jp_fetch("api", "terminals", method="POST", body="{}")
    body = (await rest("hub/server")).body
    assert (body["hub"], body["way"], body["obstacle"]["reason"]) == (False, "none", "no-hub")
    assert [terminal["terminal"] for terminal in body["terminals"]] == ["1"]
    assert body["kernels"] == []
    assert (body["applications"], body["jobs"]) == ([], None)
    # a machine may have Slurm's programs, and no cluster
    assert (await rest("hub/server", jobs="true")).body["jobs"] in ([], None)
    answer = await rest("hub/server", method="DELETE")
    assert answer.code == 422
    assert answer.body["message"] == "This server was not started by a JupyterHub."
    await jp_serverapp.web_app.settings["terminal_manager"].terminate_all()


async def test_a_kernel_that_is_just_being_started_keeps_nobody_waiting(
    rest, jp_fetch, jp_serverapp
):
    created = await jp_fetch("api", "kernels", method="POST", body="{}")
    kernel_id = json.loads(created.body)["id"]
    kernel = jp_serverapp.kernel_manager.get_kernel(kernel_id)
    # Jupyter Server sets it after it has put the kernel on its list.
    activity = kernel.last_activity
    del vars(kernel)["_trait_values"]["last_activity"]
    with pytest.raises((AttributeError, TraitError)):
        jp_serverapp.kernel_manager.list_kernels()
    asyncio.get_running_loop().call_later(0.2, setattr, kernel, "last_activity", activity)
    answer = await rest("hub/server")
    assert [told["kernel_id"] for told in answer.body["kernels"]] == [kernel_id]
    await jp_serverapp.kernel_manager.shutdown_all()


async def test_the_route_lists_kernels(rest, jp_fetch, jp_serverapp):
    created = await jp_fetch("api", "kernels", method="POST", body="{}")
    kernel = json.loads(created.body)
    (told,) = (await rest("hub/server")).body["kernels"]
    assert (told["kernel_id"], told["kernel_name"]) == (kernel["id"], kernel["name"])
    assert told["state"] in {"starting", "idle", "busy", "unknown"}
    await jp_serverapp.kernel_manager.shutdown_all(now=True)


async def test_the_route_ends_the_server(rest, jp_serverapp, hub, monkeypatch):
    service = _hub_service(jp_serverapp)
    ended = asyncio.Event()

    async def shut_down():
        ended.set()

    hub.scopes = BARE
    monkeypatch.setattr(service, "_hub", HubApi(environment=environment(hub.url)))
    monkeypatch.setattr(
        service,
        "_running",
        Running(kernels=none, terminals=none, shut_down=shut_down),
    )
    service.fallbacks = ["server"]
    answer = await rest("hub/server", method="DELETE")
    assert answer.code == 202
    assert answer.body["way"] == "server"
    assert answer.body["message"].startswith("This server ends.")
    await asyncio.wait_for(ended.wait(), 30)


def _hub_service(jp_serverapp):
    (point,) = jp_serverapp.extension_manager.extension_apps["jupyterlab_hpc"]
    return point.hub
