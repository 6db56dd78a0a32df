"""What is the same for every module system."""

import pytest

from jupyterlab_hpc.tools.modules import read_whatis


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
