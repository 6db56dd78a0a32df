"""See that a wheel and an sdist hold what they must, and nothing that they must not.

    python scripts/check_dist.py FOLDER

FOLDER has one wheel, and it may have the sdist of the same version.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
import zipfile
from email import message_from_bytes
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
VERSION = PACKAGE["version"]

# The wheel's own folders, which have the version in their names.
DATA, INFO = "data/", "info/"
PAGE = DATA + "share/jupyter/labextensions/jupyterlab_hpc/"
BILL = INFO + "sboms/jupyterlab_hpc.cdx.json"
# A pattern has to match something.
IN_THE_WHEEL = (
    "jupyterlab_hpc/py.typed",
    "jupyterlab_hpc/_version.py",
    "jupyterlab_hpc/guardian.py",
    "jupyterlab_hpc/apps/events.json",
    "jupyterlab_hpc/apps/page/start.js",
    "jupyterlab_hpc/apps/page/novnc/core/rfb.js",
    "jupyterlab_hpc/apps/page/novnc/LICENSE.txt",
    "jupyterlab_hpc/apps/page/novnc/LICENSE.MPL-2.0",
    "jupyterlab_hpc/apps/page/novnc/vendor/pako/LICENSE",
    "jupyterlab_hpc/hub/events.json",
    "jupyterlab_hpc/jobs/run.py",
    "jupyterlab_hpc/software/events.json",
    "jupyterlab_hpc/software/login.bash",
    "jupyterlab_hpc/storage/copier.py",
    "jupyterlab_hpc/tools/lmod_cache.lua",
    "jupyterlab_hpc/locale/fr_FR/LC_MESSAGES/jupyterlab_hpc.json",
    "jupyterlab_hpc/locale/fr_CA/LC_MESSAGES/jupyterlab_hpc.json",
    DATA + "etc/jupyter/jupyter_server_config.d/jupyterlab_hpc.json",
    PAGE + "install.json",
    PAGE + "package.json",
    PAGE + "static/remoteEntry.*.js",
    PAGE + "static/style.js",
    PAGE + "static/third-party-licenses.json",
    *(PAGE + f"schemas/jupyterlab_hpc/{path.name}" for path in (ROOT / "schema").glob("*.json")),
    # jupyterlab_server reads the version of the settings there.
    PAGE + "schemas/jupyterlab_hpc/package.json.orig",
    INFO + "licenses/LICENSE",
    BILL,
    INFO + "entry_points.txt",
)
# All that the wheel can have, by where it is. What fits none of it is too much.
MAY_BE_IN_THE_WHEEL = (
    r"jupyterlab_hpc/(?!apps/page/|labextension/|locale/)([a-z_]+/)*[a-z_]+\.(py|json|lua|bash)",
    r"jupyterlab_hpc/py\.typed",
    r"jupyterlab_hpc/apps/page/[a-z]+\.(html|js|css)",
    r"jupyterlab_hpc/apps/page/novnc/(core|vendor)/([a-z]+/)*[a-z0-9_-]+\.js",
    r"jupyterlab_hpc/apps/page/novnc/vendor/pako/(LICENSE|README\.md)",
    r"jupyterlab_hpc/apps/page/novnc/(LICENSE\.txt|LICENSE\.MPL-2\.0|package\.json)",
    r"jupyterlab_hpc/locale/[a-z]+_[A-Z]+/LC_MESSAGES/jupyterlab_hpc\.json",
    DATA + r"etc/jupyter/jupyter_server_config\.d/jupyterlab_hpc\.json",
    PAGE + r"(install|package)\.json",
    PAGE + r"schemas/jupyterlab_hpc/([a-z]+\.json|package\.json\.orig)",
    # No .map, no build_log.json: those are of a development build.
    PAGE + r"static/((remoteEntry|\d+)\.[0-9a-f]+\.js|style\.js|third-party-licenses\.json)",
    INFO + r"(METADATA|WHEEL|RECORD|entry_points\.txt|licenses/LICENSE)",
    INFO + r"sboms/jupyterlab_hpc\.cdx\.json",
)
IN_THE_SDIST = (
    "PKG-INFO",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "install.json",
    "package.json",
    "pyproject.toml",
    "rspack.config.cjs",
    "tsconfig.json",
    "yarn.lock",
    "schema/software.json",
    "scripts/sbom_hook.py",
    "src/index.ts",
    "style/index.css",
    "tests/conftest.py",
    "jupyter-config/server-config/jupyterlab_hpc.json",
    "jupyterlab_hpc/py.typed",
    "jupyterlab_hpc/labextension/package.json",
    "jupyterlab_hpc/apps/page/novnc/core/rfb.js",
    "jupyterlab_hpc/locale/fr_FR/LC_MESSAGES/jupyterlab_hpc.po",
)
NOT_IN_THE_SDIST = (
    r"(^|/)(node_modules|__pycache__|\.git|\.venv|\.yarn|\.[a-z]+_cache|\.hypothesis)/",
    r"\.(pyc|pyo|map|rej|swp|log|tsbuildinfo|whl)$",
    r"\.orig$(?<!schemas/jupyterlab_hpc/package\.json\.orig)",
    r"^(\.ci|benchmarks|ui-tests|dist|lib|docs/_build|\.demo|\.envmod|\.code-server)/",
)
# Where somebody's machine would be seen. Pages say /home/alice, and tests /tmp.
FOLDERS = re.compile(rb"/(?:root|work|builds?|home/runner)/[\w.-]+|/tmp/[\w.-]+/src/")
LARGEST = 1 << 20  # bytes of a file


def looked_for(patterns: tuple[str, ...], names: list[str]) -> list[str]:
    """Return what is missing, in words."""
    return [
        f"there is no {pattern}"
        for pattern in patterns
        if not any(fnmatch(name, pattern) for name in names)
    ]


def check_wheel(path: Path) -> list[str]:
    """Return what is wrong with a wheel, in words."""
    with zipfile.ZipFile(path) as archive:
        files = {placed(name): archive.read(name) for name in archive.namelist()}
    wrong = looked_for(IN_THE_WHEEL, list(files))
    for name, content in files.items():
        if not any(re.fullmatch(pattern, name) for pattern in MAY_BE_IN_THE_WHEEL):
            wrong.append(f"{name} should not be there")
        if len(content) > LARGEST:
            wrong.append(f"{name} is large: {len(content)} bytes")
        if ours := FOLDERS.search(content):
            wrong.append(f"{name} names a folder of this machine: {ours[0].decode()}")
    return wrong or [*check_versions(files), *check_licences(files)]


def placed(name: str) -> str:
    """Return the name of a file in the wheel as the lists above have it."""
    base = f"jupyterlab_hpc-{VERSION}"
    return name.replace(f"{base}.data/data/", DATA, 1).replace(f"{base}.dist-info/", INFO, 1)


def check_versions(files: dict[str, bytes]) -> list[str]:
    """Return which part of a wheel says another version than package.json, in words."""
    said = {
        "the metadata": message_from_bytes(files[INFO + "METADATA"])["Version"],
        "the page": json.loads(files[PAGE + "package.json"])["version"],
        "the SBOM": json.loads(files[BILL])["metadata"]["component"]["version"],
    }
    return [
        f"{what} says version {version}, package.json {VERSION}"
        for what, version in said.items()
        if version != VERSION
    ]


def check_licences(files: dict[str, bytes]) -> list[str]:
    """Return what is wrong with what is told of others' work, in words."""
    metadata = message_from_bytes(files[INFO + "METADATA"])
    ours = set(metadata["License-Expression"].split(" AND "))
    components = json.loads(files[BILL])["components"]
    listed = {each["purl"]: each["licenses"][0]["license"].get("id") for each in components}
    wrong = [
        f"{purl}: {said} is not in {ours}" for purl, said in listed.items() if said not in ours
    ]
    for each in json.loads(files[PAGE + "static/third-party-licenses.json"])["packages"]:
        purl = f"pkg:npm/{each['name'].replace('@', '%40')}@{each['versionInfo']}"
        if purl not in listed:
            wrong.append(f"{purl} is in the page and not in the SBOM")
        if not each["extractedText"]:
            wrong.append(f"{purl} has no text of its licence")
    return wrong


