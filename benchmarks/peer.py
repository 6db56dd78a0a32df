"""Measure one click on *Load* against jupyter-lmod, both servers on the same modules.

    make bench ARGS="peer --runs 21 --trees 100 1000 10000 30000 --without-cache 10000"

A click lasts until the panel can show the new state. Ours asks once for the change and
once for the list; the peer's panel asks for the change, the list of loaded and the list
of available modules. On the large trees the session begins with a compiler, because the
peer's panel can load only what is loadable at once; how many short names each can show
stands beside the times. The peer gets a virtual environment of its own, `.bench/peer`:
both claim the name of Lmod's settings.
"""

from __future__ import annotations

import time

from server import OURS, PEER, Server, peer_python, served
from sessions import after_load, demo, trees
from tables import add_trees, compared, in_turns, parser, show

DEMO = "cmake/3.27.7"
COMPILER = ("StdEnv/2023", "gcc/12.3")
FOLDER = "Compiler/gcc/12.3"  # what the compiler opens in the large trees
PAGE = "modules?query=&limit=100"


def shown(ours: Server, peer: Server) -> tuple[str, str]:
    """Return how many short names the peer's panel can show, and ours, with hidden ones."""
    names = {name.rpartition("/")[0] or name for name in peer.ask("GET", "module/modules")}
    return f"{len(names):,}", f"{ours.software('GET', PAGE + '&hidden=true')['total']:,}"


def clicks(tree: str, environment: dict[str, str], name: str, runs: int) -> list[tuple[str, ...]]:
    """Return the rows of one tree: a load and an unload."""
    loads: tuple[list[float], list[float]] = ([], [])
    unloads: tuple[list[float], list[float]] = ([], [])
    with (
        served(OURS, environment) as ours,
        served(PEER, environment, python=peer_python()) as peer,
    ):
        ours.wait_for_index()

        def our_change(words: dict[str, list[str]]) -> float:
            began = time.perf_counter()
            ours.software("PATCH", "loaded", words)
            ours.software("GET", PAGE)
            return (time.perf_counter() - began) * 1000

        def peer_change(method: str) -> float:
            began = time.perf_counter()
            peer.ask(method, "module", {"modules": [name]})
            peer.ask("GET", "module")
            peer.ask("GET", "module/modules")
            return (time.perf_counter() - began) * 1000

        def our_turn() -> float:
            loads[0].append(our_change({"load": [name]}))
            unloads[0].append(our_change({"unload": [name]}))
            return 0.0

        def peer_turn() -> float:
            loads[1].append(peer_change("POST"))
            unloads[1].append(peer_change("DELETE"))
            return 0.0

        in_turns(runs, our_turn, peer_turn)
        both = shown(ours, peer)
    # the first round is thrown away
    return [
        (tree, *compared(what, ours[1:], theirs[1:]), *both)
        for what, (ours, theirs) in ((f"load `{name}`", loads), (f"unload `{name}`", unloads))
    ]


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    made = parser(__doc__)
    add_trees(made)
    options = made.parse_args(words)
    with demo() as environment:
        rows = clicks("demo", environment, DEMO, options.runs)
        with trees(options.trees, options.without_cache, options.folder, environment) as found:
            for tree in found:
                session = after_load(tree.environment, *COMPILER)
                rows += clicks(tree.name, session, tree.application(FOLDER), options.runs)
    show(
        f"One click until the panel is new (ms, median of {options.runs})",
        [
            "tree",
            "click",
            "jupyter-lmod",
            "this extension",
            "difference",
            "ratio",
            "names that it shows",
            "names that we show",
        ],
        rows,
    )


if __name__ == "__main__":
    main()
