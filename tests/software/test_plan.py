"""What is loaded before what, when steps are named, swapped and unloaded."""

from jupyterlab_hpc.software.index import ModuleIndex
from jupyterlab_hpc.software.plan import LoadPlan
from jupyterlab_hpc.software.ways import best_way
from jupyterlab_hpc.tools.modules import Modulefile


def file(full_name, modulepath="/core", *ways, **facts):
    return Modulefile(
        full_name=full_name, short_name=full_name.partition("/")[0], modulepath=modulepath,
        rank=full_name, ways=ways, **facts,
    )  # fmt: skip


INDEX = ModuleIndex(
    [
        file("gcc/12"),
        file("gcc/13"),
        file("tool/1"),
        file("mpi/4", "/gcc12", ("gcc/12",)),
        file("mpi/5", "/gcc13", ("gcc/13",)),
        file("fftw/3", "/gcc12", ("gcc/12",)),
        file("fftw/3", "/gcc13", ("gcc/13",)),
        file("hdf5/1", "/gcc12/mpi4", ("gcc/12", "mpi/4")),
        file("hdf5/1", "/gcc13/mpi5", ("gcc/13", "mpi/5")),
        file("both/1", "/core"),
        file("both/1", "/gcc12", ("gcc/12",)),
        file("far/1", "/nowhere"),
        file("far/2", "/nowhere"),
    ],
    complete=True,
)


def find(name):
    if found := INDEX.find(name):
        return found
    package = INDEX.package(name)
    version = package.default(("/core",)) if package else None
    return (package, version) if version else None


def needs(version, loaded):
    steps = {step: step.partition("/")[0] for way in version.ways for step in way}
    return best_way(version.ways, loaded, steps)


def plan(*names, loaded=(), opened=(), unload=()):
    made = LoadPlan(
        find=find, needs=needs, modulepath=["/core", *opened], loaded=loaded, unload=unload
    )
    for name in names:
        made.add(name)
    return made.steps


WITH_12 = {"loaded": ["gcc/12", "mpi/4"], "opened": ["/gcc12", "/gcc12/mpi4"]}


def test_what_is_needed_comes_before():
    assert plan("hdf5/1") == ["gcc/13", "mpi/5", "hdf5/1"]
    assert plan("hdf5/1", **WITH_12) == ["hdf5/1"]
    assert plan("tool/1", "mpi/5", "no-such") == ["tool/1", "gcc/13", "mpi/5", "no-such"]


def test_what_is_named_before_chooses():
    assert plan("gcc/13", "hdf5/1") == ["gcc/13", "mpi/5", "hdf5/1"]
    assert plan("mpi/5", "hdf5/1") == ["gcc/13", "mpi/5", "hdf5/1"]
    assert plan("gcc/13", "mpi/5", "hdf5/1", **WITH_12) == ["gcc/13", "mpi/5", "hdf5/1"]


def test_what_is_named_behind_is_loaded_once():
    assert plan("hdf5/1", "gcc/13") == ["gcc/13", "mpi/5", "hdf5/1"]


def test_a_short_name_means_what_is_within_reach():
    assert plan("gcc/12", "mpi", "hdf5/1") == ["gcc/12", "mpi", "hdf5/1"]
    assert plan("mpi", **WITH_12) == ["mpi"]
    assert plan("far") == ["far"]


def test_what_a_swap_takes_away_does_not_count():
    assert plan("gcc/13", "hdf5/1", **WITH_12) == ["gcc/13", "mpi/5", "hdf5/1"]
    assert plan("gcc/13", "fftw/3", **WITH_12) == ["gcc/13", "fftw/3"]
    assert plan("gcc/13", "both/1", **WITH_12) == ["gcc/13", "both/1"]


def test_what_is_unloaded_does_not_count():
    assert plan("hdf5/1", unload=["gcc"], **WITH_12) == ["gcc/13", "mpi/5", "hdf5/1"]
    assert plan("hdf5/1", unload=["mpi/4"], **WITH_12) == ["mpi/4", "hdf5/1"]


def test_what_a_session_reaches_in_its_own_way_is_left_alone():
    assert plan("hdf5/1", opened=["/gcc12/mpi4"]) == ["hdf5/1"]
    assert plan("tool/1", "hdf5/1", opened=["/gcc12/mpi4"]) == ["tool/1", "hdf5/1"]
