"""Whether an application answers yet. Knows sockets and a line of HTTP."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

# What an answer may take before it is asked anew.
PATIENCE = 5.0
SERVER_ERROR = 500


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where an application listens: on a socket, or else on a port of this machine."""

    socket: str = ""
    port: int = 0

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection; raises OSError where nobody listens."""
        if self.socket:
            return await asyncio.open_unix_connection(self.socket)
        return await asyncio.open_connection("127.0.0.1", self.port)


async def answers(address: Address, path: str, host: str) -> bool:
    """Tell whether the application answers `path`, or takes a connection where it is empty."""
    with suppress(OSError, asyncio.TimeoutError, ValueError, IndexError):
        reader, writer = await address.connect()
        try:
            if not path:
                return True
            writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            status = await asyncio.wait_for(reader.readline(), PATIENCE)
            return int(status.split()[1]) < SERVER_ERROR
        finally:
            writer.close()
    return False
