"""Who closes the connection gives up the change: real Lmod, real connections."""

import asyncio
import json
import logging
from pathlib import Path

import pytest

DEFAULTS = ["StdEnv/2023", "python/3.11.5", "ipython-kernel/3.11"]


async def until(true):
    """Wait for what has to come about; pytest's own limit is the last one."""
    while not true():
        await asyncio.sleep(0.01)


def changes_under_way():
    coroutines = (task.get_coro() for task in asyncio.all_tasks())
    return [c for c in coroutines if c.__qualname__.startswith("SoftwareService.")]


def is_running(number):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False


@pytest.fixture
def session_variables(demo_session, tmp_path):
    """A tree with a module that takes ten minutes to load, from when it is told where to say so."""
    folder = tmp_path / "modules" / "endless"
    folder.mkdir(parents=True)
    told = tmp_path / "pid"
    (folder / "1.0.lua").write_text(
        f'if mode() == "load" and isFile("{told}") then\n'
        f'  os.execute("echo $$ >{told}; exec sleep 600")\n'
        "end\n"
    )
    modulepath = f"{folder.parent}:{demo_session['MODULEPATH']}"
    return {**demo_session, "MODULEPATH": modulepath, "LMOD_DEFAULT_MODULEPATH": None}


@pytest.fixture
def endless(tmp_path):
    """Where the module tells the process that makes it take so long."""
    return tmp_path / "pid"


@pytest.fixture
def knock(rest, jp_http_port, jp_base_url, jp_auth_header):
    """Send a request over a connection of its own; the answer is what closes that."""

    async def send(method, path, body):
        reader, writer = await asyncio.open_connection("127.0.0.1", jp_http_port)
        text = json.dumps(body).encode()
        head = [
            f"{method} {jp_base_url}jupyterlab-hpc/{path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Content-Length: {len(text)}",
            *(f"{name}: {value}" for name, value in jp_auth_header.items()),
        ]
        writer.write("\r\n".join([*head, "", ""]).encode() + text)
        await writer.drain()
        return reader, writer

    return send


async def started(told):
    """Wait until Lmod is in the middle of the module."""
    await until(lambda: told.read_text().strip())
    return int(told.read_text())


EVERY_CHANGE = [
    ("PATCH", "software/loaded", {"load": ["endless/1.0", "cmake"]}),
    ("PATCH", "software/loaded", {"load": ["cmake", "endless"], "unload": ["python"],
                                  "confirmed": True}),
    ("PATCH", "software/loaded", {"load": ["endless"], "preview": True}),
    ("POST", "software/collections/restore", {"name": "endless"}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), EVERY_CHANGE)
async def test_a_change_that_nobody_waits_for_is_ended(
    rest, app, endless, knock, caplog, method, path, body
):
    if "restore" in path:
        await rest("software/loaded", method="PATCH", body={"load": ["endless"]})
        save = await rest("software/collections", method="PUT", body={"name": "endless"})
        assert save.code == 200
        await rest("software/loaded", method="PATCH", body={"unload": ["endless"]})
    await app.software.catalog.settled()
    endless.touch()
    before = dict(app.environment.values)
    revision = app.environment.revision
    caplog.clear()
    with caplog.at_level(logging.INFO):
        _, writer = await knock(method, path, body)
        number = await started(endless)
        waiting = asyncio.create_task(
            rest("software/loaded", method="PATCH", body={"load": ["git-lfs"], "preview": True})
        )
        writer.close()
        await until(lambda: not is_running(number))
        # the lock is free: who waited behind it has its turn
        assert (await waiting).code == 200
    assert app.environment.values == before
    assert app.environment.revision == revision
    told = [r for r in caplog.records if "nobody waits" in r.getMessage()]
    assert [r.levelname for r in told] == ["INFO"]
    assert path in told[0].getMessage()
    assert [r for r in caplog.records if r.levelno > logging.INFO or r.exc_info] == []
    answer = await rest("software/loaded", method="PATCH", body={"load": ["cmake"]})
    assert answer.code == 200


async def test_a_change_that_still_waits_for_its_turn_is_not_begun(rest, app, endless, knock):
    before = dict(app.environment.values)
    endless.touch()
    _, first = await knock("PATCH", "software/loaded", {"load": ["endless"]})
    number = await started(endless)
    _, second = await knock("PATCH", "software/loaded", {"load": ["cmake"]})
    _, third = await knock("PUT", "software/loaded", {"to": "purged", "confirmed": True})
    await until(lambda: len(changes_under_way()) == 3)
    second.close()
    third.close()
    await until(lambda: len(changes_under_way()) == 1)
    assert is_running(number)
    first.close()
    await until(lambda: not is_running(number))
    assert (await rest("software/loaded", method="PATCH", body={"load": ["cmake"]})).code == 200
    undone = await rest("software/loaded", method="PUT", body={"to": "previous"})
    assert undone.code == 200
    assert app.environment.values == before


async def test_who_waits_gets_the_answer(app, knock):
    reader, writer = await knock("PATCH", "software/loaded", {"load": ["cmake"]})
    assert b"200" in await reader.readline()
    assert app.environment.revision == 1
    writer.close()


async def test_a_reading_of_the_tree_is_not_ended(rest, app, knock):
    app.software.catalog.start()
    for _ in range(5):
        _, writer = await knock("GET", "software/modules?query=cmake", {})
        writer.close()
    await app.software.catalog.settled()
    assert app.software.catalog.state == "complete"
    assert (await rest("software/modules", query="cmake")).body["total"] == 1
