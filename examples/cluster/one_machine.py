"""What only the demo of scripts/cluster.sh needs: everything on one machine, as root."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - JupyterHub gives it

base = Path(os.environ["HPC_CLUSTER"])
host = os.environ["HPC_CLUSTER_HOST"]
port = int(os.environ["HPC_CLUSTER_PORT"])
run = base / "run"

c.JupyterHub.bind_url = f"http://{host}:{port}/"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}/"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
c.ConfigurableHTTPProxy.command = [str(base / "node/node_modules/.bin/configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(run / "hub/proxy.pid")
c.JupyterHub.cookie_secret_file = str(run / "hub/cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{run}/hub/jupyterhub.sqlite"

# The users that scripts/cluster.sh made, with the password that it printed.
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allowed_users = set(os.environ["HPC_CLUSTER_USERS"].split())

# The node's name need not be in /etc/hosts.
c.SlurmSession.state_exechost_exp = "127.0.0.1"
# batchspawner's own way is `sudo -E -u {username}`; the demo's Hub is root.
c.BatchSpawnerBase.exec_prefix = "/usr/sbin/runuser -u {username} --"
c.Spawner.environment = {
    "PATH": f"{base}/venv/bin:/usr/local/bin:/usr/bin:/bin",
    "SLURM_CONF": os.environ["SLURM_CONF"],
}
# Lmod with the demo's modules; at a site, the users' shells have this already.
c.BatchSpawnerBase.req_prologue = f". {base}/site/environment.sh"
# Wait less than a site would: nobody else is in the queue.
c.SlurmSession.startup_poll_interval = 0.5
c.Spawner.poll_interval = 10
# And follow what an administrator changes sooner than a site could bear.
c.Spawner.args = ["--SessionService.query_interval=10", "--SessionService.page_interval=5"]
