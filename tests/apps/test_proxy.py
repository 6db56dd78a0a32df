"""What goes through to an application, what does not, and what is answered instead."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import jupyter_server
import pytest
from yarl import URL

from jupyterlab_hpc.apps.credentials import without_token

from .conftest import echo, until


async def test_an_application_gets_no_credentials(browse, start):
    await start("echo")
    async with browse() as browser:
        assert any(name.startswith("username-") for name in browser.cookies)
        assert "_xsrf" in browser.cookies
        headers = {
            "Authorization": f"token {browser.token}",
            "X-XSRFToken": "secret",
            "Cookie": "mine=1; jupyterhub-session-id=secret; _xsrf=secret; theme=dark",
            "Referer": f"{browser.root}/lab?token={browser.token}&a=1",
        }
        address = f"echo/a%2Fb%20c?x=1&token={browser.token}&y=%2F"
        async with browser.ask(address, headers=headers) as answer:
            told = json.loads(await answer.text())
        # and with nothing but the cookie jar's own cookies
        async with browser.ask("echo/again") as answer:
            again = await answer.text()
    assert told["uri"] == "/a%2Fb%20c?x=1&y=%2F"
    got = {name.lower(): value for name, value in told["headers"]}
    assert "authorization" not in got and "x-xsrftoken" not in got
    assert set(got["cookie"].split("; ")) == {"mine=1", "theme=dark"}
    assert "secret" not in json.dumps(told) and browser.token not in json.dumps(told)
    assert "username-" not in again and "_xsrf" not in again
    assert got["x-forwarded-prefix"].endswith("/echo")


async def test_an_application_sets_no_cookie_of_jupyters(browse, start):
    await start("echo")
    async with browse() as browser, browser.ask("echo/cookies") as answer:
        assert [c.partition("=")[0] for c in answer.headers.getall("Set-Cookie")] == ["theme"]


async def test_a_stranger_is_sent_to_log_in(root, start):
    await start("echo")
    own = URL(f"{root}/echo/", encoded=True)
    # each on a connection of its own: what is refused early is closed
    async with (
        aiohttp.ClientSession() as session,
        session.get(own, allow_redirects=False) as answer,
    ):
        assert answer.status == 302
        assert "login" in answer.headers["Location"]
    async with aiohttp.ClientSession() as session, session.post(own, data="x") as answer:
        assert answer.status == 403
    opening = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    async with (
        aiohttp.ClientSession(headers={**opening, "Sec-WebSocket-Key": "A" * 22 + "=="}) as session,
        session.get(URL(f"{root}/echo/socket", encoded=True), allow_redirects=False) as answer,
    ):
        assert answer.status == 403


FOREIGN = [
    {"Origin": "https://evil.example.org"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_another_sites_page_is_refused(browse, start, headers):
    await start("echo")
    async with browse() as browser:
        async with browser.ask("echo/", "POST", headers=headers, data="x") as answer:
            assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await browser.open("echo/socket", headers=headers)
        assert refusal.value.status == 403


async def test_another_sites_page_may_link_here(browse, start):
    await start("echo")
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with browse() as browser:
        for kind, status in (("document", 200), ("iframe", 403)):
            headers["Sec-Fetch-Dest"] = kind
            async with browser.ask("echo/", headers=headers) as answer:
                assert answer.status == status
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        async with browser.ask("echo/", headers=headers) as answer:
            assert answer.status == 403


class Reader:
    """Lets users read, and not run anything."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return not (action == "execute" and resource == "jupyterlab_hpc:apps")


async def test_who_may_not_execute_is_refused(browse, start, jp_serverapp):
    await start("echo")
    async with browse() as browser:
        jp_serverapp.web_app.settings["authorizer"] = Reader()
        async with browser.ask("echo/") as answer:
            assert answer.status == 403
    # what is refused early is closed
    async with browse() as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await browser.open("echo/socket")
        assert refusal.value.status == 403


async def test_every_verb_and_its_body_goes_through(browse, start):
    await start("echo")
    async with browse() as browser:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            async with browser.ask("echo/x", method, data=b"body") as answer:
                told = await answer.json(content_type=None)
                assert (told["method"], told["body"]) == (method, "body")
        async with browser.ask("echo/x", "HEAD") as answer:
            assert answer.status in {200, 405}


@pytest.mark.parametrize(
    ("said", "led"),
    [
        ("/other", "{base}echo/other"),
        ("./other?a=1", "./other?a=1"),
        ("https://example.org/", "https://example.org/"),
        ("//example.org/", "//example.org/"),
    ],
)
async def test_where_an_answer_leads(browse, start, jp_base_url, said, led):
    await start("echo")
    async with browse() as browser, browser.ask(f"echo/redirect?to={quote(said)}") as answer:
        assert answer.headers["Location"] == led.format(base=jp_base_url)


