"""JupyterLab on a cluster: software, apps, storage, hub, session and jobs."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("jupyterlab-hpc")
except PackageNotFoundError:  # a source tree that nobody installed
    __version__ = "0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab_hpc"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    # Imported here, so that `jupyter labextension list` does not load the server.
    from .app import HPCApp

    return [{"module": "jupyterlab_hpc", "app": HPCApp}]


def load_ipython_extension(ipython: object) -> None:
    """Give `%module` to IPython: `%load_ext jupyterlab_hpc`."""
    # IPython is the kernel's, not the server's: imported where it is there.
    from .magic import register

    register(ipython)
