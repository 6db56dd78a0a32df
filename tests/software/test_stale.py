"""Which kernels and terminals would see something else if they started now."""

import asyncio
import json
import signal

import pytest
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME

pytestmark = [
    # What the kernel's client leaves behind is not ours.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
NOTHING = {"kernels": [], "terminals": [], "applications": []}


async def change(rest, **body):
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code == 200, answer.body


async def stale(rest):
    answer = await rest("software/stale")
    assert answer.code == 200, answer.body
    return answer.body


async def start(jp_fetch):
    """Start a kernel with a notebook; return its id."""
    answer = await jp_fetch(
        "api", "sessions", method="POST",
        body=json.dumps({"path": "x.ipynb", "type": "notebook", "name": "x.ipynb",
                         "kernel": {"name": NATIVE_KERNEL_NAME}}),
    )  # fmt: skip
    return json.loads(answer.body)["kernel"]["id"]


@pytest.fixture
def renewals(jp_serverapp):
    """Return the revisions at which pages were told that less is stale."""
    told = []

    async def listen(logger, schema_id, data):
        if data["stale_changed"]:
            told.append(data["revision"])

    jp_serverapp.event_logger.add_listener(
        schema_id="https://schema.jupyter.org/jupyterlab_hpc/software/v1", listener=listen
    )

    async def tell():
        await jp_serverapp.event_logger.gather_listeners()
        return told

    return tell


async def test_nothing_runs(rest):
    assert await stale(rest) == {"revision": 0, **NOTHING}
    await change(rest, load=["cmake"])
    assert await stale(rest) == {"revision": 1, **NOTHING}


async def test_a_kernel_is_stale_until_it_is_restarted_or_the_change_is_undone(
    rest, jp_serverapp, jp_fetch
):
    await change(rest, load=["cmake"])
    kernel = await start(jp_fetch)
    try:
        assert await stale(rest) == {"revision": 1, **NOTHING}
        await change(rest, load=["scipy-stack"])
        told = [{"id": kernel, "name": NATIVE_KERNEL_NAME, "path": "x.ipynb", "revision": 1}]
        assert await stale(rest) == {"revision": 2, **NOTHING, "kernels": told}
        await change(rest, unload=["scipy-stack"])
        assert await stale(rest) == {"revision": 3, **NOTHING}
        await change(rest, load=["scipy-stack"])
        assert (await stale(rest))["kernels"] == told
        await jp_serverapp.kernel_manager.restart_kernel(kernel)
        assert (await stale(rest))["kernels"] == []
        await change(rest, unload=["scipy-stack"])
        assert (await stale(rest))["kernels"] == [{**told[0], "revision": 4}]
    finally:
        await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)
    assert (await stale(rest))["kernels"] == []


async def test_a_kernel_that_took_over_the_change_is_stale_after_the_next_one(
    rest, renewals, jp_serverapp, jp_fetch
):
    kernel = await start(jp_fetch)

    async def take_over(revision, *more):
        body = {"kernels": [kernel, *more], "revision": revision}
        return await rest("software/stale", method="POST", body=body)

    try:
        await change(rest, load=["scipy-stack"])
        assert [k["id"] for k in (await stale(rest))["kernels"]] == [kernel]
        answer = await take_over(1)
        assert (answer.code, answer.body) == (200, {"revision": 1, **NOTHING})
        assert await renewals() == [1]
        assert await stale(rest) == {"revision": 1, **NOTHING}
        assert (await take_over(1)).code == 200
        assert await renewals() == [1], "nothing changed, so nobody has to hear of it"

        await change(rest, load=["cmake"])
        (again,) = (await stale(rest))["kernels"]
        assert (again["id"], again["revision"]) == (kernel, 1)
        late = await take_over(1)
        assert (late.code, late.body["reason"]) == (409, "conflict")
        unknown = await take_over(2, "no-such-kernel")
        assert (unknown.code, unknown.body["reason"]) == (404, "not-found")
        assert "no-such-kernel" in unknown.body["message"]
    finally:
        await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)


async def test_a_restart_is_told_to_all_pages(rest, renewals, jp_serverapp, jp_fetch):
    kernel = await start(jp_fetch)
    manager = jp_serverapp.kernel_manager.get_kernel(kernel)
    try:
        await change(rest, load=["scipy-stack"])
        assert await renewals() == []
        await jp_serverapp.kernel_manager.restart_kernel(kernel)
        assert await renewals() == [1]
        await jp_serverapp.kernel_manager.restart_kernel(kernel)
        assert await renewals() == [1], "it had these modules before"
        await change(rest, load=["cmake"])
        await manager.signal_kernel(signal.SIGKILL)
        for _ in range(600):  # the server restarts it by itself
            if len(await renewals()) > 1:
                break
            await asyncio.sleep(0.1)
        assert await renewals() == [1, 2]
        assert (await stale(rest))["kernels"] == []
    finally:
        await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)


@pytest.mark.parametrize("terminals", [True])
async def test_a_terminal_is_stale_after_a_change(rest, jp_serverapp, jp_fetch):
    manager = jp_serverapp.web_app.settings["terminal_manager"]

    async def open_terminal():
        answer = await jp_fetch("api", "terminals", method="POST", allow_nonstandard_methods=True)
        return json.loads(answer.body)["name"]

    old = await open_terminal()
    await change(rest, load=["scipy-stack"])
    new = await open_terminal()
    try:
        assert (await stale(rest))["terminals"] == [{"name": old, "revision": 0}]
    finally:
        await manager.terminate(old, force=True)
        await manager.terminate(new, force=True)
    assert (await stale(rest))["terminals"] == []
