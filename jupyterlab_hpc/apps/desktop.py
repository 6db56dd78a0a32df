"""A desktop for one session: an X server that speaks VNC on a socket, and a session in it.

    python -I -S desktop.py SOCKET FOLDER GEOMETRY SESSION...

Ends when either ends: who logs out has ended it. Nothing listens on TCP, and who is not the
user lacks the X server's cookie. Knows the standard library only: it is started by its path.
"""

import os
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

SERVERS = ("Xvnc", "Xtigervnc")
SESSIONS = (("xfce4-session",), ("mate-session",), ("startxfce4",), ("x-session-manager",))
# Xauthority's word for "whatever the address".
ANY_ADDRESS = 0xFFFF
COOKIE = b"MIT-MAGIC-COOKIE-1"
GRACE = 5
# Where a session's programs find its manager: sockets named by its process, which leaves them.
MANAGERS = Path("/tmp/.ICE-unix")  # noqa: S108 - X's own place


def write_authority(path: Path) -> None:
    """Write an Xauthority file with a new cookie, for any display."""
    parts = (b"", b"", COOKIE, secrets.token_bytes(16))
    entry = struct.pack(">H", ANY_ADDRESS) + b"".join(
        struct.pack(">H", len(part)) + part for part in parts
    )
    path.touch(mode=0o600)
    path.write_bytes(entry)


def server_command(socket: str, authority: Path, geometry: str, display_fd: int) -> list[str]:
    """Return the X server's command; raises FileNotFoundError where there is none."""
    program = next(filter(None, map(shutil.which, SERVERS)), None)
    if program is None:
        raise FileNotFoundError(f"none of {', '.join(SERVERS)} is on the PATH")
    said = subprocess.run([program, "-version"], capture_output=True, check=False)  # noqa: S603 - no shell, our own words
    turbo = b"TurboVNC" in said.stdout + said.stderr
    return [
        program,
        "-displayfd",
        str(display_fd),
        "-rfbunixpath",
        socket,
        # TigerVNC would listen on TCP too; TurboVNC does not know the word.
        *([] if turbo else ["-rfbport", "-1", "-AlwaysShared", "-AcceptSetDesktopSize"]),
        "-SecurityTypes",
        "None",
        "-auth",
        str(authority),
        "-geometry",
        geometry,
        "-depth",
        "24",
        "-nolisten",
        "tcp",
    ]


def session_command(wanted: list[str]) -> list[str]:
    """Return the session's command, on a message bus of its own where there is one.

    Raises FileNotFoundError where no desktop is installed.
    """
    known = [wanted] if wanted else [list(session) for session in SESSIONS]
    found = [session for session in known if shutil.which(session[0])]
    if not found:
        what = f"{wanted[0]} is not" if wanted else "no desktop is, neither XFCE nor MATE,"
        raise FileNotFoundError(f"{what} on the PATH")
    bus = shutil.which("dbus-run-session")
    return [*([bus, "--"] if bus else []), *found[0]]


def remove_manager_sockets(since: float) -> None:
    """Remove what session managers of ours made `since` then that have gone."""
    with suppress(OSError):
        for path in MANAGERS.iterdir():
            with suppress(OSError, ValueError):
                made = path.lstat()
                if made.st_uid != os.geteuid() or made.st_mtime < since:
                    continue
                try:
                    os.kill(int(path.name), 0)
                except ProcessLookupError:
                    path.unlink()


def main(socket: str, folder: str, geometry: str, *session: str) -> int:
    """Run the desktop until it ends; return the exit code."""
    authority = Path(folder, "Xauthority")
    write_authority(authority)
    reading, writing = os.pipe()
    try:
        inner = session_command(list(session))
        server = subprocess.Popen(  # noqa: S603 - no shell, words of the site
            server_command(socket, authority, geometry, writing), pass_fds=[writing]
        )
    except FileNotFoundError as error:
        print(error, file=sys.stderr)  # noqa: T201 - what the user reads
        return 127
    os.close(writing)
    with os.fdopen(reading) as told:
        display = told.readline().strip()
    if not display:
        return server.wait() or 1
    Path(socket).chmod(0o600)
    runtime = Path(folder, "runtime")
    runtime.mkdir(mode=0o700, exist_ok=True)
    environment = {
        **os.environ,
        "DISPLAY": f":{display}",
        "XAUTHORITY": str(authority),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_SESSION_TYPE": "x11",
    }
    for name in ("DBUS_SESSION_BUS_ADDRESS", "SESSION_MANAGER", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    began = time.time()
    desktop = subprocess.Popen(inner, env=environment)  # noqa: S603 - see above

    def end(*_: object) -> None:
        for program in (desktop, server):
            with suppress(ProcessLookupError):
                program.terminate()

    signal.signal(signal.SIGTERM, end)
    # Whichever ends first takes the other along.
    ended, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    for program in (desktop, server):
        if program.pid == ended:
            program.returncode = code
            continue
        program.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.wait(GRACE)
        program.kill()
        program.wait()
    remove_manager_sockets(began)
    # A session that was logged out of has ended well, whatever it answers.
    return 0 if ended == desktop.pid else abs(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
