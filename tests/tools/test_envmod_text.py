"""Environment Modules' words, read: pure functions on recorded and on generated text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.tools.envmod_text import (
    parse_avail,
    parse_collection,
    parse_collections,
    parse_python_output,
    parse_show,
    parse_version,
    parse_whatis,
    rank_of,
    read_loaded,
)

RECORDINGS = Path(__file__).parents[1] / "recordings" / "envmod-5.2.0"


def recorded(name):
    """Return what stdout had (bytes) and what stderr had (text)."""
    stdout, _, stderr = (RECORDINGS / f"{name}.txt").read_bytes().partition(b"--- stderr\n")
    return stdout, stderr.decode()


def test_a_load():
    answer = parse_python_output(recorded("load")[0])
    assert not answer.refused
    assert answer.statuses == (True,)
    assert answer.environment["COMPILER"] == "twelve"
    assert answer.environment["LOADEDMODULES"] == "compiler/12.3"


def test_values_with_raw_newlines_quotes_and_backslashes_among_stray_prints():
    answer = parse_python_output(recorded("load-raw-newline-quotes-and-stray-print")[0])
    assert answer.statuses == (True,)
    assert answer.environment["QUOTING"] == "it's \"quoted\"\nsecond \\ \\' $(id)"
    assert answer.environment["ENDS"] == "back\\"
    assert answer.environment["AFTER"] == "after"
    assert parse_python_output(recorded("load-not-ascii")[0]).environment["RAW"] == "a\té"


def test_a_refusal_has_set_variables_but_a_verdict():
    answer = parse_python_output(recorded("load-partly-done-and-refused")[0])
    assert answer.environment["TOOL"] == "1"
    assert answer.refused


def test_nothing_to_do_has_no_verdict():
    answer = parse_python_output(recorded("load-nothing-to-do")[0])
    assert answer.statuses == ()
    assert not answer.refused
    assert not answer.environment


def test_what_is_unset_is_none():
    answer = parse_python_output(recorded("unload-and-load-in-one")[0])
    assert answer.environment["RIVAL"] is None
    assert answer.environment["LOADEDMODULES"] == "compiler/12.3:tool/1.0"


def written(variables):
    """Return what 5.2.0 writes for variables: only quotes are escaped."""
    lines = [b"import os\n"]
    for name, value in variables.items():
        key = name.encode()
        if value is None:
            lines.append(b"os.environ['%s'] = ''\ndel os.environ['%s']\n" % (key, key))
        else:
            text = value.encode("utf-8", "surrogateescape").replace(b"'", rb"\'")
            lines.append(b"os.environ['%s'] = '%s'\n" % (key, text))
    return b"".join([*lines, b"_mlstatus = True\n"])


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
BYTES = st.binary(max_size=20).map(lambda value: value.decode("utf-8", "surrogateescape"))
VALUES = st.one_of(BYTES, st.text(alphabet="'\\\n\"a =", max_size=12), st.none())


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_every_value_comes_back(variables):
    answer = parse_python_output(written(variables))
    assert answer.environment == variables
    assert answer.statuses == (True,)


@given(st.binary(max_size=300))
def test_rubbish_is_read_without_an_error(rubbish):
    parse_python_output(rubbish)
    text = rubbish.decode(errors="replace")
    parse_avail(text)
    parse_whatis(text)
    parse_show(text)
    parse_collections(text)
    parse_collection(text)
    read_loaded({"LOADEDMODULES": text, "_LMFILES_": text, "__MODULES_LMTAG": text})


def test_avail():
    files = {file.full_name: file for file in parse_avail(recorded("avail-hidden")[1])}
    assert files["secret/.1.0"].hidden
    compiler = files["compiler/12.3"]
    assert compiler.short_name == "compiler"
    assert compiler.modulepath == "/tmp/modulefiles"
    assert compiler.path == "/tmp/modulefiles/compiler/12.3"
    ranks = sorted(files[f"compiler/{v}"].rank for v in ("13.2", "9.4", "12.3"))
    assert ranks == [files[f"compiler/{v}"].rank for v in ("9.4", "13.2", "12.3")]
    assert "secret/.1.0" not in {file.full_name for file in parse_avail(recorded("avail")[1])}


def test_avail_among_prints_aliases_and_folders():
    text = (
        'hello {hello\n"/a": {\nprinted\n"x/1": { "name": "x/1", "type": "modulefile", '
        '"symbols": [ "default", "new" ], "tags": [ "hidden", "sticky" ], '
        '"pathname": "/a/x/1"},\n'
        '"y": { "name": "y", "type": "alias", "symbols": [], "tags": [], "target": "x/1"},\n'
        '"z": { "name": "z", "type": "directory", "symbols": [], "tags": []}\n'
        '},"/b c": {\n}}'
    )
    (file,) = parse_avail(text)
    assert (file.full_name, file.hidden, file.modulepath) == ("x/1", True, "/a")
    assert file.rank.startswith("^")


def test_avail_of_5_6_tells_by_which_module_a_folder_is_there():
    text = (
        '{"/a": {\n"x/1": { "name": "x/1", "type": "modulefile", "symbols": [], "tags": [], '
        '"pathname": "/a/x/1", "via": "gcc/12.3"}\n}}'
    )
    (file,) = parse_avail(text)
    assert (file.full_name, file.path, file.modulepath) == ("x/1", "/a/x/1", "/a")


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=3))
def test_numbers_in_versions_sort_as_numbers(numbers):
    ranks = [rank_of(f"x/{number}.0") for number in numbers]
    assert sorted(ranks) == [rank_of(f"x/{number}.0") for number in sorted(numbers)]
    assert rank_of("x/0", default=True) > max(ranks)
    assert rank_of("x/0", default=True) > rank_of("x/zeta")


def test_whatis_that_is_no_json():
    told = parse_whatis(recorded("whatis-not-json")[1])
    place = "/tmp/modulefiles"
    assert told[place, "quoting/1.0"] == ('Description: It says "hello",\nand so on',)
    assert told[place, "compiler/12.3"] == (
        "Description: The twelfth compiler", "Category: compiler",
        "URL: https://example.org/compiler",
    )  # fmt: skip
    assert told[place, "tool/1.0"] == ("Description: Sorts spectral lines",)
    assert (place, "broken/1.0") not in told


def test_what_the_environment_says_is_loaded():
    modules = read_loaded(
        {
            "LOADEDMODULES": "gcc/12.3:tool/1.0:flat:a/.b/1:x/1",
            "_LMFILES_": "/t/gcc/12.3:/t/tool/1.0:/t/flat",
            "__MODULES_LMTAG": "gcc/12.3&auto-loaded&blue:flat&super-sticky:x/1&hidden-loaded",
        }
    )
    assert [m.full_name for m in modules] == ["gcc/12.3", "tool/1.0", "flat", "a/.b/1", "x/1"]
    assert [m.short_name for m in modules] == ["gcc", "tool", "flat", "a/.b", "x"]
    assert [m.requested for m in modules] == [False, True, True, True, True]
    assert [m.sticky for m in modules] == [False, False, True, False, False]
    assert [m.hidden for m in modules] == [False, False, False, True, True]
    assert modules[1].modulefile == "/t/tool/1.0"
    assert read_loaded({}) == []


@pytest.mark.parametrize(
    ("line", "dependencies", "conflicts"),
    [
        ("prereq\t\tgcc cmake", ("gcc", "cmake"), ()),
        ("prereq-all\tx {y z}", ("x", "y z"), ()),
        ("depends-on\t--optional q", ("q",), ()),
        ("module\t\tload tool other", ("tool", "other"), ()),
        ("module\t\tuse /a", (), ()),
        ("conflict\tgcc", (), ("gcc",)),
        ("setenv\t\tprereq gcc", (), ()),
    ],
)
def test_show(line, dependencies, conflicts):
    remarks = parse_show(f"-----\n/t/x:\n\n{line}\n-----\n")
    assert (remarks.dependencies, remarks.conflicts) == (dependencies, conflicts)


def test_show_tells_what_only_a_shell_can_have():
    remarks = parse_show("set-alias\tll {ls -l}\nset-function\t{a b} x\nsetenv\tset-alias x\n")
    assert remarks.unsupported == ("ll", "a b")
    assert remarks.dependencies == ()


def test_show_tells_families():
    remarks = parse_show("family          compiler\nsetenv\tfamily x\n")
    assert (remarks.families, remarks.dependencies) == (("compiler",), ())


def test_show_as_recorded():
    assert parse_show(recorded("show")[1]).conflicts == ("rival",)


def test_version_and_collections():
    assert parse_version(recorded("version")[1]) == "5.2.0"
    assert parse_version("command not found") == ""
    assert parse_collections(recorded("savelist")[1]) == ["mine"]
    assert parse_collections("{}") == []
    assert parse_collection(recorded("saveshow")[1]) == ["tool"]
