"""What one session leaves for the next: on a real disk, and over REST."""

import asyncio
import json
import stat
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.session.carry import CarryService
from jupyterlab_hpc.session.keeping import Record, RecordFile
from jupyterlab_hpc.session.models import KeepRequest

NOW = 1_800_000_000.0


class Session:
    """A server's life: its loaded modules can be changed."""

    def __init__(self, folder, *modules, **options):
        self.modules = list(modules)
        self.service = CarryService(
            modules=lambda: list(self.modules), folder=folder, clock=lambda: NOW, **options
        )

    async def opens(self, *files, **more):
        return await self.service.keep(KeepRequest(files=list(files), **more))

    async def last(self):
        return (await self.service.kept()).last


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "jupyterlab_hpc"


async def test_the_next_session_is_told_what_this_one_had(folder):
    first = Session(folder, "StdEnv/2023", "gcc/12.3", job_id="42")
    assert await first.last() is None
    await first.opens("a.ipynb", "b.py", active="b.py")
    second = Session(folder)
    last = await second.last()
    assert last.modules == ["StdEnv/2023", "gcc/12.3"]
    assert (last.files, last.active, last.job_id) == (["a.ipynb", "b.py"], "b.py", "42")
    assert last.saved_at == "2027-01-15T08:00:00+00:00"


async def test_only_the_user_can_read_it(folder):
    await Session(folder).opens("a.ipynb")
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_it_is_offered_once(folder):
    await Session(folder).opens("a.ipynb")
    second = Session(folder)
    assert await second.last()
    assert (await second.service.decided()).last is None
    assert await second.last() is None
    assert await Session(folder).last() is None


async def test_until_it_is_decided_it_stays_for_the_session_after(folder):
    await Session(folder, "gcc/12.3").opens("a.ipynb")
    second = Session(folder)
    await second.opens("b.ipynb")
    # the node fails: no end, no decision
    assert (await Session(folder).last()).files == ["a.ipynb"]
    # the end in sight: now this session's own is what counts
    await second.opens("b.ipynb", final=True)
    assert (await Session(folder).last()).files == ["b.ipynb"]


async def test_decided_then_the_own_takes_its_place(folder):
    await Session(folder).opens("a.ipynb")
    second = Session(folder, "R/4.4")
    await second.opens("b.ipynb")
    await second.service.decided()
    last = await Session(folder).last()
    assert (last.files, last.modules) == (["b.ipynb"], ["R/4.4"])


async def test_pages_are_taken_together_and_the_last_one_is_in_front(folder):
    first = Session(folder)
    await first.opens("a.ipynb", "b.py", page="one", active="a.ipynb")
    await first.opens("b.py", "c.md", page="two", active="c.md")
    await first.opens("a.ipynb", page="one", active="a.ipynb")
    await first.opens("c.md", page="three")
    last = await Session(folder).last()
    assert (last.files, last.active) == (["b.py", "c.md", "a.ipynb"], "a.ipynb")
    # a page without documents has none in front


async def test_modules_that_change_are_kept_without_a_page_asking(folder):
    first = Session(folder, "gcc/12.3")
    await first.opens("a.ipynb")
    first.modules.append("openmpi/4.1.5")
    first.service.modules_changed()
    first.service.modules_changed()
    await first.service.stop()
    assert (await Session(folder).last()).modules == ["gcc/12.3", "openmpi/4.1.5"]


async def test_a_session_that_nobody_opened_leaves_nothing(folder):
    first = Session(folder, "gcc/12.3")
    first.service.modules_changed()
    await first.service.finish()
    await first.service.stop()
    assert not folder.exists()


async def test_a_stop_keeps_what_there_is(folder):
    await Session(folder).opens("a.ipynb")
    second = Session(folder, "R/4.4")
    await second.opens("b.ipynb")
    await second.service.finish()
    assert (await Session(folder).last()).modules == ["R/4.4"]


