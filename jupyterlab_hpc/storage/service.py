"""The storage room's answers: links to directories outside the home. Knows no HTTP."""

import asyncio
import errno
import grp
import os
import socket
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import time
from typing import TypeVar

from traitlets import Bool, Dict, Float, List, Unicode, default
from traitlets.config import LoggingConfigurable

from .. import revisions
from ..errors import BadRequestError, ConflictError, HPCError, NotFoundError, ToolTimeoutError
from ..sentences import trans
from .copies import StorageCopies
from .folder import links_of
from .links import Entry, OccupiedError, entry_at, for_reading, is_name, links_in, make, remove
from .looks import Look, Looker
from .models import FolderLinks, FolderQuery, LinkInfo, LinkRequest, QuotaQuery, Quotas, Storage
from .quota import Directory, StorageQuota
from .records import Kind, Record, Records, is_place
from .states import HANGS, NOTHING, Place, said_by_disk, say, state_of
from .targets import (
    Target,
    default_targets,
    expand,
    is_inside,
    needs_groups,
    normal,
    parse_targets,
    spread_groups,
)
from .usage import StorageUsage

T = TypeVar("T")

LONGEST_PATH = 4096
MOST_STRAYS = 50
MOST_LINKS = 500  # of a folder in the file browser that are told of
HERE = "~/"  # begins a place below the home, also one in the home itself
LONGEST_JOB = 7 * 86400  # seconds; where Slurm does not tell when a job ends


