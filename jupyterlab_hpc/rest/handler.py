"""The base of every handler: one way in, one way out, one shape of error."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .. import errors
from ..sentences import trans
from .codec import decode, decode_query, encode

S = TypeVar("S")
T = TypeVar("T")

STATUS: dict[type[errors.HPCError], int] = {
    errors.BadRequestError: 400,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.InTheWayError: 409,
    errors.ToolRefusedError: 422,
    errors.ToolMissingError: 503,
    errors.ToolTimeoutError: 504,
}
REASONS = {400: "bad-request", 403: "forbidden", 404: "not-found", 409: "conflict"}
FAILED = trans.gettext("The server failed; its log tells why.")
NOT_SET_UP = trans.gettext(
    "This part could not be set up; the server's log tells why. If one of its settings is wrong, "
    "`jupyter hpc check` in a terminal names it."
)


class RestHandler(APIHandler, Generic[S]):
    """A handler that asks one service and says what it answered."""

    service: S
    _left = False  # the client has closed the connection
    _at_work: "asyncio.Task[object] | None" = None

    def initialize(self, service: S) -> None:
        """Take the service that this handler asks."""
        self.service = service

    def body(self, kind: type[T]) -> T:
        """Return the request's body as a model, or raise BadRequestError."""
        return decode(self.request.body, kind)

    def query(self, kind: type[T]) -> T:
        """Return the request's query as a model, or raise BadRequestError.

        Of an argument that is given twice the last counts.
        """
        return decode_query(
            {name: self.get_query_argument(name) for name in self.request.query_arguments}, kind
        )

    def reply(self, model: object) -> None:
        """Answer with the JSON of a model."""
        self.finish(encode(model))

    async def reply_to_who_waits(self, work: Coroutine[Any, Any, object]) -> None:
        """Answer with the model that `work` makes; end it where the client goes away before.

        Only for work that this request alone wants, and that leaves all as it was when
        it is cancelled.
        """
        self._at_work = asyncio.create_task(work)
        if self._left:
            self._at_work.cancel()
        try:
            model = await self._at_work
        except asyncio.CancelledError:
            if not self._left:
                raise
            self.log.info(
                "%s %s: given up, nobody waits for the answer",
                self.request.method,
                self.request.path,
            )
        else:
            self.reply(model)

    def on_connection_close(self) -> None:
        """End what only the client that went away had asked for."""
        super().on_connection_close()
        self._left = True
        if self._at_work is not None:
            self._at_work.cancel()

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with the status that the failure's kind stands for."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if isinstance(error, errors.HPCError):
            status_code = STATUS.get(type(error), 500)
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say every failure in one shape.

        jupyter_server's own body doubles `%` and drops arguments.
        """
        error = (kwargs.get("exc_info") or (None, None))[1]
        said: dict[str, Any] = {
            "message": FAILED,
            "reason": "failed",
            "detail": "",
            "template": FAILED,
            "arguments": [],
        }
        if isinstance(error, errors.HPCError):
            said = {
                "message": error.message,
                "reason": error.reason,
                "detail": error.detail,
                "template": error.template,
                "arguments": error.arguments,
            }
        elif isinstance(error, web.HTTPError):
            message = error.log_message or self._reason
            if error.args:
                message = message % error.args
            reason = REASONS.get(status_code, f"http-{status_code}")
            said |= {"message": message, "reason": reason, "template": ""}
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(said))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log a foreseen failure in one line, any other with its traceback."""
        if isinstance(value, errors.HPCError):
            self.log.warning("%s %s: %s", self.request.method, self.request.path, value)
        else:
            super().log_exception(typ, value, tb)


class FailedHandler(RestHandler[Exception]):
    """Answers for routes that could not be made; its service is the reason."""

    auth_resource = "jupyterlab_hpc"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer 500, and why."""
        raise errors.HPCError(NOT_SET_UP, detail=str(self.service))

    post = put = patch = delete = get


Route = tuple[str, type[web.RequestHandler], dict[str, object]]
