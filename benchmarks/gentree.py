"""Make a module tree as computing centres have them: the same one for the same arguments.

    python benchmarks/gentree.py FOLDER 10000

Compilers and MPIs open folders (`StdEnv`, then `gcc`, then `openmpi`); modules have
versions, help, whatis, conflicts, dependencies, properties; some are bundles with
extensions and some are hidden. The MODULEPATH of a session on it is `FOLDER/Core`.
"""

from __future__ import annotations

import argparse
import itertools
import random
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPILERS = ("gcc/11.3", "gcc/12.3", "gcc/13.2", "intel/2022.1", "intel/2023.1", "nvhpc/23.9")
MPIS = ("openmpi/4.1.5", "impi/2021.9")
WELL_KNOWN = [
    "python",
    "cmake",
    "fftw",
    "hdf5",
    "netcdf",
    "boost",
    "gromacs",
    "lammps",
    "openfoam",
    "scipy-stack",
    "r",
    "julia",
    "perl",
    "gsl",
    "openblas",
    "petsc",
    "samtools",
    "bcftools",
    "blast+",
    "bowtie2",
    "bwa",
    "star",
    "salmon",
    "paraview",
    "vtk",
    "qt",
    "ffmpeg",
    "opencv",
    "pytorch",
    "tensorflow",
    "cuda",
    "cudnn",
    "nccl",
    "namd",
    "vasp",
    "quantumespresso",
    "cp2k",
    "orca",
    "amber",
    "siesta",
    "abinit",
    "octopus",
    "nwchem",
    "psi4",
    "rdkit",
    "openmm",
    "mdanalysis",
    "biopython",
    "ipython-kernel",
    "mypython",
]
STEMS = [
    "ab",
    "bio",
    "chem",
    "dyna",
    "eigen",
    "flow",
    "geo",
    "hydro",
    "ion",
    "jet",
    "kin",
    "lib",
    "mesh",
    "nano",
    "omni",
    "poly",
    "quant",
    "ray",
    "seq",
    "tensor",
    "ultra",
    "vec",
    "wave",
    "xeno",
    "yield",
    "zeta",
    "astro",
    "cryo",
    "meta",
    "micro",
]
ENDS = [
    "align",
    "blas",
    "cluster",
    "db",
    "engine",
    "fold",
    "graph",
    "hash",
    "io",
    "kit",
    "lab",
    "map",
    "net",
    "opt",
    "pack",
    "quest",
    "run",
    "sim",
    "tools",
    "utils",
    "view",
    "ware",
    "x",
    "zip",
    "core",
    "gen",
    "lite",
    "plus",
]
WORDS = [
    "analysis",
    "assembly",
    "molecular",
    "dynamics",
    "simulation",
    "library",
    "parallel",
    "sequence",
    "genome",
    "quantum",
    "chemistry",
    "visualization",
    "image",
    "statistics",
    "graph",
    "finite",
    "element",
    "mesh",
    "solver",
    "linear",
    "algebra",
    "compression",
    "database",
    "protein",
    "structure",
    "climate",
    "ocean",
    "particle",
    "array",
    "data",
    "format",
    "interface",
    "learning",
    "network",
    "signal",
    "transform",
    "optimization",
    "geometry",
    "fluid",
    "spectral",
    "sparse",
]
ABOUT = """It was built with optimization for this machine; the manual tells how to run it
with many processes, and how to cite it.

More information
================"""
NEEDING, GPU, BUNDLES, HIDDEN = 0.3, 0.03, 0.08, 0.01  # shares of all modules
FIELDS = ("bio", "chem", "data", "devel", "geo", "lib", "math", "mpi", "phys", "tools", "vis")
EXTENSIONS = tuple(
    dict.fromkeys(
        ["numpy", "scipy", "pandas", "matplotlib", "python-dateutil", "requests", "pytest"]
        + [f"python-{a}{b}" for a in STEMS for b in ENDS[:20]]
        + [f"py{a}{b}" for a in STEMS for b in ENDS]
    )
)


def names() -> Iterator[str]:
    """Yield short names without end: the well-known ones first."""
    yield from WELL_KNOWN
    for number in itertools.count():
        for stem, end in itertools.product(STEMS, ENDS):
            yield f"{stem}{end}{number or ''}" if number % 2 else f"{stem}-{end}{number or ''}"


