"""Write the reference pages that follow from the code: docs/settings.md, docs/reference-rest.md.

The settings are the traits of every class of the server side that can be configured, and
those of the page's schemas; the routes are those of a server that is made here and never
listens; the payloads are the dataclasses of the rooms.

With --check nothing is written: the exit code is 1 when a page is not up to date, when a
class with settings is not in configurable.py, when an example is none, or when docs/rest.md
lacks a route.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import traitlets
from check_auth import is_authorized, start
from traitlets.config import Configurable

import jupyterlab_hpc
from jupyterlab_hpc.app import HPCApp
from jupyterlab_hpc.apps.specs import Spec
from jupyterlab_hpc.configurable import configurable_classes
from jupyterlab_hpc.rest.schema import payload_types

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = jupyterlab_hpc.__name__
DOCS = Path(__file__).parents[1] / "docs"
SCHEMAS = Path(__file__).parents[1] / "schema"
LONGEST_LINE = 100
MADE = "<!-- Made by scripts/reference.py: change the code, not this page. -->"
VERBS = ("get", "put", "patch", "post", "delete")

# What a site could write where the default shows too little. Each is tried below.
EXAMPLES: dict[str, Any] = {
    "HPCApp.module_system": "lmod",
    "ApplicationsService.applications": {"vscode": {"timeout": 300.0}},
    "ApplicationsService.built_in": ["vscode", "desktop"],
    "ApplicationsService.folder": "/localscratch",
    "ModuleCatalog.index_folder": "/scratch/index",
    "ModuleCatalog.look_interval": 600.0,
    "SoftwareService.protected": ["StdEnv", "python", "ipython-kernel"],
    "KernelsService.variables": ["CC_CLUSTER", "RSNT_ARCH"],
    "StorageService.folder": "~/links",
    "StorageService.targets": [{"name": "scratch", "target": "$SCRATCH", "title": "Scratch"}],
    "StorageService.more_targets": [{"name": "datasets", "target": "/network/datasets"}],
    "StorageService.state_folder": "/var/lib/jupyterlab_hpc",
    "StorageQuota.quotas": [
        {
            "name": "home",
            "title": "Home",
            "path": "$HOME",
            "command": ["lfs", "quota", "-u", "$USER", "/home"],
            "format": "lfs",
        }
    ],
    "StorageQuota.warn_at": 0.95,
    "JobsService.interpreter": "/opt/jupyter/bin/python",
    "JobsService.runner": "/opt/jupyter/share/jupyterlab_hpc/run.py",
    "SessionService.warnings": [3600, 600, 120],
    "HubService.fallbacks": ["server", "job"],
    "HubService.logout": "stops",
    "Slurm.scontrol": "/opt/slurm/bin/scontrol",
    "Slurm.scancel": "/opt/slurm/bin/scancel",
    "NvidiaSmi.command": "",
    "Lmod.command": "/opt/lmod/8.7/libexec/lmod",
    "EnvironmentModules.command": "/opt/modules/libexec/modulecmd.tcl",
}

KINDS = {
    traitlets.Bool: "true or false",
    traitlets.Unicode: "text",
    traitlets.Int: "whole number",
    traitlets.Float: "number",
    traitlets.List: "list",
    traitlets.Dict: "dictionary",
    traitlets.Callable: "function",
}
PLURAL = {"text": "texts", "whole number": "whole numbers", "dictionary": "dictionaries"}
JSON = {str: "text", int: "whole number", float: "number", bool: "true or false", None: "null"}


# --- Settings -------------------------------------------------------------------------


def configurables() -> list[type[Configurable]]:
    """Return the classes with settings that the server side imports, also those nobody lists."""
    found = {
        kind
        for name, module in list(sys.modules.items())
        if name.startswith(f"{PACKAGE}.")
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, Configurable)
        and kind.__module__.startswith(f"{PACKAGE}.")
        and kind.class_own_traits(config=True)
    }
    return sorted(found, key=lambda kind: kind.__name__)


def kind_of(trait: traitlets.TraitType[Any, Any]) -> str:
    """Return in words what a setting can be."""
    if isinstance(trait, traitlets.Enum):
        kind = "one of " + ", ".join(f"`{value!r}`".replace("'", '"') for value in trait.values)
    elif isinstance(trait, traitlets.Union):
        kind = " or ".join(kind_of(part) for part in trait.trait_types)
    else:
        kind = next(word for base, word in KINDS.items() if isinstance(trait, base))
        inner = getattr(trait, "_trait", None)
        if kind == "list" and inner is not None and type(inner) is not traitlets.Any:
            one = kind_of(inner)
            kind += f" of {PLURAL[one]}" if one in PLURAL else f", each {one}"
    return f"{kind}, or `None`" if trait.allow_none else kind


def sentence(words: str) -> str:
    """Return words with a capital at the beginning."""
    return words[:1].upper() + words[1:]


def default_of(owner: type[traitlets.HasTraits], trait: traitlets.TraitType[Any, Any]) -> str:
    """Return the default of a setting as it would be written."""
    name = trait.name or ""
    if name in getattr(owner, "_trait_default_generators", {}) or hasattr(
        owner, f"_{name}_default"
    ):
        return "depends on the session"
    return f"`{written(trait.default())}`"


def written(value: Any) -> str:
    """Return a value as it is written in a configuration file."""
    return json.dumps(value) if isinstance(value, str) else repr(value).replace("'", '"')


def assignment(name: str, value: Any) -> str:
    """Return a line, or several, that set a setting."""
    return f"c.{name} = {spread(value, len(f'c.{name} = '))}"


def spread(value: Any, used: int, indent: str = "") -> str:
    """Return a value over as many lines as it needs, as ruff would write it."""
    text = written(value)
    if not isinstance(value, (list, dict)) or used + len(text) <= LONGEST_LINE:
        return text
    inner = f"{indent}    "
    if isinstance(value, dict):
        keys = {f"{inner}{written(key)}: ": item for key, item in value.items()}
        items = [key + spread(item, len(key) + 1, inner) for key, item in keys.items()]
    else:
        items = [inner + spread(item, len(inner) + 1, inner) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opening, *(f"{item}," for item in items), f"{indent}{closing}"])


def example_of(owner: type[traitlets.HasTraits], trait: traitlets.TraitType[Any, Any]) -> Any:
    """Return what a site could write; raises TraitError where it can't."""
    named = f"{owner.__name__}.{trait.name}"
    if named in EXAMPLES:
        return trait._validate(traitlets.HasTraits(), EXAMPLES[named])  # noqa: SLF001 - no other way
    default = trait.default()
    if isinstance(trait, traitlets.Bool):
        return not default
    if isinstance(trait, (traitlets.Int, traitlets.Float)):
        return trait._validate(traitlets.HasTraits(), default * 2)  # noqa: SLF001
    return default


