"""List the licences of what is installed and packed with this package; fail on a strange one.

    python scripts/licences.py

Three sources: the Python packages that a plain `pip install` brings, by their own metadata; what
the page depends on, most of which JupyterLab itself brings, and what a production build has put
into it; and noVNC, which is copied into the package.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGE = "jupyterlab-hpc"
BUNDLE = ROOT / "jupyterlab_hpc/labextension/static/third-party-licenses.json"
NOVNC = ROOT / "jupyterlab_hpc/apps/page/novnc"

PERMISSIVE = re.compile(
    r"\b(?:MIT|BSD|Apache|ISC|PSF|Python Software Foundation|0BSD|Unlicense|Zlib|"
    r"CC0|HPND|MIT-0|Python-2\.0)\b",
    re.IGNORECASE,
)
STRICT = re.compile(
    r"\b(?:A?GPL|LGPL|GNU|SSPL|EUPL|CC-BY-NC|Commercial|Proprietary)", re.IGNORECASE
)
# The Mozilla licence holds file by file: who passes on these files unchanged, as we do, owes
# their licence's text alone.
BY_FILE = {
    "certifi": "MPL-2.0",
    "fqdn": "MPL-2.0",
    "tqdm": "MPL-2.0 and MIT",
    "pathspec": "MPL-2.0",
    "noVNC": "MPL-2.0",
}


def verdict(name: str, licence: str) -> str:
    """Return what is wrong with a licence; empty where nothing is."""
    if not licence:
        return "no licence is told"
    # A choice of licences is ours to make.
    choices = re.split(r"\s+OR\s+", licence)
    if any(PERMISSIVE.search(choice) and not STRICT.search(choice) for choice in choices):
        return ""
    if name in BY_FILE and re.search(r"MPL|Mozilla", licence):
        return ""
    return "is not permissive"


def python_packages() -> Iterator[tuple[str, str, str]]:
    """Yield name, version and licence of each package that a plain installation needs."""
    left = [PACKAGE]
    seen: set[str] = set()
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for another system or Python
            continue
        for text in found.requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                left.append(requirement.name)
        if name != PACKAGE:
            yield found.metadata["Name"], found.version, licence_of(found)


def licence_of(found: Distribution) -> str:
    """Return the licence that a Python package tells of itself."""
    about = found.metadata
    said = about.get("License-Expression") or ""
    if not said:
        kinds = [
            c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if "License" in c
        ]
        said = " AND ".join(kind for kind in kinds if kind != "OSI Approved")
    if not said:
        said = (about.get("License") or "").strip().partition("\n")[0]
    return str(said)


def of_the_page() -> Iterator[tuple[str, str, str]]:
    """Yield what the page depends on, and what was packed into it."""
    for name in json.loads((ROOT / "package.json").read_text())["dependencies"]:
        about = json.loads((ROOT / "node_modules" / name / "package.json").read_text())
        yield name, about["version"], str(about.get("license") or "")
    if BUNDLE.exists():  # a development build leaves it out
        for package in json.loads(BUNDLE.read_text())["packages"]:
            yield package["name"], package["versionInfo"], package["licenseId"] or ""


def novnc() -> tuple[str, str, str]:
    """Return what is copied into the package, with its licence's text."""
    text = (NOVNC / "LICENSE.MPL-2.0").read_text()
    is_there = "Mozilla Public License Version 2.0" in text
    version = json.loads((ROOT / "package.json").read_text())["devDependencies"]["@novnc/novnc"]
    return "noVNC", version, "MPL-2.0" if is_there else ""


def main() -> int:
    """Print all, and what is wrong with any."""
    wrong = []
    for title, packages in (
        ("Python", sorted(python_packages(), key=lambda p: p[0].lower())),
        ("page", sorted(set(of_the_page()))),
        ("copied", [novnc()]),
    ):
        for name, version, licence in packages:
            print(f"{title:7} {name:32} {version:12} {licence}")
            if problem := verdict(name, licence):
                wrong.append(f"{name}: {licence or 'unknown'} {problem}")
    for line in wrong:
        print(line, file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
