"""The text that a user gives to the site's support. Knows no tool and no HTTP."""

import getpass
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from importlib.metadata import distributions
from pathlib import Path

from .models import CheckReport, SupportBundle
from .redact import plain, secrets_in, sounds_secret, without_names, without_secrets
from .site import Site
from .text import MARKS

# What of the environment tells something of the set-up; no other variable is shown.
VARIABLES = {
    "CONDA_PREFIX",
    "CUDA_VISIBLE_DEVICES",
    "HOME",
    "JUPYTERHUB_API_URL",
    "JUPYTERHUB_BASE_URL",
    "JUPYTERHUB_SERVER_NAME",
    "JUPYTERHUB_SERVICE_PREFIX",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_DATA_DIR",
    "JUPYTER_PATH",
    "JUPYTER_PREFER_ENV_PATH",
    "JUPYTER_RUNTIME_DIR",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LOADEDMODULES",
    "MODULEPATH",
    "MODULESHOME",
    "MODULES_CMD",
    "PATH",
    "PROJECT",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONUSERBASE",
    "SCRATCH",
    "SHELL",
    "TMPDIR",
    "TZ",
    "VIRTUAL_ENV",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
}
PREFIXES = (
    *("EBROOT", "EBVERSION", "LMOD_", "SLURM_CLUSTER", "SLURM_CONF", "SLURM_CPUS", "SLURM_GPUS"),
    *("SLURM_JOB_", "SLURM_MEM", "SLURM_NODE", "SLURM_TMPDIR"),
)
PACKAGES = (
    *("batchspawner", "ipykernel", "ipython", "jupyter", "msgspec", "nb", "notebook"),
    *("simpervisor", "tornado", "traitlets"),
)
# Whose settings are shown beside those of our own classes.
OTHERS = ("ServerProxy", "LabApp", "ServerApp", "MappingKernelManager", "KernelSpecManager")
LONGEST_VALUE = 4000


def make_bundle(report: CheckReport, site: Site, *, names: bool) -> SupportBundle:
    """Return findings, versions, settings and variables as text, without secrets.

    `names` leaves the user's names in it. Reads packages' versions from the disk.
    """
    secrets = secrets_in({**os.environ, **site.environment}, site.config)

    def clean(text: str) -> str:
        return without_secrets(text, secrets)

    text = clean("\n".join(_lines(report, site, clean)))
    if not names:
        text = without_names(text, _names(site))
    moment = datetime.fromisoformat(report.checked_at).strftime("%Y%m%d-%H%M%S")
    return SupportBundle(file_name=f"jupyter-hpc-check-{moment}.txt", text=text)


def _names(site: Site) -> set[str]:
    said = {*os.environ.items(), *site.environment.items()}
    found = {
        value for name, value in said if name in {"USER", "LOGNAME", "JUPYTERHUB_USER"} and value
    }
    found.add(Path(site.parts.storage.home).name)
    with suppress(KeyError, OSError, ImportError):  # a number without a name
        found.add(getpass.getuser())
    return found - {"root", "home", ""}


def _lines(report: CheckReport, site: Site, clean: Callable[[str], str]) -> Iterable[str]:
    yield "jupyterlab_hpc: findings and set-up, for the site's support"
    yield f"version {report.version}, {report.checked_at}, {report.seconds} s, {report.place}"
    yield f"made {datetime.now(timezone.utc).isoformat(timespec='seconds')}"
    yield from ("", "== Findings", "")
    for finding in report.findings:
        yield f"{MARKS[finding.state]} {finding.id} ({finding.seconds:.2f} s): {finding.found.text}"
        if finding.cure.text and finding.state not in {"ok", "skipped"}:
            yield f"    -> {finding.cure.text}"
        yield from (f"    | {line}" for line in finding.detail.splitlines())
    yield from ("", "== Machine", "")
    yield f"{platform.platform()}, Python {platform.python_version()} {sys.executable}"
    yield from ("", "== Packages", "")
    yield from _packages()
    yield from ("", "== Configuration files", "")
    yield from site.files or ["none"]
    yield from ("", "== Settings", "")
    yield from _settings(site, clean)
    yield from ("", "== Environment of the session", "")
    yield from _variables(site.environment, clean)
    yield ""


def _packages() -> list[str]:
    found = {
        f"{name} {copy.version}"
        for copy in distributions()
        if (name := str(copy.metadata["Name"] or "")).casefold().startswith(PACKAGES)
    }
    return sorted(found, key=str.casefold)


def _cut(text: str, clean: Callable[[str], str]) -> str:
    """Return the beginning of a text; a secret that is cut in two would not be known again."""
    return clean(text)[:LONGEST_VALUE] if len(text) > LONGEST_VALUE else text


def _settings(site: Site, clean: Callable[[str], str]) -> list[str]:
    wanted = {*(cls.__name__ for cls in site.classes), *OTHERS}
    shown = {
        f"{section}.{name}": plain(value, name)
        for section, settings in site.config.items()
        if section in wanted and isinstance(settings, Mapping)
        for name, value in settings.items()
    }
    return [
        f"c.{key} = {_cut(json.dumps(value, ensure_ascii=False), clean)}"
        for key, value in sorted(shown.items())
    ] or ["none"]


def _variables(environment: Mapping[str, str], clean: Callable[[str], str]) -> list[str]:
    return [
        f"{name}={_cut(value, clean)}"
        for name, value in sorted(environment.items())
        if (name in VARIABLES or name.startswith(PREFIXES))
        and not sounds_secret(name)
        and "_ModuleTable" not in name
    ]
