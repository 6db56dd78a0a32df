"""What the start script makes of names, tried in bash itself."""

import os
import subprocess
from string import Template

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_hpc.errors import BadRequestError
from jupyterlab_hpc.kernels.specs import (
    Made,
    Specs,
    check_display_name,
    check_kernel_name,
    is_damaged,
)
from jupyterlab_hpc.kernels.startscript import Program, expanded, start_script, word
from jupyterlab_hpc.tools.recipe import Recipe

# What a process can be given: no zero byte, and what is not UTF-8 as Python has it.
TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=20)
SLOW = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def bash(script, *arguments, **env):
    """Run a script; return what it printed, apart at zero bytes."""
    done = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-c", script, "bash", *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **env},
        capture_output=True,
        check=True,
    )
    return os.fsdecode(done.stdout).split("\0")[:-1]


@SLOW
@given(st.lists(st.one_of(TEXT, TEXT.map(lambda t: f"{t}{{connection_file}}{t}")), min_size=1))
def test_words_arrive_as_they_are(words):
    said = bash("printf '%s\\0' " + " ".join(map(word, words)), "/run/a b'\"$x.json")
    assert said == [w.replace("{connection_file}", "/run/a b'\"$x.json") for w in words]


@SLOW
@given(st.lists(st.one_of(TEXT, st.sampled_from(["$A", "${A}", "$$", "$B", "${"])), max_size=5))
def test_variables_are_filled_in_as_jupyter_does(parts):
    text = "".join(parts)
    known = {"A": 'it\'s "A" $x', "B": ""}
    # names that are not set are left to Jupyter's; here they are empty
    for match in Template.pattern.finditer(text):
        name = match.group("named") or match.group("braced")
        if name:
            known.setdefault(name, "")
    wanted = Template(text).safe_substitute(known)
    script = f"export HPC_X={expanded(text)}\nprintf '%s\\0' \"$HPC_X\""
    said = bash(script, A=known["A"], B=known["B"])
    assert said == [wanted]


@SLOW
@given(
    name=st.from_regex(r"[a-z0-9_][a-z0-9._-]{0,10}", fullmatch=True),
    module=TEXT,
    folder=TEXT,
    argv=st.lists(TEXT, min_size=1, max_size=3),
    variables=st.dictionaries(st.from_regex(r"X[A-Z]{1,5}", fullmatch=True), TEXT, max_size=3),
)
def test_nothing_in_a_name_is_run_and_files_say_what_was_written(
    tmp_path_factory, name, module, folder, argv, variables
):
    specs = Specs(tmp_path_factory.mktemp("kernels"))
    recipe = Recipe(
        kind="lmod",
        command=folder,
        init="",
        variables=variables,
        folders=[folder],
        load=[module],
        modules={module: folder},
    )
    made = Made(
        name=name,
        folder=specs.folder / name,
        display_name=f"x{name}",
        language="python",
        recipe=recipe,
        program=Program(argv=argv, env=variables, venv=folder),
    )
    staged = specs.stage(made)
    specs.publish(staged)
    specs.clear(staged)
    (found,) = specs.all()
    assert (found.recipe, found.program) == (made.recipe, made.program)
    assert not is_damaged(found)
    subprocess.run(["/bin/bash", "-n", str(found.script)], check=True, capture_output=True)


def test_hostile_names_run_nothing(tmp_path):
    owned = tmp_path / "owned"
    hostile = f"a'; touch {owned}; echo \"$(touch {owned})`touch {owned}`\n touch {owned}\n"
    recipe = Recipe(
        kind="lmod", command=hostile, variables={"X": hostile}, folders=[hostile],
        load=[hostile], modules={hostile: hostile},
    )  # fmt: skip
    program = Program(argv=[hostile], env={"Y": hostile}, venv=hostile)
    script = tmp_path / "start.sh"
    script.write_text(start_script("x", recipe, program))
    subprocess.run(["/bin/bash", str(script), hostile], check=False, capture_output=True)
    assert not owned.exists()


@given(st.text())
def test_only_names_that_jupyter_takes(name):
    try:
        check_kernel_name(name)
    except BadRequestError:
        return
    assert name == name.lower() and name.isascii() and "/" not in name and name[0] != "."
    assert 1 <= len(name) <= 64


@pytest.mark.parametrize("name", ["a", "é", "x 'y' \"z\" «w»", "日本語"])
def test_names_for_people(name):
    check_display_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        '{"metadata": {"jupyterlab_hpc": {}}}',
        '{"metadata": {"jupyterlab_hpc": {"format": 1, "recipe": {"kind": "x"}}}}',
        '{"metadata": {"jupyterlab_hpc": {"format": 2}}}',
        "[" * 100000,
    ],
)
def test_damaged_files_are_passed_over(tmp_path, text):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "kernel.json").write_text(text)
    assert Specs(tmp_path).all() == []
