"""What a check of the set-up finds. Times are ISO 8601 in UTC, durations seconds.

The same shapes are the answer of the route `check` and of `jupyter hpc check --json`. New
fields may come; none goes, and none changes its meaning, while `schema` of a report is 1.
"""

from dataclasses import dataclass
from typing import Literal

# From the best to the worst, but for what could not be told.
FindingState = Literal["skipped", "ok", "note", "warning", "broken"]
CheckPlace = Literal["session", "login", "image"]


@dataclass(frozen=True, kw_only=True)
class CheckSentence:
    """A sentence of ours: English, and the template with its arguments. Empty for none."""

    text: str
    template: str
    arguments: list[str]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found.

    `id` is that of the check, with a colon and a name behind it where the check looks at
    several things. States: `ok`; `note` nothing is wrong, but it is good to know;
    `warning` something works less well than it could; `broken` users notice; `skipped`
    it cannot be told here. `found` says what was found and `cure` what to do. `detail` has
    the words of tools, or what belongs to the finding line by line.
    """

    id: str
    group: str
    state: FindingState
    title: CheckSentence
    found: CheckSentence
    cure: CheckSentence
    detail: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class CheckGroup:
    """Findings about one thing, under a title."""

    id: str
    title: CheckSentence


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """All findings, in the order of the groups.

    `state` is the worst of the findings'. `place` tells where this ran: in a session, on
    another machine such as a login node, or in the building of an image.
    """

    schema: int
    version: str
    checked_at: str
    seconds: float
    place: CheckPlace
    state: FindingState
    groups: list[CheckGroup]
    findings: list[Finding]


@dataclass(frozen=True, kw_only=True)
class BundleQuery:
    """With `names` the user's names stay in the text."""

    names: bool = False


@dataclass(frozen=True, kw_only=True)
class SupportBundle:
    """A text for the site's support, without secrets, and a name for its file."""

    file_name: str
    text: str
