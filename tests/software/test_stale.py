"""Which kernels and terminals would see something else if they started now."""

import json

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


async def test_nothing_runs(rest):
    assert await stale(rest) == {"revision": 0, **NOTHING}
    await change(rest, load=["cmake"])
    assert await stale(rest) == {"revision": 1, **NOTHING}


async def test_a_kernel_is_stale_until_it_is_restarted_or_the_change_is_undone(
    rest, jp_serverapp, jp_fetch
):
    await change(rest, load=["cmake"])
    answer = await jp_fetch(
        "api", "sessions", method="POST",
        body=json.dumps({"path": "x.ipynb", "type": "notebook", "name": "x.ipynb",
                         "kernel": {"name": NATIVE_KERNEL_NAME}}),
    )  # fmt: skip
    kernel = json.loads(answer.body)["kernel"]["id"]
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
