"""`jupyter hpc check`: the checks where there is no server. Prints, and changes nothing."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.application import JupyterApp
from jupyter_core.application import base_aliases as jupyter_aliases
from traitlets import Bool, Enum, List, TraitError, Unicode, default
from traitlets.config import Config
from traitlets.config.application import catch_config_error
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from . import __version__
from .app import HPCApp
from .check.bundle import make_bundle
from .check.catalogue import ENGLISH, Catalogue, language_of
from .check.models import CheckReport, Finding
from .check.run import run_checks, select
from .check.site import Parts, Site, place_of
from .check.text import list_text, report_text
from .check.traits import problems, without_problems
from .configurable import configurable_classes
from .process import end_all
from .rest.codec import encode
from .sentences import trans
from .settings import folder_settings

# What Jupyter Server and our side of it read, in this order.
CONFIG_FILES = ("jupyter_config", "jupyter_server_config", "jupyter_jupyterlab_hpc_config")
BROKEN, WRONG_USE = 1, 2
# Runs where it is asked for: who names it does.
TRIAL = "jobs.trial"
CHECKING = trans.gettext("Checking… (%1)")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes to the standard output and to the standard error, and the exit code."""

    text: str = ""
    complaint: str = ""
    code: int = 0


class CheckApp(JupyterApp):
    """Tests what the session gives this extension, and says what to do."""

    name = "jupyter-hpc-check"
    version = __version__
    description = """Test the set-up of jupyterlab_hpc: the installation, the site's settings,
    the module system, Slurm, JupyterHub, applications, kernels, storage and batch jobs.

    Nothing is changed. Exit code 0: nothing is broken (there may be warnings); 1: something
    that users notice is broken; 2: the command line is wrong.
    """
    examples = """
    jupyter hpc check                          # in a terminal of a session
    jupyter hpc check --only=software,hub.scope
    jupyter hpc check --image                  # while an image is built
    jupyter hpc check --json > findings.json
    jupyter hpc check --bundle > support.txt   # without secrets; read it before you send it
    """
    classes = [HPCApp, *configurable_classes()]  # noqa: RUF012 - as traitlets has it
    aliases = {  # noqa: RUF012 - as traitlets has it
        "config": jupyter_aliases["config"],
        "log-level": jupyter_aliases["log-level"],
        "only": "CheckApp.only",
        "lang": "CheckApp.lang",
        "color": "CheckApp.color",
    }
    flags = {  # noqa: RUF012 - as traitlets has it
        "debug": ({"Application": {"log_level": "DEBUG"}}, "log what is done"),
        "json": ({"CheckApp": {"as_json": True}}, "print the findings as JSON"),
        "list": ({"CheckApp": {"list_only": True}}, "print the ids of all checks and run none"),
        "bundle": (
            {"CheckApp": {"bundle": True}},
            "print a text for the site's support, without secrets",
        ),
        "names": ({"CheckApp": {"names": True}}, "leave the user's names in that text"),
        "image": (
            {"CheckApp": {"image": True}},
            "this is the building of an image: skip what only a session can tell",
        ),
        "test-job": (
            {"CheckApp": {"test_job": True}},
            "ask Slurm, too, whether it would take a job of one minute; none is submitted",
        ),
        "verbose": ({"CheckApp": {"verbose": True}}, "show the details of what is well, too"),
    }

    only = List(Unicode(), help="Checks or groups to run, separated by commas.").tag(config=True)
    lang = Unicode(help="The language, such as fr; that of the terminal unless set.").tag(
        config=True
    )
    color = Enum(
        ("auto", "always", "never"), "auto", help="Colours: on a terminal, always or never."
    ).tag(config=True)
    as_json = Bool(False, help="Print JSON.").tag(config=True)
    list_only = Bool(False, help="Print the ids of all checks.").tag(config=True)
    bundle = Bool(False, help="Print a text for the site's support.").tag(config=True)
    names = Bool(False, help="Leave the user's names in that text.").tag(config=True)
    image = Bool(False, help="Skip what only a session can tell.").tag(config=True)
    test_job = Bool(False, help="Ask Slurm whether it would take a job.").tag(config=True)
    verbose = Bool(False, help="Show all details.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._unreadable: list[tuple[str, str]] = []
        self._read: list[str] = []

    def migrate_config(self) -> None:
        """Leave the home as it is."""

    @default("log_level")
    def _quiet(self) -> int:
        """Say nothing: what the services would log of the settings are findings here."""
        return logging.CRITICAL

    def load_config_file(self, *args: Any, **kwargs: Any) -> None:
        """Read what Jupyter Server reads; what cannot be read is a finding, not an end."""
        del args, kwargs
        paths = self.config_file_paths
        names = {cls.__name__ for cls in self.classes}
        found = folder_settings(paths, names)
        for base in CONFIG_FILES:
            if base == CONFIG_FILES[1] and self.config_file:
                found.merge(self._loaded(Path(self.config_file), missing_ok=False))
                continue
            for folder in reversed(paths):
                for suffix in (".py", ".json"):
                    found.merge(self._loaded(Path(folder, base + suffix)))
        self._site_config = found

    def _loaded(self, file: Path, *, missing_ok: bool = True) -> Config:
        kind = JSONFileConfigLoader if file.suffix == ".json" else PyFileConfigLoader
        try:
            loaded = kind(file.name, path=str(file.parent)).load_config()
        except ConfigFileNotFound as error:
            if not missing_ok:
                self._unreadable.append((str(file), str(error)))
            return Config()
        except Exception as error:  # noqa: BLE001 - it is the site's program
            self._unreadable.append((str(file), f"{type(error).__name__}: {error}"))
            return Config()
        except SystemExit as error:
            self._unreadable.append((str(file), f"it ended the program: {error}"))
            return Config()
        self._read.append(str(file))
        return Config(deepcopy(loaded))

    @catch_config_error
    def initialize(self, argv: Any = None) -> None:
        """Read the command line and the files. The command line's settings count most."""
        self.parse_command_line(argv)
        self.load_config_file()
        self._site_config.merge(self.config)

    def start(self) -> None:
        """Do what the command line asks for, and end with its code."""
        answer = self.answer()
        if answer.text:
            _print(answer.text)
        if answer.complaint:
            print(answer.complaint, file=sys.stderr)
        sys.stderr.flush()
        # At once: a thread that hangs in a file system would never be joined.
        os._exit(answer.code)

    def answer(self) -> Answer:
        """Return what the command line asks for."""
        said = self.lang or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
        catalogue = Catalogue(language_of(said or os.environ.get("LANG", ENGLISH)))
        if self.list_only:
            return Answer(text=list_text(catalogue))
        only = [name for names in self.only for name in names.split(",") if name]
        try:
            select(only)
        except KeyError as error:
            template = trans.gettext("There is no check named %1; --list shows all.")
            complaint = catalogue.translate(template, str(error.args[0]))
            return Answer(complaint=complaint, code=WRONG_USE)
        self.test_job = self.test_job or TRIAL in only
        report, text = asyncio.run(self._check(only, catalogue))
        if self.as_json:
            text = encode(report).decode()
        elif not self.bundle:
            colours = self.color == "always" or (
                self.color == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
            )
            text = report_text(report, catalogue, colours=colours, verbose=self.verbose)
        return Answer(text=text, code=BROKEN if report.state == "broken" else 0)

    async def _check(self, only: list[str], catalogue: Catalogue) -> tuple[CheckReport, str]:
        site, leave = self._site()
        waits = sys.stderr.isatty() and not self.as_json

        def tell(finding: Finding) -> None:
            if waits:
                words = catalogue.translate(CHECKING, finding.id)
                print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)

        try:
            report = await run_checks(site, only=only, log=self.log, on_finding=tell)
            text = make_bundle(report, site, names=self.names).text if self.bundle else ""
        finally:
            if waits:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
            await leave()
            end_all()
        return report, text

    def _site(self) -> tuple[Site, Callable[[], Awaitable[None]]]:
        """Return what there is to look at, made as the server makes it, and what ends it."""
        config = Config(deepcopy(self._site_config))
        config.pop("CheckApp", None)
        classes = [*self.classes]
        # Parts cannot be made of a wrong value, which a finding names.
        usable = without_problems(config, problems(config, classes))
        owner = HPCApp(config=usable, log=self.log)
        fallbacks = usable.get("HubService", {}).get("fallbacks", [])
        try:
            parts = Parts.of(owner, system=owner.module_system, fallbacks=list(fallbacks))
        except TraitError as error:  # of a setting in a setting
            self._unreadable.append((CONFIG_FILES[1], str(error)))
            parts = Parts.of(HPCApp(config=Config()), system="auto", fallbacks=[])
        site = Site(
            parts=parts,
            config=config,
            classes=classes,
            config_path=self.config_file_paths,
            files=self._read,
            unreadable=self._unreadable,
            place="image" if self.image else place_of(os.environ),
            live=False,
            test_job=self.test_job,
        )

        async def leave() -> None:
            await parts.applications.stop_all()
            await parts.stop()

        return site, leave


def _print(text: str) -> None:
    """Print the answer; a reader that has enough of it, such as `head`, may go."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        pass
    except UnicodeEncodeError:  # a terminal that knows ASCII only
        sys.stdout.buffer.write(text.encode("ascii", errors="replace") + b"\n")
        sys.stdout.buffer.flush()


class HPCCommand(JupyterApp):
    """`jupyter hpc`: what this extension has for the command line."""

    name = "jupyter-hpc"
    version = __version__
    description = "What jupyterlab_hpc has for the command line."
    subcommands = {  # noqa: RUF012 - as traitlets has it
        "check": (CheckApp, "Test the set-up, and say what to do about what is broken.")
    }

    def migrate_config(self) -> None:
        """Leave the home as it is."""

    def start(self) -> None:
        """Run the subcommand; without one, show which there are."""
        super().start()
        self.print_help()
        self.exit(WRONG_USE)


main = HPCCommand.launch_instance

if __name__ == "__main__":
    main()
