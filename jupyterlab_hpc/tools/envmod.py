"""Environment Modules (the Tcl system), asked through its `python` interface.

Knows no room and no HTTP. It has no hierarchy to look ahead in, no extensions and
no families, so chains, extensions and families stay empty; and no command tells
the help of all modulefiles at once, so that stays empty too.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from traitlets import Unicode

from ..errors import BadRequestError, HPCError, ToolRefusedError
from ..process import LONGEST_LISTING, Completed, run
from ..sentences import trans
from .collection_files import rename_collection_file
from .envmod_text import (
    is_warning,
    is_whole,
    parse_avail,
    parse_collection,
    parse_collections,
    parse_python_output,
    parse_show,
    parse_version,
    parse_whatis,
    read_loaded,
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
    read_whatis,
    with_modulepath,
    written_entries,
)

# Where packages and its own installer put it.
USUAL_PLACES = (
    "/usr/lib/x86_64-linux-gnu/modulecmd.tcl",
    "/usr/lib/aarch64-linux-gnu/modulecmd.tcl",
    "/usr/share/Modules/libexec/modulecmd.tcl",
    "/usr/local/Modules/libexec/modulecmd.tcl",
)

# A person's settings for a terminal must not reach a program's answer.
PINNED = {
    "MODULES_COLOR": "never",
    "MODULES_PAGER": "",
    "MODULES_VERBOSITY": "normal",
    "MODULES_TERM_WIDTH": "0",
    "MODULES_REDIRECT_OUTPUT": "1",
}
# A module that sets these could keep the tool itself from starting; it knows this way
# of being told of their values without living under them.
QUARANTINED = ("LD_LIBRARY_PATH", "LD_PRELOAD")

# What `restore __init__` means to the tool is its reset.
RESERVED_COLLECTION = "__init__"

PROBE_TIMEOUT = 20.0  # seconds; it starts in 0.03 s on a healthy machine


class EnvironmentModules(ModuleTool):
    """Environment Modules 5."""

    command = Unicode(
        help="The program modulecmd.tcl. Empty: what MODULES_CMD names, else the usual places."
    ).tag(config=True)

    def found(self, environment: Environment) -> str:
        """Return the path of modulecmd.tcl; empty where there is none."""
        named = self.command or environment.get("MODULES_CMD", "")
        if named:
            return named
        home = environment.get("MODULESHOME")
        places = (f"{home}/libexec/modulecmd.tcl", *USUAL_PLACES) if home else USUAL_PLACES
        return next((place for place in places if os.access(place, os.X_OK)), "")

    async def probe(self, environment: Environment) -> Probe:
        """Ask for the version, which also proves that it runs."""
        command = self.found(environment)
        version = ""
        try:
            done = await self._tool(["--version"], environment, timeout=PROBE_TIMEOUT)
            version = parse_version(done.stderr_text)
            detail = done.stderr_text[-2000:]
        except HPCError as error:
            detail = f"{error.message}\n{error.detail}"
        if not version:
            return Probe(
                kind="none",
                command=command,
                reason="module-command-fails",
                message=trans.gettext(
                    "Environment Modules is set up in this session but does not work."
                ),
                cure=trans.gettext(
                    "Try the module command in a terminal, and show its answer and the words "
                    "below to the site's staff. The program is named by MODULES_CMD or by the "
                    "setting c.EnvironmentModules.command."
                ),
                detail=f"{command}\n{detail}",
            )
        return with_modulepath(
            Probe(kind="envmod", version=version, command=command),
            environment,
            empty=trans.gettext("MODULEPATH is empty, so Environment Modules knows no module."),
        )

    def loaded(self, environment: Environment) -> list[LoadedModule]:
        """Return what the tool's variables tell; costs no process."""
        return read_loaded(environment)

    async def change(
        self, environment: Environment, *, load: Sequence[str], unload: Sequence[str]
    ) -> Changed:
        """Return what one process answers that unloads, then loads.

        `ml -x y` is the tool's own way to do both. Where a name could be taken for an
        option (`-t`) it is two processes; the second sees what the first did, and
        nothing of it is applied when either refuses.
        """
        for name in (*load, *unload):
            check_name(name)
        if not (load and unload):
            words = ["load", *load] if load else ["unload", *unload]
            return await self._change(words, environment, load or unload)
        known = {m.short_name: m.full_name for m in self.loaded(environment)}
        gone = [known.get(name, name) for name in unload]
        if all("/" in name for name in gone):
            return await self._change(
                ["ml", *(f"-{name}" for name in gone), *load], environment, load
            )
        first = await self._change(["unload", *unload], environment, unload)
        second = await self._change(
            ["load", *load], _laid_over(environment, first.environment), load
        )
        return Changed(
            environment=_different({**first.environment, **second.environment}, environment),
            messages="\n".join(filter(None, (first.messages, second.messages))),
            warned=first.warned or second.warned,
        )

    async def has(self, environment: Environment, name: str) -> bool:
        """Ask `is-avail`, which looks for a name as a load does."""
        check_name(name)
        done = await self._tool(["is-avail", name], environment)
        return not parse_python_output(done.stdout).refused

    async def available(self, environment: Environment) -> list[Modulefile]:
        """Read `avail --json`: names, places and defaults, without a look into modulefiles."""
        done = await self._tool(["avail", "--json", "--indepth"], environment)
        return parse_avail(done.stderr_text)

    async def spider(self, environment: Environment) -> list[Modulefile]:
        """Read all of MODULEPATH, hidden modulefiles too, and what each says of itself.

        There is no spider before 5.6: what only other modules open is not seen.
        """
        visible = {(m.modulepath, m.full_name) for m in await self.available(environment)}
        listed = await self._in_background(["avail", "--all", "--json", "--indepth"], environment)
        described = await self._in_background(["whatis", "--all", "--json"], environment)
        for done in (listed, described):
            if done.code or not is_whole(done.stderr_text):
                raise ToolRefusedError(
                    trans.gettext("Environment Modules could not read the module tree."),
                    detail=done.stderr_text.strip() or f"{done.argv[-3:]}: {done.code}",
                )
        whatis = parse_whatis(described.stderr_text)
        files = []
        for file in parse_avail(listed.stderr_text):
            place = (file.modulepath, file.full_name)
            lines = whatis.get(place, ())
            # softly hidden modulefiles bear no tag
            hidden = file.hidden or place not in visible
            description, category, url = read_whatis(lines)
            files.append(
                replace(
                    file,
                    hidden=hidden,
                    whatis=lines,
                    description=description,
                    category=category,
                    url=url,
                )
            )
        return files

    async def remarks(self, environment: Environment, modulefile: Modulefile) -> Remarks:
        """Read `show`, with the modulefile's own folder on MODULEPATH, so that any is found."""
        check_name(modulefile.full_name)
        folders = [modulefile.modulepath, environment.get("MODULEPATH", "")]
        done = await self._tool(
            ["show", modulefile.full_name],
            {**environment, "MODULEPATH": ":".join(filter(None, folders))},
        )
        return parse_show(done.stderr_text)

    async def purge(self, environment: Environment) -> Changed:
        """Return what unloads everything but sticky modules, which the tool calls an error."""
        done = await self._tool(["purge"], environment)
        answer = parse_python_output(done.stdout)
        after = self.loaded(_laid_over(environment, answer.environment))
        stuck = [m for m in after if m.requested and not m.sticky]
        if done.code or (stuck and answer.refused):
            raise ToolRefusedError(
                trans.gettext("The modules could not be unloaded. Nothing was changed."),
                detail=done.stderr_text.strip("\n"),
            )
        return Changed(
            environment=_different(answer.environment, environment),
            messages=done.stderr_text.strip("\n"),
            warned=answer.refused,
        )

    async def reset(self, environment: Environment) -> Changed:
        """Return what leads back to what was loaded when the session's shell began.

        Without the tool's record of that, it would take MODULEPATH itself away.
        """
        if not environment.get("__MODULES_LMINIT"):
            raise ToolRefusedError(
                trans.gettext("This session began without default modules. Nothing was changed.")
            )
        return await self._change(["reset"], environment, ())

    async def use(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Return what puts absolute folders in front of MODULEPATH, the first one foremost."""
        _check_folders(folders)
        return await self._change(["use", *folders], environment, folders)

    async def unuse(self, environment: Environment, folders: Sequence[str]) -> Changed:
        """Return what takes folders out of MODULEPATH, however they are written there."""
        _check_folders(folders)
        written = [e for e, folder in written_entries(environment).items() if folder in folders]
        return await self._change(["unuse", *(written or folders)], environment, folders)

    async def collections(self, environment: Environment) -> list[str]:
        """Return the names of the user's collections, sorted."""
        done = await self._tool(["savelist", "--json"], environment)
        return parse_collections(done.stderr_text)

    async def save_collection(self, environment: Environment, name: str) -> None:
        """Keep what is loaded under a name, with full names: a later default changes nothing."""
        check_collection_name(name)
        await self._change(
            ["save", name], {**environment, "MODULES_COLLECTION_PIN_VERSION": "1"}, [name]
        )

    async def restore_collection(self, environment: Environment, name: str) -> Changed:
        """Return what loads a collection in the place of what is loaded."""
        check_collection_name(name)
        return await self._change(["restore", name], environment, [name])

    async def describe_collection(self, environment: Environment, name: str) -> list[str]:
        """Return the names that a collection holds, in load order."""
        check_collection_name(name)
        done = await self._tool(["saveshow", name], environment)
        self._refuse_where(done, [name])
        return parse_collection(done.stderr_text)

    async def rename_collection(self, environment: Environment, name: str, new_name: str) -> None:
        """Rename the file: the tool has no command for that."""
        check_collection_name(name)
        check_collection_name(new_name)
        if new_name == RESERVED_COLLECTION:
            raise ToolRefusedError(
                trans.gettext(
                    "Environment Modules keeps the name %1 for itself. Nothing was changed."
                ),
                new_name,
            )
        folder = Path(environment.get("HOME") or "/nowhere", ".module")
        target = environment.get("MODULES_COLLECTION_TARGET", "")
        await rename_collection_file([folder], name, new_name, f".{target}" if target else "")

    async def delete_collection(self, environment: Environment, name: str) -> None:
        """Remove a collection; a name with a slash, which is a path to the tool, is refused."""
        check_collection_name(name)
        await self._change(["saverm", name], environment, [name])

    async def _change(
        self, words: Sequence[str], environment: Environment, names: Sequence[str]
    ) -> Changed:
        """Return what a command changes, or raise ToolRefusedError: all of it or nothing.

        The tool itself applies what came before a refusal, and tells by
        `_mlstatus = False` alone. Where nothing was to be done it says nothing.
        """
        done = await self._tool(words, environment)
        self._refuse_where(done, names)
        said = done.stderr_text.strip("\n")
        return Changed(
            environment=_different(parse_python_output(done.stdout).environment, environment),
            messages=said,
            warned=is_warning(said),
        )

    def _refuse_where(self, done: Completed, names: Sequence[str]) -> None:
        answer = parse_python_output(done.stdout)
        if answer.refused:
            raise ToolRefusedError(
                trans.gettext("Environment Modules refused %1. Nothing was changed."),
                ", ".join(names) or done.argv[2],
                detail=done.stderr_text.strip("\n"),
            )
        if done.code:
            raise ToolRefusedError(
                trans.gettext("Environment Modules ended without an answer. Nothing was changed."),
                detail=done.stderr_text.strip("\n"),
            )

    async def _in_background(self, words: Sequence[str], environment: Environment) -> Completed:
        """Run the tool over the whole tree, at low priority."""
        argv = [self.found(environment), "python", *words]
        if nice := shutil.which("nice"):
            argv = [nice, "-n", "10", *argv]
        return await run(
            argv, timeout=self.spider_timeout, env=_pinned(environment), longest=LONGEST_LISTING
        )

    async def _tool(
        self, words: Sequence[str], environment: Environment, *, timeout: float | None = None
    ) -> Completed:
        argv = [self.found(environment), "python", *words]
        return await run(argv, timeout=timeout or self.timeout, env=_pinned(environment))


def _pinned(environment: Environment) -> dict[str, str]:
    """Return the environment in which the tool runs: pinned, and free of what could break it."""
    away = {name: environment[name] for name in QUARANTINED if environment.get(name)}
    kept = {name: value for name, value in environment.items() if name not in away}
    if not away:
        return {**kept, **PINNED}
    names = dict.fromkeys([*environment.get("MODULES_RUN_QUARANTINE", "").split(), *away])
    return {
        **kept,
        **PINNED,
        **{f"__MODULES_QUAR_{name}": value for name, value in away.items()},
        "MODULES_RUN_QUARANTINE": " ".join(names),
        "__MODULES_QUARANTINE_SET": "1",
    }


def _different(answer: Mapping[str, str | None], environment: Environment) -> dict[str, str | None]:
    return {name: value for name, value in answer.items() if environment.get(name) != value}


def _laid_over(environment: Environment, changes: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**environment, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _check_folders(folders: Sequence[str]) -> None:
    for folder in folders:
        if not folder.startswith("/"):
            raise BadRequestError(trans.gettext("“%1” is not an absolute path."), folder[:80])
