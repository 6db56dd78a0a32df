"""Disks on bad days: every room goes on answering, tells, and loses nothing of the user's."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .broken import Broken
from .test_broken_programs import ERRORS, Unforeseen

# ruff: noqa: SLF001 - a running server has no setting for its programs

MEGABYTE = 1 << 20
QUESTIONS = (
    *("software/system", "software/loaded", "software/modules", "software/collections"),
    *("apps", "storage", "storage/quota", "storage/usage", "storage/copy", "session"),
    *("session/kept", "hub/server", "kernels", "kernels/sources", "jobs", "software/stale"),
)
KEPT = {"page": "1", "files": ["a.py"], "active": "a.py"}
CHANGES: tuple[tuple[str, str, Any], ...] = (
    ("PATCH", "software/loaded", {"load": ["cmake"]}),
    ("PUT", "software/collections", {"name": "mine"}),
    ("PUT", "storage/links", {"name": "elsewhere", "target": "/usr"}),
    ("PUT", "session/kept", KEPT),
    ("POST", "jobs", {"notebook": "a.py", "modules": []}),
    ("POST", "kernels", {"name": "m", "display_name": "M", "modules": "none", "keep": True}),
    ("POST", "storage/usage", ""),
)


def run(*argv: str) -> None:
    """Run a program of root's; skip where it is refused, as in a container without rights."""
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"{argv[0]} is refused here: {done.stderr}")


@pytest.fixture
def disk(as_root: None, tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for the home."""
    path = tmp_path / "disk"
    path.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=400,mode=755", "tmpfs", str(path))
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.fixture
def jp_home_dir(disk: Path) -> Path:
    home = disk / "home"
    home.mkdir()
    (home / "a.py").write_text("print(1)\n")
    return home


@pytest.fixture
def jp_data_dir(jp_home_dir: Path) -> Path:
    folder = jp_home_dir / ".local/share/jupyter"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def jp_root_dir(jp_home_dir: Path) -> Path:
    return jp_home_dir


@pytest.fixture
def variables() -> dict[str, str | None]:
    """What is different in the session; override by parametrizing."""
    return {}


@pytest.fixture
def session_variables(
    demo_session: dict[str, str], variables: dict[str, str | None]
) -> dict[str, str | None]:
    none = dict.fromkeys(("XDG_CACHE_HOME", "XDG_STATE_HOME", "SLURM_TMPDIR"))
    return {**demo_session, **none, "SLURM_JOB_ID": "1", **variables}


@pytest.fixture
def hpc_config() -> dict[str, Any]:
    return {"KernelsService": {"trial_timeout": 0.1}, "StorageService": {"look_timeout": 60}}


@pytest.fixture
def rooms(app: Any, rest: Any, tmp_path: Path) -> Any:
    """Every question of every room, and every change: what they answered, by their paths."""
    unforeseen = Unforeseen()
    for log in (app.log, app.serverapp.log):
        log.addHandler(unforeseen)
    sbatch = Broken(tmp_path / "slurm", "sbatch", "echo 24")
    squeue = Broken(tmp_path / "slurm2", "squeue", "true")
    app.jobs._batch.sbatch, app.jobs._batch.squeue = str(sbatch.path), str(squeue.path)
    app.jobs._batch.present = lambda: True

    async def ask(*, changes: bool = True) -> dict[str, Any]:
        await app.software.catalog.settled()
        answers = {}
        asked = [("GET", path, None) for path in QUESTIONS]
        for method, path, body in asked + (list(CHANGES) if changes else []):
            answer = await rest(path, method=method, body=body)
            said = (method, path, answer.code, json.dumps(answer.body)[:2000])
            assert answer.code == 200 or answer.code in ERRORS, said
            if answer.code != 200:
                assert answer.body["reason"] != "failed", said
                assert answer.body["message"].endswith((".", "?")), said
            if method == "GET":
                assert answer.code == 200, said
            answers[f"{method} {path}"] = answer
        assert unforeseen.said == []
        return answers

    return ask


def fill(disk: Path) -> list[Path]:
    """Leave no room on a disk, neither for bytes nor for files; return what fills it."""
    made = [disk / "big"]
    with made[0].open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    try:
        for i in range(1000):
            (disk / f"small-{i}").touch()
            made.append(disk / f"small-{i}")
    except OSError:
        pass
    return made


def bad(answers: dict[str, Any]) -> set[str]:
    return {asked for asked, answer in answers.items() if answer.code != 200}


NEEDS_THE_DISK = {
    "PUT software/collections",
    "PUT storage/links",
    "POST kernels",
}
# Refused, or done without a note on the disk.
MAY_NEED_IT = {"PUT session/kept", "POST jobs"}


async def test_a_full_disk(rooms: Any, disk: Path, jp_home_dir: Path) -> None:
    filling = fill(disk)
    answers = await rooms()
    # What is for this session alone works; what is to be kept is refused, with why.
    assert NEEDS_THE_DISK <= bad(answers) <= NEEDS_THE_DISK | MAY_NEED_IT
    assert (jp_home_dir / "a.py").read_text() == "print(1)\n"
    for path in filling:
        path.unlink()
    assert bad(await rooms()) == set()


@pytest.mark.filterwarnings("ignore:IPython")
async def test_a_disk_that_became_read_only(rooms: Any, disk: Path) -> None:
    run("mount", "-o", "remount,ro", str(disk))
    answers = await rooms()
    assert NEEDS_THE_DISK <= bad(answers) <= NEEDS_THE_DISK | MAY_NEED_IT
    run("mount", "-o", "remount,rw", str(disk))
    assert bad(await rooms()) == set()


@pytest.mark.parametrize("variables", [{"TMPDIR": "/nowhere"}])
async def test_no_folder_for_temporary_files(rooms: Any) -> None:
    assert bad(await rooms()) == set()


async def test_files_in_the_place_of_folders(rooms: Any, jp_home_dir: Path) -> None:
    for name in (".cache", ".local", ".lmod.d", ".config"):
        path = jp_home_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        path.write_text("not a folder")
    answers = await rooms()
    assert NEEDS_THE_DISK <= bad(answers) <= NEEDS_THE_DISK | MAY_NEED_IT


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: b"",
        lambda text: text[: len(text) // 2],
        lambda text: b"\xff\0" * 500,
        lambda text: b"[" * 100_000,
        lambda text: b'{"format": 1}',
    ],
    ids=["empty", "cut", "rubbish", "deep", "other"],
)
async def test_damaged_files_of_ours(
    rooms: Any, jp_home_dir: Path, damage: Callable[[bytes], bytes], app: Any
) -> None:
    assert bad(await rooms()) == set()
    ours = [
        path
        for path in jp_home_dir.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and {"jupyterlab_hpc", "kernels", ".lmod.d"} & set(path.parts)
    ]
    assert len(ours) >= 5, ours
    for path in ours:
        path.write_bytes(damage(path.read_bytes()))
    app.jobs._asked = app.jobs._records = None
    app.software.catalog.index = type(app.software.catalog.index)()
    app.software.catalog.start()
    await app.software.catalog.settled()
    await rooms(changes=False)
    assert (jp_home_dir / "a.py").read_text() == "print(1)\n"
