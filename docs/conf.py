"""How Sphinx makes the documentation of these pages: `make docs`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]

project = "jupyterlab_hpc"
author = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["author"]
project_copyright = author
release = version = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"]
language = "en"

extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["_build"]
nitpicky = True
# Answers in examples are cut with "…", which is no JSON.
suppress_warnings = ["misc.highlighting_failure"]
# Quotes in the pages are meant as they are typed.
smartquotes = False
# `#for-site-staff` finds the heading "For site staff", and a wrong one is a warning.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    # Without an address of a repository there is nothing to link to.
    "icon_links": [],
    "navbar_align": "left",
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
}
# Prompts are not typed.
copybutton_prompt_text = "$ "


# Pages beside the sources that they tell of, and the page of the site that shows each.
ELSEWHERE = {
    "../CONTRIBUTING.md": "contributing.md",
    "../CHANGELOG.md": "changelog.md",
    "../benchmarks/README.md": "benchmarks.md",
    "../examples/README.md": "examples.md",
    "../examples/cluster/README.md": "example-cluster.md",
}


def lead_into_the_site(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Turn links to pages elsewhere, right in the repository, into links of the site."""
    source[0] = re.sub(
        r"\]\((\.\./[\w./-]+)", lambda link: f"]({ELSEWHERE.get(link[1], link[1])}", source[0]
    )


def say_the_language(
    _app: Sphinx, page: str, _template: str, context: dict[str, object], _doctree: object
) -> None:
    """Let screen readers and search engines know that a page is French."""
    if page.startswith("fr/"):
        context["language"] = "fr"


def setup(app: Sphinx) -> None:
    """Be called by Sphinx."""
    app.connect("source-read", lead_into_the_site)
    app.connect("html-page-context", say_the_language)
