"""What every test of the server side needs: a real server, and tools real or fake."""

import json
import os
import shutil
import stat
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tornado.httpclient import HTTPClientError

pytest_plugins = ("pytest_jupyter.jupyter_server",)


@pytest.fixture
def hpc_config() -> dict[str, Any]:
    """Settings of this package for one test; override by parametrizing."""
    return {}


@pytest.fixture
def jp_server_config(hpc_config: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyterlab_hpc": True, "jupyter_server_terminals": True},
            "allow_unauthenticated_access": False,
            "reraise_server_extension_failures": True,
        },
        **hpc_config,
    }


@dataclass(frozen=True)
class Answer:
    code: int
    body: Any


Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
def started(jp_serverapp: Any, jp_asyncio_loop: Any) -> Iterator[Any]:
    """A server whose extensions have started, as `jupyter lab` starts them."""
    jp_asyncio_loop.run_until_complete(jp_serverapp.extension_manager.start_all_extensions())
    yield jp_serverapp
    jp_asyncio_loop.run_until_complete(jp_serverapp.extension_manager.stop_all_extensions())


@pytest.fixture
def rest(started: Any, jp_fetch: Callable[..., Awaitable[Any]]) -> Ask:
    """Ask a jupyterlab-hpc route; an error answer is an answer too."""

    async def ask(path: str, *, method: str = "GET", body: Any = None, **query: Any) -> Answer:
        options: dict[str, Any] = {"method": method}
        if body is not None:
            options["body"] = body if isinstance(body, (str, bytes)) else json.dumps(body)
        if query:
            options["params"] = query
        try:
            response = await jp_fetch("jupyterlab-hpc", *path.split("/"), **options)
        except HTTPClientError as error:
            assert error.response is not None
            response = error.response
        return Answer(response.code, json.loads(response.body))

    return ask


@pytest.fixture
def fake_tool(tmp_path: Path) -> Callable[..., Path]:
    """Make a program of the given name; the answer is its path."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def make(name: str, script: str) -> Path:
        tool = folder / name
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
        return tool

    return make
