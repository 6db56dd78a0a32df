"""Stopping the server: over REST, with a Hub that answers as JupyterHub 5 and 6 do."""

import asyncio
import json
import os
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jupyterlab_hpc.errors import ConflictError, ToolRefusedError
from jupyterlab_hpc.hub import HubService, Running
from jupyterlab_hpc.tools.hub_api import HubApi, may_stop

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

    def service(url=None, name="", job=None, ended=None, timeout=10, **traits):
        async def shut_down():
            ended.append(True)

        api = HubApi(environment=environment(url or hub.url, name), timeout=timeout)
        running = Running(kernels=none, terminals=none, shut_down=shut_down)
        made.append(
            HubService(hub=api, job=job or Job(), running=running, **{"delay": 0, **traits})
        )
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
    answer = await rest("hub/server", method="DELETE")
    assert answer.code == 422
    assert answer.body["message"] == "This server was not started by a JupyterHub."
    await jp_serverapp.web_app.settings["terminal_manager"].terminate_all()


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
