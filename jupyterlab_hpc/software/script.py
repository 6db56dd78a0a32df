"""Texts that load modules again, in bash and in Python. Pure functions of names."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import join, quote

BASH = """\
# Loads the modules of a Jupyter session, in the order in which they were loaded.
# For bash: source this file, or paste it into a job script.
{init}module --force purge
{use}{load}"""

INIT = """\
if ! command -v module >/dev/null 2>&1; then
    . {init}
fi
"""

# Lmod's answer for Python is quoted with Lua's %q, so exec-ing it, as Lmod's own
# env_modules_python does, corrupts tabs and bytes that are not UTF-8. So bash loads,
# and `env -0` hands over what a shell would have got.
PYTHON = '''\
"""Loads the modules of a Jupyter session into this Python process.

What it imports from PYTHONPATH and the programs it starts from now on see them.
Libraries (LD_LIBRARY_PATH) are found by programs that are started from now on.
"""

import os
import subprocess
import sys

MODULES = {names}
SCRIPT = {script}

done = subprocess.run(
    ["bash", "-c", "{{ " + SCRIPT + "\\n}} >&2\\nexec env -0"],
    stdout=subprocess.PIPE,
    check=True,
)
new = dict(pair.split(b"=", 1) for pair in done.stdout.split(b"\\0") if pair)
missing = set(MODULES) - set(new.get(b"LOADEDMODULES", b"").decode().split(":"))
if missing:
    raise RuntimeError("not loaded: " + ", ".join(sorted(missing)))
for name in (b"_", b"SHLVL", b"PWD", b"OLDPWD"):
    new.pop(name, None)
    if name in os.environb:
        new[name] = os.environb[name]
for name in set(os.environb) - set(new):
    del os.environb[name]
os.environb.update(new)
for folder in reversed(os.environ.get("PYTHONPATH", "").split(":")):
    if folder and folder not in sys.path:
        sys.path.insert(1, folder)
'''


@dataclass(frozen=True, kw_only=True)
class Loading:
    """What to load, in order, on a MODULEPATH without modules; `init` defines `module`."""

    names: Sequence[str]
    folders: Sequence[str]
    init: str = ""


def bash_script(loading: Loading) -> str:
    """Return lines of bash that lead to the same modules from any state."""
    return BASH.format(
        init=INIT.format(init=quote(loading.init)) if loading.init else "",
        # each one goes in front of those before
        use="".join(f"module use {quote(folder)}\n" for folder in reversed(loading.folders)),
        load=f"module load {join(loading.names)}\n" if loading.names else "",
    )


def python_script(loading: Loading) -> str:
    """Return a Python text that changes the process it runs in: a notebook's first cell."""
    return PYTHON.format(names=repr(list(loading.names)), script=repr(bash_script(loading)))
