"""Programs that break in the ways in which programs break, and what tells that they did."""

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

FAULTS = (
    "absent",
    "hangs",
    "refuses",
    "is killed",
    "says rubbish",
    "says 50 MB",
    "is slow",
    "is cut off",
)
WORDS = "the words of the tool itself"
# Like none that anybody else sleeps for: processes are found by it.
LONG = f"1000.{os.getpid()}"

# What a program does where the file `state` names a fault; else it is the real one.
WRAPPER = """\
#!/bin/sh
here={here}
real() {{
{real}
}}
case "$*" in *{only}*) fault=$(cat "$here/state" 2>/dev/null) ;; *) fault= ;; esac
case "$fault" in
hangs) sleep {long} & sleep {long} ;;
refuses) echo "{words}" >&2; exit 1 ;;
"is killed") kill -9 $$ ;;
"says rubbish")
    printf '\\377\\000\\376rubbish\\n\\000\\033[31m{{[\\n'
    printf '\\377\\000\\n' >&2 ;;
"says 50 MB") yes 'x = [{{"x": 1}}|x|x' | head -c 52428800 ;;
"is slow")
    touch "$here/started"
    until [ -e "$here/go" ]; do sleep 0.05; done
    real "$@" ;;
"is cut off")
    real "$@" >"$here/out.$$" 2>"$here/err.$$"
    head -c $(($(wc -c <"$here/out.$$") / 2)) "$here/out.$$"
    head -c $(($(wc -c <"$here/err.$$") / 2)) "$here/err.$$" >&2
    rm "$here/out.$$" "$here/err.$$" ;;
*) real "$@" ;;
esac
"""


class Broken:
    """A program in front of the real one, which breaks when it is told to."""

    def __init__(self, folder: Path, name: str, real: str, only: str = "") -> None:
        """`real` is shell text; `only` is in the arguments of the calls that break."""
        self.folder = folder
        self.folder.mkdir(parents=True)
        self.path = folder / name
        self._text = WRAPPER.format(
            here=shlex.quote(str(folder)), real=real, only=only, long=LONG, words=WORDS
        )
        self.mend()

    def mend(self) -> None:
        """Be the real program."""
        for name in ("state", "started", "go"):
            (self.folder / name).unlink(missing_ok=True)
        self.path.write_text(self._text)
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)

    def breaks(self, fault: str) -> None:
        """Be broken from now on."""
        if fault == "absent":
            self.path.unlink()
        else:
            (self.folder / "state").write_text(fault)

    @property
    def started(self) -> bool:
        """Whether the program is under way, where it is slow."""
        return (self.folder / "started").exists()

    def go(self) -> None:
        """Let what is slow go on."""
        (self.folder / "go").touch()

    def left(self) -> list[str]:
        """Return the command lines of what is left of it."""
        return [line for line in _command_lines() if str(self.folder) in line or LONG in line]


def _command_lines() -> Iterator[str]:
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        if entry.parent.name != str(os.getpid()):
            with suppress(OSError):
                yield entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")


def replay(text: str, *, errors: bool = False) -> str:
    """Return shell text that says what was recorded."""
    return f"printf %s {shlex.quote(text)}{' >&2' if errors else ''}"
