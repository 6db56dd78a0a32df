"""Every program that this package starts, broken in every way, asked for by way of REST.

A row is a program with the route that starts it. For each fault: the answer comes, is no
failure of ours, has a sentence and the program's own words; others are answered meanwhile;
nothing is left running; and when the program is mended, the next answer is right.
"""

# ruff: noqa: SLF001 - a running server has no setting for its programs

import ast
import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from math import inf
from pathlib import Path
from typing import Any

import pytest

import jupyterlab_hpc
from jupyterlab_hpc.jobs.records import Record

from .broken import FAULTS, WORDS, Broken, replay

RECORDED = Path(__file__).parents[1] / "recordings" / "slurm-22.05.8"
SHORT = 0.7  # seconds for a program that hangs
ERRORS = {400, 403, 404, 409, 422, 503, 504}
LONGEST_BODY = 200_000  # characters: nobody reads more

JOB = (RECORDED / "running.txt").read_text().replace("(1001)", f"({os.getuid()})")
SACCT = (
    "41|FAILED|3:0|2026-11-21T10:00:00|2026-11-21T10:00:10|2026-11-21T10:10:10|600|00:19:12.250|"
    "|4|4G|1|cpu|chem|normal|billing=4,cpu=4,mem=4G,node=1|a\n"
)
LFS = """\
Disk quotas for usr alice (uid 1234):
     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace
        /scratch  1 1000 2000 - 10 0 100 -
"""
GPFS = (
    "mmlsquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:"
    "blockQuota:blockLimit:blockInDoubt:blockGrace:filesUsage:filesQuota:filesLimit:"
    "filesInDoubt:filesGrace:remarks:quota:defQuota:fid:filesetname:\n"
    "mmlsquota::0:1:::gpfs1:USR:1234:alice:1048576:20971520:22020096:0:none:"
    "12345:500000:550000:0:none::on:off::root:\n"
)
QUOTA = """\
Disk quotas for user alice (uid 1234):
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
nfs:/home  1024 20971520 22020096 0 12345 500000 550000 0
"""
REPORT = """\
                                 Description                Space           # of files
                     /home (user alice)         280 kB/47 GB              25/500k
"""


@dataclass(frozen=True)
class Room:
    """The running server, and how to ask it."""

    app: Any
    rest: Callable[..., Awaitable[Any]]
    home: Path
    python: Callable[[str], None]  # makes another program our Python


class Row:
    """A program: its name, what it really is, where it is started, how it is asked for."""

    name = ""
    real = ""
    only = ""  # what is in the arguments of the calls that break
    calls: tuple[str, ...] = ()
    envmod = False  # whether the session has Environment Modules
    tells = True  # whether the answer has the program's words
    unaffected = False  # whether the answer is right whatever the program does
    unlimited = False  # whether it may take as long as it likes: the user ends it

    def prepare(self, room: Room, broken: Broken) -> None:
        """Make the server ready, once."""

    def anew(self, room: Room) -> None:
        """Forget what is remembered on purpose, as when its time has passed."""

    def installed(self, room: Room) -> None:
        """Forget that there was no such program, which may be remembered for long."""

    async def ask(self, room: Room) -> Any:
        raise NotImplementedError

    def right(self, body: Any) -> bool:
        raise NotImplementedError


ROWS: list[type[Row]] = []


def row(kind: type[Row]) -> type[Row]:
    ROWS.append(kind)
    return kind


# --- module systems ----------------------------------------------------------------------


@row
class Lmod(Row):
    name = "lmod"
    real = 'exec "$LMOD_REAL" "$@"'
    calls = ("tools/lmod.py:Lmod._run",)

    def prepare(self, room: Room, broken: Broken) -> None:
        room.app.software.tool.command = str(broken.path)

    async def ask(self, room: Room) -> Any:
        return await room.rest(
            "software/loaded", method="PATCH", body={"load": ["cmake"], "preview": True}
        )

    def right(self, body: Any) -> bool:
        return any(m["short_name"] == "cmake" for m in body["modules"])


@row
class LmodShow(Lmod):
    """What is said of a module without Lmod's remarks is not wrong, only less."""

    only = "show"
    tells = False

    async def ask(self, room: Room) -> Any:
        return await room.rest("software/module", full_name="cmake/3.27.7")

    def right(self, body: Any) -> bool:
        return bool(body["help"]) and body["full_name"] == "cmake/3.27.7"


