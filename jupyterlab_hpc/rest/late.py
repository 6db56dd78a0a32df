"""Routes that are made when somebody first asks for one of them. Knows HTTP; knows no room."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tornado import httputil, routing, web
from traitlets.log import get_logger

if TYPE_CHECKING:
    from .handler import Route


class LateRoutes(routing.Router):
    """A router whose handlers, and all that they import, nobody waits for at the start."""

    def __init__(self, web_app: web.Application, make: "Callable[[], Iterable[Route]]") -> None:
        """`make` returns the routes; their paths are below the server's base URL."""
        self._web_app = web_app
        self._make = make

    @cached_property
    def rules(self) -> list[routing.Rule]:
        """The routes; whoever asks first has them made, and again where that failed."""
        base_url = re.escape(self._web_app.settings["base_url"])
        return [
            routing.Rule(routing.PathMatches(f"{base_url}{path}$"), handler, options)
            for path, handler, options in self._make()
        ]

    def find_handler(
        self, request: httputil.HTTPServerRequest, **_: Any
    ) -> httputil.HTTPMessageDelegate | None:
        """Return what answers a request, None where no path is like the request's."""
        try:
            rules = self.rules
        except Exception as error:  # noqa: BLE001 - whatever it is, it gets an answer
            # Else tornado would close the connection without an answer.
            get_logger().exception("What answers %s could not be set up", request.path)
            from .handler import FailedHandler

            return self._web_app.get_handler_delegate(request, FailedHandler, {"service": error})
        for rule in rules:
            found = rule.matcher.match(request)
            if found is not None:
                return self._web_app.get_handler_delegate(
                    request, rule.target, rule.target_kwargs, **found
                )
        return None


def add_late_routes(
    web_app: web.Application,
    paths: Iterable[str],
    make: "Callable[[], Iterable[Route]]",
    *,
    first: bool = False,
) -> None:
    """Have routes made when somebody asks for one of some paths, or for what is below it.

    `first` puts them before all others that the server has, else they come after them.
    """
    base_url = re.escape(web_app.settings["base_url"])
    below = "|".join(re.escape(path) for path in paths)
    rule = routing.Rule(
        routing.PathMatches(f"{base_url}(?:{below})(?:/.*)?$"), LateRoutes(web_app, make)
    )
    rules = web_app.default_router.rules
    # The last one leads to what was there before any extension, and answers 404 to the rest.
    rules.insert(0 if first else len(rules) - 1, rule)
