"""The script that starts a made kernel. Pure functions of names; knows no disk."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from shlex import quote
from string import Template

from ..tools.recipe import Recipe, bash_setup

CONNECTION_FILE = "{connection_file}"
AGAIN = '/bin/bash "$0" "$@"'

SCRIPT = """\
#!/bin/bash
# Starts the Jupyter kernel {name} with just these modules, wherever it is started:
{modules}
# Jupyter runs it with the file that tells the kernel where to listen. Made by jupyterlab_hpc,
# which tests it: change it with "My Kernels" in JupyterLab, or make another kernel.

{setup}{venv}{env}exec {argv}
"""

# By hand, and not with `activate`, which is for people: it changes the prompt, and it may
# be written for a folder that the environment was moved away from.
VENV = """\
export VIRTUAL_ENV={folder}
export PATH="$VIRTUAL_ENV/bin:$PATH"
"""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What runs as the kernel: its words, with a place for the connection file, and variables.

    `env` has Jupyter's templates: `$NAME` and `${NAME}` are other variables.
    """

    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    venv: str = ""


def start_script(name: str, recipe: Recipe, program: Program) -> str:
    """Return the text of a kernel's start script."""
    listed = [f"#     {_in_comment(module)}" for module in recipe.modules] or ["#     none"]
    return SCRIPT.format(
        name=name,
        modules="\n".join(listed),
        setup=bash_setup(recipe, again=AGAIN),
        venv=venv_setup(program.venv),
        env="".join(f"export {key}={expanded(value)}\n" for key, value in program.env.items()),
        argv=" ".join(word(text) for text in program.argv),
    )


def venv_setup(folder: str) -> str:
    """Return lines of bash that put a virtual environment to the front."""
    return VENV.format(folder=quote(folder)) if folder else ""


def word(text: str) -> str:
    """Return a word of the kernel's command for bash, the connection file filled in."""
    return '"$1"'.join(quote(part) if part else "" for part in text.split(CONNECTION_FILE)) or "''"


def expanded(text: str) -> str:
    """Return the bash for a value with Jupyter's templates; what is not set is empty.

    Jupyter would fill them in before the modules are loaded.
    """
    made = ""
    end = 0
    for match in Template.pattern.finditer(text):
        made += _quoted(text[end : match.start()])
        end = match.end()
        name = match.group("named") or match.group("braced")
        if name:
            made += f'"${{{name}-}}"'
        else:
            made += _quoted("$" if match.group("escaped") else match.group())
    return made + _quoted(text[end:]) or "''"


def _quoted(text: str) -> str:
    return quote(text) if text else ""


def _in_comment(text: str) -> str:
    return re.sub(r"[^\x20-\x7e\u00a0-\uffff]", "?", text)