def check_sdist(path: Path) -> list[str]:
    """Return what is wrong with an sdist, in words."""
    with tarfile.open(path) as archive:
        members = archive.getmembers()
    base = f"jupyterlab_hpc-{VERSION}/"
    names = [member.name.removeprefix(base) for member in members]
    wrong = looked_for(IN_THE_SDIST, names)
    for member, name in zip(members, names, strict=True):
        if not member.name.startswith(base):
            wrong.append(f"{member.name} is outside of {base}")
        # Examples have links; none leads out.
        if not (member.isfile() or member.issym()):
            wrong.append(f"{name} is neither a file nor a link")
        if any(re.search(pattern, name) for pattern in NOT_IN_THE_SDIST):
            wrong.append(f"{name} should not be there")
        if member.size > LARGEST:
            wrong.append(f"{name} is large: {member.size} bytes")
    return wrong


def main() -> int:
    """Check what is in a folder, print what is wrong and return the exit code."""
    folder = Path(sys.argv[1])
    wrong = []
    for pattern, check in (("*.whl", check_wheel), ("*.tar.gz", check_sdist)):
        found = list(folder.glob(pattern))
        if len(found) != 1 and not (pattern == "*.tar.gz" and not found):
            wrong.append(f"{len(found)} files {pattern} in {folder}")
        wrong += [f"{path.name}: {problem}" for path in found for problem in check(path)]
    print("\n".join(wrong) or "wheel and sdist hold what they should")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
