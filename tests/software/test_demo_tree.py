"""The demo module tree, with the real Lmod: what examples/README.md says of it is true.

Every command runs in a new shell that has sourced examples/environment.sh, with an empty
home directory, so that neither the caller's modules nor its Lmod settings take part.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

#: Module name -> modulefile -> what the spider tells of it.
Index = dict[str, dict[str, dict[str, Any]]]

#: The first line of every command; $0 is the directory of the examples.
SOURCE = '. "$0/environment.sh" || exit 99\n'


class Shell:
    """Runs commands in a session of the demo."""

    def __init__(self, home: Path, examples: Path = EXAMPLES) -> None:
        self.home = home
        self.examples = examples

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        if "LMOD_PKG" in os.environ:
            environment["LMOD_PKG"] = os.environ["LMOD_PKG"]
        return subprocess.run(
            ["bash", "--norc", "-c", SOURCE + command, str(self.examples)],
            check=False,
            env=environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def output(self, command: str) -> str:
        """Return what a command prints; it has to succeed."""
        done = self.run(command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def loaded(self, command: str) -> list[str]:
        """Return the active modules after a command, whether it succeeds or not."""
        listing = self.run(command + '\nprintf %s "$LOADEDMODULES"')
        return listing.stdout.split(":")

    def available(self, command: str) -> list[str]:
        """Return what `module avail` lists after a command."""
        return self.run(command + "\nmodule --terse --redirect avail").stdout.splitlines()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    trial = shell.run("true")
    if "Lmod was not found" in trial.stderr:
        # A test run that counts must not pass for want of Lmod.
        report = pytest.fail if os.environ.get("CI") else pytest.skip
        report(trial.stderr.strip())
    assert trial.returncode == 0, trial.stderr
    return shell


@pytest.fixture
def index(shell: Shell) -> Index:
    """What Lmod's spider tells of the whole tree."""
    return json.loads(shell.output('"$LMOD_DIR/spider" -o spider-json "$MODULEPATH_ROOT/Core"'))


DEFAULTS = ["StdEnv/2023", "python/3.11.5", "ipython-kernel/3.11"]


def test_the_session_starts_with_the_default_modules(shell: Shell) -> None:
    assert shell.loaded("true") == DEFAULTS


@pytest.mark.parametrize("options", ["-c", "-lc", "-ic"])
def test_child_shells_have_the_modules_too(shell: Shell, options: str) -> None:
    listing = shell.output(f"bash {options} 'module --terse --redirect list'")
    assert listing.splitlines() == DEFAULTS
    show = 'echo "$MODULEPATH"'
    assert shell.output(f"bash {options} '{show}'") == shell.output(show)


def test_sourcing_again_starts_anew(shell: Shell) -> None:
    again = f'module load gcc\n{SOURCE}echo "$LOADEDMODULES $MODULEPATH"'
    root = EXAMPLES / "modulefiles"
    assert shell.output(again) == f"{':'.join(DEFAULTS)} {root}/2023/Core:{root}/Core\n"


def test_the_modules_of_another_tree_are_put_away(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    modulefile = 'add_property("lmod", "sticky")\nsetenv("OTHER_TREE", "1")\n'
    (tmp_path / "site" / "1.0.lua").write_text(modulefile)
    other = f"clearMT\nexport MODULEPATH={tmp_path}\nmodule load site\n"
    assert shell.output(f"{other}echo $OTHER_TREE") == "1\n"
    root = EXAMPLES / "modulefiles"
    show = 'echo "$LOADEDMODULES $MODULEPATH ${OTHER_TREE-unset}"'
    assert shell.output(other + SOURCE + show) == (
        f"{':'.join(DEFAULTS)} {root}/2023/Core:{root}/Core unset\n"
    )


def test_sourcing_works_in_a_strict_shell(shell: Shell) -> None:
    assert shell.output('set -eu\n. "$0/environment.sh"\necho done') == "done\n"


def test_a_missing_lmod_is_told(shell: Shell) -> None:
    script = (EXAMPLES / "environment.sh").read_text().replace("/lmod/lmod", "/no-lmod-here")
    (shell.home / "environment.sh").write_text(script)
    done = shell.run('unset LMOD_PKG\n. "$HOME/environment.sh"')
    assert done.returncode == 1
    assert "Lmod was not found" in done.stderr


def test_the_tree_works_from_any_directory(shell: Shell, tmp_path: Path) -> None:
    copy = tmp_path / "été with spaces"
    shutil.copytree(EXAMPLES, copy)
    moved = Shell(shell.home, copy)
    prefix = moved.output('module load gcc openmpi hdf5-mpi\necho "$EBROOTHDF5MINMPI"').strip()
    assert prefix == f"{copy}/software/2023/MPI/gcc12.3/openmpi4.1.5/hdf5-mpi/1.14.4"


def test_everything_put_on_a_path_exists(shell: Shell, index: Index) -> None:
    seen = set()
    for files in index.values():
        for about in files.values():
            # The ways of a module in the base directory are not given: it needs none.
            (way,) = about.get("parentAA", [[]])
            load = f"module load {' '.join([*way, about['fullName']])}"
            show = 'echo "$PATH:$PYTHONPATH:$JUPYTER_PATH:$LIBRARY_PATH"'
            seen.update(shell.run(f"{load}\n{show}").stdout.strip().split(":"))
    ours = [Path(path) for path in seen if path.startswith(str(EXAMPLES))]
    assert len(ours) > 40
    assert [path for path in ours if not path.is_dir()] == []


def test_the_environments_swap_and_open_their_own_trees(shell: Shell) -> None:
    assert shell.loaded("module load StdEnv/2020")[0] == "StdEnv/2020"
    old = shell.available("module load StdEnv/2020")
    new = shell.available("true")
    assert {"openrefine/3.4.1", "code-server/3.12.0", "scipy-stack/2020b"} <= set(old)
    assert {"rstudio-server/4.3", "code-server/4.92.2", "scipy-stack/2023b"} <= set(new)
    assert "openrefine/3.4.1" not in new
    assert "rstudio-server/4.3" not in old


def test_the_environment_is_sticky(shell: Shell) -> None:
    assert shell.loaded("module purge") == ["StdEnv/2023"]


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("gcc", "gcc/12.3"),
        ("gcc/latest", "gcc/13.3"),
        ("scipy-stack", "scipy-stack/2023b"),
        ("python", "python/3.11.5"),
    ],
)
def test_defaults_and_aliases(shell: Shell, name: str, default: str) -> None:
    assert default in shell.loaded(f"module load {name}")


