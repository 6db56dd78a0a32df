"""Requests of every kind, right and wrong, at every route: no failure of ours, no file harmed.

`HARDENING=20000 pytest tests/hardening -s` sends as many; `HARDENING_SEED` repeats a run.
"""

import ast
import dataclasses
import hashlib
import inspect
import json
import os
import random
import textwrap
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tornado.httpclient import HTTPClientError

from jupyterlab_hpc.rest.handler import RestHandler

PATIENCE = 600.0  # seconds
REQUESTS = int(os.environ.get("HARDENING", "600"))
SEED = int(os.environ.get("HARDENING_SEED", "20261121"))
VERBS = ("get", "post", "put", "patch", "delete")

# What a route may answer to a request, whatever it was.
ANSWERS = {200, 201, 202, 204, 302, 400, 403, 404, 405, 409, 422, 503, 504}
REASONS = {
    "bad-request",
    "forbidden",
    "not-found",
    "conflict",
    "tool-refused",
    "tool-missing",
    "tool-timeout",
    "http-405",
}

NAMES = (
    *("gcc", "gcc/12.3", "cmake", "StdEnv/2023", "scipy-stack/2023b", "openmpi", "java/13.0.2"),
    *("vscode", "rstudio", "scratch", "links/scratch", "precious", "folder", "mine", "1", "12_3"),
)
ODD = (
    *("", " ", ".", "..", "/", "../precious", "/etc/passwd", "~", "a/../../b", "a//b"),
    *("-rf", "--help", "$HOME", "$(touch owned)", "`touch owned`", "; touch owned", "a\nb"),
    *("a\0b", "\ud800", "é", "日本", "%s", "%(x)s", "{0}", "{spawn}", "'\"\\"),
    *("<script>alert(1)</script>", "x" * 300, "x/" * 3000, "null", "true", "0", "-1", "1e400"),
    *("9" * 40, "NaN", "2026-11-21T00:00:00Z", "\u202egnp"),
)
NO_DOCUMENTS = (b"", b"{", b"[]", b"null", b"\xff{}", b"[" * 5000, b'{"a":1e999}')
KEPT = {".cache", ".config", ".jupyter", ".ipython", ".lmod.d", ".local", ".module", "links"}


