"""What a check function answers, and how a check is described. Knows no tool and no HTTP."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ..errors import HPCError
from ..sentences import fill
from .models import CheckSentence, FindingState
from .site import Site


def say(template: str, *arguments: object) -> CheckSentence:
    """Return a sentence as it travels."""
    texts = [str(argument) for argument in arguments]
    return CheckSentence(text=fill(template, tuple(texts)), template=template, arguments=texts)


def named(title: str) -> CheckSentence:
    """Return a title of a room or of the site, which the catalogue may know."""
    return say("%1", title) if "%" in title else say(title)


NOTHING = say("")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was found. `part` and `title` are for checks that look at several things.

    `seconds` is what a tool took, where that is less than what the check took.
    """

    state: FindingState
    found: CheckSentence
    cure: CheckSentence = NOTHING
    detail: str = ""
    part: str = ""
    title: CheckSentence | None = None
    seconds: float | None = None


Look = Callable[[Site], Awaitable[Sequence[Outcome]]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check: its id, its title, what looks, and whether it tells something of an image.

    `timeout` is in seconds, for checks that may take longer than the others.
    """

    id: str
    title: str
    look: Look
    image: bool = False
    timeout: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Group:
    """Checks about one thing; they run one after the other, beside those of other groups."""

    id: str
    title: str
    checks: Sequence[Check] = field(default_factory=tuple)


def ok(found: CheckSentence, *, detail: str = "") -> list[Outcome]:
    """Return the one outcome that all is well."""
    return [Outcome(state="ok", found=found, detail=detail)]


def skipped(found: CheckSentence, cure: CheckSentence = NOTHING) -> list[Outcome]:
    """Return the one outcome that it can't be told here, and why."""
    return [Outcome(state="skipped", found=found, cure=cure)]


def note(found: CheckSentence, cure: CheckSentence = NOTHING, *, detail: str = "") -> list[Outcome]:
    """Return the one outcome that there is something good to know."""
    return [Outcome(state="note", found=found, cure=cure, detail=detail)]


def warning(found: CheckSentence, cure: CheckSentence, *, detail: str = "") -> list[Outcome]:
    """Return the one outcome that something works less well than it could."""
    return [Outcome(state="warning", found=found, cure=cure, detail=detail)]


def broken(found: CheckSentence, cure: CheckSentence, *, detail: str = "") -> list[Outcome]:
    """Return the one outcome that users notice."""
    return [Outcome(state="broken", found=found, cure=cure, detail=detail)]


def refused(error: HPCError, cure: CheckSentence, state: FindingState = "broken") -> list[Outcome]:
    """Return the one outcome that a tool's refusal is."""
    found = say(error.template, *error.arguments)
    return [Outcome(state=state, found=found, cure=cure, detail=error.detail)]
