"""The scripts bring back what is loaded, tried in a bash and a Python of their own."""

import asyncio
import subprocess
import sys

import pytest

from jupyterlab_hpc.software.script import Loading, bash_script, python_script


async def change(rest, **body):
    answer = await rest("software/loaded", method="PATCH", body=body)
    assert answer.code == 200, answer.body
    return answer.body


async def complete(rest):
    while (await rest("software/system")).body["index"] != "complete":
        await asyncio.sleep(0.02)


async def script(rest, **query):
    answer = await rest("software/script", **query)
    assert answer.code == 200, answer.body
    return answer.body["text"]


def clean(values):
    """Return what a shell starts with that has never heard of modules."""
    return {name: values[name] for name in ("HOME", "LMOD_PAGER")} | {"PATH": "/usr/bin:/bin"}


def attempt(argv, env):
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=False)


def run(argv, env):
    done = attempt(argv, env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


IN_BASH = "\necho $LOADEDMODULES $MODULEPATH"
IN_PYTHON = "\nprint(os.environ['LOADEDMODULES'], os.environ['MODULEPATH'])"


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{"load": ["hdf5-mpi/1.14.4", "scipy-stack/2024a"]}],
        [{"load": ["StdEnv/2020"]}, {"load": ["openrefine/3.4.1"]}],
        [{"unload": ["ipython-kernel", "python"], "confirmed": True}, {"load": ["unversioned"]}],
    ],
)
class TestWhatIsLoaded:
    async def test_comes_back_in_bash(self, rest, app, requests):
        await complete(rest)
        for request in requests:
            await change(rest, **request)
        values = app.environment.values
        text = await script(rest)
        for env in (clean(values), dict(values)):
            said = run(["bash", "--norc", "-c", text + IN_BASH], env)
            assert said == f"{values['LOADEDMODULES']} {values['MODULEPATH']}"

    async def test_comes_back_in_python(self, rest, app, requests):
        await complete(rest)
        for request in requests:
            await change(rest, **request)
        values = app.environment.values
        text = await script(rest, format="python")
        said = run([sys.executable, "-c", text + IN_PYTHON], clean(values))
        assert said == f"{values['LOADEDMODULES']} {values['MODULEPATH']}"


async def test_the_python_script_brings_values_of_every_kind_and_packages(rest, app):
    await change(rest, load=["unicode/1.0", "scipy-stack/2023b"])
    text = await script(rest, format="python")
    code = (
        "\nimport hpc_demo_stack"
        "\nprint([os.environ[n] for n in ('DEMO_QUOTES', 'DEMO_TAB', 'DEMO_UNICODE')])"
    )
    values = app.environment.values
    assert run([sys.executable, "-c", text + code], clean(values)) == str(
        [values[name] for name in ("DEMO_QUOTES", "DEMO_TAB", "DEMO_UNICODE")]
    )


async def test_the_python_script_says_what_is_gone(rest, app, jp_home_dir):
    folder = jp_home_dir / "modules" / "mine"
    folder.mkdir(parents=True)
    (folder / "1.0.lua").write_text("")
    await rest("software/modulepaths", method="PATCH", body={"use": [str(folder.parent)]})
    await change(rest, load=["mine"])
    text = await script(rest, format="python")
    (folder / "1.0.lua").unlink()
    done = attempt([sys.executable, "-c", text], clean(app.environment.values))
    assert "not loaded: " in done.stderr
    assert "mine/1.0" in done.stderr


def test_nothing_in_a_name_is_run(tmp_path):
    owned = tmp_path / "owned"
    hostile = f"a'; touch {owned}; echo \"$(touch {owned})`touch {owned}`\n"
    loading = Loading(names=[hostile], folders=[hostile], init=hostile)
    env = {"PATH": "/usr/bin:/bin"}
    attempt(["bash", "-c", bash_script(loading)], env)
    attempt([sys.executable, "-c", python_script(loading)], env)
    assert not owned.exists()


async def test_only_known_languages(rest):
    assert (await rest("software/script", format="csh")).code == 400