def kinds_of(method: Callable[..., Any]) -> dict[str, type]:
    """Return the payloads that a handler's method takes: of the body, and of the query."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(method))))
    module = inspect.getmodule(method)
    found = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"body", "query"}
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Name)
        ):
            found[node.func.attr] = getattr(module, node.args[0].id)
    return found


@dataclasses.dataclass(frozen=True)
class Target:
    """A verb of a route, and what it takes."""

    path: str
    verb: str
    kinds: dict[str, type]


def targets(app: Any) -> Iterator[Target]:
    """Yield every verb of every route of this package."""
    for path, handler, _ in chain.from_iterable(map(app.routes, app.rooms)):
        for verb in VERBS:
            method = getattr(handler, verb, None)
            if issubclass(handler, RestHandler) and method is not None:
                if "HTTPError(405)" in inspect.getsource(method):
                    continue
                yield Target(path.removeprefix("jupyterlab-hpc/"), verb, kinds_of(method))


class Requests:
    """Makes requests that are right, nearly right, and not right at all."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self) -> str:
        return self.random.choice(NAMES if self.random.random() < 0.6 else ODD)

    def anything(self, depth: int = 0) -> Any:
        chosen = self.random.randrange(8 if depth < 3 else 5)
        match chosen:
            case 0:
                return None
            case 1:
                return self.random.choice((True, False))
            case 2:
                return self.random.choice((0, -1, 1, 2**31, 2**63, -(2**70), 0.5, 1e308))
            case 3 | 4:
                return self.text()
            case 5 | 6:
                return [self.anything(depth + 1) for _ in range(self.random.randrange(4))]
            case _:
                return {
                    self.text(): self.anything(depth + 1) for _ in range(self.random.randrange(4))
                }

    def of(self, kind: Any) -> Any:  # noqa: PLR0911 - a line for each kind of type
        """Return what a field of this type may hold."""
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Literal:
            return self.random.choice(arguments)
        if origin in {types.UnionType, typing.Union}:
            return self.of(self.random.choice(arguments))
        if origin in {list, tuple, set}:
            return [self.of(arguments[0]) for _ in range(self.random.randrange(4))]
        if origin is dict:
            return {self.text(): self.of(arguments[1]) for _ in range(self.random.randrange(3))}
        if kind is bool:
            return self.random.choice((True, False))
        if kind in {int, float}:
            return self.random.choice((0, 1, 5, 50, -1, 10**9, 2**64))
        if kind is str:
            return self.text()
        if kind is type(None):
            return None
        if dataclasses.is_dataclass(kind):
            return self.document(kind)
        return self.anything()

    def document(self, kind: Any) -> dict[str, Any]:
        """Return a document of this kind, three in four of them right in shape."""
        hints = typing.get_type_hints(kind)
        made = {
            field.name: self.of(hints[field.name])
            for field in dataclasses.fields(kind)
            if self.random.random() < 0.8
            or (
                field.default is dataclasses.MISSING
                and field.default_factory is dataclasses.MISSING
            )
        }
        if made and self.random.random() < 0.25:
            spoilt = self.random.choice(list(made))
            made[spoilt] = self.anything()
        if self.random.random() < 0.05:
            made[self.text()] = self.anything()
        return made

    def query(self, kind: type | None) -> str:
        if kind is not None:
            document = self.document(kind)
        else:
            document = {"x": self.text()} if self.random.random() < 0.2 else {}
        pairs = [
            (name, one if isinstance(one, str) else json.dumps(one))
            for name, value in document.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        return urlencode(pairs, errors="surrogatepass")

    def body(self, kind: type | None) -> bytes:
        chance = self.random.random()
        if chance < 0.05:
            return self.random.choice(NO_DOCUMENTS)
        if chance < 0.1 or kind is None:
            return json.dumps(self.anything()).encode()
        return json.dumps(self.document(kind)).encode()


def contents(folder: Path) -> dict[str, str]:
    """Return what is in a folder: files by their digests, links by where they lead."""
    found = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "folder"
    return found


@pytest.fixture
def hpc_config() -> dict[str, Any]:
    return {
        # Nothing here is to be started: tests/apps does that.
        "ApplicationsService": {"built_in": ["rstudio"], "server_proxy": False},
        # A question about what is not known yet waits; there are many of them here.
        "Lmod": {"timeout": 20},
    }


@pytest.fixture
def precious(session_variables: dict[str, str | None], jp_environ: Any, tmp_path: Path) -> Path:
    """A home with files and links of the user's, and what is beside it."""
    home = Path(os.environ["HOME"])
    home.mkdir(exist_ok=True)
    (home / "precious").write_text("mine")
    (home / "folder").mkdir()
    (home / "folder" / "inside").write_text("mine, too")
    (home / "mine").symlink_to("folder")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_text("not to be touched")
    return home


async def test_requests_of_every_kind(
    precious: Path,
    app: Any,
    http_server_client: Any,
    jp_auth_header: dict[str, str],
    jp_base_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = list(targets(app))
    assert len(found) > 30
    # The link "mine" may go: that is what storage/links is for.
    mine = {"precious", "folder", "folder/inside"}
    before = {name: value for name, value in contents(precious).items() if name in mine}
    outside = contents(tmp_path / "outside")
    requests = Requests(SEED)
    counts: Counter[int] = Counter()
    for number in range(REQUESTS):
        target = found[number % len(found)]
        path = target.path
        while "(" in path:
            start, rest = path.split("(", 1)
            # With an empty name the path is another one.
            name = quote(requests.text() or "x", safe="", errors="surrogatepass")
            path = start + name + rest.partition(")")[2]
        query = requests.query(target.kinds.get("query"))
        body = None
        if target.verb in {"post", "put", "patch"}:
            body = requests.body(target.kinds.get("body"))
        said = f"seed {SEED}, request {number}: {target.verb.upper()} {path}?{query} {body!r}"
        try:
            answer = await http_server_client.fetch(
                f"{jp_base_url}jupyterlab-hpc/{path}?{query}",
                method=target.verb.upper(),
                headers=jp_auth_header,
                follow_redirects=False,
                body=body,
                request_timeout=PATIENCE,
                connect_timeout=PATIENCE,
            )
        except HTTPClientError as error:
            assert error.response is not None, said
            answer = error.response
        counts[answer.code] += 1
        assert answer.code in ANSWERS, (said, answer.code, answer.body)
        if answer.code >= 400:
            assert answer.body.startswith(b"{"), (said, answer.code, answer.body[:300])
            told = json.loads(answer.body)
            assert told["reason"] in REASONS, (said, told)
            assert told["message"], (said, told)
    after = contents(precious)
    assert {name: after.get(name) for name in before} == before
    assert contents(tmp_path / "outside") == outside
    assert not [name for name in after if Path(name).name == "owned"]
    # links that were asked for, and what Lmod, Jupyter and the rooms keep in folders of theirs
    new = {name for name in after.keys() - before.keys() if not after[name].startswith("->")}
    assert {name.split("/")[0] for name in new} <= KEPT
    with capsys.disabled():
        print(f"\n{REQUESTS} requests at {len(found)} verbs: {dict(sorted(counts.items()))}")  # noqa: T201 - figures