def settings_of(kind: type[Configurable]) -> list[traitlets.TraitType[Any, Any]]:
    """Return the settings of a class, with those that it inherits from a class of ours."""
    traits = (
        kind.class_own_traits(config=True)
        if issubclass(kind, HPCApp)
        else kind.class_traits(config=True)
    )
    return [traits[name] for name in sorted(traits)]


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def summary(documented: Any) -> str:
    """Return the first sentence of a docstring."""
    return (inspect.getdoc(documented) or "").partition("\n\n")[0].replace("\n", " ")


def settings_page(kinds: list[type[Configurable]]) -> str:
    """Return the text of docs/settings.md."""
    parts = [
        MADE,
        "# Every setting",
        (
            "In `jupyter_server_config.py`, or the same as JSON in "
            "`jupyter_server_config.d/*.json`. [Installing and configuring](sites.md) tells what "
            "they are for; whole configurations "
            "are in [An Alliance-like site](alliance.md) and [A Mila-like site](mila.md). "
            "The examples are tried: each is accepted by its setting."
        ),
    ]
    for kind in kinds:
        parts += [f"## {kind.__name__}", summary(kind)]
        for trait in settings_of(kind):
            name = f"{kind.__name__}.{trait.name}"
            said = inspect.cleandoc(trait.help)
            parts += [
                f"### c.{name}",
                f"{sentence(kind_of(trait))}; default: {default_of(kind, trait)}.",
                said.partition("The settings:")[0].strip()
                + (" See [below](#settings-of-an-application)." if "The settings:" in said else ""),
                f"```python\n{assignment(name, example_of(kind, trait))}\n```",
            ]
    parts += [
        "## Settings of an application",
        (
            'In `c.ApplicationsService.applications = {"ID": {…}}`. In `command`, `environment`, '
            "`folders` and `request_headers` these are put in: `{unix_socket}` and `{port}`, where "
            "it is to listen; `{base_url}`, what its own address begins with; `{folder}`, a folder "
            "of its own that goes when it ends; `{cwd}`, JupyterLab's folder; `{user}`; `{home}`."
        ),
        table(
            ("setting", "can be", "default", "meaning"),
            (
                (f"`{name}`", kind_of(trait), default_of(Spec, trait), trait.help)
                for name, trait in sorted(Spec.class_traits().items())
                if trait.help
            ),
        ),
        "## Settings of the page",
        (
            "Each user sets these in the Settings Editor. What a site prefers goes into "
            "`overrides.json` in the folder `settings` of JupyterLab's application directory "
            "(`share/jupyter/lab/settings/overrides.json`); the examples there are the defaults."
        ),
    ]
    for file in sorted(SCHEMAS.glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        properties = schema.get("properties")
        if not properties:
            continue
        plugin = f"{PACKAGE}:{file.stem}"
        defaults = {plugin: {name: told.get("default") for name, told in properties.items()}}
        parts += [
            f"### {schema['title']}",
            schema["description"],
            table(
                ("setting", "in the editor", "can be", "default", "meaning"),
                (
                    (
                        f"`{name}`",
                        told["title"],
                        schema_kind(told),
                        f"`{json.dumps(told.get('default'))}`",
                        told["description"],
                    )
                    for name, told in properties.items()
                ),
            ),
            f"```json\n{json.dumps(defaults, indent=2)}\n```",
        ]
    return "\n\n".join(parts) + "\n"


def schema_kind(told: dict[str, Any]) -> str:
    """Return in words what a setting of the page can be."""
    values = told.get("enum") or [one["const"] for one in told.get("oneOf", [])]
    if values:
        return "one of " + ", ".join(f"`{json.dumps(value)}`" for value in values)
    return {
        "boolean": "true or false",
        "integer": "whole number",
        "number": "number",
        "string": "text",
        "array": "list",
        "object": "object",
    }.get(str(told.get("type")), "any")


# --- REST -----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verb:
    """What one verb of a route takes and answers; empty where it takes nothing of ours."""

    route: str
    verb: str
    resource: str
    body: str
    query: str
    answers: str
    said: str


def app_of_ours() -> HPCApp:
    """Return the extension in a server that never listens."""
    server, _ = start(PACKAGE)
    (app,) = server.extension_manager.extension_apps[PACKAGE]
    assert isinstance(app, HPCApp)
    return app


def readable(pattern: str) -> str:
    """Return a route's pattern as people write it."""
    for group in ("([^/]+)", "(.+)"):
        pattern = pattern.replace(group, "<id>" if group == "([^/]+)" else "<file>")
    return pattern.removeprefix("jupyterlab-hpc/")


def verbs(app: HPCApp) -> Iterator[Verb]:
    """Yield every verb of every route of ours."""
    for pattern, handler, options in (r for room in app.rooms for r in app.routes(room)):
        for verb in VERBS:
            method = getattr(handler, verb)
            if not method.__module__.startswith(PACKAGE):
                continue
            assert is_authorized(method), f"{handler.__name__}.{verb}"
            # `inspect.unwrap` leads through the decorators to our own lines.
            source = inspect.getsource(inspect.unwrap(method))
            yield Verb(
                route=readable(pattern),
                verb=verb.upper(),
                resource=handler.auth_resource,
                body=taken("body", source),
                query=taken("query", source),
                answers=answered(source, options.get("service")),
                said=summary(inspect.unwrap(method)),
            )


def taken(what: str, source: str) -> str:
    """Return the name of the model that a verb reads from the body or the query."""
    found = re.search(rf"self\.{what}\(\s*(\w+)\s*\)", source)
    return found[1] if found else ""


def answered(source: str, service: object) -> str:
    """Return the type that a verb answers with, found by the service's own annotation."""
    reply = re.search(
        r"self\.reply(?:_to_who_waits)?\(\s*(?:await )?(self\.service[\w.]*|\w+)", source
    )
    if reply is None:
        return ""
    asked = reply[1]
    if not asked.startswith("self."):
        made = re.search(rf"\b{asked} = (?:await )?(self\.service[\w.]*)\(", source)
        if made is None:
            return ""
        asked = made[1]
    method: Any = service
    try:
        for name in asked.removeprefix("self.service").strip(".").split("."):
            method = getattr(method, name)
        return in_words(typing.get_type_hints(method).get("return"))
    except (AttributeError, NameError, TypeError):  # then the sentence beside it has to do
        return ""


def in_words(hint: Any) -> str:
    """Return a type as JSON knows it, with links to the payloads."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    words = "anything"
    if hint in JSON or hint is type(None):
        words = JSON[None if hint is type(None) else hint]
    elif dataclasses.is_dataclass(hint) and isinstance(hint, type):
        words = linked(hint.__name__)
    elif origin is Literal:
        words = " or ".join(f"`{json.dumps(value)}`" for value in inner)
    elif origin in {typing.Union, types.UnionType}:
        words = " or ".join(in_words(part) for part in inner)
    elif isinstance(origin, type) and issubclass(origin, Sequence):
        words = f"list of {in_words(inner[0])}"
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        words = f"object, each value {in_words(inner[1])}"
    return words


def default_written(field: dataclasses.Field[Any]) -> str:
    """Return what a field is where a request leaves it out; empty for one that must be there."""
    if field.default is not dataclasses.MISSING:
        return f"`{json.dumps(field.default, default=vars)}`"
    if field.default_factory is not dataclasses.MISSING:
        return f"`{json.dumps(field.default_factory(), default=vars)}`"
    return ""


def linked(name: str) -> str:
    """Return a link to a payload of that name; what is none stays as it is."""
    return f"[{name}](#{name.lower()})" if name else ""


def takes(route: Verb) -> str:
    """Return what a verb reads, with links to the payloads."""
    return ", ".join(
        f"{linked(name)} ({where})"
        for name, where in ((route.query, "query"), (route.body, "body"))
        if name
    )


def rest_page(routes: list[Verb]) -> str:
    """Return the text of docs/reference-rest.md."""
    parts = [
        MADE,
        "# REST reference",
        (
            "Every route below `<base_url>jupyterlab-hpc/`, and every payload. How they are used, "
            "with examples, errors and events: [REST routes and events](rest.md)."
        ),
        "## Routes",
        (
            "By the resource that a server's authorizer is asked for: `read` for GET, `write` for "
            "the other verbs, unless [rest.md](rest.md) says otherwise."
        ),
    ]
    for resource in dict.fromkeys(route.resource for route in routes):
        rows = [
            (f"`{one.route}`", one.verb, takes(one), one.answers, one.said)
            for one in routes
            if one.resource == resource
        ]
        parts += [f"### {resource}", table(("route", "verb", "takes", "answers", "does"), rows)]
    parts += [
        "## Payloads",
        (
            "A field of a request that has a default may be left out. Sizes are bytes, durations "
            "seconds, times ISO 8601."
        ),
    ]
    for kind in payload_types():
        hints = typing.get_type_hints(kind)
        fields = dataclasses.fields(kind)
        room = kind.__module__.split(".")[1]
        parts += [f"### {kind.__name__}", f"Room `{room}`. " + (inspect.getdoc(kind) or "")]
        parts.append(
            table(
                ("field", "is", "default"),
                (
                    (f"`{field.name}`", in_words(hints[field.name]), default_written(field))
                    for field in fields
                ),
            )
        )
    return "\n\n".join(parts) + "\n"


def undocumented(routes: list[Verb]) -> list[str]:
    """Return what docs/rest.md does not have in its table of routes."""
    told: set[tuple[str, str]] = set()
    route = ""
    for line in (DOCS / "rest.md").read_text(encoding="utf-8").splitlines():
        if row := re.match(r"\| *(?:`([^`]+)`)? *\| *([A-Z, ]+?) *\|", line):
            route = row[1] or route
            told |= {(re.sub("<.*?>", "<>", route), verb) for verb in row[2].split(", ")}
    return [
        f"docs/rest.md lacks {one.verb} {one.route}"
        for one in routes
        if (re.sub("<.*?>", "<>", one.route), one.verb) not in told
    ]


def main() -> int:
    """Write or check the pages, print what is wrong and return the exit code."""
    parser = argparse.ArgumentParser(description=summary(sys.modules[__name__]))
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    known = [HPCApp, *configurable_classes()]
    problems = [
        f"{kind.__name__} is not in configurable.py: nobody is told of its settings"
        for kind in configurables()
        if not any(issubclass(one, kind) for one in known)
    ]
    names = {f"{kind.__name__}.{trait.name}" for kind in known for trait in settings_of(kind)}
    problems += [f"There is no setting {name}" for name in sorted(set(EXAMPLES) - names)]
    routes = list(verbs(app_of_ours()))
    problems += undocumented(routes)
    pages = {
        DOCS / "settings.md": settings_page(sorted(known, key=lambda kind: kind.__name__)),
        DOCS / "reference-rest.md": rest_page(routes),
    }
    for page, text in pages.items():
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        if check:
            problems.append(f"{page.name} is not up to date: run python scripts/reference.py")
        else:
            page.write_text(text, encoding="utf-8")
    print(*problems, f"{len(names)} settings, {len(routes)} verbs", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
