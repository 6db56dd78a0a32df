"""Put into the wheel a list of what others wrote in it: CycloneDX, as PEP 770 has it.

Hatch runs this at the end of a build. What is bundled into the page is what the bundler
says; noVNC is copied beside it. The packages that pip installs are none of this: what
of them is there, an environment tells (`scripts/release.sh`).
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LICENSES = "jupyterlab_hpc/labextension/static/third-party-licenses.json"
NOVNC = "jupyterlab_hpc/apps/page/novnc"
# The bundler gives the text of a licence where it can't name it.
UNKNOWN = "NOASSERTION"


class SbomHook(BuildHookInterface[Any]):
    """Write the list, and have the wheel take it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # nothing is copied, and a development build has no licences
            return
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name, "jupyterlab_hpc.cdx.json")
        bill = bill_of_materials(Path(self.root), self.metadata.version)
        path.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
        build_data["sbom_files"].append(str(path))

    def finalize(self, version: str, _data: dict[str, Any], _path: str) -> None:
        if version != "editable":
            self._folder.cleanup()


def bill_of_materials(root: Path, version: str) -> dict[str, Any]:
    """Return the list; neither a time nor a number in it changes from build to build."""
    page = json.loads((root / LICENSES).read_text(encoding="utf-8"))["packages"]
    novnc = json.loads((root / NOVNC / "package.json").read_text(encoding="utf-8"))
    readme = (root / NOVNC / "vendor" / "pako" / "README.md").read_text(encoding="utf-8")
    pako = re.search(r"based on pako version ([0-9.]*[0-9])", readme)
    if pako is None:
        raise ValueError("noVNC's README does not say which pako it has")
    components = [
        *(component(each["name"], each["versionInfo"], each["licenseId"]) for each in page),
        component(novnc["name"], novnc["version"], novnc["license"]),
        component("pako", pako[1], "MIT"),
    ]
    components.sort(key=lambda each: str(each["bom-ref"]))
    ours = f"pkg:pypi/jupyterlab-hpc@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": ours,
                "name": "jupyterlab-hpc",
                "version": version,
                "purl": ours,
                "licenses": [{"license": {"id": "BSD-3-Clause"}}],
            }
        },
        "components": components,
        "dependencies": [
            {"ref": ours, "dependsOn": [each["bom-ref"] for each in components]},
            *({"ref": each["bom-ref"]} for each in components),
        ],
    }


def component(name: str, version: str, license_id: str) -> dict[str, Any]:
    """Return an npm package as CycloneDX has it."""
    purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
    group, _, short = name.rpartition("/")
    return {
        "type": "library",
        "bom-ref": purl,
        **({"group": group} if group else {}),
        "name": short,
        "version": version,
        "purl": purl,
        "licenses": [{"license": {"id": license_id} if license_id else {"name": UNKNOWN}}],
    }
