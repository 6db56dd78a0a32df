"""What a site has set up for jupyter-server-proxy, as applications of ours. Knows no HTTP."""

from importlib.metadata import entry_points
from typing import Any

from traitlets.config import Config

from .specs import OTHER_NAMES

# What the peer's settings are called: `c.Lmod.launcher_pins`, `c.Lmod.launcher_module_map`,
# of Tmod (Environment Modules), and of the class that inherits from both.
PEERS = ("Lmod", "Tmod", "Module")
# Where other packages name their servers, so that jupyter-server-proxy finds them.
ENTRY_POINTS = "jupyter_serverproxy_servers"


def site_servers(config: Config, parent: Any) -> dict[str, dict[str, Any]]:
    """Return the settings of `ServerProxy.servers` by the names of applications.

    A site that has configured one of the applications that are built in knows why.
    """
    if "ServerProxy" not in config:
        return {}
    from jupyter_server_proxy.config import ServerProxy

    servers = ServerProxy(parent=parent).servers
    return {OTHER_NAMES.get(name, name): _settings(server) for name, server in servers.items()}


def packaged_servers() -> dict[str, dict[str, Any]]:
    """Return the settings of other packages' entry points; blocks, as packages are imported.

    Those of applications that are built in are left out: they do the same, but can be
    found in a module only where it was loaded before the server started.
    """
    if not entry_points(group=ENTRY_POINTS):
        return {}
    from jupyter_server_proxy.config import get_entrypoint_server_processes

    servers = get_entrypoint_server_processes()
    return {server.name: _settings(server) for server in servers}


def _settings(server: Any) -> dict[str, Any]:
    entry = server.launcher_entry
    # Which server of jupyter-server-proxy's has which trait depends on its version.
    settings: dict[str, Any] = {
        "title": entry.title,
        "command": server.command,
        "environment": server.environment,
        "timeout": max(1.0, server.timeout),
        "absolute_url": server.absolute_url,
        "port": server.port,
        "listens": "unix" if server.unix_socket else "tcp",
        # The site has chosen a port itself.
        "allow_tcp": True,
        "unix_socket": server.unix_socket if isinstance(server.unix_socket, str) else "",
        "path": server.name,
        "mappath": server.mappath,
        "hidden": not entry.enabled,
        "icon": str(entry.icon_path),
        "new_browser_tab": server.new_browser_tab,
        "request_headers": server.request_headers_override,
        "rewrite": server.rewrite_response,
        "activity": server.update_last_activity,
        "raw": getattr(server, "raw_socket_proxy", False),
        "quiet": [p.pattern for p in getattr(server, "exclude_last_activity_patterns", [])],
    }
    if entry.path_info.strip("/") != server.name:
        settings["page"] = entry.path_info
    return settings


def peer_rules(config: Config) -> tuple[set[str], dict[str, list[str]]]:
    """Return the peer's pins, and the modules that it shows an application for.

    Pins are in lower case: to the peer `RStudio` and `rstudio` are the same, in pins alone.
    """
    pins: set[str] = set()
    shown: dict[str, list[str]] = {}
    for name in PEERS:
        peer = config.get(name, {})
        for pin in _plain(peer.get("launcher_pins"), list):
            lower = str(pin).lower()
            pins.add(OTHER_NAMES.get(lower, lower))
        for entry, modules in _plain(peer.get("launcher_module_map"), dict).items():
            shown[OTHER_NAMES.get(entry, entry)] = list(modules)
    return pins, shown


def _plain(value: Any, kind: type) -> Any:
    """Return a setting's value; one that is no such thing is the peer's to complain of."""
    return value if isinstance(value, kind) else kind()
