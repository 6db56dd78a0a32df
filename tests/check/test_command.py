"""`jupyter hpc check` as a program: each finding is provoked by what really causes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_hpc.check.checks import scheduler
from jupyterlab_hpc.check.checks.scheduler import ancestors

from .conftest import everything_below

RECORDED = Path(__file__).parents[1] / "recordings" / "slurm-22.05.8"
UP = "echo 'Slurmctld(primary) at ctl1 is UP'"


# What it prints -----------------------------------------------------------------


def test_a_session_on_the_demo_tree_is_well(hpc_check, demo, home):
    hpc_check("--list", as_json=False)  # writes the settings
    before = everything_below(home)
    told = hpc_check(env=demo, only="software,applications,configuration,storage", program=True)
    assert told.code == 0, told.stdout
    assert told.report.state in {"ok", "note"}
    states = told.states()
    assert states["software.system"] == "ok"
    assert states["software.load"] == "ok"
    assert states["software.tree"] == "ok"
    assert "67 modulefiles" in told.by_id["software.tree"].found.text
    assert "rstudio-server" in told.by_id["applications.tile:rstudio"].found.text
    assert told.report.place == "login"
    assert told.stderr == ""
    assert everything_below(home) == before, "a check left something behind"


def test_the_json_is_as_documented(hpc_check):
    told = hpc_check(only="installation.python")
    said = json.loads(told.stdout)
    assert set(said) == {
        *("schema", "version", "checked_at", "seconds", "place", "state", "groups", "findings"),
    }
    assert said["schema"] == 1
    (finding,) = said["findings"]
    assert set(finding) == {
        *("id", "group", "state", "title", "found", "cure", "detail", "seconds"),
    }
    assert finding["id"] == "installation.python" and finding["state"] == "ok"
    assert set(finding["found"]) == {"text", "template", "arguments"}


def test_all_checks_are_listed_and_none_is_run(hpc_check):
    told = hpc_check("--list", as_json=False)
    assert told.code == 0
    assert "software.cache" in told.stdout and "hub.scope" in told.stdout


def test_a_check_that_is_not_there_is_a_wrong_use(hpc_check):
    told = hpc_check(only="software,nonsense", as_json=False, program=True)
    assert told.code == 2
    assert "nonsense" in told.stderr and told.stdout == ""


def test_colours_are_for_terminals_alone(hpc_check):
    plain = hpc_check(only="installation.python", as_json=False)
    assert "\033" not in plain.stdout
    assert "\033[" in hpc_check("--color=always", only="installation.python", as_json=False).stdout


def test_it_speaks_french(hpc_check):
    told = hpc_check(only="storage.home", env={"LANG": "fr_CA.UTF-8"}, as_json=False)
    assert "Stockage" in told.stdout
    asked = hpc_check("--lang=fr", only="storage.home", as_json=False)
    assert asked.stdout == told.stdout
    assert "Storage" in hpc_check(only="storage.home", as_json=False).stdout


def test_a_terminal_that_knows_ascii_only_gets_an_answer(hpc_check):
    env = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    told = hpc_check("--lang=fr", only="storage", env=env, as_json=False, program=True)
    assert told.code == 0 and "Stockage" in told.stdout


def test_who_has_read_enough_may_go(check_environment):
    command = f"set -o pipefail; {sys.executable} -m jupyterlab_hpc.cli check --list | true"
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=check_environment(),
    )
    assert done.stderr == ""


def test_in_an_image_only_what_can_be_told_is_told(hpc_check):
    told = hpc_check("--image", program=True)
    states = told.states()
    assert told.report.place == "image"
    assert states["installation.page"] == "ok"
    assert states["software.system"] == states["hub.api"] == "skipped"
    assert states["storage.home"] == states["scheduler.programs"] == "skipped"
    assert told.code == 0, told.stdout


# Installation --------------------------------------------------------------------


def test_a_disabled_page(hpc_check, home):
    folder = home / ".jupyter" / "labconfig"
    folder.mkdir()
    config = folder / "page_config.json"
    config.write_text('{"disabledExtensions": {"jupyterlab_hpc": true}}')
    told = hpc_check(only="installation.enabled")
    assert told.code == 1
    assert "labextension enable" in told.by_id["installation.enabled"].cure.text
    config.write_text('{"disabledExtensions": {"jupyterlab_hpc:storage-warning": true}}')
    told = hpc_check(only="installation.enabled")
    assert told.code == 0
    assert "storage-warning" in told.by_id["installation.enabled"].found.text


def make_page(home, name, version, load="static/remoteEntry.js"):
    folder = home / "data" / "labextensions" / name
    folder.mkdir(parents=True)
    about = {
        "name": name,
        "version": version,
        "jupyterlab": {"_build": {"load": load, "extension": "./extension"}},
    }
    (folder / "package.json").write_text(json.dumps(about))
    (folder / "static").mkdir()
    (folder / "static/remoteEntry.js").write_text("")
    return {"JUPYTER_DATA_DIR": str(home / "data"), "JUPYTER_PREFER_ENV_PATH": "0"}


def test_an_older_page_in_the_home_comes_first(hpc_check, home):
    env = make_page(home, "jupyterlab_hpc", "0.0.1")
    told = hpc_check(only="installation.page", env=env)
    assert told.code == 1
    finding = told.by_id["installation.page"]
    assert "0.0.1" in finding.found.text and str(home) in finding.detail


def test_a_page_that_was_not_built(hpc_check, home):
    env = make_page(home, "jupyterlab_hpc", "0.1.0", load="static/other.js")
    told = hpc_check(only="installation.page", env=env)
    assert "not built" in told.by_id["installation.page"].found.text


def test_the_page_of_the_peer_brought_back(hpc_check, home):
    env = make_page(home, "@cmd-ntrf/jupyterlab-lmod", "5.3.0")
    assert hpc_check(only="installation.conflicts", env=env).report.state == "ok"
    folder = home / ".jupyter" / "labconfig"
    folder.mkdir()
    (folder / "page_config.json").write_text('{"disabledExtensions": {"jupyterlab_lmod": false}}')
    told = hpc_check(only="installation.conflicts", env=env)
    assert told.states() == {"installation.conflicts:@cmd-ntrf/jupyterlab-lmod": "warning"}


def test_a_server_side_that_is_switched_off(hpc_check, home):
    folder = home / ".jupyter" / "jupyter_server_config.d"
    folder.mkdir()
    off = {"ServerApp": {"jpserver_extensions": {"jupyterlab_hpc": False}}}
    (folder / "zz.json").write_text(json.dumps(off))
    told = hpc_check(only="installation.server", env={"JUPYTER_PREFER_ENV_PATH": "0"})
    assert told.code == 1
    assert "server extension enable" in told.by_id["installation.server"].cure.text


def test_two_copies_in_different_places(hpc_check, home):
    info = home / "other" / "jupyterlab_hpc-0.0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: jupyterlab-hpc\nVersion: 0.0.1\n")
    env = {"PYTHONPATH": str(home / "other")}
    told = hpc_check(only="installation.copies", env=env, program=True)
    assert told.report.state == "warning"
    assert "0.0.1" in told.by_id["installation.copies"].detail


# Configuration --------------------------------------------------------------------


def test_misspelt_and_wrong_settings_are_named(hpc_check):
    told = hpc_check(
        only="configuration",
        config="""