@row
class LmodCollections(Lmod):
    only = "savelist"

    async def ask(self, room: Room) -> Any:
        return await room.rest("software/collections")

    def right(self, body: Any) -> bool:
        return body["collections"] == []


@row
class Spider(Row):
    name = "spider"
    real = 'exec "$(dirname "$LMOD_REAL")/spider" "$@"'
    calls = ("tools/lmod.py:Lmod._run",)

    def prepare(self, room: Room, broken: Broken) -> None:
        lmod = broken.folder / "lmod"
        lmod.write_text('#!/bin/sh\nexec "$LMOD_REAL" "$@"\n')
        lmod.chmod(0o755)
        room.app.software.tool.command = str(lmod)

    def anew(self, room: Room) -> None:
        catalog = room.app.software.catalog
        if catalog.state == "complete":  # as when a module opens a folder
            catalog.index = type(catalog.index)()
            catalog.index_folder = ""
            catalog.start()

    async def ask(self, room: Room) -> Any:
        await room.app.software.catalog.settled()
        await room.rest("software/modules")
        await room.app.software.catalog.settled()
        return await room.rest("software/system")

    def right(self, body: Any) -> bool:
        return body["index"] == "complete" and not body["reason"]


@row
class Lua(Row):
    """Reads the site's spider caches; where it fails, the spider is run."""

    name = "lua"
    real = f'exec {shutil.which("lua")} "$@"'
    calls = ("tools/lmod.py:Lmod._run",)
    tells = False
    unaffected = True

    def prepare(self, room: Room, broken: Broken) -> None:
        room.app.software.tool._lua = str(broken.path)

    def anew(self, room: Room) -> None:
        room.app.software.catalog.index_folder = ""
        room.app.software.catalog.index = type(room.app.software.catalog.index)()
        room.app.software.catalog.start()

    async def ask(self, room: Room) -> Any:
        await room.app.software.catalog.settled()
        return await room.rest("software/system")

    def right(self, body: Any) -> bool:
        return body["index"] == "complete" and not body["reason"]


@row
class EnvironmentModules(Row):
    name = "modulecmd.tcl"
    real = 'exec "$ENVMOD_REAL" "$@"'
    calls = ("tools/envmod.py:EnvironmentModules._tool",)
    envmod = True

    def prepare(self, room: Room, broken: Broken) -> None:
        room.app.software.tool.command = str(broken.path)

    async def ask(self, room: Room) -> Any:
        return await room.rest(
            "software/loaded", method="PATCH", body={"load": ["tool/1.0"], "preview": True}
        )

    def right(self, body: Any) -> bool:
        return [m["full_name"] for m in body["modules"]] == ["tool/1.0"]


@row
class EnvironmentModulesTree(EnvironmentModules):
    calls = (
        "tools/envmod.py:EnvironmentModules._in_background",
        "tools/envmod.py:EnvironmentModules._tool",
    )
    only = "--all"

    def anew(self, room: Room) -> None:
        Spider.anew(self, room)  # type: ignore[arg-type]

    async def ask(self, room: Room) -> Any:
        return await Spider.ask(self, room)  # type: ignore[arg-type]

    def right(self, body: Any) -> bool:
        return body["index"] == "complete" and not body["reason"]


# --- Slurm -------------------------------------------------------------------------------


@row
class Scontrol(Row):
    """The session's job. Without an answer, what the job was started with is told."""

    name = "scontrol"
    real = replay(JOB)
    calls = ("tools/slurm.py:Slurm._run",)

    def prepare(self, room: Room, broken: Broken) -> None:
        room.app.session._scheduler.scontrol = str(broken.path)

    def anew(self, room: Room) -> None:
        room.app.session._asked = None

    async def ask(self, room: Room) -> Any:
        await room.rest("session")
        if room.app.session._question is not None:
            await room.app.session._question
        return await room.rest("session")

    def right(self, body: Any) -> bool:
        return body["job"]["account"] == "rrg-demo" and not body["messages"]


@row
class Squeue(Row):
    name = "squeue"
    real = replay((RECORDED / "squeue.txt").read_text())
    calls = ("tools/slurm.py:Slurm._run",)

    def prepare(self, room: Room, broken: Broken) -> None:
        room.app.jobs._batch.squeue = str(broken.path)
        room.app.jobs._batch.present = lambda: True

    def anew(self, room: Room) -> None:
        room.app.jobs._asked = None

    async def ask(self, room: Room) -> Any:
        await room.rest("jobs")
        if room.app.jobs._question is not None:
            await room.app.jobs._question
        return await room.rest("jobs")

    def right(self, body: Any) -> bool:
        return len(body["jobs"]) == 7 and not body["messages"]


