"""Whatever Lmod, a modulefile or its libraries do, the session stays whole."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest

from jupyterlab_hpc.software.risks import kernel_risks
from jupyterlab_hpc.tools.lmod_text import parse_python_output

DEFAULTS = ["StdEnv/2023", "python/3.11.5", "ipython-kernel/3.11"]


async def change(rest, **body):
    return await rest("software/loaded", method="PATCH", body=body)


async def loaded(rest):
    return [m["full_name"] for m in (await rest("software/loaded")).body["modules"]]


async def complete(rest):
    while (await rest("software/system")).body["index"] != "complete":
        await asyncio.sleep(0.02)


@pytest.fixture
def modulefile(rest, jp_home_dir):
    """Write a modulefile and use its folder; the answer is the module's full name."""

    async def write(text, name="trouble"):
        folder = jp_home_dir / "modules" / name
        folder.mkdir(parents=True)
        (folder / "1.0.lua").write_bytes(text if isinstance(text, bytes) else text.encode())
        answer = await rest(
            "software/modulepaths", method="PATCH", body={"use": [str(folder.parent)]}
        )
        assert answer.code == 200, answer.body
        return f"{name}/1.0"

    return write


EVERY_CHANGE = [
    ("software/loaded", "PATCH", {"load": ["cmake"]}),
    ("software/loaded", "PATCH", {"unload": ["ipython-kernel"], "confirmed": True}),
    ("software/loaded", "PUT", {"to": "purged", "confirmed": True}),
    ("software/loaded", "PUT", {"to": "default"}),
    ("software/modulepaths", "PATCH", {"use": [str(Path(__file__).parent / "__pycache__")]}),
    ("software/collections", "PUT", {"name": "work"}),
    ("software/collections/restore", "POST", {"name": "work"}),
]


class TestLmod:
    async def assert_nothing_happens(self, rest, app, code):
        was = dict(app.environment.values)
        for path, method, body in EVERY_CHANGE:
            answer = await rest(path, method=method, body=body)
            assert answer.code in (code, 404), answer.body  # 404: it does not list it either
            assert answer.body["message"].endswith(".")
        assert app.environment.values == was
        assert app.environment.revision == 0
        assert await loaded(rest) == DEFAULTS
        app.software.tool.command = ""
        app.software.tool.timeout = 60
        assert (await change(rest, load=["cmake"])).code == 200

    @pytest.mark.parametrize(
        "script",
        [
            '"$LMOD_CMD" "$@" | head -c 200; kill -9 $$',
            '"$LMOD_CMD" "$@" | head -c 9; kill -11 $$',
            "kill -9 $$",
            "head -c 3000000 /dev/urandom; head -c 3000000 /dev/urandom >&2",
            'printf \'os.environ["PATH"] = "/evil";\\n_mlstatus = True\\n\'; exit 0',
            'printf \'os.environ["_ModuleTable_Sz_"] = "1";\\n\'; exit 0',
            "exit 0",
        ],
    )
    async def test_is_killed_or_writes_rubbish(self, rest, app, fake_tool, script):
        await complete(rest)
        app.software.tool.command = str(fake_tool("lmod", script))
        await self.assert_nothing_happens(rest, app, 422)

    async def test_hangs(self, rest, app, fake_tool):
        await complete(rest)
        app.software.tool.command = str(fake_tool("lmod", "sleep 600"))
        app.software.tool.timeout = 0.2
        await self.assert_nothing_happens(rest, app, 504)

    async def test_is_gone(self, rest, app):
        await complete(rest)
        app.software.tool.command = "/nowhere/lmod"
        await self.assert_nothing_happens(rest, app, 503)


class TestAModulefile:
    async def test_that_never_ends(self, rest, app, modulefile):
        name = await modulefile('setenv("HALF", "1")\nwhile true do end\n')
        app.software.tool.timeout = 1
        assert (await change(rest, load=[name])).code == 504
        app.software.tool.timeout = 60
        assert await loaded(rest) == DEFAULTS
        assert "HALF" not in app.environment.values
        assert (await change(rest, load=["cmake"])).code == 200

    async def test_with_megabytes_of_help_and_words(self, rest, modulefile):
        long = "all work and no play\n" * 150_000
        name = await modulefile(f"help([[{long}]])\nio.stderr:write([[{long}]])\n")
        answer = await change(rest, load=[name])
        assert answer.code == 200
        assert answer.body["messages"][0]["text"].count("no play") == 150_000

    async def test_that_is_not_utf8(self, rest, app, modulefile):
        name = await modulefile(
            b'whatis("\xff")\nsetenv("BYTES", "\xff\xfe\\t\\0\xe9")\n'
            b'setenv("NOT=A NAME", "1")\nLmodMessage("\xe9t\xe9")\n'
        )
        answer = await change(rest, load=[name])
        assert answer.code == 200, answer.body
        assert "\ufffdt\ufffd" in answer.body["messages"][0]["text"]
        # no variable goes on behind a zero byte
        value = app.environment.values["BYTES"].encode("utf-8", "surrogateescape")
        assert value == b"\xff\xfe\t"
        assert "NOT=A NAME" not in app.environment.values
        assert (await change(rest, unload=[name])).code == 200
        assert "BYTES" not in app.environment.values

    async def test_with_a_warning_and_more(self, rest, modulefile):
        name = await modulefile('LmodWarning("careful")\nLmodMessage("by the way")\n')
        messages = (await change(rest, load=[name])).body["messages"]
        assert [message["level"] for message in messages] == ["warning", "info"]
        assert "careful" in messages[0]["text"]
        assert "by the way" in messages[1]["text"]


