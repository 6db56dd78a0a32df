"""What Jupyter starts sees the session's modules: kernels, terminals, server processes."""

import asyncio
import json
import os
import shutil
import sys
import uuid
from pathlib import Path
from types import SimpleNamespace

import jupyter_server
import pytest
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME

from jupyterlab_hpc.software.environment import SessionEnvironment
from jupyterlab_hpc.software.launch import LOGIN_RCFILE, follow_server_processes, follow_terminals

pytestmark = [
    # What the kernel's client leaves behind is not ours.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


async def change(rest, **body):
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code == 200, answer.body
    return answer.body


async def ask_kernel(server, kernel_id, code):
    """Run code in a kernel; return what it printed."""
    client = server.kernel_manager.get_kernel(kernel_id).client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        client.execute(code)
        printed = ""
        while True:
            message = await client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "stream":
                printed += message["content"]["text"]
            elif message["msg_type"] == "error":
                printed += "\n".join(message["content"]["traceback"])
            elif message["content"].get("execution_state") == "idle" and printed:
                return printed.strip()
    finally:
        client.stop_channels()


SEEN = "import os; print(os.environ.get('LOADEDMODULES'), os.environ.get('EBROOTSCIPYMINSTACK'))"


async def test_a_kernel_has_the_modules_of_the_moment_also_after_a_restart(
    rest, jp_serverapp, jp_fetch
):
    await change(rest, load=["scipy-stack/2023b"])
    answer = await jp_fetch(
        "api", "sessions", method="POST",
        body=json.dumps({"path": "x.ipynb", "type": "notebook", "name": "x.ipynb",
                         "kernel": {"name": NATIVE_KERNEL_NAME}}),
    )  # fmt: skip
    session = json.loads(answer.body)
    kernel = session["kernel"]["id"]
    try:
        assert "scipy-stack/2023b" in await ask_kernel(jp_serverapp, kernel, SEEN)
        imported = "import hpc_demo_stack as h; print(h.__version__)"
        assert "Error" not in await ask_kernel(jp_serverapp, kernel, imported)

        # the running kernel keeps what it started with; a restarted one has the new state
        await change(rest, unload=["scipy-stack/2023b"])
        assert "scipy-stack/2023b" in await ask_kernel(jp_serverapp, kernel, SEEN)
        await jp_fetch(
            "api", "sessions", session["id"], method="PATCH",
            body=json.dumps({"path": "y.ipynb", "name": "y.ipynb"}),
        )  # fmt: skip
        await jp_serverapp.kernel_manager.restart_kernel(kernel)
        assert await ask_kernel(jp_serverapp, kernel, SEEN) == (
            "StdEnv/2023:python/3.11.5:ipython-kernel/3.11 None"
        )
        name = await ask_kernel(
            jp_serverapp, kernel, "import os; print(os.environ['JPY_SESSION_NAME'])"
        )
        # jupyter_server 2.4 does not tell a kernel's next start what its notebook is called now
        old = jupyter_server.version_info < (2, 5)
        assert name.endswith("x.ipynb" if old else "y.ipynb")
    finally:
        await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)
    assert "EBROOTSCIPYMINSTACK" not in os.environ
    assert "scipy" not in os.environ["LOADEDMODULES"]


async def test_a_module_that_brings_a_kernel_brings_its_tile(rest, jp_serverapp, jp_fetch):
    async def kernelspecs():
        return set(json.loads((await jp_fetch("api", "kernelspecs")).body)["kernelspecs"])

    before = await kernelspecs()
    assert (await change(rest, load=["demo-kernel"]))["kernels_changed"]
    (name,) = await kernelspecs() - before
    kernel = await jp_serverapp.kernel_manager.start_kernel(kernel_name=name)
    try:
        code = "import os; print(os.environ['HPC_DEMO_KERNEL'])"
        assert await ask_kernel(jp_serverapp, kernel, code) == "1"
    finally:
        await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)
    assert (await change(rest, unload=["demo-kernel"]))["kernels_changed"]
    assert await kernelspecs() == before


@pytest.fixture
def session_with_r(session_variables, r_modules):
    session_variables["MODULEPATH"] = f"{r_modules}:{session_variables['MODULEPATH']}"


@pytest.mark.usefixtures("session_with_r")
async def test_a_module_brings_r(jp_environ, rest, jp_serverapp, jp_fetch):
    async def kernelspecs():
        return json.loads((await jp_fetch("api", "kernelspecs")).body)["kernelspecs"]

    assert "ir" not in await kernelspecs()
    assert (await change(rest, load=["r-kernel/4"]))["kernels_changed"]
    spec = (await kernelspecs())["ir"]["spec"]
    assert (spec["display_name"], spec["language"]) == ("R", "R")
    kernel = await jp_serverapp.kernel_manager.start_kernel(kernel_name="ir")
    try:
        code = "cat(R.version$language, sum(1:10), Sys.getenv('LOADEDMODULES'), '\\n')"
        said = await ask_kernel(jp_serverapp, kernel, code)
        assert said.startswith("R 55 ")
        assert said.endswith("r-kernel/4")
    finally:
        await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)
    assert (await change(rest, unload=["r-kernel/4"]))["kernels_changed"]
    assert "ir" not in await kernelspecs()


