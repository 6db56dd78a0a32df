"""Lmod's words, read: pure functions on recorded and on generated text."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.tools.lmod_text import (
    decode_module_table,
    lua_finds,
    parse_admin_list,
    parse_avail,
    parse_lua_table,
    parse_python_output,
    parse_show,
    parse_spider,
    read_module_table,
)

TABLE = """_ModuleTable_ = {
MTversion = 3,
c_rebuildTime = false,
mT = {
StdEnv = { fn = "/t/StdEnv/2023.lua", fullName = "StdEnv/2023", loadOrder = 1,
propT = { lmod = { sticky = 1, }, }, stackDepth = 0, status = "active", },
["libstdc++"] = { fn = "/t/libstdc++/13.lua", fullName = "libstdc++/13", loadOrder = 2,
propT = {}, stackDepth = 1, status = "active", },
[".secret"] = { fn = "/t/.secret/1", fullName = ".secret/1", loadOrder = 3, status = "active", },
lib = { fn = "/t/lib/1.lua", fullName = "lib/1", loadOrder = -1, status = "inactive", },
},
mpathA = { "/t/a", "/t/b", },
actionA = { [[prepend_path("MODULEPATH","/t/a")]] },
}
"""


def table_environment(text: str) -> dict[str, str]:
    coded = base64.b64encode(text.encode()).decode()
    pieces = [coded[i : i + 512] for i in range(0, len(coded), 512)]
    numbered = {f"_ModuleTable{i:03d}_": piece for i, piece in enumerate(pieces, 1)}
    return {**numbered, "_ModuleTable_Sz_": str(len(pieces))}


def lua_q(value: bytes) -> bytes:
    """What Lua 5.3's `%q` writes for a string."""
    out = b""
    for i, byte in enumerate(value):
        char = bytes([byte])
        if char in b'"\\\n':
            out += b"\\" + char
        elif byte < 32 or byte == 127:
            digit_follows = value[i + 1 : i + 2].isdigit()
            out += b"\\%03d" % byte if digit_follows else b"\\%d" % byte
        else:
            out += char
    return b'"' + out + b'"'


@given(st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True), st.binary()))
def test_any_value_arrives_as_it_was(values):
    values = {name: value for name, value in values.items() if b"\0" not in value}
    stdout = b"import os\n" + b"".join(
        b'os.environ["%s"] = %s;\n' % (name.encode(), lua_q(value))
        for name, value in values.items()
    )
    answer = parse_python_output(stdout + b"_mlstatus = True\n")
    told = {
        name: value.encode("utf-8", "surrogateescape") for name, value in answer.environment.items()
    }
    assert told == values
    assert answer.statuses == (True,)


@given(st.binary())
def test_rubbish_is_never_an_answer(stdout):
    assert not parse_python_output(stdout).applies


def test_a_variable_is_unset_and_printed_lines_are_passed_over():
    answer = parse_python_output(
        b'hello\nimport os\nos.environ["A"] = \'\'\ndel os.environ["A"]\n'
        b'os.system("id")\nos.environ["_ModuleTable_Sz_"] = "1";\n'
        b"_mlstatus = True\n_mlstatus = False\n"
    )
    assert answer.environment == {"A": None, "_ModuleTable_Sz_": "1"}
    assert answer.statuses == (True, False)
    assert answer.applies


@pytest.mark.parametrize("stdout", [b"", b"_mlstatus = False\n", b'os.environ["A"] = "1";\n'])
def test_a_refusal_or_a_crash_does_not_apply(stdout):
    assert not parse_python_output(stdout).applies


def test_the_module_table_tells_order_stickiness_and_who_asked():
    modules = read_module_table(decode_module_table(table_environment(TABLE)))
    assert [m.full_name for m in modules] == ["StdEnv/2023", "libstdc++/13", ".secret/1", "lib/1"]
    assert [m.sticky for m in modules] == [True, False, False, False]
    assert [m.requested for m in modules] == [True, False, True, True]
    assert [m.hidden for m in modules] == [False, False, True, False]
    assert [m.active for m in modules] == [True, True, True, False]


def test_lua_data_of_every_kind():
    table = parse_lua_table('{ "a", [5] = -1.5, ["k\\9"] = {true, nil}, x=[==[l]]l]==]; y = 2e3 }')
    assert table == {1: "a", 5: -1.5, "k\t": {1: True, 2: None}, "x": "l]]l", "y": 2000}


@pytest.mark.parametrize("text", ["", "x", "{", '{ "a" ', "{ f() }", "{ os.exit() }", "{ = }"])
def test_what_is_not_lua_data_is_refused(text):
    with pytest.raises(ValueError, match="Lua"):
        parse_lua_table(text)


