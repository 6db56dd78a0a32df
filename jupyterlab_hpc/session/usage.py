"""What the session uses and may use, from the kernel's own files; starts no program.

A job's cgroup where there is one (version 1 or 2), else the tightest cgroup around
this process, else its processes, else the machine.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# "No limit" of version 1 is a number near 2**63.
_UNLIMITED = 1 << 60
_JOB = re.compile(r"^(.*?/job_\d+)(?:/|$)")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
# Of /proc/PID/stat, those up to the resident pages, after the name.
_STAT_FIELDS = 22

Source = Literal["job", "cgroup", "processes", "machine"]


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What is used now; bytes and seconds.

    `source` tells whose use it is. `memory` leaves out the file cache, which gives way;
    `memory_peak` is None where the kernel does not keep it, and may count cache.
    `cpu_seconds` are of all cores since the beginning of the job, the cgroup or the
    machine. `oom_kills` counts programs that were killed for want of memory.
    """

    source: Source
    memory: int
    memory_peak: int | None
    memory_limit: int | None
    cpu_seconds: float
    oom_kills: int


def read_usage(proc: Path = Path("/proc"), task_pid: int | None = None) -> Usage:
    """Return what this process's session uses. Reads files: not for the event loop.

    `task_pid` is the root of the session's processes where there is no cgroup.
    """
    groups = _Groups(proc)
    memory = groups.folder("memory")
    cpu = groups.folder("cpuacct") if groups.version("cpuacct") == 1 else groups.folder("cpu")
    if memory is not None:
        chain = list(_upwards(*memory))
        limits = [(found, folder) for folder in chain if (found := _limit(folder)) is not None]
        in_job = _JOB.match(str(memory[0])) is not None
        if limits or in_job:
            limit, folder = min(limits, default=(None, memory[0]))
            # A job's use is the job's own, whatever limits stand around it.
            whose = memory[0] if in_job else folder
            return Usage(
                source="job" if in_job else "cgroup",
                memory=_memory(whose),
                memory_peak=_first(whose, "memory.peak", "memory.max_usage_in_bytes"),
                memory_limit=limit,
                cpu_seconds=_cpu_seconds(cpu[0] if cpu else None, proc, task_pid),
                oom_kills=_oom_kills(whose),
            )
    total, available = _machine_memory(proc)
    if task_pid is not None:
        resident, seconds = _tree(proc, task_pid)
        return Usage(
            source="processes",
            memory=resident,
            memory_peak=None,
            memory_limit=None,
            cpu_seconds=seconds,
            oom_kills=0,
        )
    return Usage(
        source="machine",
        memory=total - available,
        memory_peak=None,
        memory_limit=total,
        cpu_seconds=_machine_cpu(proc),
        oom_kills=0,
    )


def cores_here() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


class _Groups:
    """Where this process stands in the cgroups, by controller."""

    def __init__(self, proc: Path) -> None:
        self._paths: dict[str, str] = {}
        for line in _lines(proc / "self/cgroup"):
            _, controllers, path = line.split(":", 2)
            for controller in controllers.split(","):
                self._paths[controller] = path
        # Controller -> (mount point, root of the mount); "" is version 2.
        self._mounts: dict[str, tuple[Path, str]] = {}
        for line in _lines(proc / "self/mountinfo"):
            before, _, after = line.partition(" - ")
            kind, _, options = [*after.split(" "), "", ""][:3]
            fields = before.split(" ")
            if kind == "cgroup2":
                self._mounts.setdefault("", (Path(fields[4]), fields[3]))
            elif kind == "cgroup":
                for option in options.split(","):
                    self._mounts.setdefault(option, (Path(fields[4]), fields[3]))

    def version(self, controller: str) -> int:
        return 1 if controller in self._mounts and controller in self._paths else 2

    def folder(self, controller: str) -> tuple[Path, Path] | None:
        """Return the job's cgroup or the process's own, and the mount point."""
        name = controller if self.version(controller) == 1 else ""
        if name not in self._mounts or name not in self._paths:
            return None
        mount, root = self._mounts[name]
        path = self._paths[name]
        in_job = _JOB.match(path)
        if in_job:
            path = in_job[1]
        if root != "/" and path.startswith(root):
            path = path[len(root) :]
        folder = mount / path.lstrip("/")
        # In a container the path may be of the outside.
        return (folder if folder.is_dir() else mount, mount)


