"""Measure what this extension costs; the parts print Markdown tables of medians.

    make bench                            # the usual parts, as they are by default
    make bench ARGS="--runs 31"           # the same, each with this option
    make bench ARGS="peer --trees 1000"   # one part with its options
    make bench ARGS="panel -h"            # what a part can be told

parts:
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from platform import python_version

from tables import busy

PARTS = (
    *("start", "change", "trees", "memory", "mixed", "peer", "panel", "applications", "idle"),
    *("soak", "pagesoak"),
)
USUAL = ("start", "change", "trees", "applications", "idle")


def main(words: list[str]) -> None:
    """Run the part that the first word names, or the usual ones."""
    if words[:1] in (["-h"], ["--help"]):
        about = {part: (import_module(part).__doc__ or "").partition("\n")[0] for part in PARTS}
        print(__doc__, *(f"    {part:13}{said}" for part, said in about.items()), sep="\n")
        return
    parts, options = ((words[0],), words[1:]) if words[:1] and words[0] in PARTS else (USUAL, words)
    if options[:1] and not options[0].startswith("-"):
        sys.exit(f"There is no such part: {options[0]}. The parts: {', '.join(PARTS)}.")
    if not {"-h", "--help"} & set(options):
        packages = ", ".join(f"{p} {version(p)}" for p in ("jupyter_server", "jupyterlab"))
        print(f"Python {python_version()}, {packages}; {busy()} before", flush=True)
    for part in parts:
        import_module(part).main(options)
    print(f"\n{busy()} afterwards")


if __name__ == "__main__":
    main(sys.argv[1:])
