"""Carries a websocket between two streams as it is. Knows frames; knows no application."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from tornado.httputil import HTTPHeaders, parse_response_start_line
from tornado.iostream import IOStream, StreamClosedError

CHUNK = 65536
LONGEST_HEAD = 65536
SWITCHING = 101
# RFC 6455, 5.2: what stands in a frame's first bytes.
CONTROL = 0x08
MASKED = 0x80
LENGTH = 0x7F
TWO_BYTES = 126
EIGHT_BYTES = 127


class RefusedError(Exception):
    """The application did not open the websocket; with the status that it answered."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


async def open_websocket(application: IOStream, target: str, headers: HTTPHeaders) -> HTTPHeaders:
    """Ask an application for a websocket and return the headers of its answer.

    Raises RefusedError, or what the stream raises where there is no answer.
    """
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.get_all())]
    await application.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    head = await application.read_until(b"\r\n\r\n", max_bytes=LONGEST_HEAD)
    first, _, rest = head.decode("latin-1").partition("\r\n")
    start = parse_response_start_line(first)
    if start.code != SWITCHING:
        raise RefusedError(start.code, start.reason)
    return HTTPHeaders.parse(rest)


async def relay(
    browser: IOStream, application: IOStream, hear: Callable[[list[bytes]], None], most: int
) -> None:
    """Carry what each end says to the other until one of them ends; then both are closed.

    The next part is read when the last one is taken. `hear` is given the messages of the
    browser, `most` bytes of each.
    """
    messages = Messages(most)

    def look(part: bytes) -> None:
        if found := messages.take(part):
            hear(found)

    ways = [
        asyncio.create_task(_carry(browser, application, look)),
        asyncio.create_task(_carry(application, browser)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        browser.close()
        application.close()
    await asyncio.gather(*ways)


async def _carry(
    source: IOStream, target: IOStream, look: Callable[[bytes], None] | None = None
) -> None:
    with suppress(StreamClosedError):
        while True:
            part = await source.read_bytes(CHUNK, partial=True)
            if look:
                look(part)
            await target.write(part)


class Messages:
    """Reads the beginnings of messages out of what a browser says."""

    def __init__(self, most: int) -> None:
        """`most` is how many bytes of a message are wanted; 0: only that there is one."""
        self._most = most
        self._head = bytearray()
        self._mask = b""
        self._left = 0
        self._wanted = 0
        self._kept = bytearray()

    def take(self, part: bytes) -> list[bytes]:
        """Take the next part; return the beginnings of the messages that are complete in it.

        Of a message in several frames each counts as one; pings and pongs are none.
        """
        found = []
        at = 0
        while at < len(part):
            if self._left:
                piece = part[at : at + self._left]
                at += len(piece)
                self._left -= len(piece)
                if self._wanted > len(self._kept):
                    self._kept += piece[: self._wanted - len(self._kept)]
            else:
                self._head.append(part[at])
                at += 1
                if not self._take_head():
                    continue
            if not self._left:
                if not self._head[0] & CONTROL:
                    found.append(_unmasked(bytes(self._kept), self._mask))
                self._head.clear()
                self._kept.clear()
        return found

    def _take_head(self) -> bool:
        """Read a frame's head; false as long as it is not complete."""
        head = self._head
        if len(head) < 2:  # noqa: PLR2004 - kind and length
            return False
        length = head[1] & LENGTH
        begin = 2 + {TWO_BYTES: 2, EIGHT_BYTES: 8}.get(length, 0)
        end = begin + (4 if head[1] & MASKED else 0)
        if len(head) < end:
            return False
        if begin > 2:  # noqa: PLR2004
            length = int.from_bytes(head[2:begin], "big")
        self._mask = bytes(head[begin:end])
        self._left = length
        self._wanted = min(length, self._most)
        return True


def _unmasked(message: bytes, mask: bytes) -> bytes:
    if not mask:
        return message
    length = len(message)
    masks = (mask * (length // len(mask) + 1))[:length]
    return (int.from_bytes(message, "big") ^ int.from_bytes(masks, "big")).to_bytes(length, "big")
