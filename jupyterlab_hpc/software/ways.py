"""Choosing the way to a module that other modules hide. Pure functions."""

from collections.abc import Collection, Sequence


def best_way(
    ways: Sequence[Sequence[str]], loaded: Collection[str], short_names: dict[str, str]
) -> list[str]:
    """Return what to load first: of the way that disturbs the session least.

    `loaded` are full names; `short_names` maps the steps' full names to their
    short ones. A step whose short name is loaded in another version swaps that
    version out, which is worse than loading one module more.
    """
    held = {name.rpartition("/")[0] or name: name for name in loaded}

    def cost(numbered: tuple[int, Sequence[str]]) -> tuple[int, int, int]:
        position, way = numbered
        missing = [step for step in way if step not in loaded]
        swaps = sum(
            short_names.get(step, step.rpartition("/")[0] or step) in held for step in missing
        )
        # of ways that cost the same the last is the newest: they come in order
        return swaps, len(missing), -position

    if not ways:
        return []
    _, way = min(enumerate(ways), key=cost)
    return [step for step in way if step not in loaded]
