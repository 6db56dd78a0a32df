"""Check that every route of ours asks who the user is, and what they may do.

Jupyter Server warns of a handler that lets strangers in; here that warning is a
failure. It does not look for `@authorized`, nor at routes that are made when somebody
asks for them, so each verb of ours is looked at as well. Exit code 1 when something is
missing, or when there is nothing of ours.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

from jupyter_server.auth import decorator
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import JupyterServerAuthWarning
from tornado import web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tornado.routing import RuleRouter
    from tornado.web import RequestHandler

PACKAGE = "jupyterlab_hpc"


def start(package: str) -> tuple[ServerApp, list[str]]:
    """Return a server with only that extension, and what it warned of."""
    app = ServerApp(
        allow_unauthenticated_access=False,
        jpserver_extensions={package: True},
        # A package that cannot be loaded has no routes to complain of.
        reraise_server_extension_failures=True,
    )
    with warnings.catch_warnings(record=True) as records:
        warnings.simplefilter("always")
        app.initialize(argv=[], find_extensions=False, new_httpserver=False)
    said = [str(r.message) for r in records if issubclass(r.category, JupyterServerAuthWarning)]
    return app, said


def handlers(router: RuleRouter) -> Iterator[type[RequestHandler]]:
    """Yield the handlers of all routes, those of nested routers too."""
    for rule in router.rules:
        if hasattr(rule.target, "rules"):
            yield from handlers(rule.target)
        elif isinstance(rule.target, type):
            yield rule.target


def is_authorized(verb: Callable[..., Any]) -> bool:
    """Tell whether `@authorized` is among the decorators of a handler's verb."""
    layer: Any = verb
    while layer is not None:
        code = layer.__code__
        if code.co_filename == decorator.__file__ and "resource" in code.co_freevars:
            return True
        layer = getattr(layer, "__wrapped__", None)
    return False


def is_authenticated(verb: Callable[..., Any]) -> bool:
    """Tell whether `@web.authenticated` is the outermost decorator of a handler's verb."""
    code = verb.__code__
    return code.co_filename == web.__file__ and "method" in code.co_freevars


def main(package: str) -> int:
    """Check a package's routes, print what is wrong and return the exit code."""
    app, problems = start(package)
    verbs = {
        f"{handler.__module__}.{verb.__qualname__}": verb
        for handler in handlers(app.web_app.default_router)
        for name in handler.SUPPORTED_METHODS
        if (verb := getattr(handler, name.lower())).__module__.split(".")[0] == package
    }
    if not verbs:
        problems.append(f"{package} has no routes.")
    problems += [
        f"{name} lacks @web.authenticated" for name, v in verbs.items() if not is_authenticated(v)
    ]
    problems += [f"{name} lacks @authorized" for name, v in verbs.items() if not is_authorized(v)]
    print(*problems, f"{len(verbs)} verbs, {len(problems)} complaints", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [PACKAGE]))
