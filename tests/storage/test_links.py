"""Links on a real disk: nothing but a link is ever replaced or removed."""

import errno
import itertools
import os
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyterlab_hpc.storage import links
from jupyterlab_hpc.storage.links import (
    ElsewhereError,
    Entry,
    OccupiedError,
    entry_at,
    is_name,
    make,
    remove,
)


def no_exchange(folder, old, new, flags):
    """What NFS says to renameat2(2) with flags."""
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


@pytest.fixture(params=["exchange", "steps"])
def both_ways(request, monkeypatch):
    """With and without a file system that can exchange two names."""
    if request.param == "steps":
        monkeypatch.setattr(links, "rename_with", no_exchange)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("both_ways")
class TestMake:
    def test_where_nothing_is(self, home):
        assert make(str(home), "data", "/network/datasets") is None
        assert (home / "data").readlink() == Path("/network/datasets")
        assert names(home) == ["data"]

    def test_over_another_link(self, home):
        (home / "data").symlink_to("/old")
        assert make(str(home), "data", "/new") == "/old"
        assert os.readlink(home / "data") == "/new"
        assert names(home) == ["data"]

    def test_over_the_same_link_changes_nothing(self, home):
        (home / "data").symlink_to("/new")
        was = os.lstat(home / "data").st_ino
        assert make(str(home), "data", "/new") == "/new"
        assert os.lstat(home / "data").st_ino == was

    @pytest.mark.parametrize("kind", ["file", "folder", "full folder", "fifo"])
    def test_over_anything_else_is_refused(self, home, kind):
        put(home / "data", kind)
        was = os.lstat(home / "data")
        with pytest.raises(OccupiedError):
            make(str(home), "data", "/new")
        assert os.lstat(home / "data")[:3] == was[:3]
        assert names(home) == ["data"]

    def test_in_a_folder_that_is_made(self, home):
        with pytest.raises(FileNotFoundError):
            make(str(home), "links/deep/data", "/new")
        make(str(home), "links/deep/data", "/new", make_folder=True)
        assert os.readlink(home / "links" / "deep" / "data") == "/new"

    def test_not_through_a_link(self, home, tmp_path):
        (tmp_path / "outside").mkdir()
        (home / "links").symlink_to(tmp_path / "outside")
        for make_folder in (False, True):
            with pytest.raises(ElsewhereError):
                make(str(home), "links/data", "/new", make_folder=make_folder)
        with pytest.raises(ElsewhereError):
            entry_at(str(home), "links/data")
        (tmp_path / "outside" / "data").symlink_to("/new")
        with pytest.raises(ElsewhereError):
            remove(str(home), "links/data")
        assert names(tmp_path / "outside") == ["data"]

    def test_not_in_a_file(self, home):
        (home / "links").write_text("mine")
        with pytest.raises(ElsewhereError):
            make(str(home), "links/data", "/new", make_folder=True)
        assert (home / "links").read_text() == "mine"

    def test_a_name_as_long_as_can_be(self, home):
        name = "é" * 127
        make(str(home), name, "/old")
        make(str(home), name, "/new")
        assert os.readlink(home / name) == "/new"
        assert remove(str(home), name)
        assert names(home) == []


@pytest.mark.usefixtures("both_ways")
class TestRemove:
    def test_a_link_and_not_what_it_leads_to(self, home, tmp_path):
        (tmp_path / "target").mkdir()
        (tmp_path / "target" / "file").write_text("x")
        (home / "data").symlink_to(tmp_path / "target")
        assert remove(str(home), "data")
        assert names(home) == []
        assert (tmp_path / "target" / "file").read_text() == "x"

    def test_only_the_link_that_is_meant(self, home):
        (home / "data").symlink_to("/theirs")
        assert not remove(str(home), "data", only="/ours")
        assert os.readlink(home / "data") == "/theirs"
        assert remove(str(home), "data", only="/theirs")

    def test_where_nothing_is(self, home):
        assert not remove(str(home), "data")
        assert not remove(str(home), "links/data")

    @pytest.mark.parametrize("kind", ["file", "folder", "full folder", "fifo"])
    def test_anything_else_is_refused(self, home, kind):
        put(home / "data", kind)
        with pytest.raises(OccupiedError):
            remove(str(home), "data")
        assert names(home) == ["data"]


counter = itertools.count()


def put(path, kind):
    """Put something of a kind at a path; what bears a mark must never be lost."""
    mark = f"mine {next(counter)}"
    if kind == "file":
        path.write_text(mark)
    elif kind in ("folder", "full folder"):
        path.mkdir()
        if kind == "full folder":
            (path / "file").write_text(mark)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(f"/theirs/{mark}")
    return mark if kind in ("file", "full folder") else None


