"""Check the links of every page in this repository: files and headings that must be there.

Sphinx does so for the site; this is for whoever reads the sources, where README.md and
others stand too that Sphinx does not see. Addresses of the web are left alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}|:{3,}).*?^ {0,3}\1[ \t]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
TARGET = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def slug(heading: str) -> str:
    """Return the anchor of a heading, as MyST and the sites that show repositories make it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return what can stand behind a `#` in a link to a page."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found: list[str] = TARGET.findall(text)
    for heading in HEADING.findall(text):
        name, again = slug(heading), 0
        while (numbered := f"{name}-{again}" if again else name) in found:
            again += 1
        found.append(numbered)
    return frozenset(found)


def broken(page: Path) -> list[str]:
    """Return what is wrong with the links of a page."""
    text = CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
    problems = []
    for link in LINK.findall(text):
        if ELSEWHERE.match(link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = page.parent / path if path else page
        if not target.exists():
            problems.append(f"{page}: there is no {link}")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            problems.append(f"{page}: there is no heading {link}")
    return problems


def main() -> int:
    """Check all pages, print what is wrong and return the exit code."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "*.md"],
        check=False,
        capture_output=True,
        text=True,
    )
    # A release has no git.
    pages = [Path(line) for line in listed.stdout.splitlines()] or [
        *Path().glob("*.md"),
        *Path("docs").glob("**/*.md"),
    ]
    problems = [problem for page in pages if page.exists() for problem in broken(page)]
    print(*problems, f"{len(pages)} pages, {len(problems)} broken links", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
