"""Which applications there are and how each is run. Knows no module system, no HTTP."""

import sys
from collections.abc import Mapping, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

from traitlets import Bool, Dict, Enum, Float, HasTraits, Int, List, TraitError, Unicode, Union
from traitlets import Callable as CallableTrait


class Spec(HasTraits):
    """How an application is run: what a site can set, with what it is where nothing is set.

    In `command`, `environment`, `folders` and `request_headers` these are put in:
    `{unix_socket}` and `{port}`, where it is to listen; `{base_url}`, what its own address
    begins with; `{folder}`, a folder of its own that goes when it ends; `{cwd}`, JupyterLab's
    folder; `{user}`; `{home}`; `{geometry}`.
    """

    title = Unicode(help="its name on the tile")
    command = Union(
        [List(Unicode()), CallableTrait()],
        default_value=[],
        help="program and arguments, no shell; the program is looked up on the session's PATH. "
        "Empty: it is started by somebody else, and listens on `port` or `unix_socket`",
    )
    programs = List(
        Unicode(),
        help="other names of the program, tried in this order where the first is not there",
    )
    unlocked_by = List(
        Unicode(),
        help="programs of which one on the session's PATH unlocks it; its own where empty",
    )
    modules = List(
        Unicode(),
        help="modules that unlock it: short names, full names, or the beginnings of full names up "
        "to a `/`. The first that exists is offered to the user",
    )
    pinned = Bool(False, help="show it as ready whatever is loaded")
    hidden = Bool(False, help="offer no tile; its address works")
    environment = Union([Dict(), CallableTrait()], default_value={}, help="variables to set for it")
    folders = List(Unicode(), help="folders that have to be there before it starts")
    ready = Unicode(
        "/",
        help="the path that answers, with any status below 500, when it is ready; empty: a "
        "connection is enough",
    )
    timeout = Float(120.0, min=1, help="seconds within which it has to become ready")
    grace = Float(10.0, min=0, help="seconds that it has to end after a SIGTERM")
    listens = Enum(
        ["unix", "tcp"],
        "unix",
        help="`unix`: it listens on `{unix_socket}`; `tcp`: it can only listen on `{port}`, and "
        "runs in a network of its own unless TCP is allowed",
    )
    allow_tcp = Bool(
        False,
        help="let it listen on a port of the machine, which every user of the machine can reach",
    )
    port = Int(0, min=0, max=65535, help="a fixed port instead of a free one")
    unix_socket = Unicode(help="the socket of a program that somebody else starts")
    path = Unicode(help="its address below the base URL, the id where empty")
    page = Unicode(help="where its tile leads, where that is not its own address")
    absolute_url = Bool(False, help="it wants requests with its whole address as their path")
    viewer = Enum(
        ["", "vnc"],
        "",
        help="`vnc`: it speaks VNC, and its address shows a page that shows the desktop",
    )
    geometry = Unicode(
        "1680x1050", help="of a desktop: the size that it begins with, and that its page offers"
    )
    session = List(
        Unicode(),
        help="of a desktop: program and arguments of the session in it, such as a window manager; "
        "empty: XFCE or MATE, whichever is found",
    )
    raw = Bool(False, help="websockets carry what its socket says, as websockify does it")
    request_headers = Union(
        [Dict(), CallableTrait()], default_value={}, help="headers to set in requests to it"
    )
    quiet = List(
        Unicode(),
        help="regular expressions of paths that are asked without the user: no activity",
    )
    gone = Unicode(
        help="regular expression of what its page says in a websocket when nobody has been there "
        "for a while: until one that fits `back` no message is activity",
    )
    back = Unicode(help="regular expression of what its page says when somebody is there again")
    activity = Union(
        [Bool(), CallableTrait()], default_value=True, help="whether requests are activity"
    )
    mappath = Union([Dict(), CallableTrait()], default_value={}, help="paths to ask instead")
    rewrite = Union(
        [List(), CallableTrait()],
        default_value=[],
        help="functions that change an answer, as jupyter-server-proxy's `rewrite_response`",
    )
    icon = Unicode(help="the path of an SVG picture")
    new_browser_tab = Bool(True, help="open it in a browser tab, not in JupyterLab's own area")
    rank = Int(100, help="its place among the tiles, lower first")

    def __init__(self, **settings: Any) -> None:
        for name in settings:
            if not self.has_trait(name):
                raise TraitError(f"An application has no setting named {name!r}.")
        super().__init__(**settings)


def settings_help() -> str:
    """Return the settings of an application as lines of text."""
    return "\n".join(
        f"- `{name}`: {trait.help.removesuffix('.')}"
        for name, trait in Spec.class_traits().items()
        if trait.help
    )


