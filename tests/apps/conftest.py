"""Applications for the tests of the room: real processes behind a real server."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

ECHO = Path(__file__).with_name("echo_app.py")
# The machine may be slow, and busy with other tests.
PATIENCE = 60.0


def echo(*options: str, where: str = "{unix_socket}") -> list[str]:
    """Return the command of the application that tells what it was asked."""
    return [sys.executable, str(ECHO), where, *options]


@pytest.fixture
def applications() -> dict[str, Any]:
    """What the site has set up; override by parametrizing."""
    return {"echo": {"command": echo(), "title": "Echo"}}


@pytest.fixture
def apps_config() -> dict[str, Any]:
    """Other settings of the site; override by parametrizing."""
    return {}


@pytest.fixture
def hpc_config(
    applications: dict[str, Any], apps_config: dict[str, Any], tmp_path: Path
) -> dict[str, Any]:
    return {
        **apps_config,
        "ApplicationsService": {
            "applications": applications,
            **apps_config.get("ApplicationsService", {}),
        },
    }


async def until(condition: Callable[[], Any]) -> Any:
    """Wait until a condition holds, which may be a coroutine function; return what it says."""
    for _ in range(int(PATIENCE / 0.05)):
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")


State = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def state(rest: Any) -> State:
    """Wait until an application is in one of some states; return what is told of it."""

    async def wait(name: str, *wanted: str) -> dict[str, Any]:
        async def there() -> dict[str, Any] | None:
            answer = await rest(f"apps/{name}")
            assert answer.code == 200, answer
            return answer.body if answer.body["state"] in wanted else None

        return await until(there)

    return wait


@pytest.fixture
def start(rest: Any, state: State) -> Callable[[str], Awaitable[dict[str, Any]]]:
    """Start an application and wait until it runs or has failed."""

    async def begin(name: str) -> dict[str, Any]:
        answer = await rest(f"apps/{name}", method="POST", body="")
        assert answer.code == 200, answer
        return await state(name, "running", "failed")

    return begin


def lives(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be noticed does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def folders(place: Path) -> list[str]:
    """Return the folders of applications that run, or were left behind."""
    return [folder.name for folder in place.glob("jupyterlab-hpc-*")]


@pytest.fixture
def root(jp_serverapp: Any, jp_fetch: Any) -> str:
    """The address of the server, which `jp_fetch` lets listen, without a slash at its end."""
    return f"http://127.0.0.1:{jp_serverapp.port}{jp_serverapp.base_url}".rstrip("/")


class Browser:
    """A client that behaves as a browser with a page of this server open."""

    def __init__(self, root: str, token: str) -> None:
        self.root = root
        self.token = token
        # aiohttp's own jar does not know the escaped sign in the server's address
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self.cookies: dict[str, str] = {}

    async def __aenter__(self) -> "Browser":  # noqa: PYI034 - Self is younger than our Python
        # the form sets the XSRF token's cookie, the token the one of who is logged in
        for path in ("login", f"login?token={self.token}"):
            async with self.ask(path) as answer:
                self.cookies |= {name: morsel.value for name, morsel in answer.cookies.items()}
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        cookies = [f"{name}={value}" for name, value in self.cookies.items()]
        return {**more, "Cookie": "; ".join([*cookies, *filter(None, [more.get("Cookie")])])}

    def ask(self, path: str, method: str = "GET", **options: Any) -> Any:
        options["headers"] = self.headers(options.get("headers", {}))
        return self.session.request(method, self.address(path), allow_redirects=False, **options)

    async def open(self, path: str, **options: Any) -> Any:
        options["headers"] = self.headers(options.get("headers", {}))
        return await self.session.ws_connect(self.address(path), **options)

    def address(self, path: str) -> URL:
        """Return an address as it is written: the server's own has an escaped sign in it."""
        return URL(f"{self.root}/{path}", encoded=True)


@pytest.fixture
def browse(root: str, jp_serverapp: Any) -> Any:
    return lambda: Browser(root, jp_serverapp.identity_provider.token)
