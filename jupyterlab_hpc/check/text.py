"""A report as text for a terminal, in the reader's language. Pure."""

import textwrap
from collections.abc import Iterable, Mapping

from ..sentences import trans
from .catalogue import Catalogue
from .checks import GROUPS
from .models import CheckReport, CheckSentence, Finding, FindingState

MARKS: Mapping[FindingState, str] = {
    "ok": "[ok]",
    "note": "[note]",
    "warning": "[warning]",
    "broken": "[BROKEN]",
    "skipped": "[skipped]",
}
WORDS: Mapping[FindingState, str] = {
    "ok": trans.gettext("ok"),
    "note": trans.gettext("note"),
    "warning": trans.gettext("warning"),
    "broken": trans.gettext("BROKEN"),
    "skipped": trans.gettext("skipped"),
}
COLOURS: Mapping[FindingState, str] = {
    "ok": "32",
    "note": "36",
    "warning": "33",
    "broken": "1;31",
    "skipped": "2",
}
WIDTH = 100
# As wide as the longest, which is a French one.
MARK_WIDTH = 18
SUMMARY = trans.gettext("Broken: %1. Warnings: %2. Notes: %3. All well: %4. Skipped: %5.")
WHAT_TO_DO = trans.gettext("To do: %1")
# How much of a tool's words a terminal gets; --json has all.
MOST_LINES = 12


def report_text(report: CheckReport, catalogue: Catalogue, *, colours: bool, verbose: bool) -> str:
    """Return a report for reading; `verbose` shows the details of what is well, too."""
    lines: list[str] = []
    for group in report.groups:
        findings = [f for f in report.findings if f.group == group.id]
        title = catalogue.say(group.title)
        lines += ["", _coloured(title, "1") if colours else title]
        for finding in findings:
            lines += _finding(finding, catalogue, colours=colours, verbose=verbose)
    counts = [
        str(sum(f.state == state for f in report.findings))
        for state in ("broken", "warning", "note", "ok", "skipped")
    ]
    lines += ["", catalogue.translate(SUMMARY, *counts)]
    return "\n".join(lines).lstrip("\n")


def list_text(catalogue: Catalogue) -> str:
    """Return the ids and titles of all checks, for reading."""
    lines = []
    for group in GROUPS:
        lines.append(f"{group.id:30}{catalogue.translate(group.title)}")
        lines += [f"  {check.id:28}{catalogue.translate(check.title)}" for check in group.checks]
    return "\n".join(lines)


def _finding(
    finding: Finding, catalogue: Catalogue, *, colours: bool, verbose: bool
) -> Iterable[str]:
    word = catalogue.translate(WORDS[finding.state])
    mark = f"  [{word}]".ljust(MARK_WIDTH)
    text = _line(finding.title, finding.found, catalogue)
    wrapped = textwrap.wrap(
        text, WIDTH - MARK_WIDTH, break_long_words=False, break_on_hyphens=False
    ) or [""]
    indent = " " * MARK_WIDTH
    yield (_coloured(mark, COLOURS[finding.state]) if colours else mark) + wrapped[0]
    yield from (indent + line for line in wrapped[1:])
    bad = finding.state not in {"ok", "skipped"}
    if finding.cure.template and (bad or finding.state == "skipped"):
        cure = catalogue.translate(WHAT_TO_DO, catalogue.say(finding.cure))
        yield from textwrap.wrap(
            cure,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    if finding.detail and (bad or verbose):
        said = finding.detail.splitlines()
        yield from (f"{indent}| {line}" for line in said[:MOST_LINES])
        if len(said) > MOST_LINES:
            yield f"{indent}| …"


def _line(title: CheckSentence, found: CheckSentence, catalogue: Catalogue) -> str:
    return catalogue.translate(trans.gettext("%1: %2"), catalogue.say(title), catalogue.say(found))


def _coloured(text: str, colour: str) -> str:
    return f"\033[{colour}m{text}\033[0m"
