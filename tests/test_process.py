"""The one door to programs: no shell, a time limit, nothing left behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from jupyterlab_hpc.errors import ToolMissingError, ToolRefusedError, ToolTimeoutError
from jupyterlab_hpc.process import end_all, run


async def has_ended(pid: int) -> bool:
    """Whether a process ends within ten seconds; a signal takes its time to arrive."""
    for _ in range(1000):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        await asyncio.sleep(0.01)
    return False


async def test_arguments_stay_single_and_the_environment_is_exact():
    code = "import os, sys; print(sys.argv[1:], sorted(os.environ)); sys.exit(3)"
    done = await run(
        [sys.executable, "-IS", "-c", code, "a b", "$(id)", "; id"],
        timeout=30,
        env={"X": "1", "LC_ALL": "C.UTF-8"},
    )
    assert done.code == 3
    assert done.stdout_text.strip() == "['a b', '$(id)', '; id'] ['LC_ALL', 'X']"


async def test_bytes_that_are_not_text_are_kept_and_shown():
    done = await run(["printf", r"\377ok"], timeout=30, env=dict(os.environ))
    assert done.stdout == b"\xffok"
    assert done.stdout_text == "�ok"


@pytest.mark.parametrize("script", ["sleep 60 & echo $! >&3; sleep 60", "sleep 60 & echo $! >&3"])
async def test_a_slow_program_is_ended_with_its_children(tmp_path, script):
    told = tmp_path / "pid"
    with pytest.raises(ToolTimeoutError, match="sh did not answer within 0.5 seconds"):
        await run(["sh", "-c", f"exec 3>{told}; {script}"], timeout=0.5, env=dict(os.environ))
    assert await has_ended(int(told.read_text()))


async def test_what_a_slow_program_said_is_told():
    with pytest.raises(ToolTimeoutError) as error:
        await run(["sh", "-c", "echo x; echo no licence >&2; sleep 60"], timeout=1, env={})
    assert error.value.detail == "no licence"


@pytest.mark.parametrize("where", ["1", "2"])
async def test_a_program_that_says_too_much_is_ended(tmp_path, where):
    told = tmp_path / "pid"
    with pytest.raises(ToolRefusedError, match="sh said more than 1 MB"):
        await run(
            ["sh", "-c", f"echo $$ >{told}; exec yes >&{where}"],
            timeout=600,
            env=dict(os.environ),
            longest=1 << 20,
        )
    assert await has_ended(int(told.read_text()))


async def test_a_caller_that_gives_up_ends_the_program(tmp_path):
    told = tmp_path / "pid"
    task = asyncio.create_task(
        run(["sh", "-c", f"echo $$ >{told}; exec sleep 60"], timeout=60, env=dict(os.environ))
    )
    while not (told.exists() and told.read_text()):
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await has_ended(int(told.read_text()))


async def test_nothing_outlives_the_server(tmp_path):
    told = tmp_path / "pid"
    script = f"sleep 60 & echo $! >{told}; wait"
    task = asyncio.create_task(run(["sh", "-c", script], timeout=60, env=dict(os.environ)))
    while not (told.exists() and told.read_text()):
        await asyncio.sleep(0.01)
    # the program may be quicker than we are to note that it runs
    while not task.done():
        end_all()
        await asyncio.sleep(0.01)
    assert (await task).code < 0
    assert await has_ended(int(told.read_text()))
    end_all()  # nothing runs any more: nothing is ended


@pytest.mark.parametrize("program", ["/nowhere/lmod", "", "/etc/passwd", "a\0b"])
async def test_a_program_that_cannot_run_is_missing(program):
    with pytest.raises(ToolMissingError):
        await run([program], timeout=5, env=dict(os.environ))


async def test_one_that_says_much_can_be_given_up():
    """Its pipe is full when it is ended: what is in there must not keep us waiting."""
    much = ["head", "-c", "200000000", "/dev/zero"]
    for turn in range(10):
        talking = asyncio.create_task(run(much, timeout=60, env={"PATH": os.defpath}))
        # some turns of the loop later it is in the midst of it
        for _ in range(40 + turn):
            await asyncio.sleep(0.001)
        talking.cancel()
        done, _ = await asyncio.wait({talking}, timeout=30)
        assert done
