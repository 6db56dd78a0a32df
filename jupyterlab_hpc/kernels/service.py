"""The kernels room's answers. Knows kernelspecs; knows no HTTP and no module system."""

import asyncio
import os
import pwd
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from jupyter_core.paths import jupyter_data_dir
from traitlets import Bool, Float, List, Unicode
from traitlets.config import LoggingConfigurable

from ..errors import BadRequestError, ConflictError, NotFoundError, ToolRefusedError
from ..process import run
from ..sentences import trans
from ..tools.modules import check_name
from ..tools.recipe import Recipe
from .bases import (
    IPYKERNEL,
    PYTHONS,
    Base,
    brought_python,
    choose,
    environment_of,
    find_venvs,
    in_venv,
    jupyter_bases,
    look_at_venv,
    module_bases,
    probe_python,
    python_base,
)
from .locktext import FREEZE, SYSTEMS, Lock, lock_text
from .models import (
    GoneModule,
    KernelBases,
    KernelMessage,
    KernelModulesQuery,
    KernelSources,
    KernelTrial,
    LockRequest,
    LockText,
    MadeKernel,
    MadeKernels,
    MakeKernelRequest,
    NotebookModules,
    NotebookModulesRequest,
    RenameKernelRequest,
    Repair,
    RepairRequest,
    TriedKernel,
    VenvInfo,
    VenvQuery,
)
from .specs import Made, Specs, check_display_name, check_kernel_name, is_damaged, rewrite, write
from .startscript import Program
from .trial import NOTHING, Try, message, try_kernel

T = TypeVar("T")

MOST_MODULES = 100
# What pip and the way to a package index need of the session.
FOR_PIP = ("PIP_", "HTTP", "http", "NO_PROXY", "no_proxy", "SSL_", "REQUESTS_")