def rserver(*, base_url: str, folder: str, unix_socket: str, user: str) -> list[str]:
    """Return RStudio Server's command, as jupyter-rsession-proxy 2.5 has it.

    The server makes the key file by itself, and its data folder is world-accessible inside
    one that is not.
    """
    database = Path(folder, "database.conf")
    data = Path(folder, "server-data")
    data.mkdir(exist_ok=True)
    database.write_text(f"provider=sqlite\ndirectory={data}\n", encoding="utf-8")
    return [
        "rserver",
        "--auth-none=1",
        "--www-frame-origin=same",
        "--www-verify-user-agent=0",
        f"--secure-cookie-key-file={Path(folder, 'secure-cookie-key')}",
        f"--server-user={user}",
        f"--www-root-path={base_url}rstudio/",
        f"--server-data-dir={data}",
        f"--database-config-file={database}",
        f"--www-socket={unix_socket}",
    ]


BUILT_IN: Mapping[str, Mapping[str, Any]] = {
    "rstudio": {
        "title": "RStudio",
        "command": rserver,
        "programs": [
            "rserver",
            "/usr/lib/rstudio-server/bin/rserver",
            "/usr/lib/rstudio/bin/rserver",
        ],
        "modules": ["rstudio-server", "rstudio"],
        "environment": {"USER": "{user}"},
        "quiet": ["events/get_events$"],
        "rank": 10,
    },
    "vscode": {
        "title": "VS Code",
        "command": [
            "code-server",
            "--auth=none",
            "--disable-telemetry",
            "--disable-update-check",
            "--disable-workspace-trust",
            "--disable-getting-started-override",
            "--disable-proxy",
            "--ignore-last-opened",
            "--socket={unix_socket}",
            "--socket-mode=0600",
            "{cwd}",
        ],
        "modules": ["code-server", "vscode"],
        "environment": {
            # Else it reads and writes the configuration of another, which may name a TCP port.
            "CODE_SERVER_CONFIG": "{folder}/config.yaml",
            # Else its terminals' sockets are in /tmp, open to the group where the umask is
            # 002, and stay there.
            "XDG_RUNTIME_DIR": "{folder}",
        },
        "ready": "/healthz",
        # What it tells its extensions, 30 to 60 seconds after the last key or click. Its page
        # says a hundred things a minute by itself. Versions before 1.89 do not tell.
        "gone": r"\$onDidChangeWindowActive.{1,8}\[false\]",
        "back": r"\$onDidChangeWindowActive.{1,8}\[true\]",
        # What the centres tell their users to expect from a busy file system.
        "timeout": 180.0,
        "rank": 20,
    },
    "openrefine": {
        "title": "OpenRefine",
        "command": [
            "refine",
            "-i",
            "127.0.0.1",
            "-p",
            "{port}",
            "-d",
            "{home}/.local/share/openrefine",
            "-x",
            "refine.headless=true",
        ],
        "programs": ["refine", "openrefine"],
        "modules": ["openrefine"],
        "listens": "tcp",
        "folders": ["{home}/.local/share/openrefine"],
        # It refuses any other host, which protects it from rebound names.
        "request_headers": {"Host": "127.0.0.1"},
        "ready": "/command/core/get-version",
        "timeout": 180.0,
        # It saves its projects when it is told to end.
        "grace": 30.0,
        "rank": 30,
    },
    "desktop": {
        "title": "Desktop",
        "command": [
            sys.executable,
            "-I",
            "-S",
            str(Path(__file__).with_name("desktop.py")),
            "{unix_socket}",
            "{folder}",
            "{geometry}",
        ],
        # The program is Python; it needs one of these.
        "unlocked_by": ["Xvnc", "Xtigervnc"],
        "modules": ["turbovnc", "tigervnc", "desktop"],
        "viewer": "vnc",
        "timeout": 300.0,
        "rank": 40,
    },
}

# What a site may have named them for jupyter-server-proxy.
OTHER_NAMES = {"code-server": "vscode", "desktop-websockify": "desktop"}


def fill(value: Any, places: Mapping[str, str]) -> Any:
    """Return a text, or a list or mapping of texts, with what belongs in its places."""
    if isinstance(value, str):
        return value.format(**places)
    if isinstance(value, Mapping):
        return {fill(name, places): fill(item, places) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [fill(item, places) for item in value]
    raise TypeError(f"{type(value).__name__} is neither text nor a list or mapping of texts")


def resolve(value: Any, texts: Mapping[str, str]) -> Any:
    """Return what a setting says, its places filled.

    A function is asked for those of the texts that it names, the port being a number.
    """
    if callable(value):
        known: dict[str, Any] = {**texts, "port": int(texts["port"])}
        named = signature(value).parameters
        value = value(**{name: known[name] for name in named if name in known})
    return fill(value, texts)