class TestLibrariesThatDoNotFit:
    @pytest.fixture
    def libraries(self, tmp_path):
        folder = tmp_path / "bad libraries"
        folder.mkdir()
        (folder / "libc.so.6").write_text("no library")
        return str(folder)

    async def test_do_not_lock_the_user_in(self, rest, app, modulefile, libraries):
        name = await modulefile(f'prepend_path("LD_LIBRARY_PATH", "{libraries}")\n')
        answer = await change(rest, load=[name])
        assert answer.code == 200
        assert answer.body["risks"] == ["LD_LIBRARY_PATH"]
        assert "LD_LIBRARY_PATH" in answer.body["messages"][-1]["text"]
        assert answer.body["messages"][-1]["arguments"] == ["LD_LIBRARY_PATH"]
        true = await asyncio.create_subprocess_exec(
            shutil.which("true"),
            env=dict(app.environment.values),
            stderr=subprocess.DEVNULL,
        )
        assert await true.wait()  # no program starts with these libraries

        answer = await change(rest, load=["cmake"])
        assert (answer.code, answer.body["risks"]) == (200, [])
        assert libraries in app.environment.values["LD_LIBRARY_PATH"]
        assert (await rest("software/collections", method="PUT", body={"name": "x"})).code == 200
        assert (await rest("software/collection", name="x")).code == 200
        answer = await change(rest, unload=[name])
        assert answer.code == 200, answer.body
        assert libraries not in app.environment.values.get("LD_LIBRARY_PATH", "")
        assert not [n for n in app.environment.values if n.startswith("JUPYTERLAB_HPC")]

    async def test_a_python_home_breaks_neither_lmod_nor_the_server(self, rest, modulefile):
        name = await modulefile(
            'setenv("PYTHONHOME", "/nowhere")\nprepend_path("PYTHONPATH", "/nowhere")\n'
        )
        answer = await change(rest, load=[name], preview=True)
        assert answer.body["risks"] == ["PYTHONHOME"]
        assert (await change(rest, load=[name])).code == 200
        assert (await change(rest, load=["cmake"])).code == 200
        answer = await change(rest, unload=[name])
        assert (answer.code, answer.body["risks"]) == (200, [])

    def test_what_can_stop_a_kernel(self, tmp_path, libraries):
        packages = tmp_path / "packages"
        (packages / "zmq").mkdir(parents=True)
        harmless = tmp_path / "harmless"
        (harmless / "numpy").mkdir(parents=True)
        (harmless / "libstdc++.so.6").touch()
        for name, value, risky in (
            ("LD_PRELOAD", "/x.so", True),
            ("PYTHONHOME", "/x", True),
            ("PYTHONPATH", f"{harmless}:{packages}", True),
            ("PYTHONPATH", f"{harmless}:/nowhere::", False),
            ("LD_LIBRARY_PATH", libraries, True),
            ("LD_LIBRARY_PATH", str(harmless), False),
            ("PATH", "/x", False),
        ):
            assert kernel_risks({}, {name: value}) == ([name] if risky else [])
            assert kernel_risks({name: value}, {name: value}) == []
            assert kernel_risks({name: value}, {}) == []


async def test_changes_work_where_home_cannot_be_written(rest, app):
    app.environment.apply({"HOME": "/proc"})
    assert (await change(rest, load=["cmake"])).code == 200
    assert (await rest("software/script")).code == 200


REQUESTS = [
    {"load": ["cmake"]},
    {"load": ["scipy-stack/2023b"]},
    {"load": ["gcc/12.3", "openmpi/4.1.5"]},
    {"load": ["git-lfs"], "unload": ["cmake"]},
    {"load": ["scipy-stack/2024a"]},
    {"load": ["gcc/13.3"]},
    {"unload": ["scipy-stack"]},
    {"load": ["cuda/12.2", "unversioned"]},
    {"load": ["unicode/1.0"], "unload": ["git-lfs"]},
    {"unload": ["unversioned"]},
]


async def test_200_changes_among_2000_searches_are_as_good_as_one_after_the_other(
    rest, app, demo_session
):
    await complete(rest)
    environment = dict(app.environment.values)
    words = ("scipy", "numpy", "gcc/12", "no such thing", "")
    *answers, found = await asyncio.gather(
        *(change(rest, **REQUESTS[i % 10]) for i in range(200)),
        asyncio.gather(*(rest("software/modules", query=words[i % 5]) for i in range(2000))),
    )
    assert {answer.code for answer in found} == {200}
    done = [
        (answer.body["revision"], answer.body["way"], REQUESTS[i % 10])
        for i, answer in enumerate(answers)
        if answer.code == 200
    ]
    assert {answer.code for answer in answers} <= {200, 404}  # 404: it is not loaded just then
    assert len(done) >= 100
    for _, way, request in sorted(done, key=lambda entry: entry[0]):
        gone = request.get("unload", [])
        load = [*way, *request.get("load", [])]
        words = ["load", *(f"-{name}" for name in gone), *load] if load else ["unload", *gone]
        process = await asyncio.create_subprocess_exec(
            demo_session["LMOD_CMD"], "python", *words,
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for name, value in parse_python_output(
            (await process.communicate())[0]
        ).environment.items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value

    def told(values):
        return {k: v for k, v in values.items() if not k.startswith("_ModuleTable")}

    assert told(app.environment.values) == told(environment)
    assert app.software.tool.loaded(environment) == app.software.tool.loaded(app.environment.values)