c.LMod.command = "/opt/lmod"
c.Slurm.timout = 3
c.Slurm.scontrol = 5
c.HubService.fallbacks = ["kill"]
c.SlurmSpawner.req_partition = "main"
c.Lmod.launcher_pins = ["rstudio"]
c.ApplicationsService.applications = {"mine": {"comand": ["x"]}}
c.StorageService.targets = [{"name": "a", "target": "/tmp", "titel": "A"}]
c.StorageQuota.quotas = [{"name": "q", "path": "/tmp", "format": "x", "command": ["y"]}]
c.Lmod.command = "/nowhere/lmod"
""",
    )
    assert told.code == 1
    findings = told.by_id
    assert "c.Lmod meant" in findings["configuration.settings:LMod"].cure.text
    assert "c.Slurm.timeout meant" in findings["configuration.settings:Slurm.timout"].cure.text
    wrong = findings["configuration.settings:Slurm.scontrol"]
    assert wrong.state == "broken" and "int" in wrong.detail
    assert "kill" in findings["configuration.settings:HubService.fallbacks"].detail
    assert "comand" in findings["configuration.applications:mine"].detail
    assert "titel" in findings["configuration.storage:1"].detail
    assert "format" in findings["configuration.storage:2"].detail
    assert "/nowhere/lmod" in findings["configuration.programs:Lmod"].found.text
    assert not any("SlurmSpawner" in name or "launcher_pins" in name for name in findings)


def test_a_file_that_cannot_be_read_is_named(hpc_check):
    told = hpc_check(only="configuration.files", config="c.Slurm.timeout = \n")
    assert told.code == 1
    (finding,) = told.report.findings
    assert "jupyter_server_config.py" in finding.found.text and "SyntaxError" in finding.detail


def test_settings_in_the_folder_count_here_too(hpc_check, home):
    folder = home / ".jupyter" / "jupyter_server_config.d"
    folder.mkdir()
    (folder / "site.json").write_text('{"Lmod": {"command": "/nowhere/lmod"}}')
    told = hpc_check(only="software.system")
    assert "/nowhere/lmod" in told.by_id["software.system"].detail
    # a file of its own comes before the folder
    told = hpc_check(only="software.system", config='c.Lmod.command = "/elsewhere/lmod"')
    assert "/elsewhere/lmod" in told.by_id["software.system"].detail


# Module system --------------------------------------------------------------------


def test_lmod_that_does_not_work(hpc_check, demo, fake_tool):
    broken = fake_tool("lmod", "echo 'lua: cannot open file' >&2; exit 1")
    told = hpc_check(env={**demo, "LMOD_CMD": str(broken)}, only="software")
    assert told.code == 1
    finding = told.by_id["software.system"]
    assert finding.state == "broken" and "cannot open file" in finding.detail
    assert finding.cure.text
    assert told.states()["software.load"] == "skipped"


def test_folders_of_modulepath_that_are_not_there(hpc_check, demo):
    env = {**demo, "MODULEPATH": demo["MODULEPATH"] + ":/nowhere/modules"}
    told = hpc_check(env=env, only="software.modulepath")
    assert told.states() == {"software.modulepath:/nowhere/modules": "warning"}


@pytest.fixture
def cached(demo, tmp_path):
    """A session whose Lmod knows a cache; where the cache and its timestamp are."""
    cache, stamp, rc = tmp_path / "cache", tmp_path / "stamp", tmp_path / "lmodrc.lua"
    update = Path(demo["LMOD_CMD"]).with_name("update_lmod_system_cache_files")
    subprocess.run(
        ["bash", update, "-d", cache, "-t", stamp, demo["MODULEPATH"]],
        check=True,
        env={**demo, "LMOD_MODULERCFILE": ""},
        capture_output=True,
    )
    rc.write_text(f'scDescriptT = {{ {{ dir = "{cache}", timestamp = "{stamp}" }} }}\n')
    return {**demo, "LMOD_RC": str(rc)}, cache, stamp


def finding_about_the_cache(told):
    (finding,) = told.report.findings
    return finding


def test_a_cache_that_is_good_old_or_gone(hpc_check, cached):
    env, cache, stamp = cached
    good = finding_about_the_cache(hpc_check(env=env, only="software.cache"))
    assert good.state == "ok" and str(cache) in good.detail

    # older than the modules, whose folders the repository's checkout has made today
    for file in cache.iterdir():
        os.utime(file, (10_000_000, 10_000_000))
    os.utime(stamp, (10_000_000, 10_000_000))
    old = finding_about_the_cache(hpc_check(env=env, only="software.cache"))
    assert old.state == "warning" and "changed" in old.found.text
    assert "update_lmod_system_cache_files" in old.cure.text

    # older than its timestamp: Lmod itself does not use it
    os.utime(stamp)
    unused = finding_about_the_cache(hpc_check(env=env, only="software.cache"))
    assert unused.state == "warning" and "older than" in unused.detail

    for file in cache.iterdir():
        file.unlink()
    cache.rmdir()
    gone = finding_about_the_cache(hpc_check(env=env, only="software.cache"))
    assert gone.state == "warning" and "cannot be read" in gone.found.text

    ignored = {**env, "LMOD_IGNORE_CACHE": "yes"}
    assert finding_about_the_cache(hpc_check(env=ignored, only="software.cache")).state == "note"


def test_no_cache_is_a_note_on_a_small_tree(hpc_check, demo):
    finding = finding_about_the_cache(hpc_check(env=demo, only="software.cache"))
    assert finding.state == "note" and "update_lmod_system_cache_files" in finding.cure.text


def test_an_index_that_cannot_be_kept(hpc_check):
    told = hpc_check(only="software.index", env={"XDG_CACHE_HOME": "/proc/nowhere"})
    assert told.states() == {"software.index": "warning"}
    told = hpc_check(only="software.index", config='c.ModuleCatalog.index_folder = ""')
    assert told.states() == {"software.index": "note"}


def test_environment_modules_is_checked_too(hpc_check, envmod_command, tree_session, home):
    env = {k: v for k, v in tree_session("MODULES_CMD", envmod_command).items() if v is not None}
    env.pop("HOME")
    env["PATH"] = os.environ["PATH"]
    told = hpc_check(env=env, only="software")
    states = told.states()
    assert states["software.system"] == states["software.list"] == "ok"
    assert "Environment Modules" in told.by_id["software.system"].found.text
    assert states["software.cache"] == "skipped"


# Slurm ---------------------------------------------------------------------------


@pytest.fixture
def slurm(fake_tool):
    """Make a Slurm whose scontrol does what a test says; the answer is its settings."""

    def make(scontrol, **variables):
        tool = fake_tool("scontrol", scontrol)
        for name in ("scancel", "squeue", "sbatch", "sinfo", "sacct"):
            fake_tool(name, "exit 0")
        return {"PATH": f"{tool.parent}:{os.environ['PATH']}", **variables}

    return make


def test_slurm_that_answers(hpc_check, slurm):
    job = RECORDED / "running.txt"
    env = slurm(f'case "$1" in ping) {UP};; *) cat {job};; esac', SLURM_JOB_ID="1")
    told = hpc_check(env=env, only="scheduler")
    states = told.states()
    assert states["scheduler.programs"] == states["scheduler.controller"] == "ok"
    # the recorded job has ended long since
    assert states["scheduler.job"] == "warning"
    assert told.report.place == "session"


def test_a_job_without_an_end(hpc_check, slurm):
    env = slurm(f"cat {RECORDED / 'unlimited.txt'}", SLURM_JOB_ID="1")
    assert hpc_check(env=env, only="scheduler.job").states() == {"scheduler.job": "note"}


def test_a_job_that_slurm_does_not_know(hpc_check, slurm):
    env = slurm(
        "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1", SLURM_JOB_ID="9"
    )
    told = hpc_check(env=env, only="scheduler.job")
    assert told.code == 1 and "SLURM_JOB_ID" in told.by_id["scheduler.job"].cure.text


def test_slurm_that_hangs(hpc_check, slurm):
    env = slurm("sleep 600", SLURM_JOB_ID="1")
    told = hpc_check(env=env, only="scheduler", config="c.Slurm.timeout = 1")
    assert told.code == 1
    finding = told.by_id["scheduler.controller"]
    assert finding.state == "broken" and "within 1 seconds" in finding.found.text


def test_slurm_that_is_down(hpc_check, slurm):
    env = slurm("echo 'Slurmctld(primary) at ctl1 is DOWN'; exit 1")
    finding = hpc_check(env=env, only="scheduler.controller").by_id["scheduler.controller"]
    assert finding.state == "broken" and "is DOWN" in finding.detail


@pytest.fixture
def no_slurm(tmp_path):
    """A PATH on which there is no Slurm, whatever the machine has."""
    folder = tmp_path / "no-slurm"
    folder.mkdir()
    return {"PATH": str(folder)}


def test_no_slurm_matters_in_a_job_alone(hpc_check, no_slurm):
    told = hpc_check(env=no_slurm, only="scheduler")
    assert told.states()["scheduler.programs"] == "note" and told.code == 0
    assert told.states()["scheduler.controller"] == "skipped"
    told = hpc_check(env={**no_slurm, "SLURM_JOB_ID": "7"}, only="scheduler")
    assert told.states()["scheduler.programs"] == "broken" and told.code == 1


def test_who_hears_that_a_job_ends(tmp_path):
    def process(pid, name, parent):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} 1 1")

    for pid, name, parent in (
        *((2, "slurmstepd", 1), (3, "slurm_script", 2), (4, "jupyter (lab) x", 3)),
        *((5, "bash", 4), (6, "jupyter-hpc", 5)),
    ):
        process(pid, name, parent)
    assert ancestors(6, tmp_path) == ["bash", "jupyter (lab) x", "slurm_script", "slurmstepd"]
    assert ancestors(7, tmp_path) == []


@pytest.mark.parametrize(
    ("above", "state"),
    [
        (["bash", "jupyter-lab", "slurmstepd"], "ok"),
        (["bash", "jupyter-lab", "bash", "slurmstepd"], "note"),
        (["jupyter-lab", "slurm_script", "slurmstepd"], "note"),
        (["jupyter-lab", "systemd"], "skipped"),
    ],
)
def test_a_shell_that_keeps_the_signal(hpc_check, monkeypatch, above, state):
    monkeypatch.setattr(scheduler, "ancestors", lambda _: above)
    told = hpc_check(env={"SLURM_JOB_ID": "7"}, only="scheduler.signal")
    assert told.states() == {"scheduler.signal": state}


def test_gpus_that_cannot_be_asked(hpc_check, fake_tool):
    job = {"SLURM_JOB_ID": "7", "SLURM_GPUS_ON_NODE": "1"}
    told = hpc_check(env=job, only="session.gpus", config='c.NvidiaSmi.command = "/nowhere/smi"')
    assert told.states() == {"session.gpus": "warning"}
    smi = fake_tool("smi", "echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'")
    told = hpc_check(env=job, only="session.gpus", config=f'c.NvidiaSmi.command = "{smi}"')
    assert told.states() == {"session.gpus": "ok"}


# JupyterHub ----------------------------------------------------------------------


def test_a_hub_that_lets_the_server_stop_itself(hpc_check, hub):
    told = hpc_check(env=hub.variables, only="hub")
    assert set(told.states().values()) == {"ok"}
    assert "a-token-of-the-hub" not in told.stdout


def test_a_hub_without_the_scope(hpc_check, hub):
    hub.scopes = ["access:servers!server=alice/"]
    told = hpc_check(env=hub.variables, only="hub.scope")
    finding = told.by_id["hub.scope"]
    assert told.code == 1
    assert "delete:servers!server" in finding.cure.text
    assert '"delete:servers!server",' in finding.detail
    told = hpc_check(
        env=hub.variables, only="hub.scope", config='c.HubService.fallbacks = ["server"]'
    )
    assert told.states() == {"hub.scope": "note"}


def test_a_hub_that_refuses_or_is_gone(hpc_check, hub):
    hub.status = 403
    told = hpc_check(env=hub.variables, only="hub.api")
    assert told.code == 1 and "403" in told.by_id["hub.api"].detail
    gone = {**hub.variables, "JUPYTERHUB_API_URL": "http://127.0.0.1:9/hub/api"}
    told = hpc_check(env=gone, only="hub")
    assert told.states()["hub.api"] == "broken"
    assert told.states()["hub.scope"] == "skipped"


def test_a_hub_with_another_clock(hpc_check, hub):
    hub.date = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert hpc_check(env=hub.variables, only="hub.clock").states() == {"hub.clock": "warning"}


def test_variables_that_the_job_did_not_pass_on(hpc_check):
    told = hpc_check(env={"JUPYTERHUB_USER": "alice"}, only="hub.variables")
    finding = told.by_id["hub.variables"]
    assert finding.state == "broken" and "JUPYTERHUB_API_TOKEN" in finding.found.text


# Applications --------------------------------------------------------------------


def test_a_folder_too_deep_for_sockets(hpc_check, tmp_path):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    told = hpc_check(env={"TMPDIR": str(deep)}, only="applications.sockets")
    assert told.states() == {"applications.sockets": "note"}
    assert not list(deep.iterdir())
    config = f'c.ApplicationsService.folder = "{deep}"'
    told = hpc_check(only="applications.sockets", config=config)
    assert told.code == 1 and "107" in told.by_id["applications.sockets"].detail


def test_an_application_that_nothing_unlocks(hpc_check, demo):
    told = hpc_check(
        env=demo,
        only="applications.tile",
        config="""
