"""Leads what a browser asks below an application's address to the application.

jupyter-server-proxy's handler is what this is made of. Its supervisor is not used, its
buffers are replaced by streams, and the application is not given what would let it act as
the user.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from inspect import signature

import aiohttp
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server_proxy.handlers import AddSlashHandler, NamedLocalProxyHandler
from jupyter_server_proxy.utils import call_with_asked_args
from tornado import httputil, web
from tornado.iostream import IOStream, StreamClosedError, UnsatisfiableReadError
from tornado.websocket import WebSocketClosedError
from yarl import URL

from ..rest.handler import Route
from .credentials import OF_A_CONNECTION, is_foreign, is_jupyters, to_application, without_token
from .presence import Presence
from .probe import Address
from .relay import SWITCHING, RefusedError, open_websocket, relay
from .routes import RESOURCE
from .service import ApplicationsService
from .specs import Spec, resolve
from .startpage import start_page, viewer_page

CHUNK = 65536
# Parts of a request's body that wait for the application.
WAITING = 16
BIGGEST_BODY = 2**50
# Less than what servers keep an idle connection open, so that none is used that just closes.
IDLE_CONNECTION = 2.0
CONNECT_TIMEOUT = 10.0
REDIRECTS = (301, 302, 303, 307, 308)
VIEWER_SOCKET = "/websockify"
# What the two ends of a websocket agree on. No extensions: to compress what goes over a socket
# of this machine is work for nothing.
AGREED = ("Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol")

# Before 2.13 jupyter_server sends nobody there, and does not know the word.
NO_LOGIN_PAGE = {
    name: False
    for name in signature(JupyterHandler.prepare).parameters
    if name == "_redirect_to_login"
}


class Backends:
    """Connections to applications, kept for as long as the application lives."""

    def __init__(self) -> None:
        self._sessions: dict[str, tuple[int, aiohttp.ClientSession]] = {}
        self._presences: dict[str, Presence] = {}

    async def session(self, name: str, generation: int, address: Address) -> aiohttp.ClientSession:
        """Return what asks an application; that of an earlier start is closed."""
        known = self._sessions.get(name)
        if known and known[0] == generation and not known[1].closed:
            return known[1]
        connector: aiohttp.BaseConnector = (
            aiohttp.UnixConnector(address.socket, limit=0, keepalive_timeout=IDLE_CONNECTION)
            if address.socket
            else aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_CONNECTION)
        )
        session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            # Long polls and downloads take their time.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )
        self._sessions[name] = generation, session
        if known:
            await known[1].close()
        return session

    def presence(self, name: str, spec: Spec) -> Presence:
        """Return who is at an application's pages."""
        return self._presences.setdefault(name, Presence(spec.gone, spec.back))

    async def close(self) -> None:
        """Close all connections."""
        for _, session in self._sessions.values():
            await session.close()


