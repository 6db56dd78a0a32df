"""What of a request is between the browser and Jupyter alone. Knows headers, no handler."""

import re
from collections.abc import Iterable

from tornado.httputil import HTTPHeaders

# Cookies of Jupyter Server, of JupyterHub, and of the proxies that JupyterHub ships.
COOKIES = re.compile(
    r"^(_xsrf|username-.*|jupyterhub-.*|jupyter-hub-.*|_?jupyter.*)$", re.IGNORECASE
)
HEADERS = ("Authorization", "X-Xsrftoken", "X-Csrftoken")
# Of one connection, not of the request (RFC 9110, 7.6.1).
OF_A_CONNECTION = (
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Te",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
)
OF_A_WEBSOCKET = (
    "Sec-Websocket-Key",
    "Sec-Websocket-Version",
    "Sec-Websocket-Extensions",
    "Sec-Websocket-Protocol",
)
TOKEN = re.compile(r"(?:^|(?<=[?&]))token=[^&#]*&?")


def without_token(query: str) -> str:
    """Return a query, or a whole address, without Jupyter's token."""
    return TOKEN.sub("", query).rstrip("?&")


def is_jupyters(cookie: str, own: Iterable[str]) -> bool:
    """Tell whether a cookie of that name is for Jupyter; `own` are names that it uses here."""
    return bool(COOKIES.match(cookie)) or cookie in own


def to_application(headers: HTTPHeaders, own_cookies: Iterable[str]) -> HTTPHeaders:
    """Return a request's headers without what lets an application act as the user."""
    kept = headers.copy()
    for name in (*HEADERS, *OF_A_CONNECTION, *OF_A_WEBSOCKET, "Expect"):
        kept.pop(name, None)
    cookies = [
        cookie.strip()
        for line in kept.get_list("Cookie")
        for cookie in line.split(";")
        if cookie.strip() and not is_jupyters(cookie.partition("=")[0].strip(), own_cookies)
    ]
    kept.pop("Cookie", None)
    if cookies:
        kept["Cookie"] = "; ".join(cookies)
    if "Referer" in kept:
        kept["Referer"] = without_token(kept["Referer"])
    return kept


def is_foreign(method: str, headers: HTTPHeaders) -> bool:
    """Tell whether a browser says that another site's page asks for what it should not.

    Following a link to an application is fine; reading parts of it, and changing something,
    is not. Says nothing about Origin, which has to be compared with the host.
    """
    site = headers.get("Sec-Fetch-Site", "none")
    if site in {"none", "same-origin"}:
        return False
    return (
        method != "GET"
        or headers.get("Sec-Fetch-Mode") != "navigate"
        or (headers.get("Sec-Fetch-Dest") != "document")
    )
