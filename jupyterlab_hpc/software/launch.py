"""Giving the session's environment to what Jupyter starts. Knows no module system.

Only public entry points of jupyter_client, terminado and jupyter-server-proxy
are used: the factory of kernel managers, `restart_kernel(env=…)`,
`make_term_env` and the process class that the proxy starts.
"""

import os
import sys
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from jupyter_core.utils import ensure_async

from .environment import SessionEnvironment

LOGIN_RCFILE = Path(__file__).with_name("login.bash")


@dataclass(frozen=True, kw_only=True)
class Launched:
    """What runs, with the environment that it got and the revision of that.

    `name` is a terminal's or an application's name, or a kernelspec's; `own` are
    variables whose values are its own, whatever the session's are.
    """

    key: str
    name: str
    revision: int
    environment: Mapping[str, str]
    own: frozenset[str] = frozenset()


Running = Callable[[], list[Launched]]


@dataclass(frozen=True, kw_only=True)
class Kernels:
    """What tells which kernels run, and takes note that some have the session's state.

    `taken_over` is for kernels that changed their environment themselves, named by
    their ids: of those among them that run it returns the ids.
    """

    running: Running = list
    taken_over: Callable[[Collection[str]], set[str]] = lambda _: set()


def follow_kernels(
    kernels: Any, environment: SessionEnvironment, on_renewed: Callable[[], None] = lambda: None
) -> Kernels:
    """Start and restart kernels with the session's environment of the moment.

    Returns what tells which kernels run, and what they started with. `on_renewed` is
    called when a kernel has a newer environment than before.

    `kernels` is the server's MappingKernelManager. Also kernels that restart by
    themselves, and kernels of a subclass that a site has configured, follow.
    """
    make_manager = kernels.kernel_manager_factory
    started: WeakKeyDictionary[Any, tuple[int, Mapping[str, str]]] = WeakKeyDictionary()

    def is_renewed(manager: Any, env: Mapping[str, str]) -> bool:
        before = started.get(manager)
        started[manager] = environment.revision, env
        return before is not None and before[0] < environment.revision

    def make(*args: Any, **kwargs: Any) -> Any:
        manager = make_manager(*args, **kwargs)
        # jupyter_client keeps this very dict for restarts, and jupyter_server
        # writes a renamed notebook's path into it.
        launched: dict[str, str] = {}

        def follow(start: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
            async def follower(*args: Any, **kwargs: Any) -> Any:
                env = environment.overlay(kwargs.get("env") or launched or os.environ)
                renewed = is_renewed(manager, env)
                launched.clear()
                launched.update(env)
                answer = await ensure_async(start(*args, **{**kwargs, "env": launched}))
                if renewed:
                    on_renewed()
                return answer

            return follower

        manager.start_kernel = follow(manager.start_kernel)
        manager.restart_kernel = follow(manager.restart_kernel)
        return manager

    kernels.kernel_manager_factory = make

    def running() -> list[Launched]:
        managers = {key: kernels.get_kernel(key) for key in kernels.list_kernel_ids()}
        return [
            Launched(
                key=key,
                name=manager.kernel_name,
                revision=started[manager][0],
                environment=started[manager][1],
            )
            for key, manager in managers.items()
            if manager in started
        ]

    def taken_over(keys: Collection[str]) -> set[str]:
        managers = {key: kernels.get_kernel(key) for key in kernels.list_kernel_ids()}
        here = {key for key in keys if managers.get(key) in started}
        renewed = [
            is_renewed(managers[key], environment.overlay(started[managers[key]][1]))
            for key in here
        ]
        if any(renewed):
            on_renewed()
        return here

    return Kernels(running=running, taken_over=taken_over)


def follow_terminals(terminals: Any, environment: SessionEnvironment) -> Running:
    """Start terminals with the session's environment of the moment.

    Returns what tells which terminals run, and what they started with.

    A login shell of bash reads the login files from an rcfile of ours instead:
    Debian's /etc/profile sets PATH anew, which would leave modules listed as
    loaded whose programs are not found.
    """
    make_environment: Callable[..., dict[str, str]] = terminals.make_term_env

    make_terminal: Callable[..., Any] = terminals.new_terminal
    started: WeakKeyDictionary[Any, tuple[int, Mapping[str, str]]] = WeakKeyDictionary()
    made: dict[str, str] = {}

    def make_term_env(*args: Any, **kwargs: Any) -> dict[str, str]:
        env = environment.overlay(make_environment(*args, **kwargs))
        made.clear()
        made.update(env)
        return env

    def new_terminal(*args: Any, **kwargs: Any) -> Any:
        terminal = make_terminal(*args, **kwargs)  # makes its environment on the way
        started[terminal] = environment.revision, dict(made)
        return terminal

    terminals.make_term_env = make_term_env
    terminals.new_terminal = new_terminal
    shell, *options = terminals.shell_command
    if Path(shell).name == "bash" and options == ["-l"]:
        terminals.shell_command = [shell, "--rcfile", str(LOGIN_RCFILE), "-i"]

    def running() -> list[Launched]:
        return [
            Launched(
                key=name,
                name=name,
                revision=started[terminal][0],
                environment=started[terminal][1],
            )
            for name, terminal in terminals.terminals.items()
            if terminal in started
        ]

    return running


def follow_server_processes(environment: SessionEnvironment) -> Running:
    """Start jupyter-server-proxy's programs with the session's environment of the moment.

    Returns what tells which programs run, and what they started with.

    What a program's own configuration sets wins over what a module set. Does
    nothing where that package is not in use.
    """
    handlers = sys.modules.get("jupyter_server_proxy.handlers")
    process = getattr(handlers, "SupervisedProcess", None)
    if handlers is None or process is None:
        return list
    start = getattr(process, "__wrapped__", process)  # another server of this Python
    started: WeakKeyDictionary[Any, Launched] = WeakKeyDictionary()

    @wraps(start)
    def start_in_session(*args: Any, env: Mapping[str, str], **kwargs: Any) -> Any:
        own = {name: value for name, value in env.items() if os.environ.get(name) != value}
        name = str(args[0] if args else kwargs.get("name", ""))
        env = {**environment.overlay(env), **own}
        program = start(*args, env=env, **kwargs)
        started[program] = Launched(
            key=name,
            name=name,
            revision=environment.revision,
            environment=env,
            own=frozenset(own),
        )
        return program

    handlers.__dict__["SupervisedProcess"] = start_in_session
    return lambda: [about for program, about in list(started.items()) if program.running]


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