class StorageService(LoggingConfigurable):
    """Makes, mends and removes links to the directories of the site."""

    targets = List(
        Dict(),
        default_value=None,
        allow_none=True,
        help="""The directories that links are offered for: dicts with the keys name and
        target (with variables, such as "$SCRATCH"), and, as needed, title, description and
        purge (each also with _fr), icon, link ("~/NAME" or "~/FOLDER/NAME"), automatic,
        per_job, show ("always" or "found") and needs (variables). None, the default,
        means what is found on the machine.""",
    ).tag(config=True)

    more_targets = List(
        Dict(),
        help="""Directories in addition to `targets`, as dicts with the same keys.""",
    ).tag(config=True)

    folder = Unicode(
        "~",
        help="""Where links go: "~" for the home itself, or a folder in it such as "~/links".""",
    ).tag(config=True)

    automatic = Bool(
        True,
        help="""Whether, when a session begins, links of targets that are `automatic` are made,
        the link of the job is led to this job's directory, and dead automatic links are removed;
        at its end the job's link is removed.""",
    ).tag(config=True)

    look_timeout = Float(
        2.0,
        help="""Seconds that a directory has to answer before it is told to be unavailable.""",
    ).tag(config=True)

    state_folder = Unicode(
        help="""Where it is kept which links were made. The default is jupyterlab_hpc/storage in
        XDG_STATE_HOME, else in ~/.local/state."""
    ).tag(config=True)

    @default("state_folder")
    def _default_state_folder(self) -> str:
        environment = self._environment()
        base = environment.get("XDG_STATE_HOME", "")
        if not base.startswith("/"):
            base = str(Path(self.home, ".local", "state"))
        return str(Path(base, "jupyterlab_hpc", "storage"))

    def __init__(
        self,
        *,
        environment: Callable[[], Mapping[str, str]],
        root: str = "",
        on_notice: Callable[[int], None] = lambda _: None,
        **kwargs: object,
    ) -> None:
        """`root` is the folder that the file browser shows, empty for none.

        `on_notice` hears the revision after each change.
        """
        super().__init__(**kwargs)
        self._environment = environment
        self._on_notice = on_notice
        self.home = normal(environment().get("HOME", "") or str(Path.home()))
        self._root = normal(str(Path(root).absolute())) if root else ""
        self.records = Records(Path(self.state_folder))
        self.looker = Looker(lambda: self.look_timeout)
        self.quota = StorageQuota(
            parent=self, environment=environment, looker=self.looker, home=self.home
        )
        self.usage = StorageUsage(parent=self, home=self.home)
        self.copies = StorageCopies(
            parent=self,
            environment=environment,
            looker=self.looker,
            home=self.home,
            links=self._links_of_site,
            quotas=lambda: self.quotas(QuotaQuery()),
            way_to=self._way_to,
        )
        self.revision = revisions.FIRST
        # One thread at a time: a home that hangs must not take all threads of the server.
        self._disk = asyncio.Lock()
        self._starting: asyncio.Task[None] | None = None
        self._groups: list[str] | None = None
        self._real_home: str | None = None
        self._targets, problems = self._configured()
        self.problems = [*problems, *self.quota.problems]
        for problem in self.problems:
            self.log.error("Storage: %s", problem)

    def _configured(self) -> tuple[list[Target], list[str]]:
        problems: list[str] = []
        targets = default_targets(self._environment())
        name = type(self).__name__
        if self.targets is not None:
            targets, problems = parse_targets(self.targets, f"{name}.targets")
        more, others = parse_targets(self.more_targets, f"{name}.more_targets")
        names = {target.name for target in more}
        problems = [*problems, *others]
        self._folder = self.folder.removeprefix("~").strip("/")
        if not self.folder.startswith("~") or not all(
            is_name(part) for part in self._folder.split("/") if self._folder
        ):
            problems.append(f"{name}.folder: must be ~ or ~/FOLDER, not {self.folder!r}")
            self._folder = ""
        return [*(t for t in targets if t.name not in names), *more], problems

    # What is there -----------------------------------------------------------

    async def storage(self) -> Storage:
        """Return the directories with the state of their links.

        Links that nobody told of are in the list where they lead to nothing: JupyterLab
        itself can't delete them.
        """
        places = await self.places()
        infos = await self._infos(places)
        strays = await self._infos(await self._strays({place.link for place in places}))
        infos += [info for info in strays if info.state == "dangling"]
        return Storage(
            revision=self.revision,
            home=self.home,
            browse=self._way_to(self.home),
            folder=self._folder,
            links=infos,
            problems=self.problems,
        )

    async def _links_of_site(self) -> list[LinkInfo]:
        return await self._infos(await self.places())

    async def quotas(self, query: QuotaQuery) -> Quotas:
        """Return how full the file systems of the home and of the directories are."""
        directories = [
            Directory(
                name=place.target.name,
                path=place.path,
                title=place.target.title or place.target.name,
                title_fr=place.target.title_fr,
            )
            for place in ([] if query.home else await self.places())
            if place.path
        ]
        return await self.quota.ask(directories, fresh=query.fresh, home=query.home)

    async def folder_links(self, query: FolderQuery) -> FolderLinks:
        """Return which names in a folder of the file browser are links, and where they lead.

        Raises BadRequestError for
        what is no folder's way, and NotFoundError.
        """
        way = query.path.strip("/")
        if not self._root:
            return FolderLinks(path=way, links=[], message=NOTHING)
        if way and not is_place(way):
            raise BadRequestError(trans.gettext("%1 is no folder of the file browser."), way)
        path = normal(f"{self._root}/{way}")
        folder = await self.looker.folder(path, MOST_LINKS)
        if folder.hangs:
            return FolderLinks(path=way, links=[], message=say(HANGS, path))
        if folder.code:
            raise NotFoundError(trans.gettext("There is no %1."), path, detail=folder.why)
        shown = {name: said for name, said in folder.links.items() if is_name(name)}
        if not shown:
            return FolderLinks(path=way, links=[], message=NOTHING)
        looks = await self.looker.look(f"{path}/{name}" for name in shown)
        if self._real_home is None:
            self._real_home = await self._in_thread(lambda: os.path.realpath(self.home))
        links = links_of(
            replace(folder, links=shown),
            {name: looks[f"{path}/{name}"] for name in shown},
            home=self._real_home,
            places=await self.places(),
            records=await self._in_thread(self.records.all),
        )
        return FolderLinks(path=way, links=links, message=NOTHING)

    async def places(self) -> list[Place]:
        """Return the targets of the site, then the user's own, in this session."""
        if self._groups is None and needs_groups(self._targets):
            self._groups = await self._in_thread(_groups)
        records = await self._in_thread(self.records.all)
        places = {}
        for target in spread_groups(self._targets, self._groups or []):
            place = self._place(target)
            if place is not None and place.link not in places:
                places[place.link] = replace(place, record=records.get(place.link))
        for record in sorted(records.values(), key=lambda record: record.place):
            if record.kind == "own" and record.place not in places:
                places[record.place] = self._own_place(record)
        return list(places.values())

    async def _strays(self, known: Collection[str]) -> list[Place]:
        """Return the other links in the folder of links."""

        def read() -> dict[str, str]:
            try:
                return links_in(self.home, self._folder, MOST_STRAYS + len(known))
            except OSError:
                return {}

        strays = await self._in_thread(read)
        return [
            Place(
                target=Target(name=self._name_of(link), target=said, title=self._name_of(link)),
                link=link,
                path="",
                own=True,
            )
            for link, said in strays.items()
            if link not in known
        ]

    def _name_of(self, link: str) -> str:
        return link.removeprefix(f"{self._folder}/") if self._folder else link

    def _place(self, target: Target) -> Place | None:
        """Return where a target of the site is now, None where its link has no name."""
        environment = self._environment()
        path, unset = expand(target.target, environment)
        unset += [name for name in target.needs if not environment.get(name)]
        if target.link:
            inside, nameless = expand(target.link.removeprefix("~/"), environment)
            link = inside if not nameless and _is_place(inside) else ""
        else:
            link = self._in_folder(target.name)
        if not link:
            return None
        if not path.startswith("/"):
            path = ""
        return Place(
            target=target,
            link=link,
            path="" if unset else normal(path),
            unset=tuple(dict.fromkeys(unset)),
        )

    def _own_place(self, record: Record) -> Place:
        path, unset = expand(record.wanted, self._environment())
        name = self._name_of(record.place)
        return Place(
            target=Target(name=name, target=record.wanted, title=name),
            link=record.place,
            path="" if unset else path,
            unset=tuple(unset),
            own=True,
            record=record,
        )

    def _in_folder(self, name: str) -> str:
        return f"{self._folder}/{name}" if self._folder else name

    async def _infos(self, places: Sequence[Place]) -> list[LinkInfo]:
        """Return what is known of places; what is shown only if found and is not is left out."""

        def read() -> list[Entry | OSError]:
            return [_entry(self.home, place.link) for place in places]

        entries = await self._in_thread(read)
        wanted: list[str] = []
        for place, entry in zip(places, entries, strict=True):
            wanted += [path for path in (place.path,) if path]
            if isinstance(entry, Entry) and entry.kind != "none":
                wanted.append(self._absolute(place.link))
        looks = await self.looker.look(wanted)
        infos = []
        for place, entry in zip(places, entries, strict=True):
            info = self._info(place, entry, looks)
            if info is not None:
                infos.append(info)
        return infos

    def _absolute(self, link: str) -> str:
        return f"{self.home.rstrip('/')}/{link}"

    def _info(
        self, place: Place, entry: Entry | OSError, looks: Mapping[str, Look]
    ) -> LinkInfo | None:
        target = place.target
        look = looks.get(place.path)
        through = looks.get(self._absolute(place.link))
        is_link = isinstance(entry, Entry) and entry.kind == "link"
        found = look is not None and (look.hangs or not look.missing)
        if target.show == "found" and not place.own and not found and not is_link:
            return None
        state, message = state_of(place, entry, look, through)
        points_to = entry.target if isinstance(entry, Entry) else ""
        record = place.record
        return LinkInfo(
            name=target.name,
            target=place.path,
            state=state,
            wanted=for_reading(target.target),
            points_to=for_reading(points_to),
            link=place.link,
            browse=self._browse(place, state),
            title=target.title or target.name,
            title_fr=target.title_fr,
            description=target.description,
            description_fr=target.description_fr,
            purge=target.purge,
            purge_fr=target.purge_fr,
            icon=target.icon,
            own=place.own,
            ours=is_link and record is not None and record.target == points_to,
            automatic=target.automatic,
            per_job=target.per_job,
            message=message,
        )

    def _browse(self, place: Place, state: str) -> str | None:
        """Return the way to a directory in the file browser: its link, or its own path."""
        if state == "linked":
            way = self._way_to(self._absolute(place.link))
            if way is not None:
                return way
        if state in {"linked", "absent", "stale"} and place.path:
            return self._way_to(place.path)
        return None

    def _way_to(self, path: str) -> str | None:
        """Return the way to a path in the file browser, which does not show what is hidden."""
        if not self._root or not is_inside(path, self._root):
            return None
        way = path.removeprefix(self._root).strip("/")
        return None if any(part.startswith(".") for part in way.split("/")) else way

    # Making and removing -------------------------------------------------------

    async def link(self, request: LinkRequest) -> LinkInfo:
        """Make a link or mend it, and return what it is then.

        Raises BadRequestError for what can't be a name or a path, NotFoundError where
        the target is not there, ConflictError where something else is in the way or the
        disk is full, and ToolTimeoutError where the target does not answer.
        """
        place = await self._wanted(request)
        await self._check(place)
        await self._make(place, "own" if place.own else "asked")
        self.log.info("Linked: %s -> %s", place.link, place.path)
        self._changed()
        return await self._one(place.link)

    async def unlink(self, name: str) -> None:
        """Remove a link that the list has or that is in the home.

        Raises NotFoundError where there is none and ConflictError where it is no link.
        """
        _check_place_name(name)
        place = _named(await self.places(), name)
        link = self._place_of(name) if place is None else place.link
        removed = await self._try(lambda: remove(self.home, link), link)
        if place is not None and place.target.automatic:
            declined = Record(place=link, wanted=place.target.target, target="", kind="no")
            await self._in_thread(lambda: _quietly(lambda: self.records.save(declined)))
        else:
            await self._in_thread(lambda: _quietly(lambda: self.records.forget(link)))
        if not removed and not (place is not None and place.own):
            raise NotFoundError(trans.gettext("There is no link %1."), name)
        self.log.info("Unlinked: %s", link)
        self._changed()

    async def _wanted(self, request: LinkRequest) -> Place:
        """Return the place that a request is about."""
        target = request.target.strip()
        _check_place_name(request.name)
        place = _named(await self.places(), request.name)
        if place is not None and (not target or (not place.own and self._same(target, place))):
            return place
        if place is not None and not place.own:
            raise ConflictError(
                trans.gettext("%1 is the name of a link of the site; choose another one."),
                request.name,
            )
        if not target:
            raise BadRequestError(trans.gettext("It is not said where %1 leads."), request.name)
        path, unset = expand(target, self._environment())
        if unset:
            raise BadRequestError(trans.gettext("%1 is not set in this session."), f"${unset[0]}")
        if (
            not path.startswith("/")
            or len(os.fsencode(path)) > LONGEST_PATH
            or not path.isprintable()
        ):
            raise BadRequestError(trans.gettext("%1 is no absolute path."), target)
        link = place.link if place is not None else self._place_of(request.name)
        return Place(
            target=Target(name=request.name, target=target, title=request.name),
            link=link,
            path=path,
            own=True,
        )

    def _same(self, target: str, place: Place) -> bool:
        return target == place.target.target or expand(target, self._environment()) == (
            place.path,
            [],
        )

    def _place_of(self, name: str) -> str:
        if name.startswith(HERE):
            return name.removeprefix(HERE)
        return name if "/" in name else self._in_folder(name)

    async def _check(self, place: Place) -> None:
        """Refuse a target that a link can't lead to now."""
        if place.unset:
            raise NotFoundError(
                trans.gettext("%1 is not set in this session."), f"${place.unset[0]}"
            )
        if place.path == self._absolute(place.link):
            raise ConflictError(trans.gettext("%1 can't lead to itself."), place.link)
        look = (await self.looker.look([place.path]))[place.path]
        if look.hangs:
            raise ToolTimeoutError(
                HANGS,
                place.path,
            )
        if look.missing:
            raise NotFoundError(trans.gettext("There is no %1."), place.path)
        if look.code or not look.readable:
            raise ConflictError(trans.gettext("You may not read %1."), place.path, detail=look.why)

    async def _make(self, place: Place, kind: Kind) -> None:
        """Note that a link is ours, then make it."""
        environment = self._environment()
        per_job = place.target.per_job
        record = Record(
            place=place.link,
            wanted=place.target.target,
            target=place.path,
            kind=kind,
            per_job=per_job,
            host=socket.gethostname() if per_job else "",
            until=_job_end(environment) if per_job else 0.0,
        )
        inside = bool(self._folder) and place.link == self._in_folder(place.target.name)

        def work() -> None:
            before = _entry(self.home, place.link)
            if isinstance(before, Entry) and before.kind == "other":
                raise OccupiedError(errno.EEXIST, os.strerror(errno.EEXIST), place.link)
            try:
                self.records.save(record)
            except OSError as error:
                self.log.warning("It is not noted that %s was made: %s", place.link, error)
            make(self.home, place.link, place.path, make_folder=inside or bool(place.target.link))

        await self._try(work, place.link)

    async def _one(self, link: str) -> LinkInfo:
        """Return what is known of the link at a place."""
        places = [place for place in await self.places() if place.link == link]
        infos = await self._infos(places)
        if infos:
            return infos[0]
        raise NotFoundError(trans.gettext("There is no link %1."), link)

    async def _try(self, work: Callable[[], T], link: str) -> T:
        """Do what changes the disk in a thread, and say in words what goes wrong."""
        try:
            return await self._in_thread(work)
        except OSError as error:
            raise said_by_disk(error, link) from error

    async def _in_thread(self, work: Callable[[], T]) -> T:
        async with self._disk:
            return await asyncio.to_thread(work)

    def _changed(self) -> None:
        self.revision += 1
        self._on_notice(self.revision)

    # Start and end of the session ----------------------------------------------

    def start(self) -> None:
        """Make, renew and remove automatic links in the background."""
        if self.automatic and self._starting is None:
            self._starting = asyncio.create_task(self._start())

    async def started(self) -> None:
        """Wait until the automatic links are there."""
        if self._starting is not None:
            await self._starting

    async def _start(self) -> None:
        try:
            places = await self.places()
            done = [await self._automatic(place) for place in places]
            done.append(await self._sweep(places))
        except Exception:
            self.log.exception("The automatic links were not made")
            return
        if any(done):
            self._changed()

    async def _automatic(self, place: Place) -> bool:
        """Make or renew the link of one target; return whether anything changed.

        Links that are not ours, and what the user took away, are left as they are.
        """
        record = place.record
        renewed = place.own and "$" in place.target.target
        declined = record is not None and record.kind == "no"
        if not place.path or declined or not (place.target.automatic or renewed):
            return False
        match await self._in_thread(lambda: _entry(self.home, place.link)):
            case Entry(kind="none"):
                wanted = not place.own
            case Entry(kind="link", target=target):
                wanted = record is not None and record.target == target != place.path
            case _:
                wanted = False
        if not wanted:
            return False
        look = (await self.looker.look([place.path]))[place.path]
        if look.hangs or look.code or not look.readable:
            return False
        try:
            await self._make(place, record.kind if record is not None else "auto")
        except HPCError as error:
            self.log.warning("%s: %s", error, error.detail)
            return False
        self.log.info("Linked: %s -> %s", place.link, place.path)
        return True

    async def _sweep(self, places: Sequence[Place]) -> bool:
        """Remove automatic links that lead to nothing; return whether there were any."""
        alive = {place.link for place in places if place.path}
        changed = False
        for record in (await self._in_thread(self.records.all)).values():
            if record.kind != "auto" and not record.per_job:
                continue
            link = self._absolute(record.place)
            entry = await self._in_thread(partial(_entry, self.home, record.place))
            if not isinstance(entry, Entry):
                continue
            if entry.kind != "link" or entry.target != record.target:
                if record.place not in alive:
                    await self._forget(record)
                continue
            elsewhere = record.per_job and record.host != socket.gethostname()
            if elsewhere and time() < record.until:
                continue  # its job may still run, on a node whose disk is not seen here
            if (await self.looker.look([link]))[link].missing and await self._take(record):
                changed = True
        return changed

    async def _take(self, record: Record) -> bool:
        """Remove a link that is still as it was made; return whether it was."""
        try:
            removed = await self._in_thread(
                lambda: remove(self.home, record.place, only=record.target)
            )
        except OSError as error:
            self.log.warning("The link %s was not removed: %s", record.place, error)
            return False
        if removed:
            self.log.info("Unlinked: %s", record.place)
        await self._forget(record)
        return removed

    async def _forget(self, record: Record) -> None:
        await self._in_thread(lambda: _quietly(lambda: self.records.forget(record.place)))

    async def stop(self) -> None:
        """Remove the link of this job; what is not done in time stays for the next start."""
        await self.usage.cancel()
        await self.copies.cancel()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if not self.automatic:
            return
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._leave(), self.look_timeout)

    async def _leave(self) -> None:
        for place in await self.places():
            record = place.record
            if place.target.per_job and record is not None and record.target == place.path:
                await self._take(record)


