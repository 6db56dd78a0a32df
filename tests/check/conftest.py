"""The command as a site's staff runs it: a program of its own, in a home of its own."""

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jupyterlab_hpc.check.models import CheckReport
from jupyterlab_hpc.cli import CheckApp
from jupyterlab_hpc.rest.codec import decode

# What a session, or who runs the tests, may have set.
FOREIGN = (
    *("JUPYTER", "JPY", "SLURM", "LMOD", "MODULE", "__MODULES", "_ModuleTable", "LOADEDMODULES"),
    *("_LMFILES_", "XDG_", "CUDA", "LC_", "LANG", "SCRATCH", "PROJECT", "ARCHIVE", "TMPDIR"),
)
PATIENCE = 300


@dataclass
class Told:
    """What the command printed; `by_id` are its findings."""

    code: int
    stdout: str
    stderr: str
    report: CheckReport | None = None

    @property
    def by_id(self):
        return {finding.id: finding for finding in self.report.findings}

    def states(self):
        return {finding.id: finding.state for finding in self.report.findings}


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    (folder / ".jupyter").mkdir(parents=True)
    return folder


# A busy machine is no dead file system.
CONFIG = "c.StorageService.look_timeout = 60.0\n"


@pytest.fixture
def check_environment(home):
    """Make the variables of a check in a home of its own, with those that a test adds."""

    def make(env=None):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        return {
            **kept,
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "LANG": "C.UTF-8",
            **(env or {}),
        }

    return make


@pytest.fixture
def hpc_check(home, check_environment, monkeypatch):
    """Answer as `jupyter-hpc check` does, or run it as a `program` of its own.

    With `as_json`, its findings are read.
    """

    def run(*argv, env=None, only="", config="", as_json=True, program=False):
        (home / ".jupyter" / "jupyter_server_config.py").write_text(CONFIG + config)
        words = [*(["--json"] if as_json else []), *([f"--only={only}"] if only else []), *argv]
        if program:
            done = subprocess.run(
                [sys.executable, "-m", "jupyterlab_hpc.cli", "check", *words],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                env=check_environment(env),
                cwd=home,
                check=False,
            )
            told = Told(done.returncode, done.stdout, done.stderr)
        else:
            with monkeypatch.context() as patch:
                for name in list(os.environ):
                    patch.delenv(name)
                for name, value in check_environment(env).items():
                    patch.setenv(name, value)
                # It has an event loop of its own, as in a process of its own.
                with ThreadPoolExecutor(1) as thread:
                    answer = thread.submit(_answer, words).result(PATIENCE)
            told = Told(answer.code, answer.text, answer.complaint)
        if as_json and told.stdout:
            told.report = decode(told.stdout.encode(), CheckReport)
        return told

    return run


def _answer(words):
    app = CheckApp()
    app.initialize(words)
    return app.answer()


@pytest.fixture
def demo(demo_session):
    """The variables of a session on the demo tree, without those of who runs the tests."""
    kept = ("LMOD", "MODULE", "_ModuleTable", "LOADEDMODULES", "_LMFILES_", "EB", "__LMOD")
    return {k: v for k, v in demo_session.items() if k.startswith(kept) or k == "PATH"}


class Hub:
    """A JupyterHub as seen from a session."""

    def __init__(self):
        self.scopes = ["access:servers!server=alice/", "delete:servers!server=alice/"]
        self.status = 200
        self.date = ""
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def date_time_string(self, timestamp=None):
                return hub.date or super().date_time_string(timestamp)

            def do_GET(self):
                said = {"scopes": hub.scopes} if hub.status == 200 else {"message": "No."}
                body = json.dumps(said).encode()
                self.send_response(hub.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def variables(self):
        return {
            "JUPYTERHUB_API_URL": f"http://127.0.0.1:{self.server.server_port}/hub/api",
            "JUPYTERHUB_API_TOKEN": "a-token-of-the-hub",
            "JUPYTERHUB_USER": "alice",
            "JUPYTERHUB_SERVER_NAME": "",
        }

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hub():
    hub = Hub()
    yield hub
    hub.close()


def everything_below(folder: Path) -> dict[str, int]:
    """Return all paths below a folder, with their sizes."""
    return {str(path): path.lstat().st_size for path in sorted(folder.rglob("*"))}
