"""Whether directories answer, quotas can be read, and the home can be written to."""

import asyncio
from collections.abc import Sequence

from ...sentences import trans
from ...storage.models import LinkInfo, Quota, QuotaQuery
from ..disk import why_unwritable
from ..outcome import NOTHING, Check, Group, Outcome, broken, named, note, ok, say
from ..site import Site

MAKE_ROOM = say(
    trans.gettext(
        "Delete what is not needed: the section Storage of the Session panel shows what is big. "
        ".cache in the home may always go."
    )
)


async def home(site: Site) -> Sequence[Outcome]:
    """Look whether the home is there, quick, and can be written to."""
    path = site.parts.storage.home
    look = (await site.parts.storage.looker.look([path]))[path]
    if look.hangs:
        return broken(
            say(trans.gettext("%1 does not answer. Its file system may be down; try later."), path),
            say(trans.gettext("Look at the file system on this node.")),
        )
    if look.code:
        return broken(
            say(trans.gettext("The home %1 is not there."), path),
            say(trans.gettext("Set HOME where JupyterLab is started, and have the home mounted.")),
            detail=look.why,
        )
    why = await asyncio.to_thread(why_unwritable, path)
    if why:
        return broken(
            say(
                trans.gettext("Nothing can be written to the home %1: nothing can be saved."), path
            ),
            say(
                trans.gettext(
                    "Make room if it is full; else look at the rights of the folder and at how "
                    "it is mounted."
                )
            ),
            detail=why,
        )
    return ok(say(trans.gettext("The home %1 can be written to."), path))


async def directories(site: Site) -> Sequence[Outcome]:
    """Look at each directory that the site offers."""
    told = await site.parts.storage.storage()
    in_job = bool(site.parts.slurm.job_id)
    found = [_directory(link, in_job=in_job) for link in told.links if not link.own]
    return found or note(
        say(trans.gettext("The site offers no directory, and none was found.")),
        say(trans.gettext("Name the site's directories in c.StorageService.targets.")),
    )


def _directory(link: LinkInfo, *, in_job: bool) -> Outcome:
    title = named(link.title or link.name)
    where = link.target or link.wanted
    if link.state in {"absent", "linked", "stale", "occupied"} and link.target:
        return Outcome(
            state="ok",
            part=link.name,
            title=title,
            found=say(trans.gettext("%1 answers."), where),
        )
    if link.per_job and not in_job:
        return Outcome(
            state="skipped",
            part=link.name,
            title=title,
            found=say(trans.gettext("This is no batch job.")),
        )
    message = link.message
    found = (
        say(message.template, *message.arguments)
        if message.template
        else say(trans.gettext("%1 is not there."), where)
    )
    return Outcome(
        state="warning",
        part=link.name,
        title=title,
        found=found,
        cure=say(
            trans.gettext(
                "Is it mounted on this node, and are its variables set where JupyterLab is "
                'started? A directory that only some users have gets "show": "found".'
            )
        ),
        detail="\n".join(filter(None, (link.wanted, message.detail))),
    )


async def quotas(site: Site) -> Sequence[Outcome]:
    """Ask the quota tools, and look how full the file systems are."""
    told = await site.parts.storage.quotas(QuotaQuery(fresh=True))
    if not told.quotas:
        return note(
            say(trans.gettext("How full the file systems are cannot be told.")),
            say(trans.gettext("Name the site's tools in c.StorageQuota.quotas.")),
        )
    return [_quota(quota) for quota in told.quotas]


def _quota(quota: Quota) -> Outcome:
    title = say(trans.gettext("Room: %1"), quota.title)
    used = ", ".join(
        f"{amount.used} / {amount.limit or '-'} {unit}"
        for amount, unit in ((quota.bytes, "B"), (quota.files, "files"))
        if amount is not None
    )
    detail = "\n".join(filter(None, (quota.path, quota.source, used, quota.message.detail)))
    if quota.message.template:
        return Outcome(
            state="warning",
            part=quota.name,
            title=title,
            found=say(quota.message.template, *quota.message.arguments),
            cure=say(
                trans.gettext(
                    "Try the tool in a terminal; c.StorageQuota.quotas names tools and formats."
                )
            ),
            detail=detail,
        )
    if quota.level == "full":
        return Outcome(
            state="broken" if quota.home else "warning",
            part=quota.name,
            title=title,
            found=say(trans.gettext("%1 is full, in space or in number of files."), quota.title),
            cure=MAKE_ROOM,
            detail=detail,
        )
    if quota.level == "warning":
        return Outcome(
            state="warning",
            part=quota.name,
            title=title,
            found=say(
                trans.gettext("%1 is nearly full, in space or in number of files."), quota.title
            ),
            cure=MAKE_ROOM,
            detail=detail,
        )
    return Outcome(
        state="ok",
        part=quota.name,
        title=title,
        found=say(trans.gettext("%1 has room."), quota.title)
        if quota.level == "ok"
        else say(trans.gettext("%1 has no limit that is known."), quota.title),
        cure=NOTHING,
        detail=detail,
    )


GROUP = Group(
    id="storage",
    title=trans.gettext("Storage"),
    checks=(
        Check(id="storage.home", title=trans.gettext("Home"), look=home),
        Check(id="storage.directory", title=trans.gettext("Directory"), look=directories),
        Check(id="storage.quota", title=trans.gettext("Quota"), look=quotas, timeout=60.0),
    ),
)
