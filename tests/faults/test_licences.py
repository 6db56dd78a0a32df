"""What is installed and packed with this package may be passed on."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "licences.py"
spec = spec_from_file_location("licences", SCRIPT)
assert spec is not None
assert spec.loader is not None
licences = module_from_spec(spec)
spec.loader.exec_module(licences)


@pytest.mark.skipif(
    not (SCRIPT.parents[1] / "node_modules").exists(), reason="the page's packages are not here"
)
def test_every_licence_is_known_and_permissive() -> None:
    done = subprocess.run([sys.executable, SCRIPT], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "noVNC" in done.stdout
    assert "msgspec" in done.stdout


@pytest.mark.parametrize(
    ("name", "licence", "fits"),
    [
        ("a", "MIT", True),
        ("a", "Apache Software License", True),
        ("a", "GPL-3.0-or-later OR MIT", True),
        ("a", "GNU General Public License v3 (GPLv3)", False),
        ("a", "GPL-2.0 AND MIT", False),
        ("a", "AGPL-3.0", False),
        ("a", "MPL-2.0", False),
        ("noVNC", "MPL-2.0", True),
        ("a", "Commercial", False),
        ("a", "", False),
    ],
)
def test_what_is_permissive(name: str, licence: str, fits: bool) -> None:
    assert (licences.verdict(name, licence) == "") is fits
