"""Runs a notebook in a batch job, and tells how far it is. Standalone: not imported by us.

    python -E run.py --to FOLDER [--progress FOLDER] [--parameters JSON] [--python PATH] NOTEBOOK

It needs nbclient alone, which every Jupyter server has. Unlike `nbconvert --execute` it writes
the executed notebook while it runs, so that what a job did before it failed or ran into a limit
is there, and what the cells print goes to the job's output at once. The notebook itself and
earlier results are never written to.

Exit codes: 0 all cells ran; 1 a cell failed; 3 the kernel did not start; 4 the kernel died;
66 the notebook cannot be read; 73 the result cannot be written; 143 ended by Slurm.
"""

import argparse
import json
import os
import re
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

if sys.path and Path(sys.path[0]) == Path(__file__).parent:
    del sys.path[0]  # our own modules must not stand for others of their names

import nbformat as untyped
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from traitlets import default

nbformat: Any = untyped

CELL_FAILED, NO_KERNEL, KERNEL_DIED, NO_NOTEBOOK, NO_ROOM, ENDED = 1, 3, 4, 66, 73, 143
FORMAT = 1
SAVE_EVERY = 10.0  # seconds; a large notebook takes a while to write
TELL_EVERY = 0.5  # seconds
MOST_RESULTS = 1000  # of one job: it was requeued that often

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_IDENTIFIER = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")


class FailedError(Exception):
    """The notebook was not run to its end; the arguments are the exit code and a sentence."""


def job_name(environment: Any = os.environ) -> str:
    """Return the job's id as it stands in file names: `42`, or `42_3` for a task."""
    array, task = environment.get("SLURM_ARRAY_JOB_ID"), environment.get("SLURM_ARRAY_TASK_ID")
    if array and task:
        return f"{array}_{task}"
    return str(environment.get("SLURM_JOB_ID") or os.getpid())


# --- parameters ---------------------------------------------------------------------------


def assignments(parameters: dict[str, Any], language: str) -> str:
    """Return lines that set the parameters; raises ValueError for what cannot be said."""
    writers = {"python": _python, "r": _r, "julia": _julia}
    write = writers.get(language.lower())
    if write is None:
        raise ValueError(f"parameters cannot be given to a notebook in {language or '?'}")
    sign = "<-" if write is _r else "="
    lines = ["# Parameters"]
    for name, value in parameters.items():
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a variable")
        lines.append(f"{name} {sign} {write(value)}")
    return "\n".join(lines) + "\n"


def _python(value: Any) -> str:
    return repr(value)


