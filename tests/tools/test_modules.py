"""What is the same for every module system."""

import pytest

from jupyterlab_hpc.tools.modules import modulepath_entries, read_whatis


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["Description: d", "category: c", "Homepage: h"], ("d", "c", "h")),
        (["Homepage: h", "URL: u", "Description: first", "Description: last"], ("first", "", "u")),
        # Modulefiles in Tcl, those of Spack among them.
        (["Sorts lines", "Version: 1", "Keywords: a"], ("Sorts lines", "", "")),
        (["SAMtools: reads", " and sorts"], ("SAMtools: reads and sorts", "", "")),
        (["Description: d", "Sorts lines"], ("d", "", "")),
        (["Description:", "Sorts lines"], ("Sorts lines", "", "")),
        ([], ("", "", "")),
    ],
)
def test_what_whatis_says(lines, told):
    assert read_whatis(lines) == told


@pytest.mark.parametrize(
    ("modulepath", "entries"),
    [
        ("", []),
        (":/a::/b:", ["/a", "/b"]),
        ("/a/:/a//b/./c/.:/a", ["/a", "/a/b/c"]),
        ("/a/.hidden/x. y/../z", ["/a/.hidden/x. y/../z"]),
        ("~/modules/: ~ :~x:relative:/", ["/home/u/modules", "/home/u", "~x", "relative", "/"]),
    ],
)
def test_entries_of_modulepath(modulepath, entries):
    assert modulepath_entries({"MODULEPATH": modulepath, "HOME": "/home/u"}) == entries
