"""What the checks look at: the parts of the other rooms, and what they were set up with.

app.py hands over the parts of the running server; cli.py has them made here, of the same
settings. Nothing of it is changed by a check.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from jupyter_client.kernelspec import KernelSpecManager
from traitlets.config import Config, Configurable

from ..apps.service import ApplicationsService
from ..jobs.script import Loading
from ..jobs.service import JobsService
from ..kernels.service import KernelsService
from ..software.catalog import ModuleCatalog
from ..software.environment import SessionEnvironment
from ..software.index import ModuleIndex
from ..storage.service import StorageService
from ..tools.choose import module_tool
from ..tools.hub_api import HubApi
from ..tools.modules import ModuleTool
from ..tools.nvidia import NvidiaSmi
from ..tools.recipe import Recipe
from ..tools.slurm import Slurm
from ..tools.slurm_jobs import SlurmJobs
from .models import CheckPlace


@dataclass(frozen=True, kw_only=True)
class Tree:
    """What is known of the module tree; `complete` where all of it was read."""

    index: ModuleIndex
    complete: bool
    seconds: float


class ReadsTree(Protocol):
    """What reads the module tree."""

    async def tree(self) -> Tree:
        """Return the tree; raises HPCError where it can't be read."""


class TreeOnce:
    """Reads the tree with the module system, at most once, and keeps nothing on disk."""

    def __init__(self, tool: ModuleTool, environment: SessionEnvironment) -> None:
        self._tool = tool
        self._environment = environment
        self._reading: asyncio.Task[Tree] | None = None

    async def tree(self) -> Tree:
        """Return the tree; whoever asks first has it read."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(self._reading)

    async def _read(self) -> Tree:
        started = monotonic()
        files = await self._tool.spider(self._environment.values)
        seconds = monotonic() - started
        index = await asyncio.to_thread(ModuleIndex, files, complete=True)
        return Tree(index=index, complete=True, seconds=seconds)

    async def stop(self) -> None:
        """End what is read."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)


class NoServerModules:
    """What the applications are told of modules where there is no server."""

    def __init__(self, tool: ModuleTool, environment: SessionEnvironment) -> None:
        self._tool = tool
        self._environment = environment

    def loaded(self) -> list[str]:
        """Return the full names of the modules of this shell."""
        return [m.full_name for m in self._tool.loaded(self._environment.values) if m.active]

    def knows(self, name: str) -> bool:
        """Say that any module may be there: the check itself looks into the tree."""
        del name
        return True


class ModulesOfKernels:
    """What the kernels room is told of modules where there is no server: what the tree has."""

    def __init__(self, tool: ModuleTool, tree: ReadsTree) -> None:
        self._tool = tool
        self._tree = tree

    async def recipe(self, collection: str = "", variables: Sequence[str] = ()) -> Recipe:
        """Return nothing to load: no check makes a kernel."""
        del collection, variables
        return Recipe(kind="none")

    def read(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the modules of an environment, each with its modulefile, in load order."""
        return {m.full_name: m.modulefile for m in self._tool.loaded(environment) if m.active}

    async def is_there(self, full_name: str, modulefile: str = "") -> bool:
        """Return whether a module can be found."""
        there = bool(modulefile) and await asyncio.to_thread(os.path.isfile, modulefile)
        return there or (await self._tree.tree()).index.find(full_name) is not None

    async def nearest(self, full_name: str) -> list[str]:
        """Return modules that may take the place of one that is gone."""
        index = (await self._tree.tree()).index
        found = [index.package(name) for name in index.near(full_name)]
        return [version.full_name for package in found if package for version in package.versions]

    async def collection_names(self) -> list[str]:
        """Return none: no check looks at collections."""
        return []


class NoLoading:
    """What the jobs room is told of modules where there is no server: a trial loads none."""

    async def loading(self, names: Sequence[str] | None) -> Loading | None:
        """Return nothing to load."""
        del names
        return None


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The tools and services of the rooms."""

    tool: ModuleTool
    environment: SessionEnvironment
    modules: ReadsTree
    slurm: Slurm
    hub: HubApi
    gpus: NvidiaSmi
    storage: StorageService
    applications: ApplicationsService
    kernels: KernelsService
    jobs: JobsService
    batch: SlurmJobs
    index_folder: str = ""
    fallbacks: Sequence[str] = ()

    @classmethod
    def of(cls, parent: Configurable, *, system: str, fallbacks: Sequence[str]) -> "Parts":
        """Return parts of their own, made of the settings of `parent`; start nothing."""
        environment = SessionEnvironment(parent=parent)
        tool = module_tool(system, environment.values, parent=parent)
        modules = TreeOnce(tool, environment)
        batch = SlurmJobs(parent=parent)
        return cls(
            tool=tool,
            environment=environment,
            modules=modules,
            slurm=Slurm(parent=parent),
            hub=HubApi(parent=parent),
            gpus=NvidiaSmi(parent=parent),
            storage=StorageService(parent=parent, environment=lambda: environment.values),
            applications=ApplicationsService(
                parent=parent,
                session=environment,
                modules=NoServerModules(tool, environment),
                base_url="/",
                cwd=os.path.expanduser("~"),  # noqa: PTH111 - Path fails without a home
            ),
            kernels=KernelsService(
                parent=parent,
                modules=ModulesOfKernels(tool, modules),
                session=lambda: environment.values,
                known=KernelSpecManager(parent=parent).get_all_specs,
            ),
            jobs=JobsService(parent=parent, batch=batch, modules=NoLoading()),
            batch=batch,
            index_folder=ModuleCatalog(
                parent=parent, tool=tool, environment=environment
            ).index_folder,
            fallbacks=fallbacks,
        )

    async def stop(self) -> None:
        """End what was begun for the checks alone."""
        if isinstance(self.modules, TreeOnce):
            await self.modules.stop()


@dataclass(frozen=True, kw_only=True)
class Site:
    """All that a check may look at.

    `test_job` is true where Slurm may be asked whether it would take a job.
    `config` is what the site has set, `files` the files that were read for it and
    `unreadable` those that could not be, with the reason. `classes` are ours that have
    settings. `config_path` are Jupyter's folders, the most important first.
    """

    parts: Parts
    config: Config
    classes: Sequence[type[Configurable]]
    config_path: Sequence[str]
    files: Sequence[str] = ()
    unreadable: Sequence[tuple[str, str]] = ()
    place: CheckPlace
    live: bool
    test_job: bool = False

    @property
    def environment(self) -> Mapping[str, str]:
        """The session's environment now."""
        return self.parts.environment.values

    def section(self, name: str) -> dict[str, Any]:
        """Return what the site has set of a class."""
        return dict(self.config.get(name, {}))


def place_of(environment: Mapping[str, str]) -> CheckPlace:
    """Tell a session from a login node: a session is a job, or was started by a Hub."""
    return "session" if {"SLURM_JOB_ID", "JUPYTERHUB_USER"} & environment.keys() else "login"