async def test_the_address_without_its_slash(browse, start, jp_base_url):
    async with browse() as browser, browser.ask("echo") as answer:
        assert answer.headers["Location"] == f"{jp_base_url}echo/"


async def test_large_answers_and_bodies_stream(browse, start):
    """More than jupyter-server-proxy's 100 MB, in the memory of a few chunks."""
    size = 160 * 2**20
    await start("echo")

    async def body():
        for _ in range(size // 2**20):
            yield b"y" * 2**20

    async with browse() as browser:
        before = peak()
        got = 0
        async with browser.ask(f"echo/big?size={size}") as answer:
            assert answer.headers["Content-Length"] == str(size)
            async for chunk in answer.content.iter_any():
                got += len(chunk)
        assert got == size
        async with browser.ask("echo/upload", "POST", data=body()) as answer:
            assert await answer.text() == str(size)
        # the test's own client is in the same process
        assert peak() - before < 64 * 2**20


def peak() -> int:
    """Return the most memory that this process has had, in bytes."""
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) * 1024


async def test_events_come_as_they_are_sent(browse, start):
    await start("echo")
    async with browse() as browser, browser.ask("echo/events") as answer:
        assert await answer.content.readline() == b"data: first\n"


async def test_websockets(browse, start):
    await start("echo")
    async with browse() as browser:
        ws = await browser.open(f"echo/socket?token={browser.token}", protocols=("first", "second"))
        assert ws.protocol == "second"
        headers = {k.lower(): v for k, v in json.loads(await ws.receive_str()).items()}
        assert "username-" not in headers.get("cookie", "")
        await ws.send_str("text")
        assert await ws.receive_str() == "text"
        await ws.send_bytes(b"\x00\xff" * 10**5)
        assert await ws.receive_bytes() == b"\x00\xff" * 10**5
        await ws.close()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await browser.open("echo/refused")
        assert refusal.value.status == 403


async def test_a_message_may_be_large_and_waits_for_who_reads_it(browse, start):
    await start("echo")
    async with browse() as browser:
        ws = await browser.open("echo/socket", max_msg_size=0)
        await ws.receive_str()
        # more than tornado takes
        message = b"x" * 2**24
        await ws.send_bytes(message)
        assert await ws.receive_bytes() == message
        await ws.close()

        # nobody reads: what the application says stays with it
        flood = await browser.open("echo/flood")

        async def sent() -> int:
            async with browser.ask("echo/flooded") as answer:
                return int(await answer.text())

        before = peak()
        said, looks = await until(sent), 0
        while looks < 20:
            await asyncio.sleep(0.05)
            more = await sent()
            looks = looks + 1 if more == said else 0
            said = more
        assert said < 64 * 2**20
        assert peak() - before < 64 * 2**20
        await flood.close()


async def test_a_websocket_that_is_left_is_left_by_us(browse, start):
    await start("echo")
    async with browse() as browser:
        ws = await browser.open("echo/socket")
        await ws.receive_str()

        async def open_ones() -> int:
            async with browser.ask("echo/sockets") as answer:
                return int(await answer.text())

        assert await open_ones() == 1
        await ws.close()

        async def none() -> bool:
            return await open_ones() == 0

        await until(none)


async def test_a_websocket_ends_with_its_application(browse, rest, start):
    await start("echo")
    async with browse() as browser:
        ws = await browser.open("echo/socket")
        await ws.receive_str()
        await rest("apps/echo", method="DELETE")
        assert (await ws.receive()).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def test_what_does_not_run_answers_with_its_page(browse, rest):
    async with browse() as browser:
        async with browser.ask("echo/some/where", headers={"Accept": "text/html"}) as answer:
            page = await answer.text()
            assert answer.status == 200
            policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<h1" in page and "Echo" in page
        # a page's own requests, and websockets, are told plainly
        async with browser.ask("echo/x", headers={"Accept": "application/json"}) as answer:
            assert answer.status == 503
        async with browser.ask("echo/x", "POST", data="x" * 10**6) as answer:
            assert answer.status == 503
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await browser.open("echo/socket")
        assert refusal.value.status == 503


@pytest.mark.parametrize(
    "applications", [{"echo": {"command": echo(), "title": "</script><b>&\"'"}}]
)
async def test_a_title_is_text(browse):
    headers = {"Accept": "text/html"}
    async with browse() as browser, browser.ask("echo/", headers=headers) as answer:
        page = await answer.text()
    assert "</script><b>" not in page


@pytest.mark.parametrize(
    "applications", [{"others": {"title": "Others", "unix_socket": "/tmp/no-one-listens-here"}}]
)
async def test_nobody_listens_where_another_started_it(browse):
    headers = {"Accept": "text/html"}
    async with browse() as browser:
        async with browser.ask("others/", headers=headers) as answer:
            assert answer.status == 502
            assert "Others did not answer" in await answer.text()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await browser.open("others/socket")
        assert refusal.value.status == 502


