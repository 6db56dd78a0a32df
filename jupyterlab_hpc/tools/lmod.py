"""Lmod, asked through its `python` interface. Knows no room and no HTTP."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from traitlets import Unicode

from ..errors import HPCError, NotFoundError, ToolRefusedError
from ..process import LONGEST_ANSWER, LONGEST_LISTING, Completed, run
from ..sentences import trans
from .collection_files import rename_collection_file
from .lmod_cache import SCRIPT, CachePlace, Tree, newest_cache
from .lmod_messages import split_messages
from .lmod_text import (
    AdminList,
    decode_module_table,
    is_hidden,
    parse_avail,
    parse_python_output,
    parse_show,
    parse_spider,
    read_module_table,
)
from .modules import (
    Changed,
    Environment,
    LoadedModule,
    Modulefile,
    ModuleTool,
    Probe,
    Remarks,
    check_collection_name,
    check_name,
    modulepath_entries,
    with_modulepath,
)

# Where packages and Lmod's own installer put it, for a server that was started
# from a shell without modules.
USUAL_PLACES = (
    "/usr/share/lmod/lmod/libexec/lmod",
    "/opt/apps/lmod/lmod/libexec/lmod",
    "/usr/local/lmod/lmod/libexec/lmod",
    "/opt/lmod/lmod/libexec/lmod",
)

# No pager, no colour, messages on stderr: a person's settings for a terminal
# must not reach a program's answer.
PINNED = {
    "LMOD_PAGER": "none",
    "LMOD_COLORIZE": "no",
    "LMOD_REDIRECT": "no",
    "LMOD_TERM_WIDTH": "100",
}
# For text that is read by a parser; Lmod 8.6 knows only LANG and LMOD_OVERRIDE_LANG.
IN_ENGLISH = {"LANG": "C.UTF-8", "LMOD_LANG": "en", "LMOD_OVERRIDE_LANG": "en"}

_NICE = ("nice", "-n", "10") if shutil.which("nice") else ()

PROBE_TIMEOUT = 20.0  # seconds; Lmod starts in 0.04 s on a healthy machine


class Lmod(ModuleTool):
    """Lmod 8 or 9."""

    command = Unicode(
        help="Lmod's program. Empty: what LMOD_CMD names, else the usual places."
    ).tag(config=True)

    _admin_file = ""
    _admin_list = AdminList()
    _lua = ""
    _lua_version = ""
    _rc_files: tuple[str, ...] = ()
    _sources: tuple[str, ...] = ()
    _from_cache: frozenset[str] = frozenset()

    def found(self, environment: Environment) -> str:
        """Return the path of Lmod's program; empty where there is none."""
        named = self.command or environment.get("LMOD_CMD", "")
        if named:
            return named
        package = environment.get("LMOD_PKG") or environment.get("MODULESHOME")
        places = (f"{package}/libexec/lmod", *USUAL_PLACES) if package else USUAL_PLACES
        return next((place for place in places if os.access(place, os.X_OK)), "")

    async def probe(self, environment: Environment) -> Probe:
        """Ask Lmod for its configuration, which also proves that it runs."""
        command = self.found(environment)
        version = ""
        detail = ""
        try:
            done = await self._run(
                [command, "python", "--config_json"], environment, PROBE_TIMEOUT, IN_ENGLISH
            )
            detail = done.stderr_text[-2000:]
            told = json.loads(done.stderr_text)
            settings = told["configT"]
            version = str(settings["lmodV"])
            self._admin_file = str(settings.get("z01_admin", ""))
            await asyncio.to_thread(self._read_admin_list, environment)
            self._lua = str(settings.get("path_lua", ""))
            self._lua_version = str(settings.get("luaV", "")).rpartition(" ")[2]
            self._rc_files = tuple(str(path) for path in told.get("rcfileA") or ())
        except HPCError as error:
            detail = f"{error.message}\n{error.detail}"
        except (ValueError, LookupError, TypeError):
            pass  # what it said instead is in `detail`
        if not version:
            return Probe(
                kind="none",
                command=command,
                reason="module-command-fails",
                message=trans.gettext("Lmod is set up in this session but does not work."),
                cure=trans.gettext(
                    "Try the module command in a terminal, and show its answer and the words "
                    "below to the site's staff. The program is named by LMOD_CMD or by the "
                    "setting c.Lmod.command."
                ),
                detail=f"{command}\n{detail}",
            )
        return with_modulepath(
            Probe(kind="lmod", version=version, command=command),
            environment,
            empty=trans.gettext("MODULEPATH is empty, so Lmod knows no module."),
        )

    def loaded(self, environment: Environment) -> list[LoadedModule]:
        """Return what Lmod's record in the environment tells; costs no process."""
        try:
            table = decode_module_table(environment)
        except ValueError as error:
            self.log.warning("Lmod's module table is damaged: %s", error)
            table = {}
        if table:
            return read_module_table(table)
        names = environment.get("LOADEDMODULES", "").split(":")
        files = environment.get("_LMFILES_", "").split(":")
        return [
            LoadedModule(
                full_name=name,
                short_name=name.rpartition("/")[0] or name,
                modulefile=files[i] if i < len(files) else "",
                active=True,
                hidden=is_hidden(name),
            )
            for i, name in enumerate(names)
            if name
        ]

    async def change(
        self, environment: Environment, *, load: Sequence[str], unload: Sequence[str]
    ) -> Changed:
        """Return what one Lmod process answers that unloads, then loads.

        `load -x y` unloads x and loads y; that is how Lmod's own `ml -x y` does it.
        """
        for name in (*load, *unload):
            check_name(name)
        words = ["load", *(f"-{name}" for name in unload), *load] if load else ["unload", *unload]
        refusal = (
            trans.gettext("Lmod did not load %1. Nothing was changed.")
            if load
            else trans.gettext("Lmod did not unload %1. Nothing was changed.")
        )
        return await self._changed(words, environment, refusal, ", ".join(load or unload))

    async def _changed(
        self, words: Sequence[str], environment: Environment, refusal: str, *arguments: str
    ) -> Changed:
        """Return what one Lmod process answers; raise `refusal` where nothing is to be applied."""
        done = await self._lmod(words, environment)
        answer = parse_python_output(done.stdout)
        said = done.stderr_text.strip("\n")
        if not answer.statuses:
            raise ToolRefusedError(
                trans.gettext("Lmod ended without an answer. Nothing was changed."), detail=said
            )
        if not answer.applies:
            raise ToolRefusedError(refusal, *arguments, detail=said)
        return Changed(
            environment={
                name: value
                for name, value in answer.environment.items()
                if environment.get(name) != value
            },
            messages=said,
            warned=not all(answer.statuses),
            words=split_messages(said, warned=not all(answer.statuses)),
        )

    async def has(self, environment: Environment, name: str) -> bool:
        """Ask `is-avail`, which looks for a name as a load does, but not beyond MODULEPATH."""
        check_name(name)
        done = await self._lmod(["is-avail", name], environment)
        return parse_python_output(done.stdout).statuses[-1:] != (False,)

    async def available(self, environment: Environment) -> list[Modulefile]:
        """Read `-t avail`: names only, in a tenth of the spider's time; `-d` tells the defaults."""
        listed = await self._lmod(["-t", "avail"], environment, IN_ENGLISH)
        defaults = await self._lmod(["-t", "-d", "avail"], environment, IN_ENGLISH)
        return parse_avail(listed.stderr_text, defaults.stderr_text)

    async def spider(self, environment: Environment) -> Collection[Modulefile]:
        """Read the site's spider cache where it is good, else run the spider itself.

        Each is one process at low priority; its answer is read in a thread.
        """
        await asyncio.to_thread(self._read_admin_list, environment)
        try:
            if files := await self._from_caches(environment):
                return files
        except (HPCError, OSError, ValueError, LookupError, TypeError) as error:
            detail = error.detail if isinstance(error, HPCError) else ""
            self.log.warning("Lmod's cache was not used: %s %s", error, detail)
        self._from_cache = frozenset()
        # One entry that is not absolute would keep the spider from all others.
        folders = [entry for entry in modulepath_entries(environment) if entry.startswith("/")]
        done = await self._spider("spider-json", ":".join(folders), environment)
        try:
            return await asyncio.to_thread(parse_spider, done.stdout)
        except (ValueError, AttributeError, TypeError) as error:
            raise ToolRefusedError(
                trans.gettext("Lmod's spider could not read the module tree."),
                detail=done.stderr_text[-2000:] or str(error),
            ) from error

    def sources(self, modulepath_entry: str) -> Sequence[str]:
        """Return the site's caches and what says that they are new, for what they told."""
        return self._sources if modulepath_entry in self._from_cache else ()

    async def _from_caches(self, environment: Environment) -> Collection[Modulefile]:
        """Return what the site's caches know, and the spider of what they don't; [] for none."""
        if not self._lua or environment.get("LMOD_IGNORE_CACHE", "no") not in {"", "no", "0"}:
            return []
        places = await self.cache_places(environment)
        caches = []
        for place in places:
            path, reason = await asyncio.to_thread(newest_cache, place, self._lua_version)
            if path:
                caches.append(path)
            else:
                self.log.warning("Lmod's cache was not used: %s", reason)
        if not caches:
            return []
        tree = Tree()
        # Lmod lets a later cache replace what an earlier one knows
        lines = await self._tell("dump", caches[::-1], environment)
        await asyncio.to_thread(tree.take, lines)
        covered = frozenset(tree.folders)
        entries = modulepath_entries(environment)
        rest = [entry for entry in entries if entry not in tree.folders and entry.startswith("/")]
        # also where nothing is left: it tells what the session itself hides and calls by
        # other names
        done = await self._spider("spiderT", ":".join(rest) or os.devnull, environment)
        with tempfile.NamedTemporaryFile(prefix="spiderT", suffix=".lua") as own:
            await asyncio.to_thread(own.write, done.stdout)
            own.flush()
            lines = await self._tell("dump", [own.name], environment)
        await asyncio.to_thread(tree.take, lines)
        self._sources = (*caches, *(place.timestamp for place in places if place.timestamp))
        self._from_cache = covered
        return await asyncio.to_thread(tree.modulefiles, entries)

    @property
    def lua_version(self) -> str:
        """The version of the Lua that Lmod runs in, as the names of its caches have it."""
        return self._lua_version

    async def cache_places(self, environment: Environment) -> list[CachePlace]:
        """Return where the site's rc files say that its spider caches are; after `probe`."""
        if not self._lua:
            return []
        told = await self._tell("rc", self._rc_files, environment)
        return [CachePlace(folder=facts[1], timestamp=facts[2]) for facts in map(json.loads, told)]

    async def _tell(
        self, what: str, files: Sequence[str], environment: Environment
    ) -> Sequence[bytes]:
        """Have Lmod's own Lua tell what files hold, one fact a line."""
        argv = [*_NICE, self._lua, str(SCRIPT), what, *files]
        done = await self._run(argv, environment, self.spider_timeout, IN_ENGLISH, LONGEST_LISTING)
        if done.code:
            raise ToolRefusedError(
                trans.gettext("Lmod's cache could not be read."), detail=done.stderr_text[-2000:]
            )
        return await asyncio.to_thread(done.stdout.splitlines)

    async def _spider(self, form: str, modulepath: str, environment: Environment) -> Completed:
        command = Path(self.found(environment)).with_name("spider")
        argv = [*_NICE, str(command), "-o", form, modulepath]
        return await self._run(argv, environment, self.spider_timeout, IN_ENGLISH, LONGEST_LISTING)

    async def remarks(self, environment: Environment, modulefile: Modulefile) -> Remarks:
        """Read `show`, with the modulefile's own folder on MODULEPATH, so that any is found."""
        check_name(modulefile.full_name)
        folders = [modulefile.modulepath, environment.get("MODULEPATH", "")]
        done = await self._lmod(
            ["show", modulefile.full_name],
            environment,
            {**IN_ENGLISH, "MODULEPATH": ":".join(filter(None, folders))},
        )
        await asyncio.to_thread(self._read_admin_list, environment)
        deprecation = self._admin_list.message(modulefile.full_name, modulefile.path)
        return replace(parse_show(done.stderr_text), deprecation=deprecation)

    def deprecated(self, modulefile: Modulefile) -> bool:
        """Whether the site's admin list, as it was read last, has words for a modulefile."""
        return bool(self._admin_list.message(modulefile.full_name, modulefile.path))

    def _read_admin_list(self, environment: Environment) -> None:
        """Learn what Lmod says at a load of modules that the site wants to be rid of."""
        path = environment.get("LMOD_ADMIN_FILE") or self._admin_file
        text = ""
        if path:
            with suppress(OSError):
                text = Path(path).read_text(errors="replace")
        self._admin_list = AdminList(text)

    async def _lmod(
        self, words: Sequence[str], environment: Environment, pins: Mapping[str, str] | None = None
    ) -> Completed:
        argv = [self.found(environment), "python", *words]
        return await self._run(argv, environment, self.timeout, pins or {})

    async def _run(
        self,
        argv: Sequence[str],
        environment: Environment,
        timeout: float,
        pins: Mapping[str, str],
        longest: int = LONGEST_ANSWER,
    ) -> Completed:
        env = {**environment, **PINNED, **pins}
        done = await run(argv, timeout=timeout, env=env, longest=longest)
        if not (_was_stopped(done) and any(env.get(name) for name in LOADER_VARIABLES)):
            return done
        apart = await asyncio.to_thread(_apart, argv, env)
        if apart is None:
            return done
        self.log.warning("Lmod cannot run with the libraries of the loaded modules: set aside")
        return await run(apart[0], timeout=timeout, env=apart[1], longest=longest)

    async def purge(self, environment: Environment) -> Changed:
        """Unload everything but sticky modules."""
        return await self._changed(
            ["purge"], environment, trans.gettext("Lmod did not purge. Nothing was changed.")
        )

    async def base_modulepath(self, environment: Environment) -> list[str]:
        """Ask what is left of MODULEPATH when also sticky modules are unloaded."""
        answer = await self._changed(
            ["--force", "purge"],
            environment,
            trans.gettext("Lmod did not tell which folders modules come from."),
        )
        after = {**environment, **answer.environment}
        return modulepath_entries(after)

    async def reset(self, environment: Environment) -> Changed:
        """Unload everything, sticky modules too, and load LMOD_SYSTEM_DEFAULT_MODULES."""
        return await self._changed(
            ["reset"],
            environment,
            trans.gettext("Lmod did not go back to the site's default. Nothing was changed."),
        )

    async def use(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Prepend to MODULEPATH; Lmod puts the last one it is given foremost."""
        return await self._changed(
            ["use", *reversed(folders)],
            environment,
            trans.gettext("Lmod did not use %1. Nothing was changed."),
            ", ".join(folders),
        )

    async def unuse(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Remove from MODULEPATH; modules that are not found any more become inactive."""
        return await self._changed(
            ["unuse", *folders],
            environment,
            trans.gettext("Lmod did not leave out %1. Nothing was changed."),
            ", ".join(folders),
        )

    async def collections(self, environment: Environment) -> list[str]:
        """Read `-t savelist`; Lmod 9 shows the system's name behind a dot, Lmod 8 does not."""
        done = await self._lmod(["-t", "savelist"], environment, IN_ENGLISH)
        if not parse_python_output(done.stdout).statuses:
            raise ToolRefusedError(
                trans.gettext("Lmod could not list your collections."),
                detail=done.stderr_text.strip("\n"),
            )
        suffix = _system_suffix(environment)
        names = [line.strip() for line in done.stderr_text.splitlines()]
        return sorted({name.removesuffix(suffix) for name in names if name})

    async def save_collection(self, environment: Environment, name: str) -> None:
        """Save; that Lmod says so is no proof: 8.6 does not notice that it cannot write."""
        check_collection_name(name)
        before = _collection_files(environment, name)
        done = await self._lmod(["save", name], environment)
        after = _collection_files(environment, name)
        if after and after != before:
            return
        if after or name not in await self.collections(environment):
            raise ToolRefusedError(
                trans.gettext("Lmod did not save the collection %1."),
                name,
                detail=done.stderr_text.strip("\n"),
            )

    async def restore_collection(self, environment: Environment, name: str) -> Changed:
        """Restore; what is gone since is left out with a warning."""
        check_collection_name(name)
        if name == RESERVED_COLLECTION:
            raise NotFoundError(trans.gettext("There is no collection named %1."), name)
        return await self._changed(
            ["restore", name],
            environment,
            trans.gettext("Lmod did not restore the collection %1. Nothing was changed."),
            name,
        )

    async def describe_collection(self, environment: Environment, name: str) -> list[str]:
        """Read `-t describe`: names as the user loaded them, perhaps without a version."""
        check_collection_name(name)
        done = await self._lmod(["-t", "describe", name], environment, IN_ENGLISH)
        return [line.strip() for line in done.stderr_text.splitlines() if line.strip()]

    async def rename_collection(self, environment: Environment, name: str, new_name: str) -> None:
        """Rename the file: Lmod has no command for that."""
        check_collection_name(name)
        check_collection_name(new_name)
        if new_name == RESERVED_COLLECTION or "." in new_name or new_name.startswith("__"):
            raise ToolRefusedError(
                trans.gettext("Lmod keeps the name %1 for itself. Nothing was changed."), new_name
            )
        await rename_collection_file(
            _collection_folders(environment), name, new_name, _system_suffix(environment)
        )

    async def delete_collection(self, environment: Environment, name: str) -> None:
        """Let Lmod `disable` it, which renames the file, or the link, to `name~`."""
        check_collection_name(name)
        done = await self._lmod(["disable", name], environment, IN_ENGLISH)
        if name in await self.collections(environment):
            raise ToolRefusedError(
                trans.gettext("Lmod did not delete the collection %1."),
                name,
                detail=done.stderr_text.strip("\n"),
            )


# What `restore system` means to Lmod is its reset.
RESERVED_COLLECTION = "system"


def _system_suffix(environment: Environment) -> str:
    """Return what Lmod puts behind a collection's name where the site names its systems."""
    system = environment.get("LMOD_SYSTEM_NAME", "")
    return f".{system}" if system else ""


def _collection_folders(environment: Environment) -> set[Path]:
    """Return the folders that can hold collections, whether they exist or not."""
    home = Path(environment.get("HOME") or "/nowhere")
    folders = {home / ".lmod.d", home / ".config" / "lmod"}  # Lmod 8; Lmod 9
    if config := environment.get("XDG_CONFIG_HOME"):
        folders.add(Path(config) / "lmod")
    return folders


def _collection_files(environment: Environment, name: str) -> dict[str, tuple[int, int, int]]:
    """Return the files that can hold a collection, with what changes when one is written."""
    found = {}
    for folder in _collection_folders(environment):
        path = folder / f"{name}{_system_suffix(environment)}"
        with suppress(OSError):
            about = path.stat()
            found[str(path)] = (about.st_ino, about.st_mtime_ns, about.st_size)
    return found


# A module's libraries that do not fit Lua's stop every later call of Lmod, which then
# could not even unload that module (8.6.19 and 9.2.9, signal 7 seen). So Lua starts
# without these variables, and Lmod reads their values under another name.
LOADER_VARIABLES = ("LD_LIBRARY_PATH", "LD_PRELOAD")
APART = """
local getenv = os.getenv
local apart = { LD_LIBRARY_PATH = true, LD_PRELOAD = true }
os.getenv = function(name) return getenv(apart[name] and "JUPYTERLAB_HPC_" .. name or name) end
"""
NOT_STARTED = 127  # the code of a program that the loader gave up


def _was_stopped(done: Completed) -> bool:
    """Whether a program could not do its work at all, rather than say no."""
    return done.code < 0 or done.code == NOT_STARTED or b"\nerror loading module" in done.stderr


def _apart(
    argv: Sequence[str], environment: Mapping[str, str]
) -> tuple[list[str], dict[str, str]] | None:
    """Return the same command with the loader's variables hidden from Lua's own start.

    None where the program is no Lua script.
    """
    for i, word in enumerate(argv):
        lua = _interpreter(word)
        if lua and "lua" in Path(lua[-1]).name:
            env = {k: v for k, v in environment.items() if k not in LOADER_VARIABLES}
            for name in LOADER_VARIABLES:
                if name in environment:
                    env[f"JUPYTERLAB_HPC_{name}"] = environment[name]
            return [*argv[:i], *lua, "-e", APART, *argv[i:]], env
    return None


def _interpreter(path: str) -> list[str]:
    """Return the words behind a script's `#!`; empty for any other file."""
    if not path.startswith("/"):
        return []
    try:
        with Path(path).open("rb") as file:
            line = file.readline(512)
    except OSError:
        return []
    return line[2:].decode(errors="replace").split() if line.startswith(b"#!") else []
