"""Measure one change over REST against Lmod's own program, on the demo tree and large ones.

    make bench ARGS="change --runs 21 --trees 10000 30000"

On a large tree the server is asked for one module that only a compiler and an MPI open,
and loads these too; Lmod alone is given all that the server loaded, in the same order.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from server import OURS, served
from sessions import Tree, demo, program, trees
from tables import add_trees, compared, in_turns, parser, show

if TYPE_CHECKING:
    from server import Server

CHANGES = (
    ["cmake/3.27.7"],
    ["gcc/12.3", "openmpi/4.1.5", "hdf5-mpi/1.14.4"],
)
INNERMOST = "MPI/gcc/12.3/openmpi/4.1.5"  # a folder of the large trees
RATIO, MORE = 1.25, 30.0  # a change may take so many times what Lmod does, and so many ms


def change(server: Server, environment: dict[str, str], names: list[str], runs: int) -> list[str]:
    """Return the cells of one change; loading is timed, the unloading after it is not."""
    load = {"load": names}
    loaded: list[str] = server.software("PATCH", "loaded", load)["loaded"]
    server.software("PATCH", "loaded", {"unload": loaded[::-1]})

    def over_rest() -> float:
        began = time.perf_counter()
        answer = server.software("PATCH", "loaded", load)
        took = (time.perf_counter() - began) * 1000
        if answer["loaded"] != loaded:
            raise RuntimeError(f"Another change than {loaded}: {answer}")
        server.software("PATCH", "loaded", {"unload": loaded[::-1]})
        return took

    def bare() -> float:
        return program(environment, environment["LMOD_CMD"], "python", "load", *loaded)

    ours, theirs = in_turns(runs, over_rest, bare)
    cells = compared(f"`{' '.join(loaded)}`", ours, theirs)
    allowed = float(cells[1]) * RATIO + MORE
    return [*cells, "yes" if float(cells[2]) <= allowed else "no"]


def on_tree(tree: Tree, runs: int) -> tuple[str, ...]:
    """Return the row of a large tree."""
    name = tree.application(INNERMOST)
    with served(OURS, tree.environment) as server:
        server.wait_for_index()
        return (tree.name, *change(server, tree.environment, [name], runs))


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    made = parser(__doc__)
    add_trees(made)
    options = made.parse_args(words)
    rows: list[tuple[str, ...]] = []
    with demo() as environment:
        with served(OURS, environment) as server:
            server.wait_for_index()
            rows += [
                ("demo", *change(server, environment, names, options.runs)) for names in CHANGES
            ]
        with trees(options.trees, options.without_cache, options.folder, environment) as found:
            rows += [on_tree(tree, options.runs) for tree in found]
    show(
        "One change: a load over REST against `$LMOD_CMD python load` "
        f"(ms, median of {options.runs})",
        [
            "tree",
            "modules loaded",
            "Lmod alone",
            "over REST",
            "difference",
            "ratio",
            f"within {RATIO} times Lmod and {MORE:.0f} ms",
        ],
        rows,
    )


if __name__ == "__main__":
    main()
