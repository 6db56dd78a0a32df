"""JupyterLab on a cluster: software, apps, storage, hub, session and jobs."""

from ._version import __version__ as __version__


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-hpc"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyterlab_hpc"}]


def _load_jupyter_server_extension(server: object) -> None:
    """Do nothing yet: the server side comes with its first room."""
