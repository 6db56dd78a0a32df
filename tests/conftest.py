"""What every test of the server side needs: a real server, and tools real or fake."""

import json
import os
import stat
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from machine import missing, not_run
from tornado.httpclient import HTTPClientError

pytest_plugins = ("pytest_jupyter.jupyter_server",)


@pytest.fixture(autouse=True)
def revisions_from_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let revisions begin at 0, which is easier to read than a time."""
    monkeypatch.setattr("jupyterlab_hpc.revisions.FIRST", 0)


@pytest.fixture
def hpc_config() -> dict[str, Any]:
    """Settings of this package for one test; override by parametrizing."""
    return {}


@pytest.fixture
def terminals() -> bool:
    """Whether the server has terminals; override by parametrizing."""
    return False


@pytest.fixture
def jp_server_config(hpc_config: dict[str, Any], terminals: bool) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {
                "jupyterlab_hpc": True,
                "jupyter_server_terminals": terminals,
            },
            # jupyter_server_terminals 0.5 has a route that this warns of
            "allow_unauthenticated_access": terminals,
            "reraise_server_extension_failures": True,
        },
        **hpc_config,
    }


@dataclass(frozen=True)
class Answer:
    code: int
    body: Any


PATIENCE = 600.0  # seconds for any request, however many wait before it

Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture
def app(jp_serverapp: Any) -> Any:
    """The server side of this package in the running server."""
    (point,) = jp_serverapp.extension_manager.extension_apps["jupyterlab_hpc"]
    return point


@pytest.fixture
def rest(jp_serverapp: Any, jp_fetch: Callable[..., Awaitable[Any]]) -> Ask:
    """Ask a jupyterlab-hpc route; an error answer is an answer too."""

    async def ask(path: str, /, *, method: str = "GET", body: Any = None, **query: Any) -> Answer:
        # tornado gives up what waits for 20 seconds; a machine can be that busy
        options: dict[str, Any] = {
            "method": method,
            "connect_timeout": PATIENCE,
            "request_timeout": PATIENCE,
        }
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


DEMO = Path(__file__).parents[1] / "examples"


@pytest.fixture
def as_root() -> None:
    """Skip where the tests do not run as root; in CI they do."""
    if os.geteuid() != 0:
        not_run("only root can mount file systems and become another user")


@pytest.fixture(scope="session")
def demo_session() -> dict[str, str]:
    """The environment of a session on the demo module tree, with real Lmod."""
    if not Path("/usr/share/lmod/lmod/libexec/lmod").exists() and not os.environ.get("LMOD_CMD"):
        missing("Lmod")
    done = subprocess.run(
        ["bash", "-c", '. "$1" >&2 && env -0', "demo", str(DEMO / "environment.sh")],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(pair.split("=", 1) for pair in done.stdout.split("\0") if pair)


@pytest.fixture
def session_variables(demo_session: dict[str, str]) -> dict[str, str | None]:
    """Variables that the server starts with, None for absent; override by parametrizing."""
    return dict(demo_session)


@pytest.fixture
def jp_environ(
    jp_environ: Any, session_variables: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Put the session's variables below those with which pytest-jupyter isolates a server."""
    kept = {
        name
        for name in os.environ
        if name.startswith(("JUPYTER", "HOME", "IPYTHON", "PYTHONPATH", "PYTEST"))
    }
    for name, value in session_variables.items():
        if name in kept:
            continue
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return jp_environ


TREE = Path(__file__).parent / "modulefiles"
MODULE_VARIABLES = ("LMOD_", "MODULE", "__MODULES_", "_ModuleTable", "LOADEDMODULES", "_LMFILES_")


@pytest.fixture(scope="session")
def lmod_command() -> str:
    """Return the path of the real Lmod."""
    places = (os.environ.get("LMOD_CMD", ""), "/usr/share/lmod/lmod/libexec/lmod")
    found = next((place for place in places if place and Path(place).exists()), "")
    if not found:
        missing("Lmod")
    return found


@pytest.fixture(scope="session")
def envmod_command() -> str:
    """Return the path of the real Environment Modules; scripts/envmod.sh brings it."""
    places = (
        os.environ.get("MODULES_CMD", ""),
        str(Path(__file__).parents[1] / ".envmod" / "modulecmd.tcl"),
    )
    found = next((place for place in places if place and Path(place).exists()), "")
    if not found:
        missing("Environment Modules (scripts/envmod.sh)")
    return found


@pytest.fixture(scope="session")
def r_modules() -> str:
    """Return a folder whose module `r-kernel` brings the real R; scripts/r.sh brings that."""
    folder = Path(__file__).parents[1] / ".r" / "modules"
    if not folder.is_dir():
        missing("R with IRkernel (scripts/r.sh)")
    return str(folder)


@pytest.fixture
def tree_session(tmp_path: Path) -> Callable[[str, str], dict[str, str | None]]:
    """Make the variables of a session on the small Tcl tree that both systems read."""

    def make(variable: str, command: str) -> dict[str, str | None]:
        inherited = dict.fromkeys(n for n in os.environ if n.startswith(MODULE_VARIABLES))
        return {
            **inherited,
            "HOME": str(tmp_path),
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            variable: command,
            "MODULEPATH": str(TREE),
            "HPC_TEST_KERNELS": str(tmp_path / "kernel-share"),
        }

    return make
