"""Choosing the way to a module that other modules hide. Pure functions."""

from collections.abc import Collection, Mapping, Sequence


def best_way(
    ways: Sequence[Sequence[str]],
    loaded: Collection[str],
    short_names: Mapping[str, str],
    defaults: Collection[str] = (),
) -> list[str]:
    """Return what to load first: of the way that disturbs the session least.

    `loaded` are full names, `short_names` maps the steps to their short names,
    `defaults` are the steps that the site has chosen. A step whose short name is
    loaded in another version swaps that version out, which is worse than loading
    one module more. Of ways that cost the same the last is the newest.
    """
    held = {name.rpartition("/")[0] or name for name in loaded}

    def cost(numbered: tuple[int, Sequence[str]]) -> tuple[int, int, int, int]:
        position, way = numbered
        missing = [step for step in way if step not in loaded]
        swaps = sum(short_names[step] in held for step in missing)
        return swaps, len(missing), sum(step not in defaults for step in missing), -position

    if not ways:
        return []
    _, way = min(enumerate(ways), key=cost)
    return [step for step in way if step not in loaded]