def _upwards(folder: Path, mount: Path) -> Iterator[Path]:
    yield folder
    while folder not in {mount, folder.parent}:
        folder = folder.parent
        yield folder


def _limit(folder: Path) -> int | None:
    found = _first(folder, "memory.max", "memory.limit_in_bytes")
    return found if found is not None and found < _UNLIMITED else None


def _memory(folder: Path) -> int:
    used = _first(folder, "memory.current", "memory.usage_in_bytes") or 0
    said = _pairs(folder / "memory.stat")
    return max(0, used - said.get("total_inactive_file", said.get("inactive_file", 0)))


def _oom_kills(folder: Path) -> int:
    events = _pairs(folder / "memory.events")
    if events:
        return events.get("oom_kill", 0)
    # Version 1 counts each kill only in the cgroup where it happened.
    return sum(
        _pairs(Path(here) / "memory.oom_control").get("oom_kill", 0)
        for here, _, _ in os.walk(folder)
    )


def _cpu_seconds(folder: Path | None, proc: Path, task_pid: int | None) -> float:
    if folder is not None:
        usec = _pairs(folder / "cpu.stat").get("usage_usec")
        if usec is not None:
            return usec / 1e6
        nanoseconds = _first(folder, "cpuacct.usage")
        if nanoseconds is not None:
            return nanoseconds / 1e9
    return _tree(proc, task_pid)[1] if task_pid is not None else 0.0


def _tree(proc: Path, root: int) -> tuple[int, float]:
    """Return the resident bytes and the CPU seconds of a process and its descendants."""
    parents: dict[int, int] = {}
    used: dict[int, tuple[int, float]] = {}
    for entry in proc.iterdir():
        if not entry.name.isdigit():
            continue
        # A command's name may hold spaces and brackets.
        text = _text(entry / "stat").rpartition(")")[2].split()
        if len(text) < _STAT_FIELDS:  # it has ended meanwhile
            continue
        pid = int(entry.name)
        parents[pid] = int(text[1])
        # utime, stime and those of children that ended
        used[pid] = (int(text[21]) * _PAGE, sum(int(t) for t in text[11:15]) / _TICKS)
    mine = set()
    for pid in parents:
        line = pid
        while line in parents and line != root and line != parents[line]:
            line = parents[line]
        if line == root:
            mine.add(pid)
    return sum(used[pid][0] for pid in mine), sum(used[pid][1] for pid in mine)


def _machine_memory(proc: Path) -> tuple[int, int]:
    said = {}
    for line in _lines(proc / "meminfo"):
        name, _, value = line.partition(":")
        with suppress(ValueError, IndexError):
            said[name] = int(value.split()[0]) << 10
    total = said.get("MemTotal", 0)
    return total, said.get("MemAvailable", total)


def _machine_cpu(proc: Path) -> float:
    fields = next(iter(_lines(proc / "stat")), "").split()[1:]
    # user, nice, system, irq, softirq, steal: all but idle and waiting
    busy = [int(fields[i]) for i in (0, 1, 2, 5, 6, 7) if i < len(fields)]
    return sum(busy) / _TICKS


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""


def _lines(file: Path) -> list[str]:
    return _text(file).splitlines()


def _first(folder: Path, *names: str) -> int | None:
    """Return the number in the first of these files that is there; None for "max"."""
    for name in names:
        text = _text(folder / name).strip()
        if text:
            return int(text) if text.isdigit() else None
    return None


def _pairs(file: Path) -> dict[str, int]:
    found = {}
    for line in _lines(file):
        name, _, value = line.partition(" ")
        if value.isdigit():
            found[name] = int(value)
    return found