@row
class Sacct(Squeue):
    """How a job ended is noted once: not without the accounting because that is ill now."""

    name = "sacct"
    tells = False
    real = replay(SACCT)

    def prepare(self, room: Room, broken: Broken) -> None:
        batch = room.app.jobs._batch
        squeue = Broken(broken.folder / "quiet", "squeue", "true")
        batch.squeue, batch.sacct = str(squeue.path), str(broken.path)
        batch.present = lambda: True

    def anew(self, room: Room) -> None:
        record = Record(
            id="41",
            submitted_at=1.0,
            name="a",
            source="/a.ipynb",
            folder="/tmp",
            output="a.log",
            request={},
            script="#!/bin/sh",
        )
        jobs = room.app.jobs
        jobs.keep_days = 36500
        jobs._store.save(record)
        jobs._records = {"41": record}
        jobs._asked = None

    def right(self, body: Any) -> bool:
        (job,) = body["jobs"]
        return job["state"] == "failed" and job["exit_code"] == 3 and not body["messages"]


@row
class Choices(Row):
    name = "sacctmgr"
    real = replay("chem|chem||normal\nchem|bio||normal\n")
    calls = ("tools/slurm.py:Slurm._run",)
    other = ("sinfo", replay((RECORDED / "sinfo.txt").read_text()))

    def prepare(self, room: Room, broken: Broken) -> None:
        batch = room.app.jobs._batch
        name, real = self.other
        setattr(batch, name, str(Broken(broken.folder / "well", name, real).path))
        setattr(batch, self.name, str(broken.path))
        batch.present = lambda: True

    async def ask(self, room: Room) -> Any:
        return await room.rest("jobs/choices")

    def anew(self, room: Room) -> None:
        if room.app.jobs._choices is not None and room.app.jobs._choices[1]:
            room.app.jobs._choices = None

    def installed(self, room: Room) -> None:
        room.app.jobs._choices = None

    def right(self, body: Any) -> bool:
        return (
            body["accounts"] == ["chem", "bio"]
            and [p["name"] for p in body["partitions"]] == ["interactive"]
            and not body["messages"]
        )


@row
class Sinfo(Choices):
    name, real = Choices.other
    other = (Choices.name, Choices.real)


@row
class Sbatch(Row):
    name = "sbatch"
    real = replay((RECORDED / "test-only.txt").read_text(), errors=True)
    calls = ("tools/slurm_jobs.py:SlurmJobs._sbatch",)
    path = "jobs/check"

    def prepare(self, room: Room, broken: Broken) -> None:
        batch = room.app.jobs._batch
        batch.sbatch = str(broken.path)
        batch.present = lambda: True
        quiet = Broken(broken.folder / "quiet", "squeue", "true")
        batch.squeue = str(quiet.path)
        (Path(room.app.jobs._root) / "a.py").write_text("print(1)\n")

    async def ask(self, room: Room) -> Any:
        return await room.rest(self.path, method="POST", body={"notebook": "a.py", "modules": []})

    def right(self, body: Any) -> bool:
        return body["nodes"] == "localhost"


@row
class SbatchSubmit(Sbatch):
    real = "echo 24"
    path = "jobs"

    def right(self, body: Any) -> bool:
        return body["job"]["id"] == "24"


@row
class Scancel(Row):
    """Says nothing where all is well, so rubbish and a cut say nothing, either."""

    name = "scancel"
    real = "true"
    calls = ("tools/slurm.py:Slurm._run",)

    def prepare(self, room: Room, broken: Broken) -> None:
        batch = room.app.jobs._batch
        batch.scancel = str(broken.path)
        Squeue.prepare(self, room, Broken(broken.folder / "well", "squeue", Squeue.real))  # type: ignore[arg-type]

    async def ask(self, room: Room) -> Any:
        await room.rest("jobs")
        return await room.rest("jobs/job", method="DELETE", id="22")

    def right(self, body: Any) -> bool:
        return len(body["jobs"]) == 7