def test_a_library_appears_when_its_compiler_and_mpi_are_loaded(shell: Shell) -> None:
    assert "openmpi/4.1.5" not in shell.available("true")
    assert "openmpi/4.1.5" in shell.available("module load gcc")
    assert "hdf5-mpi/1.14.4" not in shell.available("module load gcc")
    assert "hdf5-mpi/1.14.4" in shell.available("module load gcc openmpi")


def test_another_compiler_replaces_gcc_and_leaves_openmpi_inactive(shell: Shell) -> None:
    done = shell.run("module load gcc openmpi hdf5-mpi fftw; module load intel")
    assert 'replacing "gcc/12.3" with "intel/2023.2"' in done.stderr
    assert "Inactive Modules" in done.stderr
    after = shell.loaded("module load gcc openmpi hdf5-mpi fftw; module load intel")
    assert {"intel/2023.2", "fftw/3.3.10"} <= set(after)
    assert not {"gcc/12.3", "openmpi/4.1.5", "hdf5-mpi/1.14.4"} & set(after)


def test_another_gcc_brings_its_own_openmpi(shell: Shell) -> None:
    after = shell.loaded("module load gcc/12.3 openmpi hdf5-mpi; module load gcc/13.3")
    assert {"gcc/13.3", "openmpi/5.0.3", "hdf5-mpi/1.14.4"} <= set(after)


@pytest.mark.parametrize("version", ["2023b", "2024a"])
def test_the_scipy_stack_can_be_imported(shell: Shell, version: str) -> None:
    code = "import hpc_demo_stack as s; print(s.__version__, s.mean([1, 2, 6]))"
    python = f'"{sys.executable}" -c "{code}"'
    assert shell.output(f"module load scipy-stack/{version}\n{python}") == f"{version} 3.0\n"
    assert "No module named 'hpc_demo_stack'" in shell.run(python).stderr


def test_the_default_modules_leave_python_alone(shell: Shell) -> None:
    assert shell.output("command -v python3").strip() == shutil.which("python3")
    show = 'echo "${PYTHONPATH-unset} ${PYTHONHOME-unset} ${LD_LIBRARY_PATH-unset}"'
    assert shell.output(show) == "unset unset unset\n"


@pytest.mark.parametrize(
    ("module", "kernel", "title"),
    [
        ("ijulia-kernel", "julia-1.10", "Julia 1.10"),
        ("demo-kernel", "hpc-demo", "Demo kernel (IPython)"),
    ],
)
def test_kernel_modules_put_a_kernelspec_on_the_path(
    shell: Shell, module: str, kernel: str, title: str
) -> None:
    (directory,) = shell.output(f'module load {module}\necho "$JUPYTER_PATH"').strip().split(":")
    spec = json.loads((Path(directory) / "kernels" / kernel / "kernel.json").read_text())
    assert spec["display_name"] == title
    assert "{connection_file}" in spec["argv"]


def test_the_julia_kernel_loads_julia(shell: Shell) -> None:
    assert "julia/1.10" in shell.loaded("module load ijulia-kernel")


@pytest.mark.parametrize("name", ["secret-tool/.1.0", "internal/1.0"])
def test_hidden_modules_are_not_listed_but_load(shell: Shell, index: Index, name: str) -> None:
    assert name not in shell.available("true")
    assert name in shell.loaded(f"module load {name}")
    (about,) = index[name.split("/", maxsplit=1)[0]].values()
    assert about["hidden"] is True


