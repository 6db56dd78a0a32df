"""Finding modules: ranking, versions, what is inside, and the way to what is hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.software.index import ModuleIndex, Only
from jupyterlab_hpc.software.terms import Terms, Tokens, one_error
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("scpiy", "scipy-stack"),
        ("scippy", "scipy-stack"),
        ("scpy", "scipy-stack"),
        ("scjpy", "scipy-stack"),
        ("scipy-stakc", "scipy-stack"),
        ("nmupy", "scipy-stack"),  # an extension
        ("netcfd", "netcdf"),
    ],
)
def test_one_typing_error_is_forgiven(typed, meant):
    assert names(typed) == [meant]


def test_nothing_is_forgiven_where_something_fits_or_little_was_typed():
    assert names("python3")[0] == "python"
    assert names("pythno3") == []  # two errors
    assert names("fftv") == ["fftw"]
    assert names("fft") == ["fftw"]
    assert names("fgw") == []
    assert names("xyzzy") == []


def test_a_forgiven_word_is_one_of_several():
    assert names("netcfd array") == ["netcdf"]
    assert names("netcfd language") == []


def test_one_letter_begins_a_name():
    assert names("n") == ["netcdf"]
    index = ModuleIndex([file("R/4"), file("ruby/3"), file("r/1")])
    assert [h.package.short_name for h in index.search("r")] == ["R", "r", "ruby"]
    assert {h.package.short_name for h in index.search("R")[:2]} == {"R", "r"}


def test_two_thousand_extensions_come_after_the_names():
    inside = tuple(f"python-{i}/1" for i in range(2000))
    index = ModuleIndex(
        [file("a-bundle/1", extensions=inside), file("python/3"), file("xpython/1")]
    )
    hits = index.search("python")
    assert [h.package.short_name for h in hits] == ["python", "xpython", "a-bundle"]
    assert len(hits[2].matched) == 2000
    (hit,) = index.search("python-7")[:1]
    assert hit.matched == ("python-7",)


def test_a_version_that_is_hidden_is_not_shown_unless_asked_for():
    index = ModuleIndex([file("a/1"), file("a/.2", hidden=True), file("b/.1", hidden=True)])
    assert [[v.full_name for v in h.versions] for h in index.search("a")] == [["a/1"]]
    assert len(index.search("a/.2")) == 0
    assert len(index.search("a/.2", hidden=True)) == 1
    assert len(index.search("")) == 1
    assert len(index.search("", hidden=True)) == 2


def test_other_names_are_found_and_near_ones_told():
    index = ModuleIndex([file("gcc/13.3", aliases=("gcc/latest", "g13")), file("gromacs/1")])
    assert index.find("gcc/latest")[1].full_name == "gcc/13.3"
    assert index.find("g13")[1].full_name == "gcc/13.3"
    assert index.near("gromcas") == ["gromacs"]
    assert index.near("gromcas/2024") == ["gromacs"]


def test_a_hit_is_brief_and_a_find_knows_all():
    index = ModuleIndex([file("a/1", help="h", whatis=("w",), url="u", extensions=("e/1",))])
    (hit,) = index.search("a")
    assert hit.package.versions[0].first.help == ""
    (found,) = index.find("a/1")[1].files
    assert (found.help, found.whatis, found.url, found.extensions) == ("h", ("w",), "u", ("e/1",))


WORDS = st.text("abcx-+", min_size=1, max_size=5)


@given(st.lists(WORDS, max_size=12, unique=True), st.text("abcx-+", min_size=2, max_size=3))
def test_a_search_finds_what_looking_at_every_name_finds(short_names, word):
    index = ModuleIndex([file(f"{name}/1") for name in short_names])
    found = [hit.package.short_name for hit in index.search(word)]
    wanted = [name for name in short_names if word in name]
    assert sorted(found) == sorted(wanted) or not wanted

    def order(name):
        at = name.find(word)
        inside = 3 if at and name[at - 1].isalnum() else 2
        return (0 if name == word else 1 if at == 0 else inside, len(name), name)

    if wanted:
        assert found == sorted(wanted, key=order)


@given(st.lists(st.tuples(WORDS, st.sets(st.sampled_from(["abc", "acb", "xx"]))), max_size=8))
def test_all_words_count_in_any_order(modules):
    index = ModuleIndex(
        [file(f"{n}/{i}", extensions=tuple(sorted(e))) for i, (n, e) in enumerate(modules)]
    )

    def found(query):
        return {hit.package.short_name for hit in index.search(query)}

    both = found("abc xx")
    assert both == found("xx abc")
    assert both <= found("abc") and both <= found("xx")


@given(st.dictionaries(WORDS, st.just([0]), max_size=20), WORDS)
def test_terms_find_what_looking_at_each_finds(terms, part):
    found = {term: at for term, at, _ in Terms(terms).inside(part)}
    assert found == {term: term.find(part) for term in terms if part in term}
    assert len(Terms(terms).beginning(part)) == sum(term.startswith(part) for term in terms)


@given(st.lists(st.text("abcd", min_size=3, max_size=7), unique=True), st.text("abcd", min_size=4))
def test_the_halves_of_a_word_find_all_that_one_error_makes_of_it(tokens, word):
    wanted = sorted(token for token in tokens if one_error(token, word))
    assert Tokens(tokens).near(word) == wanted[:8]


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_one_error_is_one_step(meant, typed):
    steps = {typed[:i] + typed[i + 1 :] for i in range(len(typed))}
    steps |= {typed[:i] + c + typed[i:] for i in range(len(typed) + 1) for c in "ab"}
    steps |= {typed[:i] + c + typed[i + 1 :] for i in range(len(typed)) for c in "ab"}
    steps |= {typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in range(len(typed) - 1)}
    assert one_error(meant, typed) == (meant in steps and meant != typed)


class TestLimits:
    index = ModuleIndex(
        [
            file("gcc/12", category="Compiler"),
            file("gcc/13", category="compiler"),
            file("fftw/3.2", modulepath="/gcc12", ways=(("gcc/12",),), category="math"),
            file("fftw/3.3", modulepath="/gcc13", ways=(("gcc/13",),), category="math"),
            file("fftw/3.4", modulepath="/gcc13", ways=(("gcc/13",),), hidden=True),
            file("gmp/6", modulepath="/gcc13", ways=(("gcc/13",),), category="math"),
            file("lost/1", modulepath="/nowhere", category="Math"),
            file("inner/1", modulepath="/gcc12", hidden=True),
        ],
        complete=True,
    )

    def found(self, query="", hidden=False, **only):
        hits = self.index.search(query, hidden=hidden, only=Only(**only))
        assert len(hits) == len(list(hits))
        return {hit.package.short_name: [v.full_name for v in hit.versions] for hit in hits}

    def test_what_can_be_loaded_now_or_is_loaded(self):
        assert self.found(modulepath=("/core",)) == {"gcc": ["gcc/13", "gcc/12"]}
        assert self.found("fftw", modulepath=("/core",)) == {}
        assert self.found("fftw", modulepath=("/core", "/gcc12")) == {"fftw": ["fftw/3.2"]}
        loaded = frozenset({"fftw/3.2", "gmp/6", "gone/1"})
        assert self.found(modulepath=(), loaded=loaded) == {"fftw": ["fftw/3.2"], "gmp": ["gmp/6"]}

    def test_together_with_versions_and_hidden_ones(self):
        gcc13 = ("/gcc13",)
        assert self.found("fftw 3.2", modulepath=gcc13) == {}
        assert self.found("fftw/3.4", modulepath=gcc13) == {}
        assert self.found("fftw/3.4", hidden=True, modulepath=gcc13) == {"fftw": ["fftw/3.4"]}
        assert self.found("inner", modulepath=("/gcc12",)) == {}
        assert self.found("inner", hidden=True, modulepath=("/gcc12",)) == {"inner": ["inner/1"]}

    def test_a_category_in_any_case(self):
        assert list(self.found(category="MATH")) == ["fftw", "gmp", "lost"]
        assert list(self.found("g", category=" compiler ")) == ["gcc"]
        assert list(self.found(category="math", modulepath=("/gcc13",))) == ["fftw", "gmp"]
        assert self.found(category="no such") == {}
        assert self.index.categories == ["Compiler", "math"]

    def test_no_limit_is_as_before(self):
        assert self.found() == {
            "fftw": ["fftw/3.3", "fftw/3.2"],
            "gcc": ["gcc/13", "gcc/12"],
            "gmp": ["gmp/6"],
            "lost": ["lost/1"],
        }

    def test_many_states_of_a_session_one_after_the_other(self):
        for _ in range(3):
            for number in range(20):
                paths = tuple(f"/{i}" for i in range(number))
                assert list(self.found("g", modulepath=(*paths, "/gcc13"))) == ["gmp"]
                assert list(self.found("g")) == ["gcc", "gmp"]


@given(st.data())
def test_a_limit_leaves_what_is_loadable_and_nothing_else(data):
    number = st.integers(0, 3)
    files = data.draw(
        st.lists(st.builds(
            lambda p, v, m, h: file(f"p{p}/{v}", modulepath=f"/{m}", hidden=h),
            number, number, number, st.booleans(),
        ), max_size=20)
    )  # fmt: skip
    index = ModuleIndex(files, complete=True)
    modulepath = tuple(f"/{i}" for i in data.draw(st.sets(number)))
    loaded = frozenset(data.draw(st.sets(st.sampled_from(["p0/0", "p1/1", "p2/2", "other/1"]))))
    for query in ("", "p", "p1", "p 2", "p1/1"):
        for hidden in (False, True):
            only = Only(modulepath=modulepath, loaded=loaded)
            expected = {
                version.full_name
                for hit in index.search(query, hidden=hidden)
                for version in hit.versions
                if version.file_in(modulepath) or version.full_name in loaded
            }
            hits = index.search(query, hidden=hidden, only=only)
            assert {v.full_name for hit in hits for v in hit.versions} == expected
            assert all(hit.versions for hit in hits)
