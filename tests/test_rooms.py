"""Rooms that a site switches off."""

import json
from typing import Any

import pytest

from jupyterlab_hpc.app import ROOMS

ROUTES = {
    "software": "software/system",
    "apps": "apps",
    "kernels": "kernels",
    "storage": "storage",
    "session": "session",
    "hub": "hub/server",
    "jobs": "jobs",
    "check": "check",
}


@pytest.mark.parametrize(
    ("room", "hpc_config"),
    [(room, {"HPCApp": {"disabled_rooms": [room]}}) for room in ROOMS],
    ids=ROOMS,
)
async def test_one_is_off_and_the_others_work(
    room: str, jp_serverapp: Any, jp_fetch: Any, app: Any
) -> None:
    paths = {path for path, *_ in app.handlers}
    for name, route in ROUTES.items():
        assert (f"/jupyterlab-hpc/{route}" in paths) is (name != room), name
    assert jp_serverapp.web_app.settings["page_config_data"]["hpcDisabledRooms"] == room
    for name in ("session", "storage", "software"):
        if name != room:
            answer = await jp_fetch("jupyterlab-hpc", *ROUTES[name].split("/"))
            assert json.loads(answer.body)
