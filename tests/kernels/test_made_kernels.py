"""Kernels that are made here, really started: by Jupyter, by nbconvert, with and without us."""

import asyncio
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from zipfile import ZipFile

import pytest

from jupyterlab_hpc.kernels.trial_program import _hold_ports

pytestmark = [
    # What the kernel's client leaves behind is not ours.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SEEN = "import os; print('SEEN', os.environ.get('LOADEDMODULES'), os.environ.get('{variable}'))"


@pytest.fixture
def make(rest):
    async def ask(name="mine", **body):
        body = {"name": name, "display_name": "My kernel", **body}
        return await rest("kernels", method="POST", body=body)

    return ask


async def change(rest, **body):
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code == 200, answer.body
    return answer.body


async def listed(rest):
    answer = (await rest("kernels")).body
    assert answer["remember"] is False  # unless the site says so
    return answer["kernels"]


async def kernelspecs(jp_fetch):
    return json.loads((await jp_fetch("api", "kernelspecs")).body)["kernelspecs"]


async def look(rest, folder):
    """Ask what a folder is as a virtual environment."""
    return await rest("kernels/venv", method="POST", body={"folder": folder})


def folders(data):
    """Return the folders of kernels, without pytest-jupyter's own."""
    return sorted(entry for entry in os.listdir(data / "kernels") if entry != "echo")


def running(word):
    """Return the processes with a word in their command lines."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(entry.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in lines if word in line]


def said_by(argv, environment):
    done = subprocess.run(
        argv,
        env=environment,
        cwd=environment["HOME"],  # not where our sources are
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


# Runs ipykernel, to which every number is 3.
WRONG = """
import runpy, sys
sys.argv = ["x", *sys.argv[3:]]
line = "get_ipython().display_formatter.formatters['text/plain'].for_type(int, three)"
sys.argv.append("--IPKernelApp.exec_lines=three = lambda n, p, cycle: p.text('3')")
sys.argv.append(f"--IPKernelApp.exec_lines={line}")
runpy.run_module("ipykernel_launcher", run_name="__main__")
"""

DEFAULTS = "StdEnv/2023:python/3.11.5:ipython-kernel/3.11"


async def test_what_is_loaded_becomes_a_kernel_that_jupyter_offers(
    rest, make, jp_fetch, jp_data_dir
):
    await change(rest, load=["hdf5-mpi/1.14.4", "scipy-stack/2023b"])
    loaded = [m["full_name"] for m in (await rest("software/loaded")).body["modules"]]
    answer = await make(display_name="Mes données «été»")
    assert answer.code == 200, answer.body
    kernel, trial = answer.body["kernel"], answer.body["trial"]
    assert trial["ok"] and trial["modules"] == loaded and trial["program"] == sys.executable
    assert (kernel["state"], kernel["modules"]) == ("ok", loaded)
    assert kernel["system"].startswith("Lmod ")
    spec = (await kernelspecs(jp_fetch))["mine"]["spec"]
    assert spec["display_name"] == "Mes données «été»"
    assert spec["metadata"]["jupyterlab_hpc"]["modules"] == loaded
    assert folders(jp_data_dir) == ["mine"]
    assert (await listed(rest)) == [kernel]


async def test_it_runs_in_a_bare_environment_and_in_any_other(
    rest, make, bare, in_kernel, nbconvert
):
    await change(rest, load=["scipy-stack/2023b", "unicode/1.0"])
    assert (await make()).code == 200
    code = SEEN.format(variable="DEMO_UNICODE") + "\nimport hpc_demo_stack"
    expected = f"SEEN {DEFAULTS}:scipy-stack/2023b:unicode/1.0"
    assert expected in nbconvert("mine", code)

    # what others set, and what does not fit
    others = {
        **bare,
        **{k: v for k, v in os.environ.items() if k.startswith(("LMOD", "MODULE", "__LMOD"))},
        **dict.fromkeys(("JUPYTER_PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"), "/nowhere"),
        "SLURM_JOB_ID": "17",
    }
    code += "\nprint([n for n, v in os.environ.items() if '/nowhere' in v])"
    code += "\nprint(os.environ.get('SLURM_JOB_ID'))"
    said = in_kernel("mine", code, others)
    assert expected in said
    assert said.split()[-2:] == ["[]", "17"]


async def test_modules_of_the_caller_leave_nothing(rest, app, make, bare, in_kernel):
    assert (await make()).code == 200
    await change(rest, load=["gcc/13.3", "cuda", "scipy-stack/2024a"])
    names = ("EBROOTCUDA", "EBROOTGCC", "EBROOTSCIPYMINSTACK", "PYTHONPATH")
    assert all(app.environment.values.get(name) for name in names)
    code = f"import os; print(os.environ['LOADEDMODULES'], [os.environ.get(n) for n in {names}])"
    said = in_kernel("mine", code, {**app.environment.values, **bare})
    assert said == f"{DEFAULTS} [None, None, None, None]"


async def test_other_programs_find_and_start_it(
    rest, make, bare, in_kernel, other_python, jp_data_dir
):
    """As the kernel picker of an editor does, whose Python has nothing of ours."""
    await change(rest, load=["scipy-stack/2023b"])
    assert (await make(display_name="Été")).code == 200
    ours = "import importlib.util as u; print(*map(u.find_spec, ('jupyterlab_hpc', 'ipykernel')))"
    assert said_by([other_python, "-c", ours], bare) == "None None"
    listing = [other_python, "-m", "jupyter_client.kernelspecapp", "list", "--json"]
    about = json.loads(said_by(listing, bare))["kernelspecs"]["mine"]
    assert about["resource_dir"] == str(jp_data_dir / "kernels" / "mine")
    assert about["spec"]["display_name"] == "Été"
    *command, connection = about["spec"]["argv"]
    assert all(Path(word).is_file() and Path(word).is_absolute() for word in command)
    assert connection == "{connection_file}"
    code = "import sys; print(sys.executable)\n" + SEEN.format(variable="EBVERSIONSCIPYMINSTACK")
    said = in_kernel("mine", code, python=other_python).split()
    assert said == [sys.executable, "SEEN", f"{DEFAULTS}:scipy-stack/2023b", "2023b"]


async def test_callers_whose_module_system_cannot_run(rest, make, bare, in_kernel):
    await change(rest, load=["scipy-stack/2023b"])
    assert (await make()).code == 200
    broken = {
        **bare,
        "LOADEDMODULES": "gone/1.0",
        "_ModuleTable_Sz_": "1",
        "_ModuleTable001_": "!!!",
        "BROKEN": "1",
        "SLURM_JOB_ID": "17",
    }
    code = "import os; print(*map(os.environ.get, ('LOADEDMODULES', 'BROKEN', 'SLURM_JOB_ID')))"
    assert in_kernel("mine", code, broken) == f"{DEFAULTS}:scipy-stack/2023b None 17"


async def test_it_is_not_stale_when_the_session_changes(rest, make, jp_serverapp):
    await change(rest, load=["scipy-stack/2023b"])
    assert (await make()).code == 200
    manager = jp_serverapp.kernel_manager
    kernels = [await manager.start_kernel(kernel_name=name) for name in ("mine", "python3")]
    try:
        await change(rest, unload=["scipy-stack"])
        stale = (await rest("software/stale")).body["kernels"]
        assert [kernel["id"] for kernel in stale] == kernels[1:]
    finally:
        for kernel in kernels:
            await manager.shutdown_kernel(kernel, now=True)


async def test_a_name_that_is_taken_is_left_alone(rest, make, jp_data_dir):
    assert (await make()).code == 200
    spec = jp_data_dir / "kernels" / "mine" / "kernel.json"
    before = spec.read_text()
    answer = await make(display_name="Another")
    assert (answer.code, answer.body["reason"]) == (409, "conflict")
    assert "nothing was overwritten" in answer.body["message"]
    assert spec.read_text() == before
    assert (await make(name="python3")).code == 409
    (jp_data_dir / "kernels" / "Other").mkdir()
    assert (await make(name="other")).code == 409
    assert folders(jp_data_dir) == ["Other", "mine"]


async def test_of_two_at_once_one_is_refused(rest, make, jp_data_dir):
    answers = await asyncio.gather(make(display_name="A"), make(display_name="B"))
    assert sorted(answer.code for answer in answers) == [200, 409]
    assert folders(jp_data_dir) == ["mine"]


@pytest.mark.parametrize("name", ["", "Mine", "a b", "../a", ".a", "-a", "a/b", "é", "a" * 65])
async def test_names_that_cannot_be(make, name):
    assert (await make(name=name)).code == 400


@pytest.mark.parametrize("shown", ["", " a", "a\n", "a" * 101])
async def test_shown_names_that_cannot_be(make, shown):
    assert (await make(display_name=shown)).code == 400


async def test_the_kernel_of_a_module(rest, make, in_kernel):
    await change(rest, load=["demo-kernel"])
    bases = (await rest("kernels/bases")).body["bases"]
    assert (bases[0]["id"], bases[0]["origin"]) == ("module:hpc-demo", "module")
    assert "jupyter:python3" in [base["id"] for base in bases]
    assert (await make(base="module:hpc-demo")).code == 200
    await change(rest, unload=["demo-kernel"])
    assert "demo-kernel/1.0 1" in in_kernel("mine", SEEN.format(variable="HPC_DEMO_KERNEL"))


async def test_a_kernel_whose_program_is_not_there_is_not_offered(rest, make):
    await change(rest, load=["ijulia-kernel"])
    bases = (await rest("kernels/bases")).body["bases"]
    assert "module:julia-1.10" not in [base["id"] for base in bases]
    assert (await make(base="module:julia-1.10")).code == 409


async def test_other_languages(make, jp_data_dir):
    """A kernel of no language that we know: that it answers is all that is wanted."""
    folder = jp_data_dir / "kernels" / "deaf"
    folder.mkdir(parents=True)
    spec = {"argv": ["/bin/cat", "{connection_file}"], "display_name": "Deaf", "language": "cat",
            "env": {"A": "${HOME}/x"}, "interrupt_mode": "message"}  # fmt: skip
    (folder / "kernel.json").write_text(json.dumps(spec))
    answer = await make(base="jupyter:deaf")
    assert (answer.code, answer.body["reason"]) == (422, "tool-refused")
    assert answer.body["message"] == "The kernel ended when it was started."
    assert "shell_port" in answer.body["detail"]
    assert folders(jp_data_dir) == ["deaf"]
    answer = await make(base="jupyter:deaf", keep=True)
    assert answer.code == 200 and not answer.body["trial"]["ok"]
    made = folder.parent / "mine"
    assert json.loads((made / "kernel.json").read_text())["interrupt_mode"] == "message"
    assert 'export A="${HOME-}"/x\n' in (made / "start.sh").read_text()


async def test_a_kernel_of_another_language_works_out_a_sum(make, jp_data_dir):
    folder = jp_data_dir / "kernels" / "ir"
    folder.mkdir(parents=True)
    spec = {"argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "R", "language": "R"}  # fmt: skip
    (folder / "kernel.json").write_text(json.dumps(spec))
    answer = await make(base="jupyter:ir")
    assert answer.code == 200, answer.body
    assert answer.body["kernel"]["language"] == "R"
    assert answer.body["trial"]["program"] == os.path.realpath(sys.executable)
    assert "python/3.11.5" in answer.body["trial"]["modules"]


@pytest.fixture
def session_with_r(session_variables, r_modules):
    session_variables["MODULEPATH"] = f"{r_modules}:{session_variables['MODULEPATH']}"


@pytest.mark.usefixtures("session_with_r")
async def test_a_kernel_of_the_real_r(rest, make, in_kernel, nbconvert, jp_data_dir):
    await change(rest, load=["r-kernel"])
    bases = (await rest("kernels/bases")).body["bases"]
    assert ("module:ir", "R") in [(base["id"], base["language"]) for base in bases]
    answer = await make(base="module:ir", display_name="R été")
    assert answer.code == 200, answer.body
    modules = [*DEFAULTS.split(":"), "r-kernel/4"]
    kernel, trial = answer.body["kernel"], answer.body["trial"]
    assert (trial["ok"], trial["modules"], kernel["modules"]) == (True, modules, modules)
    assert trial["program"].endswith("/R/bin/exec/R")
    # the logos of R's kernelspec
    assert (jp_data_dir / "kernels" / "mine" / "logo-64x64.png").exists()
    await change(rest, unload=["r-kernel"])
    assert (await listed(rest))[0]["state"] == "ok"
    code = "cat(R.version$language, sum(1:10), Sys.getenv('LOADEDMODULES'))"
    expected = f"R 55 {':'.join(modules)}"
    assert in_kernel("mine", code) == expected
    assert nbconvert("mine", code, "R") == expected


# As IJulia 1.25 writes it for Julia 1.10; Julia itself is in no Debian.
JULIA_KERNEL = {
    "display_name": "Julia 1.10.4",
    "argv": ["", "-i", "--color=yes", "--project=@.", "/a b/IJulia/src/kernel.jl",
             "{connection_file}"],
    "language": "julia",
    "env": {"JULIA_NUM_THREADS": "2"},
    "interrupt_mode": "signal",
}  # fmt: skip


async def test_a_kernel_as_ijulia_writes_it(make, jp_data_dir, fake_tool):
    """The program is a stand-in that is given what Julia is, and says that it got it."""
    folder = jp_data_dir / "kernels" / "julia-1.10"
    folder.mkdir(parents=True)
    python = shlex.quote(sys.executable)
    tool = fake_tool(
        "julia",
        'printf "%s\\n" "$@" "$JULIA_NUM_THREADS" > "$HOME/given"\n'
        f'exec {python} -m ipykernel_launcher -f "$5"',
    )
    argv = [str(tool), *JULIA_KERNEL["argv"][1:]]
    (folder / "kernel.json").write_text(json.dumps({**JULIA_KERNEL, "argv": argv}))
    answer = await make(base="jupyter:julia-1.10")
    assert answer.code == 200, answer.body
    assert (answer.body["kernel"]["language"], answer.body["trial"]["ok"]) == ("julia", True)
    given = (jp_data_dir.parents[2] / "given").read_text().splitlines()
    assert given[:4] == argv[1:5] and given[4].endswith(".json") and given[5:] == ["2"]
    spec = json.loads((jp_data_dir / "kernels" / "mine" / "kernel.json").read_text())
    assert (spec["language"], spec["interrupt_mode"]) == ("julia", "signal")


async def test_a_folder_that_cannot_be_written(rest, make, jp_data_dir):
    assert (await make()).code == 200
    kernels = jp_data_dir / "kernels"
    kernels.rename(jp_data_dir / "elsewhere")
    kernels.write_text("no folder")
    answer = await make(name="b")
    assert (answer.code, answer.body["reason"]) == (409, "conflict")
    assert "Nothing could be changed" in answer.body["message"]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ["/usr/bin/env", "-u", "LOADEDMODULES", sys.executable],
            f"The kernel has not got {DEFAULTS.replace(':', ', ')}.",
        ),
        (
            [sys.executable, "-c", WRONG],
            "The kernel started, but 1 + 1 is not 2 to it.",
        ),
    ],
)
async def test_what_a_test_of_a_kernel_finds(make, jp_data_dir, command, sentence):
    folder = jp_data_dir / "kernels" / "odd"
    folder.mkdir(parents=True)
    argv = [*command, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Odd", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    answer = await make(base="jupyter:odd")
    assert (answer.code, answer.body["message"]) == (422, sentence)
    assert folders(jp_data_dir) == ["odd"]


@pytest.mark.parametrize("hpc_config", [{"KernelsService": {"trial_timeout": 3}}])
async def test_a_kernel_that_does_not_answer(make, jp_data_dir, fake_tool):
    folder = jp_data_dir / "kernels" / "slow"
    folder.mkdir(parents=True)
    mark = f"mute-{os.getpid()}"
    tool = fake_tool(mark, "exec sleep 600")
    spec = {"argv": [str(tool), "{connection_file}"], "display_name": "x", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    answer = await make(base="jupyter:slow")
    assert answer.code == 422
    assert "did not answer within 3 seconds" in answer.body["message"]
    assert not running(mark)


async def test_who_cancels_ends_the_test(
    make, rest, jp_data_dir, fake_tool, jp_http_port, jp_auth_header, jp_base_url
):
    folder = jp_data_dir / "kernels" / "slow"
    folder.mkdir(parents=True)
    mark = f"given-up-{os.getpid()}"
    spec = {"argv": [str(fake_tool(mark, "exec sleep 600"))], "display_name": "x", "language": "x"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    body = json.dumps({"name": "mine", "display_name": "x", "base": "jupyter:slow"})
    reader, writer = await asyncio.open_connection("127.0.0.1", jp_http_port)
    head = [f"POST {jp_base_url}jupyterlab-hpc/kernels HTTP/1.1", "Host: localhost"]
    head += [f"{name}: {value}" for name, value in jp_auth_header.items()]
    head += [f"Content-Length: {len(body)}", "", body]
    writer.write("\r\n".join(head).encode())
    scripts = f"{jp_data_dir}/kernels/.hpc-new-"
    while not running(scripts) and not reader.at_eof():
        await asyncio.sleep(0.05)
    writer.close()
    while running(scripts) or folders(jp_data_dir) != ["slow"]:
        await asyncio.sleep(0.05)
    assert await listed(rest) == []


def test_ports_are_kept_for_the_kernel():
    with ExitStack() as held:
        ports = _hold_ports(held)
        assert len(set(ports.values())) == 5
        for port in ports.values():
            with socket.socket() as other, pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))
            with socket.socket() as kernel:  # as zmq does
                kernel.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                kernel.bind(("127.0.0.1", port))
                kernel.listen()


async def test_a_collection(rest, make):
    await change(rest, load=["gcc/13.3", "fftw"])
    await rest("software/collections", method="PUT", body={"name": "work"})
    await change(rest, unload=["fftw", "gcc"])
    answer = await make(modules="collection", collection="work")
    assert answer.code == 200, answer.body
    assert "fftw/3.3.10" in answer.body["trial"]["modules"]
    assert (await make(name="b", modules="collection", collection="no")).code == 404
    assert (await make(name="b", modules="collection")).code == 400


class TestVariablesOfTheSite:
    @pytest.fixture
    def hpc_config(self):
        return {"KernelsService": {"variables": ["HPC_SITE"]}}

    async def test_they_are_set_before_the_modules(
        self, session_variables, jp_home_dir, rest, make, in_kernel
    ):
        assert session_variables["HPC_SITE"] == "of the «site»"
        tree = jp_home_dir / "modules"
        tree.mkdir()
        (tree / "sited.lua").write_text('setenv("SITED", "in " .. (os.getenv("HPC_SITE") or ""))')
        await rest("software/modulepaths", method="PATCH", body={"use": [str(tree)]})
        await change(rest, load=["sited"])
        assert (await make()).code == 200
        assert in_kernel("mine", SEEN.format(variable="SITED")).endswith(" in of the «site»")

    @pytest.fixture
    def session_variables(self, session_variables):
        return {**session_variables, "HPC_SITE": "of the «site»"}


async def test_no_modules(make):
    answer = await make(modules="none")
    assert answer.code == 200, answer.body
    assert (answer.body["kernel"]["modules"], answer.body["trial"]["modules"]) == ([], [])


async def test_rename_test_again_and_remove(rest, make, jp_data_dir, jp_fetch):
    assert (await make()).code == 200
    body = {"name": "mine", "display_name": "Über «x» 'y' \"z\""}
    answer = await rest("kernels/kernel", method="PATCH", body=body)
    assert answer.body["display_name"] == body["display_name"]
    assert (await kernelspecs(jp_fetch))["mine"]["spec"]["display_name"] == body["display_name"]
    answer = await rest("kernels/trial", method="POST", body={"name": "mine"})
    assert answer.body["trial"]["ok"]
    answer = await rest("kernels/kernel", method="DELETE", name="mine")
    assert answer.body["kernels"] == []
    assert folders(jp_data_dir) == []


async def test_what_others_made_is_never_changed(rest, jp_data_dir, tmp_path):
    folder = jp_data_dir / "kernels" / "theirs"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text('{"argv": ["x"], "display_name": "x", "language": "x"}')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder.parent / "linked").symlink_to(elsewhere)
    for name in ("theirs", "linked", "absent"):
        assert (await rest("kernels/kernel", method="DELETE", name=name)).code == 404
        body = {"name": name, "display_name": "y"}
        assert (await rest("kernels/kernel", method="PATCH", body=body)).code == 404
        assert (await rest("kernels/repair", method="POST", body={"name": name})).code == 404
    assert (await rest("kernels/kernel", method="DELETE", name="../x")).code == 400
    assert elsewhere.is_dir() and (folder / "kernel.json").exists()


async def test_a_module_that_is_gone_is_named_and_replaced(rest, make, jp_home_dir):
    tree = jp_home_dir / "modules"
    for name in ("mine/1.0", "mine/1.1", "mine/2.0"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / f"{name}.lua").write_text(f'setenv("MINE", "{name}")')
    (tree / "mine" / "3.0.lua").write_text('setenv("PYTHONHOME", "/nowhere")')
    await rest("software/modulepaths", method="PATCH", body={"use": [str(tree)]})
    while (await rest("software/system")).body["index"] != "complete":
        await asyncio.sleep(0.02)
    await change(rest, load=["mine/1.0"])
    assert (await make()).code == 200
    await change(rest, unload=["mine"])
    (tree / "mine" / "1.0.lua").unlink()
    await rest("software/modulepaths", method="PATCH", body={"unuse": [str(tree)]})
    await rest("software/modulepaths", method="PATCH", body={"use": [str(tree)]})
    # the index follows in the background
    while (await listed(rest))[0]["state"] != "modules-gone":
        await asyncio.sleep(0.05)
    (kernel,) = await listed(rest)
    assert kernel["gone"][0]["full_name"] == "mine/1.0"
    assert kernel["gone"][0]["near"][0] == "mine/1.1"
    assert kernel["message"]["text"] == "This kernel cannot start: mine/1.0 is not there any more."
    trial = (await rest("kernels/trial", method="POST", body={"name": "mine"})).body["trial"]
    assert not trial["ok"] and "mine/1.0" in trial["message"]["detail"]

    script = Path(kernel["folder"], "start.sh")
    before = script.read_text()
    preview = {"name": "mine", "preview": True}
    answer = await rest("kernels/repair", method="POST", body=preview)
    assert answer.body["modules"] == [*DEFAULTS.split(":"), "mine/1.1"]
    assert answer.body["trial"] is None and script.read_text() == before
    body = {"name": "mine", "replace": {"mine/1.0": "mine/2.0"}}
    answer = await rest("kernels/repair", method="POST", body=body)
    assert answer.code == 200, answer.body
    assert "mine/2.0" in answer.body["trial"]["modules"]
    (kernel,) = await listed(rest)
    assert kernel["state"] == "ok" and "mine/2.0" in kernel["modules"]
    # a kernel that fails its test is not written
    body = {"name": "mine", "replace": {"mine/2.0": "mine/3.0"}}
    answer = await rest("kernels/repair", method="POST", body=body)
    assert answer.code == 422 and "encodings" in answer.body["detail"]
    assert (await listed(rest)) == [kernel]
    body = {"name": "mine", "replace": {"mine/2.0": "mine/9"}}
    assert (await rest("kernels/repair", method="POST", body=body)).code == 422
    assert (await listed(rest)) == [kernel]


async def test_a_script_that_was_changed_and_a_program_that_is_gone(rest, make, jp_data_dir):
    assert (await make()).code == 200
    folder = jp_data_dir / "kernels" / "mine"
    script = folder / "start.sh"
    script.write_text(script.read_text() + "\n# more\n")
    assert (await listed(rest))[0]["state"] == "damaged"
    assert (await rest("kernels/repair", method="POST", body={"name": "mine"})).code == 200
    assert (await listed(rest))[0]["state"] == "ok"
    spec = folder / "kernel.json"
    spec.write_text(spec.read_text().replace(sys.executable, "/nowhere/python"))
    assert (await listed(rest))[0]["state"] == "program-gone"
    answer = await rest("kernels/repair", method="POST", body={"name": "mine"})
    assert (answer.body["program_before"], answer.body["program"]) == (
        "/nowhere/python",
        sys.executable,
    )
    assert (await listed(rest))[0]["state"] == "ok"


class TestVirtualEnvironments:
    @pytest.fixture
    def venv(self, jp_home_dir):
        folder = jp_home_dir / 'my «venv»\'s "x" $HOME'
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        return folder

    def add_ipykernel(self, venv):
        """Let it see the packages of the tests: the wheelhouse of this machine."""
        (packages,) = venv.glob("lib/python*/site-packages")
        here = Path(json.__file__).parents[1].name
        for entry in sys.path:
            if entry.endswith("site-packages") and here:
                (packages / "here.pth").write_text(f"{entry}\n")

    async def test_one_without_ipykernel_says_what_to_type(self, rest, make, venv):
        answer = await look(rest, str(venv))
        assert answer.body["state"] == "no-ipykernel"
        assert "-m pip install --no-index ipykernel" in answer.body["command"]
        assert "module load StdEnv/2023" in answer.body["command"]
        assert (await make(venv=str(venv))).code == 409
        # there is no pip in it
        body = {"folder": str(venv)}
        answer = await rest("kernels/venv", method="PUT", body=body)
        assert answer.code == 422 and "No module named pip" in answer.body["detail"]

    @pytest.fixture
    def wheelhouse(self, tmp_path):
        """A folder with a wheel of the name ipykernel that runs the real one."""
        folder = tmp_path / "wheelhouse"
        folder.mkdir()
        (packages,) = {entry for entry in sys.path if Path(entry, "ipykernel").is_dir()}
        launcher = f"""\
import runpy, sys
sys.path.insert(0, {packages!r})
runpy.run_module("ipykernel_launcher", run_name="__main__")
"""
        with ZipFile(folder / "ipykernel-0.1-py3-none-any.whl", "w") as wheel:
            about = "ipykernel-0.1.dist-info"
            wheel.writestr("ipykernel/__init__.py", "__version__ = '0.1'\n")
            wheel.writestr("ipykernel_launcher.py", launcher)
            wheel.writestr(
                f"{about}/METADATA", "Metadata-Version: 2.1\nName: ipykernel\nVersion: 0.1\n"
            )
            wheel.writestr(
                f"{about}/WHEEL",
                "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            wheel.writestr(f"{about}/RECORD", "")
        return folder

    @pytest.fixture
    def session_variables(self, session_variables, wheelhouse):
        # As a site says where its wheels are.
        return {**session_variables, "PIP_FIND_LINKS": str(wheelhouse)}

    @pytest.fixture
    def venv_with_pip(self, jp_home_dir):
        folder = jp_home_dir / "my env"
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        return folder

    async def test_ipykernel_is_installed_where_the_user_says_so(self, rest, make, venv_with_pip):
        folder = venv_with_pip
        assert (await look(rest, str(folder))).body["state"] == "no-ipykernel"
        assert not list(folder.glob("lib/python*/site-packages/ipykernel*"))
        answer = await rest("kernels/venv", method="PUT", body={"folder": str(folder)})
        assert answer.code == 200, answer.body
        assert (answer.body["state"], answer.body["ipykernel"]) == ("ok", "0.1")
        answer = await make(venv=str(folder))
        assert answer.code == 200, answer.body
        assert answer.body["trial"]["program"] == str(folder / "bin" / "python")

    async def test_one_with_ipykernel_becomes_a_kernel(self, rest, make, venv, in_kernel):
        self.add_ipykernel(venv)
        assert (await rest("kernels/sources")).body["venvs"] == [str(venv)]
        answer = await look(rest, f"~/{venv.name}")
        assert (answer.body["state"], answer.body["folder"]) == ("ok", str(venv))
        answer = await make(venv=str(venv))
        assert answer.code == 200, answer.body
        assert answer.body["trial"]["program"] == str(venv / "bin" / "python")
        code = "import os, sys; print(sys.prefix, os.environ['VIRTUAL_ENV'])"
        assert in_kernel("mine", code) == f"{venv} {venv}"
        shutil.rmtree(venv)
        assert (await listed(rest))[0]["state"] == "program-gone"
        assert (await rest("kernels/repair", method="POST", body={"name": "mine"})).code == 409

    async def test_folders_that_are_none(self, rest, jp_home_dir, tmp_path):
        assert (await look(rest, "/nowhere/x")).body["state"] == "missing"
        assert (await look(rest, str(tmp_path))).body["state"] == "no-python"
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "python").symlink_to("/nowhere/python")
        answer = (await look(rest, str(tmp_path))).body
        assert (answer["state"], answer["python"]) == ("broken", "")
        assert (await look(rest, "")).code == 400
        assert (await look(rest, "a\nb")).code == 400


async def test_a_notebook_is_compared_with_the_session(rest, make):
    await change(rest, load=["scipy-stack/2023b"])
    assert (await make()).code == 200
    await change(rest, unload=["scipy-stack"])
    while (await rest("software/system")).body["index"] != "complete":
        await asyncio.sleep(0.02)
    body = {"modules": ["StdEnv/2023", "scipy-stack/2023b", "gcc/1.0"], "kernel": "python3"}
    answer = (await rest("kernels/notebook", method="POST", body=body)).body
    assert answer["missing"] == ["scipy-stack/2023b"]
    assert not answer["own"]
    (gone,) = answer["gone"]
    assert gone["full_name"] == "gcc/1.0" and "gcc/12.3" in gone["near"]
    answer = (await rest("kernels/notebook", method="POST", body={**body, "kernel": "mine"})).body
    assert answer["own"] and answer["missing"] == []
    body = {"modules": ["-x"]}
    assert (await rest("kernels/notebook", method="POST", body=body)).code == 400


async def test_the_lock_text_brings_the_modules_back(rest, bare):
    await change(rest, load=["hdf5-mpi/1.14.4"])
    loaded = [m["full_name"] for m in (await rest("software/loaded")).body["modules"]]
    text = (await rest("kernels/lock", method="POST", body={"kernel": "python3"})).body["text"]
    assert all(f"\n#     {name}\n" in text for name in loaded)
    assert "module system: Lmod" in text and f"program: {sys.executable}" in text
    packages = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert any(line.startswith("ipykernel==") for line in packages)
    commands = [
        line.removeprefix("#     ") for line in text.splitlines() if line.startswith("#     module")
    ]
    assert commands[0] == "module --force purge"
    script = "\n".join([". /usr/share/lmod/lmod/init/bash", *commands, "echo $LOADEDMODULES"])
    assert said_by(["bash", "--norc", "-c", script], bare).split(":") == loaded
    body = {"kernel": "python3", "modules": ["StdEnv/2020"]}
    text = (await rest("kernels/lock", method="POST", body=body)).body["text"]
    assert "module load StdEnv/2020\n" in text
    assert (await rest("kernels/lock", method="POST", body={"kernel": "no"})).code == 404
