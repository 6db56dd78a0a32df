"""Every failure has one shape and the status that its kind stands for."""

import pytest
from tornado import web

from jupyterlab_hpc import errors
from jupyterlab_hpc.software.service import SoftwareService

SHAPE = {"message", "reason", "detail", "template", "arguments"}


@pytest.mark.parametrize(
    ("error", "code", "reason", "message"),
    [
        (ValueError("secret"), 500, "failed", "The server failed; its log tells why."),
        (web.HTTPError(403, "50%% no, %s", "you"), 403, "forbidden", "50% no, you"),
        (web.HTTPError(405), 405, "http-405", "Method Not Allowed"),
        (errors.BadRequestError("100 %"), 400, "bad-request", "100 %"),
        (errors.NotFoundError("no %1", "x"), 404, "not-found", "no x"),
        (errors.ConflictError("no"), 409, "conflict", "no"),
        (errors.InTheWayError("%1, not %2", "a", "b"), 409, "in-the-way", "a, not b"),
        (errors.ToolRefusedError("no"), 422, "tool-refused", "no"),
        (errors.ToolMissingError("no"), 503, "tool-missing", "no"),
        (errors.ToolTimeoutError("no"), 504, "tool-timeout", "no"),
    ],
)
async def test_every_failure_has_one_shape(rest, monkeypatch, error, code, reason, message):
    def loaded(self):
        raise error

    # Not for longer: the end of the server asks, too.
    with monkeypatch.context() as patch:
        patch.setattr(SoftwareService, "loaded", loaded)
        answer = await rest("software/loaded")
    assert answer.code == code
    assert set(answer.body) == SHAPE
    assert answer.body["reason"] == reason
    assert answer.body["message"] == message


async def test_arguments_travel_beside_the_template(rest):
    answer = await rest("software/loaded", method="PATCH", body={"unload": ["nothing-like-it"]})
    assert answer.code == 404
    assert answer.body["template"] == "%1 is not loaded."
    assert answer.body["arguments"] == ["nothing-like-it"]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"load": "gcc"}', '{"load": [1]}', '{"preview": "yes"}', b"\xff{}"]
)
async def test_a_body_that_is_not_right_is_refused(rest, body):
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert (answer.code, answer.body["reason"]) == (400, "bad-request")


@pytest.mark.parametrize("query", [{"limit": "many"}, {"offset": "-1"}, {"limit": "0"}])
async def test_a_query_that_is_not_right_is_refused(rest, query):
    answer = await rest("software/modules", **query)
    assert (answer.code, answer.body["reason"]) == (400, "bad-request")


@pytest.mark.parametrize("path", ["system", "loaded", "modules", "module"])
async def test_nobody_is_answered_without_a_token(
    jp_serverapp, jp_base_url, http_server_client, path
):
    response = await http_server_client.fetch(
        f"{jp_base_url}jupyterlab-hpc/software/{path}", raise_error=False
    )
    assert response.code == 403
