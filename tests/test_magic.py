"""`%module` in a plain IPython and in a kernel, on the real module systems."""

import asyncio
import os
import signal
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from jupyterlab_hpc.magic import apply, path_after, wait_for

ROOT = str(Path(__file__).parents[1])


@pytest.fixture
def session(demo_session, tmp_path):
    """The demo's session in a home of its own, with this package importable."""
    # IPython warns of a virtual environment that is not the one it runs in.
    variables = {name: value for name, value in demo_session.items() if name != "VIRTUAL_ENV"}
    return {
        **variables,
        "HOME": str(tmp_path),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "PYTHONPATH": ROOT,
    }


@pytest.fixture
def tree(tree_session, tmp_path):
    """Make the session of one of the systems on the small tree."""

    def make(variable, command):
        variables = {**os.environ, **tree_session(variable, command)}
        kept = {name: value for name, value in variables.items() if value is not None}
        return {**kept, "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": ROOT}

    return make


def ipython(session, tmp_path, *lines):
    """Run lines in a plain IPython; return what it printed."""
    script = tmp_path / "script.ipy"
    script.write_text("\n".join(["%load_ext jupyterlab_hpc", *lines]))
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--quick", "--colors=NoColor", str(script)],
        env=session,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_loading_changes_this_process(session, tmp_path):
    said = ipython(
        session,
        tmp_path,
        "import os, sys",
        "%module load scipy-stack/2023b",
        "print('VALUE', os.environ['EBROOTSCIPYMINSTACK'][-5:])",
        "import hpc_demo_stack",
        "print('FROM', hpc_demo_stack.__file__)",
        "%module unload scipy-stack",
        "print('GONE', 'EBROOTSCIPYMINSTACK' not in os.environ)",
        "print('PATH', [p for p in sys.path if 'scipy-stack' in p])",
        f"print('OURS', {ROOT!r} in sys.path)",
    )
    assert "Loaded: scipy-stack/2023b" in said
    assert "Unloaded: scipy-stack/2023b" in said
    assert "/scipy-stack/2023b/" in said.split("FROM")[1].splitlines()[0]
    assert "GONE True" in said
    assert "PATH []" in said
    assert "OURS True" in said


def test_children_see_it_too(session, tmp_path):
    said = ipython(session, tmp_path, "%module load unicode/1.0", '!echo "[$DEMO_NEWLINE]"')
    assert "[first line\nsecond line]" in said


def test_list_avail_and_spider(session, tmp_path):
    said = ipython(
        session,
        tmp_path,
        "%module list",
        "print('--avail')",
        "%module avail gcc",
        "print('--spider')",
        "%module spider hdf5-mpi",
        "%module spider numpy 2023b",
        "%module spider no-such-thing",
    )
    listed, rest = said.split("--avail")
    avail, spider = rest.split("--spider")
    assert "StdEnv/2023 (sticky)\npython/3.11.5\n" in listed
    assert avail.split() == ["gcc/12.3", "gcc/13.3", "needs-gcc/1.0"]
    assert "hdf5-mpi/1.14.4" in spider
    assert "needs StdEnv/2023 gcc/12.3 openmpi/4.1.5" in spider
    assert "scipy-stack/2023b" in spider
    assert "No module fits." in spider


def test_a_purge_keeps_what_is_sticky(session, tmp_path):
    said = ipython(session, tmp_path, "%module purge", "%module list")
    assert "Unloaded: python/3.11.5, ipython-kernel/3.11" in said
    assert "StdEnv/2023 (sticky)" in said


NOW = "print('NOW', os.environ['LOADEDMODULES'])"


