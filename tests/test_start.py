"""What a server start does not wait for, and what comes of a room that can't be made."""

import asyncio
import json
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from jupyterlab_hpc.app import ROOMS

# What is imported when somebody asks for it. None of it may be there when the extension is
# loaded; a room's `models` take long for their dataclasses, `service` and `routes` import more.
LATE = [
    "aiohttp",
    "jupyter_server_proxy",
    "msgspec",
    *(
        f"jupyterlab_hpc.{room}.{part}"
        for room in ("software", "apps", "kernels", "storage", "session", "hub", "jobs", "check")
        for part in ("models", "service", "routes")
    ),
    "jupyterlab_hpc.bridges",
    "jupyterlab_hpc.rest.handler",
    "jupyterlab_hpc.tools.lmod",
    "jupyterlab_hpc.tools.slurm",
]
LOAD = """
import json, sys
from jupyter_server.serverapp import ServerApp
app = ServerApp(
    jpserver_extensions={"jupyterlab_hpc": True},
    reraise_server_extension_failures=True,
    allow_root=True,
)
before = set(sys.modules)
app.initialize(argv=[], find_extensions=False, new_httpserver=False)
print(json.dumps(sorted(set(sys.modules) - before)))
"""
MOST_OF_OURS = 16


@pytest.mark.usefixtures("jp_environ")
def test_a_start_imports_no_room() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True)
    imported = json.loads(done.stdout)
    assert "jupyterlab_hpc.app" in imported
    assert [name for name in imported if name in LATE] == []
    ours = [name for name in imported if name.split(".")[0] == "jupyterlab_hpc"]
    assert len(ours) <= MOST_OF_OURS, ours


async def test_rooms_that_begin_by_themselves_are_there(app: Any) -> None:
    made = vars(app)
    while not {"applications", "software", "storage"} <= made.keys():
        await asyncio.sleep(0)
    assert not {"kernels", "session", "carry", "hub", "jobs", "check"} & made.keys()


WRONG = {"JobsService": {"query_interval": "seldom"}, "StorageService": {"look_timeout": []}}


@pytest.mark.parametrize("hpc_config", [WRONG])
async def test_a_room_with_wrong_settings_says_so_and_the_others_work(
    rest: Any, caplog: Any
) -> None:
    for route in ("jobs", "storage", "storage/quota"):
        for method, body in (("GET", None), ("POST", {}), ("PUT", {}), ("DELETE", None)):
            answer = await rest(route, method=method, body=body)
            assert answer.code == 500, route
            assert answer.body["reason"] == "failed"
            assert "jupyter hpc check" in answer.body["message"]
            assert "Service" in answer.body["detail"]
    assert "What answers /a%40b/jupyterlab-hpc/jobs could not be set up" in caplog.text
    assert (await rest("software/loaded")).code == 200
    assert (await rest("session")).code == 200
    assert (await rest("jobs/nothing")).code == 500


@pytest.mark.parametrize("hpc_config", [WRONG])
async def test_who_is_nobody_is_not_told_what_is_wrong(http_server_client: Any) -> None:
    answer = await http_server_client.fetch(
        "/a%40b/jupyterlab-hpc/jobs", raise_error=False, follow_redirects=False
    )
    assert answer.code in {302, 403}
    assert b"JobsService" not in answer.body


async def test_every_route_is_found(app: Any) -> None:
    for room in ROOMS:
        for path, handler, _ in app.routes(room):
            uri = f"/a%40b/{re.sub('[(].*?[)]', 'x', path)}"
            found = app.serverapp.web_app.find_handler(
                SimpleNamespace(path=uri, host_name="localhost", connection=None)
            )
            assert found.handler_class is handler, path


LIFE = """
from jupyterlab_hpc.software.catalog import ModuleCatalog
from jupyterlab_hpc.software.environment import SessionEnvironment
from jupyterlab_hpc.tools.nomodules import NoModules
environment = SessionEnvironment()
catalog = ModuleCatalog(tool=NoModules(), environment=environment)
print(environment.revision, catalog.revision)
environment.apply({"A": "1"})
environment.apply({"A": "2"})
print(environment.revision, catalog.revision + 2)
"""


def test_a_page_that_outlives_its_server_sees_what_is_new() -> None:
    lives = [
        subprocess.run([sys.executable, "-c", LIFE], check=True, capture_output=True, text=True)
        for _ in range(2)
    ]
    numbers = [[int(n) for n in life.stdout.split()] for life in lives]
    for before, after in zip(numbers[0][2:], numbers[1][:2], strict=True):
        assert after > before
