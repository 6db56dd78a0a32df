"""Whether an application answers yet. Knows sockets and a line of HTTP."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tornado.iostream import IOStream

# What an answer may take before it is asked anew.
PATIENCE = 5.0
LONGEST_LINE = 65536
SERVER_ERROR = 500


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where an application listens: on a socket, or else on a port of this machine."""

    socket: str = ""
    port: int = 0

    async def stream(self) -> IOStream:
        """Open a connection; raises OSError where nobody listens."""
        family = socket.AF_UNIX if self.socket else socket.AF_INET
        stream = IOStream(socket.socket(family, socket.SOCK_STREAM))
        # tornado's types know no addresses of Unix.
        where: Any = self.socket or ("127.0.0.1", self.port)
        return await stream.connect(where)


async def answers(address: Address, path: str, host: str) -> bool:
    """Tell whether the application answers `path`, or takes a connection where it is empty."""
    with suppress(OSError, asyncio.TimeoutError, ValueError, IndexError):
        stream = await address.stream()
        try:
            if not path:
                return True
            await stream.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            status = await asyncio.wait_for(
                stream.read_until(b"\n", max_bytes=LONGEST_LINE), PATIENCE
            )
            return int(status.split()[1]) < SERVER_ERROR
        finally:
            stream.close()
    return False
