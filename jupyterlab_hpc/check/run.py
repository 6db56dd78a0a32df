"""Runs checks: groups beside each other, each check with its time, none able to stop another."""

import asyncio
import traceback
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from typing import Any, get_args

from ..errors import HPCError
from ..sentences import trans
from .checks import GROUPS
from .models import CheckGroup, CheckReport, Finding, FindingState
from .outcome import Check, Group, Outcome, broken, refused, say, skipped, warning
from .site import Site

STATES: Sequence[FindingState] = get_args(FindingState)
SCHEMA = 1
NOT_IN_IMAGE = say(
    trans.gettext("In the building of an image this cannot be told; run the check in a session.")
)


def installed_version() -> str:
    """Return the version of this package; "0" for a source tree that nobody installed."""
    try:
        return version("jupyterlab-hpc")
    except PackageNotFoundError:
        return "0"


def select(only: Collection[str], groups: Sequence[Group] = GROUPS) -> list[Group]:
    """Return the groups with the checks whose ids, or whose group's id, are named; all for none.

    Raises KeyError with the first name that is neither.
    """
    known = {group.id for group in groups} | {c.id for group in groups for c in group.checks}
    for name in only:
        if name not in known:
            raise KeyError(name)
    if not only:
        return list(groups)
    chosen = [
        Group(
            id=group.id,
            title=group.title,
            checks=[c for c in group.checks if group.id in only or c.id in only],
        )
        for group in groups
    ]
    return [group for group in chosen if group.checks]


async def run_checks(
    site: Site,
    *,
    only: Collection[str] = (),
    log: Any = None,
    on_finding: Callable[[Finding], None] = lambda _: None,
) -> CheckReport:
    """Return what the checks find. `on_finding` hears each finding when it is there."""
    groups = select(only)
    started = monotonic()

    async def group_findings(group: Group) -> list[Finding]:
        found = []
        for check in group.checks:
            for finding in await _findings(site, group, check, log):
                found.append(finding)
                on_finding(finding)
        return found

    lists = await asyncio.gather(*(group_findings(group) for group in groups))
    findings = [finding for found in lists for finding in found]
    return CheckReport(
        schema=SCHEMA,
        version=installed_version(),
        checked_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        seconds=round(monotonic() - started, 2),
        place=site.place,
        state=worst(finding.state for finding in findings),
        groups=[CheckGroup(id=group.id, title=say(group.title)) for group in groups],
        findings=findings,
    )


def worst(states: Any) -> FindingState:
    """Return the worst of some states; `skipped` for none."""
    return max(states, key=STATES.index, default="skipped")


async def _findings(site: Site, group: Group, check: Check, log: Any) -> list[Finding]:
    started = monotonic()
    outcomes = await _outcomes(site, check, log)
    seconds = monotonic() - started
    return [
        Finding(
            id=f"{check.id}:{outcome.part}" if outcome.part else check.id,
            group=group.id,
            state=outcome.state,
            title=outcome.title or say(check.title),
            found=outcome.found,
            cure=outcome.cure,
            detail=outcome.detail,
            seconds=round(seconds if outcome.seconds is None else outcome.seconds, 3),
        )
        for outcome in outcomes
    ]


async def _outcomes(site: Site, check: Check, log: Any) -> Sequence[Outcome]:
    """Return what a check found, or what kept it from finding anything."""
    if site.place == "image" and not check.image:
        return skipped(NOT_IN_IMAGE)
    try:
        return await asyncio.wait_for(check.look(site), check.timeout)
    except (asyncio.TimeoutError, TimeoutError):
        return broken(
            say(trans.gettext("There was no answer within %1 seconds."), f"{check.timeout:g}"),
            say(
                trans.gettext(
                    "A file system or a service that this looks at hangs. Users wait there, too."
                )
            ),
        )
    except HPCError as error:
        return refused(error, say(trans.gettext("Try it in a terminal on this node.")))
    except Exception as error:  # a check that fails hides no other
        if log is not None:
            log.warning("The check %s failed", check.id, exc_info=True)
        return warning(
            say(trans.gettext("This could not be checked.")),
            say(trans.gettext("Please tell the authors of this extension; the words below help.")),
            detail="".join(traceback.format_exception_only(type(error), error)).strip(),
        )
