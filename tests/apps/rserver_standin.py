#!/usr/bin/env python3
"""Stand-in for RStudio's `rserver`, as strict as the real one about what it is given.

No registry has RStudio Server. This one takes the arguments that jupyter-rsession-proxy 2.5
gives it and no others, checks the files that they name as rserver 2024.12 does
(SecureKeyFile.cpp, ServerPAMAuth.cpp), and signs users in by its cookies.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import socketserver
import sys
import time
import uuid
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, unquote

OPTIONS = {
    "auth-none",
    "www-frame-origin",
    "www-verify-user-agent",
    "secure-cookie-key-file",
    "server-user",
    "www-root-path",
    "server-data-dir",
    "database-config-file",
    "www-socket",
}
LONGEST_KEY = 32


def given() -> "dict[str, str]":
    """Return the options, or end as rserver does where one is not right."""
    found = {}
    for argument in sys.argv[1:]:
        name, sign, value = argument.removeprefix("--").partition("=")
        if not sign or name not in OPTIONS:
            sys.exit(f"unrecognised option '{argument}'")
        found[name] = value
    for right, why in (
        (set(found) == OPTIONS, f"missing: {OPTIONS - set(found)}"),
        (found.get("auth-none") == "1", "auth-none"),
        (found.get("www-verify-user-agent") == "0", "www-verify-user-agent"),
        (os.environ.get("USER") == found.get("server-user"), "USER is not the server-user"),
        (found.get("www-root-path", "").endswith("/"), "www-root-path"),
        (Path(found.get("server-data-dir", "-")).is_dir(), "server-data-dir"),
        (
            Path(found["database-config-file"]).read_text().startswith("provider=sqlite\n"),
            "database-config-file",
        ),
    ):
        if not right:
            sys.exit(f"rserver: {why}")
    return found


def key_of(path: Path) -> str:
    """Return the key of a file, which is made where it is not there."""
    if not path.exists():
        path.write_text(uuid.uuid4().hex)
        path.chmod(0o600)
    key = path.read_text()
    if len(key) < LONGEST_KEY:
        sys.exit("rserver: the key file is empty or short")
    return key


options = given()
root = options["www-root-path"]
user = options["server-user"]
key = key_of(Path(options["secure-cookie-key-file"]))


def sign(value: str, expires: str) -> str:
    digest = hmac.new(key.encode(), (value + expires).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def cookie() -> str:
    expires = formatdate(time.time() + 86400, usegmt=True)
    return "|".join(quote(part, safe="") for part in (user, expires, sign(user, expires)))


def is_signed(value: str) -> bool:
    parts = [unquote(part) for part in value.split("|")]
    return (
        len(parts) == 3
        and hmac.compare_digest(parts[2], sign(parts[0], parts[1]))
        and parsedate_to_datetime(parts[1]).timestamp() > time.time()
        and parts[0] == user
    )


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self) -> str:
        return "-"

    def cookies(self) -> "dict[str, str]":
        lines = self.headers.get_all("Cookie", [])
        pairs = [pair.strip() for line in lines for pair in line.split(";")]
        return dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    def reply(self, code: int, body: str = "", headers: "tuple[tuple[str, str], ...]" = ()) -> None:
        self.send_response(code)
        for name, value in (*headers, ("Content-Length", str(len(body.encode())))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        own = f"http://{self.headers['Host']}{root}"
        if path == "/auth-sign-in":
            where = f"Path={root.rstrip('/')}; HttpOnly; SameSite=Lax"
            self.reply(
                302,
                headers=(
                    ("Location", own),
                    ("Set-Cookie", f"user-id={cookie()}; {where}"),
                    ("Set-Cookie", f"rs-csrf-token={uuid.uuid4()}; Path={root.rstrip('/')}"),
                ),
            )
        elif not is_signed(self.cookies().get("user-id", "")):
            location = f"{own}auth-sign-in?appUri={quote(self.path)}"
            self.reply(302, headers=(("Location", location),))
        else:
            self.reply(200, "RStudio (stand-in)", (("Content-Type", "text/html"),))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        cookies = self.cookies()
        if not is_signed(cookies.get("user-id", "")):
            self.reply(401)
        elif self.headers.get("X-RS-CSRF-Token") != cookies.get("rs-csrf-token"):
            self.reply(400)
        else:
            self.reply(200, json.dumps({"R_HOME": os.environ.get("R_HOME", "")}))


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


Server(options["www-socket"], Handler).serve_forever()