def _named(places: Iterable[Place], name: str) -> Place | None:
    """Return the place that a name stands for, None where it is a new one."""
    if name.startswith(HERE):
        return next((place for place in places if place.link == name.removeprefix(HERE)), None)
    return next((place for place in places if name in (place.target.name, place.link)), None)


def _entry(home: str, place: str) -> Entry | OSError:
    """Return what is at a place, or why that can't be told."""
    try:
        return entry_at(home, place)
    except OSError as error:
        return error


def _quietly(work: Callable[[], object]) -> None:
    with suppress(OSError):
        work()


def _is_place(place: str) -> bool:
    return all(is_name(part) for part in place.split("/"))


def _check_place_name(name: str) -> None:
    if not _is_place(name.removeprefix(HERE)) or len(name) > LONGEST_PATH:
        raise BadRequestError(
            trans.gettext("%1 can't be the name of a link."),
            name.encode(errors="replace").decode()[:100],
        )


def _groups() -> list[str]:
    """Return the names of the user's groups."""
    names = []
    for number in sorted({os.getgid(), *os.getgroups()}):
        with suppress(KeyError, OSError):
            names.append(grp.getgrgid(number).gr_name)
    return [name for name in names if is_name(name)]


def _job_end(environment: Mapping[str, str]) -> float:
    """Return when the job ends at the latest, in seconds since 1970."""
    said = environment.get("SLURM_JOB_END_TIME", "")  # since Slurm 23.02
    return float(said) if said.isascii() and said.isdigit() else time() + LONGEST_JOB
