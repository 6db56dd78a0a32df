"""What the documentation tells to set is there and is taken; a version is said in one place."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager
from jupyter_server.serverapp import ServerApp
from jupyter_server_proxy.config import ServerProxy
from traitlets import HasTraits
from traitlets.config import Config

from jupyterlab_hpc.app import HPCApp
from jupyterlab_hpc.configurable import configurable_classes

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md")
    for path in ROOT.glob(pattern)
    if "_build" not in path.parts
)
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
CLASSES = {
    kind.__name__: kind
    for kind in (HPCApp, *configurable_classes(), KernelManager, ServerApp, ServerProxy)
}
# Settings of programs that need not be installed here: JupyterHub's, jupyter-lmod's, and
# those of newer versions.
ELSEWHERE = {
    "KernelManager": {"transport_encryption"},
    "JupyterHub": {"load_roles", "shutdown_on_logout", "template_paths"},
    "Spawner": {"disable_user_config", "poll_interval", "server_token_scopes", "start_timeout"},
    "Tmod": {"launcher_pins", "launcher_module_map"},
    # Read from the peer's configuration beside what our own class of that name has.
    "Lmod": {"launcher_pins", "launcher_module_map"},
}
# An example of what is wrong.
WRONG = {("Lmod", "comand")}

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"\bc\.([A-Z]\w*)\.([a-z_]+)\b")
INLINE = re.compile(r"`(c\.[A-Z]\w*\.[a-z_]+ = [^`]+)`")


def configurations(text: str) -> Iterator[str]:
    """Yield every piece of configuration of a page that can be carried out."""
    yield from (block for block in BLOCK.findall(text) if SETTING.search(block))
    yield from (line for line in INLINE.findall(text) if "…" not in line)


def is_known(name: str, key: str) -> bool:
    if key in ELSEWHERE.get(name, ()) or (name, key) in WRONG:
        return True
    kind = CLASSES.get(name)
    return kind is not None and key in kind.class_traits(config=True)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_setting_that_is_named_is_there(page):
    for name, key in SETTING.findall(page.read_text(encoding="utf-8")):
        assert is_known(name, key), f"c.{name}.{key}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_configuration_loads_and_is_taken(page):
    for text in configurations(page.read_text(encoding="utf-8")):
        said: dict[str, Any] = {"c": Config()}
        exec(compile(text, str(page), "exec"), said)
        for name, values in said["c"].items():
            for key, value in values.items():
                assert is_known(name, key), f"c.{name}.{key}"
                if key not in ELSEWHERE.get(name, ()):
                    trait = CLASSES[name].class_traits(config=True)[key]
                    trait._validate(HasTraits(), value)  # noqa: SLF001 - no other way


def test_there_is_something_to_check():
    found = [text for page in PAGES for text in configurations(page.read_text(encoding="utf-8"))]
    assert len(found) > 80
    assert not is_known("Lmod", "colour") and not is_known("Nobody", "x")


def test_every_setting_of_the_page_that_is_shown_is_in_its_schema():
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    found = {}
    for block in re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        found |= json.loads(block)
    assert len(found) > 3
    for plugin, values in found.items():
        name = plugin.partition(":")[2]
        schema = json.loads((ROOT / "schema" / f"{name}.json").read_text(encoding="utf-8"))
        assert set(values) <= set(schema["properties"]), plugin


def version() -> str:
    said = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"]
    assert isinstance(said, str)
    return said


def test_the_changelog_begins_with_this_version():
    headings = re.findall(
        r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert headings[0] == version()
    assert len(headings) == len(set(headings))


def test_no_other_file_says_a_version():
    assert "version" not in json.loads((ROOT / "install.json").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert not re.search(r"^version = ", project, re.MULTILINE)
    assert '[tool.hatch.version]\nsource = "nodejs"\n' in project
    # Jupyter's files, the code, and this package in other files, but for what examples pin.
    pattern = re.compile(
        r"""(?:\b(?:release|version|__version__)\s*=\s*["']"""
        r"""|jupyterlab[-_]hpc[-=@ ]{1,2}v?)(\d+\.\d+\.\d+\w*)"""
    )
    paths = [
        *PAGES,
        ROOT / "docs" / "conf.py",
        *(path for path in (ROOT / "scripts").iterdir() if path.is_file()),
        *(
            path
            for path in (ROOT / "jupyterlab_hpc").rglob("*.py")
            if path.name != "_version.py" and "labextension" not in path.parts
        ),
    ]
    said = {
        str(path.relative_to(ROOT)): set(pattern.findall(path.read_text(encoding="utf-8")))
        for path in paths
        if path.name != "CHANGELOG.md"
    }
    # Pins in examples are of the version that they belong to.
    assert {name: found for name, found in said.items() if found - {version()}} == {}
    assert {name for name, found in said.items() if found and name.endswith(".py")} == set()
