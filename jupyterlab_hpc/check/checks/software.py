"""Whether the module system works, how fast it is, and whether its cache helps."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic, time

from ...errors import HPCError
from ...sentences import trans
from ...storage.targets import is_inside
from ...tools.lmod import Lmod
from ...tools.lmod_cache import CachePlace, newest_cache
from ...tools.modules import Modulefile, modulepath_entries
from ..disk import why_unwritable_in_time
from ..outcome import (
    Check,
    Group,
    Outcome,
    broken,
    note,
    ok,
    refused,
    say,
    skipped,
    warning,
)
from ..site import Site

# Seconds after which users see that something is slow.
SLOW_CHANGE = 5.0
SLOW_LIST = 10.0
# Modulefiles from which on reading the tree without a cache takes long.
LARGE = 2000
# Modules that are tried before a load is told to fail: some refuse with reason.
TRIED = 3
HOUR = 3600.0
DAY = 86400.0
MAKE_CACHE = say(
    trans.gettext(
        "Lmod's update_lmod_system_cache_files makes a cache; name it in lmodrc.lua (scDescriptT), "
        "and have cron renew it when modules change."
    )
)
NO_SYSTEM = say(trans.gettext("No module system works here."))


async def system(site: Site) -> Sequence[Outcome]:
    """Look which module system is here, and whether it works."""
    probe = await site.parts.tool.probe(site.environment)
    if probe.reason:
        found = say(probe.message)
        if probe.reason == "module-system-off":
            return note(found, say(probe.cure))
        return broken(found, say(probe.cure), detail=probe.detail)
    name = "Lmod" if probe.kind == "lmod" else "Environment Modules"
    return ok(say(trans.gettext("%1 %2 works."), name, probe.version), detail=probe.command)


async def _works(site: Site) -> bool:
    return not (await site.parts.tool.probe(site.environment)).reason


async def modulepath(site: Site) -> Sequence[Outcome]:
    """Look whether the folders that MODULEPATH names are there, readable and quick."""
    entries = modulepath_entries(site.environment)
    if not entries:  # the check before this one has told what that means
        return skipped(say(trans.gettext("MODULEPATH is empty.")))
    looks = await site.parts.storage.looker.look(entries)
    wrong = []
    for entry in entries:
        look = looks[entry]
        if look.hangs:
            wrong.append(
                Outcome(
                    state="broken",
                    part=entry,
                    found=say(
                        trans.gettext(
                            "%1 does not answer. Its file system may be down; try later."
                        ),
                        entry,
                    ),
                    cure=say(trans.gettext("Look at the file system on this node.")),
                )
            )
        elif look.code or not look.readable:
            gone = look.missing
            wrong.append(
                Outcome(
                    state="warning",
                    part=entry,
                    found=say(trans.gettext("MODULEPATH names %1, which is not there."), entry)
                    if gone
                    else say(trans.gettext("You may not read %1."), entry),
                    cure=say(
                        trans.gettext(
                            "Take it out of MODULEPATH, or have the file system mounted on this "
                            "node."
                        )
                    ),
                    detail=look.why,
                )
            )
    return wrong or ok(
        say(trans.gettext("Folders in MODULEPATH, all of them readable: %1"), len(entries)),
        detail="\n".join(entries),
    )


async def listing(site: Site) -> Sequence[Outcome]:
    """Measure how long the list of what can be loaded takes."""
    if not await _works(site):
        return skipped(NO_SYSTEM)
    started = monotonic()
    try:
        files = await site.parts.tool.available(site.environment)
    except HPCError as error:
        return refused(error, say(trans.gettext("Try module avail in a terminal.")))
    seconds = monotonic() - started
    found = say(
        trans.gettext("%1 modulefiles can be loaded at once; listing them took %2 s."),
        len(files),
        f"{seconds:.2f}",
    )
    if not files:
        return broken(
            say(trans.gettext("The folders that MODULEPATH names hold no modulefile.")),
            say(trans.gettext("Ask the site's staff which module tree this session should use.")),
        )
    if seconds > SLOW_LIST:
        return warning(found, MAKE_CACHE)
    return [Outcome(state="ok", found=found, seconds=seconds)]


async def load(site: Site) -> Sequence[Outcome]:
    """Have the module system say what a load would do, and measure it; nothing is loaded."""
    if not await _works(site):
        return skipped(NO_SYSTEM)
    tool = site.parts.tool
    loaded = {module.short_name for module in tool.loaded(site.environment)}
    try:
        files = await tool.available(site.environment)
    except HPCError as error:
        return refused(error, say(trans.gettext("Try module avail in a terminal.")))
    wanted: list[Modulefile] = [
        file for file in files if file.short_name not in loaded and not file.hidden
    ][:TRIED]
    if not wanted:
        return skipped(say(trans.gettext("There is no module that could be tried.")))
    words = []
    for file in wanted:
        started = monotonic()
        try:
            await tool.change(site.environment, load=[file.full_name], unload=[])
        except HPCError as error:
            words.append(f"{error.message}\n{error.detail}")
            continue
        seconds = monotonic() - started
        found = say(
            trans.gettext("Asking what a load of %1 would do took %2 s."),
            file.full_name,
            f"{seconds:.2f}",
        )
        if seconds > SLOW_CHANGE:
            return warning(
                found,
                say(
                    trans.gettext(
                        "A cache for Lmod helps where the file system of the modules is slow."
                    )
                ),
            )
        return [Outcome(state="ok", found=found, seconds=seconds)]
    return broken(
        say(trans.gettext("None of the modules that were tried can be loaded.")),
        say(trans.gettext("Try to load one in a terminal.")),
        detail="\n".join(words),
    )


async def cache(site: Site) -> Sequence[Outcome]:
    """Look whether Lmod has a cache of the tree that is readable and up to date."""
    tool = site.parts.tool
    if not isinstance(tool, Lmod) or not await _works(site):
        return skipped(say(trans.gettext("Only Lmod has a cache.")))
    if site.environment.get("LMOD_IGNORE_CACHE", "no") not in {"", "no", "0"}:
        return note(
            say(trans.gettext("LMOD_IGNORE_CACHE is set: no cache is used.")),
            say(trans.gettext("Unset it where JupyterLab is started.")),
        )
    try:
        places = await tool.cache_places(site.environment)
    except (HPCError, ValueError, LookupError) as error:
        detail = error.detail if isinstance(error, HPCError) else str(error)
        return warning(
            say(trans.gettext("It could not be told where Lmod's caches are.")),
            say(trans.gettext("Look at lmodrc.lua and the files that LMOD_RC names.")),
            detail=detail,
        )
    if not places:
        return await _without_cache(site)
    return [await _cache_at(site, place, tool.lua_version) for place in places]


async def _without_cache(site: Site) -> Sequence[Outcome]:
    files = await site.parts.tool.available(site.environment)
    found = say(trans.gettext("Lmod has no cache: the whole tree is read by each user."))
    if len(files) > LARGE:
        return warning(found, MAKE_CACHE)
    return note(found, MAKE_CACHE)


async def _cache_at(site: Site, place: CachePlace, lua_version: str) -> Outcome:
    look = (await site.parts.storage.looker.look([place.folder]))[place.folder]
    if look.hangs or look.code or not look.readable:
        return Outcome(
            state="warning",
            part=place.folder,
            found=say(trans.gettext("Lmod's cache in %1 cannot be read."), place.folder),
            cure=say(
                trans.gettext(
                    "Is its file system mounted on this node, and may everybody read it? Else %1"
                ),
                "update_lmod_system_cache_files",
            ),
            detail=look.why,
        )
    path, reason = await asyncio.to_thread(newest_cache, place, lua_version)
    if not path:
        return Outcome(
            state="warning",
            part=place.folder,
            found=say(trans.gettext("Lmod's cache in %1 is not used."), place.folder),
            cure=MAKE_CACHE,
            detail=reason,
        )
    made, changed, newest = await asyncio.to_thread(_ages, path, await _covered(site))
    when = datetime.fromtimestamp(made, timezone.utc).isoformat(timespec="minutes")
    if changed > made:
        return Outcome(
            state="warning",
            part=place.folder,
            found=say(
                trans.gettext(
                    "Modules were changed since Lmod's cache was made: new ones may not be found."
                )
            ),
            cure=MAKE_CACHE,
            detail=f"{path}  {when}\n{newest}",
        )
    age = time() - made
    return Outcome(
        state="ok",
        part=place.folder,
        found=say(trans.gettext("Lmod's cache is there, %1 old."), _age(age)),
        detail=f"{path}  {when}",
    )


async def _covered(site: Site) -> list[str]:
    """Return the entries of MODULEPATH that the site's cache is for.

    Where the tree was not read with it in this session, all but the user's own.
    """
    entries = modulepath_entries(site.environment)
    with suppress(HPCError):
        await site.parts.modules.tree()
    covered = [entry for entry in entries if site.parts.tool.sources(entry)]
    home = site.parts.storage.home
    return covered or [entry for entry in entries if not is_inside(entry, home)]


def _ages(path: str, entries: Sequence[str]) -> tuple[float, float, str]:
    """Return when a cache was made, when the newest folder of modules changed, and which.

    Looks at the folders of MODULEPATH and those of short names in them, no deeper: that
    is where a new version shows.
    """
    made = os.stat(path).st_mtime  # noqa: PTH116 - beside scandir
    changed, newest = 0.0, ""
    for entry in entries:
        folders = [entry]
        try:
            with os.scandir(entry) as items:
                folders += [item.path for item in items if item.is_dir()]
        except OSError:
            continue
        for folder in folders:
            try:
                moment = Path(folder).stat().st_mtime
            except OSError:
                continue
            if moment > changed:
                changed, newest = moment, folder
    return made, changed, newest


def _age(seconds: float) -> str:
    if seconds >= DAY:
        return f"{seconds / DAY:.0f} d"
    return f"{seconds / HOUR:.0f} h" if seconds >= HOUR else f"{max(0.0, seconds) / 60:.0f} min"


async def tree(site: Site) -> Sequence[Outcome]:
    """Read the whole tree, as a session does when it begins."""
    if not await _works(site):
        return skipped(NO_SYSTEM)
    try:
        told = await site.parts.modules.tree()
    except HPCError as error:
        return refused(
            error,
            say(
                trans.gettext(
                    "Modules can be loaded by their full names. Show the words below to the "
                    "site's staff."
                )
            ),
        )
    if not told.complete:
        return warning(
            say(
                trans.gettext(
                    "The module tree could not be read: only what can be loaded at once is listed."
                )
            ),
            say(trans.gettext("Run Lmod's spider in a terminal; the server's log has its words.")),
        )
    number = told.index.size
    if not told.seconds:
        return ok(say(trans.gettext("The module tree is known: %1 modulefiles."), number))
    return [
        Outcome(
            state="ok",
            found=say(
                trans.gettext("The module tree has %1 modulefiles; reading it took %2 s."),
                number,
                f"{told.seconds:.2f}",
            ),
            seconds=told.seconds,
        )
    ]


async def index(site: Site) -> Sequence[Outcome]:
    """Look whether what is known of the tree can be kept for the next session."""
    folder = site.parts.index_folder
    if not folder:
        return note(
            say(trans.gettext("The index of modules is not kept: c.ModuleCatalog.index_folder.")),
        )
    why = await why_unwritable_in_time(site.parts.storage.looker, folder)
    if why:
        return warning(
            say(
                trans.gettext(
                    "The index of modules cannot be kept in %1: each session reads the whole tree."
                ),
                folder,
            ),
            say(
                trans.gettext(
                    "Make room there, or name another folder in c.ModuleCatalog.index_folder."
                )
            ),
            detail=why,
        )
    return ok(say(trans.gettext("The index of modules is kept in %1."), folder))


GROUP = Group(
    id="software",
    title=trans.gettext("Software modules"),
    checks=(
        Check(id="software.system", title=trans.gettext("Module system"), look=system),
        Check(id="software.modulepath", title="MODULEPATH", look=modulepath),
        Check(
            id="software.list", title=trans.gettext("List of modules"), look=listing, timeout=90.0
        ),
        Check(
            id="software.load", title=trans.gettext("Loading a module"), look=load, timeout=200.0
        ),
        Check(id="software.cache", title=trans.gettext("Lmod's cache"), look=cache, timeout=630.0),
        Check(
            id="software.tree",
            title=trans.gettext("Whole module tree"),
            look=tree,
            timeout=630.0,
        ),
        Check(id="software.index", title=trans.gettext("Index of modules"), look=index),
    ),
)