async def test_servers_of_other_names_do_not_meet(folder):
    await Session(folder, server_name="gpu/..").opens("a.ipynb")
    assert await Session(folder).last() is None
    assert (await Session(folder, server_name="gpu/..").last()).files == ["a.ipynb"]
    assert [file.parent for file in folder.rglob("*.json")] == [folder]


async def test_a_site_can_switch_it_off(folder):
    await Session(folder).opens("a.ipynb")
    off = Session(folder, enabled=False)
    assert await off.last() is None
    await off.opens("b.ipynb", final=True)
    assert (await Session(folder).last()).files == ["a.ipynb"]


async def test_the_same_is_not_written_again(folder):
    first = Session(folder)
    await first.opens("a.ipynb")
    (file,) = folder.iterdir()
    before = file.stat().st_ino
    await first.opens("a.ipynb")
    assert file.stat().st_ino == before


async def test_a_disk_that_takes_nothing_is_no_failure(tmp_path):
    place = tmp_path / "file"
    place.write_text("not a folder")
    first = Session(place)
    assert (await first.opens("a.ipynb", final=True)).last is None
    assert await first.last() is None


async def test_many_at_once(folder):
    first = Session(folder)
    await asyncio.gather(
        *(first.opens(f"{i}.py", page=str(i)) for i in range(20)), first.service.finish()
    )
    assert len((await Session(folder).last()).files) == 20
    assert [file.name for file in folder.iterdir()] == ["session.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"format": 2, "session": "x"}',
        '{"format": 1}',
        '{"format": 1, "session": "x", "modules": "gcc"}',
        '{"format": 1, "session": "x", "files": [1]}',
        '{"format": 1, "session": "x", "saved_at": 1e300}',
        '{"format": 1, "session": "x", "saved_at": NaN}',
        '{"format": 1, "session": "x", "files": ["a\\u0000b"]}',
        "[" * 100_000,
    ],
)
async def test_a_damaged_file_is_none(folder, text):
    folder.mkdir(parents=True)
    (folder / "session.json").write_text(text)
    session = Session(folder)
    assert await session.last() is None
    await session.opens("a.ipynb")
    assert (await Session(folder).last()).files == ["a.ipynb"]


@given(
    modules=st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))),
    files=st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))),
    name=st.text(max_size=30).filter(lambda name: name.isprintable()),
)
def test_what_is_written_is_read(tmp_path_factory, modules, files, name):
    folder = tmp_path_factory.mktemp("kept")
    record = Record(session="x", saved_at=1.5, modules=modules, files=files, active="a")
    file = RecordFile(folder, name)
    assert file.path.parent == folder
    file.write(record)
    assert file.read() == record
    file.write(replace(record, active="b"))
    assert file.read().active == "b"
    file.forget()
    assert file.read() is None


async def test_over_rest(rest, jp_data_dir):
    assert (await rest("session/kept")).body == {"last": None}
    answer = await rest(
        "session/kept", method="PUT", body={"files": ["a.ipynb"], "active": "a.ipynb"}
    )
    assert (answer.code, answer.body) == (200, {"last": None})
    told = json.loads((jp_data_dir / "jupyterlab_hpc" / "session.json").read_text())
    assert told["files"] == ["a.ipynb"]
    loaded = (await rest("software/loaded")).body["modules"]
    assert told["modules"] == [module["full_name"] for module in loaded]
    changed = await rest("software/loaded", method="PATCH", body={"load": ["git-lfs"]})
    assert changed.code == 200, changed.body
    for _ in range(600):
        told = json.loads((jp_data_dir / "jupyterlab_hpc" / "session.json").read_text())
        if any(name.startswith("git-lfs/") for name in told["modules"]):
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail(f"The module is not kept: {told}")
    assert (await rest("session/kept", method="DELETE")).code == 200
    assert (await rest("session/kept", method="PUT", body={"files": 1})).code == 400