def marks(folder):
    """Return the texts of all files below a folder, with as many as there are of each."""
    return sorted(
        path.read_text() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    )


class Meddler:
    """Somebody who changes what bears a name just before each step of ours."""

    def __init__(self, path, kinds):
        self.path = path
        self.kinds = iter(kinds)
        self.put = []
        self.kept = 0

    def act(self):
        kind = next(self.kinds, "nothing")
        if kind == "nothing":
            return
        if self.path.is_symlink() or self.path.is_fifo():
            self.path.unlink()
        elif self.path.exists():
            self.path.rename(self.path.with_name(f"kept-{self.kept}"))
            self.kept += 1
        mark = put(self.path, kind)
        if mark:
            self.put.append(mark)

    @contextmanager
    def at_work(self, *, exchange):
        with pytest.MonkeyPatch.context() as patch:
            for name in ("rename", "symlink", "unlink", "link"):
                patch.setattr(links.os, name, self.before(getattr(os, name)))
            renaming = links.rename_with if exchange else no_exchange
            patch.setattr(links, "rename_with", self.before(renaming))
            yield

    def before(self, call):
        def meddled(*args, **kwargs):
            if kwargs.get("dir_fd", kwargs.get("src_dir_fd", True)) is not None:
                self.act_once()
            return call(*args, **kwargs)

        return meddled

    def act_once(self):
        """Act, unless it is this one's own calls that are looked at."""
        if not self.busy:
            self.busy = True
            try:
                self.act()
            finally:
                self.busy = False

    busy = False


KINDS = st.sampled_from(["nothing", "gone", "file", "folder", "full folder", "fifo", "link"])


class TestRaces:
    @settings(max_examples=400, deadline=None)
    @given(
        first=KINDS,
        kinds=st.lists(KINDS, max_size=12),
        removing=st.booleans(),
        exchange=st.booleans(),
    )
    @example(first="link", kinds=["nothing", "file"], removing=False, exchange=True)
    @example(first="link", kinds=["file"], removing=False, exchange=False)
    @example(first="link", kinds=["full folder", "file"], removing=True, exchange=False)
    def test_nothing_but_links_is_lost(self, first, kinds, removing, exchange):
        with tempfile.TemporaryDirectory() as home:
            meddler = Meddler(Path(home, "data"), [first, *kinds])
            meddler.act()
            with meddler.at_work(exchange=exchange):
                try:
                    if removing:
                        remove(home, "data")
                    else:
                        make(home, "data", "/ours")
                except OSError:
                    pass
            assert marks(Path(home)) == sorted(meddler.put)

    @pytest.mark.parametrize("exchange", [True, False])
    @pytest.mark.parametrize("kind", ["file", "full folder", "fifo"])
    def test_what_came_between_has_its_name_again(self, home, kind, exchange):
        steps = ["nothing", kind] if exchange else ["nothing", "nothing", "nothing", kind]
        for removing in (False, True):
            path = home / f"data-{removing}"
            path.symlink_to("/old")
            meddler = Meddler(path, [kind] if removing else steps)
            work = partial(remove if removing else make, str(home), path.name)
            with meddler.at_work(exchange=exchange), pytest.raises(OccupiedError):
                work(*([] if removing else ["/ours"]))
            assert not path.is_symlink() and path.exists()
            assert names(home) == sorted(p.name for p in home.iterdir() if p.name[0] != ".")

    def test_there_is_no_moment_without_a_link(self, home):
        (home / "data").symlink_to("/old")
        seen = []
        with pytest.MonkeyPatch.context() as patch:
            for name in ("symlink", "unlink", "rename"):
                patch.setattr(
                    links.os, name, looking(getattr(os, name), home / "data", seen.append)
                )
            patch.setattr(
                links, "rename_with", looking(links.rename_with, home / "data", seen.append)
            )
            make(str(home), "data", "/new")
        assert len(seen) >= 6
        assert set(seen) == {"/old", "/new"}


def looking(call, path, tell):
    def looked(*args, **kwargs):
        tell(os.readlink(path))
        try:
            return call(*args, **kwargs)
        finally:
            tell(os.readlink(path))

    return looked


class TestNames:
    @given(st.text())
    @example("..")
    @example("a/b")
    @example("\ud800")
    @example("é" * 128)
    def test_a_name_is_one_that_can_be_made(self, name):
        if not is_name(name):
            return
        with tempfile.TemporaryDirectory() as home:
            make(home, name, "/x")
            assert os.listdir(home) == [name]
            assert entry_at(home, name) == Entry("link", "/x")

    @pytest.mark.parametrize(
        "name", ["", ".", "..", ".hidden", "-rf", "a/b", "a\0", "a\n", " a", "a ", "\ud800", "\x7f"]
    )
    def test_what_can_not_be_one(self, name):
        assert not is_name(name)