def modulefile(random_: random.Random, name: str, version: str, prefix: str) -> str:
    """Return the text of a modulefile of an application or library."""
    chosen = " ".join(random_.choices(WORDS, k=6))
    site = f"https://{name}.example.org"
    lines = [
        f"help([[\nDescription\n===========\n{name} is for {chosen}.\n{ABOUT}\n - {site}\n]])",
        f'whatis("Name: {name}")',
        f'whatis("Version: {version}")',
        f'whatis("Description: {name.capitalize()}: {chosen}")',
        f'whatis("Category: {random_.choice(FIELDS)}")',
        f'whatis("URL: {site}")',
        f'whatis("Keywords: {", ".join(random_.choices(WORDS, k=3))}")',
        f'local root = "{prefix}/{name}/{version}"',
        f'conflict("{name}")',
    ]
    if random_.random() < NEEDING:
        lines.append('depends_on("cmake")')
    if random_.random() < GPU:
        lines.append('add_property("arch", "gpu")')
    if random_.random() < BUNDLES or name == "scipy-stack":
        inside = random_.sample(EXTENSIONS, random_.randint(5, 80))
        if name == "scipy-stack":
            inside = ["numpy", "scipy", "pandas", *inside]
        numbered = (f"{e}/{random_.randint(0, 9)}.{random_.randint(0, 30)}" for e in inside)
        lines.append(f'extensions("{", ".join(dict.fromkeys(numbered))}")')
    lines += [
        f'prepend_path("{variable}", pathJoin(root, "{folder}"))'
        for variable, folder in (
            ("PATH", "bin"),
            ("LD_LIBRARY_PATH", "lib"),
            ("LIBRARY_PATH", "lib"),
            ("CPATH", "include"),
            ("MANPATH", "share/man"),
            ("PKG_CONFIG_PATH", "lib/pkgconfig"),
        )
    ]
    lines.append(f'setenv("EBROOT{name.upper().replace("-", "").replace("+", "")}", root)')
    return "\n".join(lines) + "\n"


def opener(name: str, version: str, folder: Path | str, family: str = "") -> str:
    """Return the text of a modulefile that opens a folder."""
    lines = [
        f'help([[{name} {version}, and what is built with it.]])\nwhatis("Version: {version}")',
        f'whatis("Description: {name}, which opens the modules built with it")',
        f'prepend_path("MODULEPATH", "{folder}")',
    ]
    if family:
        lines.append(f'family("{family}")')
    return "\n".join(lines) + "\n"


def make(root: Path, count: int, seed: int = 1) -> str:
    """Write a tree of `count` modulefiles below `root`; return its MODULEPATH."""
    random_ = random.Random(seed)  # noqa: S311 - a tree, not a secret
    core, inner = root / "Core", root / "all"
    places: list[Path] = [inner]
    written = 0

    def write(folder: Path, name: str, version: str, text: str) -> None:
        nonlocal written
        path = folder / name / f"{version}.lua"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        written += 1

    few = count < 500  # noqa: PLR2004 - a small tree has few compilers
    for version in ("2020", "2023"):
        write(core, "StdEnv", version, opener("StdEnv", version, inner))
    for compiler in COMPILERS[1:3] if few else COMPILERS:
        built = root / "Compiler" / compiler
        name, version = compiler.split("/")
        write(inner, name, version, opener(name, version, built, "compiler"))
        places.append(built)
        for mpi in MPIS[:1] if few else MPIS:
            parallel = root / "MPI" / compiler / mpi
            name, version = mpi.split("/")
            write(built, name, version, opener(name, version, parallel, "mpi"))
            places.append(parallel)
    for name in names():
        versions = {
            f"{random_.randint(1, 12)}.{random_.randint(0, 20)}.{random_.randint(0, 9)}"
            for _ in range(random_.choice((1, 1, 2, 2, 4)))
        }
        where = random_.sample(places, random_.choice((1, 1, 2, 4)) if not few else 1)
        hidden = random_.random() < HIDDEN
        for version, place in itertools.product(sorted(versions), where):
            if written == count:
                return str(core)
            text = modulefile(random_, name, version, f"/opt/software/{place.name}")
            write(place, name, f".{version}" if hidden else version, text)
    raise AssertionError


def main() -> None:
    """Make one tree."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(make(options.folder.absolute(), options.count, options.seed))


if __name__ == "__main__":
    main()
