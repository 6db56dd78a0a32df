"""The text of a batch script. Pure functions of names and paths; starts nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from shlex import join, quote

from ..errors import BadRequestError
from ..sentences import trans
from .models import Method, Resources, Value

# How the programs of scripts are called, by the end of their names.
INTERPRETERS: Mapping[str, str] = {
    ".py": "python3 -u",
    ".r": "Rscript",
    ".jl": "julia",
    ".sh": "bash",
}
LANGUAGES: Mapping[str, str] = {"python": ".py", "r": ".r", "julia": ".jl", "bash": ".sh"}
NOTEBOOK = ".ipynb"

_PLAIN = re.compile(r"^[\w./%@+:,=-]+$")
# What sbatch's own reading of a line cannot hold.
_NO_LINE = re.compile(r"[\x00-\x1f\x7f]")
_UNSAFE = re.compile(r"[^\w.+=-]+")
_WORD = re.compile(r"^[\w.+:@/-]*$", re.ASCII)
_ARRAY = re.compile(r"^\d+(?:-\d+(?::[1-9]\d*)?)?(?:,\d+(?:-\d+(?::[1-9]\d*)?)?)*(?:%[1-9]\d*)?$")
_MAIL = re.compile(r"^[^\s@,\"'\\]+@[^\s@,\"'\\]+$")
LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True)
class Loading:
    """Modules to load, in order, on a MODULEPATH of `folders`; `init` defines `module`."""

    names: Sequence[str]
    folders: Sequence[str]
    init: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A job before it is a text. Paths are absolute.

    `folder` is where results go, `interpreter` and `runner` are the Jupyter server's Python
    and the path of run.py, `records` is where the progress is told. `language` is that of a
    notebook's kernel. `options` are lines of the site.
    """

    source: str
    folder: str
    resources: Resources
    loading: Loading | None
    method: Method = "execute"
    language: str = "python"
    parameters: Mapping[str, Value] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    virtual_environment: str = ""
    email: str = ""
    interpreter: str
    runner: str
    records: str
    options: Sequence[str] = ()


def batch_script(plan: Plan) -> tuple[str, list[str]]:
    """Return the script and the options that sbatch gets beside it.

    Raises BadRequestError for what Slurm's options cannot be.
    """
    check(plan.resources, plan.email)
    directives, options = [], []
    for name, value in _directives(plan):
        if _NO_LINE.search(value):
            options.append(f"--{name}={value}")
        else:
            directives.append(f"#SBATCH --{name}={_in_line(value)}")
    lines = [
        # A login shell knows `module`, whatever the environment that it starts with.
        "#!/bin/bash -l",
        *directives,
        *(f"#SBATCH {option}" for option in plan.options),
        "",
        "# srun hands on what is set here, also where SBATCH_EXPORT=NONE.",
        "unset SLURM_EXPORT_ENV",
        'export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"',
        "",
        *_environment(plan),
        f"cd -- {quote(str(PurePath(plan.source).parent))} || exit",
        *_program(plan),
    ]
    return "\n".join(lines) + "\n", options


def check(resources: Resources, email: str) -> None:
    """Raise BadRequestError for what cannot be an option of Slurm."""
    for value in (resources.account, resources.partition, resources.gpu_type):
        if not _WORD.fullmatch(value) or value.startswith("-"):
            raise BadRequestError(trans.gettext("%1 is no name that Slurm can have."), value)
    if resources.array and not _ARRAY.fullmatch(resources.array):
        raise BadRequestError(
            trans.gettext("%1 is no list of array tasks. These are: %2"),
            resources.array,
            "1-10 1,5,9 1-100%10",
        )
    if email and not _MAIL.fullmatch(email):
        raise BadRequestError(trans.gettext("%1 is no e-mail address."), email)
    for number in (resources.time, resources.cores, resources.memory):
        if number is not None and number <= 0:
            raise BadRequestError(trans.gettext("Time, cores and memory must be above zero."))
    if resources.gpus < 0:
        raise BadRequestError(trans.gettext("The number of GPUs must not be below zero."))


def safe_name(source: str) -> str:
    """Return a notebook's name as job, log and script can have it."""
    return _UNSAFE.sub("_", PurePath(source).stem).strip("_.-")[:LONGEST_NAME] or "job"


def log_pattern(plan: Plan) -> str:
    """Return the name of the output as Slurm fills it in, in the folder of the results."""
    return f"{safe_name(plan.source)}-{'%A_%a' if plan.resources.array else '%j'}.log"


