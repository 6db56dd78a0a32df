"""What a site says to jupyterlab_hpc in every session: a starting point.

It lies in etc/jupyter/ of the environment that sessions run in. The settings are
explained in docs/sites.md.
"""

c = get_config()  # noqa: F821 - Jupyter gives it

# Nodes are shared: nobody else shall read what a kernel runs (docs/install.md).
c.KernelManager.transport = "ipc"
# Seconds before the end of a session when its pages warn.
c.SessionService.warnings = [1800, 600, 120]
# At 1,000 sessions with an open page: 3.3 questions a second to slurmctld, 0.3 ms each.
c.SessionService.query_interval = 300
# As c.JupyterHub.shutdown_on_logout is in jupyterhub_config.py.
c.HubService.logout = "stops"
# What is done where the token may not stop the server; here it may, so nothing.
c.HubService.fallbacks = []
# "Carry On in a New Session" opens the form with this session's values; the script at the
# end of templates/session_form.html reads them.
c.SessionService.new_session_url = (
    "{spawn}#account={account}&hours={hours}&cores={cores}&memory_gb={memory_gb}&gpus={gpus}"
)
# "Carry On in a New Session" leads to the Hub's form, filled in as this session was.
c.SessionService.new_session_url = (
    "{spawn}#account={account}&hours={hours}&cores={cores}&memory_gb={memory_gb}&gpus={gpus}"
)
