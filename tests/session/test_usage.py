"""What is used, read from files as kernels with either version of cgroups make them."""

import os

import pytest

from jupyterlab_hpc.session.usage import read_usage

MIB = 1 << 20
GIB = 1 << 30


@pytest.fixture
def machine(tmp_path):
    """Make files below a folder that stands for the machine; the answer is its /proc."""

    def make(files):
        for name, text in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.replace("@", str(tmp_path)))
        return tmp_path / "proc"

    return make


MEMINFO = {
    "proc/meminfo": "MemTotal: 16777216 kB\nMemFree: 1 kB\nMemAvailable: 12582912 kB\n",
    "proc/stat": "cpu 100 0 100 5000 10 0 0 0 0 0\ncpu0 1 1 1 1\n",
}
V2 = "30 20 0:26 / @/cg rw,nosuid - cgroup2 cgroup2 rw\n"
JOB_V2 = "system.slice/slurmstepd.scope/job_7"


def v2(path, files, own="0::/"):
    return {
        **MEMINFO,
        "proc/self/cgroup": f"0::/{path}\n",
        "proc/self/mountinfo": V2,
        **{f"cg/{name}": text for name, text in files.items()},
    }


def test_a_job_with_version_2(machine):
    usage = read_usage(
        machine(
            v2(
                f"{JOB_V2}/step_batch/user/task_0",
                {
                    f"{JOB_V2}/step_batch/user/task_0/memory.max": "max\n",
                    f"{JOB_V2}/memory.max": f"{4 * GIB}\n",
                    f"{JOB_V2}/memory.current": f"{2 * GIB}\n",
                    f"{JOB_V2}/memory.peak": f"{3 * GIB}\n",
                    f"{JOB_V2}/memory.stat": f"anon 1\ninactive_file {GIB}\n",
                    f"{JOB_V2}/memory.events": "low 0\nhigh 0\nmax 9\noom 2\noom_kill 2\n",
                    f"{JOB_V2}/cpu.stat": "usage_usec 12500000\nuser_usec 1\n",
                },
            )
        )
    )
    assert usage.source == "job"
    assert (usage.memory, usage.memory_peak, usage.memory_limit) == (GIB, 3 * GIB, 4 * GIB)
    assert usage.cpu_seconds == 12.5
    assert usage.oom_kills == 2


def test_the_tightest_limit_around_the_job_holds_but_the_use_is_the_jobs(machine):
    usage = read_usage(
        machine(
            v2(
                JOB_V2,
                {
                    f"{JOB_V2}/memory.max": f"{4 * GIB}\n",
                    f"{JOB_V2}/memory.current": f"{GIB}\n",
                    "system.slice/memory.max": f"{2 * GIB}\n",
                    "system.slice/memory.current": f"{2 * GIB}\n",
                },
            )
        )
    )
    assert (usage.memory, usage.memory_limit) == (GIB, 2 * GIB)


JOB_V1 = "slurm/uid_1001/job_7"


def test_a_job_with_version_1(machine):
    proc = machine(
        {
            **MEMINFO,
            "proc/self/cgroup": f"4:memory:/{JOB_V1}/step_batch/task_0\n"
            f"2:cpuacct,cpu:/{JOB_V1}/step_batch/task_0\n0::/\n",
            "proc/self/mountinfo": "35 31 0:32 / @/mem rw - cgroup cgroup rw,memory\n"
            "36 31 0:33 / @/cpu rw - cgroup cgroup rw,cpuacct,cpu\n" + V2,
            f"mem/{JOB_V1}/memory.limit_in_bytes": f"{4 * GIB}\n",
            f"mem/{JOB_V1}/memory.usage_in_bytes": f"{2 * GIB}\n",
            f"mem/{JOB_V1}/memory.max_usage_in_bytes": f"{3 * GIB}\n",
            f"mem/{JOB_V1}/memory.stat": f"inactive_file 1\ntotal_inactive_file {GIB}\n",
            f"mem/{JOB_V1}/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n",
            # version 1 counts a kill where it happens only
            f"mem/{JOB_V1}/step_batch/task_0/memory.oom_control": "under_oom 0\noom_kill 3\n",
            f"mem/{JOB_V1}/step_batch/task_0/memory.limit_in_bytes": "9223372036854771712\n",
            "mem/memory.limit_in_bytes": "9223372036854771712\n",
            f"cpu/{JOB_V1}/cpuacct.usage": "2500000000\n",
        }
    )
    usage = read_usage(proc)
    assert usage.source == "job"
    assert (usage.memory, usage.memory_peak, usage.memory_limit) == (GIB, 3 * GIB, 4 * GIB)
    assert usage.cpu_seconds == 2.5
    assert usage.oom_kills == 3


def test_a_container_shows_its_own_limit(machine):
    # The path is of the outside, the mount is of the inside.
    usage = read_usage(
        machine(
            v2(
                "docker/abc",
                {
                    "memory.max": f"{GIB}\n",
                    "memory.current": f"{512 * MIB}\n",
                    "memory.events": "oom_kill 1\n",
                    "cpu.stat": "usage_usec 1000000\n",
                },
            )
        )
    )
    assert usage.source == "cgroup"
    assert (usage.memory, usage.memory_limit, usage.oom_kills) == (512 * MIB, GIB, 1)
    assert usage.memory_peak is None


def test_without_a_limit_it_is_the_machine(machine):
    usage = read_usage(machine(v2("user.slice", {"user.slice/memory.max": "max\n"})))
    assert usage.source == "machine"
    assert (usage.memory, usage.memory_limit) == (4 * GIB, 16 * GIB)
    assert usage.cpu_seconds == pytest.approx(200 / os.sysconf("SC_CLK_TCK"))


def test_no_cgroup_at_all(machine):
    assert read_usage(machine(MEMINFO)).source == "machine"


def stat(pid, parent, name, ticks, pages):
    fields = ["S", parent, 1, 1, 0, -1, 0, 0, 0, 0, 0, ticks, ticks, 0, 0, 20, 0, 1, 0, 5, 0]
    return f"{pid} ({name}) " + " ".join(map(str, [*fields, pages])) + " 0 0\n"


def test_a_job_without_cgroups_is_its_processes(machine):
    proc = machine(
        {
            **MEMINFO,
            "proc/10/stat": stat(10, 1, "slurm_script", 100, 1000),
            "proc/11/stat": stat(11, 10, "a) (b", 50, 2000),
            "proc/12/stat": stat(12, 11, "python3", 25, 4000),
            "proc/99/stat": stat(99, 1, "other", 1000, 9999),
            "proc/100/stat": "",
        }
    )
    usage = read_usage(proc, task_pid=10)
    assert usage.source == "processes"
    # the field after vsize is rss
    assert usage.memory == 7000 * os.sysconf("SC_PAGE_SIZE")
    assert usage.cpu_seconds == pytest.approx(350 / os.sysconf("SC_CLK_TCK"))


def test_this_machine():
    usage = read_usage()
    assert usage.memory > 0
    assert usage.memory_limit is None or usage.memory_limit > usage.memory // 2
    assert usage.cpu_seconds > 0


def test_this_process_and_its_children():
    usage = read_usage(task_pid=os.getpid())
    assert usage.memory > 0
