"""Finding modules: ranking, versions, what is inside, and the way to what is hidden."""

from jupyterlab_hpc.software.index import ModuleIndex
from jupyterlab_hpc.software.ways import best_way
from jupyterlab_hpc.tools.modules import Modulefile


def file(full_name: str, **facts: object) -> Modulefile:
    short_name, _, version = full_name.rpartition("/")
    known = {"short_name": short_name or full_name, "modulepath": "/core", "rank": version}
    return Modulefile(full_name=full_name, **{**known, **facts})


INDEX = ModuleIndex(
    [
        file("python/3.11", description="A language", rank="^3.11"),
        file("python/3.12"),
        file("ipython-kernel/3.11"),
        file("mypython/1"),
        file("scipy-stack/2023b", extensions=("numpy/1.25", "python-dateutil/2")),
        file("netcdf/4", description="Array data for Python and others"),
        file("libstdc++/13"),
        file("secret/1", hidden=True),
        file("fftw/3", modulepath="/gcc12", ways=(("gcc/12",),)),
        file("fftw/3", modulepath="/intel", ways=(("intel/1",), ("StdEnv/1", "intel/1"))),
    ],
    complete=True,
)


def names(query: str, **options: bool) -> list[str]:
    return [hit.package.short_name for hit in INDEX.search(query, **options)]


def test_the_better_the_name_fits_the_earlier_it_comes():
    assert names("PYTHON") == ["python", "mypython", "ipython-kernel", "scipy-stack", "netcdf"]


def test_an_extension_finds_its_module_and_says_so():
    (hit,) = INDEX.search("numpy")
    assert (hit.package.short_name, hit.match, hit.matched) == (
        "scipy-stack",
        "extension",
        ("numpy",),
    )


def test_every_word_counts_and_signs_are_no_patterns():
    assert names("array language") == []
    assert names("array others") == ["netcdf"]
    assert names("c++") == ["libstdc++"]
    assert names("(") == []


def test_a_version_narrows_the_versions():
    for query in ("python/3.12", "python 3.12"):
        (hit,) = [h for h in INDEX.search(query) if h.package.short_name == "python"]
        assert [v.full_name for v in hit.versions] == ["python/3.12"]


def test_hidden_modules_are_found_when_asked_for():
    assert names("secret") == []
    assert names("secret", hidden=True) == ["secret"]


def test_no_words_list_everything_by_name():
    assert names("") == sorted(names(""), key=str.casefold)
    assert len(names("")) == 7


def test_a_marked_default_wins_over_a_higher_version():
    package = INDEX.package("python")
    assert package is not None
    assert [v.full_name for v in package.versions] == ["python/3.12", "python/3.11"]
    default = package.default(["/core"])
    assert default is not None
    assert default.full_name == "python/3.11"


def test_one_name_in_two_folders_is_one_version_with_both_ways():
    found = INDEX.find("fftw/3")
    assert found is not None
    _, version = found
    assert version.ways == [["gcc/12"], ["intel/1"], ["StdEnv/1", "intel/1"]]
    assert version.file_in(["/core"]) is None
    inside = version.file_in(["/intel", "/core"])
    assert inside is not None
    assert inside.modulepath == "/intel"


def test_the_way_that_disturbs_least_is_chosen():
    ways = [["StdEnv/2020", "gcc/9"], ["StdEnv/2023", "gcc/12"], ["StdEnv/2023", "gcc/13"]]
    short = {step: step.split("/")[0] for way in ways for step in way}
    assert best_way(ways, ["StdEnv/2023"], short) == ["gcc/13"]
    assert best_way(ways, ["StdEnv/2023", "gcc/12"], short) == []
    assert best_way(ways, ["StdEnv/2020"], short) == ["gcc/9"]
    assert best_way(ways, [], short) == ["StdEnv/2023", "gcc/13"]
    assert best_way(ways, [], short, ["gcc/12"]) == ["StdEnv/2023", "gcc/12"]
    assert best_way([], ["x/1"], {}) == []