@web.stream_request_body
class ApplicationProxy(NamedLocalProxyHandler):  # type: ignore[misc]
    """One application's address and all below it."""

    auth_resource = RESOURCE

    def initialize(self, service: ApplicationsService, name: str, backends: Backends) -> None:
        """Take what this serves."""
        self.service = service
        self.name = name
        self.backends = backends
        self.supervised = service.supervised(name)
        self.spec = self.supervised.spec
        self.proxy_base = service.path(name)
        self.absolute_url = self.spec.absolute_url
        self.rewrite_response = self.spec.rewrite
        self.mappath = self.spec.mappath
        self._counts: bool | None = None
        self._body: asyncio.Queue[bytes] | None = None
        self._collected = bytearray()
        self._asking: asyncio.Task[aiohttp.ClientResponse] | None = None
        self._raw: IOStream | None = None
        self._pumping: asyncio.Task[None] | None = None

    # Who asks, and may they

    async def prepare(self) -> None:
        """Let only the user in, from our own pages; then send the body on as it comes."""
        websocket = self._is_websocket()
        # A websocket cannot go to the log-in page.
        await JupyterHandler.prepare(self, **(NO_LOGIN_PAGE if websocket else {}))
        if self._finished:  # sent to the log-in page
            return
        if self.current_user is None:
            if websocket:
                raise web.HTTPError(403)
            web.authenticated(lambda _: None)(self)
            return
        # Whoever uses an application runs code.
        if not await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "execute", RESOURCE)
        ):
            raise web.HTTPError(403)
        changes = self.request.method not in {"GET", "HEAD", "OPTIONS"}
        if (changes or websocket) and not self.check_origin():
            raise web.HTTPError(403, "another site's page asked")
        if not self.token_authenticated and is_foreign(
            self.request.method or "", self.request.headers
        ):
            raise web.HTTPError(403, "another site's page asked")
        self.request.query = without_token(self.request.query)
        address = self.service.address(self.name)
        if address is not None and self._has_body():
            assert isinstance(self.request.connection, httputil.HTTPConnection)
            self.request.connection.set_max_body_size(BIGGEST_BODY)  # type: ignore[attr-defined]
            if not self.spec.rewrite:
                self._body = asyncio.Queue(WAITING)
                self._asking = asyncio.create_task(self._ask(address))

    def _is_websocket(self) -> bool:
        return str(self.request.headers.get("Upgrade", "")).lower() == "websocket"

    def _has_body(self) -> bool:
        headers = self.request.headers
        return "Transfer-Encoding" in headers or headers.get("Content-Length", "0") != "0"

    async def data_received(self, chunk: bytes) -> None:
        """Hand on a part of the body; waits while the application does not take it."""
        if self._asking is not None:
            await self._put(chunk)
        elif self.spec.rewrite:
            self._collected += chunk

    async def _put(self, chunk: bytes) -> None:
        """Queue a part; one that the application does not want any more is dropped."""
        if self._body is None or self._asking is None:
            return
        putting = asyncio.ensure_future(self._body.put(chunk))
        await asyncio.wait({putting, self._asking}, return_when=asyncio.FIRST_COMPLETED)
        # An application may answer before it has read all, and then not read the rest.
        await asyncio.wait({putting}, timeout=CONNECT_TIMEOUT)
        if not putting.done():
            putting.cancel()
            self._body = None

    async def _parts(self) -> AsyncIterator[bytes]:
        """Yield the parts of the body until an empty one."""
        waiting = self._body
        assert waiting is not None
        while part := await waiting.get():
            yield part

    # HTTP

    async def get(self, path: str = "") -> None:
        """Answer a GET, or open a websocket."""
        if self._is_websocket():
            await self._open_websocket()
        else:
            await self.http_get(path)

    async def http_get(self, path: str = "") -> None:
        """Answer a GET: the application, or the page that starts it."""
        if self.service.address(self.name) is None and self._wants_page():
            await start_page(self, self.service, self.name)
        elif self.spec.viewer and self._below() == "/":
            await viewer_page(self, self.service, self.name)
        else:
            await self.proxy(self.port, path)

    def _wants_page(self) -> bool:
        headers = self.request.headers
        return "text/html" in headers.get("Accept", "") and headers.get(
            "Sec-Fetch-Dest", "document"
        ) in {"document", "iframe", "frame"}

    async def proxy(self, port: int, path: str) -> None:  # noqa: ARG002 - as it is called
        """Ask the application and answer what it answers, part by part."""
        address = self.service.address(self.name)
        if address is None:
            self.set_header("Retry-After", "2")
            raise web.HTTPError(503, f"{self.name} is not running")
        if self.spec.raw or self.spec.viewer:
            raise web.HTTPError(404)  # what speaks another language understands no question
        self._record_activity()
        if self.spec.rewrite:
            self.request.body = bytes(self._collected)
            self.unix_socket = address.socket or None
            # Buffered, as the site's functions want it.
            await super().proxy(address.port, path)
            return
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(address))
        else:
            await self._put(b"")
        try:
            response = await self._asking
        except (aiohttp.ClientError, OSError) as error:
            self.log.warning("%s did not answer: %s", self.name, error)
            raise web.HTTPError(502, f"{self.spec.title} did not answer") from error
        try:
            await self._answer(response)
        finally:
            # One that was not read to its end can't be used for another question.
            response.close() if not response.content.at_eof() else response.release()
            self._record_activity()

    async def _ask(self, address: Address) -> aiohttp.ClientResponse:
        session = await self.backends.session(self.name, self.supervised.generation, address)
        return await session.request(
            self.request.method or "GET",
            self._address("http", address),
            headers=self._request_headers(),
            data=self._parts() if self._body is not None else None,
            allow_redirects=False,
        )

    async def _answer(self, response: aiohttp.ClientResponse) -> None:
        self.set_status(response.status, response.reason)
        self._headers = self._to_browser(response.headers.items(), response.status)
        if self.request.method == "HEAD" or response.status in {204, 304}:
            return
        try:
            if (response.content_length or CHUNK) < CHUNK:
                self.write(await response.read())  # goes out in one piece with the headers
                return
            async for chunk in response.content.iter_any():
                self.write(chunk)
                # Returns when the browser's side has room again; jupyter-server-proxy's own
                # flush returns nothing to wait for.
                await web.RequestHandler.flush(self)
        except StreamClosedError:
            self.log.debug("%s: the browser has gone", self.name)
        except (aiohttp.ClientError, OSError) as error:
            # Too late for another status: a connection that breaks is all that can be said.
            self.log.warning("%s broke off an answer: %s", self.name, error)
            self.request.connection.close()
            raise web.Finish from error

    def compute_etag(self) -> None:
        """Leave it to the application to name the versions of what it answers."""

    def on_connection_close(self) -> None:
        """Stop asking: the browser has gone."""
        if self._asking is not None and not self._asking.done():
            self._asking.cancel()
        super().on_connection_close()

    def _below(self) -> str:
        """Return the path below the application's address as it was written, a slash first."""
        whole = str(self.request.path)
        own = f"{self.base_url}{self.proxy_base}"
        below = whole.removeprefix(own)
        return below if below.startswith("/") else f"/{below}"

    def _address(self, scheme: str, address: Address) -> URL:
        path = self._below()
        if self.mappath:
            path = (
                call_with_asked_args(self.mappath, {"path": path})
                if callable(self.mappath)
                else self.mappath.get(path, path)
            )
        if self.absolute_url:
            path = f"{self.base_url}{self.proxy_base}{path}"
        query = f"?{self.request.query}" if self.request.query else ""
        host = f"127.0.0.1:{address.port}" if address.port else "localhost"
        return URL(f"{scheme}://{host}{path}{query}", encoded=True)

    def _own_cookies(self) -> set[str]:
        with suppress(AttributeError):
            return {self.identity_provider.get_cookie_name(self)}
        return set()

    def _request_headers(self) -> httputil.HTTPHeaders:
        headers = to_application(self.request.headers, self._own_cookies())
        context = f"{self.base_url}{self.proxy_base}"
        if not self.absolute_url:
            for name in ("X-Forwarded-Context", "X-Proxycontextpath", "X-Forwarded-Prefix"):
                headers[name] = context
        address = self.service.address(self.name)
        texts = {
            "port": str(address.port if address else 0),
            "unix_socket": address.socket if address else "",
            "base_url": self.base_url,
        }
        for name, value in resolve(self.spec.request_headers, texts).items():
            headers[name] = value
        return headers

    def proxy_request_headers(self) -> httputil.HTTPHeaders:
        """Give jupyter-server-proxy's own way the same headers."""
        return self._request_headers()

    def _to_browser(self, told: Iterable[tuple[str, str]], status: int) -> httputil.HTTPHeaders:
        """Return the headers of an answer without what would act on Jupyter's log-in."""
        headers = httputil.HTTPHeaders()
        own_cookies = self._own_cookies()
        for name, value in told:
            if name.title() in OF_A_CONNECTION:
                continue
            if name.lower() == "set-cookie" and is_jupyters(
                value.partition("=")[0].strip(), own_cookies
            ):
                continue  # it could log the user out, or in as another
            if name.lower() == "location" and status in REDIRECTS:
                value = self._rewritten(value)  # noqa: PLW2901
            headers.add(name, value)
        return headers

    def _rewritten(self, location: str) -> str:
        if self.absolute_url or not re.match(r"/(?!/)", location):
            return location
        return f"{self.base_url}{self.proxy_base}{location}"

    # Websockets

    async def _open_websocket(self) -> None:
        """Open the application's end first: what it refuses is refused."""
        address = await self._running_address()
        if self.spec.raw or (self.spec.viewer and self._below() == VIEWER_SOCKET):
            await self._open_raw(address)
        else:
            await self._relay(address)

    async def _running_address(self) -> Address:
        """Return where the application listens, once it does.

        What is only asked through websockets, by a page of another package, is started so.
        """
        if self.spec.raw and not self.spec.viewer and not self.supervised.alive:
            await self.service.start(self.name)
            await self.supervised.settled()
        address = self.service.address(self.name)
        if address is None:
            raise web.HTTPError(503, f"{self.name} is not running")
        return address

    async def _relay(self, address: Address) -> None:
        """Let browser and application agree, then carry what they say as it is.

        Reading the messages and writing them anew would take twice as long, and all of a
        large one at once.
        """
        headers = self._request_headers()
        for name in AGREED:
            if name in self.request.headers:
                headers[name] = self.request.headers[name]
        headers["Upgrade"], headers["Connection"] = "websocket", "Upgrade"
        target = self._address("http", address).raw_path_qs
        application = await self._connect(address)
        try:
            answer = await open_websocket(application, target, headers)
        except RefusedError as refusal:
            application.close()
            status = refusal.status if refusal.status >= 400 else 502  # noqa: PLR2004
            raise web.HTTPError(status, f"{self.name}: {refusal}") from refusal
        except (OSError, UnsatisfiableReadError, httputil.HTTPInputError) as error:
            application.close()
            raise web.HTTPError(502, f"{self.name}: {error}") from error
        self.set_status(SWITCHING)
        self._headers = self._to_browser(answer.get_all(), SWITCHING)
        self.set_header("Upgrade", "websocket")
        self.set_header("Connection", "Upgrade")
        self.finish()
        self._record_activity()
        presence = self.backends.presence(self.name, self.spec)

        def hear(messages: list[bytes]) -> None:
            for message in messages:
                presence.hear(self, message)
            if presence.somebody:
                self._record_activity()

        try:
            await relay(self.detach(), application, hear, presence.most)
        finally:
            presence.leave(self)

    async def _connect(self, address: Address) -> IOStream:
        try:
            return await address.stream()
        except OSError as error:
            raise web.HTTPError(502, f"{self.name}: {error}") from error

    async def _open_raw(self, address: Address) -> None:
        """Carry a stream of bytes in messages, as websockify does."""
        self._raw = await self._connect(address)
        try:
            await super().get()
        finally:
            if self.ws_connection is None:  # the browser's end did not open
                self._raw.close()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Choose what noVNC has always asked for."""
        return "binary" if "binary" in subprotocols else None

    async def open(self, *_: str) -> None:
        """Begin to hand on what the application says."""
        self._record_activity()
        self._pumping = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        """Hand on what the application says, no faster than the browser takes it."""
        assert self._raw is not None
        with suppress(WebSocketClosedError, StreamClosedError):
            while chunk := await self._raw.read_bytes(CHUNK, partial=True):
                await self.write_message(chunk, binary=True)
        self.close()

    async def on_message(self, message: str | bytes) -> None:
        """Hand on what the browser says; the next is read when this one is taken."""
        self._record_activity()
        assert self._raw is not None
        with suppress(StreamClosedError):
            await self._raw.write(message.encode() if isinstance(message, str) else message)

    def on_ping(self, data: bytes) -> None:
        """Leave pings to tornado, which answers them."""

    def on_close(self) -> None:
        """Close the application's end too."""
        if self._pumping:
            self._pumping.cancel()
        if self._raw:
            self._raw.close()

    def _record_activity(self) -> None:
        """Take note that the user is there, unless the application asks by itself."""
        if self._counts is None:
            wanted = self.spec.activity
            path = self._below()
            self._counts = bool(wanted(self) if callable(wanted) else wanted) and not any(
                re.search(pattern, path) for pattern in self.spec.quiet
            )
        if self._counts:
            super()._record_activity()


def application_routes(service: ApplicationsService, backends: Backends) -> list[Route]:
    """Return the routes of the applications' own addresses."""
    routes: list[Route] = []
    for name in service.ids:
        own = re.escape(service.path(name))
        options = {"service": service, "name": name, "backends": backends}
        routes += [(f"{own}(/.*)", ApplicationProxy, options), (own, AddSlashHandler, {})]
    return routes
