"""Bring the French catalogue up to date with the strings in the sources.

Reads the strings of src/, schema/ and jupyterlab_hpc/, merges them into
fr_FR's .po, the one file that a translator edits, and makes from it the .json
of each French locale, which JupyterLab serves to the page.

With --check nothing is written: the exit code is 1 when one of the files is
not up to date, or when a string has no translation.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib
from jupyterlab_translate.converters import convert_catalog_to_json

PACKAGE = "jupyterlab_hpc"
LOCALE = Path(PACKAGE, "locale")
SOURCE = "fr_FR"
LOCALES = ("fr_FR", "fr_CA")
PLACEHOLDER = re.compile(r"%\d|%\(\w+\)s|%%|\{\w+\}")
# In French a space that no line ends at stands before these: U+202F, before a colon U+00A0.
BREAKABLE = re.compile(r" [:;?!»]|« ")


def catalogue_file(locale: str, suffix: str) -> Path:
    """Return the path of a locale's .po or .json."""
    return LOCALE / locale / "LC_MESSAGES" / f"{PACKAGE}{suffix}"


def extract(folder: Path) -> polib.POFile:
    """Return the strings of the sources, taken from a copy of them in `folder`.

    A copy, because jupyterlab-translate descends into every folder that it
    finds, node_modules and virtual environments too.
    """
    for name in ("package.json", "pyproject.toml"):
        shutil.copy(name, folder)
    for name in ("src", "schema", PACKAGE):
        if Path(name).is_dir():
            unwanted = shutil.ignore_patterns("*.spec.ts*", "labextension", "locale", "__pycache__")
            shutil.copytree(name, folder / name, ignore=unwanted)
    done = subprocess.run(
        ["jupyterlab-translate", "extract", str(folder), PACKAGE],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return polib.pofile(str(folder / LOCALE / f"{PACKAGE}.pot"))


def merge(strings: polib.POFile) -> polib.POFile:
    """Return the strings with the translations that fr_FR's .po has for them.

    A string that changed loses its translation, and a string that is gone its
    entry: guesses would hide what is left to do. Line numbers are left out,
    so that the file changes only when a string does.
    """
    path = catalogue_file(SOURCE, ".po")
    known = {}
    if path.exists():
        known = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path))}
    merged = polib.POFile(wrapwidth=100)
    merged.metadata = {
        "Project-Id-Version": PACKAGE,
        "Language": SOURCE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    for string in sorted(strings, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        old = known.get((string.msgctxt, string.msgid))
        entry = polib.POEntry(
            msgctxt=string.msgctxt,
            msgid=string.msgid,
            msgid_plural=string.msgid_plural,
            occurrences=[(name, "") for name in sorted({name for name, _ in string.occurrences})],
        )
        if string.msgid_plural:
            entry.msgstr_plural = {0: "", 1: ""} | (old.msgstr_plural if old else {})
        elif old:
            entry.msgstr = old.msgstr
        if old:
            entry.tcomment = old.tcomment
            entry.flags = old.flags
        merged.append(entry)
    return merged


def complaints(french: polib.POFile) -> list[str]:
    """Return a sentence for each string that is not translated, or wrongly."""
    found = []
    for entry in french:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy or not all(texts):
            found.append(f"not translated: {entry.msgid!r}")
            continue
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in texts:
            said = set(PLACEHOLDER.findall(text))
            # "One module" may do without the number that "%1 modules" needs.
            if not said <= wanted or (said < wanted and not entry.msgid_plural):
                found.append(f"other placeholders than {entry.msgid!r}: {text!r}")
            if BREAKABLE.search(text):
                found.append(f"a line may end before the sign in {text!r}")
    return found


def make_files(french: polib.POFile, folder: Path) -> list[Path]:
    """Write what belongs into the repository below `folder`; return the paths from there."""
    made = [catalogue_file(SOURCE, ".po")]
    (folder / made[0]).parent.mkdir(parents=True, exist_ok=True)
    french.save(str(folder / made[0]))
    for locale in LOCALES:
        path = catalogue_file(locale, ".json")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        french.metadata["Language"] = locale
        with tempfile.TemporaryDirectory() as scratch:
            po = Path(scratch, f"{PACKAGE}.po")
            french.save(str(po))
            convert_catalog_to_json(po, (folder / path).parent, PACKAGE)
        made.append(path)
    return made


def main() -> int:
    """Do what the command line says and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only tell")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sources, results = Path(scratch, "sources"), Path(scratch, "results")
        sources.mkdir()
        french = merge(extract(sources))
        found = complaints(french)
        for path in make_files(french, results):
            new = (results / path).read_bytes()
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(new)
            elif not path.exists() or path.read_bytes() != new:
                found.append(f"not up to date: {path}; run jlpm catalogue")
    print(*found, f"{len(french)} strings, {len(found)} complaints", sep="\n")
    return 1 if found and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