def _r(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"list({', '.join(_r(item) for item in value)})"


def _julia(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("$", "\\$")
    return f"[{', '.join(_julia(item) for item in value)}]"


def inject(notebook: Any, parameters: dict[str, Any]) -> None:
    """Put the parameters into a notebook as papermill does.

    They stand in a cell of their own behind the one with the tag `parameters`, whose values
    they replace, or at the beginning.
    """
    if not parameters:
        return
    metadata = notebook.metadata
    language = metadata.get("kernelspec", {}).get("language") or metadata.get(
        "language_info", {}
    ).get("name", "python")
    cell = nbformat.v4.new_code_cell(assignments(parameters, language))
    if notebook.nbformat_minor < 5:  # noqa: PLR2004 - where cells got ids
        cell.pop("id", None)
    cell.metadata["tags"] = ["injected-parameters"]
    tags = [set(other.metadata.get("tags", [])) for other in notebook.cells]
    old = next((i for i, has in enumerate(tags) if "injected-parameters" in has), None)
    if old is not None:
        notebook.cells[old] = cell
        return
    defaults = next((i for i, has in enumerate(tags) if "parameters" in has), -1)
    notebook.cells.insert(defaults + 1, cell)


# --- what is written ----------------------------------------------------------------------


def write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
        with suppress(OSError):  # as a file that is opened for writing
            Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def new_file(folder: Path, stem: str, suffix: str) -> Path:
    """Make an empty file that was not there before. Raises OSError."""
    for number in range(1, MOST_RESULTS):
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            return path
    raise FileExistsError(str(folder / stem))


class Progress:
    """How far the job is, in a file that the Jupyter server reads."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._path = folder / f"progress-{name}.json" if folder else None
        self._told = 0.0
        self._later: threading.Timer | None = None
        self.said: dict[str, Any] = {"format": FORMAT, "state": "running", "done": 0, "total": 0}

    def tell(self, *, now: bool = False, **changes: Any) -> None:
        """Take note of changes; they are written at once, or in a moment."""
        self.said.update(changes)
        if now or time.monotonic() - self._told >= TELL_EVERY:
            self._write()
        elif self._later is None:
            self._later = threading.Timer(TELL_EVERY, self._write)
            self._later.daemon = True
            self._later.start()

    def _write(self) -> None:
        self._later = None
        if self._path is None:
            return
        self._told = time.monotonic()
        try:
            write(self._path, json.dumps(dict(self.said)))
        except OSError as error:
            # A full disk must not end a job whose result goes elsewhere.
            print(f"[job] The progress cannot be told: {error}", file=sys.stderr, flush=True)
            self._path = None


# --- running ------------------------------------------------------------------------------


class Specs(KernelSpecManager):
    """The kernels of the job; those in Python run with the job's virtual environment."""

    python = ""

    def get_kernel_spec(self, kernel_name: str) -> Any:
        try:
            spec = super().get_kernel_spec(kernel_name)
        except NoSuchKernel:
            if not self.python:
                raise
            spec = KernelSpec(language="python", display_name=kernel_name)
        if self.python and spec.language == "python":
            spec.argv = [self.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return spec


class Kernels(AsyncKernelManager):
    """Starts kernels that `Specs` knows.

    Those in Python answer on sockets in a folder that is the user's alone. What goes over a TCP
    port can be read by everyone on the node, and two tasks of an array that start at once can
    choose the same one.
    """

    folder = ""

    def _kernel_spec_manager_default(self) -> Any:
        return Specs(data_dir=self.data_dir)

    @default("transport")
    def _transport_default(self) -> str:
        spec: Any = self.kernel_spec
        is_local = "kernel_provisioner" not in (spec.metadata or {})
        return "ipc" if self.folder and spec.language == "python" and is_local else "tcp"

    @default("connection_file")
    def _connection_file_default(self) -> str:
        return str(Path(self.folder, "kernel.json")) if self.folder else ""


def sockets_folder() -> tempfile.TemporaryDirectory[str] | None:
    """Make a folder of mode 0700 where sockets can be; None where there is no place for one.

    A path may be too long for that, and a parallel file system may not know sockets.
    """
    for place in (None, "/tmp", "/var/tmp"):  # noqa: S108 - the folder in it is the user's alone
        with suppress(OSError):
            folder = tempfile.TemporaryDirectory(prefix="job-", dir=place)
            try:
                with socket.socket(socket.AF_UNIX) as tried:
                    tried.bind(f"{folder.name}/kernel-ipc-1234")
            except OSError:
                folder.cleanup()
            else:
                return folder
    return None


class Client(NotebookClient):
    """Runs cells, and says what they say."""

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        content, kind = msg["content"], msg["msg_type"]
        if kind == "stream":
            say(content["text"], end="")
        elif kind in {"execute_result", "display_data"}:
            say(content.get("data", {}).get("text/plain", ""))
        elif kind == "error":
            say("\n".join(content.get("traceback", [])))
        return super().process_message(msg, cell, cell_index)


def say(text: Any, end: str = "\n") -> None:
    """Write to the job's output; that it is full does not end the job."""
    words = "".join(text) if isinstance(text, list) else str(text)
    with suppress(OSError, UnicodeError):
        sys.stdout.write(_ANSI.sub("", words) + end)
        sys.stdout.flush()


def to_run(notebook: Any) -> list[int]:
    """Return the places of the cells that have something to run."""
    return [
        place
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]


def is_ours(cell: Any) -> bool:
    """Tell whether a cell holds the parameters: it is not counted, nobody wrote it."""
    return "injected-parameters" in cell.metadata.get("tags", [])


class Run:
    """One notebook, run once."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.source = Path(options.notebook)
        self.progress = Progress(options.progress, job_name())
        self.started = time.monotonic()
        try:
            self.notebook = nbformat.read(self.source, as_version=4)
            inject(self.notebook, options.parameters)
        except OSError as error:
            raise FailedError(NO_NOTEBOOK, f"The notebook cannot be read: {error}") from error
        except Exception as error:
            raise FailedError(NO_NOTEBOOK, f"The notebook is not right: {error}") from error
        for cell in self.notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        own = self.notebook.metadata.get("jupyterlab_hpc")
        self.notebook.metadata["jupyterlab_hpc"] = {
            **(own if isinstance(own, dict) else {}),
            "job": {"id": job_name(), "notebook": self.source.name},
        }
        self._saved = 0.0
        self._sockets = sockets_folder()
        Kernels.folder = self._sockets.name if self._sockets else ""
        try:
            folder = options.to.absolute()
            self.result = new_file(folder, f"{self.source.stem}-{job_name()}", ".ipynb")
            self.save()
        except OSError as error:
            raise FailedError(NO_ROOM, f"The result cannot be written: {error}") from error

    def save(self) -> None:
        """Write the executed notebook as it is now. Raises OSError."""
        write(self.result, nbformat.writes(self.notebook))
        self._saved = time.monotonic()

    def end_early(self, *_: object) -> None:
        """Keep what there is when Slurm ends the job: it waits some seconds before it kills."""
        say("\n[job] Slurm ends this job: what was done so far is kept.")
        with suppress(OSError):
            self.save()
        self.progress.tell(now=True, state="stopped", used=self.used())
        if self._sockets:
            self._sockets.cleanup()
        # Cleaning up in the middle of the event loop could hang; the kernel ends with us.
        os._exit(ENDED)

    def run(self) -> None:
        """Run all cells; raises FailedError."""
        cells = to_run(self.notebook)
        total = sum(not is_ours(self.notebook.cells[place]) for place in cells)
        self.progress.tell(now=True, total=total, result=str(self.result))
        name = self.notebook.metadata.get("kernelspec", {}).get("name") or "python3"
        client = Client(
            self.notebook,
            timeout=None,
            kernel_name=name,
            kernel_manager_class=Kernels,
            resources={"metadata": {"path": str(self.source.parent)}},
        )
        began = False
        number = 0
        try:
            with client.setup_kernel():
                began = True
                for place in cells:
                    cell = self.notebook.cells[place]
                    if not is_ours(cell):
                        number += 1
                        say(f"[job] Cell {number} of {total}")
                        self.progress.tell(cell=number, done=number - 1)
                    client.execute_cell(cell, place)
                    self._save_now_and_then()
        except CellExecutionError as error:
            self._fail("cell", f"{error.ename}: {error.evalue}", CELL_FAILED)
        except DeadKernelError:
            self._fail("kernel-died", "The kernel died: was the memory used up?", KERNEL_DIED)
        except NoSuchKernel:
            self._fail("no-kernel", f"There is no kernel {name} in this job.", NO_KERNEL)
        except Exception as error:
            if began:
                raise
            self._fail("no-kernel", f"The kernel {name} did not start: {error}", NO_KERNEL)
        self._save_at_the_end()
        self.progress.tell(now=True, state="completed", done=total, used=self.used())

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved < SAVE_EVERY:
            return
        try:
            self.save()
        except OSError as error:
            self._saved = time.monotonic()
            say(f"[job] What was done so far could not be written: {error}")

    def _save_at_the_end(self) -> None:
        try:
            self.save()
        except OSError as error:
            self.progress.tell(now=True, state="failed", error="no-room", used=self.used())
            raise FailedError(NO_ROOM, f"The result cannot be written: {error}") from error

    def _fail(self, kind: str, words: str, code: int) -> None:
        self._save_at_the_end()
        self.progress.tell(
            now=True, state="failed", error=kind, words=_ANSI.sub("", words)[:500], used=self.used()
        )
        raise FailedError(code, words)

    def used(self) -> dict[str, float]:
        """Return the CPU seconds, the bytes of the largest process, and the seconds it took."""
        own, children = (
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        return {
            "cpu_seconds": sum(u.ru_utime + u.ru_stime for u in (own, children)),
            "memory_peak": max(own.ru_maxrss, children.ru_maxrss) << 10,
            "elapsed": time.monotonic() - self.started,
        }


def main(argv: list[str] | None = None) -> int:
    """Run the notebook that the command line names; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--to", type=Path, required=True, help="folder of the executed notebook")
    parser.add_argument("--progress", type=Path, help="folder of the file that tells how far it is")
    parser.add_argument("--parameters", type=json.loads, default={}, help="a JSON object")
    parser.add_argument("--python", default="", help="the interpreter of kernels in Python")
    parser.add_argument("notebook")
    options = parser.parse_args(argv)
    Specs.python = options.python
    try:
        run = Run(options)
        signal.signal(signal.SIGTERM, run.end_early)
        run.run()
    except FailedError as failure:
        code, words = failure.args
        say(f"[job] {words}")
        return int(code)
    say(f"[job] All cells were run; the result is in {run.result}")
    return 0


if __name__ == "__main__":
    ended = main()
    try:
        sys.stdout.flush()
    except OSError:
        # Else Python tries once more, and its own exit code hides ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(ended)