@row
class NvidiaSmi(Row):
    """GPUs that cannot be asked are not shown; other makers' have no such program."""

    name = "nvidia-smi"
    real = "echo NVIDIA H100, 37, 2048, 81559"
    calls = ("tools/nvidia.py:NvidiaSmi.gpus",)
    tells = False

    def prepare(self, room: Room, broken: Broken) -> None:
        quiet = Broken(broken.folder / "well", "scontrol", Scontrol.real)
        room.app.session._scheduler.scontrol = str(quiet.path)
        room.app.session._gpus.command = str(broken.path)

    async def ask(self, room: Room) -> Any:
        return await room.rest("session")

    def right(self, body: Any) -> bool:
        return [gpu["busy"] for gpu in body["used"]["gpus"]] == [0.37]


@row
class MoreTime(Row):
    name = "more-time"
    real = "echo granted"
    calls = ("tools/extension.py:TimeExtension.ask",)

    def prepare(self, room: Room, broken: Broken) -> None:
        room.app.session._more_time.command = [str(broken.path), "{job_id}"]

    async def ask(self, room: Room) -> Any:
        return await room.rest("session/extension", method="POST", body="")

    def right(self, body: Any) -> bool:
        return bool(body["said"] == "granted")


# --- quotas ------------------------------------------------------------------------------


class QuotaTool(Row):
    calls = ("storage/quota.py:StorageQuota._from_tool",)

    def prepare(self, room: Room, broken: Broken) -> None:
        quota = room.app.storage.quota
        quota.quotas = [
            {
                "name": "scratch",
                "title": "Scratch",
                "path": "/nowhere",
                "command": [str(broken.path)],
                "format": self.name,
            }
        ]
        quota.read_settings()
        quota.age = 0

    async def ask(self, room: Room) -> Any:
        return await room.rest("storage/quota")

    def right(self, body: Any) -> bool:
        return [q["level"] for q in body["quotas"]] == ["ok"]


@row
class LfsQuota(QuotaTool):
    name = "lfs"
    real = replay(LFS)


@row
class Mmlsquota(QuotaTool):
    name = "mmlsquota"
    real = replay(GPFS)


@row
class Quota(QuotaTool):
    name = "quota"
    real = replay(QUOTA)


@row
class DiskusageReport(QuotaTool):
    name = "diskusage_report"
    real = replay(REPORT)


# --- our own programs --------------------------------------------------------------------


class OwnProgram(Row):
    """A program of this package, which our own Python runs."""

    name = "python"
    real = f'exec {sys.executable} "$@"'

    def prepare(self, room: Room, broken: Broken) -> None:
        room.python(str(broken.path))


@row
class Look(OwnProgram):
    only = "look.py"
    calls = ("storage/looks.py:Looker._ask",)

    def anew(self, room: Room) -> None:
        room.app.storage.looker.forget()

    async def ask(self, room: Room) -> Any:
        return await room.rest("storage")

    def right(self, body: Any) -> bool:
        return not any(link["state"] == "unavailable" for link in body["links"])


@row
class Walk(OwnProgram):
    only = "walk.py"
    calls = ("storage/usage.py:StorageUsage._work",)

    async def ask(self, room: Room) -> Any:
        await room.rest("storage/usage", method="POST", body="")
        while (answer := await room.rest("storage/usage")).body["state"] == "running":
            await asyncio.sleep(0.02)
        return answer

    def right(self, body: Any) -> bool:
        return bool(body["state"] == "done")


@row
class WalkOfTheJob(OwnProgram):
    only = "walk.py"
    calls = ("storage/copies.py:StorageCopies._added_up",)

    def anew(self, room: Room) -> None:
        folder = Path(os.environ["SLURM_TMPDIR"])
        folder.mkdir(exist_ok=True)
        (folder / "result").write_text("42")

    async def ask(self, room: Room) -> Any:
        return await room.rest("storage/left")

    def right(self, body: Any) -> bool:
        return [item["name"] for item in body["items"]] == ["result"] and not body["partial"]


@row
class Copier(WalkOfTheJob):
    only = "copier.py"
    calls = ("storage/copies.py:StorageCopies.start",)
    tells = False  # what it says are steps of a copy
    unlimited = True

    async def ask(self, room: Room) -> Any:
        await room.rest("storage/copy", method="POST", body={"to": "~"})
        while (answer := await room.rest("storage/copy")).body["state"] == "running":
            await asyncio.sleep(0.02)
        return answer

    def right(self, body: Any) -> bool:
        return body["state"] == "done" and body["files"] == 1


# --- kernels -----------------------------------------------------------------------------


