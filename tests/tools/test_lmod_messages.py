"""Lmod's words, taken apart: nothing is lost."""

import pytest

from jupyterlab_hpc.tools.lmod_messages import split_messages

WARNED = """\
Lmod Warning: this module is a warning 
While processing the following module(s):
    Module fullname  Module Filename
    ---------------  ---------------
    warn/1.0         /tree/Core/warn/1.0.lua

just a message to the user
raw stderr"""  # noqa: W291 - as Lmod writes it
SWAPPED = """\
Lmod is automatically replacing "gcc/12.3" with "intel/2023.1".


Due to MODULEPATH changes, the following have been reloaded:
  1) openmpi/4.1.5"""
REFUSED = """\
Restoring modules from user's st
Lmod has detected the following error: One or more modules in your st
collection have changed: "tool".

No change in modules loaded."""
GERMAN = "Lmod-Warnung: dieses Modul warnt"


@pytest.mark.parametrize(
    ("text", "warned", "levels"),
    [
        ("", False, []),
        ("", True, []),
        ("\n\n", True, []),
        (WARNED, True, ["warning", "info"]),
        (SWAPPED, False, ["info"]),
        (REFUSED, True, ["info", "error"]),
        (f"{SWAPPED}\n{WARNED}", True, ["info", "warning", "info"]),
        ("Lmod Warning: one\nLmod Warning: two", True, ["warning", "warning"]),
        (f"Lmod Warning: one\n\n{SWAPPED}", True, ["warning", "info"]),
        (GERMAN, True, ["warning"]),
        (GERMAN, False, ["info"]),
    ],
)
def test_levels(text, warned, levels):
    found = split_messages(text, warned=warned)
    assert [words.level for words in found] == levels
    lines = [line for words in found for line in words.text.split("\n") if line.strip()]
    assert lines == [line for line in text.split("\n") if line.strip()]
