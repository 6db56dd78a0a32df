"""Server of the browser tests: no token, so loopback only and never in production."""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821 - traitlets gives it to a configuration file

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["UI_TEST_PORT"])
c.ServerApp.port_retries = 0
c.ServerApp.base_url = os.environ.get("UI_TEST_BASE_URL", "/")
c.ServerApp.open_browser = False
c.ServerApp.allow_root = os.geteuid() == 0
c.ServerApp.root_dir = os.environ["HOME"]
c.IdentityProvider.token = ""
c.LabApp.expose_app_in_browser = True
c.JupyterNotebookApp.expose_app_in_browser = True
# No question to the network: neither the package index nor the news.
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None

# Applications that do what real ones do on bad days.
ECHO = str(Path(__file__).parents[1] / "tests" / "apps" / "echo_app.py")
GO = str(Path(os.environ["HOME"], "go"))
c.ApplicationsService.applications = {
    "slow": {
        "title": "Slow",
        "command": [sys.executable, ECHO, "{unix_socket}", f"--wait-for={GO}"],
        "rank": 200,
    },
    "failing": {
        "title": "Failing",
        "command": [sys.executable, ECHO, "{unix_socket}", "--exit=3"],
        "rank": 210,
    },
}
# Jobs that run here, at once.
SLURM = Path(__file__).parent / "slurm"
for command in ("sbatch", "squeue", "scontrol", "scancel", "sinfo", "sacct", "sacctmgr"):
    setattr(c.SlurmJobs, command, str(SLURM / command))
c.JobsService.query_interval = 5.0
# A busy machine is no dead file system.
c.StorageService.look_timeout = 60.0
# The directories of a site, in both languages; the disks are this machine's.
c.StorageService.targets = [
    {
        "name": "job-tmp",
        "target": "$SLURM_TMPDIR",
        "title": "Temporary directory of this job",
        "title_fr": "Répertoire temporaire de cette tâche",
        "automatic": True,
        "per_job": True,
    },
    {
        "name": "scratch",
        "target": "$SCRATCH",
        "title": "Scratch",
        "title_fr": "Espace scratch",
        "purge": "Files older than 60 days are deleted.",
        "purge_fr": "Les fichiers de plus de 60 jours sont supprimés.",
    },
    {
        "name": "datasets",
        "target": "$UI_TEST_CLUSTER/network/datasets",
        "title": "Datasets",
        "title_fr": "Jeux de données",
        "link": "~/links/datasets",
    },
    {"name": "nearline", "target": "$NEARLINE", "title": "Nearline", "title_fr": "Nearline"},
]
# A site that lets notebooks remember their modules.
c.KernelsService.remember_modules = True
c.KernelsService.trial_timeout = 300.0  # a busy machine
