"""Lmod's words, taken apart into messages. A pure function of text."""

from collections.abc import Iterator

from .modules import Level, Words

MARKERS: dict[str, Level] = {
    "Lmod has detected the following error:": "error",
    "Lmod Warning:": "warning",
    # how Lmod tells what else it did: no more than a remark
    "Lmod is automatically replacing": "info",
    "Inactive Modules:": "info",
    "Activating Modules:": "info",
    "Due to MODULEPATH changes,": "info",
    "The following have been reloaded": "info",
    "The following modules were not unloaded": "info",
    "There are messages associated with": "info",
}
# The table below an error or a warning is its end; a blank line ends the table.
TABLE = "While processing the following module(s):"


def split_messages(text: str, *, warned: bool = False) -> tuple[Words, ...]:
    """Return Lmod's messages in order, each with its level, word for word.

    Lmod marks them in the user's language; where `warned` tells of a warning and
    no mark was understood, all of it is one.
    """
    found = tuple(_split(text))
    if warned and all(words.level == "info" for words in found):
        whole = text.strip("\n")
        return (Words(level="warning", text=whole),) if whole else ()
    return found


def _split(text: str) -> Iterator[Words]:
    level: Level = "info"
    lines: list[str] = []
    in_table = False

    def words() -> Iterator[Words]:
        if said := "\n".join(lines).strip("\n"):
            yield Words(level=level, text=said)

    for line in text.split("\n"):
        marked = next((MARKERS[mark] for mark in MARKERS if line.startswith(mark)), None)
        ended = in_table and not line.strip()
        in_table = not ended and (in_table or line.startswith(TABLE))
        if ended:
            marked = "info"
        if marked and (marked != level or marked != "info"):
            yield from words()
            lines, level = [], marked
        lines.append(line)
    yield from words()