def test_a_deprecated_module_loads_with_its_message(shell: Shell) -> None:
    done = shell.run("module load oldtool")
    assert done.returncode == 0
    assert "oldtool/1.0 is deprecated" in done.stderr
    assert "deprecated" not in shell.run("module load newtool").stderr


@pytest.mark.parametrize("name", ["broken/1.0", "broken-syntax/1.0"])
def test_a_broken_module_changes_nothing(shell: Shell, name: str) -> None:
    load = f"module load {name}\n"
    assert shell.run(load).returncode != 0
    show = 'echo "$LOADEDMODULES ${BROKEN_WAS_APPLIED-unset}"'
    assert shell.output(load + show) == f"{':'.join(DEFAULTS)} unset\n"


def test_a_warning_does_not_keep_a_module_from_loading(shell: Shell) -> None:
    assert "warns/1.0" in shell.loaded("module load warns")
    assert "licence file" in shell.run("module load warns").stderr
    assert shell.run("module avail").returncode == 0


def test_a_slow_module_is_slow_only_when_loaded(shell: Shell) -> None:
    timed = "TIMEFORMAT=%R; time {{ {}; }} 2>/dev/null"
    assert float(shell.run(timed.format("module load slow")).stderr.split()[-1]) >= 3
    assert float(shell.run(timed.format("module spider slow")).stderr.split()[-1]) < 3
    assert float(shell.run(timed.format("module show slow")).stderr.split()[-1]) < 3


def test_conflicts_and_prerequisites(shell: Shell) -> None:
    assert "conflicting/1.0" in shell.loaded("module load conflicting")
    assert "conflicting/1.0" not in shell.loaded("module load scipy-stack; module load conflicting")
    assert "needs-gcc/1.0" not in shell.loaded("module load needs-gcc")
    assert "needs-gcc/1.0" in shell.loaded("module load gcc; module load needs-gcc")


@pytest.mark.parametrize(
    "name",
    [
        "a.b.c/1.0.0-rc.1+build5",
        "tools/perf/flamegraph/1.0",
        "unversioned",
        "gtk+/3.24",
        "libstdc++/13.2.0",
        "R/4.3.1",
        "tcltool/1.0",
    ],
)
def test_unusual_names_load(shell: Shell, name: str) -> None:
    assert name in shell.loaded(f"module load {name}")


def test_unusual_values_arrive_unchanged(shell: Shell) -> None:
    show = 'printf "%s\\0" "$DEMO_QUOTES" "$DEMO_TAB" "$DEMO_UNICODE"'
    assert shell.output(f"module load unicode\n{show}").split("\0")[:-1] == [
        'it\'s "quoted" with \\ and $HOME and `date`',
        "left\tright",
        "été 🎉",
    ]


def test_a_newline_is_kept_in_python_statements(shell: Shell) -> None:
    # Not in those for bash: Lmod 8.6 does not quote it, and the shell runs the second line.
    statements = shell.output('"$LMOD_CMD" python load unicode')
    assert 'os.environ["DEMO_NEWLINE"] = "first line\\\nsecond line";' in statements


def test_the_index_holds_every_modulefile(index: Index) -> None:
    root = EXAMPLES / "modulefiles"
    files = {str(f) for f in root.rglob("*") if f.is_file() and f.name != ".modulerc.lua"}
    assert {file for places in index.values() for file in places} == files


def test_the_index_tells_the_ways_to_a_module(index: Index) -> None:
    ways = [about["parentAA"] for about in index["hdf5-mpi"].values()]
    assert sorted(ways, key=str) == [
        [["StdEnv/2023", "gcc/12.3", "openmpi/4.1.5"]],
        [["StdEnv/2023", "gcc/13.3", "openmpi/5.0.3"]],
    ]


def test_every_module_but_the_broken_one_is_described(index: Index) -> None:
    for name, places in index.items():
        for about in places.values():
            if name != "broken-syntax":
                assert about["Description"]
                assert about["help"]
                assert about["Category"] in {"tools", "math", "bio", "chem", "vis", "data"}


def test_the_index_names_the_extensions(index: Index) -> None:
    provided = {about["fullName"]: about["provides"] for about in index["scipy-stack"].values()}
    assert sorted(provided) == ["scipy-stack/2020b", "scipy-stack/2023b", "scipy-stack/2024a"]
    for extensions in provided.values():
        assert {"numpy", "pandas", "matplotlib", "scipy"} <= {e.split("/")[0] for e in extensions}
    assert "numpy/1.25.2" in provided["scipy-stack/2023b"]


def test_help_keeps_its_markup_as_text(index: Index) -> None:
    (about,) = index["html-help"].values()
    assert "<img src=x onerror=alert(1)>" in about["help"]
    assert "<script>" in about["help"]