@pytest.mark.parametrize("pieces", ["***", base64.b64encode(b"return").decode()])
def test_a_damaged_module_table_is_refused(pieces):
    with pytest.raises(ValueError, match="."):
        decode_module_table({"_ModuleTable_Sz_": "1", "_ModuleTable001_": pieces})


def test_no_module_table_is_an_empty_one():
    assert decode_module_table({}) == {}
    assert read_module_table({}) == []


def test_spider_json_with_lua_empty_lists_for_objects():
    assert list(parse_spider(b"[]")) == []
    (module,) = parse_spider(
        b'{"r": {"/t/R/4.lua": {"fullName": "R/4", "mpath": "/t", "wV": "^4", "hidden": false,'
        b'"whatis": ["Description: Language: statistics", "URL: u"], "provides": ["a/1"],'
        b'"parentAA": [["gcc/12", "mpi/4"]], "propT": []}}}'
    )
    assert (module.short_name, module.full_name, module.version) == ("r", "R/4", "R/4")
    assert module.description == "Language: statistics"
    assert module.url == "u"
    assert module.ways == (("gcc/12", "mpi/4"),)


@pytest.mark.parametrize("piece", [1, 2, 7, 100])
def test_spider_json_is_read_piece_by_piece(monkeypatch, piece):
    monkeypatch.setattr("jupyterlab_hpc.tools.lmod_text._PIECE", piece)
    facts = {"fullName": "é{}/1", "mpath": "/t", "help": "} \n \\ 😀"}
    text = json.dumps({"a": {"/a": facts}, "b": [], "c": {"/c": facts}}, ensure_ascii=False)
    found = parse_spider(text.encode())
    assert [(f.short_name, f.full_name, f.help) for f in found] == [
        (name, "é{}/1", "} \n \\ 😀") for name in ("a", "c")
    ]
    assert list(parse_spider(b" [] ")) == []


@pytest.mark.parametrize("text", [b"", b"x", b'{"a": {', b'{"a": {}, "b"', b"lua: error"])
def test_a_spider_that_was_cut_off_is_an_error(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_spider(text)


def test_avail_knows_folders_aliases_and_marks():
    modules = parse_avail(
        "/t/Core:\ngcc/\ngcc/12.3\ngcc/latest(@gcc/13.2)\nR\ndeep/a/\ndeep/a/b <H>\nlibstdc++/13\n"
        "/t/two:\nlib/1(default)\n"
    )
    assert [(m.short_name, m.full_name, m.hidden, m.modulepath) for m in modules] == [
        ("gcc", "gcc/12.3", False, "/t/Core"),
        ("R", "R", False, "/t/Core"),
        ("deep/a", "deep/a/b", True, "/t/Core"),
        ("libstdc++/13", "libstdc++/13", False, "/t/Core"),
        ("lib/1", "lib/1", False, "/t/two"),
    ]


def test_show_tells_what_a_module_needs():
    remarks = parse_show(
        '-----\n   /t/x.lua:\n----\nhelp([[load("not")]])\ndepends_on("python","numpy/1")\n'
        'prereq("gcc")\nload("a")\nconflict("b", "c")\nsetenv("load", "x")\nfamily("mpi")\n'
    )
    assert remarks.dependencies == ("python", "numpy/1", "gcc", "a")
    assert remarks.conflicts == ("b", "c")
    assert remarks.families == ("mpi",)


def test_show_tells_what_only_a_shell_can_have():
    remarks = parse_show(
        'set_alias("ll","ls -l")\n set_shell_function("a\\"b", "$1", "")\nsetenv("set_alias","x")\n'
        'set_alias("ll","ls")\n--set_alias("no","")\n'
    )
    assert remarks.unsupported == ("ll", 'a\\"b')


def test_the_admin_list_in_its_own_form():
    entries = parse_admin_list("# c\na/1|b: old.\n  Use c.\n\n\n/x/y.*: gone\n")
    assert entries == [("a/1", "old.\n  Use c."), ("b", "old.\n  Use c."), ("/x/y.*", "gone")]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^gcc/4%.%d+$", "gcc/4.9", True),
        ("^gcc/4%.%d+$", "gcc/4x9", False),
        ("gcc", "libgcc/1", True),
        ("^R/", "R/4", True),
        ("a-b", "aab", True),
        ("[", "anything", False),
    ],
)
def test_lua_patterns_find_what_lua_finds(pattern, text, found):
    assert lua_finds(pattern, text) is found
