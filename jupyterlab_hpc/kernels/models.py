"""What the kernels room says and hears over REST. Times are ISO 8601.

A *made* kernel is one whose kernelspec this extension has written: it loads its own
modules. A sentence of ours has the `template` and the `arguments` that it is made of.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class KernelMessage:
    """A sentence for people, empty where there is nothing to say.

    `detail` is what a tool said, word for word.
    """

    text: str
    template: str
    arguments: list[str]
    detail: str


@dataclass(frozen=True, kw_only=True)
class GoneModule:
    """A module that is not there any more; `near` may take its place, the likeliest first."""

    full_name: str
    near: list[str]


@dataclass(frozen=True, kw_only=True)
class MadeKernel:
    """A kernel that this extension made.

    `modules` are the full names that its start loads, in load order; `program` is what
    then runs; `venv` is its virtual environment, empty where it has none. States: `ok`;
    `modules-gone` the modules in `gone` are not there any more; `program-gone`;
    `damaged` its files are not what was written.
    """

    name: str
    display_name: str
    language: str
    modules: list[str]
    program: str
    venv: str
    folder: str
    made_at: str
    made_by: str
    system: str
    state: Literal["ok", "modules-gone", "program-gone", "damaged"]
    gone: list[GoneModule]
    message: KernelMessage


@dataclass(frozen=True, kw_only=True)
class MadeKernels:
    """The user's made kernels, by display name.

    `remember` tells whether the site lets notebooks remember their modules.
    """

    kernels: list[MadeKernel]
    remember: bool


@dataclass(frozen=True, kw_only=True)
class KernelSources:
    """What a kernel can be made of: the loaded modules, collections, virtual environments.

    `venvs` are those that were found in the usual places of the home.
    """

    loaded: list[str]
    collections: list[str]
    venvs: list[str]


@dataclass(frozen=True, kw_only=True)
class KernelModulesQuery:
    """Which modules a kernel has: what is loaded now, those of a collection, or none."""

    modules: Literal["loaded", "collection", "none"] = "loaded"
    collection: str = ""


@dataclass(frozen=True, kw_only=True)
class KernelBase:
    """A kernel to build on. `module` ones are there because of the modules."""

    id: str
    display_name: str
    language: str
    program: str
    origin: Literal["module", "jupyter"]


@dataclass(frozen=True, kw_only=True)
class KernelBases:
    """The kernels to build on with some modules, the best first; `modules` in load order."""

    modules: list[str]
    bases: list[KernelBase]


@dataclass(frozen=True, kw_only=True)
class VenvQuery:
    """A virtual environment, and the modules with which it is to be used."""

    folder: str
    modules: Literal["loaded", "collection", "none"] = "loaded"
    collection: str = ""


@dataclass(frozen=True, kw_only=True)
class VenvInfo:
    """What a folder is as a virtual environment.

    `ipykernel` is its version, empty where it is not installed: then `command` is what to
    type in a terminal. States: `ok`; `no-ipykernel`; `missing` there is no such folder;
    `no-python` there is no Python in it; `broken` its Python does not run.
    """

    folder: str
    state: Literal["ok", "no-ipykernel", "missing", "no-python", "broken"]
    python: str
    ipykernel: str
    command: str
    message: KernelMessage


@dataclass(frozen=True, kw_only=True)
class MakeKernelRequest:
    """A kernel to make: of modules, and of a base or a virtual environment.

    `base` is the id of a KernelBase; it counts where `venv` is empty. With `keep` the
    kernel is kept also where its test fails.
    """

    name: str
    display_name: str
    modules: Literal["loaded", "collection", "none"] = "loaded"
    collection: str = ""
    base: str = ""
    venv: str = ""
    keep: bool = False


@dataclass(frozen=True, kw_only=True)
class KernelTrial:
    """What came of starting a kernel where nothing is loaded.

    `program` is what the kernel says that it runs, `modules` are those it has. Where it
    is not `ok`, `message` tells why, with the kernel's own words.
    """

    ok: bool
    program: str
    modules: list[str]
    seconds: float
    message: KernelMessage


@dataclass(frozen=True, kw_only=True)
class TriedKernel:
    """A made kernel, and how its test went."""

    kernel: MadeKernel
    trial: KernelTrial


@dataclass(frozen=True, kw_only=True)
class KernelQuery:
    """The name of a made kernel."""

    name: str


@dataclass(frozen=True, kw_only=True)
class RenameKernelRequest:
    """Another display name for a made kernel."""

    name: str
    display_name: str


@dataclass(frozen=True, kw_only=True)
class RepairRequest:
    """Modules to take the place of others in a made kernel; both full names.

    Where `replace` is empty the nearest ones do. A preview changes nothing.
    """

    name: str
    replace: dict[str, str] = field(default_factory=dict)
    preview: bool = False
    keep: bool = False


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What a repair does, or would do: the modules and the program before and after.

    `trial` is null in a preview.
    """

    name: str
    modules_before: list[str]
    modules: list[str]
    program_before: str
    program: str
    trial: KernelTrial | None


@dataclass(frozen=True, kw_only=True)
class NotebookModulesRequest:
    """The modules that a notebook remembers, in load order, and its kernel's name."""

    modules: list[str]
    kernel: str = ""


@dataclass(frozen=True, kw_only=True)
class NotebookModules:
    """How the session stands to a notebook's modules.

    `own` says that the notebook's kernel loads modules of its own, `loaded`; otherwise
    these are the session's. `missing` are those of the notebook that exist and are not
    loaded, in load order.
    """

    own: bool
    loaded: list[str]
    missing: list[str]
    gone: list[GoneModule]


@dataclass(frozen=True, kw_only=True)
class LockRequest:
    """A notebook's kernel, and the modules that it remembers; null for what is loaded."""

    kernel: str
    modules: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class LockText:
    """A text that tells with which software a notebook ran, and brings it back.

    `message` tells what could not be found out.
    """

    text: str
    message: KernelMessage
