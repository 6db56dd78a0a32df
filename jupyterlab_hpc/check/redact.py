"""Takes secrets out of text. Pure functions; rather takes too much than too little.

Three nets, one behind the other: names that sound like a secret lose their value; values
that are known as secrets are removed wherever they stand; and whatever looks like a key, a
token or a password in an address is removed, whoever wrote it there.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

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
    # https://user:password@host
    (re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]*(?=@)"), REMOVED),
    # Authorization: token …, Bearer …, Basic …
    (re.compile(r"(?i)\b((?:bearer|basic|token|digest)\s+)[^\s\"',;]{8,}"), rf"\1{REMOVED}"),
    (re.compile(r"(?i)\b((?:set-)?cookie:\s*)[^\n]+"), rf"\1{REMOVED}"),
    # token=…, "password": "…", --secret …, api_key: …
    (
        re.compile(
            r"(?i)([\w.\-]*(?:token|secret|passw(?:or)?d|passphrase|cookie|credential|api[_-]?key|"
            r"access[_-]?key|private[_-]?key|jwt|signature)[\w\-]*[\"']?\s*(?:=>|[=:])\s*)"
            r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&\"'})\]]+)"
        ),
        rf"\1{REMOVED}",
    ),
    (
        re.compile(
            r"(?i)(--?[\w.\-]*(?:token|secret|passw(?:or)?d|passphrase|cookie|credential|"
            r"api[_-]?key|jwt)[\w\-]*[\"']?,?\s+[\"']?)[^\s\"',;\-][^\s\"',;]*"
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
    # The longest first: one may be the beginning of another.
    for value in sorted(set(known), key=len, reverse=True):
        for written in {value, quote(value, safe=""), value.replace("\\", "\\\\")}:
            text = text.replace(written, REMOVED)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


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