c.ApplicationsService.built_in = []
c.ApplicationsService.server_proxy = False
c.ApplicationsService.applications = {
    "a": {"title": "A", "command": ["no-such-program"], "modules": ["no-such-module"]},
    "b": {"title": "B", "command": ["no-such-program"], "modules": ["scipy-stack/2023"]},
    "c": {"title": "C", "command": ["no-such-program"]},
    "d": {"title": "D", "command": ["sh"]},
}
""",
    )
    assert told.states() == {
        "applications.tile:a": "warning",
        "applications.tile:b": "ok",
        "applications.tile:c": "warning",
        "applications.tile:d": "ok",
    }
    assert "no-such-module" in told.by_id["applications.tile:a"].found.text


def test_a_vnc_server_without_a_desktop(hpc_check, fake_tool):
    tool = fake_tool("Xvnc", "exit 0")
    told = hpc_check(env={"PATH": str(tool.parent)}, only="applications.desktop")
    assert told.states() == {"applications.desktop": "warning"}


# Storage -------------------------------------------------------------------------


def test_directories_that_are_not_there(hpc_check, tmp_path):
    told = hpc_check(
        only="storage.directory",
        config=f"""
c.StorageService.targets = [
    {{"name": "here", "target": "{tmp_path}"}},
    {{"name": "gone", "target": "/nowhere/project"}},
    {{"name": "unset", "target": "$NOBODY_SETS_THIS"}},
]
""",
    )
    assert told.states() == {
        "storage.directory:here": "ok",
        "storage.directory:gone": "warning",
        "storage.directory:unset": "warning",
    }


def test_the_directory_of_a_job_is_missed_in_jobs_alone(hpc_check):
    targets = [{"name": "tmp", "target": "$SLURM_TMPDIR", "per_job": True, "automatic": True}]
    config = f"c.StorageService.targets = {targets}"
    for env, state in ({}, "skipped"), ({"SLURM_JOB_ID": "1"}, "warning"):
        told = hpc_check(only="storage.directory", config=config, env=env)
        assert told.states() == {"storage.directory:tmp": state}


def test_a_quota_tool_that_cannot_be_read(hpc_check, fake_tool):
    tool = fake_tool("lfs", "echo gibberish")
    quotas = [{"name": "home", "path": "/tmp", "command": [str(tool)], "format": "lfs"}]
    told = hpc_check(only="storage.quota", config=f"c.StorageQuota.quotas = {quotas}")
    (finding,) = told.report.findings
    assert finding.state == "warning" and "gibberish" in finding.detail


def test_a_home_that_is_not_there(hpc_check):
    config = {"HOME": "/nowhere/alice", "JUPYTER_RUNTIME_DIR": "/nowhere/runtime"}
    told = hpc_check(env=config, only="storage.home")
    assert told.states() == {"storage.home": "broken"}


# The support bundle --------------------------------------------------------------


def test_the_bundle_has_findings_and_no_secret(hpc_check, hub):
    secrets = {
        **hub.variables,
        "MY_DB_PASSWORD": "hunter2-hunter2",
        "LMOD_SITE_SECRET": "swordfish9",
        "SLURM_JOB_COMMENT": "token=swordfish9",
        "USER": "alice",
    }
    told = hpc_check(
        "--bundle",
        env=secrets,
        only="hub,configuration",
        as_json=False,
        config="""
c.ServerApp.cookie_secret = b"cookie-monster"
c.IdentityProvider.token = "0123456789abcdef"
c.ServerApp.password = "argon2:$argon2id$v=19$m=10240$abcdefg"
c.Lmod.command = "/opt/hunter2-hunter2/lmod"
c.ServerProxy.servers = {"x": {"command": ["x", "--password", "opensesame", "--token=letmein"],
                               "environment": {"API_KEY": "letmein-too"}}}
""",
    )
    assert "== Findings" in told.stdout and "hub.scope" in told.stdout
    assert "c.Lmod.command" in told.stdout
    for secret in (
        *("hunter2-hunter2", "swordfish9", "a-token-of-the-hub", "cookie-monster"),
        *("0123456789abcdef", "argon2id", "opensesame", "letmein"),
    ):
        assert secret not in told.stdout, secret
    assert "alice" not in told.stdout
    named = hpc_check("--bundle", "--names", env=secrets, only="hub", as_json=False)
    assert "alice" in named.stdout
