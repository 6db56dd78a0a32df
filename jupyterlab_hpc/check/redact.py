"""Takes secrets out of text. Pure functions; rather takes too much than too little.

Three nets, one behind the other: names that sound like a secret lose their value; values
that are known as secrets are removed wherever they stand; and whatever looks like a key, a
token or a password in an address is removed, whoever wrote it there.
"""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

REMOVED = "[removed]"
SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|passphrase|cookie|credential|api[_-]?key|access[_-]?key|private|jwt|"
    r"signature|session[_-]?key|auth(?!or)|hashed|salt|munge|bearer|webhook|dsn|(^|[_.])(key|pass)($|[_.\d])",
    re.IGNORECASE,
)
# Of a shell, the folder that it is in.
HARMLESS_NAMES = {"PWD", "OLDPWD"}
HARMLESS_VALUES = {"false", "False", "default"}
# Values that short are words of every text.
SHORTEST_SECRET = 5
# Of a path; a key in base64 has longer ones.
LONGEST_PART = 20
_WORD = r"[A-Za-z0-9_\-]"
_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"-----BEGIN [^-]*-----.*?(-----END [^-]*-----|\Z)", re.DOTALL),
        REMOVED,
    ),
    # https://user:password@host, https://token@host, and the same in another address
    (re.compile(r"(?i)(://|%3a(?:/|%2f){2})(?:(?!%2f|%40)[^/\s@])+(?=@|%40)"), rf"\1{REMOVED}"),
    # Authorization: token …, Bearer …, Basic …
    (re.compile(r"(?i)\b((?:bearer|basic|token|digest)\s+)[^\s\"',;]{8,}"), rf"\1{REMOVED}"),
    (re.compile(r"(?i)\b((?:set-)?cookie:\s*)[^\n]+"), rf"\1{REMOVED}"),
    # token=…, "password": "…", --secret …, api_key: …
    (
        re.compile(
            r"(?i)((?:token|secret|passw(?:or)?d|passphrase|cookie|credential|api[_-]?key|"
            r"access[_-]?key|private[_-]?key|jwt|signature)[\w\-]*(?:\\*[\"']|%22|%27)?"
            r"(?:\s|%20)*(?:=>|[=:]|%3[ad])(?:\s|%20)*\\*)"
            r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&\"'})\]]+)"
        ),
        rf"\1{REMOVED}",
    ),
    (
        re.compile(
            r"(?i)(--?[\w.\-]{0,60}(?:token|secret|passw(?:or)?d|passphrase|cookie|credential|"
            r"api[_-]?key|jwt)[\w\-]*(?:\\*[\"'])?,?\s+(?:\\*[\"'])?)[^\s\"',;\-][^\s\"',;]*"
        ),
        rf"\1{REMOVED}",
    ),
    # JSON web tokens, and the marks of well-known makers.
    (re.compile(r"\beyJ[\w\-]{6,}\.[\w\-]+(?:\.[\w\-]*)?"), REMOVED),
    (
        re.compile(
            r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|sk-|AKIA|ASIA)\w[\w\-]{7,}"
        ),
        REMOVED,
    ),
    (re.compile(r"\b(?:argon2\w*|sha1|sha256|\$\w{1,2}\$)[:$][^\s\"',]{8,}"), REMOVED),
    (re.compile(rf"(?<!{_WORD})[0-9a-fA-F]{{32,}}(?!{_WORD})"), REMOVED),
    (
        re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
        REMOVED,
    ),
    # Anything long that mixes digits, small and capital letters.
    (
        re.compile(
            r"(?<![\w/.+\-])(?=[\w+/\-]*[0-9])(?=[\w+/\-]*[a-z])(?=[\w+/\-]*[A-Z])"
            r"[\w+\-][\w+/\-]{23,}={0,2}"
        ),
        lambda match: match[0] if _is_path(match[0]) else REMOVED,
    ),
)


def _is_path(text: str) -> bool:
    """Tell a path, made of short parts, from a key in base64."""
    return "/" in text and all(len(part) <= LONGEST_PART for part in text.split("/"))


def sounds_secret(name: str) -> bool:
    """Tell whether a variable or a setting of that name holds a secret."""
    return name not in HARMLESS_NAMES and SECRET_NAME.search(name) is not None


def secrets_in(environment: Mapping[str, str], settings: Mapping[str, Any]) -> set[str]:
    """Return the values whose names sound like a secret, in variables and settings."""
    found = {value for name, value in environment.items() if sounds_secret(name)}
    _collect(settings, found, secret=False)
    return {value for value in found - HARMLESS_VALUES if len(value) >= SHORTEST_SECRET}