@row
class Bash(Row):
    """Loads a kernel's modules where nothing is loaded; it calls the module system."""

    name = "lmod"
    real = 'exec /usr/share/lmod/lmod/libexec/lmod "$@"'
    calls = ("kernels/bases.py:environment_of",)

    def prepare(self, room: Room, broken: Broken) -> None:
        room.app.software.tool.command = str(broken.path)

    async def ask(self, room: Room) -> Any:
        return await room.rest("kernels/bases")

    def right(self, body: Any) -> bool:
        return bool(body["bases"])


class VenvProgram(Row):
    """A virtual environment of the user's, whose Python breaks."""

    name = "python"

    def prepare(self, room: Room, broken: Broken) -> None:
        venv = room.home / "venv"
        (venv / "bin").mkdir(parents=True)
        (venv / "pyvenv.cfg").touch()
        (venv / "bin" / "python").symlink_to(broken.path)


@row
class PythonOfAVenv(VenvProgram):
    real = 'echo \'{"python": "3.11.0", "ipykernel": "6.0"}\''
    calls = ("kernels/bases.py:probe_python",)

    async def ask(self, room: Room) -> Any:
        return await room.rest(
            "kernels/venv", method="POST", body={"folder": "venv", "modules": "none"}
        )

    def right(self, body: Any) -> bool:
        return bool(body["state"] == "ok")


@row
class Pip(VenvProgram):
    real = """\
case "$*" in
*pip*) touch "$here/installed"; echo installed ;;
*)
    [ -e "$here/installed" ] && version=6.0
    echo "{\\"python\\": \\"3.11.0\\", \\"ipykernel\\": \\"$version\\"}" ;;
esac"""
    only = "pip"
    calls = ("kernels/service.py:KernelsService.install",)

    def anew(self, room: Room) -> None:
        installed = (room.home / "venv/bin/python").readlink().parent / "installed"
        installed.unlink(missing_ok=True)

    async def ask(self, room: Room) -> Any:
        return await room.rest(
            "kernels/venv", method="PUT", body={"folder": "venv", "modules": "none"}
        )

    def right(self, body: Any) -> bool:
        return bool(body["state"] == "ok")


@row
class Freeze(OwnProgram):
    """Lists the packages of a kernel's Python."""

    real = replay("3.11.0\nipykernel==6.0\n")  # the real one takes seconds
    only = "pip"
    calls = ("kernels/service.py:KernelsService._freeze",)

    async def ask(self, room: Room) -> Any:
        return await room.rest("kernels/lock", method="POST", body={"kernel": "python3"})

    def right(self, body: Any) -> bool:
        return "ipykernel" in body["text"] and not body["message"]["text"]


# --- the tests ---------------------------------------------------------------------------

# What is started elsewhere, and where that is broken.
ELSEWHERE = {
    "check/checks/jobs.py:runner": "check/test_kernels_and_jobs.py",
    "check/checks/session.py:gpus": "check/test_run.py",
    "kernels/trial.py:_try_in": "kernels/test_made_kernels.py",
    "apps/supervisor.py:Supervised._begin": "apps/test_supervisor.py",
}


def starts(package: Path) -> Iterator[str]:
    """Yield where programs are started: `path:Class.function`."""
    for path in package.rglob("*.py"):
        tree = ast.parse(path.read_text())
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("process")
            for alias in node.names
            if alias.name in {"run", "start"}
        }
        yield from _calls(tree, str(path.relative_to(package)) + ":", names)


