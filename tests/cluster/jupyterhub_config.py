"""The Hub of the tests: the example's, and a server that is given up soon."""

import os
from pathlib import Path
from typing import Any

c = get_config()  # noqa: F821 - JupyterHub gives it

example = Path(os.environ["HPC_CLUSTER"]) / "site/cluster/jupyterhub_config.py"
load_subconfig(str(example))  # noqa: F821 - JupyterHub gives it


def be_impatient(spawner: Any) -> None:
    spawner.start_timeout = 400  # what a busy machine may need
    if spawner.name == "impatient":
        spawner.start_timeout = 20
        # The end comes while Slurm is asked, most often.
        spawner.batch_query_cmd = "sleep 4; " + spawner.batch_query_cmd


c.Spawner.pre_spawn_hook = be_impatient

# Who clears away what a test left.
password = (Path(os.environ["HPC_CLUSTER"]) / "run/password").read_text().strip()
c.JupyterHub.services = [{"name": "tests", "api_token": f"tests-{password}"}]
c.JupyterHub.load_roles = [
    {"name": "tests", "scopes": ["list:users", "admin:servers"], "services": ["tests"]}
]