def is_option(word: Any) -> bool:
    """Tell whether a word of a command is an option whose value, the next word, is a secret."""
    return (
        isinstance(word, str) and word.startswith("-") and "=" not in word and sounds_secret(word)
    )


def _collect(value: Any, found: set[str], *, secret: bool) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _collect(inner, found, secret=secret or sounds_secret(str(name)))
    elif isinstance(value, (list, tuple, set, frozenset)):
        items = list(value)
        for i, inner in enumerate(items):
            _collect(inner, found, secret=secret or bool(i and is_option(items[i - 1])))
    elif secret and isinstance(value, bytes):
        found.add(value.decode(errors="replace"))
    elif secret and isinstance(value, str):
        found.add(value)


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """Return a text without the known secrets, and without what looks like one."""
    shapes = {shape for value in known for shape in _shapes(value)}
    # The longest first: one may be the beginning of another.
    for shape in sorted(shapes, key=len, reverse=True):
        text = text.replace(shape, REMOVED)
    text = _without_wrapped(text, shapes)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def _shapes(value: str) -> set[str]:
    """Return how programs write a value: as it is, quoted, escaped or encoded."""
    try:
        data = value.encode(errors="surrogateescape")
    except UnicodeEncodeError:  # of no file and no variable
        data = value.encode(errors="replace")
    escaped = [json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]]
    addresses = [quote(data, safe=""), quote(data), quote_plus(data)]
    return {
        value,
        html.escape(value),
        repr(value)[1:-1],
        value.replace("'", "'\\''"),
        value.replace("'", "'\"'\"'"),
        *escaped,
        *(json.dumps(text)[1:-1] for text in escaped),  # JSON in JSON
        *addresses,
        *(re.sub("%..", lambda match: match[0].lower(), text) for text in addresses),
        data.hex(),
        data.hex().upper(),
        *(_in_base64(data, before) for before in range(3)),
        *(_in_base64(data, before, urlsafe_b64encode) for before in range(3)),
    }


def _in_base64(data: bytes, before: int, encode: Callable[[bytes], bytes] = b64encode) -> str:
    """Return what bytes are in base64 behind so many others, such as `user:`; whole signs alone."""
    first = -(-before * 8 // 6)
    return encode(bytes(before) + data).decode()[first : (before + len(data)) * 8 // 6]


# The mark of a tool's words, which this room's own text puts before each line.
_BREAK = re.compile(r"\\?\r?\n[ \t]*\|?")


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Return a text without white space and breaks of lines, and where its characters stood."""
    broken = {place for match in _BREAK.finditer(text) for place in range(*match.span())}
    places = [i for i, sign in enumerate(text) if not sign.isspace() and i not in broken]
    return "".join(text[i] for i in places), places


def _without_wrapped(text: str, shapes: Iterable[str]) -> str:
    """Return a text without the secrets that some program has broken into lines."""
    squeezed, places = _squeezed(text)
    wanted = {short for shape in shapes for short in (_squeezed(shape)[0], "".join(shape.split()))}
    spans = []
    for short in wanted:
        start = squeezed.find(short) if len(short) >= SHORTEST_SECRET else -1
        while start >= 0:
            spans.append((places[start], places[start + len(short) - 1] + 1))
            start = squeezed.find(short, start + 1)
    kept, end = [], 0
    for first, last in sorted(spans):
        if first >= end:
            kept += [text[end:first], REMOVED]
        end = max(end, last)
    return "".join([*kept, text[end:]])


def without_names(text: str, names: Iterable[str]) -> str:
    """Return a text with the user's names replaced by `USER`, where they stand as words."""
    for name in sorted(set(names), key=len, reverse=True):
        if len(name) > 1:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "USER", text)
    return text


def plain(value: Any, name: str = "") -> Any:
    """Return a setting as data that can be shown: no object, nothing under a secret's name."""
    if name and sounds_secret(name) and not isinstance(value, (bool, int, float, type(None))):
        return REMOVED
    if isinstance(value, Mapping):
        return {str(key): plain(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = list(value)
        return [
            REMOVED if i and is_option(items[i - 1]) else plain(inner, name)
            for i, inner in enumerate(items)
        ]
    if isinstance(value, (str, bool, int, float, type(None))):
        return value
    return f"<{type(value).__name__}>"