async def test_the_pages_files(browse):
    async with browse() as browser:
        for name, kind in (
            ("start.js", "text/javascript; charset=utf-8"),
            ("start.css", "text/css; charset=utf-8"),
            ("fr.json", "application/json"),
        ):
            async with browser.ask(f"jupyterlab-hpc/apps-page/{name}") as answer:
                assert answer.status == 200
                assert answer.headers["Content-Type"] == kind
        async with browser.ask("jupyterlab-hpc/apps-page/..%2Fspecs.py") as answer:
            assert answer.status == 404


def no_pelicans(response: Any) -> None:
    response.body = response.body.replace(b"pelican", b"swan")


@pytest.mark.parametrize(
    "applications",
    [
        {
            "echo": {
                "command": echo(),
                "rewrite": [no_pelicans],
                "mappath": {"/pelican": "/a-pelican"},
                "request_headers": {"Host": "127.0.0.1"},
            },
            "whole": {"command": echo(), "absolute_url": True, "ready": "/ready"},
        }
    ],
)
async def test_what_a_site_may_set(browse, start, jp_base_url):
    await start("echo")
    await start("whole")
    async with browse() as browser:
        async with browser.ask("echo/pelican", "POST", data="pelican") as answer:
            told = await answer.json(content_type=None)
        assert (told["uri"], told["body"]) == ("/a-swan", "swan")
        assert ["Host", "127.0.0.1"] in told["headers"]
        async with browser.ask("whole/x?y=1") as answer:
            told = await answer.json(content_type=None)
        assert told["uri"] == f"{jp_base_url}whole/x?y=1"


class Activity:
    """What the server has noted of the user since the last look."""

    def __init__(self, settings: dict[str, Any]) -> None:
        # jupyter-server-proxy 4.6 has a time of its own, 4.5 takes that of the REST API
        self._times = (
            (settings["last_activity_times"], "jupyter-server-proxy"),
            (settings, "api_last_activity"),
        )

    def noted(self) -> bool:
        found = [times.pop(name, None) for times, name in self._times]
        return any(found)


@pytest.fixture
def activity(jp_serverapp):
    return Activity(jp_serverapp.web_app.settings)


async def test_activity_is_the_users(browse, start, activity, app):
    app.applications.supervised("echo").spec.quiet = ["poll$"]
    await start("echo")
    async with browse() as browser:
        activity.noted()
        async with browser.ask("echo/poll"):
            assert not activity.noted()
        async with browser.ask("echo/x"):
            assert activity.noted()


@pytest.mark.parametrize(
    "applications",
    [{"echo": {"command": echo(), "gone": r"present.{1,8}\[false\]", "back": "present: true"}}],
)
async def test_a_page_that_talks_to_itself_is_no_activity(browse, start, activity):
    await start("echo")

    async def counts(ws: Any, message: str) -> bool:
        activity.noted()
        await ws.send_str(message)
        assert await ws.receive_str() == message  # it has gone by
        return activity.noted()

    async with browse() as browser:
        one, other = [await browser.open("echo/socket") for _ in range(2)]
        for ws in (one, other):
            await ws.receive_str()
        assert await counts(one, "a key")
        await one.send_str("present [false]")
        await one.receive_str()
        # the page's other connection is idle, too
        assert not await counts(one, "a log file has changed")
        assert not await counts(other, "a log file has changed")
        assert await counts(one, "present: true")
        assert await counts(other, "a key")
        await one.send_str("present [false]")
        await one.receive_str()
        # of two pages one may be left
        assert await counts(other, "present: true")
        assert await counts(one, "a log file has changed")
        await other.close()

        async def quiet() -> bool:
            return not await counts(one, "a log file has changed")

        await until(quiet)
        await one.close()


async def test_a_pong_is_no_activity(browse, start, activity):
    await start("echo")
    async with browse() as browser:
        ws = await browser.open("echo/socket")
        await ws.receive_str()
        activity.noted()
        await ws.pong(b"pong")
        # the application tells when it has come
        assert await ws.receive_str() == "pong"
        assert not activity.noted()
        await ws.close()


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("token=a", ""),
        ("token=a&b=1", "b=1"),
        ("b=1&token=a", "b=1"),
        ("b=1&token=a&c=2", "b=1&c=2"),
        ("mytoken=a", "mytoken=a"),
        ("http://x/?token=a#b", "http://x/#b"),
    ],
)
def test_a_query_without_the_token(query, left):
    assert without_token(query).replace("?#", "#") == left


async def test_looking_is_no_activity(rest, jp_serverapp):
    settings = jp_serverapp.web_app.settings
    await rest("apps/echo")
    if "api_last_activity" not in settings:
        assert jupyter_server.version_info < (2, 5)
        pytest.skip("jupyter_server 2.4 notes no activity of the REST API")
    before = settings["api_last_activity"]
    await rest("apps/echo", no_track_activity="1")
    assert settings["api_last_activity"] == before
    await rest("apps/echo")
    assert settings["api_last_activity"] > before
