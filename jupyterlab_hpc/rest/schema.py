"""Print every payload as one JSON schema: `python -m jupyterlab_hpc.rest.schema`.

The dataclasses of the rooms' `models.py` are the source; `jlpm build:payloads`
makes `src/rest/payloads.ts` of what is printed here.
"""

import dataclasses
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from .codec import schemas

PACKAGE = Path(__file__).parents[1]


def payload_types() -> list[type]:
    """Return the dataclasses that the rooms' `models` modules define, by name."""
    found: list[type] = []
    for file in sorted(PACKAGE.glob("*/models.py")):
        models = import_module(f"{PACKAGE.name}.{file.parent.name}.models")
        found += [
            kind
            for kind in vars(models).values()
            if isinstance(kind, type)
            and dataclasses.is_dataclass(kind)
            and kind.__module__ == models.__name__
        ]
    return sorted(found, key=lambda kind: kind.__name__)


def payload_schema() -> dict[str, Any]:
    """Return one JSON schema whose `$defs` are the payloads; no other property is allowed."""
    definitions = schemas(payload_types())
    for definition in definitions.values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Payloads",
        "$defs": dict(sorted(definitions.items())),
    }


if __name__ == "__main__":
    print(json.dumps(payload_schema(), indent=2))  # noqa: T201 - the answer of a command
