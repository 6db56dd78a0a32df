"""A web application for the tests: `echo_app.py SOCKET|PORT [OPTION...]`.

It tells what it was asked, and misbehaves as its options say. Standard library and tornado.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tornado import httpserver, netutil, web, websocket

parser = argparse.ArgumentParser()
parser.add_argument("where")
parser.add_argument("--slow", type=float, default=0, help="seconds before it listens")
parser.add_argument("--wait-for", default="", help="a file before which it does not listen")
parser.add_argument("--exit", type=int, default=None, help="ends at once with this code")
parser.add_argument("--stubborn", action="store_true", help="does not end at a SIGTERM")
parser.add_argument("--saves", default="", help="a file to write at a SIGTERM, three seconds after")
parser.add_argument("--daemon", default="", help="a file with the pid of a daemon it leaves behind")
options = parser.parse_args()


class Echo(web.RequestHandler):
    def reply(self) -> None:
        self.finish(
            json.dumps(
                {
                    "method": self.request.method,
                    "uri": self.request.uri,
                    "headers": list(self.request.headers.get_all()),
                    "body": self.request.body.decode(errors="replace")[:1000],
                    "modules": os.environ.get("LOADEDMODULES", ""),
                    "environment": sorted(os.environ),
                    "pid": os.getpid(),
                }
            )
        )

    get = post = put = delete = patch = reply


class Cookies(web.RequestHandler):
    def get(self) -> None:
        self.set_cookie("theme", "dark")
        self.set_cookie("_xsrf", "stolen")
        self.set_cookie("username-127-0-0-1-8888", "stolen")


class Redirect(web.RequestHandler):
    def get(self) -> None:
        self.set_status(302)
        self.set_header("Location", self.get_query_argument("to"))


class Big(web.RequestHandler):
    async def get(self) -> None:
        size = int(self.get_query_argument("size"))
        self.set_header("Content-Length", str(size))
        chunk = b"x" * 65536
        while size > 0:
            self.write(chunk[:size])
            size -= len(chunk)
            await self.flush()


@web.stream_request_body
class Upload(web.RequestHandler):
    def prepare(self) -> None:
        self.size = 0
        self.request.connection.set_max_body_size(2**50)

    async def data_received(self, chunk: bytes) -> None:
        self.size += len(chunk)

    def post(self) -> None:
        self.finish(str(self.size))


class Events(web.RequestHandler):
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.write("data: first\n\n")
        await self.flush()
        await asyncio.Event().wait()


class Crash(web.RequestHandler):
    def get(self) -> None:
        print("libfoo.so.3: cannot open shared object file", file=sys.stderr, flush=True)
        os._exit(int(self.get_query_argument("code", "3")))


class Socket(websocket.WebSocketHandler):
    open_ones = 0

    def select_subprotocol(self, subprotocols: list[str]) -> "str | None":
        return "second" if "second" in subprotocols else None

    def check_origin(self, origin: str) -> bool:
        return True

    def open(self, *args: str) -> None:
        Socket.open_ones += 1
        self.write_message(json.dumps(dict(self.request.headers.get_all())))

    def on_close(self) -> None:
        Socket.open_ones -= 1

    def on_pong(self, data: bytes) -> None:
        self.write_message("pong")

    def on_message(self, message: "str | bytes") -> None:
        self.write_message(message, binary=isinstance(message, bytes))


class Sockets(web.RequestHandler):
    def get(self) -> None:
        self.finish(str(Socket.open_ones))


class Flood(websocket.WebSocketHandler):
    sent = 0

    def check_origin(self, origin: str) -> bool:
        return True

    async def open(self, *args: str) -> None:
        for _ in range(1024):
            await self.write_message(b"x" * 2**20, binary=True)
            Flood.sent += 2**20


class Flooded(web.RequestHandler):
    def get(self) -> None:
        self.finish(str(Flood.sent))


class Refused(web.RequestHandler):
    def get(self) -> None:
        raise web.HTTPError(403)


DAEMON = """
import os, sys, time
if os.fork():
    os._exit(0)
os.setsid()
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(os.getpid()))
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(1000)
"""


async def main() -> None:
    print("starting", flush=True)
    if options.exit is not None:
        print("cannot go on", flush=True)
        sys.exit(options.exit)
    if options.daemon:
        # A session of its own, and a parent that ends: what killing a group does not find.
        subprocess.run([sys.executable, "-c", DAEMON, options.daemon], check=True)
    time.sleep(options.slow)
    while options.wait_for and not Path(options.wait_for).exists():
        await asyncio.sleep(0.02)
    app = web.Application(
        [
            ("/cookies", Cookies),
            ("/redirect", Redirect),
            ("/big", Big),
            ("/upload", Upload),
            ("/events", Events),
            ("/crash", Crash),
            ("/socket", Socket),
            ("/sockets", Sockets),
            ("/flood", Flood),
            ("/flooded", Flooded),
            ("/refused", Refused),
            (".*", Echo),
        ],
        websocket_max_message_size=2**26,
    )
    server = httpserver.HTTPServer(app, max_body_size=2**50)
    if options.where.isdigit():
        server.listen(int(options.where), "127.0.0.1")
    else:
        server.add_socket(netutil.bind_unix_socket(options.where))
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    if options.stubborn:
        loop.add_signal_handler(signal.SIGTERM, lambda: print("no", flush=True))
    elif options.saves:
        loop.add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()
    await asyncio.sleep(3)
    Path(options.saves).write_text("saved")


asyncio.run(main())
