"""Giving the session's environment to what Jupyter starts. Knows no module system.

Only public entry points of jupyter_client, terminado and jupyter-server-proxy
are used: the factory of kernel managers, `restart_kernel(env=…)`,
`make_term_env` and the process class that the proxy starts.
"""

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async

from .environment import SessionEnvironment

LOGIN_RCFILE = Path(__file__).with_name("login.bash")


def follow_kernels(kernels: Any, environment: SessionEnvironment) -> None:
    """Start and restart kernels with the session's environment of the moment.

    `kernels` is the server's MappingKernelManager. Also kernels that restart by
    themselves, and kernels of a subclass that a site has configured, follow.
    """
    make_manager = kernels.kernel_manager_factory

    def make(*args: Any, **kwargs: Any) -> Any:
        manager = make_manager(*args, **kwargs)
        # jupyter_client keeps this very dict for restarts, and jupyter_server
        # writes a renamed notebook's path into it.
        launched: dict[str, str] = {}

        def follow(start: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
            async def follower(*args: Any, **kwargs: Any) -> Any:
                env = environment.overlay(kwargs.get("env") or launched or os.environ)
                launched.clear()
                launched.update(env)
                return await ensure_async(start(*args, **{**kwargs, "env": launched}))

            return follower

        manager.start_kernel = follow(manager.start_kernel)
        manager.restart_kernel = follow(manager.restart_kernel)
        return manager

    kernels.kernel_manager_factory = make


def follow_terminals(terminals: Any, environment: SessionEnvironment) -> None:
    """Start terminals with the session's environment of the moment.

    A login shell of bash reads the login files from an rcfile of ours instead:
    Debian's /etc/profile sets PATH anew, which would leave modules listed as
    loaded whose programs are not found.
    """
    make_environment: Callable[..., dict[str, str]] = terminals.make_term_env

    def make_term_env(*args: Any, **kwargs: Any) -> dict[str, str]:
        return environment.overlay(make_environment(*args, **kwargs))

    terminals.make_term_env = make_term_env
    shell, *options = terminals.shell_command
    if Path(shell).name == "bash" and options == ["-l"]:
        terminals.shell_command = [shell, "--rcfile", str(LOGIN_RCFILE), "-i"]


def follow_server_processes(environment: SessionEnvironment) -> None:
    """Start jupyter-server-proxy's programs with the session's environment of the moment.

    What a program's own configuration sets wins over what a module set. Does
    nothing where that package is not in use.
    """
    handlers = sys.modules.get("jupyter_server_proxy.handlers")
    process = getattr(handlers, "SupervisedProcess", None)
    if handlers is None or process is None:
        return
    start = getattr(process, "__wrapped__", process)  # another server of this Python

    @wraps(start)
    def start_in_session(*args: Any, env: Mapping[str, str], **kwargs: Any) -> Any:
        own = {name: value for name, value in env.items() if os.environ.get(name) != value}
        return start(*args, env={**environment.overlay(env), **own}, **kwargs)

    handlers.__dict__["SupervisedProcess"] = start_in_session


class KernelspecFolders:
    """Keeps the server's kernelspec folders in step with JUPYTER_PATH."""

    def __init__(self, specs: Any, environment: SessionEnvironment) -> None:
        self._specs = specs
        self._environment = environment
        self._shown = self._from_path()

    def _from_path(self) -> list[str]:
        entries = self._environment.values.get("JUPYTER_PATH", "").split(os.pathsep)
        return [str(Path(entry) / "kernels") for entry in entries if entry]

    def refresh(self) -> bool:
        """Look at JUPYTER_PATH again; return whether the folders changed."""
        folders = self._from_path()
        if folders == self._shown:
            return False
        # Asked only now: its default imports IPython, which a start need not wait for.
        fixed = [folder for folder in self._specs.kernel_dirs if folder not in self._shown]
        self._specs.kernel_dirs = list(dict.fromkeys([*folders, *fixed]))
        self._shown = folders
        return True
