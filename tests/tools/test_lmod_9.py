"""Lmod 9's words, replayed: no package of Debian 12 has it."""

from pathlib import Path

import pytest

from jupyterlab_hpc.tools.lmod_messages import split_messages
from jupyterlab_hpc.tools.lmod_text import (
    parse_avail,
    parse_lua_table,
    parse_python_output,
    read_module_table,
)

RECORDINGS = Path(__file__).parents[1] / "recordings" / "lmod-9.2.9"


def recorded(name):
    return (RECORDINGS / f"{name}.txt").read_text()


def table(name):
    return read_module_table(parse_lua_table(recorded(name).partition("=")[2]))


def test_the_table_of_a_hierarchy_with_what_9_adds():
    modules = table("table-hierarchy")
    assert [m.full_name for m in modules] == [
        "StdEnv/2023", "intel/2023.1", "openmpi/4.1.5", "libxc/6.2", "fftw/3.3.10",
    ]  # fmt: skip
    assert [m.sticky for m in modules] == [True, False, False, False, False]
    # libxc came with fftw
    assert [m.requested for m in modules][3:] == [False, True]
    assert all(m.active for m in modules)


def test_an_inactive_module_is_in_the_table():
    assert [(m.full_name, m.active) for m in table("table-inactive")] == [
        ("gcc/13.2", True),
        ("libxc/6.2", True),
        ("onlygcc123/1.0", False),
    ]


def test_what_was_loaded_by_another_name_has_its_own():
    assert [(m.short_name, m.full_name) for m in table("table-aliases")] == [
        ("gcc", "gcc/13.2"),
        ("python", "python/3.10.2"),
    ]


def test_avail():
    modules = {m.full_name: m for m in parse_avail(recorded("avail"))}
    # neither folders nor other names
    assert not {"z13", "gcc/", "gcc/latest"} & modules.keys()
    assert [name for name in modules if name.startswith("gcc/")] == [
        "gcc/11.2", "gcc/12.3", "gcc/13.2",
    ]  # fmt: skip
    assert modules["openmpi/5.0.0"].modulepath == "/tree/Compiler/gcc12.3"
    assert modules["deep/a/b/1.0"].short_name == "deep/a/b"
    assert modules["noversion"].short_name == "noversion"
    hidden = [(m.full_name, m.hidden) for m in parse_avail(recorded("avail-hidden"))]
    assert hidden == [("tool/.3.0", True), ("tool/1.0", False), ("tool/2.0", False)]


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("swap-by-family", ["info"]),
        ("warning", ["warning", "info"]),
        ("refused-conflict", ["error"]),
        ("deprecated", ["info"]),
    ],
)
def test_messages(name, levels):
    text = recorded(name)
    found = split_messages(text, warned=False)
    assert [words.level for words in found] == levels
    lines = [line for words in found for line in words.text.split("\n") if line.strip()]
    assert lines == [line for line in text.split("\n") if line.strip()]


def test_a_refusal_sets_a_variable_and_tells_two_verdicts():
    answer = parse_python_output(
        b'import os\nos.environ["__LMOD_LAST_ERROR"] = "Lmod has detected \\\n an error";\n'
        b"_mlstatus = True\n_mlstatus = False\n"
    )
    assert answer.statuses == (True, False)
    assert not answer.applies


def test_a_warning_is_applied_with_one_verdict():
    answer = parse_python_output(
        b'import os\nos.environ["WARN"] = "1";\nos.environ["_ModuleTable_Sz_"] = "1";\n'
        b"_mlstatus = True\n"
    )
    assert answer.statuses == (True,)
    assert answer.applies