def test_exactly_leads_from_any_modules_to_the_named_ones(session, tmp_path):
    said = ipython(
        session,
        tmp_path,
        "import os",
        "%module load cmake/3.27.7 scipy-stack/2023b",
        "%module exactly StdEnv/2023 python/3.11.5 scipy-stack/2023b ipython-kernel/3.11",
        NOW,
        "import hpc_demo_stack",
        "%module exactly StdEnv/2020 java/13.0.2 openrefine/3.4.1",
        NOW,
        "%module exactly StdEnv/2023 gcc/12.3 openmpi/4.1.5 hdf5-mpi/1.14.4",
        NOW,
        "print('--again')",
        "%module exactly StdEnv/2023 gcc/12.3 openmpi hdf5-mpi/1.14.4",
    )
    assert [line for line in said.splitlines() if line.startswith("NOW")] == [
        "NOW StdEnv/2023:python/3.11.5:scipy-stack/2023b:ipython-kernel/3.11",
        "NOW StdEnv/2020:java/13.0.2:openrefine/3.4.1",
        "NOW StdEnv/2023:gcc/12.3:openmpi/4.1.5:hdf5-mpi/1.14.4",
    ]
    assert "Unloaded: cmake/3.27.7" in said
    assert said.split("--again")[1].strip() == ""
    assert "Error" not in said


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("python/3.11.5", "would be loaded, but StdEnv/2023 python/3.11.5. Nothing was changed."),
        ("StdEnv/2020 openrefine", "but StdEnv/2020 java/13.0.2 openrefine/3.4.1. Nothing"),
        ("StdEnv/2023 no-such-module", "Lmod did not load no-such-module. Nothing was changed."),
        ("StdEnv/2023 --force", "cannot be a module's name"),
    ],
)
def test_exactly_is_exact_or_changes_nothing(session, tmp_path, names, words):
    said = ipython(
        session,
        tmp_path,
        "import os",
        "from IPython.core.error import UsageError",
        "magic = get_ipython().find_line_magic('module')",
        "try:",
        f"    magic('exactly {names}')",
        "except UsageError as error:",
        "    print(error)",
        NOW,
    )
    assert words in said
    assert "NOW StdEnv/2023:python/3.11.5:ipython-kernel/3.11\n" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%module", "%module load NAME..."),
        ("%module nonsense", "%module load NAME..."),
        ("%module load", "%module load NAME..."),
        ("%module spider", "%module load NAME..."),
        ("%module load no-such-module", "Nothing was changed."),
        ("%module load broken/1.0", "Nothing was changed."),
        ("%module load --force", "cannot be a module's name"),
        ("%module load ../x", "cannot be a module's name"),
        ("%module load x;touch", "Nothing was changed."),
    ],
)
def test_a_mistake_is_a_sentence_and_no_traceback(session, tmp_path, line, words):
    said = ipython(session, tmp_path, line)
    assert "UsageError" in said
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize("system", ["lmod", "envmod"])
def test_on_each_system(system, tree, request, tmp_path):
    variable = {"lmod": "LMOD_CMD", "envmod": "MODULES_CMD"}[system]
    session = tree(variable, request.getfixturevalue(f"{system}_command"))
    said = ipython(
        session,
        tmp_path,
        "import os",
        "%module load compiler quoting",
        "print('VALUE', [os.environ['QUOTING']])",
        "%module avail compiler",
        "%module spider spectral",
        "%module exactly quoting compiler/13.2",
        "print(os.environ['LOADEDMODULES'])",
        "%module exactly",
        "%module load compiler/12.3 quoting",
        "%module purge",
        "%module list",
        "%module load tool broken",
    )
    assert "Loaded: compiler/12.3, quoting/1.0" in said
    assert str(["it's \"quoted\"\nsecond \\ \\' $(id)"]) in said
    assert "compiler/13.2\n" in said
    assert "tool/1.0: Sorts spectral lines" in said
    assert "quoting/1.0:compiler/13.2\nUnloaded: quoting/1.0, compiler/13.2" in said
    assert "Unloaded: compiler/12.3, quoting/1.0" in said
    assert "Nothing is loaded." in said
    assert "UsageError" in said


def test_without_a_module_system_that_is_said(tree, tmp_path):
    said = ipython(tree("MODULES_CMD", "/nowhere/modulecmd.tcl"), tmp_path, "%module load x")
    assert "/nowhere/modulecmd.tcl cannot be run on this machine." in said
    assert "Traceback" not in said


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_in_a_kernel_whose_loop_runs(session):
    manager, client = start_new_kernel(env=session)
    try:
        printed = []
        client.execute_interactive(
            "%load_ext jupyterlab_hpc\n%module load scipy-stack/2023b\n"
            "import os, hpc_demo_stack; print(os.environ['LOADEDMODULES'])",
            timeout=60,
            output_hook=lambda message: printed.append(message["content"]),
        )
        text = "".join(content.get("text", "") for content in printed)
        assert "Loaded: scipy-stack/2023b" in text
        assert "StdEnv/2023:python/3.11.5:ipython-kernel/3.11:scipy-stack/2023b" in text
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_pythonpath_stands_before_the_library_and_behind_the_user():
    stdlib = sysconfig.get_path("stdlib")
    path = ["", "/mine", "/old", "/both", stdlib, "/site", "/old"]
    assert path_after(path, ["/old", "/both"], ["/new", "/both"]) == [
        "", "/mine", "/new", "/both", stdlib, "/site", "/old",
    ]  # fmt: skip
    assert path_after(["/a"], [], ["/new"]) == ["/a", "/new"]


def test_other_variables_leave_the_path_alone(monkeypatch):
    monkeypatch.setenv("HPC_TEST_GONE", "1")
    before = list(sys.path)
    apply({"HPC_TEST_GONE": None})
    assert "HPC_TEST_GONE" not in os.environ
    assert sys.path == before


def test_an_interrupt_ends_what_was_asked(request):
    # Who starts the tests in the background may have them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    begun = threading.Event()
    ended = threading.Event()

    async def forever():
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    def interrupt():
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        wait_for(forever())
    assert ended.wait(10)  # seconds; the thread may not have been waited for