def _calls(node: ast.AST, place: str, names: set[str]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            dot = "" if place.endswith(":") else "."
            yield from _calls(child, f"{place}{dot}{child.name}", names)
            continue
        if isinstance(child, ast.Call):
            called = child.func
            if (isinstance(called, ast.Name) and called.id in names) or (
                isinstance(called, ast.Attribute)
                and called.attr in {"run", "start"}
                and isinstance(called.value, ast.Name)
                and called.value.id == "process"
            ):
                yield place
        yield from _calls(child, place, names)


def test_every_program_is_in_the_table() -> None:
    package = Path(jupyterlab_hpc.__file__).parent
    found = set(starts(package)) - {"process.py:can_isolate"}
    told = {call for kind in ROWS for call in kind.calls}
    assert found == told | ELSEWHERE.keys()
    for path in ELSEWHERE.values():
        assert (Path(__file__).parents[1] / path).exists()


@pytest.fixture
def program(request: pytest.FixtureRequest) -> Row:
    return request.param()  # type: ignore[no-any-return]


@pytest.fixture
def session_variables(
    program: Row, demo_session: dict[str, str], tree_session: Any, tmp_path: Path, lmod_command: str
) -> dict[str, str | None]:
    """A session in a job, on the demo's modules or on the tree of Environment Modules."""
    if program.envmod:
        command = os.environ.get("MODULES_CMD") or str(
            Path(__file__).parents[2] / ".envmod" / "modulecmd.tcl"
        )
        variables = {
            **tree_session("MODULES_CMD", command),
            "ENVMOD_REAL": command,
            "MODULEPATH": str(Path(__file__).parents[1] / "modulefiles"),
        }
    else:
        variables = {**demo_session, "LMOD_REAL": lmod_command}
    return {
        **variables,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SLURM_JOB_ID": "1",
        "SLURM_JOB_NAME": "jupyterlab",
        "SLURM_GPUS_ON_NODE": "1",
        "SLURM_TMPDIR": str(tmp_path / "job"),
    }


@pytest.fixture
def jp_root_dir(jp_home_dir: Path) -> Path:
    """The file browser shows the home, as on a cluster."""
    return jp_home_dir


class Unforeseen(logging.Handler):
    """Keeps what the server calls unforeseen: records with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.said.append(f"{record.getMessage()}: {record.exc_info[1]!r}")


class Limit:
    """How long a program may take at most, whatever its room says."""

    def __init__(self) -> None:
        self.seconds = inf


@pytest.fixture
def limit(program: Row, monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Make programs that hang give up soon, where they are started."""
    made = Limit()
    for module in {call.partition(":")[0] for kind in ROWS for call in kind.calls}:
        name = module.removesuffix(".py").replace("/", ".")
        place = import_module(f"jupyterlab_hpc.{name}")
        real = getattr(place, "run", None)
        if real is None:
            continue

        async def run(argv: Any, *, timeout: float, real: Any = real, **more: Any) -> Any:
            return await real(argv, timeout=min(timeout, made.seconds), **more)

        monkeypatch.setattr(place, "run", run)
    return made


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what must come, on a machine however busy."""
    for _ in range(6000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come")


def judge(fault: str, answer: Any, program: Row) -> None:
    """Say what is wrong with the answer to a question of a program that is broken."""
    said = json.dumps(answer.body, ensure_ascii=False)
    about = (fault, answer.code, said[:2000])
    assert answer.code == 200 or answer.code in ERRORS, about
    assert len(said) < LONGEST_BODY, (fault, len(said))
    assert "Traceback" not in said, about
    if answer.code != 200:
        assert answer.body["message"].endswith("."), about
        assert answer.body["reason"] not in {"failed", "bad-request"}, about
    if fault == "refuses" and program.tells:
        assert WORDS in said, about
    if program.unaffected:
        assert answer.code == 200 and program.right(answer.body), about


@pytest.mark.parametrize("program", ROWS, indirect=True, ids=lambda kind: kind.__name__)
async def test_a_program_that_breaks(
    program: Row,
    limit: Limit,
    app: Any,
    rest: Any,
    jp_home_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unforeseen = Unforeseen()
    for log in (app.log, app.serverapp.log):
        log.addHandler(unforeseen)
    broken = Broken(tmp_path / "broken", program.name, program.real, program.only)
    room = Room(
        app=app,
        rest=rest,
        home=jp_home_dir,
        python=lambda path: monkeypatch.setattr(sys, "executable", path),
    )
    monkeypatch.setattr("jupyterlab_hpc.software.catalog.RETRY", 0.0)
    monkeypatch.setattr("jupyterlab_hpc.tools.nvidia.PAUSE", 0.0)
    await app.software.catalog.settled()
    program.prepare(room, broken)

    async def right(after: str) -> None:
        program.anew(room)
        answer = await program.ask(room)
        said = (after, answer.code, json.dumps(answer.body)[:3000])
        assert answer.code == 200 and program.right(answer.body), said

    await right("at first")
    for fault in FAULTS:
        program.anew(room)
        broken.breaks(fault)
        if fault == "hangs":
            if program.unlimited:
                broken.mend()
                continue
            limit.seconds = SHORT
        question = asyncio.ensure_future(program.ask(room))
        if fault == "is slow":
            await until(lambda: broken.started)
            # Others are answered while it works.
            assert (await rest("software/loaded")).code == 200
            broken.go()
        answer = await question
        limit.seconds = inf
        judge(fault, answer, program)
        if fault == "is slow":
            assert answer.code == 200 and program.right(answer.body), answer
        await until(lambda: not broken.left())
        assert unforeseen.said == [], fault
        broken.mend()
        if fault == "absent":
            program.installed(room)
        await right(fault)
