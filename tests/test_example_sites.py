"""The configurations that the documentation offers sites: what they name is there and is taken."""

from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager
from traitlets import HasTraits
from traitlets.config.loader import PyFileConfigLoader

from jupyterlab_hpc.app import HPCApp
from jupyterlab_hpc.configurable import configurable_classes

ROOT = Path(__file__).parents[1]
SITES = sorted((ROOT / "examples").glob("*/**/jupyter_server_config.py"))
CLASSES = {kind.__name__: kind for kind in (HPCApp, KernelManager, *configurable_classes())}


def load(path: Path) -> dict[str, Any]:
    """Return what a configuration sets, by the names of classes."""
    return PyFileConfigLoader(path.name, str(path.parent)).load_config()


def settings(path: Path) -> list[tuple[str, str, Any]]:
    return [(name, key, value) for name, said in load(path).items() for key, value in said.items()]


def test_there_are_some():
    assert {path.parent.name for path in SITES} >= {"alliance", "mila", "cluster"}


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.parent.name)
def test_every_setting_is_there_and_takes_its_value(path):
    assert settings(path)
    for name, key, value in settings(path):
        trait = CLASSES[name].class_traits(config=True)[key]
        # lists and dictionaries are copied, texts and numbers are what they were
        assert trait._validate(HasTraits(), value) == value  # noqa: SLF001 - no other way


@pytest.fixture
def site() -> str:
    """The site whose configuration the server has; override by parametrizing."""
    return "alliance"


@pytest.fixture
def hpc_config(site: str) -> dict[str, Any]:
    return load(ROOT / "examples" / "sites" / site / "jupyter_server_config.py")


@pytest.mark.parametrize("site", ["alliance", "mila"])
async def test_a_server_starts_with_it_and_complains_of_nothing(site, rest, hpc_config, caplog):
    storage = (await rest("storage")).body
    assert storage["problems"] == []
    names = {link["name"] for link in storage["links"]}
    wanted = {target["name"] for target in hpc_config["StorageService"]["targets"]}
    # what is only shown where it exists need not be here
    assert "scratch" in names and names <= {*wanted} | {
        name for name in names if name.startswith(("project-", "nearline-"))
    }
    ids = {app["id"] for app in (await rest("apps")).body}
    assert ids >= set(hpc_config["ApplicationsService"]["applications"])
    assert (await rest("session")).body["warnings"] == hpc_config["SessionService"]["warnings"]
    logout = (await rest("hub/server")).body["logout"]
    assert logout == hpc_config["HubService"]["logout"]
    assert not [record.message for record in caplog.records if record.levelname == "ERROR"]