def slurm_time(seconds: int) -> str:
    """Return a duration as Slurm writes it; it counts whole minutes."""
    minutes = -(-seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    clock = f"{hours:02}:{minutes:02}:00"
    return f"{days}-{clock}" if days else clock


def _directives(plan: Plan) -> list[tuple[str, str]]:
    asked = plan.resources
    said = [("job-name", safe_name(plan.source))]
    if asked.account:
        said.append(("account", asked.account))
    if asked.partition:
        said.append(("partition", asked.partition))
    if asked.time is not None:
        said.append(("time", slurm_time(asked.time)))
    if asked.cores is not None:
        said.append(("cpus-per-task", str(asked.cores)))
    if asked.memory is not None:
        said.append(("mem", f"{-(-asked.memory // (1 << 20))}M"))
    if asked.gpus:
        kind = f"{asked.gpu_type}:" if asked.gpu_type else ""
        said.append(("gres", f"gpu:{kind}{asked.gpus}"))
    if asked.array:
        said.append(("array", asked.array))
    if plan.email:
        said += [("mail-user", plan.email), ("mail-type", "END,FAIL")]
    # A name of ours alone is what Slurm fills in: it knows signs in it that a folder may have.
    return [*said, ("chdir", plan.folder), ("output", log_pattern(plan))]


def _in_line(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _environment(plan: Plan) -> list[str]:
    lines = []
    loading = plan.loading
    if loading is not None:
        if loading.init:
            lines += [
                "if ! command -v module >/dev/null 2>&1; then",
                f"    . {quote(loading.init)}",
                "fi",
            ]
        lines.append("module --force purge")
        # Each one goes in front of those before.
        lines += [f"module use {quote(folder)}" for folder in reversed(loading.folders)]
        if loading.names:
            lines.append(f"module load {join(loading.names)} || exit")
        lines.append("")
    if plan.virtual_environment:
        activate = PurePath(plan.virtual_environment, "bin", "activate")
        lines += [f". {quote(str(activate))} || exit", ""]
    return lines


def _program(plan: Plan) -> list[str]:
    suffix = PurePath(plan.source).suffix.lower()
    name = PurePath(plan.source).name
    if suffix == NOTEBOOK:
        return _converted(plan, name) if plan.method == "convert" else _executed(plan, name)
    call = INTERPRETERS[suffix]
    words = join([_as_file(name), *plan.arguments])
    return ["", f"exec {call} {words}"]


def _as_file(name: str) -> str:
    """Return a file's name so that no program takes it for an option."""
    return f"./{name}" if name.startswith(("-", "+")) else name


def _executed(plan: Plan, name: str) -> list[str]:
    call = [f"--to={plan.folder}", f"--progress={plan.records}"]
    if plan.parameters:
        call.append(f"--parameters={json.dumps(dict(plan.parameters), ensure_ascii=False)}")
    if plan.virtual_environment:
        call.append(f"--python={PurePath(plan.virtual_environment, 'bin', 'python')}")
    job = '"${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}"'
    stem = quote(PurePath(name).stem + "-")
    if plan.parameters:
        otherwise = [
            'echo "The parameters can be given to the notebook by this program alone." >&2',
            "exit 69",
        ]
    else:
        otherwise = [
            f"job={job}",
            "exec jupyter nbconvert --to notebook --execute \\",
            f"    --output-dir={quote(plan.folder)} \\",
            f'    --output={stem}"${{job:-$SLURM_JOB_ID}}" -- {quote(name)}',
        ]
    return [
        "",
        "# Runs the notebook and writes the result while it runs; the notebook stays as it is.",
        f"python={quote(plan.interpreter)}",
        f"run={quote(plan.runner)}",
        'if [ -x "$python" ] && [ -r "$run" ]; then',
        '    exec "$python" -E "$run" \\',
        *(f"        {quote(word)} \\" for word in call),
        f"        -- {quote(name)}",
        "fi",
        'echo "$run is not on this node; progress cannot be told." >&2',
        *otherwise,
    ]


def _converted(plan: Plan, name: str) -> list[str]:
    suffix = LANGUAGES.get(plan.language.lower())
    if suffix is None:
        raise BadRequestError(
            trans.gettext("A notebook in %1 cannot be converted to a script here."), plan.language
        )
    stem = quote(safe_name(plan.source) + "-")
    run = INTERPRETERS[suffix]
    job = '"${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}"'
    lines = [
        "",
        "# Converts the notebook to a script, as `jupyter nbconvert --to script` does.",
        f"python={quote(plan.interpreter)}",
        f"job={job}",
        f'script={stem}"${{job:-$SLURM_JOB_ID}}-script"',
        f"folder={quote(plan.folder)}",
        'if [ -x "$python" ]; then',
        '    "$python" -E -m nbconvert --to script --output-dir="$folder" --output="$script" \\',
        f"        -- {quote(name)} || exit",
        "else",
        '    jupyter nbconvert --to script --output-dir="$folder" --output="$script" \\',
        f"        -- {quote(name)} || exit",
        "fi",
    ]
    lines.append('set -- "$folder/$script".*')
    if suffix == ".py":
        lines += [
            "# Lines with % or ! are IPython's.",
            'if grep -q get_ipython "$1"; then',
            '    exec ipython --colors=NoColor "$1"',
            "fi",
        ]
    return [*lines, f'exec {run} "$1"']
