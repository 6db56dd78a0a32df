"""Which modules unlock an application. Pure functions of names."""

from collections.abc import Iterable, Sequence


def matches(rule: str, full_name: str) -> bool:
    """Tell whether a loaded module is one that a rule names.

    `gcc` and `gcc/` fit each version of gcc and not gcc-libs; `gcc/12.3` fits that version
    alone; `gcc/12*` fits whatever begins so. Upper and lower case are the same, as for the
    peer.
    """
    rule, full_name = rule.casefold(), full_name.casefold()
    if rule.endswith("*"):
        return full_name.startswith(rule[:-1])
    rule = rule.rstrip("/")
    return full_name == rule or full_name.startswith(f"{rule}/")


def unlocking(rules: Sequence[str], loaded: Iterable[str]) -> str:
    """Return the first of the loaded modules that a rule names, empty where there is none."""
    return next((name for name in loaded if any(matches(rule, name) for rule in rules)), "")


def names(rules: Iterable[str]) -> list[str]:
    """Return what a user could load for each rule."""
    return [rule.rstrip("*/") for rule in rules]


def peer_rule(prefix: str) -> str:
    """Return a rule of ours for one of the peer's prefixes.

    The peer takes `r` for the beginning of every module with an r; nobody means that.
    """
    return f"{prefix}*" if "/" in prefix.rstrip("/") else prefix
