"""Rooms that a site switches off."""

from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

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
    assert app.rooms == [name for name in ROOMS if name != room]
    assert set(ROUTES) == set(ROOMS)
    for name, route in ROUTES.items():
        # No handler of ours answers HEAD, so none has anything to do.
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch("jupyterlab-hpc", *route.split("/"), method="HEAD")
        assert caught.value.code == (404 if name == room else 405), name
    assert jp_serverapp.web_app.settings["page_config_data"]["hpcDisabledRooms"] == room
