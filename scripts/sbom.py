"""Write the SBOM that lies beside a release: what pip installs with it, and what is in it.

    python sbom.py WHEEL ENVIRONMENT.json SBOM.json

ENVIRONMENT.json is what cyclonedx-py says of an environment with nothing but the wheel
and what it needs; the versions are those of that day. What is bundled into the wheel
comes from the list in it (`sbom_hook.py`).
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def whole(environment: dict[str, Any], bundled: dict[str, Any]) -> dict[str, Any]:
    """Return one list made of both, with the package itself as what it is about."""
    ours = bundled["metadata"]["component"]
    said = next(each for each in environment["components"] if each["name"] == ours["name"])
    needs = {each["ref"]: each.get("dependsOn", []) for each in environment["dependencies"]}
    packages = [each for each in environment["components"] if each is not said]
    needed = needs.pop(said["bom-ref"])
    needs = {ref: refs for ref, refs in needs.items() if ref in {c["bom-ref"] for c in packages}}
    return {
        **bundled,
        "metadata": {**environment["metadata"], "component": ours},
        "components": [*bundled["components"], *packages],
        "dependencies": [
            {
                "ref": ours["bom-ref"],
                "dependsOn": sorted([*needed, *(c["bom-ref"] for c in bundled["components"])]),
            },
            *({"ref": each["bom-ref"]} for each in bundled["components"]),
            *({"ref": ref, "dependsOn": refs} for ref, refs in sorted(needs.items())),
        ],
    }


def main() -> int:
    """Write the list and return the exit code."""
    wheel, environment, target = (Path(name) for name in sys.argv[1:])
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if "/sboms/" in name)
        bundled = archive.read(name).decode()
    bill = whole(json.loads(environment.read_text(encoding="utf-8")), json.loads(bundled))
    text = json.dumps(bill, indent=2) + "\n"
    for what, checked in (("of the wheel", bundled), ("beside it", text)):
        if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(checked):
            print(f"the SBOM {what} is not CycloneDX: {wrong}")
            return 1
    target.write_text(text, encoding="utf-8")
    print(f"{target.name}: {len(bill['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