class Modules(Protocol):
    """What this room asks of the session's module system."""

    async def recipe(self, collection: str = "", variables: Sequence[str] = ()) -> Recipe:
        """Return what leads from nothing to what is loaded, or to a collection."""

    def read(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the modules of an environment, each with its modulefile, in load order."""

    async def is_there(self, full_name: str, modulefile: str = "") -> bool:
        """Return whether a module can be found."""

    async def nearest(self, full_name: str) -> list[str]:
        """Return what may take the place of a module that is gone."""

    async def collection_names(self) -> list[str]:
        """Return the names of the user's collections."""


class KernelsService(LoggingConfigurable):
    """Makes kernels that load their own modules, and looks after them."""

    trial_timeout = Float(
        90.0, help="Seconds that a kernel may take to start when it is tested."
    ).tag(config=True)
    load_timeout = Float(
        60.0, help="Seconds that loading a kernel's modules may take, from nothing."
    ).tag(config=True)
    variables = List(
        Unicode(),
        help="""Variables of the session that the site's modulefiles need, such as those that
        the start files of login shells set: a made kernel sets them before it loads its
        modules. The module system's own settings are kept in any case.""",
    ).tag(config=True)
    pip_arguments = List(
        Unicode(),
        default_value=["--no-index", "ipykernel"],
        help="""What `pip install` is given to put ipykernel into a user's virtual environment,
        which is done only where the user says so.""",
    ).tag(config=True)
    pip_timeout = Float(300.0, help="Seconds that `pip install` may take.").tag(config=True)
    remember_modules = Bool(
        False,
        help="""Let notebooks remember in their metadata which modules they need: those in
        which the user switches it on.""",
    ).tag(config=True)

    def __init__(
        self,
        *,
        modules: Modules,
        session: Callable[[], Mapping[str, str]],
        known: Callable[[], Mapping[str, Mapping[str, Any]]],
        **kwargs: object,
    ) -> None:
        """`session` is the session's environment, `known` all kernelspecs as Jupyter has them."""
        super().__init__(**kwargs)
        self.modules = modules
        self._session = session
        self._known = known
        self._lock = asyncio.Lock()

    @property
    def specs(self) -> Specs:
        """The user's own kernelspecs."""
        return Specs(Path(jupyter_data_dir(), "kernels"))

    async def kernels(self) -> MadeKernels:
        """Return the kernels that were made, and whether each can work."""
        found = await asyncio.to_thread(self.specs.all)
        return MadeKernels(
            kernels=[await self._about(m) for m in sorted(found, key=lambda m: m.display_name)],
            remember=self.remember_modules,
        )

    async def sources(self) -> KernelSources:
        """Return what a kernel can be made of."""
        home = Path(os.environ.get("HOME", "/"))
        return KernelSources(
            loaded=list(self.modules.read(self._session())),
            collections=await self.modules.collection_names(),
            venvs=await asyncio.to_thread(find_venvs, home),
        )

    async def bases(self, query: KernelModulesQuery) -> KernelBases:
        """Return the kernels to build on with some modules."""
        recipe, environment = await self._loaded_anew(query.modules, query.collection)
        bases = await self._bases(environment)
        return KernelBases(modules=list(recipe.modules), bases=[base.about for base in bases])

    async def venv(self, query: VenvQuery) -> VenvInfo:
        """Return what a folder is as a virtual environment."""
        recipe = await self._recipe(query.modules, query.collection)
        return await look_at_venv(query.folder, recipe, self.pip_arguments, self.load_timeout)

    async def install(self, query: VenvQuery) -> VenvInfo:
        """Have pip put ipykernel into a virtual environment. Raises ToolRefusedError."""
        recipe = await self._recipe(query.modules, query.collection)
        before = await look_at_venv(query.folder, recipe, self.pip_arguments, self.load_timeout)
        if before.state != "no-ipykernel":
            return before
        environment = in_venv(await environment_of(recipe, self.load_timeout), before.folder)
        way_out = {k: v for k, v in self._session().items() if k.startswith(FOR_PIP)}
        done = await run(
            [
                str(Path(before.folder, "bin", "python")),
                "-m",
                "pip",
                "install",
                *self.pip_arguments,
            ],
            timeout=self.pip_timeout,
            env={**environment, **way_out},
        )
        if done.code:
            raise ToolRefusedError(
                trans.gettext("pip could not install ipykernel in %1."),
                before.folder,
                detail=done.stderr_text.strip() or done.stdout_text.strip(),
            )
        return await look_at_venv(query.folder, recipe, self.pip_arguments, self.load_timeout)

    async def make(self, request: MakeKernelRequest) -> TriedKernel:
        """Write a kernelspec, test it, and only then let Jupyter see it.

        Raises ConflictError where the name is taken, ToolRefusedError where the test fails
        and the kernel is not to be kept all the same: then nothing is left of it.
        """
        check_kernel_name(request.name)
        check_display_name(request.display_name)
        await self._refuse_taken(request.name)
        if request.venv:
            recipe = await self._recipe(request.modules, request.collection)
            base = await self._venv_base(request.venv, recipe)
            venv = base.folder
            environment = await environment_of(recipe, self.load_timeout)
        else:
            recipe, environment = await self._loaded_anew(request.modules, request.collection)
            base = choose(await self._bases(environment), request.base)
            venv = None
        made = Made(
            name=request.name,
            folder=self.specs.folder / request.name,
            display_name=request.display_name,
            language=str(base.spec.get("language") or ""),
            recipe=replace(recipe, modules=self.modules.read(environment)),
            program=replace(base.program, venv=str(venv or "")),
            made_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            made_by=pwd.getpwuid(os.geteuid()).pw_name,
            spec=_kept(base.spec),
        )
        made, trial = await self._try_and_publish(made, base.logos, keep=request.keep)
        self.log.info("Kernel %s made", made.name)
        return TriedKernel(kernel=await self._about(made), trial=trial)

    async def _try_and_publish(
        self, made: Made, logos: Sequence[Path], *, keep: bool
    ) -> tuple[Made, KernelTrial]:
        async with self._lock:
            staged = await self._on_disk(self.specs.stage, made, logos)
            try:
                trial = await self._try(staged)
                _refuse_failed(trial, keep=keep)
                return await self._on_disk(self.specs.publish, staged), trial
            finally:
                await asyncio.to_thread(self.specs.clear, staged)

    async def _on_disk(self, work: Callable[..., T], *arguments: Any) -> T:
        """Do what touches the user's kernelspecs in a thread. Raises ConflictError.

        Jupyter itself makes folders in the home when it lists them.
        """
        try:
            return await asyncio.to_thread(work, *arguments)
        except OSError as error:
            raise ConflictError(
                trans.gettext("Nothing could be changed in %1. Is the home full?"),
                str(self.specs.folder),
                detail=str(error),
            ) from error

    async def try_again(self, name: str) -> TriedKernel:
        """Test a made kernel."""
        made = await asyncio.to_thread(self.specs.find, name)
        return TriedKernel(kernel=await self._about(made), trial=await self._try(made))

    async def rename(self, request: RenameKernelRequest) -> MadeKernel:
        """Give a made kernel another display name."""
        check_display_name(request.display_name)
        async with self._lock:
            made = await asyncio.to_thread(self.specs.find, request.name)
            made = replace(made, display_name=request.display_name)
            await self._on_disk(rewrite, made)
        return await self._about(made)

    async def remove(self, name: str) -> MadeKernels:
        """Remove a made kernel; return those that are left."""
        async with self._lock:
            await self._on_disk(self.specs.remove, name)
        self.log.info("Kernel %s removed", name)
        return await self.kernels()

    async def repair(self, request: RepairRequest) -> Repair:
        """Write a made kernel anew with modules that are there, after a test.

        Raises ToolRefusedError where that does not work: the kernel is then as it was.
        """
        made = await asyncio.to_thread(self.specs.find, request.name)
        for full_name in request.replace.values():
            check_name(full_name)
        recipe = await self._repaired(made, request.replace)
        environment = await environment_of(recipe, self.load_timeout)
        modules = self.modules.read(environment)
        missing = [name for name in recipe.load if name not in modules]
        if missing:
            raise ToolRefusedError(
                trans.gettext("%1 cannot be loaded any more. Choose other modules."),
                ", ".join(missing),
            )
        program = await self._program_again(made, environment)
        new = replace(made, recipe=replace(recipe, modules=modules), program=program)
        trial = None
        if not request.preview:
            async with self._lock:
                staged = await self._on_disk(self.specs.stage, new)
                try:
                    trial = await self._try(staged)
                    _refuse_failed(trial, keep=request.keep)
                    await self._on_disk(write, new)
                finally:
                    await asyncio.to_thread(self.specs.clear, staged)
            self.log.info("Kernel %s repaired", made.name)
        return Repair(
            name=made.name,
            modules_before=list(made.recipe.modules),
            modules=list(modules),
            program_before=made.program.argv[0],
            program=program.argv[0],
            trial=trial,
        )

    async def compare(self, request: NotebookModulesRequest) -> NotebookModules:
        """Return how the session, or the notebook's own kernel, stands to its modules."""
        names = _checked(request.modules)
        made = await self._find(request.kernel)
        loaded = made.recipe.modules if made else self.modules.read(self._session())
        away = [name for name in names if name not in loaded]
        gone = [name for name in away if not await self.modules.is_there(name)]
        return NotebookModules(
            own=made is not None,
            loaded=list(loaded),
            missing=[name for name in away if name not in gone],
            gone=[GoneModule(full_name=n, near=await self.modules.nearest(n)) for n in gone],
        )

    async def lock(self, request: LockRequest) -> LockText:
        """Return a text that tells with which software a notebook with a kernel runs."""
        made = await self._find(request.kernel)
        if made:
            recipe = made.recipe
            program, venv, about = made.program.argv[0], made.program.venv, made.display_name
            language = made.language
        else:
            recipe = await self._recipe("loaded", "")
            known = await self._on_disk(self._known)
            if request.kernel not in known:
                raise NotFoundError(trans.gettext("There is no kernel %1."), request.kernel)
            spec = known[request.kernel]["spec"]
            program, venv, about = spec["argv"][0], "", spec["display_name"]
            language = spec["language"]
            if program in PYTHONS:
                program = sys.executable
            if request.modules is not None and request.modules != list(recipe.modules):
                names = _checked(request.modules)
                recipe = replace(recipe, load=names, modules=dict.fromkeys(names, ""))
        packages: list[str] = []
        python = ""
        sentence = NOTHING
        if language.lower() == "python":
            python, packages, sentence = await self._freeze(program, recipe, venv)
        text = lock_text(
            Lock(
                date=datetime.now(timezone.utc).isoformat(timespec="seconds"),
                user=pwd.getpwuid(os.geteuid()).pw_name,
                recipe=recipe,
                kernel=f"{request.kernel} ({about})",
                program=program,
                language=language,
                python=python,
                packages=packages,
            )
        )
        return LockText(text=text, message=sentence)

    async def _freeze(
        self, program: str, recipe: Recipe, venv: str
    ) -> tuple[str, list[str], KernelMessage]:
        """Ask a kernel's Python for its packages, behind the modules."""
        environment = in_venv(await environment_of(recipe, self.load_timeout), venv)
        done = await run([program, "-c", FREEZE], timeout=self.load_timeout, env=environment)
        version, *packages = done.stdout_text.splitlines() or [""]
        if done.code:
            detail = done.stderr_text.strip()
            return (
                "",
                [],
                message(trans.gettext("The kernel's packages could not be listed."), detail=detail),
            )
        return version, packages, NOTHING

    async def _recipe(self, modules: str, collection: str) -> Recipe:
        if modules == "collection" and not collection:
            raise BadRequestError(trans.gettext("No collection was named."))
        named = collection if modules == "collection" else ""
        recipe = await self.modules.recipe(named, self.variables)
        return replace(recipe, load=(), modules={}) if modules == "none" else recipe

    async def _loaded_anew(self, modules: str, collection: str) -> tuple[Recipe, dict[str, str]]:
        """Return a recipe that was tried, with all modules that it loads, and what it leads to."""
        recipe = await self._recipe(modules, collection)
        environment = await environment_of(recipe, self.load_timeout)
        return replace(recipe, modules=self.modules.read(environment)), environment

    async def _bases(self, environment: Mapping[str, str]) -> list[Base]:
        brought = await asyncio.to_thread(brought_python, environment)
        bases: list[Base] = []
        python = sys.executable
        if brought:
            version, ipykernel, _ = await probe_python(brought, environment, self.load_timeout)
            if ipykernel:
                python = brought
                bases = [python_base(brought, version)]
        known = await self._on_disk(self._known)
        from_modules = await asyncio.to_thread(module_bases, environment, python)
        others = await asyncio.to_thread(
            jupyter_bases, known, self._session(), environment, sys.executable
        )
        # A module's kernelspec for the same Python says more.
        if any(base.argv[0] == python for base in from_modules):
            bases = []
        return [*from_modules, *bases, *others]

    async def _venv_base(self, path: str, recipe: Recipe) -> Base:
        about = await look_at_venv(path, recipe, self.pip_arguments, self.load_timeout)
        if about.state != "ok":
            raise ConflictError(
                about.message.template, *about.message.arguments, detail=about.message.detail
            )
        folder = Path(about.folder)
        known = await self._on_disk(self._known)
        own = next((a for a in known.values() if a["spec"].get("language") == "python"), None)
        spec = {
            "language": "python",
            "metadata": {"debugger": True},
        }
        logos = jupyter_bases({"python": own}, {}, os.environ, sys.executable) if own else []
        return Base(
            id=f"venv:{folder}",
            origin="jupyter",
            spec=spec,
            argv=[str(folder / "bin" / "python"), *IPYKERNEL],
            folder=folder,
            logos=logos[0].logos if logos else (),
        )

    async def _refuse_taken(self, name: str) -> None:
        known = await self._on_disk(self._known)
        await asyncio.to_thread(self.specs.refuse_taken, name, list(known))

    async def _find(self, name: str) -> Made | None:
        found = await asyncio.to_thread(self.specs.all)
        return next((made for made in found if made.name == name), None)

    async def _try(self, made: Made) -> KernelTrial:
        trial = await try_kernel(
            Try(
                folder=made.folder.parent,
                name=made.name,
                language=made.language,
                seconds=self.trial_timeout,
            )
        )
        away = [name for name in made.recipe.modules if name not in trial.modules]
        if trial.ok and away:
            return replace(
                trial,
                ok=False,
                message=message(trans.gettext("The kernel has not got %1."), ", ".join(away)),
            )
        return trial

    async def _repaired(self, made: Made, chosen: Mapping[str, str]) -> Recipe:
        """Return a kernel's recipe with what is there in the place of what is gone."""
        session = await self._recipe("loaded", "")
        load = []
        for name in made.recipe.load:
            if name in chosen:
                load.append(chosen[name])
            elif await self.modules.is_there(name, made.recipe.modules.get(name, "")):
                load.append(name)
            else:
                load += (await self.modules.nearest(name))[:1] or [name]
        there = await asyncio.to_thread(lambda: [f for f in made.recipe.folders if _is_dir(f)])
        return replace(
            session,
            variables={**made.recipe.variables, **session.variables},
            folders=there or session.folders,
            load=list(dict.fromkeys(load)),
            modules={},
        )

    async def _program_again(self, made: Made, environment: Mapping[str, str]) -> Program:
        """Return a kernel's program, or where that is gone another one of its language."""
        if await asyncio.to_thread(os.access, made.program.argv[0], os.X_OK):
            return made.program
        if made.program.venv:
            raise ConflictError(
                trans.gettext(
                    "The virtual environment %1 is gone or does not work. Make it anew, or "
                    "remove this kernel and make another one."
                ),
                made.program.venv,
            )
        for base in await self._bases(environment):
            if str(base.spec.get("language")) == made.language:
                return base.program
        raise ConflictError(
            trans.gettext("%1 is gone, and no other kernel of its language is there."),
            made.program.argv[0],
        )

    async def _about(self, made: Made) -> MadeKernel:
        """Return what a kernel is, and whether what it needs is there."""
        recipe = made.recipe
        gone = [
            name
            for name, file in recipe.modules.items()
            if not await self.modules.is_there(name, file)
        ]
        program = made.program.argv[0]
        state: Literal["ok", "modules-gone", "program-gone", "damaged"] = "ok"
        sentence = NOTHING
        if gone:
            state = "modules-gone"
            sentence = message(
                trans.gettext("This kernel cannot start: %1 is not there any more."),
                ", ".join(gone),
            )
        elif not await asyncio.to_thread(os.access, program, os.X_OK):
            state = "program-gone"
            sentence = message(
                trans.gettext("This kernel cannot start: there is no %1 any more."), program
            )
        elif await asyncio.to_thread(is_damaged, made):
            state = "damaged"
            sentence = message(
                trans.gettext("The start script of this kernel was changed, or is not there."),
            )
        return MadeKernel(
            name=made.name,
            display_name=made.display_name,
            language=made.language,
            modules=list(recipe.modules),
            program=program,
            venv=made.program.venv,
            folder=str(made.folder),
            made_at=made.made_at,
            made_by=made.made_by,
            system=f"{SYSTEMS[recipe.kind]} {recipe.version}".strip(),
            state=state,
            gone=[GoneModule(full_name=n, near=await self.modules.nearest(n)) for n in gone],
            message=sentence,
        )


def _is_dir(folder: str) -> bool:
    return Path(folder).is_dir()


def _kept(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a new kernelspec takes over; its variables are set by the script."""
    return {name: spec[name] for name in ("interrupt_mode", "metadata") if name in spec}


def _refuse_failed(trial: KernelTrial, *, keep: bool) -> None:
    if not trial.ok and not keep:
        raise ToolRefusedError(
            trial.message.template, *trial.message.arguments, detail=trial.message.detail
        )


def _checked(names: Sequence[str]) -> list[str]:
    """Return names of modules, or raise BadRequestError."""
    if len(names) > MOST_MODULES:
        raise BadRequestError(
            trans.gettext("A notebook remembers at most %1 modules."), str(MOST_MODULES)
        )
    for name in names:
        check_name(name)
    return list(dict.fromkeys(names))
