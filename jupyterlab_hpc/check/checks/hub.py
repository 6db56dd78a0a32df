"""Whether JupyterHub can be reached, and lets this server stop itself."""

import os
from collections.abc import Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ...errors import HPCError
from ...hub.service import NO_SCOPE_CURE
from ...sentences import trans
from ...tools.hub_api import HubAnswer, may_stop
from ..outcome import Check, Group, Outcome, broken, note, ok, refused, say, skipped, warning
from ..site import Site

VARIABLES = ("JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER")
NO_HUB = say(trans.gettext("No JupyterHub started this."))
SKEW = 30.0  # seconds that two clocks may differ
OK = 200
REACH = say(
    trans.gettext(
        "This node must reach the address in JUPYTERHUB_API_URL: look at c.JupyterHub.hub_connect_"
        "url and at firewalls between the nodes and the Hub."
    )
)


async def variables(site: Site) -> Sequence[Outcome]:
    """Look whether the Hub has told this session where it is."""
    del site
    lacking = [name for name in VARIABLES if not os.environ.get(name)]
    if len(lacking) == len(VARIABLES):
        return skipped(
            NO_HUB, say(trans.gettext("Run this check in a terminal of a session to see more."))
        )
    if lacking:
        return broken(
            say(trans.gettext("Not set: %1"), ", ".join(lacking)),
            say(
                trans.gettext(
                    "The job must pass on what JupyterHub gives it: batchspawner's template needs "
                    "--export={{keepvars}}, or the equal of it."
                )
            ),
        )
    return ok(
        say(trans.gettext("JupyterHub started this for %1."), os.environ["JUPYTERHUB_USER"]),
        detail=os.environ["JUPYTERHUB_API_URL"],
    )


async def api(site: Site) -> Sequence[Outcome]:
    """Ask the Hub who this is, as stopping does."""
    if not site.parts.hub.present:
        return skipped(NO_HUB)
    try:
        answer = await site.parts.hub.me()
    except HPCError as error:
        return refused(error, REACH)
    if answer.status != OK:
        return broken(
            say(trans.gettext("JupyterHub did not accept this server's token.")),
            say(
                trans.gettext(
                    "Stop the server on the Hub's own page and start it anew; if that does not "
                    "help, ask the site's staff."
                )
            ),
            detail=f"{answer.status} {answer.message}".strip(),
        )
    return ok(say(trans.gettext("JupyterHub answers, and knows this server.")))


async def _asked(site: Site) -> HubAnswer | None:
    """Return the Hub's answer; None where another check tells that there is none."""
    if not site.parts.hub.present:
        return None
    try:
        answer = await site.parts.hub.me()
    except HPCError:
        return None
    return answer if answer.status == OK and isinstance(answer.body, dict) else None


async def scope(site: Site) -> Sequence[Outcome]:
    """Look whether the token may stop this server."""
    hub = site.parts.hub
    answer = await _asked(site)
    if answer is None:
        return skipped(say(trans.gettext("No JupyterHub answers here.")))
    scopes = [str(scope) for scope in answer.body.get("scopes") or []]
    if may_stop(scopes, hub.user, hub.server_name):
        return ok(say(trans.gettext("Users can stop their server from inside JupyterLab.")))
    detail = "\n".join(
        (
            "c.Spawner.server_token_scopes = [",
            '    "users:activity!user",',
            '    "access:servers!server",',
            '    "read:servers!server",',
            '    "delete:servers!server",',
            "]",
            "",
            *scopes,
        )
    )
    found = say(trans.gettext("JupyterHub does not let this server stop itself."))
    if site.parts.fallbacks:
        return note(
            say(
                trans.gettext(
                    "JupyterHub does not let this server stop itself; c.HubService.fallbacks "
                    "does it another way."
                )
            ),
            say(NO_SCOPE_CURE),
            detail=detail,
        )
    return broken(found, say(NO_SCOPE_CURE), detail=detail)


async def clock(site: Site) -> Sequence[Outcome]:
    """Compare this node's clock with the Hub's."""
    answer = await _asked(site)
    try:
        there = parsedate_to_datetime(answer.date) if answer is not None else None
    except (ValueError, TypeError):
        there = None
    if there is None:
        return skipped(say(trans.gettext("No JupyterHub answers here.")))
    apart = (datetime.now(timezone.utc) - there).total_seconds()
    if abs(apart) > SKEW:
        return warning(
            say(
                trans.gettext("The clocks of this node and of JupyterHub are %1 s apart."),
                f"{abs(apart):.0f}",
            ),
            say(
                trans.gettext(
                    "Have chrony or another time service set both; log-ins and the time left "
                    "depend on it."
                )
            ),
        )
    return ok(say(trans.gettext("The clocks of this node and of JupyterHub agree.")))


GROUP = Group(
    id="hub",
    title=trans.gettext("JupyterHub"),
    checks=(
        Check(id="hub.variables", title=trans.gettext("Variables"), look=variables),
        Check(id="hub.api", title=trans.gettext("Connection to the Hub"), look=api),
        Check(id="hub.scope", title=trans.gettext("Stopping the server"), look=scope),
        Check(id="hub.clock", title=trans.gettext("Clock"), look=clock),
    ),
)
