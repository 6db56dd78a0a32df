"""The site's settings in `jupyter_server_config.d`, which Jupyter Server itself passes over.

Of the files in that folder Jupyter Server reads only which extensions are enabled. Ours may
also hold settings of our own classes.
"""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

from traitlets.config import Config

FOLDER = "jupyter_server_config.d"


def folder_files(paths: Sequence[str]) -> list[Path]:
    """Return the files of the folders below configuration paths, the least important first.

    `paths` have the most important one first, as Jupyter has them.
    """
    return [file for path in reversed(paths) for file in sorted(Path(path, FOLDER).glob("*.json"))]


def folder_settings(paths: Sequence[str], classes: Collection[str]) -> Config:
    """Return the settings of the named classes in those files; what is no JSON is passed over.

    Jupyter Server, which reads the same files, complains of it.
    """
    found = Config()
    for file in folder_files(paths):
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(said, dict):
            ours = {
                name: value
                for name, value in said.items()
                if name in classes and isinstance(value, dict)
            }
            found.merge(Config(ours))
    return found
