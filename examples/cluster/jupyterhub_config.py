"""JupyterHub for sessions that are Slurm jobs, with jupyterlab_hpc: a site's starting point.

Each setting that jupyterlab_hpc relies on says what happens without it. What only the
demo needs, such as ports and one machine for everything, is in `one_machine.py`.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import batchspawner  # noqa: E402, F401 - adds the route where a job tells its port

c = get_config()  # noqa: F821 - JupyterHub gives it

# --- The session's rights -------------------------------------------------------------
# "Stop My Server…" asks the Hub with the session's own token. By default that token may
# not stop anything, and the Hub answers 403. `!server` keeps it to this one server: a
# token that leaks from a session cannot stop the user's others.
# Without `delete:servers!server`: the server can only end itself (see
# HubService.fallbacks), and the Hub notices at its next poll.
# Without `read:servers!server`: nothing is lost but the check of what the Hub knows.
# The first two are what a session has by default: this list replaces it.
c.Spawner.server_token_scopes = [
    "users:activity!user",
    "access:servers!server",
    "read:servers!server",
    "delete:servers!server",
]

# --- Logging out ----------------------------------------------------------------------
# By default "Log Out" leaves the session, and its job, running. True stops all servers
# of the user. jupyterlab_hpc says in its dialog what log-out does, if it is told so in
# jupyter_server_config.py (HubService.logout).
c.JupyterHub.shutdown_on_logout = True

# --- What users may break for themselves ----------------------------------------------
# Files in ~/.jupyter can disable extensions, or keep a session from starting. With True
# only the site's configuration counts; JupyterLab's settings stay the user's.
c.Spawner.disable_user_config = True

# --- Pages ----------------------------------------------------------------------------
# Why a job waits and why a session did not start, in the browser's language. Without
# them the Hub's own pages show both languages, one after the other.
c.JupyterHub.template_paths = [str(HERE / "templates")]

# --- Sessions -------------------------------------------------------------------------
c.JupyterHub.spawner_class = "slurm_session.SlurmSession"
c.JupyterHub.allow_named_servers = True
c.Spawner.cmd = ["jupyterhub-singleuser"]
# Covers submitting, waiting in the queue, and the start of JupyterLab.
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 60
# Seconds after which the Hub sees that a session has ended by itself.
c.Spawner.poll_interval = 30
# The form offers the accounts that `sacctmgr` tells. `c.SlurmSession.accounts` is a list
# that comes instead of asking; `status_url` is a page that a failed start refers to.
c.SlurmSession.max_hours = 8
c.SlurmSession.max_cores = 8
c.SlurmSession.max_memory_gb = 16
c.SlurmSession.max_gpus = 2
c.SlurmSession.gpu_type = "h100"
c.SlurmSession.req_partition = "interactive"

if "HPC_CLUSTER" in os.environ:
    load_subconfig(str(HERE / "one_machine.py"))  # noqa: F821 - JupyterHub gives it