@pytest.mark.parametrize("terminals", [True])
@pytest.mark.parametrize("login", [False, True])
@pytest.mark.skipif(sys.platform != "linux", reason="terminals of Linux")
async def test_a_terminal_has_the_modules_of_the_moment(
    rest, jp_serverapp, jp_fetch, jp_ws_fetch, login
):
    await change(rest, load=["scipy-stack/2023b", "cmake"])
    manager = jp_serverapp.web_app.settings["terminal_manager"]
    if not login:
        manager.shell_command = [shutil.which("bash")]
    name = json.loads(
        (await jp_fetch("api", "terminals", method="POST", allow_nonstandard_methods=True)).body
    )["name"]
    socket = await jp_ws_fetch("terminals", "websocket", name)
    mark = uuid.uuid4().hex
    await socket.write_message(
        json.dumps(["stdin", f"module -t list; echo $PATH; echo {mark[:5]}''{mark[5:]}\r"])
    )
    said = ""
    while mark not in said:
        kind, *text = json.loads(await asyncio.wait_for(socket.read_message(), 60))
        if kind == "stdout":
            said += text[0]
    socket.close()
    await manager.terminate(name, force=True)
    assert "scipy-stack/2023b" in said
    assert "ipython-kernel/3.11" in said
    assert "examples/software" in said


def test_a_login_shell_reads_its_files_and_keeps_the_modules_programs(tmp_path):
    home = tmp_path / "a home"
    home.mkdir()
    tool = home / "module bin"
    tool.mkdir()
    (home / ".bash_profile").write_text("export FROM_PROFILE=1 PATH=/usr/bin:/bin:/mine\n")
    environment = {"HOME": str(home), "PATH": f"{tool}:/usr/bin:/bin", "LOADEDMODULES": "a/1"}

    async def login(extra=""):
        (home / ".bash_profile").write_text(
            f"export FROM_PROFILE=1 PATH=/usr/bin:/bin:/mine\n{extra}\n"
        )
        process = await asyncio.create_subprocess_exec(
            "bash", "--noprofile", "--rcfile", str(LOGIN_RCFILE), "-i", "-c",
            'echo "$FROM_PROFILE|$PATH|${__hpc_path-unset}"',
            env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        return (await process.communicate())[0].decode().strip()

    assert asyncio.run(login()) == f"1|{tool}:/usr/bin:/bin:/mine|unset"
    # the user's own files changed the modules: theirs count
    assert asyncio.run(login("LOADEDMODULES=b/1")) == "1|/usr/bin:/bin:/mine|unset"


def test_only_a_login_shell_of_bash_is_started_another_way():
    environment = SessionEnvironment()
    for command, expected in (
        (["/bin/bash", "-l"], ["/bin/bash", "--rcfile", str(LOGIN_RCFILE), "-i"]),
        (["/bin/zsh", "-l"], ["/bin/zsh", "-l"]),
        (["/bin/bash"], ["/bin/bash"]),
        (["/bin/bash", "-l", "-c", "x"], ["/bin/bash", "-l", "-c", "x"]),
    ):
        manager = SimpleNamespace(
            shell_command=command, make_term_env=dict, new_terminal=object, terminals={}
        )
        follow_terminals(manager, environment)
        assert manager.shell_command == expected


class Program:
    running = True


def test_a_server_process_has_the_modules_and_its_own_settings(monkeypatch):
    from jupyter_server_proxy import handlers

    started = []
    programs = {}

    def process(name, *command, env, **options):
        started.append((name, command, env, options))
        return programs.setdefault(name, Program())

    monkeypatch.setattr(handlers, "SupervisedProcess", process)
    monkeypatch.setenv("LOADEDMODULES", "a/1")
    monkeypatch.setenv("GONE", "1")
    environment = SessionEnvironment()
    follow_server_processes(environment)
    running = follow_server_processes(environment)  # once more: not wrapped twice
    environment.apply({"LOADEDMODULES": "a/1:b/1", "OWN": "module", "GONE": None})
    handlers.SupervisedProcess(
        "app", "run", "it", env={**os.environ, "OWN": "configured"}, ready_timeout=5
    )
    ((name, command, env, options),) = started
    assert (name, command, options) == ("app", ("run", "it"), {"ready_timeout": 5})
    assert env["LOADEDMODULES"] == "a/1:b/1"
    assert env["OWN"] == "configured"
    assert "GONE" not in env
    assert os.environ["LOADEDMODULES"] == "a/1"

    environment.apply({"OWN": "another", "LOADEDMODULES": "c/1"})
    (launched,) = running()
    assert (launched.name, launched.revision) == ("app", 1)
    assert environment.changed_since(launched.environment) - launched.own == {"LOADEDMODULES"}
    programs["app"].running = False
    assert running() == []


@pytest.mark.parametrize("apply_to_server", [False, True])
def test_the_servers_own_environment_changes_only_where_a_site_wants_it(
    monkeypatch, apply_to_server
):
    monkeypatch.setenv("HPC_TEST_A", "before")
    monkeypatch.setenv("HPC_TEST_B", "before")
    environment = SessionEnvironment(apply_to_server=apply_to_server)
    environment.apply({"HPC_TEST_A": "after", "HPC_TEST_B": None})
    assert environment.values["HPC_TEST_A"] == "after"
    assert "HPC_TEST_B" not in environment.values
    assert os.environ["HPC_TEST_A"] == ("after" if apply_to_server else "before")
    assert ("HPC_TEST_B" in os.environ) is not apply_to_server


def test_the_rcfile_is_part_of_the_package():
    assert Path(LOGIN_RCFILE).is_file()


def test_a_path_list_that_only_lost_its_doubles_did_not_change():
    environment = SessionEnvironment()
    environment.apply({"PYTHONPATH": "/a:/b", "OTHER": "x"})
    assert environment.changed_since({"PYTHONPATH": "/a:/b::/a", "OTHER": "x"}) == set()
    assert environment.changed_since({"PYTHONPATH": "/b:/a", "OTHER": "y"}) == {
        "PYTHONPATH",
        "OTHER",
    }
    assert environment.changed_since({}) == {"PYTHONPATH", "OTHER"}
